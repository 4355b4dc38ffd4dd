"""What may be believed of the worklist follows from how its lanes fare."""

import pytest

from avara_tui.api.errors import AvaraError, ErrorKind
from avara_tui.config import Refresh
from avara_tui.triage.access.connection import ConnectionProblem, ProblemKind
from avara_tui.triage.handoff import certainty
from avara_tui.triage.reading.certainty import MOST_WALKS, Verdict
from avara_tui.triage.reading.health import Health, State, assess
from avara_tui.triage.reading.lanes import LaneState, lanes_of

NOW = 1_000_000.0
LANES = lanes_of(Refresh())


def lanes(**ages: float | None) -> list[LaneState]:
    """Return lanes last read whole so many seconds ago; those not named, just now."""
    states = []
    for lane in LANES:
        age = ages.get(lane.name, 0.0)
        states.append(LaneState(lane, completed_at=None if age is None else NOW - age))
    return states


def health(states: list[LaneState], *, paused: bool = False) -> Health:
    return assess(states, now=NOW, loaded=412, paused=paused, problem=None)


def failing(states: list[LaneState], kind: ErrorKind, failures: int = 1) -> list[LaneState]:
    states[0].problem = AvaraError(kind, "list studies")
    states[0].failures = failures
    return states


def test_all_lanes_read_in_time_is_live_and_complete() -> None:
    assessed = health(lanes())
    assert assessed.state is State.LIVE
    assert assessed.is_complete


def test_nothing_asked_yet_is_connecting() -> None:
    nothing = lanes(**dict.fromkeys(lane.name for lane in LANES))
    assert health(nothing).state is State.CONNECTING


def test_an_open_lane_that_was_never_read_whole_is_loading() -> None:
    states = lanes(routine=None)
    assessed = health(states)
    assert assessed.state is State.LOADING
    assert assessed.loading == ("routine",)
    assert not assessed.is_complete


def test_what_no_lane_lists_is_waited_for_before_anything_is_live_or_complete() -> None:
    assessed = health(lanes(other=None))
    assert assessed.state is State.LOADING
    assert assessed.loading == ("other",)
    assert not assessed.is_complete


def test_the_slow_search_for_the_rest_does_not_age_what_the_lanes_read() -> None:
    assessed = health(lanes(high=20.0, other=1700.0))
    assert assessed.state is State.LIVE
    assert assessed.oldest_age == 20.0
    assert assessed.other_age == 1700.0


def test_the_hand_off_tells_the_age_of_the_search_for_the_rest() -> None:
    said = certainty(health(lanes(high=20.0, other=1700.0)))
    assert said == (
        "Complete: all open studies read 20 s ago, those of unknown priority or status 28m ago."
    )
    assert certainty(health(lanes(other=None))) == "INCOMPLETE: not yet read to the end: other."


def doubted(name: str, missing: int, *, walks: int = 0) -> list[LaneState]:
    """Return lanes of which one may miss studies, after so many walks in a row."""
    states = lanes()
    (state,) = [each for each in states if each.lane.name == name]
    state.certainty.verdict = Verdict(is_sure=False, missing=missing)
    state.certainty._in_a_row = walks
    return states


@pytest.mark.parametrize("name", [lane.name for lane in LANES])
def test_a_lane_that_is_in_doubt_is_live_and_not_complete(name: str) -> None:
    checking = health(doubted(name, 12))
    assert (checking.is_complete, checking.is_checking) == (False, True)
    assert checking.state is State.LIVE
    assert certainty(checking).startswith("INCOMPLETE: ")
    (progress,) = [each for each in checking.progress if each.lane == name]
    assert not progress.is_complete
    told = health(doubted(name, 12, walks=MOST_WALKS))
    assert (told.is_complete, told.is_checking, told.missing) == (False, False, 12)
    assert certainty(told).startswith("INCOMPLETE: ")
    assert certainty(told).endswith("; up to 12 may be missing.")


