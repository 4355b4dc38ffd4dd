"""The pane that shows one study whole, and holds the draft of what is to change on it."""

from dataclasses import dataclass, replace

from textual import events
from textual.message import Message

from avara_tui.study import Study, UserRef
from avara_tui.tui.actions import Place
from avara_tui.tui.columns import RowContext
from avara_tui.tui.detail import Entry, entries, entry_lines, heading, label_width
from avara_tui.tui.key_turn import take
from avara_tui.tui.lines import Line, Role, line
from avara_tui.tui.widgets.pane import Pane
from avara_tui.worklist.merge import Draft


class DetailPane(Pane, can_focus=True):
    """One study. While its draft differs from the study it stays, whatever the table does."""

    DEFAULT_CSS = """
    DetailPane { background: $surface; }
    """

    @dataclass
    class Clicked(Message):
        """The pane was clicked: the person wants to be in it."""

    @dataclass
    class Changed(Message):
        """Another study is shown, or its draft has begun or ended."""

    def __init__(self, context: RowContext, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._row_context = context
        self.study: Study | None = None
        self.base: Draft | None = None
        """The study as it was when the draft was begun: what a merge starts from."""
        self.draft: Draft | None = None
        self._assignee: UserRef | None = None
        self._told: tuple[Study | None, bool] = (None, False)
        self._entries: list[Entry] = []
        self._cursor = 0
        self._top = 0
        self._empty: Line = line(("no study under the cursor", Role.DIM))

    @property
    def is_dirty(self) -> bool:
        """Whether the draft holds something that the server has not got."""
        return self.draft is not None and self.draft != self.base

    @property
    def changed_fields(self) -> int:
        """How many fields and metadata pairs the draft changes."""
        if self.draft is None or self.base is None:
            return 0
        fields = ("severity", "status", "description", "assigned_to")
        changed = [name for name in fields if getattr(self.draft, name) != getattr(self.base, name)]
        keys = self.draft.metadata.keys() | self.base.metadata.keys()
        changed += [
            key for key in keys if self.draft.metadata.get(key) != self.base.metadata.get(key)
        ]
        return len(changed)

    @property
    def entry(self) -> Entry | None:
        """The entry under the pane's own cursor."""
        editable = self._editable()
        return self._entries[editable[self._cursor]] if editable else None

    def show_study(self, study: Study | None) -> None:
        """Show ``study``. A draft of the study that was shown before is gone: ask first."""
        if study is None or self.study is None or study.study_id != self.study.study_id:
            self.drop_draft()
            self._cursor = self._top = 0
        self.study = study
        self.refresh_entries()

    def refresh_entries(self) -> None:
        """Draw again what is known, as time passes and as the study changes."""
        study = self.study
        self._tell_change()
        if study is None:
            self._entries = []
            self.show([(), line("  ") + self._empty])
            return
        draft = self._rebased(study)
        self._entries = entries(study, draft, self._assignee, masked=self._row_context.masked)
        self._cursor = min(self._cursor, max(len(self._editable()) - 1, 0))
        self._layout_lines()

    def _tell_change(self) -> None:
        shown = (self.study, self.is_dirty)
        if shown != self._told:
            self._told = shown
            self.post_message(self.Changed())

    def _rebased(self, study: Study) -> Draft:
        """Return the draft to show: a refresh moves what the person has not touched."""
        if self.draft is None or self.base is None:
            return Draft.of(study)
        return self.draft

    def begin(self) -> Draft:
        """Return the draft to change, begun from the study as it is shown if there is none."""
        if self.study is None:
            raise LookupError("no study is shown")
        if self.draft is None:
            self.base = self.draft = Draft.of(self.study)
        return self.draft

    def change(self, draft: Draft, assignee: UserRef | None = None) -> None:
        """Take ``draft`` as what the person wants the study to be."""
        if draft.assigned_to != self.begin().assigned_to:
            self._assignee = assignee
        self.draft = draft
        if draft == self.base:
            self.drop_draft()
        self.refresh_entries()

    def change_metadata(
        self, key: str, value: str | None, *, renamed_to: str | None = None
    ) -> None:
        """Set, rename or (with None) delete a metadata pair in the draft."""
        draft = self.begin()
        pairs = dict(draft.metadata)
        pairs.pop(key, None)
        if value is not None:
            pairs[renamed_to or key] = value
        self.change(replace(draft, metadata=pairs))

    def drop_draft(self) -> None:
        """Forget the draft."""
        self.draft = self.base = None
        self._assignee = None

    def move_field(self, by: int) -> None:
        """Move the pane's cursor over the entries that can be edited."""
        last = len(self._editable()) - 1
        self._cursor = min(max(self._cursor + by, 0), max(last, 0))
        self._layout_lines()

    def _editable(self) -> list[int]:
        return [index for index, entry in enumerate(self._entries) if entry.field]

    def _layout_lines(self) -> None:
        study = self.study
        if study is None:
            return
        width, height = self.size
        lines = heading(study, self._row_context, width)
        editable = self._editable()
        marked = editable[self._cursor] if editable and self.has_focus else -1
        first = last = 0
        labels = label_width([each for each in self._entries if each.key is None])
        keys = label_width([each for each in self._entries if each.key is not None])
        for index, entry in enumerate(self._entries):
            if index == marked:
                first = len(lines)
            lines += entry_lines(
                entry, width, labels if entry.key is None else keys, under_cursor=index == marked
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
        take(self, event, Place.DETAIL)

    def on_click(self, event: events.Click) -> None:
        """Give the pane the keys."""
        event.stop()
        self.post_message(self.Clicked())
