"""What of a study could not be read has a sign and a reason, and is not written over unseen."""

from collections.abc import Iterator
from functools import partial

import pytest

from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.study import STAT, UNREADABLE, UNREADABLE_CUSTOMER, UNREADABLE_USER, Study
from avara_tui.triage.reading.health import Health, Progress, State
from avara_tui.tui.lines import Role, text_of
from avara_tui.tui.presentation.columns import COLUMNS, column, priority_text
from avara_tui.tui.presentation.detail import entries, unreadable_name
from avara_tui.tui.presentation.empty_states import empty_state
from avara_tui.tui.presentation.heading import loaded
from avara_tui.tui.presentation.placing import Placed
from avara_tui.tui.presentation.row_context import RowContext
from avara_tui.tui.presentation.row_drawing import row_line
from avara_tui.worklist.merge import Draft
from masthead import READ_WHOLE
from tui.driver import Driver, worklist
from worklist.making import study

EMULATED_STUDIES = 30

EVER = 1_000_000
"""Times that a fault strikes: always."""


@pytest.fixture
def odd() -> Iterator[EmbeddedEmulator]:
    """A server whose every study is odd in a detail."""
    with EmbeddedEmulator(studies=300, seed=3) as emulator:
        emulator.arm("odd-details", EVER)
        yield emulator


def one(driver: Driver, name: str) -> Study:
    """Return an open study of which ``name`` alone could not be read."""
    return next(
        each
        for each in driver.session.studies
        if each.unreadable == (name,) and each.status != "complete" and not each.is_cancelled
    )


async def row_of(driver: Driver, study: Study) -> str:
    """Return the row of ``study``, with the cursor on it."""
    await driver.go_to(study.study_id)
    await driver.until(lambda: any(each.startswith("▌") for each in driver.lines))
    return next(each for each in driver.lines if each.startswith("▌"))


# How it is drawn.


def test_the_word_of_an_unreadable_severity_fits_its_column() -> None:
    text = priority_text(UNREADABLE)
    assert text == "▲STAT?"
    assert len(text) == COLUMNS["priority"].width


@pytest.mark.parametrize(
    ("name", "value", "place", "shown"),
    [
        ("severity", STAT, "priority", "▲STAT?"),
        ("description", UNREADABLE, "description", "? unreadable"),
        ("assignee", UNREADABLE_USER, "assignee", "? unreadable"),
        ("customer", UNREADABLE_CUSTOMER, "customer", "? unreadable"),
        ("status", UNREADABLE, "status", "? unreadable"),
        ("is_cancelled", False, "status", "cancelled?"),
        ("uid", UNREADABLE, "uid", "? unreadable"),
        ("metadata", {}, "meta.side", "?"),
        ("created_at", None, "age", "?"),
    ],
)
def test_what_could_not_be_read_has_a_sign_in_its_cell_and_before_its_row(
    name: str, value: object, place: str, shown: str
) -> None:
    seen = study(1, **{name: value, "unreadable": (name,)})
    context = RowContext()
    assert column(place).text(seen, context).strip() == shown
    placed = Placed(column("id"), 40)
    text = text_of(row_line(seen, [placed], 60, context))
    assert text.startswith(" ? ")
    assert not text_of(row_line(study(1), [placed], 60, context)).startswith(" ? ")
    labels = {each.label: each.value for each in entries(seen, Draft.of(seen), {}, context)}
    assert labels["unreadable"] == unreadable_name(name)


def test_a_masked_screen_says_what_could_not_be_read() -> None:
    seen = study(1, severity=STAT, unreadable=("severity", "assignee.email"))
    told = entries(seen, Draft.of(seen), {}, RowContext(masked=True))
    assert "The severity could not be read; it counts as STAT." in [each.value for each in told]
    assert "severity, assignee: email" in [each.value for each in told]


def health(unreadable: int, *, cut_off: tuple[str, ...] = ()) -> Health:
    progress = (Progress("STAT", 3, is_complete=not unreadable, share=None),)
    return Health(State.LIVE, 0.0, 0.0, 3100, None, unreadable, cut_off, (), progress)


def test_rows_without_an_id_take_the_place_of_complete() -> None:
    assert text_of(loaded(health(0))) == "3,100 read, complete"
    assert text_of(loaded(health(2))) == "3,100 read, 2 unreadable"
    assert ("complete" in text_of(loaded(health(2, cut_off=("high",))))) is False
    roles = dict(loaded(health(2)))
    assert roles[", 2 unreadable"] is Role.WARNING


def test_an_empty_worklist_is_no_all_clear_while_a_row_has_no_id() -> None:
    said = empty_state(health(2), worklist="STAT", filter_text="", server="", width=80)
    text = "\n".join(map(text_of, said))
    assert "Do not rely on this." in text
    assert "of them: 2." in text


# In the app.


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_the_row_the_sign_and_the_header(
    odd: EmbeddedEmulator, size: tuple[int, int]
) -> None:
    async with worklist(odd, size=size) as driver:
        assert len(driver.session.studies) == len(odd.studies())
        assert driver.session.health.is_complete
        assert "unreadable" not in driver.lines[0]
        study = one(driver, "severity")
        assert "▲STAT?" in await row_of(driver, study)
        assert "? unreadable" in await row_of(driver, one(driver, "description"))
        assert (await row_of(driver, one(driver, "metadata")))[1] == "?"
        # It is one of those that STAT counts and shows.
        await driver.press("1")
        await driver.until(lambda: driver.screen.table.go_to(study.study_id))
        await driver.press("enter")
        await driver.sees("The severity")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_row_without_an_id_stands_in_the_header(
    emulator: EmbeddedEmulator, size: tuple[int, int]
) -> None:
    emulator.arm("lost-ids", EVER)
    async with worklist(emulator, size=size, wait=False) as driver:
        await driver.sees(" unreadable")
        await driver.until(lambda: not driver.session.health.loading)
        await driver.sees("live")
        assert "complete" not in driver.lines[0]
        assert f", {driver.session.health.unreadable} unreadable" in driver.lines[0]
        emulator.disarm()
        await driver.press("r")
        await driver.until(lambda: READ_WHOLE.search(driver.text) is not None, "all read")


