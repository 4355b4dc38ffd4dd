"""What a lane costs to keep fresh, what it may hold, and what counts as gone."""

import asyncio
import gc
import itertools
from collections.abc import Callable

import pytest

from avara_tui.api.errors import ErrorKind
from avara_tui.clock import ManualClock
from avara_tui.config import Refresh
from avara_tui.study import COMPLETE, HIGH, INCOMPLETE, NORMAL, STAT, Study
from avara_tui.triage.process.memory import paused_collector
from avara_tui.triage.reading.lanes import PAGE_REST, REST_INTERVAL, LaneState, lanes_of
from avara_tui.triage.reading.walks import LOOK_UPS, Walker
from avara_tui.worklist.studies import ChangeSet, StudySet
from triage.scripted import ScriptedServer

STAT_LANE, HIGH_LANE, ROUTINE_LANE, COMPLETE_LANE, CANCELLED_LANE, OTHER_LANE = range(6)
CRITICAL, IN_REVIEW = "critical", "in_review"


class Ward:
    """Lanes over a scripted server, read when the test says so."""

    def __init__(self, *, load_limit: int = 1000, page: int = 3) -> None:
        self.server = ScriptedServer(page=page)
        self.numbers = itertools.count()
        self.client = self.server.client()
        self.clock = ManualClock(1_700_000_000.0)
        self.known = StudySet()
        self.lanes = [LaneState(lane) for lane in lanes_of(Refresh())]
        self.told = ChangeSet()
        self.news = ChangeSet()
        self.walker = Walker(
            self.known,
            self.lanes,
            self.clock,
            load_limit=load_limit,
            notify=self._was_told,
            notify_news=self._was_news,
            notify_health=lambda: None,
        )

    def _was_told(self, change: ChangeSet) -> None:
        self.told |= change

    def _was_news(self, change: ChangeSet) -> None:
        self.news |= change

    def add(self, number: int, severity: str = NORMAL, status: str = INCOMPLETE) -> list[str]:
        ids = []
        for _ in range(number):
            each = next(self.numbers)
            study_id = f"stu_{each:032x}"
            created = 1_600_000_000.0 + each
            self.server.put(
                Study(
                    study_id,
                    f"1.2.{each}",
                    "CT Head",
                    severity,
                    status,
                    is_cancelled=False,
                    created_at=created,
                )
            )
            ids.append(study_id)
        return ids

    def edit(self, study_id: str, **fields: object) -> None:
        self.server.put(self.server.studies[study_id]._replace(**fields))  # type: ignore[arg-type]

    async def read(self, lane: int, *, whole: bool = True) -> int:
        """Read a lane; return how many requests it took."""
        before = len(self.server.requests)
        await self.walker.read(self.lanes[lane], self.client, whole=whole)
        return len(self.server.requests) - before

    async def look(self, lane: int) -> int:
        return await self.read(lane, whole=False)

    async def read_all(self) -> None:
        for lane in range(len(self.lanes)):
            await self.read(lane)

    @property
    def ids(self) -> set[str]:
        return {study.study_id for study in self.known}


@pytest.fixture
def ward() -> Ward:
    return Ward()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0)


async def test_a_look_at_a_long_lane_costs_one_request_if_nothing_changed(ward: Ward) -> None:
    ward.add(30)
    assert await ward.read(ROUTINE_LANE) == 10
    assert await ward.look(ROUTINE_LANE) == 1
    assert not ward.news


async def test_a_look_goes_on_for_as_long_as_there_is_news(ward: Ward) -> None:
    ward.add(30)
    await ward.read(ROUTINE_LANE)
    new = ward.add(4)
    assert await ward.look(ROUTINE_LANE) == 3
    assert ward.news.added == set(new) <= ward.ids


async def test_a_look_makes_nothing_younger_and_takes_nothing_away(ward: Ward) -> None:
    ids = ward.add(30)
    await ward.read(ROUTINE_LANE)
    read_at = ward.lanes[ROUTINE_LANE].completed_at
    del ward.server.studies[ids[0]]
    ward.clock.advance(60.0)
    for _ in range(3):
        await ward.look(ROUTINE_LANE)
    assert ward.lanes[ROUTINE_LANE].completed_at == read_at
    assert ids[0] in ward.ids


async def test_a_look_that_comes_to_the_end_has_read_the_lane_whole(ward: Ward) -> None:
    ids = ward.add(3)
    await ward.read(ROUTINE_LANE)
    del ward.server.studies[ids[0]]
    ward.clock.advance(60.0)
    await ward.look(ROUTINE_LANE)
    assert ward.lanes[ROUTINE_LANE].age(ward.clock.now()) == 0.0
    assert ids[0] not in ward.ids


