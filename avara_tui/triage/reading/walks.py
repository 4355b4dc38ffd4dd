"""Reading one lane, whole or with a look at its beginning, and settling what it lists no more."""

import asyncio
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from contextlib import aclosing
from typing import TYPE_CHECKING, Final

from avara_tui.api.errors import AvaraError
from avara_tui.clock import Clock
from avara_tui.server_filter import selector
from avara_tui.study import Study
from avara_tui.triage.reading.intake import Intake
from avara_tui.triage.reading.lanes import LaneState
from avara_tui.triage.reading.load_limit import LoadLimit
from avara_tui.triage.reading.looking_up import LOOK_UPS, look_up
from avara_tui.triage.reading.rest_check import RestCheck
from avara_tui.triage.reading.walk_record import NEVER, Unlisted, WalkRecord, newest
from avara_tui.worklist.studies import ChangeSet, StudySet

if TYPE_CHECKING:
    from avara_tui.api.client import AvaraClient
    from avara_tui.api.pages import StudyPage

AHEAD: Final = 4
"""Pages of a lane to ask for early, where that can be done safely."""


class Walker:
    """Reads lanes into the studies, and keeps to the load limit."""

    def __init__(
        self,
        studies: StudySet,
        lanes: list[LaneState],
        clock: Clock,
        *,
        load_limit: int,
        notify: Callable[[ChangeSet], None],
        notify_news: Callable[[ChangeSet], None],
        notify_health: Callable[[], None],
    ) -> None:
        """``notify_news`` gets what is not known already, ``notify`` what is only loaded."""
        self._studies = studies
        self._lanes = lanes
        self._clock = clock
        self._load = LoadLimit(studies, lanes, load_limit, notify)
        self._notify = notify
        self._notify_news = notify_news
        self._notify_health = notify_health
        self._intake = Intake(clock)
        self._under_way = 0
        self._rest = RestCheck(studies, lanes)
        self._known_until = NEVER
        self._changes = 0
        self._unread = {state.lane.name for state in lanes if not state.lane.is_rest}
        self._listed_read = asyncio.Event()

    async def read(self, state: LaneState, client: "AvaraClient", *, whole: bool) -> None:
        """Read a lane to its end; or, not ``whole``, as far as there is anything new.

        How it went is in ``state``; nothing that the server does is raised. The lane for the rest
        waits until all others have been tried once.
        """
        if state.lane.is_rest:
            await self._listed_read.wait()
        state.walking = whole
        if whole:
            state.loaded = 0
            if state.lane.is_rest and state.total is None:
                state.total = self._not_cancelled()
            self._notify_health()
        self._under_way += 1
        try:
            await self._walk(state, client, whole=whole)
        except AvaraError as error:
            state.problem = error
            state.failures += 1
        else:
            state.problem, state.failures = None, 0
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._studies.forget_readings()
            state.walking = False
            self._has_read(state.lane.name)
        self._notify_health()

    def _has_read(self, name: str) -> None:
        self._load.has_read(name)
        self._unread.discard(name)
        if not self._unread:
            self._listed_read.set()

    def _not_cancelled(self) -> int:
        """Return how many studies the lanes saw that the one for the rest lists as well."""
        lanes = [state for state in self._lanes if not state.lane.is_rest]
        return sum(state.loaded for state in lanes if not state.lane.query.is_cancelled)

    async def _walk(self, state: LaneState, client: "AvaraClient", *, whole: bool) -> None:
        lane, looked_at, unreadable = state.lane, 0, 0
        started = self._studies.revision
        is_first = state.completed_at is None
        record = state.certainty.begin(self._known_until, self._changes)
        # Only the search for the rest answers for less than it lists.
        seen = set[str]() if lane.is_rest else record.listed
        found = client.walk_studies(
            lane.query,
            urgency=lane.urgency,
            # What comes out of turn may miss a study that moves meanwhile: no such risk for STAT.
            # Nobody waits for a later search for the rest: it goes gently.
            ahead=0 if lane.is_vital or not whole or (lane.is_rest and not is_first) else AHEAD,
            pages=None if is_first else state.pages,
            first=state.certainty.first_page if whole else None,
            known=self._studies.get,
        )
        async with aclosing(found) as walk:
            async for page in walk:
                looked_at += len(page.studies)
                unreadable += page.unreadable
                # A look that ends early says nothing of the rows further down.
                state.unreadable = max(state.unreadable, unreadable)
                change = await self._merge_page(state, page, seen, looked_at, started)
                record.note(page, change.added)
                if not await self._load.goes_on(state, page, change, looked_at):
                    state.is_truncated = True
                    state.completed_at, state.pages = self._clock.now(), record.pages
                    if lane.is_rest:
                        await self._look_up(client, sorted(self._missing(state, seen, started)))
                    return
                if not whole and not change and page.cursor is not None:
                    state.certainty.break_off(record)
                    return
        state.total, state.unreadable = looked_at, unreadable
        await self._reach_end(state, client, record, seen, started)

    async def _reach_end(
        self,
        state: LaneState,
        client: "AvaraClient",
        record: WalkRecord,
        seen: AbstractSet[str],
        started: int,
    ) -> None:
        """Settle a walk that has come to the end, and has ``seen`` these of what the lane answers
        for."""
        missing = self._missing(state, seen, started)
        if state.lane.is_rest and state.certainty.needs_proof:
            missing |= set(self._rest.overlooked(record.listed, record.known_until))
        is_checked = state.lane.is_rest or not state.lane.query.is_cancelled
        # Whether the list that is walked holds these, nobody can tell.
        untold = set(filter(self._is_untold, missing))
        state.certainty.reach_end(record, len(missing - untold), is_checked=is_checked)
        state.is_truncated = False
        state.completed_at = self._clock.now()
        state.pages = record.pages
        unlisted = Unlisted(unasked=missing)
        if state.certainty.asks_for_missing:
            unlisted = await self._look_up(client, state.certainty.in_turn(missing))
        await self._drop_unlisted(state, client, unlisted.unasked | seen, started)
        state.certainty.add_walk(record, unlisted.without(untold), self._changes)
        if state.certainty.is_lossy:
            for each in self._lanes:
                each.certainty.suspect()

    async def _merge_page(
        self,
        state: LaneState,
        page: "StudyPage",
        seen: set[str],
        looked_at: int,
        started: int,
    ) -> ChangeSet:
        """Take in a page, and add those to ``seen`` that the lane answers for."""
        async with self._intake.turn(state.lane.urgency):
            state.loaded = max(state.loaded, looked_at)
            studies = page.studies
            if state.lane.is_rest:
                studies = [study for study in studies if self._rest.takes(study)]
            seen.update(study.study_id for study in studies)
            if not state.lane.query.is_cancelled:
                self._rest.look_for_restored(page.studies)
            change = self._studies.merge(studies, asked_at=started)
            self._known_until = newest(page.studies, self._known_until)
            self._changes += len(change.changed)
            self._notify_page(state, change)
            self._notify_health()
        return change

    def _notify_page(self, state: LaneState, change: ChangeSet) -> None:
        """Tell what a page brought: as news, but for what is only read for the first time."""
        is_beginning = state.completed_at is None or state.certainty.is_beginning
        is_first = is_beginning and not state.was_known
        # A walk that is cut off brings now these, now those; what a search finds is news.
        is_moving = state.is_truncated and not state.lane.is_rest
        if not (is_first or is_moving):
            self._notify_if_any(change)
            return
        self._notify_if_any(ChangeSet(changed=change.changed))
        loaded = ChangeSet(added=change.added, returned=change.returned)
        if loaded:
            self._notify(loaded)

    def _is_expected(self, state: LaneState) -> Callable[[Study], bool]:
        """Return whether a lane answers for a study: whether it is gone when it is not listed."""
        return self._rest.is_unlisted if state.lane.is_rest else selector(state.lane.query)

    def _missing(self, state: LaneState, seen: AbstractSet[str], started: int) -> set[str]:
        return self._studies.missing(self._is_expected(state), seen, started)

    def _is_untold(self, study_id: str) -> bool:
        """Whether it could not be read of a study whether it is cancelled."""
        study = self._studies.get(study_id)
        return study is not None and "is_cancelled" in study.unreadable

    async def _drop_unlisted(
        self, state: LaneState, client: "AvaraClient", seen: AbstractSet[str], started: int
    ) -> None:
        """Let go of what the lane does not list and nobody knows of; what was ``seen`` stays."""
        self._notify_if_any(self._studies.finish_walk(self._is_expected(state), seen, started))
        await self._look_up_forgotten(client)

    async def _look_up_forgotten(self, client: "AvaraClient") -> None:
        """Look up what was let go of and is listed by no lane, once all have been read again."""
        listed = [state for state in self._lanes if not state.lane.is_rest]
        if any(each.completed_at is None or each.is_truncated for each in listed):
            return
        left = sorted(self._studies.forgotten)[:LOOK_UPS]
        for study_id in set(left) - (await self._look_up(client, left)).unasked:
            self._studies.ask_no_more(study_id)

    async def _look_up(self, client: "AvaraClient", missing: Sequence[str]) -> Unlisted:
        return await look_up(
            client,
            missing,
            self._studies,
            self._clock,
            lambda change: self._notify_if_any(self.note(change)),
        )

    def note(self, change: ChangeSet) -> ChangeSet:
        """Take note of a change that no walk has brought; return it."""
        self._changes += len(change.added) + len(change.changed) + len(change.gone)
        return change

    def _notify_if_any(self, change: ChangeSet) -> None:
        if change:
            self._notify_news(change)
