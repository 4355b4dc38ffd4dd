"""A line of text to type in that draws nothing a terminal would obey."""

from typing import Final

from rich.cells import cell_len
from rich.text import Text
from textual.widgets import Input

from avara_tui.text import clean_in_place

_DOT: Final = "•"


class CleanInput(Input):
    """Holds a text as it was typed, and draws it clean, as many characters: dots for a secret."""

    @property
    def _value(self) -> Text:
        return Text(self._drawn, no_wrap=True, overflow="ignore", end="")

    def _position_to_cell(self, position: int) -> int:
        return cell_len(self._drawn[:position])

    @property
    def _drawn(self) -> str:
        return _DOT * len(self.value) if self.password else clean_in_place(self.value)
