"""The alarms, in lines below the table: nothing above them moves when they come and go."""

from collections.abc import Sequence

from avara_tui.tui.lines import Line
from avara_tui.tui.widgets.pane import Pane


class AlarmBanner(Pane):
    """As high as what it has to say; it never has the keys."""

    DEFAULT_CSS = """
    AlarmBanner { height: 0; background: $surface; }
    """

    def show_alarms(self, lines: Sequence[Line]) -> None:
        """Show ``lines``, an alarm each, or nothing."""
        if len(lines) != len(self.lines):
            self.styles.height = len(lines)
        self.show(lines)
