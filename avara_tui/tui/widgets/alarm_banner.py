"""The alarms, in lines below the table: nothing above them moves when they come and go."""

from collections.abc import Sequence

from avara_tui.tui.lines import Line
from avara_tui.tui.widgets.pane import Pane


class AlarmBanner(Pane):
    """As high as what it has to say; it never has the keys."""

    DEFAULT_CSS = """
    AlarmBanner { height: 0; background: $surface; }
    AlarmBanner.-over { layer: alert; dock: bottom; }
    """

    def show_alarms(self, lines: Sequence[Line]) -> None:
        """Show ``lines``, an alarm each, or nothing."""
        is_other_height = len(lines) != len(self.lines)
        if is_other_height:
            self.styles.height = len(lines)
        self.show(lines)
        if is_other_height:
            self._make_room()

    def _make_room(self) -> None:
        """Let what lies over the worklist leave the alarms in sight."""
        from avara_tui.tui.widgets.work_card import WorkCard  # noqa: PLC0415 - not at the start

        for card in self.screen.query(WorkCard):
            card.draw()
