"""Studies with odd details are held, watched and written to; rows without an id are not "all"."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from avara_tui.clock import SystemClock
from avara_tui.config import OwnCommand
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.study import UNREADABLE, UNREADABLE_USER, Study
from avara_tui.study_requests import StudyFilter
from avara_tui.triage.access.connection import Connection
from avara_tui.triage.handoff import certainty
from avara_tui.triage.own_command import NotRunError, argv_of
from avara_tui.triage.reading.health import State
from avara_tui.triage.reading.stat_count import StatCount, StatWatch
from avara_tui.triage.writing.bulk import Job, Obstacle
from avara_tui.triage.writing.claiming import ClaimStanding
from avara_tui.triage.writing.ending import Ending
from avara_tui.worklist.clocks import Thresholds
from avara_tui.worklist.merge import Draft
from avara_tui.worklist.query import QueryContext, parse
from studies import open_studies
from triage.making import Workplace, workplace
from triage.test_session import ids, refreshed, running, until
from triage.test_walks import HIGH_LANE, OTHER_LANE, STAT_LANE, Ward
from worklist.making import study

EVER = 1_000_000
"""Times that a fault strikes: always."""
KINDS = (
    *("severity", "metadata", "description", "assignee", "is_cancelled", "status"),
    *("created_at", "customer", "uid", "updated_at"),
)


# Lanes.


def garble(ward: Ward, names: dict[str, tuple[str, ...]]) -> None:
    """Let the server list a study by what it knows, and tell it as none that we can read."""
    rows = ward.server.rows

    def told(query: StudyFilter) -> list[Study]:
        return [odd(each, *names.get(each.study_id, ())) for each in rows(query)]

    ward.server.rows = told  # type: ignore[method-assign]


def odd(study: Study, *names: str) -> Study:
    values: dict[str, Any] = {"severity": "stat", "status": UNREADABLE, "is_cancelled": False}
    told = {name: values[name] for name in names}
    return study._replace(**told, unreadable=names)


@pytest.mark.parametrize(
    "names", [("severity",), ("status",), ("is_cancelled",), ("severity", "status")]
)
@pytest.mark.parametrize("severity", ["stat", "high", "normal"])
async def test_a_study_stays_whichever_lane_lists_it_and_costs_no_look_ups(
    names: tuple[str, ...], severity: str
) -> None:
    ward = Ward()
    (study_id,) = ward.add(1, severity)
    ward.add(4, "high")
    garble(ward, {study_id: names})
    for _ in range(4):
        await ward.read_all()
        assert study_id in ward.ids
    assert not ward.news
    assert "retrieve" not in ward.server.requests
    assert not ward.told.removed


async def test_a_study_that_is_gone_is_missed_by_the_search_for_the_rest() -> None:
    ward = Ward()
    (study_id,) = ward.add(1, "high")
    garble(ward, {study_id: ("severity",)})
    await ward.read_all()
    del ward.server.studies[study_id]
    await ward.read(HIGH_LANE)
    await ward.read(STAT_LANE)
    assert study_id in ward.ids
    await ward.read(OTHER_LANE)
    assert study_id not in ward.ids
    assert ward.news.gone == {study_id}


async def test_a_study_that_turns_unreadable_is_news_once() -> None:
    ward = Ward()
    study_id, other = ward.add(2, "high")
    await ward.read_all()
    names: dict[str, tuple[str, ...]] = {}
    garble(ward, names)
    names[study_id] = ("severity",)
    for _ in range(3):
        await ward.read_all()
        assert ward.news.changed == {study_id}
        assert not ward.news.added | ward.news.removed | ward.news.returned
    assert ward.ids == {study_id, other}


# What may be believed.


async def test_no_study_is_lost_where_each_has_an_odd_detail() -> None:
    with EmbeddedEmulator(studies=240, seed=3) as emulator:
        emulator.arm("odd-details", EVER)
        async with running(emulator) as session:
            await until(lambda: session.health.is_complete)
            for _ in range(3):
                held = {each.study_id: each for each in session.studies}
                assert set(held) == ids(emulator)
                await refreshed(session)
            assert {name for each in held.values() for name in each.unreadable} == set(KINDS)
            assert session.health.state is State.LIVE
            context = QueryContext(None, 0.0, Thresholds())
            shown = {
                each.study_id for each in parse("severity:stat").select(held.values(), context)
            }
            unsure = {each.study_id for each in held.values() if "severity" in each.unreadable}
            truth = {each["studyId"] for each in emulator.studies() if each["severity"] == "stat"}
            cancelled = {each.study_id for each in held.values() if each.is_cancelled}
            assert (truth | unsure) - cancelled == shown
            assert truth - unsure
            assert unsure - truth


async def test_rows_without_an_id_are_never_called_complete(emulator: EmbeddedEmulator) -> None:
    emulator.arm("lost-ids", EVER)
    async with running(emulator) as session:
        said: list[bool] = []
        session._walker._notify_health = lambda: said.append(session.health.is_complete)
        await until(lambda: not session.health.loading)
        assert session.health.unreadable
        await refreshed(session, 2)
        assert not any(said)
        assert certainty(session.health).startswith("INCOMPLETE")
        assert len(session.studies) < len(ids(emulator))
        emulator.disarm()
        await refreshed(session)
        await until(lambda: session.health.is_complete)
        assert not session.health.unreadable


async def test_a_look_at_the_first_page_does_not_forget_an_odd_row_of_the_last() -> None:
    ward = Ward(page=3)
    ward.add(7, "high")
    state = ward.lanes[HIGH_LANE]
    walk = ward.client.walk_studies

    async def with_an_odd_row(query: StudyFilter, **given: Any) -> Any:
        async for page in walk(query, **given):
            yield page._replace(unreadable=1 if page.cursor is None else 0)

    ward.client.walk_studies = with_an_odd_row  # type: ignore[method-assign, assignment]
    await ward.read(HIGH_LANE)
    assert state.unreadable == 1
    await ward.look(HIGH_LANE)
    assert state.unreadable == 1
    ward.client.walk_studies = walk  # type: ignore[method-assign]
    await ward.look(HIGH_LANE)
    assert state.unreadable == 1
    await ward.read(HIGH_LANE)
    assert state.unreadable == 0


# Writing.


@dataclass
class Odd:
    """A workplace on a server whose studies are odd, each in one detail."""

    work: Workplace
    emulator: EmbeddedEmulator

    async def one(self, *names: str, severity: str | None = None) -> Study:
        """Return an open study that is odd in the detail ``names``."""
        for each in self.emulator.studies():
            if each["studyViewerStatus"] == "incomplete" and not each["isCancelled"]:
                study = await self.work.read(each["studyId"])
                if study.unreadable == names and severity in (None, each["severity"]):
                    return study
        raise AssertionError(names)

    def truth(self, study: Study) -> Any:
        return self.emulator.study(study.study_id)


async def with_odd_studies(work: Callable[[Odd], Any]) -> None:
    with EmbeddedEmulator(studies=300, seed=3) as emulator:
        emulator.arm("odd-details", EVER)
        async with workplace(emulator) as place:
            await work(Odd(place, emulator))


async def test_writing_to_odd_studies() -> None:
    await with_odd_studies(_metadata_that_cannot_be_read_are_left_alone)


async def _metadata_that_cannot_be_read_are_left_alone(odd: Odd) -> None:
    study = await odd.one("metadata")
    before, base = odd.truth(study), Draft.of(study)
    mine = base._replace(metadata={"side": "left"})
    result = await odd.work.editor.save(study.study_id, base, mine)
    assert result.ending is Ending.FAILED
    assert "could not be read whole" in str(result.error)
    # Nor by who saw them while they could be read.
    seen = base._replace(metadata=before["metadata"])
    result = await odd.work.editor.save(
        study.study_id, seen, seen._replace(metadata={**before["metadata"], "side": "left"})
    )
    assert result.ending is Ending.FAILED
    assert odd.truth(study) == before
    result = await odd.work.editor.save(study.study_id, base, base._replace(description="CT!"))
    assert result.ending is Ending.DONE
    assert odd.truth(study)["metadata"] == before["metadata"]


@pytest.mark.parametrize("severity", ["stat", "high", "normal"])
async def test_a_severity_that_cannot_be_read_is_set_and_not_called_saved(severity: str) -> None:
    async def work(odd: Odd) -> None:
        study = await odd.one("severity")
        base = Draft.of(study)
        result = await odd.work.editor.save(study.study_id, base, base._replace(severity=severity))
        # The server has it, and does not say so.
        assert odd.truth(study)["severity"] == severity
        assert result.ending is Ending.UNKNOWN
        # There is nothing to put back.
        entry = odd.work.editor.history.entries[-1]
        (undone,) = await odd.work.undoer.undo(entry)
        assert undone.result.ending is Ending.FAILED
        assert "what was there before could not be read" in str(undone.result.error)
        assert odd.truth(study)["severity"] == severity

    await with_odd_studies(work)


async def test_nobody_claims_what_may_be_somebodys() -> None:
    async def work(odd: Odd) -> None:
        study = await odd.one("assignee")
        before = odd.truth(study)
        me = odd.emulator.users()[0]["userId"]
        claim = await odd.work.claimer.claim(study.study_id, me)
        assert claim.standing is ClaimStanding.HELD
        assert claim.holder == UNREADABLE_USER
        assert odd.truth(study) == before
        job = Job("claim", {"assigned_to": me}, is_claim=True)
        assert job.obstacle(study) is Obstacle.UNREADABLE
        # Asked, the person takes it over.
        await odd.work.claimer.claim(study.study_id, me, holder=UNREADABLE)
        assert odd.truth(study)["assignedTo"]["userId"] == me

    await with_odd_studies(work)


async def test_a_cancellation_that_cannot_be_read_is_not_known() -> None:
    async def work(odd: Odd) -> None:
        study = await odd.one("is_cancelled")
        result = await odd.work.editor.uncancel(study.study_id, seen=study)
        assert result.ending is not Ending.NOTHING_TO_DO
        result = await odd.work.editor.cancel(study.study_id, seen=study)
        assert result.ending is Ending.UNKNOWN
        assert odd.truth(study)["isCancelled"]

    await with_odd_studies(work)


@pytest.mark.parametrize("field", ["severity", "status", "assigned_to", "metadata side"])
def test_many_studies_are_not_written_to_unseen(field: str) -> None:
    name = {"assigned_to": "assignee"}.get(field, field.split(maxsplit=1)[0])
    values = {"assignee": UNREADABLE_USER, "status": UNREADABLE, "severity": "stat"}
    told = {name: values[name]} if name in values else {}
    unseen = study(1, **told, unreadable=(name,))
    for value in ("stat", "x"):
        assert Job("set", {field: value}).obstacle(unseen) is Obstacle.UNREADABLE
    assert Job("set", {field: "x"}).obstacle(study(1)) is None


@pytest.mark.parametrize("field", ["severity", "uid", "status", "assignee_id", "meta.side"])
def test_no_command_is_given_what_could_not_be_read(field: str) -> None:
    names = ("severity", "uid", "status", "assignee", "metadata")
    unseen = study(1, uid=UNREADABLE, status=UNREADABLE, assignee=UNREADABLE_USER, unreadable=names)
    command = OwnCommand(name="x", key="f5", argv=("echo", "{" + field + "}"))
    with pytest.raises(NotRunError, match="could not be read"):
        argv_of(command, unseen)


async def test_a_locked_screen_counts_stat_studies_with_odd_details() -> None:
    with EmbeddedEmulator(studies=240, seed=3) as emulator:
        emulator.arm("odd-details", EVER)
        counts = [StatCount()]
        watch = StatWatch(
            Connection(emulator.base_url, emulator.api_key, "the test"),
            None,
            SystemClock(),
            interval=lambda: 60.0,
            severities=lambda: {"stat", "high"},
            follows=lambda: [each["studyId"] for each in truth],
            look=lambda _: None,
            notify=counts.append,
        )
        truth = open_studies(emulator, severity="stat")
        task = asyncio.create_task(watch.run())
        try:
            await until(lambda: counts[-1].open is not None)
        finally:
            task.cancel()
            await asyncio.wait({task})
        assert counts[-1].open == len(truth)
        assert counts[-1].problem is None
