"""The session against a real server: nothing that still exists is dropped, nothing is made up."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

from avara_tui.clock import SystemClock
from avara_tui.config import Refresh
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.triage.connection import Connection
from avara_tui.triage.health import State
from avara_tui.triage.session import LOOK_UPS, Listener, TriageSession


@asynccontextmanager
async def running(emulator: EmbeddedEmulator) -> AsyncIterator[TriageSession]:
    connection = Connection(emulator.base_url, emulator.api_key, "the test")
    session = TriageSession(
        lambda: connection,
        Listener(lambda _: None, lambda: None),
        SystemClock(),
        refresh=Refresh(),
        load_limit=20_000,
    )
    task = asyncio.create_task(session.run())
    try:
        yield session
    finally:
        await session.stop()
        await asyncio.wait({task})


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - conditions of another thread's server
            await asyncio.sleep(0.01)


def _all_walked_since(session: TriageSession, before: list[float | None]) -> bool:
    pairs = zip(session.lanes, before, strict=True)
    return all(lane.completed_at != at and not lane.walking for lane, at in pairs)


async def refreshed(session: TriageSession, times: int = 1) -> None:
    """Wait until every lane has been walked ``times`` more times."""
    for _ in range(times):
        before = [lane.completed_at for lane in session.lanes]
        session.refresh()
        await until(partial(_all_walked_since, session, before))


def ids(emulator: EmbeddedEmulator) -> set[str]:
    return {study["studyId"] for study in emulator.studies()}


async def test_every_study_is_loaded(emulator: EmbeddedEmulator) -> None:
    async with running(emulator) as session:
        await until(lambda: session.health.is_complete)
        assert {study.study_id for study in session.studies} == ids(emulator)
        assert session.health.state is State.LIVE


async def test_studies_that_leave_their_lane_in_numbers_stay_known() -> None:
    with EmbeddedEmulator(studies=400, seed=4) as emulator:
        async with running(emulator) as session:
            await until(lambda: session.health.is_complete)
            left = [
                study["studyId"]
                for study in emulator.studies()
                if study["studyViewerStatus"] == "incomplete" and not study["isCancelled"]
            ]
            assert len(left) > 3 * LOOK_UPS
            for study_id in left:
                emulator.change(study_id, studyViewerStatus="complete")
            for lane in session.lanes:
                if not lane.lane.is_open:
                    lane.completed_at = None
            await refreshed(session, 3)
            assert {study.study_id for study in session.studies} == ids(emulator)
            assert all(
                study.status == "complete" or study.is_cancelled for study in session.studies
            )


async def test_a_study_that_the_server_no_longer_knows_goes(emulator: EmbeddedEmulator) -> None:
    async with running(emulator) as session:
        await until(lambda: session.health.is_complete)
        gone = next(iter(ids(emulator)))
        emulator.delete(gone)
        await refreshed(session)
        await until(lambda: gone not in session.studies)
        assert {study.study_id for study in session.studies} == ids(emulator)
