"""Other profiles' STAT studies: counted, shown, rung for, offered to go to. Never written to."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import Final, NamedTuple, Protocol

from avara_tui.clock import Clock
from avara_tui.config import Config
from avara_tui.text import clean
from avara_tui.triage.access.connection import Connection
from avara_tui.triage.notification import BELL, notification
from avara_tui.triage.reading.health import State
from avara_tui.triage.reading.profile_watch import (
    Found,
    Listening,
    ProfileCount,
    ProfileWatch,
    Trouble,
)
from avara_tui.triage.reading.session import TriageSession
from avara_tui.tui.choices import Answer
from avara_tui.tui.controller.lock import known_stat
from avara_tui.tui.lines import Line, Role, line
from avara_tui.tui.options import RunOptions
from avara_tui.tui.presentation.other_profiles import (
    Colours,
    alarm_line,
    header_forms,
    locked_lines,
    offer_line,
)
from avara_tui.tui.protocols import Asking, Started, Terminal

_ANSWERS: Final = (Answer("y", "yes, go there"), Answer("n", "no, seen"))


class OthersScreen(Asking, Terminal, Started, Protocol):
    """What watching other profiles needs of the screen."""


class Running(Protocol):
    """A watch that runs."""

    def cancel(self) -> object:
        """Have it end."""
        ...


class Here(NamedTuple):
    """What watching other profiles needs of the one on the screen."""

    session: TriageSession
    unnoticed: Callable[[], Mapping[str, float]]
    """Returns the studies whose alarm nobody has noticed, and when each was raised."""
    show: Callable[[], None]
    """Draws what is around the table."""
    go_to: Callable[[str], Awaitable[None]]
    """Goes to another profile by its name."""
    run: Callable[[Coroutine[None, None, None]], Running]
    """Runs a watch for as long as the screen is there."""


class OtherProfiles:
    """The watches over other profiles. None of them can write, and none holds up this one."""

    def __init__(self, screen: OthersScreen, here: Here, clock: Clock) -> None:
        self._screen = screen
        self._here = here
        self._clock = clock
        self._config = Config()
        self._kept = {each.name: each for each in screen.options.watches}
        self._watches: dict[str, ProfileWatch] = {}
        self._runs: dict[str, Running] = {}
        self._ended: list[ProfileWatch] = []
        self._turn = asyncio.Lock()
        self._has_begun = False
        self._owes_a_bell = False

    def take_settings(self, config: Config) -> None:
        """Watch the profiles that ``config`` names, but for the one on the screen."""
        self._config = config
        names = [each for each in config.watch if each != self._screen.options.profile]
        for name in self._watches.keys() - set(names):
            self._end(self._watches[name])
        self._watches = {name: self._watch(name) for name in names}
        # What nobody watches any more is let go of, the key first of all.
        self._kept.clear()

    def _watch(self, name: str) -> ProfileWatch:
        """Return the watch over a profile; a new one goes on from what was known."""
        watch = self._watches.get(name)
        if watch is None:
            watch = self._kept.pop(name, None) or ProfileWatch(name, self._clock)
            if self._has_begun:
                self._begin(watch)
        return watch

    def _end(self, watch: ProfileWatch) -> None:
        run = self._runs.pop(watch.name, None)
        if run is not None:
            run.cancel()
        self._screen.withdraw(_about(watch))
        self._ended.append(watch)

    def _begin(self, watch: ProfileWatch) -> None:
        listening = Listening(lambda: self._changed(watch), self._arrived)
        run = watch.run(lambda: self._find(watch.name), self._interval, listening, self._turn)
        self._runs[watch.name] = self._here.run(run)

    def _interval(self) -> float:
        return self._config.refresh.stat

    def _find(self, name: str) -> Found:
        """Return the way to a profile's server. May block: called in a thread.

        Raises ConfigError, SettingsError and ConnectionProblem.
        """
        make = self._screen.options.for_profile
        assert make is not None  # noqa: S101 - without it nothing is watched
        options = make(name)
        return Found(options.connect(), (options.config or self._config).profile(name))

    # What the session, the clock and the watches tell.

    def health_changed(self) -> None:
        """Begin once this profile has its key: it is asked for first, and never beside another."""
        session = self._here.session
        is_asking = session.connection is None and session.health.state is State.CONNECTING
        if self._has_begun or is_asking:
            return
        self._has_begun = True
        for watch in self._watches.values():
            self._begin(watch)

    def ask_again(self) -> None:
        """Look at once, also where there was no key: a person asks for it."""
        for watch in self._watches.values():
            watch.ask_again()

    def tick(self) -> None:
        """Ring for what came in quiet hours, once they are over."""
        if self._owes_a_bell and not self._is_quiet:
            self._arrived()

    def _changed(self, watch: ProfileWatch) -> None:
        count = watch.count(self._interval())
        if count.trouble in {None, Trouble.UNREAD}:
            self._screen.withdraw(_about(watch))
        else:
            remedy = " ".join(count.remedy.split())
            said = f"{count.name} is not watched: {count.sentence} {remedy}"
            again = f"  {self._screen.key('refresh')} asks again"
            self._screen.alert(line((clean(said), Role.WARNING), again), _about(watch))
        self._here.show()

    def _arrived(self) -> None:
        """Ring once, unless the site wants quiet."""
        self._owes_a_bell = self._is_quiet and bool(self.waiting)
        if self._is_quiet or not self.waiting:
            return
        if self._config.alarm.bell:
            self._screen.write_to_terminal(BELL)
        sequence = notification(self.waiting, self._config.alarm.desktop, os.environ)
        if sequence:
            self._screen.write_to_terminal(sequence)

    @property
    def _is_quiet(self) -> bool:
        moment = time.localtime(self._clock.now())
        return self._config.alarm.is_quiet(moment.tm_hour * 60 + moment.tm_min)

    # What is shown.

    @property
    def counts(self) -> list[ProfileCount]:
        """What is known of each profile, in the order of the settings."""
        return [each.count(self._interval()) for each in self._watches.values()]

    @property
    def _colours(self) -> Colours:
        return {name: self._config.profile(name).colour for name in self._watches}

    def header_forms(self) -> Sequence[Line]:
        """Return the others' counts for the header line, from the fullest form down."""
        return header_forms(self.counts, self._colours)

    def locked_lines(self) -> list[Line]:
        """Return what a locked screen says of the others."""
        return locked_lines(self.counts, self._colours)

    @property
    def waiting(self) -> int:
        """How many studies came elsewhere that nobody has taken notice of."""
        return sum(each.new for each in self.counts)

    def alarm_lines(self, way: str, width: int) -> list[Line]:
        """Return the others' alarms, the oldest first; the first says the ``way`` there."""
        news = self._news()
        return [alarm_line(each, way if each is news[0] else "", width) for each in news]

    def _news(self) -> list[ProfileCount]:
        return sorted((each for each in self.counts if each.new), key=lambda each: each.new_at or 0)

    # What the keys do.

    async def offer(self, *, alarms_only: bool) -> bool:
        """Offer to go where an alarm waits, else where STAT is open; return whether any is."""
        waiting = [] if alarms_only else [each for each in self.counts if each.open]
        offered = next(iter([*self._news(), *waiting]), None)
        if offered is None:
            return False
        asked_at = self._clock.now()
        answer = await self._screen.ask(offer_line(offered), _ANSWERS)
        watch = self._watches.get(offered.name)
        if answer == "y":
            await self._here.go_to(offered.name)
        elif answer == "n" and watch is not None:
            watch.take_as_seen(asked_at)
        return True

    def take_as_seen(self) -> int:
        """Take what is new everywhere as noticed; return how many studies that were."""
        return sum(each.take_as_seen() for each in self._watches.values())

    def left_for(self, other: RunOptions) -> RunOptions:
        """Return how to start with another profile: the others stay watched, this one as well.

        A key that was found already is not asked for again.
        """
        for run in self._runs.values():
            run.cancel()
        kept = {**self._kept, **self._watches}
        # They are the next one's from here on: the end of this one must not end them.
        self._kept, self._watches, self._runs = {}, {}, {}
        there, here = kept.pop(other.profile, None), self._screen.options.profile
        if here in self._config.watch:
            kept[here] = self._left_behind(here)
        if there is not None:
            other = other._replace(connect=_begun_way(there, other))
        return other._replace(watches=tuple(kept.values()))

    def _left_behind(self, name: str) -> ProfileWatch:
        """Return a watch over this profile, which is left: what is known of it is no news."""
        session = self._here.session
        found = None
        if session.connection is not None and session.health.state is not State.REFUSED:
            found = Found(session.connection, self._config.profile(name))
        known, unseen = known_stat(session), self._here.unnoticed()
        return ProfileWatch(name, self._clock, found=found, known=known, unseen=unseen)

    async def stop(self) -> None:
        """End all watches and wait until their connections are closed."""
        for run in self._runs.values():
            run.cancel()
        watches = [*self._watches.values(), *self._ended]
        await asyncio.gather(*(each.stop() for each in watches))


def _about(watch: ProfileWatch) -> str:
    return f"watch {watch.name}"


def _begun_way(watch: ProfileWatch, options: RunOptions) -> Callable[[], Connection]:
    """Return what gives the connection that a watch has, or is about to have, and then asks anew.

    It gives it once: unlocking must ask for the key. Settings that have changed ask at once.
    """
    loop, is_first = asyncio.get_running_loop(), [True]
    profile = None if options.config is None else options.config.profile(options.profile)

    def connect() -> Connection:
        found = None
        if is_first:
            is_first.clear()
            found = watch.good_way
            if watch.is_looking:
                found = asyncio.run_coroutine_threadsafe(watch.search(), loop).result()
        return found.connection if found and found.profile == profile else options.connect()

    return connect
