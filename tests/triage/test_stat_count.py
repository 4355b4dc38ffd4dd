"""What is counted behind a lock is a number that is right, or says that there may be more."""

import asyncio

import pytest

from avara_tui.study import STAT
from avara_tui.triage.reading import stat_count
from avara_tui.triage.reading.stat_count import StatCount, StatWatch
from triage.simulated import CONNECTION
from triage.test_lane_certainty import tied, withholding
from triage.test_walks import Ward, until


@pytest.fixture
def ward() -> Ward:
    return Ward()


async def counted(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> StatCount:
    """Return the first count that is told."""

    async def at_once(work: object) -> object:
        return work()  # type: ignore[operator]

    monkeypatch.setattr(stat_count, "open_client", lambda _: ward.client)
    monkeypatch.setattr(stat_count, "in_daemon_thread", at_once)
    told: list[StatCount] = []
    watch = StatWatch(
        CONNECTION,
        None,
        ward.clock,
        interval=lambda: 60.0,
        severities=lambda: {STAT},
        follows=list,
        look=lambda _: None,
        notify=told.append,
    )
    task = asyncio.create_task(watch.run())
    await until(lambda: bool(told))
    task.cancel()
    await asyncio.wait({task})
    return told[0]


async def test_a_list_in_which_nothing_comes_twice_is_counted_in_one_walk(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    ward.add(12, STAT)
    count = await counted(ward, monkeypatch)
    assert (count.open, count.is_sure) == (12, True)
    assert len(ward.server.requests) == 4


async def test_a_list_with_ties_is_walked_again_and_counted_right(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    ward.add(12, STAT)
    ward.server.order = tied(6)
    count = await counted(ward, monkeypatch)
    assert (count.open, count.is_sure) == (12, True)


async def test_what_no_walk_explains_is_counted_as_so_many_or_more(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    ward.add(12, STAT)
    ward.server.order = withholding
    count = await counted(ward, monkeypatch)
    assert (count.open, count.is_sure) == (9, False)
    assert len(ward.server.requests) <= 3 * 5
