"""Nothing that a server sends moves the terminal, and no crash gives away a study."""

from collections.abc import Callable

import pytest
from textual.worker import WorkerFailed

from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.triage.access.connection import Connection
from avara_tui.triage.process.crash import crash_report
from avara_tui.tui.app import WorklistApp
from avara_tui.tui.options import RunOptions
from tui.driver import Driver, worklist

EMULATED_STUDIES = 30

HOSTILE = [
    "\x1b]0;stolen title\x07CT Head",
    "\x1b]52;c;aGFja2Vk\x07",
    "\x1b[2J\x1b[H screen gone",
    "[@click=app.quit]quit[/]",
    "DOE [STAT] CT [/ X]",
    "[red]Smith[/red] [/x]",
    "CT \u202etxeT\u202c",
    "zero\u200bwidth\u2060",
    "C1 \x9b31m red",
    "Z\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301algo",
    "$x {y} %s \\",
    "胸部CT 造影",
]


async def test_hostile_text_is_shown_and_never_obeyed(emulator: EmbeddedEmulator) -> None:
    ids = []
    for number, text in enumerate(HOSTILE):
        study = emulator.create(
            severity="stat",
            studyDescription=text,
            studyInstanceUid=f"1.2.3.{number}",
            metadata={f"k{number}": text},
        )
        ids.append(study["studyId"])
    async with worklist(emulator, size=(120, 40)) as driver:
        for study_id in ids:
            await driver.go_to(study_id)
            await driver.press("enter", "escape")
            await driver.press("x")
            await driver.until(lambda: driver.status.startswith("Cancel"))
            await driver.press("n")
            await driver.until(lambda: not driver.status.startswith("Cancel"))
            for shown in driver.lines:
                assert shown.isprintable(), repr(shown)
        assert "DOE [STAT] CT [/ X]" in driver.text
        assert driver.app.is_running
    assert emulator.counts["studies.cancel"] == 0


async def test_an_edit_starts_from_the_true_value_of_a_hostile_text(
    emulator: EmbeddedEmulator,
) -> None:
    study = emulator.create(
        severity="stat", studyDescription="CT\u200b Head", studyInstanceUid="1.2.3.4"
    )
    async with worklist(emulator) as driver:
        await driver.go_to(study["studyId"])
        assert "hidden characters" in driver.text
        await driver.press("d")
        await driver.until(lambda: driver.lines[-1].startswith(" description"))
        await driver.until(lambda: "hidden, but kept: U+200B ZERO WIDTH SPACE" in driver.lines[-1])
        await driver.type("!")
        await driver.press("enter")
        await driver.until(lambda: "description changed" in driver.status)
    assert emulator.study(study["studyId"])["studyDescription"] == "CT\u200b Head!"


SECRET = "sk_live_0123456789abcdef0123456789abcdef"
PATIENT = "DOE^JANE"


def fail(make: Callable[[], BaseException]) -> None:
    raise make()


def raise_it(make: Callable[[], BaseException]) -> BaseException:
    local_secret, local_patient = SECRET, PATIENT
    try:
        fail(make)
    except BaseException as error:  # noqa: BLE001 - whatever was made
        assert local_secret != local_patient
        return error
    raise AssertionError("nothing was raised")


@pytest.mark.parametrize(
    "make",
    [
        lambda: ValueError(PATIENT + SECRET),
        lambda: WorkerFailed(raise_it(lambda: KeyError(PATIENT))),
        lambda: BaseExceptionGroup("group " + SECRET, [ValueError(PATIENT)]),
    ],
)
def test_a_crash_report_names_types_and_places_only(make: Callable[[], BaseException]) -> None:
    report = crash_report(raise_it(make))
    assert SECRET not in report
    assert PATIENT not in report
    assert "test_trust.py" in report
    assert "Error" in report


