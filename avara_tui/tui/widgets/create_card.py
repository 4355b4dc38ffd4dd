"""The form of a new study: its fields, which one the cursor is on, and what is still wrong."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from avara_tui.tui.lines import Line, line, squeeze
from avara_tui.tui.presentation.detail import Entry
from avara_tui.tui.presentation.form_lines import entry_lines, label_width
from avara_tui.tui.widgets.work_card import WorkCard

if TYPE_CHECKING:
    from textual.geometry import Size

_KEPT = 3
"""Lines of the worklist that stay in sight above the form."""
_FRAME = 3
"""Lines of the form besides its fields: heading, what is said, foot."""


class CreateCard(WorkCard):
    """Shows entries as the detail pane does, one of them under a cursor."""

    def __init__(self) -> None:
        super().__init__()
        self._heading: Line = ()
        self._said: Line = ()
        self._foot: Line = ()
        self._entries: Sequence[Entry] = ()
        self.cursor = 0
        """Which of the entries that can be edited the cursor is on."""

    def describe(self, heading: Line, entries: Sequence[Entry], said: Line, foot: Line) -> None:
        """Show the form, and what is to be ``said`` of it above its ``foot``."""
        self._heading, self._entries = heading, entries
        self._said, self._foot = said, foot
        self.move(0)

    @property
    def entry(self) -> Entry | None:
        """The entry under the cursor."""
        editable = self._editable
        return editable[self.cursor] if editable else None

    @property
    def _editable(self) -> list[Entry]:
        return [each for each in self._entries if each.field is not None]

    def move(self, by: int) -> None:
        """Move the cursor to another field."""
        last = max(len(self._editable) - 1, 0)
        self.cursor = min(max(self.cursor + by, 0), last)
        self.draw()

    def body(self, room: "Size") -> Sequence[Line]:
        """Return the form's lines; the field under the cursor is among them."""
        width = self.size.width or room.width
        labels = label_width(self._entries)
        lines: list[Line] = []
        cursor_line = 0
        for entry in self._entries:
            is_cursor = entry is self.entry
            if is_cursor:
                cursor_line = len(lines)
            lines += entry_lines(entry, width, labels, under_cursor=is_cursor)
        height = max(room.height - _KEPT - _FRAME, 1)
        top = min(max(cursor_line - height // 2, 0), max(len(lines) - height, 0))
        return [
            line(" ", *self._heading),
            *lines[top : top + height],
            line(" ") + squeeze(self._said, width - 1),
            line(" ") + squeeze(self._foot, width - 1),
        ]
