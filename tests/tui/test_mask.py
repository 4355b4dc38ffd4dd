"""While masked, no widget shows a description, a name, an identifier or metadata."""

from functools import partial

import pytest

from avara_tui.config import Config
from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.study import CustomerRef, Study, UserRef
from avara_tui.tui.keys.actions import ACTIONS
from avara_tui.tui.keys.places import Place
from avara_tui.tui.presentation import columns
from avara_tui.tui.presentation.row_context import RowContext
from tui.driver import Driver, worklist

PLANTED = "Zebra"
UID = "1.2.840.55555.1"
COLUMNS = (
    "priority", "age", "description", "assignee", "status", "customer", "meta.patient", "uid", "id",
)  # fmt: skip


def plant(emulator: EmbeddedEmulator) -> str:
    """Add a study that holds the planted word wherever a server can put one; return its id."""
    study = emulator.create(
        severity="stat",
        studyDescription=f"{PLANTED} head",
        studyInstanceUid=UID,
        assignedTo=DEMO_USER_ID,
        metadata={"patient": f"{PLANTED} Jane", f"{PLANTED}key": "x"},
    )
    emulator.run(lambda world: _rename(world.connection))
    return str(study["studyId"])


def _rename(connection: object) -> None:
    execute = connection.execute  # type: ignore[attr-defined]
    execute("UPDATE users SET last_name = ?, first_name = ?", (PLANTED, PLANTED))
    execute("UPDATE users SET email = ? || user_id", (PLANTED,))
    execute("UPDATE customers SET name = ?", (PLANTED,))


@pytest.mark.parametrize("name", [*columns.COLUMNS, "meta.patient"])
def test_no_column_shows_while_masked_what_names_a_patient(name: str) -> None:
    secrets = {"Zebra", "stu_4711", UID, "usr_4711"}
    study = Study(
        "stu_4711", UID, "Zebra head", "stat", "incomplete",
        is_cancelled=False,
        created_at=0.0,
        assignee=UserRef("usr_4711", "Zebra", "Zebra", "Zebra@x"),
        customer=CustomerRef("Zebra", "Zebra"),
        metadata={"patient": "Zebra Jane"},
    )  # fmt: skip

    def shown(*, masked: bool) -> bool:
        text = columns.column(name).text(study, RowContext(masked=masked))
        return any(secret in text or secret[-4:] in text for secret in secrets)

    assert shown(masked=False) is (name not in {"priority", "age", "due", "status"})
    assert not shown(masked=True)


def assert_hidden(driver: Driver, study_id: str) -> None:
    __tracebackhide__ = True
    for secret in (PLANTED, UID, study_id):
        assert secret not in driver.text, driver.text
    assert driver.app.title == "avara-tui"


async def test_nothing_that_names_a_patient_is_shown(emulator: EmbeddedEmulator) -> None:
    study_id = plant(emulator)
    config = Config(columns=COLUMNS)
    async with worklist(emulator, size=(200, 40), config=config) as driver:
        await driver.go_to(study_id)
        assert driver.text.count(PLANTED) >= 5
        await driver.press("number_sign")
        await driver.until(lambda: PLANTED not in driver.text, "masked")
        assert_hidden(driver, study_id)
        assert "masked" in driver.lines[0]
        assert "▌  ▲ STAT" in driver.text
        await driver.press("enter", "down", "down", "down")
        assert_hidden(driver, study_id)
        for key, said in (
            ("x", "  •••  "),
            ("A", "Take this study from •••"),
            ("s", "Severity of •••"),
        ):
            await driver.press(key)
            await driver.until(partial(driver.says, said), said)
            assert_hidden(driver, study_id)
            assert study_id[-6:] in driver.status
            await driver.press("escape")
        await driver.press("s", "h")
        await driver.until(lambda: "now ● HIGH" in driver.status)
        assert_hidden(driver, study_id)
        await driver.press("question_mark")
        await driver.sees("not now: names and texts hidden")
        assert_hidden(driver, study_id)
        await driver.press("escape")
        await driver.until(lambda: "not now" not in driver.text)
        await driver.press("colon")
        await driver.sees("Do what?  to •••")
        assert_hidden(driver, study_id)
        await driver.press("escape")
        await driver.until(lambda: "Do what?" not in driver.text)
        await driver.press("number_sign")
        await driver.sees(f"{PLANTED} head")


@pytest.mark.parametrize("key", ["a", "d"])
async def test_what_would_have_to_be_shown_is_refused(emulator: EmbeddedEmulator, key: str) -> None:
    study_id = plant(emulator)
    async with worklist(emulator) as driver:
        await driver.go_to(study_id)
        await driver.press("number_sign", key)
        await driver.until(lambda: "hidden; # shows them" in driver.status)
        assert_hidden(driver, study_id)


async def test_a_filter_that_names_a_patient_is_hidden_too(emulator: EmbeddedEmulator) -> None:
    study_id = plant(emulator)
    async with worklist(emulator, filter_text=PLANTED) as driver:
        await driver.go_to(study_id)
        await driver.press("number_sign")
        await driver.until(lambda: PLANTED not in driver.text)
        assert driver.filter_row.startswith(" / •••")
    async with worklist(emulator, filter_text=f"{PLANTED}nothing") as driver:
        await driver.sees("matches the filter")
        await driver.press("number_sign")
        await driver.until(lambda: PLANTED not in driver.text)


@pytest.mark.usefixtures("no_desktop")
async def test_the_card_with_a_link_and_the_notice_hide_the_name(
    emulator: EmbeddedEmulator,
) -> None:
    study_id = plant(emulator)
    async with worklist(emulator) as driver:
        await driver.go_to(study_id)
        await driver.press("number_sign", "o")
        await driver.sees("open in the Avara Viewer")
        assert_hidden(driver, study_id)


@pytest.mark.slow
@pytest.mark.usefixtures("no_desktop")
async def test_no_action_shows_what_is_hidden(emulator: EmbeddedEmulator) -> None:
    """Whatever a key opens, now or when more keys are added, opens masked."""
    study_id = plant(emulator)
    async with worklist(emulator, size=(160, 40), config=Config(columns=COLUMNS)) as driver:
        await driver.go_to(study_id)
        await driver.press("s", "h")
        await driver.until(lambda: "now ● HIGH" in driver.status)
        await driver.press("number_sign")
        await driver.until(lambda: "masked" in driver.lines[0])
        for action in ACTIONS:
            if action.id in {"mask", "lock", "quit"} or not action.keys:
                continue
            if action.place is Place.DETAIL:
                await driver.press("enter")
            await driver.press(action.keys.partition(",")[0])
            await driver.pilot.pause(0.2)
            assert_hidden(driver, study_id)
            await driver.press("escape", "escape", "escape")
            assert driver.screen.masked, action.id
