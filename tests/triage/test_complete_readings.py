"""What is read without a screen is called complete only when nothing is missing.

Every way of listing that tests know, by every reader, several times: AVARA_TUI_WALKS says how often
the slow tests read each. Studies that somebody changes meanwhile may be read or not.
"""

import os

import pytest

from avara_tui.api.client import AvaraClient
from avara_tui.clock import SystemClock
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.triage.reading.certainty import MOST_WALKS
from avara_tui.triage.reading.once import Reading, read_matching
from avara_tui.triage.reading.patient import Patience
from avara_tui.triage.reading.sure_reading import LOOK_UPS
from avara_tui.triage.reading.walks import AHEAD
from avara_tui.worklist.query import parse
from triage.list_behaviours import BEHAVIOURS, STUDIES, ListBehaviour, Others, listing

READERS = {"list, handoff": "is:open", "list --view STAT": "severity:stat is:open"}
"""What each reader asks for; the hand-off asks for what the worklist to begin with does."""
WALKS = int(os.environ.get("AVARA_TUI_WALKS", "2"))


def wanted(emulator: EmbeddedEmulator, text: str) -> set[str]:
    """Return the ids of what a reader should find, by what the server has."""
    return {
        each["studyId"]
        for each in emulator.studies()
        if each["studyViewerStatus"] != "complete"
        and not each["isCancelled"]
        and ("severity" not in text or each["severity"] == "stat")
    }


async def read(emulator: EmbeddedEmulator, text: str) -> Reading:
    async with AvaraClient(emulator.base_url, emulator.api_key) as client:
        patience = Patience(SystemClock(), lambda _: None)
        return await read_matching(client, parse(text), None, limit=100_000, patience=patience)


async def read_often(behaviour: ListBehaviour, text: str, walks: int) -> tuple[int, int, int]:
    """Return how often all of some readings were complete, falsely so, and the most requests."""
    complete = false = most = 0
    with listing(behaviour) as emulator, Others(emulator, behaviour) as others:
        for _ in range(walks):
            before, asked = wanted(emulator, text), len(emulator.requests)
            reading = await read(emulator, text)
            stayed = before & wanted(emulator, text) & others.untouched()
            missing = stayed - {study.study_id for study in reading.studies}
            assert not reading.problems
            complete += reading.is_complete
            false += reading.is_complete and bool(missing)
            assert reading.is_complete or len(missing) <= reading.missing
            if reading.has_every_stat:
                assert not missing & wanted(emulator, READERS["list --view STAT"])
            most = max(most, len(emulator.requests) - asked)
    return complete, false, most


LISTS = [
    pytest.param(behaviour, text, id=f"{behaviour.name}: {name}")
    for behaviour in BEHAVIOURS
    for name, text in READERS.items()
]


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("behaviour", "text"), LISTS)
async def test_complete_means_complete(
    behaviour: ListBehaviour, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    complete, false, most = await read_often(behaviour, text, WALKS)
    said = f"{complete} of {WALKS} complete, {false} falsely, {most} requests at most"
    with capsys.disabled():
        print(f"\n{behaviour.name}, {text}: {said}")
    assert false == 0
    if behaviour.is_honest:
        assert complete == WALKS


@pytest.mark.parametrize("behaviour", BEHAVIOURS, ids=lambda each: each.name)
async def test_every_way_of_listing_is_read_once(behaviour: ListBehaviour) -> None:
    text = READERS["list --view STAT"]
    complete, false, most = await read_often(behaviour, text, 1)
    assert false == 0
    # By severity, whatever the status, and STAT once more by itself.
    assert most <= 3 * MOST_WALKS * (2 * STUDIES // 100 + LOOK_UPS)
    if behaviour.is_honest:
        assert complete == 1


async def test_that_no_stat_is_missing_is_not_said_while_one_of_another_status_may_be() -> None:
    (behaviour,) = [each for each in BEHAVIOURS if each.name == "random per page, by offset"]
    with listing(behaviour) as emulator:
        # So many are lost by every walk that all of them are hardly ever read.
        stat = [each["studyId"] for each in emulator.studies() if each["severity"] == "stat"]
        for number, study_id in enumerate(stat):
            emulator.outgrow(study_id, status="in_review" if number % 10 else "pending")
        reading = await read(emulator, "is:open")
        missing = wanted(emulator, "severity:stat is:open") - {
            study.study_id for study in reading.studies
        }
        assert reading.missing >= len(missing)
        assert not (reading.has_every_stat and missing)
        asked = [each.query for each in emulator.requests if each.operation == "studies.list"]
    # Looked for by themselves, and not only among those that are incomplete.
    assert any("severity=stat" in query and "Status" not in query for query in asked)


@pytest.mark.parametrize("cursors", ["offset", "keyset"])
async def test_an_honest_server_that_rests_is_asked_twice_and_once_for_the_rest(
    cursors: str,
) -> None:
    behaviour = next(each for each in BEHAVIOURS if each.cursors == cursors)
    with listing(behaviour) as emulator:
        opened = -(-len(wanted(emulator, "is:open")) // 100)
        rest = -(-sum(not each["isCancelled"] for each in emulator.studies()) // 100)
        asked = len(emulator.requests)
        reading = await read(emulator, "is:open")
        assert reading.is_complete
        # The search for the rest asks ahead, and so beyond the end.
        least = 2 * opened + rest
        assert least <= len(emulator.requests) - asked <= least + 1 + AHEAD
