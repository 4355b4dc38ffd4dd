"""Reading one lane, whole or with a look at its beginning, and settling what it lists no more."""

import asyncio
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from contextlib import aclosing
from typing import TYPE_CHECKING, Final

from avara_tui.api.errors import AvaraError, ErrorKind
from avara_tui.clock import Clock
from avara_tui.server_filter import selector
from avara_tui.study import Study
from avara_tui.triage.reading.intake import Intake
from avara_tui.triage.reading.lane_certainty import NEVER, Unlisted, WalkRecord, newest
from avara_tui.triage.reading.lanes import LaneState
from avara_tui.triage.reading.rest_check import RestCheck
from avara_tui.worklist.studies import ChangeSet, StudySet

if TYPE_CHECKING:
    from avara_tui.api.client import AvaraClient
    from avara_tui.api.pages import StudyPage

LOOK_UPS: Final = 25
"""Studies that left a lane and are looked up one by one after a walk; the rest wait a walk."""
LOOK_UP_TIME: Final = 3.0
"""Seconds after which no further study is looked up after a walk: the next walk must not wait."""
AHEAD: Final = 4
"""Pages of a lane to ask for early, where that can be done safely."""
NO_ANSWER: Final = frozenset(
    {
        ErrorKind.UNREACHABLE,
        ErrorKind.TIMEOUT,
        ErrorKind.SERVER,
        ErrorKind.RATE_LIMITED,
        ErrorKind.PAUSED,
        ErrorKind.UNREADABLE,
    }
)
"""Errors after which nothing is known about the study that was asked for."""


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
        self._load_limit = load_limit
        self._notify = notify
        self._notify_news = notify_news
        self._notify_health = notify_health
        self._intake = Intake(clock)
        self._under_way = 0
        self._rest = RestCheck(studies, lanes)
        self._known_until = NEVER
        self._changes = 0
        self._unread = {state.lane.name for state in lanes if not state.lane.is_rest}
        self._unread_open = {each.lane.name for each in lanes if each.lane.is_open} & self._unread
        self._listed_read, self._open_read = asyncio.Event(), asyncio.Event()

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
        for unread, event in (
            (self._unread, self._listed_read),
            (self._unread_open, self._open_read),
        ):
            unread.discard(name)
            if not unread:
                event.set()

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
                if not await self._goes_on(state, page, change, looked_at):
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

    async def _goes_on(
        self, state: LaneState, page: "StudyPage", change: ChangeSet, looked_at: int
    ) -> bool:
        """Whether the load limit lets a walk go on after a page.

        What the lane for the rest does not take in needs no room; but it looks through no more
        studies than may be held, however many there are.
        """
        if not state.lane.is_rest:
            return await self._has_room(state)
        if page.cursor is not None and looked_at >= max(self._load_limit, len(self._studies)):
            return False
        return not (change.added or change.returned) or await self._has_room(state)

    async def _has_room(self, state: LaneState) -> bool:
        """Whether the load limit leaves room for another page of a lane.

        Open STAT studies are read whatever the limit. Studies that are read already take at most
        half of the room while open ones wait, and make room for those that come later.
        """
        if state.lane.is_vital:
            return True
        if not state.lane.is_open and len(self._studies) >= self._load_limit // 2:
            await self._open_read.wait()
        if len(self._studies) < self._load_limit:
            return True
        if not state.lane.is_open:
            return False
        change = _make_room(self._studies, self._lanes, max(self._load_limit // 10, 1))
        if change:
            self._notify(change)
        return bool(change)

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


def _make_room(studies: StudySet, lanes: Sequence[LaneState], number: int) -> ChangeSet:
    """Let go of closed studies, those first that were changed longest ago."""
    closed = [state for state in lanes if not state.lane.is_open]
    is_closed = [selector(state.lane.query) for state in closed]
    candidates = [study for study in studies if any(test(study) for test in is_closed)]
    candidates.sort(key=lambda study: study.updated_at or 0.0)
    change = ChangeSet()
    for study in candidates[:number]:
        change |= studies.drop(study.study_id)
    for state in closed:
        state.is_truncated = state.is_truncated or bool(change)
    return change


async def look_up(
    client: "AvaraClient",
    missing: Sequence[str],
    studies: StudySet,
    clock: Clock,
    notify: Callable[[ChangeSet], None],
) -> Unlisted:
    """Read some of the studies ``missing`` one by one; return what became of them.

    What there was no time to ask about counts as seen: only an answer makes a study go.
    """
    there, unasked = set[str](), set(missing[LOOK_UPS:])
    until = clock.monotonic() + LOOK_UP_TIME
    for study_id in missing[:LOOK_UPS]:
        if clock.monotonic() > until:
            unasked.add(study_id)
            continue
        asked_at = studies.revision
        try:
            study = await client.retrieve(study_id)
        except AvaraError as error:
            if error.kind is ErrorKind.NOT_FOUND:
                notify(studies.discard(study_id))
            elif error.kind in NO_ANSWER:
                unasked.add(study_id)
        else:
            change = studies.merge([study], asked_at=asked_at)
            notify(change)
            if not change:
                there.add(study_id)
    return Unlisted(there, unasked)
