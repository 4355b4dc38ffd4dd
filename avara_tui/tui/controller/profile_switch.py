"""Going to another profile without leaving the program: its own server, key, colour and person."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Protocol

from avara_tui.config import ConfigError, SettingsError
from avara_tui.text import clean
from avara_tui.triage.process.background import in_daemon_thread
from avara_tui.tui.choices import Choice
from avara_tui.tui.keys.actions import Actions
from avara_tui.tui.lines import Role, line
from avara_tui.tui.protocols import Hosted, Noticing, Picking, Started

if TYPE_CHECKING:
    from avara_tui.tui.keys.key_turn import KeyTurn
    from avara_tui.tui.options import RunOptions


class ProfileScreen(Noticing, Picking, Started, Hosted, Protocol):
    """What going to another profile needs of the screen."""

    @property
    def key_turn(self) -> "KeyTurn":
        """Whose turn it is to have keys."""
        ...


class ProfileSwitch:
    """Asks for a profile, and has the app show it in place of this one."""

    def __init__(
        self,
        screen: ProfileScreen,
        may_leave: Callable[[], Awaitable[bool]],
        leaving: Callable[["RunOptions"], "RunOptions"],
    ) -> None:
        """``may_leave`` asks about drafts and changes under way before they are left behind.

        ``leaving`` returns how to start with a profile, given what is known of it by now. It is
        called when this one is left for it.
        """
        self._screen = screen
        self._may_leave = may_leave
        self._leaving = leaving

    @property
    def actions(self) -> Actions:
        """What can be done with profiles, by action id."""
        return {"profile": self.choose}

    @property
    def others(self) -> list[str]:
        """The profiles that one can go to."""
        options = self._screen.options
        if options.for_profile is None:
            return []
        return [each for each in options.profiles if each != options.profile]

    async def choose(self) -> None:
        """Ask for a profile and go there, unless a draft or a change under way is in the way."""
        screen, options, others = self._screen, self._screen.options, self.others
        if not others:
            said = "there is no other profile: `avara-tui config example` shows how to add one"
            screen.notice(line((said, Role.WARNING)))
            return
        choices = [Choice(each, line(clean(each)), each.lower()) for each in others]
        name = await screen.pick(f"Profile, instead of {clean(options.profile)}", choices)
        if name is not None:
            await self.go_to(name)

    async def go_to(self, name: str) -> None:
        """Go to a profile, unless a draft or a change under way is in the way."""
        screen, make = self._screen, self._screen.options.for_profile
        if make is None or not await self._may_leave():
            return
        # What is typed from here on is for the other profile, and nobody has seen that yet.
        turn = screen.key_turn.hold()
        try:
            other = await in_daemon_thread(lambda: make(name))
        except (ConfigError, SettingsError) as error:
            screen.key_turn.release(turn)
            remedy = getattr(error, "remedy", "")
            screen.notice(line((clean(f"stays here: {error} {remedy}"), Role.WARNING)))
            return
        screen.app.call_later(screen.app.show_profile, self._leaving(other))
