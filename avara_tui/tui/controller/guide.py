"""Tells the person what can be done: help, the palette of everything, the first things to know."""

from collections.abc import Awaitable
from typing import TYPE_CHECKING

from avara_tui.triage.reading.health import State
from avara_tui.tui.keys.actions import Actions
from avara_tui.tui.presentation.masthead import is_known

if TYPE_CHECKING:
    from avara_tui.tui.controller.command_palette import PaletteController, PaletteScreen
    from avara_tui.tui.widgets.tour_card import TourCard


class Guide:
    """Shows what there is, for the place where the person is."""

    def __init__(self, controller: "PaletteController", screen: "PaletteScreen") -> None:
        self._controller = controller
        self._screen = screen
        self._unasked: TourCard | None = None
        self._is_offered = False
        self._used: list[str] = []
        """What was chosen in the palette in this session, the last first."""

    @property
    def actions(self) -> Actions:
        """What can be asked, by action id."""
        return {
            "help": self.show_help,
            "tour": self.show_tour,
            "palette": self.open_palette,
            "redraw": self._screen.app.draw_anew,
        }

    def reasons(self) -> dict[str, str]:
        """Return, by action id, why what cannot be done where the person is cannot be done."""
        reasons = {each: self._controller.refusal(each) for each in self._screen.keymap.actions}
        return {action_id: why for action_id, why in reasons.items() if why}

    def show_help(self) -> None:
        """Lay the card of keys over the worklist."""
        from avara_tui.tui.presentation.help_text import Help  # noqa: PLC0415 - on request only
        from avara_tui.tui.presentation.meant import meant_line  # noqa: PLC0415
        from avara_tui.tui.widgets.help_card import HelpCard  # noqa: PLC0415

        keymap, meant = self._screen.keymap, self._controller.target()
        content = Help(keymap, self._screen.place, self.reasons())
        name = () if meant is None else meant_line(meant, masked=self._screen.masked)
        self._screen.lay(HelpCard(content, keymap, self._screen.table, name))

    def open_palette(self) -> Awaitable[None]:
        """Ask for anything by its name, and do it."""
        from avara_tui.tui.controller.command_palette import CommandPalette  # noqa: PLC0415 - on request only

        return CommandPalette(self._controller, self._screen, self.reasons(), self._used).open()

    def show_tour(self) -> None:
        """Lay the first things to know over the worklist."""
        from avara_tui.tui.widgets.tour_card import TourCard  # noqa: PLC0415 - on request only

        self._screen.lay(TourCard(self._screen.keymap, unasked=False))

    def offer_tour(self) -> None:
        """Show the first things to know to somebody who is here for the first time.

        They wait until there is a worklist to show them over: what is wrong goes before them.
        """
        self._is_offered = True
        self.health_changed()

    def health_changed(self) -> None:
        """Show the tour that was offered, or take it away, as the moment allows."""
        if not self._is_offered and self._unasked is None:
            return
        health = self._controller.session.health
        if health.state in {State.UNCONNECTED, State.REFUSED}:
            self.end_tour()
        elif self._is_offered and is_known(health) and self._screen.is_at_rest:
            self._is_offered = False
            self._show_unasked()

    def _show_unasked(self) -> None:
        from avara_tui.tui.presentation.tour import is_first_time  # noqa: PLC0415 - not for the first frame
        from avara_tui.tui.widgets.tour_card import TourCard  # noqa: PLC0415

        if is_first_time():
            self._unasked = TourCard(self._screen.keymap, unasked=True)
            self._screen.mount(self._unasked)

    def end_tour(self) -> bool:
        """Take the tour away that came unasked, for what matters more; return if it was there."""
        if self._unasked is None:
            return False
        self._unasked.remove()
        self._unasked = None
        return True
