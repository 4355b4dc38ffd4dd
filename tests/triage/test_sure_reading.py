"""A list is called complete only when nothing is missing, and honest lists are not doubted."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from itertools import pairwise

import pytest

from avara_tui.api.pages import StudyPage
from avara_tui.study import Study
from avara_tui.triage.reading.census import Census
from avara_tui.triage.reading.certainty import MOST_WALKS, PAGE, SURE, Certainty, Tally
from avara_tui.triage.reading.sure_reading import LOOK_UPS, Outcome, read_surely
from triage.shelf import OPEN, Shelf, shelf
from worklist.making import study

HONEST: dict[str, dict[str, object]] = {
    "newest first": {},
    "last changed first": {"order": "updated"},
    "shuffled once and for all": {"order": "shuffled"},
    "keyset": {"keyset": True},
    "a change in twenty pages": {"changes": 0.05},
    "a change in five pages": {"changes": 0.2},
    "a change a page": {"changes": 1},
    "a change a page, last changed first": {"order": "updated", "changes": 1},
    "a change a page, shuffled": {"order": "shuffled", "changes": 1},
    "a change a page, keyset": {"changes": 1, "keyset": True},
    "arrivals now and then": {"changes": 0.05, "kinds": ("arrive",)},
    "an arrival a page": {"changes": 1, "kinds": ("arrive",)},
    "departures now and then": {"changes": 0.05, "kinds": ("leave",)},
    "a departure a page": {"changes": 1, "kinds": ("leave",)},
}
"""Lists that lose nothing but what moves while they are read."""
LOSSY: dict[str, dict[str, object]] = {
    "ties of a second": {"tie": 1},
    "ties of a minute": {"tie": 60},
    "ties of an hour": {"tie": 3600},
    "another order for every page": {"order": "random"},
    "ties of a second, keyset": {"tie": 1, "keyset": True},
    "ties of a minute, keyset": {"tie": 60, "keyset": True},
    "ties of an hour, keyset": {"tie": 3600, "keyset": True},
    "ties of a second and a change a page": {"tie": 1, "changes": 1},
    "ties of a minute and a change a page": {"tie": 60, "changes": 1},
    "ties of a minute and a change in twenty pages": {"tie": 60, "changes": 0.05},
    "ties of a minute and a change a page, keyset": {"tie": 60, "changes": 1, "keyset": True},
}
"""Lists that lose studies by themselves."""


async def read_through(
    listed: Shelf,
    look_up: Callable[[str], Awaitable[Study | None]],
    accept: Callable[[StudyPage, Sequence[Study]], bool],
) -> Outcome:
    census = Census(OPEN)
    return await read_surely(census, lambda first: listed.walk(first, census), look_up, accept)


async def read(listed: Shelf) -> tuple[Outcome, set[str]]:
    """Read a list; return how that went, and what is missing that was there all the time."""
    stayed, got = listed.open, set[str]()

    def accept(page: StudyPage, _new: Sequence[Study]) -> bool:
        got.update(study.study_id for study in page.studies)
        return True

    outcome = await read_through(listed, listed.look_up, accept)
    return outcome, (stayed & listed.open) - listed.touched - got


async def tried(how: dict[str, object], number: int, days: float, seeds: range) -> Counter[str]:
    """Read lists of a kind; count what was said of them and what is true."""
    counts: Counter[str] = Counter()
    for seed in seeds:
        listed = shelf(seed, number=number, days=days, **how)
        outcome, lost = await read(listed)
        counts["complete"] += not outcome.missing
        counts["falsely complete"] += bool(lost) and not outcome.missing
        counts["more missing than said"] += len(lost) > outcome.missing > 0
        counts["requests"] += listed.requests
    return counts


@pytest.mark.parametrize("how", HONEST.values(), ids=HONEST)
@pytest.mark.parametrize(("number", "days"), [(90, 3.0), (332, 3.0)])
async def test_honest_lists_are_complete(how: dict[str, object], number: int, days: float) -> None:
    counts = await tried(how, number, days, range(6))
    assert (counts["complete"], counts["falsely complete"]) == (6, 0)


@pytest.mark.parametrize("how", LOSSY.values(), ids=LOSSY)
async def test_lists_that_lose_studies_are_never_falsely_complete(how: dict[str, object]) -> None:
    counts = await tried(how, 332, 3.0, range(6))
    assert (counts["falsely complete"], counts["more missing than said"]) == (0, 0)


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize(
    ("how", "is_honest"),
    [(how, True) for how in HONEST.values()] + [(how, False) for how in LOSSY.values()],
    ids=[*HONEST, *LOSSY],
)
async def test_long_lists(how: dict[str, object], is_honest: bool) -> None:
    counts = await tried(how, 1197, 1.0, range(8))
    assert (counts["falsely complete"], counts["more missing than said"]) == (0, 0)
    if is_honest:
        assert counts["complete"] == 8


@pytest.mark.parametrize("tie", [1.0, 60.0, 3600.0])
async def test_ties_in_a_list_paged_by_rows_are_read_until_all_is_there(tie: float) -> None:
    for seed in range(4):
        outcome, lost = await read(shelf(seed, number=1948, days=7.0, tie=tie))
        assert (outcome.missing, lost) == (0, set())


@pytest.mark.parametrize("number", [0, 1, 99, 100, 101, 150, 332, 1000])
async def test_an_honest_list_that_rests_costs_two_walks_and_a_page_at_most(number: int) -> None:
    listed = shelf(1, number=number)
    outcome, _lost = await read(listed)
    pages = max(-(-number // PAGE), 1)
    once = 1 if pages == 1 else 2
    assert outcome == Outcome()
    assert once * pages <= listed.requests <= once * pages + (pages > 1)


async def test_a_list_that_always_loses_is_given_up_with_what_may_be_missing() -> None:
    listed = shelf(1, number=1948, order="random")
    outcome, lost = await read(listed)
    assert len(lost) <= outcome.missing
    assert outcome.missing > 0
    assert listed.requests <= MOST_WALKS * 21 + MOST_WALKS * LOOK_UPS


async def test_what_left_the_list_is_looked_up_and_does_not_count_as_lost() -> None:
    listed = shelf(1, number=250)
    gone = min(listed.open)
    asked = []

    async def look_up(study_id: str) -> Study | None:
        asked.append(study_id)
        return None

    def accept(page: StudyPage, _new: Sequence[Study]) -> bool:
        if page.cursor is None:
            listed.studies.pop(gone, None)
        return True

    outcome = await read_through(listed, look_up, accept)
    assert (outcome.missing, asked) == (0, [gone])


async def test_reading_stops_where_it_is_told_to() -> None:
    listed = shelf(1, number=500)
    outcome = await read_through(listed, listed.look_up, lambda _page, _new: False)
    assert outcome == Outcome(is_cut_off=True)
    assert listed.requests == 1


def test_what_a_walk_had_brought_before_is_told_from_what_changed() -> None:
    census, first, other = Census(OPEN), study(1), study(2, metadata={"a": "1"})
    census.start()
    assert census.add([first, other, first]) == ([first, other], 2, 0)
    assert census.add([first, study(2, metadata={"a": "1"})]) == ([], 2, 2)
    changed = [study(1, severity="high"), study(2, metadata={"a": "2"})]
    assert census.add(changed) == (changed, 2, 0)
    assert census.add(changed) == ([], 2, 2)
    census.start()
    assert census.add(changed) == (changed, 2, 0)
    assert census.unlisted == []


# What may be said of a list by what its walks showed.


def said(*tallies: Tally) -> list[int | None]:
    """Return how many may be missing after each of some walks; None where it is sure."""
    certainty = Certainty()
    verdicts = [certainty.add_walk(each) for each in tallies]
    return [None if each == SURE else each.missing for each in verdicts]


def test_a_single_page_can_lose_nothing() -> None:
    assert said(Tally(1, 80, 0)) == [None]


def test_one_walk_of_several_pages_proves_nothing_and_two_that_agree_do() -> None:
    assert said(Tally(3, 250, 0), Tally(3, 250, 0))[1] is None


def test_a_walk_that_repeats_is_no_proof_even_if_it_brings_nothing_new() -> None:
    assert said(Tally(3, 250, 0), Tally(3, 250, 4)) == [1, 4]


def test_a_walk_that_brings_what_another_had_lost_is_no_proof() -> None:
    first, second, third = said(Tally(3, 248, 0), Tally(3, 250, 0, found=2), Tally(3, 250, 0))
    assert first is not None
    assert second is not None
    assert third is None


def test_as_many_repeats_as_are_known_besides_prove_that_all_is_known() -> None:
    assert said(Tally(3, 250, 4), Tally(3, 250, 3, found=4, left_out=3))[1] is None
    assert said(Tally(3, 250, 4), Tally(3, 250, 3, found=4, left_out=2))[1] == 1
    assert said(Tally(3, 250, 4), Tally(3, 250, 3, unasked=3))[1] == 3


def test_what_was_known_and_did_not_come_proves_a_loss_that_nobody_else_shows() -> None:
    assert said(Tally(3, 250, 0), Tally(3, 249, 0, left_out=1))[1] is not None


def test_changes_explain_no_more_than_there_were() -> None:
    moved = Tally(20, 2000, 1, moved=1)
    assert said(moved, moved)[1] is None
    assert said(moved, moved._replace(repeats=2))[1] is not None


def test_many_changes_call_for_more_walks() -> None:
    moved = Tally(20, 2000, 20, moved=40)
    assert said(*[moved] * 4) == [20, 20, 20, None]


def test_pages_end_elsewhere_in_every_walk() -> None:
    for served in range(101, 700, 7):
        certainty, sizes = Certainty(), [PAGE]
        for _ in range(MOST_WALKS - 1):
            certainty.add_walk(Tally(-(-served // PAGE), served, 1))
            sizes.append(certainty.first_page)
        assert all(abs(one - other) >= 10 for one, other in pairwise(sizes))
        assert len(set(sizes)) >= MOST_WALKS - 1
        assert all(50 <= size <= PAGE for size in sizes)
