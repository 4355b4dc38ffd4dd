"""What may be asked of a screen, in small pieces: whoever needs several joins them for itself.

Nobody behind the screen knows more of it than that, and a command can be tried without one.
"""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Protocol

from textual.geometry import Size
from textual.widget import Widget

from avara_tui.tui.choices import BACK, TAKE, YES_NO, Answer, Check, Choice
from avara_tui.tui.lines import Line
from avara_tui.tui.notices import Kind

if TYPE_CHECKING:
    from avara_tui.study import Study
    from avara_tui.tui.keys.keymap import Keymap
    from avara_tui.tui.keys.places import Place
    from avara_tui.tui.options import RunOptions
    from avara_tui.tui.presentation.row_context import RowContext
    from avara_tui.tui.terminal.host import Host
    from avara_tui.tui.widgets.card import Card
    from avara_tui.tui.widgets.detail_pane import DetailPane
    from avara_tui.tui.widgets.picker import Rank
    from avara_tui.tui.widgets.study_table import StudyTable


class Noticing(Protocol):
    """Says what came of a key, until the next one."""

    def notice(self, *parts: Line, kind: Kind = Kind.ANSWER) -> None:
        """Say something until the next key; ``kind`` tells how much it matters."""
        ...


class Telling(Noticing, Protocol):
    """Says something to the person, in the person's own keys."""

    @property
    def masked(self) -> bool:
        """Whether descriptions and names are hidden."""
        ...

    def key(self, action_id: str) -> str:
        """Return the key of an action as a person reads it."""
        ...

    def clear_notice(self) -> None:
        """Take back what was said, unless it answers a newer key."""
        ...

    def alert(self, said: Line, about: str = "") -> None:
        """Say something that stays until the person has seen it.

        ``about`` names what it is about, so that it can be withdrawn.
        """
        ...

    def withdraw(self, about: str) -> None:
        """Take back what was said and is no longer so."""
        ...


class Picking(Protocol):
    """Asks for one of several things."""

    async def pick(
        self,
        title: str,
        choices: Sequence[Choice],
        *,
        rank: "Rank | None" = None,
        deed: str = TAKE,
        order: str = "",
    ) -> str | None:
        """Return the key of the choice, None for none; ``rank`` says which fit a text.

        ``deed`` says what taking it does, ``order`` in which order the choices come.
        """
        ...


class Asking(Telling, Picking, Protocol):
    """Asks the person."""

    async def ask(
        self,
        question: Line,
        answers: Sequence[Answer] = YES_NO,
        *,
        keep: str = BACK,
        about: "Study | None" = None,
    ) -> str | None:
        """Return the key of the answer, None for no answer.

        ``keep`` says what escape leaves as it is. The study that it is ``about`` has a row.
        """
        ...

    async def prompt(
        self,
        label: str,
        value: str,
        limit: int = 0,
        check: Check | None = None,
        note: str = "",
    ) -> str | None:
        """Return the text typed, None if the person gave up."""
        ...


class Covering(Protocol):
    """Lays cards over the worklist."""

    def lay(self, card: "Card") -> None:
        """Lay a card over the worklist, and give it the keys."""
        ...


class Lending(Protocol):
    """Gives the worklist's place to something else for a while."""

    def over(self, widget: Widget) -> AbstractAsyncContextManager[None]:
        """Lay a widget over the worklist for a while and give it the keys."""
        ...


class Terminal(Protocol):
    """Reaches the terminal."""

    def write_to_terminal(self, sequence: str) -> None:
        """Send a control sequence of ours to the terminal."""
        ...


class Pointing(Protocol):
    """Shows where the person is."""

    @property
    def table(self) -> "StudyTable":
        """The table of studies."""
        ...

    @property
    def detail(self) -> "DetailPane":
        """The study that is shown in full."""
        ...

    @property
    def focused(self) -> Widget | None:
        """The widget that has the keys."""
        ...

    @property
    def size(self) -> Size:
        """The cells of the screen."""
        ...

    def set_focus(self, widget: Widget | None, *, scroll_visible: bool = True) -> None:
        """Give the keys to a widget."""
        ...


class Started(Protocol):
    """Was started in some way."""

    @property
    def options(self) -> "RunOptions":
        """How the program was started, or went to this profile."""
        ...


class Hosted(Protocol):
    """Is in an app."""

    @property
    def app(self) -> "Host":
        """The app."""
        ...


class Keyed(Protocol):
    """Has keys that stand for actions."""

    @property
    def keymap(self) -> "Keymap":
        """Which key stands for what."""
        ...

    @property
    def place(self) -> "Place":
        """Where the person is."""
        ...


class Drawing(Protocol):
    """Draws rows."""

    @property
    def row_context(self) -> "RowContext":
        """What rows are drawn with, besides their studies."""
        ...
