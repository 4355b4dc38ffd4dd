"""What the screen says of a write that had to wait, while somebody else wrote to the study."""

from collections.abc import Callable

import pytest

from avara_tui.api import calls
from avara_tui.clock import ManualClock
from avara_tui.emulator.embedded import EmbeddedEmulator
from triage.waiting import NOW, Waits
from tui.driver import worklist
from tui.test_edits import another, zebra

EMULATED_STUDIES = 30

Meanwhile = Callable[[str, Callable[[], object]], None]


@pytest.fixture
def meanwhile(emulator: EmbeddedEmulator, monkeypatch: pytest.MonkeyPatch) -> Meanwhile:
    """Turn the next write away, and let somebody act in the wait before it is sent again."""
    waits = Waits(ManualClock(NOW))
    monkeypatch.setattr(calls, "asyncio", waits)

    def let(operation: str, act: Callable[[], object]) -> None:
        def once() -> None:
            waits.meanwhile = lambda: None
            act()

        waits.meanwhile = once
        emulator.arm("rate-limit-short", 1, operation)

    return let


async def test_a_claim_that_waited_names_the_holder_and_asks(
    emulator: EmbeddedEmulator, meanwhile: Meanwhile
) -> None:
    study_id, holder = zebra(emulator), another(emulator)
    async with worklist(emulator, filter_text="zebra") as driver:
        await driver.go_to(study_id)
        meanwhile("studies.update", lambda: emulator.change(study_id, assignedTo=holder["userId"]))
        await driver.press("m")
        await driver.until(lambda: "Take it over?" in driver.status)
        assert holder["lastName"] in driver.status
        assert emulator.writes(study_id) == []


async def test_a_severity_that_waited_stands_beside_theirs(
    emulator: EmbeddedEmulator, meanwhile: Meanwhile
) -> None:
    study_id = zebra(emulator)
    async with worklist(emulator, filter_text="zebra") as driver:
        await driver.go_to(study_id)
        meanwhile("studies.update", lambda: emulator.change(study_id, severity="stat"))
        await driver.press("s")
        await driver.until(lambda: "Severity of" in driver.status)
        await driver.press("h")
        await driver.sees("Changed by somebody else while you typed")
        await driver.press("escape")
        await driver.until(lambda: "somebody else changed severity meanwhile" in driver.status)
        assert emulator.study(study_id)["severity"] == "stat"
        assert emulator.writes(study_id) == []


async def test_a_study_made_stat_while_its_cancellation_waited_is_left_alone(
    emulator: EmbeddedEmulator, meanwhile: Meanwhile
) -> None:
    study_id = zebra(emulator)
    async with worklist(emulator, filter_text="zebra") as driver:
        await driver.go_to(study_id)
        meanwhile("studies.cancel", lambda: emulator.change(study_id, severity="stat"))
        await driver.press("x")
        await driver.until(lambda: "Cancel" in driver.status)
        await driver.press("y")
        await driver.until(lambda: "somebody else changed severity meanwhile" in driver.status)
        assert not emulator.study(study_id)["isCancelled"]
        # Having seen that it is STAT, the person may still want it.
        await driver.press("x")
        await driver.until(lambda: "Cancel" in driver.status)
        await driver.press("y")
        await driver.until(lambda: emulator.study(study_id)["isCancelled"])
