"""Nothing is called complete that the walks over a lane do not show to be."""

import asyncio
import itertools
import random
from collections.abc import Callable

import pytest

from avara_tui.study import COMPLETE, NORMAL, STAT, Study
from avara_tui.triage.reading.certainty import MOST_WALKS
from avara_tui.triage.reading.health import Health, assess
from avara_tui.triage.reading.looking_up import LOOK_UPS
from triage.test_walks import (
    CANCELLED_LANE,
    COMPLETE_LANE,
    CRITICAL,
    HIGH_LANE,
    OTHER_LANE,
    ROUTINE_LANE,
    STAT_LANE,
    Ward,
)


@pytest.fixture
def ward() -> Ward:
    return Ward()


def health(ward: Ward) -> Health:
    return assess(
        ward.lanes, now=ward.clock.now(), loaded=len(ward.known), paused=False, problem=None
    )


def tied(pairs: int) -> Callable[[list[Study], int], list[Study]]:
    """Return an order in which the first ``pairs`` of neighbours swap places for every page."""

    def order(rows: list[Study], end: int) -> list[Study]:
        rows = list(rows)
        if end % 2:
            for place in range(0, min(2 * pairs, len(rows) - 1), 2):
                rows[place], rows[place + 1] = rows[place + 1], rows[place]
        return rows

    return order


async def read_until_decided(ward: Ward, lane: int) -> int:
    """Read a lane as often as it wants to be read at once; return how often that was."""
    walks = 1
    await ward.read(lane)
    while ward.lanes[lane].wants_walk:
        await ward.read(lane)
        walks += 1
    return walks


# One lane by itself.


async def test_a_lane_of_which_nothing_comes_twice_is_walked_once(ward: Ward) -> None:
    ward.add(20, STAT)
    ward.add(20)
    for lane in range(OTHER_LANE + 1):
        assert await read_until_decided(ward, lane) == 1
    assert health(ward).is_complete


async def test_what_comes_twice_as_it_was_is_a_reason_to_walk_again_until_it_is_explained(
    ward: Ward,
) -> None:
    ids = set(ward.add(12, STAT))
    ward.server.order = tied(6)
    await ward.read(STAT_LANE)
    assert ward.ids < ids
    assert ward.lanes[STAT_LANE].wants_walk
    assert not health(ward).is_complete
    assert health(ward).is_checking
    assert await read_until_decided(ward, STAT_LANE) < MOST_WALKS
    assert ward.ids == ids
    assert not ward.lanes[STAT_LANE].is_doubtful


async def test_what_the_first_walks_bring_is_no_news_and_what_comes_later_is(ward: Ward) -> None:
    ids = set(ward.add(12, STAT))
    ward.server.order = tied(6)
    await read_until_decided(ward, STAT_LANE)
    assert ward.told.added == ids
    assert not ward.news
    assert ward.lanes[STAT_LANE].has_begun
    new = ward.add(1, STAT)
    await ward.read(STAT_LANE)
    assert ward.news.added == set(new)


async def test_a_lane_of_one_page_is_sure_whatever_its_order(ward: Ward) -> None:
    ward.add(3, STAT)
    ward.server.order = tied(1)
    assert await read_until_decided(ward, STAT_LANE) == 1
    assert not ward.lanes[STAT_LANE].is_doubtful


def withholding(rows: list[Study], _end: int) -> list[Study]:
    """Return a list with its first three studies again in place of its last three."""
    return [*rows[:-3], *rows[:3]]


async def test_what_no_walk_explains_is_walked_so_often_and_then_it_is_said(ward: Ward) -> None:
    ids = ward.add(60, STAT)
    ward.server.order = withholding
    assert await read_until_decided(ward, STAT_LANE) == MOST_WALKS
    assert len(set(ids) - ward.ids) == 3
    said = health(ward)
    assert not said.is_checking
    assert said.missing == 3
    assert not said.is_complete
    await ward.read(STAT_LANE)
    assert not ward.lanes[STAT_LANE].wants_walk
    assert health(ward).missing == 3


