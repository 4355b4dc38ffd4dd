"""The line between the table and the detail, which is the table's scroll bar."""

from collections.abc import Sequence

from textual.strip import Strip

from avara_tui.tui.lines import Role, Span
from avara_tui.tui.presentation.scroll_bar import LINE
from avara_tui.tui.widgets.pane import Pane


class TableRule(Pane):
    """One cell wide. It never has the keys."""

    DEFAULT_CSS = "TableRule { width: 1; height: 100%; background: $surface; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._bar: Sequence[Span] = ()

    def show_bar(self, bar: Sequence[Span]) -> None:
        """Show the cells of the rule from the top down."""
        if bar != self._bar:
            self._bar = bar
            self.repaint()

    def visible_strips(self) -> list[Strip]:
        """Return the cells of the rule, those that nobody has told as a line."""
        width, height = self.size
        missing = [(LINE, Role.DIM)] * (height - len(self._bar))
        return [self.strip((cell,), width) for cell in (*self._bar[:height], *missing)]
