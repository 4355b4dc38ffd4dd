"""The pane that shows one study whole, and what its draft is to change on it."""

from contextlib import contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Final, Protocol

from textual import events
from textual.message import Message

from avara_tui.tui.keys.key_turn import forward_key
from avara_tui.tui.keys.places import Place
from avara_tui.tui.lines import Line, Role, line
from avara_tui.tui.presentation.row_context import RowContext
from avara_tui.tui.widgets.pane import Pane

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from textual.strip import Strip

    from avara_tui.config import Config
    from avara_tui.study import Study, UserRef
    from avara_tui.tui.lines import Line
    from avara_tui.tui.presentation.detail import Entry
    from avara_tui.worklist.drafts import OpenDraft

_PACKED_ROWS: Final = 8
"""The most rows in which the entries are packed, below the table."""
_WIDEST: Final = 70
"""Cells beyond which the keys at the right would be too far from what they change."""
_NO_KEYS: Final[MappingProxyType[str, str]] = MappingProxyType({})


class Edits(Protocol):
    """What has been done to studies and is not on the server."""

    def draft(self, study_id: str) -> "OpenDraft | None":
        """Return what was typed of a study and is not saved."""
        ...

    def shown(self, study: "Study") -> "Study":
        """Return a study as what is under way will make it."""
        ...

    def people(self) -> "Mapping[str, UserRef]":
        """Return the people that studies can be assigned to, by user id."""
        ...


class NoEdits:
    """The edits of a pane that nobody has given any: the first frame waits for none."""

    def draft(self, study_id: str) -> None:
        """Return None: nothing was typed."""

    def shown(self, study: "Study") -> "Study":
        """Return the study as it is: nothing is under way."""
        return study

    def people(self) -> "Mapping[str, UserRef]":
        """Return nobody."""
        return {}


