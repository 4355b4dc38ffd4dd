"""The session against a real server: nothing that still exists is dropped, nothing is made up."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial

from avara_tui.clock import SystemClock
from avara_tui.config import Refresh
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.triage.access.connection import Connection
from avara_tui.triage.reading.health import Health, State
from avara_tui.triage.reading.session import Listener, TriageSession
from avara_tui.triage.reading.walks import LOOK_UPS
from avara_tui.worklist.studies import ChangeSet


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


@contextmanager
def health_told_to(session: TriageSession, look: Callable[[], None]) -> Iterator[None]:
    """Call ``look`` whenever the session's health changes."""
    listener = session._listener
    session._walker._notify_health = look
    try:
        yield
    finally:
        session._walker._notify_health = listener.health_changed


def _all_walked_since(session: TriageSession, before: list[float | None]) -> bool:
    pairs = zip(session.lanes, before, strict=True)
    return all(lane.completed_at != at and not lane.walking for lane, at in pairs)


async def refreshed(session: TriageSession, times: int = 1) -> None:
    """Wait until every lane has been walked ``times`` more times."""
    for _ in range(times):
        before = [lane.completed_at for lane in session.lanes]
        session.refresh()
        await until(partial(_all_walked_since, session, before))


def open_ids(emulator: EmbeddedEmulator) -> list[str]:
    return [
        study["studyId"]
        for study in emulator.studies()
        if study["studyViewerStatus"] == "incomplete" and not study["isCancelled"]
    ]


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
            left = open_ids(emulator)
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


async def test_a_pause_stops_refreshing_but_not_a_person_who_asks(
    emulator: EmbeddedEmulator,
) -> None:
    async with running(emulator) as session:
        await until(lambda: session.health.is_complete)
        session.pause(paused=True)
        assert session.health.state is State.PAUSED
        new = emulator.create(
            severity="stat", studyDescription="CT Head", studyInstanceUid="1.2.3.4"
        )
        await refreshed(session)
        assert new["studyId"] in session.studies
        assert session.health.state is State.PAUSED


async def test_refreshing_reads_one_lane_at_a_time_but_stat_at_any_time() -> None:
    with EmbeddedEmulator(studies=1200, seed=2) as emulator:
        async with running(emulator) as session:
            await until(lambda: session.health.is_complete)
            under_way: list[set[str]] = []

            def look() -> None:
                under_way.append({each.lane.name for each in session.lanes if each.walking})

            with health_told_to(session, look):
                await refreshed(session)
            assert {each.lane.name for each in session.lanes} == set().union(*under_way)
            # The slow search for the rest neither holds up other lanes nor waits for them.
            assert max(len(each - {"STAT", "other"}) for each in under_way) == 1


async def test_a_study_that_the_server_no_longer_knows_goes(emulator: EmbeddedEmulator) -> None:
    async with running(emulator) as session:
        await until(lambda: session.health.is_complete)
        gone = next(iter(ids(emulator)))
        emulator.delete(gone)
        await refreshed(session)
        await until(lambda: gone not in session.studies)
        assert {study.study_id for study in session.studies} == ids(emulator)


async def test_studies_of_unknown_kind_are_loaded_are_no_news_twice_and_go(
    emulator: EmbeddedEmulator,
) -> None:
    critical, in_review, *_ = open_ids(emulator)
    emulator.outgrow(critical, severity="critical")
    emulator.outgrow(in_review, status="in_review")
    async with running(emulator) as session:
        await until(lambda: session.health.is_complete)
        assert {study.study_id for study in session.studies} == ids(emulator)
        assert session.health.state is State.LIVE
        assert session.health.loaded == len(ids(emulator))
        news: list[ChangeSet] = []
        session._walker._notify_news = news.append
        new = emulator.create(
            severity="high", studyDescription="CT Head", studyInstanceUid="1.2.3.4"
        )["studyId"]
        emulator.outgrow(new, severity="critical", status="in_review")
        await refreshed(session, 3)
        assert news == [ChangeSet(added={new})]
        for gone in (critical, in_review, new):
            emulator.delete(gone)
        await refreshed(session, 2)
        assert {study.study_id for study in session.studies} == ids(emulator)


async def test_what_is_shown_is_neither_live_nor_complete_while_the_rest_is_unread(
    emulator: EmbeddedEmulator,
) -> None:
    critical, *_ = open_ids(emulator)
    emulator.outgrow(critical, severity="critical")
    async with running(emulator) as session:
        seen: list[Health] = []
        with health_told_to(session, lambda: seen.append(session.health)):
            await until(lambda: session.health.is_complete)
    before = [each for each in seen if "other" in each.loading]
    assert before
    assert not any(each.is_complete or each.state is State.LIVE for each in before)
    assert any(each.loading == ("other",) for each in before)


async def test_what_comes_late_is_not_held_by_a_session_that_has_let_go_of_all(
    emulator: EmbeddedEmulator,
) -> None:
    async with running(emulator) as session:
        await until(lambda: session.health.is_complete)
        late = next(iter(session.studies))
        await session.forget_all()
        session.merge([late])
        assert not len(session.studies)
        assert set(session.studies.forgotten) == ids(emulator)
        session.reopen()
        session.merge([late])
        assert late.study_id in session.studies


async def test_what_a_lane_had_not_read_before_is_no_news_after_letting_go_of_all(
    emulator: EmbeddedEmulator,
) -> None:
    news = ChangeSet()
    connection = Connection(emulator.base_url, emulator.api_key, "the test")

    def came(change: ChangeSet) -> None:
        nonlocal news
        news |= change

    session = TriageSession(
        lambda: connection,
        Listener(lambda _: None, lambda: None, came),
        SystemClock(),
        refresh=Refresh(),
        load_limit=20_000,
    )
    task = asyncio.create_task(session.run())
    await until(lambda: session.health.is_complete)
    session.lanes[3].completed_at = None
    unread = {each.study_id for each in session.studies if each.status == "complete"}
    for each in unread:
        session.studies._let_go(each)
    await session.forget_all()
    await asyncio.wait({task})
    new = emulator.create(severity="stat", studyDescription="CT", studyInstanceUid="1.2.3.4")
    gone, changed, *_ = open_ids(emulator)[1:]
    emulator.delete(gone)
    emulator.change(changed, studyDescription="else")
    task = asyncio.create_task(session.run())
    await until(lambda: session.health.is_complete)
    assert {each.study_id for each in session.studies} == ids(emulator)
    await refreshed(session)
    await until(lambda: not session.studies.forgotten)
    await session.stop()
    await asyncio.wait({task})
    assert news.added == {new["studyId"]}
    assert news.changed == {changed}
    assert news.gone == {gone}
