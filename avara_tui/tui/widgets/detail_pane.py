"""The pane that shows one study whole, and what its draft is to change on it."""

from typing import TYPE_CHECKING, Protocol

from textual import events
from textual.message import Message

from avara_tui.tui.keys.key_turn import forward_key
from avara_tui.tui.keys.places import Place
from avara_tui.tui.lines import Role, line
from avara_tui.tui.presentation.row_context import RowContext
from avara_tui.tui.widgets.pane import Pane

if TYPE_CHECKING:
    from collections.abc import Mapping

    from avara_tui.study import Study, UserRef
    from avara_tui.tui.presentation.detail import Entry
    from avara_tui.worklist.drafts import OpenDraft

_ROOMY = 14
"""Rows from which on there is room for a blank one."""


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
            self._cursor = self._top = 0
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
            self.show([])
            return
        from avara_tui.tui.presentation.detail import Editing, entries  # noqa: PLC0415 - not for the first frame
        from avara_tui.worklist.merge import Draft, differences  # noqa: PLC0415

        wanted, draft = Draft.of(self._edits.shown(study)), self.draft
        unconfirmed = {each.field for each in differences(Draft.of(study), wanted)}
        editing, people = Editing(unconfirmed), dict(self._edits.people())
        if draft is not None:
            wanted = draft.mine
            editing = Editing(unconfirmed, draft.conflicts, draft.meanwhile)
            people.update(draft.people)
        masked = self._row_context.masked
        self._entries = entries(study, wanted, people, editing, masked=masked)
        self._cursor = min(self._cursor, max(len(self._editable()) - 1, 0))
        self._layout_lines()

    def _post_change(self) -> None:
        shown = (self.study, self.is_dirty)
        if shown != self._told:
            self._told = shown
            self.post_message(self.Changed())

    def move_field(self, by: int) -> None:
        """Move the pane's cursor over the entries that can be edited."""
        last = len(self._editable()) - 1
        self._cursor = min(max(self._cursor + by, 0), max(last, 0))
        self._layout_lines()

    def _editable(self) -> list[int]:
        return [index for index, entry in enumerate(self._entries) if entry.field]

    def _layout_lines(self) -> None:
        study = self.study
        if study is None or not self.size:
            return
        from avara_tui.tui.presentation.detail import entry_lines, heading, label_width  # noqa: PLC0415

        width, height = self.size.width - 1, self.size.height
        lines = heading(self._edits.shown(study), self._row_context, width)
        if height >= _ROOMY:
            lines.append(())
        editable = self._editable()
        marked = editable[self._cursor] if editable and self.has_focus else -1
        first = last = 0
        labels = label_width([each for each in self._entries if each.key is None])
        keys = label_width([each for each in self._entries if each.key is not None])
        for index, entry in enumerate(self._entries):
            if index == marked:
                first = len(lines)
            lines += entry_lines(
                entry,
                width - 1,
                labels if entry.key is None else keys,
                under_cursor=index == marked,
            )
            if index == marked:
                last = len(lines)
        self._scroll(first, last, len(lines), height)
        hidden = len(lines) - self._top - height
        shown = lines[self._top : self._top + height]
        if hidden > 0 and shown:
            shown[-1] = line((f"   … {hidden + 1} more lines", Role.DIM))
        self.show(shown)

    def _scroll(self, first: int, last: int, total: int, height: int) -> None:
        if not self.has_focus:
            self._top = 0
            return
        if last > self._top + height - 1:
            self._top = last - height + 1
        self._top = max(min(self._top, first - 1, total - height), 0)

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
