"""While masked, no widget shows a description, a name, an identifier or metadata."""

from functools import partial

import pytest

from avara_tui.config import Config
from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.tui.actions import ACTIONS
from avara_tui.tui.places import Place
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


def assert_hidden(desk: Driver, study_id: str) -> None:
    __tracebackhide__ = True
    for secret in (PLANTED, UID, study_id):
        assert secret not in desk.text, desk.text
    assert desk.app.title == "avara-tui"


async def test_nothing_that_names_a_patient_is_shown(emulator: EmbeddedEmulator) -> None:
    study_id = plant(emulator)
    config = Config(columns=COLUMNS)
    async with worklist(emulator, size=(200, 40), config=config) as desk:
        await desk.go_to(study_id)
        assert desk.text.count(PLANTED) > 5
        await desk.press("number_sign")
        await desk.until(lambda: PLANTED not in desk.text, "masked")
        assert_hidden(desk, study_id)
        assert "masked" in desk.lines[0]
        assert "▌  ▲ STAT" in desk.text
        await desk.press("enter", "down", "down", "down")
        assert_hidden(desk, study_id)
        for key, said in (("x", "Cancel •••"), ("A", "Take from •••"), ("s", "Severity of •••")):
            await desk.press(key)
            await desk.until(partial(desk.says, said), said)
            assert_hidden(desk, study_id)
            assert study_id[-6:] in desk.status
            await desk.press("escape")
        await desk.press("s", "h")
        await desk.until(lambda: "now ● HIGH" in desk.status)
        assert_hidden(desk, study_id)
        await desk.press("question_mark")
        await desk.sees("Not now: texts and names are hidden")
        assert_hidden(desk, study_id)
        await desk.press("escape")
        await desk.until(lambda: "Not now" not in desk.text)
        await desk.press("colon")
        await desk.sees("Commands · •••")
        assert_hidden(desk, study_id)
        await desk.press("escape")
        await desk.until(lambda: "Commands ·" not in desk.text)
        await desk.press("number_sign")
        await desk.sees(f"{PLANTED} head")


@pytest.mark.parametrize("key", ["a", "d"])
async def test_what_would_have_to_be_shown_is_refused(emulator: EmbeddedEmulator, key: str) -> None:
    study_id = plant(emulator)
    async with worklist(emulator) as desk:
        await desk.go_to(study_id)
        await desk.press("number_sign", key)
        await desk.until(lambda: "hidden; # shows them" in desk.status)
        assert_hidden(desk, study_id)


async def test_a_filter_that_names_a_patient_is_hidden_too(emulator: EmbeddedEmulator) -> None:
    study_id = plant(emulator)
    async with worklist(emulator, filter_text=PLANTED) as desk:
        await desk.go_to(study_id)
        await desk.press("number_sign")
        await desk.until(lambda: PLANTED not in desk.text)
        assert desk.lines[2].startswith(" / •••")
    async with worklist(emulator, filter_text=f"{PLANTED}nothing") as desk:
        await desk.sees("matches the filter")
        await desk.press("number_sign")
        await desk.until(lambda: PLANTED not in desk.text)


@pytest.mark.usefixtures("no_desktop")
async def test_the_card_with_a_link_and_the_notice_hide_the_name(
    emulator: EmbeddedEmulator,
) -> None:
    study_id = plant(emulator)
    async with worklist(emulator) as desk:
        await desk.go_to(study_id)
        await desk.press("number_sign", "o")
        await desk.sees("open in the Avara Viewer")
        assert_hidden(desk, study_id)


@pytest.mark.slow
@pytest.mark.usefixtures("no_desktop")
async def test_no_action_shows_what_is_hidden(emulator: EmbeddedEmulator) -> None:
    """Whatever a key opens, now or when more keys are added, opens masked."""
    study_id = plant(emulator)
    async with worklist(emulator, size=(160, 40), config=Config(columns=COLUMNS)) as desk:
        await desk.go_to(study_id)
        await desk.press("s", "h")
        await desk.until(lambda: "now ● HIGH" in desk.status)
        await desk.press("number_sign")
        await desk.until(lambda: "masked" in desk.lines[0])
        for action in ACTIONS:
            if action.id in {"mask", "lock", "quit"} or not action.keys:
                continue
            if action.place is Place.DETAIL:
                await desk.press("enter")
            await desk.press(action.keys.partition(",")[0])
            await desk.pilot.pause(0.2)
            assert_hidden(desk, study_id)
            await desk.press("escape", "escape", "escape")
            assert desk.screen.masked, action.id
