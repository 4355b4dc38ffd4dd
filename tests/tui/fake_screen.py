"""A screen that is none: it answers as a test has written down, and keeps what it was told."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Final, NamedTuple

from textual.geometry import Size
from textual.widget import Widget

from avara_tui.study import Study
from avara_tui.tui.choices import BACK, TAKE, YES_NO, Answer, Check, Choice, answers_line
from avara_tui.tui.keys.keymap import Keymap
from avara_tui.tui.lines import Line, join, text_of
from avara_tui.tui.notices import PRESS, Kind, Press
from avara_tui.tui.options import RunOptions
from avara_tui.tui.presentation.row_context import RowContext
from avara_tui.tui.presentation.study_row import study_row
from avara_tui.tui.presentation.values import Clash
from avara_tui.tui.widgets.card import Card
from avara_tui.tui.widgets.detail_pane import DetailPane
from avara_tui.tui.widgets.picker import Rank
from avara_tui.tui.widgets.work_card import WorkCard

SIZE: Final = Size(120, 36)
PATIENCE: Final = 15.0
"""Seconds to wait for what a card should show before the test fails."""


class Reply(NamedTuple):
    """What the person does once asked for it."""

    to: str
    """A part of the question, or of the card, that must be there."""
    answer: object
    """A key, a text, or the fields that mine wins; None gives up."""
    before: Callable[[], object]
    """What happens while the person thinks."""


class FakeTable:
    """Where the cursor is."""

    def __init__(self) -> None:
        self.cursor_id: str | None = None

    def go_to(self, study_id: str) -> bool:
        """Put the cursor on a study."""
        self.cursor_id = study_id
        return True

    def rows_changed(self) -> None:
        """Draw nothing."""


class FakeScreen:
    """What commands ask, tell and lay over the worklist."""

    def __init__(self, options: RunOptions) -> None:
        self.options = options
        self.pressed = 0
        self.keys_pressed = 0
        self.row_context = RowContext()
        self.table = FakeTable()
        self.detail = DetailPane(self.row_context)
        self.focused: Widget | None = None
        self.size = SIZE
        self.keymap = Keymap()
        self.said: list[str] = []
        """Notices, the newest last."""
        self.alerts: dict[str, str] = {}
        """What stays until it is seen, by what it is about."""
        self.refused: list[str] = []
        """Why texts were not taken."""
        self.cards: list[Card] = []
        """The cards that were laid."""
        self.asked = ""
        """What was asked last, of which study, with the answers there were."""
        self.shown = ""
        """What the card over the worklist showed when a key was last pressed on it."""
        self.sent: list[str] = []
        """What was sent to the terminal."""
        self._replies: list[Reply] = []

    @property
    def masked(self) -> bool:
        """Whether descriptions and names are hidden."""
        return self.row_context.masked

    @masked.setter
    def masked(self, masked: bool) -> None:
        self.row_context.hide_texts(masked=masked)

    # What the test says.

    def will(self, to: str, answer: object, before: Callable[[], object] = lambda: None) -> None:
        """Answer the next question, which has ``to`` in it; do something ``before``."""
        self._replies.append(Reply(to, answer, before))

    @property
    def status(self) -> str:
        """What the person reads last: an alert, else a notice."""
        return (list(self.alerts.values()) or self.said or [""])[-1]

    def assert_done(self) -> None:
        """Fail if something was to be answered and was not asked."""
        assert not self._replies, f"never asked: {self._replies[0].to}"

    def _is_awaited_on(self, card: WorkCard) -> bool:
        return bool(self._replies) and self._replies[0].to in shown_on(card)

    def _answer(self, question: str) -> object:
        assert self._replies, f"nobody answers: {question}"
        self.asked = question
        reply = self._replies.pop(0)
        assert reply.to in question
        reply.before()
        PRESS.set(Press(self.pressed))
        return reply.answer

    # What commands ask.

    async def ask(
        self,
        question: Line,
        answers: Sequence[Answer] = YES_NO,
        *,
        keep: str = BACK,
        about: Study | None = None,
    ) -> str | None:
        row = () if about is None else study_row(about, self.row_context)
        answer = self._answer(text_of(join([question, row, answers_line(answers, keep)])))
        assert answer is None or answer in {each.key for each in answers}
        return answer if isinstance(answer, str) else None

    async def prompt(
        self, label: str, value: str, limit: int = 0, check: Check | None = None, note: str = ""
    ) -> str | None:
        while True:
            text = self._answer(f"{label}: {value} {note}")
            problem = check(text) if check is not None and isinstance(text, str) else None
            if problem is None:
                assert not isinstance(text, str) or not limit or len(text) <= limit
                return text if isinstance(text, str) else None
            self.refused.append(problem)

    async def secret(self, label: str, check: Check) -> str | None:
        return await self.prompt(label, "", check=check)

    async def pick(
        self,
        title: str,
        choices: Sequence[Choice],
        *,
        rank: Rank | None = None,  # noqa: ARG002 - as screens have it
        deed: str = TAKE,  # noqa: ARG002
        order: str = "",  # noqa: ARG002
    ) -> str | None:
        answer = self._answer("\n".join([title, *(text_of(each.label) for each in choices)]))
        if answer is None:
            return None
        (found,) = (each.key for each in choices if str(answer) in (each.key, each.search))
        return found

    async def resolve_conflict(self, clash: Clash) -> frozenset[str] | None:
        fields = ", ".join(each.field for each in clash.conflicts)
        winners = self._answer(f"conflict: {fields}")
        return winners if isinstance(winners, frozenset) else None

    @asynccontextmanager
    async def over(self, widget: Widget) -> AsyncIterator[None]:
        assert isinstance(widget, WorkCard)

        async def next_key() -> str:
            try:
                async with asyncio.timeout(PATIENCE):
                    while not self._is_awaited_on(widget):  # noqa: ASYNC110 - no event
                        await asyncio.sleep(0)
            except TimeoutError:
                raise AssertionError(f"nobody answers:\n{shown_on(widget)}") from None
            self.shown = shown_on(widget)
            return str(self._answer(self.shown))

        widget.next_key = next_key  # type: ignore[method-assign]
        yield

    def lay(self, card: Card) -> None:
        self.cards.append(card)

    # What commands say.

    def notice(self, *parts: Line, kind: Kind = Kind.ANSWER) -> None:
        said = text_of(join(parts))
        if said and kind is not Kind.PASSING:
            self.said.append(said)

    def clear_notice(self) -> None:
        self.said.append("")

    def alert(self, said: Line, about: str = "") -> None:
        self.alerts[about or text_of(said)] = text_of(said)

    def withdraw(self, about: str) -> None:
        self.alerts.pop(about, None)

    def acknowledge_alerts(self) -> None:
        self.alerts.clear()

    def key(self, action_id: str) -> str:
        return self.keymap.key(action_id)

    def write_to_terminal(self, sequence: str) -> None:
        self.sent.append(sequence)

    def do(self, action_id: str, command: Callable[[], Awaitable[object] | None]) -> None:
        raise NotImplementedError(action_id)

    # Drafts.

    def drafts_changed(self) -> None:
        self.detail.refresh_entries()

    def set_focus(self, widget: Widget | None, *, scroll_visible: bool = True) -> None:  # noqa: ARG002
        self.focused = widget


def shown_on(card: WorkCard) -> str:
    """Return what a card would show on a screen of its own."""
    return "\n".join(text_of(each) for each in card.body(SIZE))
