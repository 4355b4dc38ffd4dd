"""Reading one study after the other in the whole app: ``o v o v`` in Mine, and ``n``."""

from avara_tui.config import Config, NextRule, OpenClaims
from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from studies import add_study, open_studies
from tui.driver import Driver, worklist

EMULATED_STUDIES = 30


def mine(emulator: EmbeddedEmulator, count: int) -> list[str]:
    """Let the person have just so many studies, the most urgent first."""
    for each in open_studies(emulator, assignee=DEMO_USER_ID):
        emulator.change(each["studyId"], assignedTo=None)
    severities = ["stat", "high", "normal"]
    made = [
        add_study(emulator, f"Zebra {each}", severity=severities[each]) for each in range(count)
    ]
    for each in made:
        emulator.change(each, assignedTo=DEMO_USER_ID)
    return made


def status(emulator: EmbeddedEmulator, study_id: str) -> str:
    return str(emulator.study(study_id)["studyViewerStatus"])


def holder(driver: Driver, study_id: str) -> str | None:
    """Return who has a study, as far as the worklist has read."""
    person = driver.study(study_id).assignee
    return None if person is None else person.user_id


async def link_closed(driver: Driver) -> None:
    """See the link to a study, and close the card."""
    await driver.sees("open in the Avara Viewer")
    await driver.press("escape")
    await driver.until(lambda: "open in the Avara Viewer" not in driver.text)


async def test_o_v_o_v_in_mine_completes_both_and_reopens_none(emulator: EmbeddedEmulator) -> None:
    first, second = mine(emulator, 2)
    async with worklist(emulator, view="Mine") as driver:
        assert driver.screen.table.cursor_id == first
        for study_id in (first, second):
            assert driver.screen.table.cursor_id == study_id
            await driver.press("o")
            await link_closed(driver)
            await driver.press("v")
            await driver.until(lambda: driver.says("completed"))
        assert [status(emulator, each) for each in (first, second)] == ["complete"] * 2
        await driver.until(lambda: driver.ids == [second], "the first has left the list")
        # There is nothing to go on to: the last one stays, and is not reopened unasked.
        await driver.press("v")
        await driver.until(lambda: driver.says("is complete. Make it incomplete again?"))
        await driver.press("n")
        assert emulator.writes(second) == ["update"]
        assert status(emulator, second) == "complete"


async def test_v_v_asks_before_it_completes_what_the_cursor_came_to(
    emulator: EmbeddedEmulator,
) -> None:
    first, second = mine(emulator, 2)
    async with worklist(emulator, view="Mine") as driver:
        await driver.press("v", "v")
        await driver.until(
            lambda: driver.says("Complete this study too?") and driver.says("Zebra 1")
        )
        await driver.press("n")
        assert (status(emulator, first), status(emulator, second)) == ("complete", "incomplete")


async def test_n_opens_mine_then_the_next_and_says_what_it_passes(
    emulator: EmbeddedEmulator,
) -> None:
    stat, high = mine(emulator, 2)
    before = len(emulator.writes(stat)), len(emulator.writes(high))
    async with worklist(emulator, filter_text="zebra") as driver:
        await driver.press("j", "n")
        await driver.sees("is yours already")
        await link_closed(driver)
        assert driver.screen.table.cursor_id == stat
        await driver.press("b", "n")
        await driver.sees("passed over")
        assert driver.screen.table.cursor_id == high
    assert (len(emulator.writes(stat)), len(emulator.writes(high))) == before


async def test_o_on_nobodys_offers_the_claim_and_two_questions_follow_each_other(
    emulator: EmbeddedEmulator,
) -> None:
    study_id = add_study(emulator, "Zebra head")
    async with worklist(emulator, filter_text="zebra") as driver:
        await driver.press("o")
        await driver.until(lambda: driver.says("Claim it as it opens?"))
        await driver.press("y")
        await driver.sees("is yours")
        await link_closed(driver)
        assert emulator.study(study_id)["assignedTo"]["userId"] == DEMO_USER_ID
        await driver.press("o")
        await link_closed(driver)
        colleague = next(
            each["userId"] for each in emulator.users() if each["userId"] != DEMO_USER_ID
        )
        emulator.change(study_id, assignedTo=colleague)
        await driver.press("r")
        await driver.until(lambda: holder(driver, study_id) == colleague)
        await driver.press("s")
        await driver.until(lambda: driver.says("Set severity all the same?"))
        await driver.press("y")
        await driver.until(lambda: driver.says("Severity of"))
        await driver.press("escape")


async def test_the_settings_may_claim_or_not(emulator: EmbeddedEmulator) -> None:
    for claims, holder in ((OpenClaims.NO, None), (OpenClaims.YES, DEMO_USER_ID)):
        study_id = add_study(emulator, f"Zebra {claims}")
        config = Config(open_claims=claims)
        async with worklist(emulator, filter_text=f"zebra {claims}", config=config) as driver:
            await driver.press("o")
            await link_closed(driver)
        found = emulator.study(study_id)["assignedTo"]
        assert (None if found is None else found["userId"]) == holder


async def test_what_is_saved_in_the_settings_counts_at_once(emulator: EmbeddedEmulator) -> None:
    (own,) = mine(emulator, 1)
    free = add_study(emulator, "Zebra spine", severity="normal")
    async with worklist(emulator, filter_text="zebra") as driver:
        await driver.go_to(free)
        await driver.press("o")
        await driver.until(lambda: driver.says("Claim it as it opens?"))
        await driver.press("escape")
        config = Config(open_claims=OpenClaims.NO, next=NextRule.POOL)
        for each in driver.controller.settings_takers:
            if {"next", "open_claims"} & set(each.takes):
                each.take_settings(config)
        await driver.press("o")
        await link_closed(driver)
        assert emulator.study(free)["assignedTo"] is None
        await driver.press("n")
        await driver.sees("passed over 1 STAT yours")
        assert driver.screen.table.cursor_id == free
        assert emulator.study(own)["assignedTo"]["userId"] == DEMO_USER_ID


async def test_at_80_columns_what_is_passed_can_be_read(emulator: EmbeddedEmulator) -> None:
    stat, _ = mine(emulator, 2)
    async with worklist(emulator, filter_text="zebra", size=(80, 24)) as driver:
        await driver.go_to(stat)
        await driver.press("b", "n")
        await driver.sees("passed over 1 STAT put aside")