async def test_a_crash_ends_the_app_with_a_report_and_a_failure() -> None:
    def connect() -> Connection:
        raise ZeroDivisionError(PATIENT)

    app = WorklistApp(RunOptions(connect=connect, profile="test"))
    with pytest.raises(WorkerFailed):  # noqa: PT012 - raised again when the app has ended
        async with app.run_test(size=(100, 30)) as pilot:
            while app.crash_report is None:
                await pilot.pause(0.02)
    assert app.return_code == 1
    assert app.crash_report is not None
    assert "ZeroDivisionError" in app.crash_report
    assert PATIENT not in app.crash_report


UNKNOWN_KINDS = [
    ({"severity": "critical"}, "? CRI"),
    ({"status": "in_review"}, "RTN"),
    ({"severity": "critical", "status": "in_review"}, "? CRI"),
]


def open_normal(emulator: EmbeddedEmulator) -> str:
    """Return the youngest open routine study."""
    return next(
        str(study["studyId"])
        for study in emulator.studies()
        if (study["severity"], study["studyViewerStatus"]) == ("normal", "incomplete")
        and not study["isCancelled"]
    )


def open_count(emulator: EmbeddedEmulator) -> int:
    return sum(
        study["studyViewerStatus"] != "complete" and not study["isCancelled"]
        for study in emulator.studies()
    )


async def read_again(driver: Driver) -> None:
    """Have every lane read once more, and wait for the screen to show it."""
    before = [lane.completed_at for lane in driver.session.lanes]
    driver.session.refresh()
    await driver.until(
        lambda: all(
            lane.completed_at != at and not lane.walking
            for lane, at in zip(driver.session.lanes, before, strict=True)
        )
    )


@pytest.mark.parametrize(("kind", "priority"), UNKNOWN_KINDS)
async def test_a_study_of_unknown_kind_is_shown_counted_and_goes_like_any_other(
    emulator: EmbeddedEmulator, kind: dict[str, str], priority: str
) -> None:
    odd = open_normal(emulator)
    emulator.outgrow(odd, **kind)
    emulator.change(odd, studyDescription="CT of an unknown kind", assignedTo=None)
    async with worklist(emulator, size=(160, 40)) as driver:
        await driver.press("5")
        await driver.sees(f"All open {open_count(emulator)}")
        await driver.go_to(odd)
        # The detail beside the table repeats the description, in other lines than the row.
        await driver.until(
            lambda: any(
                priority in each and "CT of an unknown kind" in each for each in driver.lines
            )
        )
        assert "new" not in driver.lines[0]
        assert "changed" not in driver.lines[0]
        await driver.press("3")
        await driver.until(lambda: odd in driver.ids)
        await driver.press("5")
        emulator.delete(odd)
        await read_again(driver)
        await driver.sees(f"All open {open_count(emulator)}")
        assert odd not in driver.ids


async def test_an_unknown_severity_stands_before_all_routine_and_high_work(
    emulator: EmbeddedEmulator,
) -> None:
    odd = open_normal(emulator)
    emulator.outgrow(odd, severity="critical")
    async with worklist(emulator) as driver:
        await driver.press("5")
        await driver.until(lambda: odd in driver.ids)
        ids = driver.ids
        severities = [emulator.study(each)["severity"] for each in ids]
        place = severities.index("critical")
        assert set(severities[:place]) == {"stat"}
        assert "stat" not in severities[place:]


async def test_a_study_that_becomes_of_unknown_kind_is_told_once(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as driver:
        new = emulator.create(
            severity="normal", studyDescription="CT Head", studyInstanceUid="1.2.3.4"
        )["studyId"]
        emulator.outgrow(new, severity="critical")
        await read_again(driver)
        await driver.sees("+1 new")
        await driver.go_to(new)
        await driver.until(lambda: "+1 new" not in driver.text)
        for _ in range(2):
            await read_again(driver)
            assert "new" not in driver.lines[0]
            assert "changed" not in driver.lines[0]