async def test_a_list_without_any_order_is_complete_as_soon_as_all_its_rows_are_known(
    ward: Ward,
) -> None:
    ids = set(ward.add(60, STAT))
    draw = random.Random(1)
    ward.server.order = lambda rows, _end: draw.sample(rows, len(rows))
    for _ in range(12):
        await ward.read(STAT_LANE)
        assert (ward.ids == ids) is not ward.lanes[STAT_LANE].is_doubtful
    assert ward.ids == ids


async def test_a_list_that_has_an_order_again_is_complete_after_the_next_usual_walks(
    ward: Ward,
) -> None:
    ids = set(ward.add(60, STAT))
    ward.server.order = withholding
    await read_until_decided(ward, STAT_LANE)
    assert health(ward).missing
    ward.server.order = lambda rows, _end: rows
    for _ in range(2):
        await ward.read(STAT_LANE)
    assert ward.ids == ids
    assert not ward.lanes[STAT_LANE].is_doubtful


async def test_arrivals_during_a_walk_explain_what_comes_twice(ward: Ward) -> None:
    ward.add(30, STAT)
    await ward.read(STAT_LANE)
    for _ in range(4):
        arrive_while_read(ward, STAT, 2)
        await ward.read(STAT_LANE)
        assert not ward.lanes[STAT_LANE].is_doubtful
        assert not ward.lanes[STAT_LANE].certainty.is_lossy


async def test_arrivals_during_the_first_walk_cost_another_and_are_no_warning(ward: Ward) -> None:
    ward.add(30, STAT)
    arrive_while_read(ward, STAT, 2)
    walks = await read_until_decided(ward, STAT_LANE)
    assert walks == 2
    assert not ward.lanes[STAT_LANE].is_doubtful
    assert not ward.lanes[STAT_LANE].certainty.is_lossy


async def test_studies_that_leave_while_a_lane_is_read_are_no_proof_of_losses(ward: Ward) -> None:
    ids = ward.add(30, STAT)
    await ward.read(STAT_LANE)
    for number in range(4):
        read = len(ward.server.requests)

        def leave(_operation: str, read: int = read, number: int = number) -> None:
            if len(ward.server.requests) == read + 4:
                ward.edit(ids[-2 - number], status=COMPLETE)

        ward.server.fails = leave
        await ward.read(STAT_LANE)
        assert not ward.lanes[STAT_LANE].is_doubtful
        assert not ward.lanes[STAT_LANE].certainty.is_lossy


async def test_what_a_person_changes_here_is_no_proof_of_losses(ward: Ward) -> None:
    ids = ward.add(30, STAT)
    await ward.read(STAT_LANE)
    for number in range(4):
        read = len(ward.server.requests)

        def write(_operation: str, read: int = read, number: int = number) -> None:
            if len(ward.server.requests) == read + 4:
                ward.edit(ids[-2 - number], status=COMPLETE)
                written = ward.server.studies[ids[-2 - number]]
                ward.walker.note(ward.known.merge([written]))

        ward.server.fails = write
        await ward.read(STAT_LANE)
        assert not ward.lanes[STAT_LANE].is_doubtful


async def test_later_walks_end_their_pages_elsewhere_and_cost_no_page(ward: Ward) -> None:
    asked: list[int | None] = []
    walk = ward.client.walk_studies

    def walk_studies(*arguments: object, **how: object) -> object:
        asked.append(how["first"])  # type: ignore[arg-type]
        return walk(*arguments, **how)  # type: ignore[arg-type]

    ward.client.walk_studies = walk_studies  # type: ignore[method-assign, assignment]
    ward.server.page = 100
    ward.add(260, STAT)
    assert [await ward.read(STAT_LANE) for _ in range(8)] == [3] * 8
    assert asked[0] == 100
    assert len(set(asked)) > 5
    assert all(each is None or 60 <= each <= 100 for each in asked)