async def test_long_lanes_are_read_whole_less_often_and_stat_at_every_look(ward: Ward) -> None:
    for lane, severity in ((STAT_LANE, STAT), (ROUTINE_LANE, NORMAL)):
        ward.add(300, severity)
        await ward.read(lane)
    stat, routine = ward.lanes[STAT_LANE], ward.lanes[ROUTINE_LANE]
    assert stat.whole_interval == stat.lane.interval
    assert routine.whole_interval == 100 * PAGE_REST > routine.lane.interval
    now = ward.clock.now()
    assert stat.is_due(now + stat.lane.interval)
    assert not routine.is_due(now + routine.lane.interval)
    assert routine.is_due(now + routine.whole_interval)
    assert not routine.is_stale(now + routine.whole_interval)
    assert stat.is_stale(now + 2 * stat.lane.interval)


async def test_first_readings_are_no_news_and_what_others_do_is(ward: Ward) -> None:
    ids = ward.add(4)
    await ward.read(ROUTINE_LANE)
    assert ward.told.added == set(ids)
    assert not ward.news
    ward.edit(ids[1], description="MR Knee")
    await ward.read(ROUTINE_LANE)
    assert ward.news.changed == {ids[1]}


async def test_a_study_that_left_its_lane_is_looked_up_and_stays(ward: Ward) -> None:
    ids = ward.add(4, STAT)
    await ward.read(STAT_LANE)
    ward.edit(ids[0], status=COMPLETE)
    await ward.read(STAT_LANE)
    assert ward.ids == set(ids)
    moved = ward.known.get(ids[0])
    assert moved is not None
    assert moved.status == COMPLETE
    assert ward.news.changed == {ids[0]}


@pytest.mark.parametrize(
    ("kind", "is_answer"),
    [
        (ErrorKind.FORBIDDEN, True),
        (ErrorKind.INVALID, True),
        (ErrorKind.TIMEOUT, False),
        (ErrorKind.UNREACHABLE, False),
        (ErrorKind.SERVER, False),
        (ErrorKind.RATE_LIMITED, False),
        (ErrorKind.PAUSED, False),
    ],
)
async def test_only_answers_make_a_study_go_and_only_the_second_time(
    ward: Ward, kind: ErrorKind, *, is_answer: bool
) -> None:
    ids = ward.add(4, STAT)
    await ward.read(STAT_LANE)
    del ward.server.studies[ids[0]]
    ward.server.fails = lambda operation: kind if operation == "retrieve" else None
    await ward.read(STAT_LANE)
    assert ids[0] in ward.ids
    for _ in range(5):
        await ward.read(STAT_LANE)
    assert (ids[0] not in ward.ids) is is_answer
    assert ward.lanes[STAT_LANE].problem is None


async def test_many_that_left_at_once_are_looked_up_a_few_a_walk(ward: Ward) -> None:
    ids = ward.add(2 * LOOK_UPS, STAT)
    await ward.read(STAT_LANE)
    for study_id in ids:
        ward.edit(study_id, status=COMPLETE)
    assert await ward.read(STAT_LANE) == 1 + LOOK_UPS
    assert ward.ids == set(ids)


async def test_an_answer_that_an_edit_overtook_does_not_take_it_back(ward: Ward) -> None:
    (study_id,) = ward.add(1)
    before = ward.server.studies[study_id]._replace(updated_at=None)
    ward.server.studies[study_id] = before
    await ward.read(ROUTINE_LANE)
    gate = asyncio.get_running_loop().create_future()
    held = asyncio.Event()

    def hold(_operation: str) -> asyncio.Future[None]:
        held.set()
        return gate

    ward.server.gate = hold
    walk = asyncio.create_task(ward.read(ROUTINE_LANE))
    await held.wait()
    mine = before._replace(description="as I wrote it")
    ward.known.merge([mine])
    gate.set_result(None)
    await walk
    assert ward.known.get(study_id) == mine


async def test_stat_studies_are_read_beyond_the_load_limit() -> None:
    ward = Ward(load_limit=10)
    ids = ward.add(30, STAT)
    await ward.read(STAT_LANE)
    assert ward.ids == set(ids)
    assert not ward.lanes[STAT_LANE].is_truncated


async def test_open_studies_stop_at_the_load_limit_and_the_lane_says_so() -> None:
    ward = Ward(load_limit=10)
    ward.add(30)
    await ward.read(ROUTINE_LANE)
    assert len(ward.known) == 12
    assert ward.lanes[ROUTINE_LANE].is_truncated