class DetailPane(Pane, can_focus=True):
    """One study, as its draft would make it."""

    takes: ClassVar[tuple[str, ...]] = ("detail",)
    DEFAULT_CSS = """
    DetailPane { background: $surface; }
    """

    class Clicked(Message):
        """The pane was clicked: the person wants to be in it."""

    class Changed(Message):
        """Another study is shown, or its draft has begun or ended."""

    def __init__(self, context: RowContext, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._row_context = context
        self.study: Study | None = None
        """The study that is shown, as it was last read."""
        self._edits: Edits = NoEdits()
        self._told: tuple[Study | None, bool] = (None, False)
        self._entries: list[Entry] = []
        self._cursor = 0
        self._top = 0
        self._beyond = 0
        """Lines that were scrolled on below the last entry that can be edited."""
        self._most_beyond = 0
        self._find_keys: Callable[[Study], Mapping[str, str]] = lambda _: _NO_KEYS
        self._keys: Mapping[str, str] = _NO_KEYS
        self._instead: Line = ()
        self._laid: Sequence[Line] = ()
        """The lines of the study, those in sight."""
        self._find_below: Callable[[int, int], Sequence[Line]] | None = None
        self._below: Sequence[Line] = ()
        self._below_drawn: dict[Line, Strip | None] = {}

    def show_below(self, find_below: "Callable[[int, int], Sequence[Line]]") -> None:
        """Show from here on, in the rows that a study beside the table leaves blank, other lines.

        ``find_below`` returns them for a width and a number of rows. They stand at the foot. Tell
        of their changes with :meth:`below_changed`.
        """
        self._find_below = find_below
        self.below_changed()

    def below_changed(self) -> None:
        """Show what stands below the study as it is by now."""
        self._show_laid(self._laid)

    def strip(self, content: "Line", width: int) -> "Strip":
        """Return a line as :meth:`Pane.strip` does; what stands below the study is drawn once."""
        drawn = self._below_drawn.get(content)
        if drawn is None:
            drawn = super().strip(content, width)
            if content in self._below_drawn:
                self._below_drawn[content] = drawn
        return drawn

    def notify_style_update(self) -> None:
        """Draw again in the colours of a changed theme or state."""
        self._below_drawn = dict.fromkeys(self._below)
        super().notify_style_update()

    def show_keys_of(self, find_keys: "Callable[[Study], Mapping[str, str]]") -> None:
        """Show from here on, by field, the keys that ``find_keys`` returns for a study."""
        self._find_keys = find_keys
        self.keys_changed()

    def keys_changed(self) -> None:
        """Show the keys that change the study, if they are others than before."""
        keys = _NO_KEYS if self.study is None else self._find_keys(self.study)
        if keys != self._keys:
            self._keys = keys
            self._layout_lines()

    def take_settings(self, config: "Config") -> None:
        """Begin with the metadata that the settings name first."""
        self._row_context.show_first(config.detail)
        self.refresh_entries()

    def turn_times(self) -> None:
        """Tell times in UTC to the second, or by the clock on the wall again."""
        self._row_context.tell_times(exact=not self._row_context.exact_times)
        self.refresh_entries()

    def show_edits(self, edits: Edits) -> None:
        """Show ``edits`` from here on; tell of their changes with :meth:`refresh_entries`."""
        self._edits = edits
        self.refresh_entries()

    @property
    def draft(self) -> "OpenDraft | None":
        """The draft of the study that is shown."""
        return None if self.study is None else self._edits.draft(self.study.study_id)

    @property
    def is_dirty(self) -> bool:
        """Whether the draft holds something that the server has not got."""
        return self.draft is not None

    @property
    def changed_fields(self) -> int:
        """How many fields and metadata pairs the draft changes."""
        return 0 if self.draft is None else len(self.draft.changes)

    @property
    def entry(self) -> "Entry | None":
        """The entry under the pane's own cursor."""
        editable = self._editable()
        return self._entries[editable[self._cursor]] if editable else None

    def show_study(self, study: "Study | None") -> None:
        """Show ``study``, with its draft if there is one."""
        if study is None or self.study is None or study.study_id != self.study.study_id:
            self._cursor = self._top = self._beyond = 0
        self.show_again(study)

    def show_again(self, study: "Study | None") -> None:
        """Show ``study`` as it was read anew."""
        self.study = study
        self.refresh_entries()

    def refresh_entries(self) -> None:
        """Draw again what is known, as time passes and as the study changes."""
        study = self.study
        self._post_change()
        if study is None:
            self._entries = []
            self._show_laid([])
            return
        from avara_tui.tui.presentation.detail import Editing, entries  # noqa: PLC0415 - not for the first frame
        from avara_tui.worklist.merge import Draft, differences  # noqa: PLC0415

        shown, draft = self._edits.shown(study), self.draft
        wanted = Draft.of(shown)
        unconfirmed = {each.field for each in differences(Draft.of(study), wanted)}
        editing, people = Editing(unconfirmed, shown=shown), dict(self._edits.people())
        if draft is not None:
            wanted = draft.mine
            editing = Editing(unconfirmed, draft.conflicts, draft.meanwhile, shown)
            people.update(draft.people)
        self._entries = entries(study, wanted, people, self._row_context, editing)
        self._cursor = min(self._cursor, max(len(self._editable()) - 1, 0))
        self._keys = self._find_keys(study)
        self._layout_lines()

    def _post_change(self) -> None:
        shown = (self.study, self.is_dirty)
        if shown != self._told:
            self._told = shown
            self.post_message(self.Changed())

    def move_field(self, by: int) -> None:
        """Move the pane's cursor over the entries that can be edited, and on to what is below."""
        last = max(len(self._editable()) - 1, 0)
        if self._cursor == last and (self._beyond or by > 0):
            self._beyond = min(max(self._beyond + by, 0), self._most_beyond)
        else:
            self._cursor = min(max(self._cursor + by, 0), last)
        self._layout_lines()

    def _editable(self) -> list[int]:
        return [index for index, entry in enumerate(self._entries) if entry.field]

    @property
    def _is_alone(self) -> bool:
        """Whether nothing stands beside the pane: it is below the table, or in its place."""
        return self.size.width >= self.screen.size.width

    @property
    def _is_packed(self) -> bool:
        """Whether the pane has but a few rows below the table, for a look without the keys."""
        return self._is_alone and self.size.height <= _PACKED_ROWS and not self.has_focus

    @contextmanager
    def set_aside(self, instead: "Line") -> "Iterator[None]":
        """Show ``instead`` for a while: what is asked is not about the study under the cursor."""
        self._instead = instead
        self._layout_lines()
        try:
            yield
        finally:
            self._instead = ()
            self._layout_lines()

    def _layout_lines(self) -> None:
        if self.study is None or not self.size:
            return
        if self._instead:
            self._show_laid([self._instead])
            return
        width, height = self.size
        if self._is_packed:
            from avara_tui.tui.presentation.detail_packed import packed  # noqa: PLC0415 - not for the first frame

            self._top = 0
            context = self._row_context
            self._show_laid(packed(self._entries, self._keys, width - 1, height, context))
            return
        from avara_tui.tui.presentation.detail_layout import lay_out  # noqa: PLC0415 - as above

        editable = self._editable()
        marked = editable[self._cursor] if editable and self.has_focus else -1
        laid = lay_out(
            self._entries,
            self._keys,
            min(width, _WIDEST),
            marked=marked,
            height=height,
            stands_still=not self._is_alone,
        )
        self._scroll(laid.first, laid.last, len(laid.lines), height)
        top = self._top + self._beyond
        hidden = len(laid.lines) - top - height
        shown = laid.lines[top : top + height]
        if hidden > 0 and shown:
            shown[-1] = line((f"   … {hidden + 1} more lines", Role.DIM))
        self._show_laid(shown)

    def _show_laid(self, laid: "Sequence[Line]") -> None:
        self._laid = laid
        width, height = self.size
        room = height - len(laid) - 1
        below: Sequence[Line] = ()
        if self._find_below is not None and room > 0 and not self._is_alone:
            below = self._find_below(min(width, _WIDEST) - 1, room)
        if below is not self._below:
            self._below, self._below_drawn = below, dict.fromkeys(below)
        gap = height - len(laid) - len(below)
        self.show([*laid, *[()] * gap, *below] if below else laid)

    def _scroll(self, first: int, last: int, total: int, height: int) -> None:
        if not self.has_focus:
            self._top = self._beyond = 0
            return
        if last > self._top + height - 1:
            self._top = last - height + 1
        self._top = max(min(self._top, first - 1, total - height), 0)
        self._most_beyond = max(total - height - self._top, 0)
        self._beyond = min(self._beyond, self._most_beyond)

    def on_resize(self, event: events.Resize) -> None:
        """Lay the entries out for the room there is."""
        super().on_resize(event)
        self.refresh_entries()

    def watch_has_focus(self, has_focus: bool) -> None:  # noqa: FBT001 - Textual's signature
        """Show the pane's own cursor while the pane has the keys."""
        super().watch_has_focus(has_focus)
        self.refresh_entries()

    def on_key(self, event: events.Key) -> None:
        """Let the screen act on the key."""
        forward_key(self, event, Place.DETAIL)

    def on_click(self, event: events.Click) -> None:
        """Give the pane the keys."""
        event.stop()
        self.post_message(self.Clicked())