async def test_setting_what_could_not_be_read_says_so_first(odd: EmbeddedEmulator) -> None:
    async with worklist(odd, size=(150, 40)) as driver:
        study = one(driver, "severity")
        await driver.go_to(study.study_id)
        await driver.press("s")
        await driver.until(lambda: driver.says("could not be read. Set it to?"))
        await driver.press("s")
        # The server has it, and does not say so in a word that can be read.
        await driver.until(lambda: driver.says("not sure it was saved"))
        assert odd.study(study.study_id)["severity"] == "stat"
        # What was there before was never seen, and cannot be put back.
        await driver.press("escape", "z")
        await driver.sees("what was there before could not be read")
        assert odd.study(study.study_id)["severity"] == "stat"


async def test_taking_over_what_may_be_somebodys_says_so_first(odd: EmbeddedEmulator) -> None:
    async with worklist(odd, size=(150, 40)) as driver:
        study = one(driver, "assignee")
        before = odd.study(study.study_id)
        await driver.go_to(study.study_id)
        for key, said in (("m", "could not be read. Take it over?"), ("A", "Unassign it?")):
            await driver.press(key)
            await driver.until(partial(driver.says, said), said)
            await driver.press("n")
            await driver.until(lambda: "could not be read" not in driver.status)
        assert odd.study(study.study_id) == before
        await driver.press("m")
        await driver.until(lambda: driver.says("could not be read. Take it over?"))
        await driver.press("y")
        await driver.until(lambda: odd.study(study.study_id)["assignedTo"] != before["assignedTo"])
        assert odd.study(study.study_id)["assignedTo"]["userId"] == DEMO_USER_ID


async def test_completing_what_may_be_complete_says_so_first(odd: EmbeddedEmulator) -> None:
    async with worklist(odd, size=(150, 40)) as driver:
        study = one(driver, "status")
        before = odd.study(study.study_id)
        await driver.go_to(study.study_id)
        await driver.press("v")
        await driver.until(lambda: driver.says("could not be read. Set it complete?"))
        await driver.press("n")
        await driver.until(lambda: not driver.says("could not be read"))
        assert odd.study(study.study_id) == before


async def test_a_description_that_could_not_be_read_is_typed_anew(odd: EmbeddedEmulator) -> None:
    async with worklist(odd, size=(150, 40)) as driver:
        study = one(driver, "description")
        await driver.go_to(study.study_id)
        await driver.press("d")
        await driver.until(lambda: "the old one could not be read" in driver.lines[-1])
        await driver.type("MR Knee")
        await driver.press("enter")
        await driver.until(lambda: odd.study(study.study_id)["studyDescription"] == "MR Knee")


async def test_what_can_be_read_by_the_time_it_is_written_is_shown_beside_it(
    odd: EmbeddedEmulator,
) -> None:
    async with worklist(odd, size=(150, 40)) as driver:
        study = one(driver, "description")
        before = odd.study(study.study_id)
        await driver.go_to(study.study_id)
        await driver.press("d")
        await driver.until(lambda: "the old one could not be read" in driver.lines[-1])
        odd.disarm()
        await driver.type("MR Knee")
        await driver.press("enter")
        await driver.sees("before: “? unreadable”")
        await driver.sees(f"“{before['studyDescription']}”")
        await driver.press("escape")
        await driver.until(lambda: driver.says("not saved"))
        assert odd.study(study.study_id) == before


async def test_metadata_that_could_not_be_read_are_not_changed(odd: EmbeddedEmulator) -> None:
    async with worklist(odd, size=(150, 40)) as driver:
        study = one(driver, "metadata")
        before = odd.study(study.study_id)
        await driver.go_to(study.study_id)
        await driver.press("enter")
        await driver.sees("They could not be read whole")
        await driver.press("plus")
        await driver.until(lambda: driver.says("could not be read whole"))
        assert driver.screen.detail.draft is None
        assert odd.study(study.study_id) == before


async def test_a_new_study_whose_severity_cannot_be_read_rings_like_stat_and_once(
    odd: EmbeddedEmulator,
) -> None:
    async with worklist(odd, size=(120, 36)) as driver:
        await driver.sees(" seen")
        await driver.press("!")
        await driver.until(lambda: " seen" not in driver.lines[-1])
        while True:
            number = len(odd.studies())
            new = odd.create(
                severity="normal",
                studyDescription="MR Knee",
                studyInstanceUid=f"1.2.840.99999.{number}",
            )
            await driver.press("r")
            await driver.until(partial(driver.session.studies.get, new["studyId"]))
            held = driver.session.studies.get(new["studyId"])
            assert held is not None
            if held.unreadable == ("severity",):
                break
            assert "NEW" not in driver.text
        await driver.sees("NEW STAT?")
        assert f"…{new['studyId'][-6:]}" in driver.text
        await driver.press("!")
        await driver.until(lambda: "NEW STAT?" not in driver.text)
        for _ in range(3):
            before = [each.completed_at for each in driver.session.lanes]
            await driver.press("r")
            await driver.until(partial(_all_read_since, driver, before))
            assert "NEW" not in driver.text


def _all_read_since(driver: Driver, before: list[float | None]) -> bool:
    lanes = zip(driver.session.lanes, before, strict=True)
    return all(lane.completed_at != at and not lane.walking for lane, at in lanes)
