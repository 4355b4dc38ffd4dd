"""The profiles that are watched, once the settings name any: who names none pays for nothing."""

from typing import TYPE_CHECKING, ClassVar, Protocol

from avara_tui.clock import Clock
from avara_tui.config import Config

if TYPE_CHECKING:
    from avara_tui.triage.reading.session import TriageSession
    from avara_tui.tui.controller.alarm import AlarmController
    from avara_tui.tui.controller.other_profiles import OtherProfiles
    from avara_tui.tui.controller.profile_switch import ProfileSwitch
    from avara_tui.tui.controller.throttle import Throttle
    from avara_tui.tui.options import RunOptions
    from avara_tui.tui.screens.worklist import WorklistScreen


class Watching(Protocol):
    """Whoever watches other profiles."""

    session: "TriageSession"
    alarms: "AlarmController"
    profiles: "ProfileSwitch"
    show_soon: "Throttle"


class WatchedProfiles:
    """Makes the watches when the settings first ask for any. Until then it does nothing."""

    takes: ClassVar[tuple[str, ...]] = ("watch", "refresh", "alarm")

    def __init__(self, screen: "WorklistScreen", watching: Watching, clock: Clock) -> None:
        self._screen = screen
        self._watching = watching
        self._clock = clock
        self.others: OtherProfiles | None = None
        """The watches, where there are or were any."""

    def take_settings(self, config: Config) -> None:
        """Watch the profiles that ``config`` names. In a demo there are no others."""
        can_go = self._screen.options.for_profile is not None
        if self.others is None and config.watch and can_go:
            self.others = self._made()
        if self.others is not None:
            self.others.take_settings(config)

    def _made(self) -> "OtherProfiles":
        from avara_tui.tui.controller.other_profiles import Here, OtherProfiles  # noqa: PLC0415 - few want it

        watching = self._watching
        here = Here(
            watching.session,
            lambda: watching.alarms.unnoticed,
            watching.show_soon,
            watching.profiles.go_to,
            lambda run: self._screen.run_worker(run, group="others"),
        )
        return OtherProfiles(self._screen, here, self._clock)

    def health_changed(self) -> None:
        """Begin as soon as the profile on the screen has its key."""
        if self.others is not None:
            self.others.health_changed()

    def tick(self) -> None:
        """Take in that time has passed."""
        if self.others is not None:
            self.others.tick()

    def ask_again(self) -> None:
        """Look at once: a person asks for it."""
        if self.others is not None:
            self.others.ask_again()

    def left_for(self, other: "RunOptions") -> "RunOptions":
        """Return how to start with another profile, given what is known of all by now."""
        return other if self.others is None else self.others.left_for(other)

    async def stop(self) -> None:
        """End all watches and wait until their connections are closed."""
        if self.others is not None:
            await self.others.stop()
