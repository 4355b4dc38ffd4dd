"""Watches over open STAT studies by number alone, while the worklist is locked."""

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from avara_tui.api.errors import AvaraError, ErrorKind
from avara_tui.clock import Clock
from avara_tui.study import INCOMPLETE, STAT
from avara_tui.study_requests import StudyFilter
from avara_tui.triage.access.connection import Connection
from avara_tui.triage.process.background import in_daemon_thread
from avara_tui.triage.reading.backoff import pause_after
from avara_tui.triage.reading.certainty import Certainty, Tally
from avara_tui.triage.reading.looking_up import LOOK_UP_TIME, LOOK_UPS, NO_ANSWER
from avara_tui.triage.reading.session import open_client
from avara_tui.worklist.studies import StudySet

if TYPE_CHECKING:
    from avara_tui.api.client import AvaraClient

_WALKS: Final = 3
"""Walks over one list, where studies come twice in it, after which as many are counted."""
_GIVE_UP: Final = frozenset({ErrorKind.UNAUTHORIZED, ErrorKind.FORBIDDEN, ErrorKind.SETUP})


@dataclass(frozen=True, slots=True)
class StatCount:
    """How many open STAT studies there are, and how sure that is."""

    open: int | None = None
    """None while nobody knows."""
    arrived: int = 0
    """How many of them were not there when the watch began."""
    read_at: float | None = None
    """When they were last counted, in seconds since the epoch."""
    problem: AvaraError | None = None
    """Why the last attempt to count them failed."""
    is_sure: bool = True
    """Whether there are no more, as far as the server's list can tell."""


class StatWatch:
    """Counts open STAT studies again and again. It keeps their ids, and no text of any study."""

    def __init__(
        self,
        connection: Connection,
        known: AbstractSet[str] | None,
        clock: Clock,
        *,
        interval: Callable[[], float],
        severities: Callable[[], AbstractSet[str]],
        follows: Callable[[], Iterable[str]],
        look: Callable[[StudySet], None],
        me: Callable[[], str | None] = lambda: None,
        notify: Callable[[StatCount], None],
    ) -> None:
        """``interval`` returns the seconds from one count to the next, as the settings have it.

        ``known`` are the ids of those that are no news; None for those of the first count.

        Whoever raises alarms may ``look`` at the open studies of some ``severities`` while they
        are counted, at all that are ``me``'s own, and at those that it ``follows``, whatever has
        become of them.
        """
        self._connection = connection
        self._known = known
        self._clock = clock
        self._interval = interval
        self._severities = severities
        self._follows = follows
        self._look = look
        self._me = me
        self._notify = notify
        self.count = StatCount()

    async def run(self) -> None:
        """Count until cancelled. A refused key ends the counting; other trouble does not."""
        try:
            client = await in_daemon_thread(lambda: open_client(self._connection))
        except AvaraError as error:
            self._failed(error)
            return
        failures = 0
        try:
            while True:
                try:
                    await self._read(client)
                except AvaraError as error:
                    self._failed(error)
                    if error.kind in _GIVE_UP:
                        return
                    failures += 1
                    pause = pause_after(error, failures, self._interval())
                else:
                    failures, pause = 0, self._interval()
                await asyncio.sleep(pause)
        finally:
            with contextlib.suppress(AvaraError):
                await client.aclose()

    async def _read(self, client: "AvaraClient") -> None:
        """Count the open STAT studies, and let all be looked at that may raise alarms.

        What was read counts, though another severity cannot be read.
        """
        listed: set[str] = set()
        for severity in sorted({STAT, *self._severities()}, key=lambda each: each != STAT):
            query = StudyFilter(severity=severity, status=INCOMPLETE, is_cancelled=False)
            studies, is_sure = await _listed(client, query)
            # Of one whose severity cannot be read, the server says that this is it.
            found = {
                each.study_id
                for each in studies
                if each.severity == severity or "severity" in each.unreadable
            }
            listed |= found
            self._look(studies)
            if severity == STAT:
                self._counted(found, is_sure=is_sure)
        await self._look_at_own(client, listed)
        await self._look_up(client, listed)

    async def _look_at_own(self, client: "AvaraClient", listed: set[str]) -> None:
        """Look at the person's own open studies in one walk, whatever their severity.

        Where they cannot be read, the count goes on: those that are missing are looked up.
        """
        me = self._me()
        if me is None:
            return
        query = StudyFilter(status=INCOMPLETE, is_cancelled=False, assigned_to=me)
        try:
            studies, _ = await _listed(client, query)
        except AvaraError:
            return
        listed |= {each.study_id for each in studies}
        self._look(studies)

    async def _look_up(self, client: "AvaraClient", listed: AbstractSet[str]) -> None:
        """Look at what is followed and listed no more: it may be urgent again by the next count."""
        left = [each for each in self._follows() if each not in listed][:LOOK_UPS]
        until = self._clock.monotonic() + LOOK_UP_TIME
        for study_id in left:
            if self._clock.monotonic() > until:
                return
            studies = StudySet()
            try:
                studies.merge([await client.retrieve(study_id)])
            except AvaraError as error:
                if error.kind in NO_ANSWER:
                    return
                continue
            self._look(studies)

    def _counted(self, ids: AbstractSet[str], *, is_sure: bool) -> None:
        if self._known is None:
            self._known = ids
        arrived = len(ids - self._known)
        self.count = StatCount(len(ids), arrived, self._clock.now(), is_sure=is_sure)
        self._notify(self.count)

    def _failed(self, error: AvaraError) -> None:
        before = self.count
        self.count = replace(before, problem=error)
        self._notify(self.count)


async def _listed(client: "AvaraClient", query: StudyFilter) -> tuple[StudySet, bool]:
    """Return the studies that fit ``query``, and whether those are all.

    A list in which some come twice is walked again: others may never have come.
    """
    studies, certainty = StudySet(), Certainty()
    while True:
        listed, added, pages, served, repeats = set[str](), set[str](), 0, 0, 0
        async for page in client.walk_studies(query, first=certainty.first_page):
            if page.is_first:
                pages = served = repeats = 0
            pages, served, repeats = pages + 1, served + page.served, repeats + page.repeats
            listed.update(study.study_id for study in page.studies)
            added |= studies.merge(page.studies).added
        is_again = certainty.walks > 0
        left_out = sum(study.study_id not in listed for study in studies)
        found = len(added) if is_again else 0
        verdict = certainty.add_walk(Tally(pages, served, repeats, found, left_out))
        is_sure = verdict.is_sure or not (is_again or repeats)
        if is_sure or certainty.walks >= _WALKS:
            return studies, is_sure