@pytest.mark.parametrize("number", [40, 75, 95, 100, 195, 200, 291])
async def test_a_few_that_come_between_two_walks_cost_no_page_either(
    ward: Ward, number: int
) -> None:
    ward.server.page = 100
    walk = ward.client.walk_studies
    pages: list[int] = []

    async def walk_studies(*arguments: object, **how: object) -> object:
        # Counted here: the scripted server has pages of its own size.
        first = how["first"] or 100
        assert isinstance(first, int)
        assert 0 < first <= 100
        pages.append(1 + max(-(-(len(ward.server.studies) - first) // 100), 0))
        async for page in walk(*arguments, **how):  # type: ignore[arg-type]
            yield page

    ward.client.walk_studies = walk_studies  # type: ignore[method-assign, assignment]
    ward.add(number, STAT)
    for place in range(12):
        await ward.read(STAT_LANE)
        assert pages[-1] == -(-len(ward.server.studies) // 100)
        ward.add(place % 2, STAT)


# What the search for the rest tells of other lanes.


def losing(ward: Ward, lane: str, *lost: str) -> None:
    """Let the list of ``lane`` leave studies out, each in its first walk."""
    walk = ward.client.walk_studies
    walked: set[str] = set()

    async def walk_studies(query: object, **how: object) -> object:
        name = next(each.lane.name for each in ward.lanes if each.lane.query == query)
        is_losing = name == lane and name not in walked
        walked.add(name)
        async for page in walk(query, **how):  # type: ignore[arg-type]
            left = [each for each in page.studies if not is_losing or each.study_id not in lost]
            yield page._replace(studies=left)

    ward.client.walk_studies = walk_studies  # type: ignore[method-assign, assignment]


@pytest.mark.parametrize(
    ("lane", "severity", "status"),
    [
        ("STAT", STAT, "incomplete"),
        ("routine", NORMAL, "incomplete"),
        ("completed", NORMAL, COMPLETE),
    ],
)
async def test_a_study_that_its_lane_has_lost_is_taken_in_from_the_search_for_the_rest(
    ward: Ward, lane: str, severity: str, status: str
) -> None:
    ids = ward.add(12, severity, status)
    losing(ward, lane, ids[5])
    number = next(place for place, each in enumerate(ward.lanes) if each.lane.name == lane)
    for place in range(OTHER_LANE):
        await ward.read(place)
    assert ids[5] not in ward.ids
    await ward.read(OTHER_LANE)
    assert ids[5] in ward.ids
    assert ward.lanes[number].wants_walk
    assert ward.lanes[number].certainty.doubted.is_set()
    assert health(ward).is_checking
    await read_until_decided(ward, number)
    assert not ward.lanes[number].is_doubtful


async def test_a_server_that_was_caught_losing_is_believed_nowhere_after_one_walk(
    ward: Ward,
) -> None:
    ids = ward.add(12, STAT)
    ward.add(12, status=COMPLETE)
    ward.server.studies |= {
        study_id: ward.server.studies[study_id]._replace(is_cancelled=True)
        for study_id in ward.add(12)
    }
    losing(ward, "STAT", ids[5])
    await ward.read_all()
    await ward.read(STAT_LANE)
    assert ward.lanes[STAT_LANE].certainty.is_lossy
    for lane in (COMPLETE_LANE, CANCELLED_LANE, OTHER_LANE):
        assert ward.lanes[lane].wants_walk
    assert not ward.lanes[ROUTINE_LANE].wants_walk
    for lane in range(OTHER_LANE + 1):
        await read_until_decided(ward, lane)
    assert health(ward).is_complete


async def test_a_study_that_came_since_is_left_to_its_lane_and_proves_nothing(ward: Ward) -> None:
    ward.add(12, STAT)
    for lane in range(OTHER_LANE):
        await ward.read(lane)
    (new,) = ward.add(1, STAT)
    await ward.read(OTHER_LANE)
    assert new not in ward.ids
    assert health(ward).is_complete


async def test_what_the_load_limit_left_out_is_not_lost() -> None:
    ward = Ward(load_limit=10)
    ward.add(40)
    await ward.read_all()
    assert ward.lanes[ROUTINE_LANE].is_truncated
    assert len(ward.known) <= 12
    assert not any(each.wants_walk for each in ward.lanes)
    assert health(ward).cut_off


async def test_what_had_to_make_room_is_not_lost() -> None:
    ward = Ward(load_limit=30)
    closed = ward.add(15, status=COMPLETE)
    await ward.read_all()
    ward.add(24)
    await ward.read(ROUTINE_LANE)
    assert ward.lanes[COMPLETE_LANE].is_truncated
    before = ward.ids
    assert len(before & set(closed)) < 15
    await ward.read(OTHER_LANE)
    assert ward.ids == before
    assert not any(each.wants_walk for each in ward.lanes)


async def test_a_search_that_leaves_out_what_others_know_is_made_again(ward: Ward) -> None:
    ids = ward.add(12)
    losing(ward, "other", ids[5])
    await ward.read_all()
    assert ward.lanes[OTHER_LANE].wants_walk
    assert not health(ward).is_complete
    for lane in range(OTHER_LANE + 1):
        await read_until_decided(ward, lane)
    assert health(ward).is_complete


async def test_a_study_of_unknown_kind_that_the_search_has_lost_is_found(ward: Ward) -> None:
    ids = ward.add(12)
    (odd,) = ward.add(1, CRITICAL)
    losing(ward, "other", ids[5], odd)
    await ward.read_all()
    assert odd not in ward.ids
    assert not health(ward).is_complete
    await read_until_decided(ward, OTHER_LANE)
    assert odd in ward.ids


async def test_the_first_walk_over_what_nobody_looks_at_again_is_doubted_if_one_left_it(
    ward: Ward,
) -> None:
    ids = ward.add(12)
    for study_id in ids:
        ward.edit(study_id, is_cancelled=True)
    for lane in range(OTHER_LANE):
        await ward.read(lane)
    assert not ward.lanes[CANCELLED_LANE].is_doubtful
    ward.edit(ids[11], is_cancelled=False)
    await ward.read(OTHER_LANE)
    assert ward.lanes[CANCELLED_LANE].wants_walk
    await read_until_decided(ward, CANCELLED_LANE)
    assert health(ward).is_complete


@pytest.mark.parametrize("by", [ROUTINE_LANE, OTHER_LANE])
@pytest.mark.parametrize("in_the_middle", [True, False])
async def test_whichever_lane_brings_a_restored_study_tells_that_one_was_passed_over(
    ward: Ward, by: int, *, in_the_middle: bool
) -> None:
    """A study leaves the first page of the cancelled ones: the next page begins one too late."""
    cancelled = ward.add(12)
    for study_id in cancelled:
        ward.edit(study_id, is_cancelled=True)
    for lane in (STAT_LANE, HIGH_LANE, ROUTINE_LANE, COMPLETE_LANE):
        await ward.read(lane)
    gate, held = asyncio.get_running_loop().create_future(), asyncio.Event()
    pages = itertools.count()

    def hold(operation: str) -> asyncio.Future[None] | None:
        if "cancelled" not in operation or next(pages) != 1:
            return None
        held.set()
        return gate

    ward.server.gate = hold
    walk = asyncio.create_task(ward.read(CANCELLED_LANE))
    await held.wait()
    first = {study.study_id for study in ward.known}
    ward.edit(min(first), is_cancelled=False)
    if not in_the_middle or by == OTHER_LANE:
        # The search for the rest waits until all lanes have been tried.
        gate.set_result(None)
        await walk
        await ward.read(by)
    else:
        await ward.read(by)
        gate.set_result(None)
        await walk
    assert ward.lanes[CANCELLED_LANE].wants_walk
    await read_until_decided(ward, CANCELLED_LANE)
    assert ward.ids == set(cancelled)


async def test_studies_that_leave_in_numbers_are_no_reason_to_doubt(ward: Ward) -> None:
    ids = ward.add(3 * LOOK_UPS, STAT)
    await ward.read_all()
    for study_id in ids:
        ward.edit(study_id, status=COMPLETE)
    for _ in range(5):
        await ward.read(STAT_LANE)
        assert not ward.lanes[STAT_LANE].is_doubtful


def arrive_while_read(ward: Ward, severity: str, number: int) -> None:
    """Let studies arrive during the next walk, one for every page from its fourth on."""
    read = len(ward.server.requests)

    def arrive(_operation: str) -> None:
        if 4 <= len(ward.server.requests) - read < 4 + number:
            ward.add(1, severity)

    ward.server.fails = arrive