async def test_closed_studies_wait_at_half_the_limit_and_make_room_for_open_ones() -> None:
    ward = Ward(load_limit=30)
    closed = ward.add(60, status=COMPLETE)
    waiting = ward.add(24)
    reading = asyncio.create_task(ward.read(COMPLETE_LANE))
    await until(lambda: len(ward.known) >= 15)
    for _ in range(50):
        await asyncio.sleep(0)
    assert len(ward.known) == 15
    for lane in (STAT_LANE, HIGH_LANE, ROUTINE_LANE):
        await ward.read(lane)
    await reading
    assert set(waiting) <= ward.ids
    assert not ward.lanes[ROUTINE_LANE].is_truncated
    assert ward.lanes[COMPLETE_LANE].is_truncated
    assert 0 < len(ward.ids & set(closed)) < 15
    assert ward.told.added == ward.ids


async def test_a_failed_walk_keeps_what_it_brought_and_counts(ward: Ward) -> None:
    ward.add(9, HIGH)
    ward.server.fails = lambda _: ErrorKind.SERVER if len(ward.server.requests) > 2 else None
    await ward.read(HIGH_LANE)
    lane = ward.lanes[HIGH_LANE]
    assert (len(ward.known), lane.failures, lane.completed_at) == (6, 1, None)
    assert lane.problem is not None
    ward.server.fails = lambda _: None
    await ward.read(HIGH_LANE)
    assert (len(ward.known), lane.failures) == (9, 0)
    assert ward.lanes[HIGH_LANE].problem is None


def test_the_collector_is_calm_for_as_long_as_loading_takes() -> None:
    before = gc.get_threshold()
    with paused_collector():
        assert gc.get_threshold()[2] > before[2]
        assert gc.isenabled()
    assert gc.get_threshold() == before


# The search for what no other lane lists.


async def test_the_rest_is_searched_when_all_other_lanes_have_been_tried(ward: Ward) -> None:
    ward.add(4)
    (critical,) = ward.add(1, CRITICAL)
    searching = asyncio.create_task(ward.read(OTHER_LANE))
    ward.server.fails = lambda operation: ErrorKind.SERVER if "complete" in operation else None
    for lane in range(OTHER_LANE):
        assert "list other" not in ward.server.requests
        await ward.read(lane)
    await searching
    assert ward.server.requests.count("list other") == 2
    assert critical in ward.ids


@pytest.mark.parametrize(
    ("severity", "status"),
    [(CRITICAL, INCOMPLETE), (NORMAL, IN_REVIEW), (STAT, IN_REVIEW), (CRITICAL, IN_REVIEW)],
)
async def test_a_study_of_unknown_kind_is_found_and_comes_as_it_is(
    ward: Ward, severity: str, status: str
) -> None:
    ward.add(4)
    (odd,) = ward.add(1, severity, status)
    await ward.read_all()
    assert ward.known.get(odd) == ward.server.studies[odd]
    assert ward.told.added == ward.ids == set(ward.server.studies)
    assert not ward.news


async def test_what_turns_up_later_is_news_once(ward: Ward) -> None:
    ward.add(9)
    await ward.read_all()
    new = ward.add(2, CRITICAL)
    await ward.read(OTHER_LANE)
    assert ward.news.added == set(new)
    ward.news = ChangeSet()
    for whole in (False, True, False):
        await ward.read(OTHER_LANE, whole=whole)
    assert not ward.news


async def test_studies_of_other_lanes_are_left_to_them(ward: Ward) -> None:
    ids = ward.add(9)
    await ward.read_all()
    revision = ward.known.get(ids[0])
    ward.edit(ids[0], description="MR Knee")
    (new,) = ward.add(1, HIGH)
    await ward.read(OTHER_LANE)
    assert ward.known.get(ids[0]) == revision
    assert new not in ward.ids
    assert not ward.news


async def test_a_study_that_is_of_a_known_kind_again_is_taken_in(ward: Ward) -> None:
    (odd,) = ward.add(1, CRITICAL)
    await ward.read_all()
    ward.edit(odd, severity=NORMAL)
    await ward.read(OTHER_LANE)
    assert ward.known.get(odd) == ward.server.studies[odd]


async def test_a_look_for_the_rest_costs_one_request_if_there_is_nothing_new(ward: Ward) -> None:
    ward.add(30)
    await ward.read_all()
    ward.add(2)
    assert await ward.look(OTHER_LANE) == 1
    (new,) = ward.add(1, NORMAL, IN_REVIEW)
    assert await ward.look(OTHER_LANE) == 2
    assert ward.news.added == {new}