def test_what_the_search_for_the_rest_may_miss_is_not_counted_twice() -> None:
    states = doubted("other", 12, walks=MOST_WALKS)
    for number, missing in ((0, 3), (2, 5)):
        states[number].certainty.verdict = Verdict(is_sure=False, missing=missing)
        states[number].certainty._in_a_row = MOST_WALKS
    assert health(states).missing == 12


def test_a_lane_that_the_load_limit_cut_off_says_that_and_no_more() -> None:
    states = doubted("routine", 12, walks=MOST_WALKS)
    states[2].is_truncated = True
    told = health(states)
    assert (told.cut_off, told.missing, told.is_checking) == (("routine",), 0, False)


def test_a_search_for_the_rest_that_is_overdue_or_fails_is_stale_and_not_offline() -> None:
    assert health(lanes(other=3000.0)).state is State.STALE
    for age in (0.0, None):
        states = lanes(other=age)
        states[-1].problem = AvaraError(ErrorKind.TIMEOUT, "list studies")
        states[-1].failures = 5
        assert health(states).state is State.STALE
        assert health(states).problem is states[-1].problem


def test_a_study_that_cannot_be_understood_is_counted_once_although_two_lanes_see_it() -> None:
    states = lanes()
    for state in states:
        state.unreadable = {"high": 2, "cancelled": 1, "other": 2}.get(state.lane.name, 0)
    assert health(states).unreadable == 3
    states[-1].unreadable = 4
    assert health(states).unreadable == 5


def test_closed_lanes_still_loading_do_not_make_open_studies_less_live() -> None:
    assessed = health(lanes(completed=None, cancelled=None))
    assert assessed.state is State.LIVE
    assert not assessed.is_complete


def test_a_missed_refresh_is_stale_and_tells_its_age() -> None:
    assessed = health(lanes(STAT=45.0))
    assert assessed.state is State.STALE
    assert assessed.stat_age == 45.0
    assert assessed.oldest_age == 45.0


def test_one_failed_walk_is_stale_and_more_are_offline() -> None:
    assert health(failing(lanes(), ErrorKind.TIMEOUT)).state is State.STALE
    assert health(failing(lanes(), ErrorKind.TIMEOUT, failures=2)).state is State.OFFLINE


def test_a_failure_before_anything_was_read_is_offline_and_never_complete() -> None:
    assessed = health(failing(lanes(STAT=None), ErrorKind.UNREACHABLE))
    assert assessed.state is State.OFFLINE
    assert not assessed.is_complete


@pytest.mark.parametrize("kind", [ErrorKind.UNAUTHORIZED, ErrorKind.FORBIDDEN])
def test_a_refused_key_goes_before_everything_else(kind: ErrorKind) -> None:
    assert health(failing(lanes(), kind), paused=True).state is State.REFUSED


def test_a_pause_is_told_as_a_pause() -> None:
    assert health(lanes(STAT=500.0), paused=True).state is State.PAUSED


def test_a_pause_of_ours_does_not_hide_what_it_is_for() -> None:
    states = failing(lanes(), ErrorKind.PAUSED, failures=2)
    assert health(states).problem is states[0].problem
    states[2].problem = AvaraError(ErrorKind.UNREACHABLE, "list studies")
    assert health(states).problem is states[2].problem


def test_no_connection_is_told_with_its_reason() -> None:
    problem = ConnectionProblem("no key", remedy="log in", kind=ProblemKind.NO_KEY)
    assessed = assess(lanes(STAT=None), now=NOW, loaded=0, paused=False, problem=problem)
    assert assessed.state is State.UNCONNECTED
    assert assessed.problem is problem


def test_a_list_cut_off_by_the_limit_is_not_complete() -> None:
    states = lanes()
    states[3].is_truncated = True
    assert not health(states).is_complete


def test_a_clock_set_back_never_makes_data_look_newer_than_new() -> None:
    assert lanes(STAT=-60.0)[0].age(NOW) == 0.0
