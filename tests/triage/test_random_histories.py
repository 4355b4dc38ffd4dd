"""Two and three people who edit one study over a failing server: nothing is lost in silence."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import pytest

from triage.histories import Tally, run_histories
from triage.waiting_histories import run_waiting_histories

PROCESSES = 4


def check(tally: Tally, histories: int) -> None:
    print(f"\n{tally.histories:,} histories: {dict(tally.endings)}, told {dict(tally.fates)}")
    assert tally.histories == histories
    assert not tally.problems, "\n".join(tally.problems[:20])
    # Else nothing has been proven: people did collide, and writes did get lost on the way.
    assert tally.fates["OVERWRITTEN"]


def test_no_edit_of_some_histories_is_lost_in_silence_or_written_twice() -> None:
    check(run_histories(1, 80), 80)


@pytest.mark.slow
@pytest.mark.timeout(1000)
def test_no_edit_of_ten_thousand_histories_is_lost_in_silence_or_written_twice() -> None:
    total, share = Tally(), 10_000 // PROCESSES
    starts = [1_000_000 + share * each for each in range(PROCESSES)]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, mp_context=context) as pool:
        for tally in pool.map(run_histories, starts, [share] * PROCESSES):
            total += tally
    check(total, 10_000)
    assert total.endings["CONFLICT"]
    assert total.fates["SAVED"]
    assert total.fates["NOT_SAVED"]


def check_waiting(tally: Tally, histories: int) -> None:
    print(f"\n{tally.histories:,} histories: {dict(tally.endings)}, {dict(tally.fates)}")
    assert tally.histories == histories
    assert not tally.problems, "\n".join(tally.problems[:20])
    # Else nothing has been proven: somebody did write in the waits, and stood in the way.
    assert tally.fates["MEANWHILE"] > histories
    assert tally.endings["CONFLICT"] > histories / 10
    assert tally.endings["DONE"] > histories


def test_no_write_that_waited_overwrites_anybody_in_some_histories() -> None:
    check_waiting(run_waiting_histories(1, 60), 60)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_no_write_that_waited_overwrites_anybody_in_a_thousand_histories() -> None:
    total, share = Tally(), 1_000 // PROCESSES
    starts = [2_000_000 + share * each for each in range(PROCESSES)]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, mp_context=context) as pool:
        for tally in pool.map(run_waiting_histories, starts, [share] * PROCESSES):
            total += tally
    check_waiting(total, 1_000)