async def test_the_rest_is_searched_whole_seldom_and_looked_at_in_between(ward: Ward) -> None:
    ward.add(30)
    await ward.read_all()
    other = ward.lanes[OTHER_LANE]
    now = ward.clock.now()
    assert other.whole_interval == REST_INTERVAL > other.lane.interval
    assert not other.is_due(now + other.lane.interval)
    assert other.is_due(now + REST_INTERVAL)
    assert not other.is_stale(now + REST_INTERVAL)
    assert other.is_stale(now + 2 * REST_INTERVAL)


@pytest.mark.parametrize(
    ("kind", "walks"),
    [(ErrorKind.NOT_FOUND, 1), (ErrorKind.FORBIDDEN, 2), (ErrorKind.TIMEOUT, None)],
)
async def test_a_study_of_unknown_kind_goes_by_the_same_rules_as_any_other(
    ward: Ward, kind: ErrorKind, walks: int | None
) -> None:
    ward.add(4)
    (odd,) = ward.add(1, CRITICAL)
    await ward.read_all()
    del ward.server.studies[odd]
    ward.server.fails = lambda operation: kind if operation == "retrieve" else None
    for lane in range(OTHER_LANE):
        await ward.read(lane)
    assert odd in ward.ids
    took = None
    for walk in range(1, 5):
        await ward.read(OTHER_LANE)
        if took is None and odd not in ward.ids:
            took = walk
    assert took == walks


async def test_the_search_never_takes_away_what_another_lane_answers_for(ward: Ward) -> None:
    ids = ward.add(4)
    await ward.read_all()
    del ward.server.studies[ids[0]]
    before = len(ward.server.requests)
    for _ in range(3):
        await ward.read(OTHER_LANE)
    assert set(ward.server.requests[before:]) == {"list other"}
    assert ids[0] in ward.ids
    await ward.read(ROUTINE_LANE)
    assert ids[0] not in ward.ids


async def test_the_search_leaves_other_lanes_their_room_and_says_where_it_stopped() -> None:
    ward = Ward(load_limit=30)
    (out_of_reach,) = ward.add(1, CRITICAL)
    ward.add(60, status=COMPLETE)
    ward.add(6)
    for lane in range(OTHER_LANE):
        await ward.read(lane)
    before = ward.ids
    assert len(before) == 30
    assert await ward.read(OTHER_LANE) == 10
    assert ward.ids == before
    assert out_of_reach not in ward.ids
    assert ward.lanes[OTHER_LANE].is_truncated
    read_at = ward.lanes[OTHER_LANE].completed_at
    ward.clock.advance(300.0)
    assert await ward.look(OTHER_LANE) == 1
    assert ward.lanes[OTHER_LANE].completed_at == read_at


async def test_a_search_that_fits_the_limit_is_whole() -> None:
    ward = Ward(load_limit=30)
    ward.add(30)
    await ward.read_all()
    assert not ward.lanes[OTHER_LANE].is_truncated


async def test_open_studies_of_unknown_kind_are_given_the_room_of_closed_ones() -> None:
    ward = Ward(load_limit=30)
    closed = ward.add(60, status=COMPLETE)
    waiting = ward.add(6)
    odd = ward.add(6, CRITICAL)
    await ward.read_all()
    assert {*waiting, *odd} <= ward.ids
    assert ward.ids & set(closed)
    assert len(ward.ids) <= 30


async def test_a_search_that_stopped_short_still_lets_go_of_what_is_gone() -> None:
    ward = Ward(load_limit=30)
    ward.add(60, status=COMPLETE)
    gone, stays = ward.add(2, CRITICAL)
    await ward.read_all()
    assert {gone, stays} <= ward.ids
    del ward.server.studies[gone]
    ward.add(60, status=COMPLETE)
    await ward.read(OTHER_LANE)
    assert ward.lanes[OTHER_LANE].is_truncated
    assert gone not in ward.ids
    assert stays in ward.ids
    (new,) = ward.add(1, CRITICAL)
    await ward.read(OTHER_LANE)
    assert ward.news.added == {new}


async def test_how_far_the_first_search_has_come_is_told_as_a_share(ward: Ward) -> None:
    ward.add(20)
    ward.add(10, status=COMPLETE)
    shares = []
    ward.walker._notify_health = lambda: shares.append(ward.lanes[OTHER_LANE].share)
    await ward.read_all()
    told = [share for share in shares if share is not None]
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0.0, 1.0)
