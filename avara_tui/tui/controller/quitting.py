"""Leaving: what has to be answered first, and what is not saved where nobody is asked."""

from typing import TYPE_CHECKING, Protocol

from avara_tui.tui.commands.own_open import OwnOpen, Parting
from avara_tui.tui.keys.actions import Actions
from avara_tui.tui.protocols import Hosted

if TYPE_CHECKING:
    from avara_tui.tui.commands.edit_controller import EditController
    from avara_tui.tui.commands.targets import Targets
    from avara_tui.tui.controller.leaving import Leaving, LeftScreen


class QuittingScreen(Hosted, Protocol):
    """What quitting needs of the screen."""

    @property
    def is_too_small(self) -> bool:
        """Whether the terminal has no room to show a study safely."""
        ...


class Quitting:
    """Asks for what has to be answered before the program, or its profile, is left."""

    def __init__(
        self,
        screen: QuittingScreen,
        edits: "EditController",
        targets: "Targets",
        own_open: OwnOpen,
    ) -> None:
        self._screen = screen
        self._edits = edits
        self._targets = targets
        self._own_open = own_open

    @property
    def actions(self) -> Actions:
        """What is done by a key, by action id."""
        return {"quit": self.quit}

    async def quit(self) -> None:
        """Leave the program, unless something that is not saved wants an answer first."""
        while await self.may_leave():
            # Where nothing can be seen, nothing more is asked.
            unseen = self._screen.is_too_small
            parting = Parting.LEAVES if unseen else await self._own_open.part()
            if parting is Parting.LEAVES:
                self._screen.app.exit()
            if parting is not Parting.ASKED_FOR_MORE:
                return

    async def may_leave(self) -> bool:
        """Ask before anything that is not saved is left behind."""
        return await self._edits.may_quit() and await self._targets.may_leave()

    def count_losses(self, screen: "LeftScreen") -> "Leaving":
        """Count what is not saved, and send nothing more: nobody is asked any more."""
        from avara_tui.tui.controller.leaving import leave  # noqa: PLC0415 - when all is over

        return leave(screen, self._edits, self._targets)
