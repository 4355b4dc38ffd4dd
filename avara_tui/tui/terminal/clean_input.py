"""A line of text to type in that draws nothing a terminal would obey."""

from rich.cells import cell_len
from rich.text import Text
from textual.widgets import Input

from avara_tui.text import clean_in_place


class CleanInput(Input):
    """Holds a text as it was typed, and draws it clean, as many characters."""

    @property
    def _value(self) -> Text:
        return Text(clean_in_place(self.value), no_wrap=True, overflow="ignore", end="")

    def _position_to_cell(self, position: int) -> int:
        return cell_len(clean_in_place(self.value)[:position])
