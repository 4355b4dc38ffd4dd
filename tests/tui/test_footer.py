"""The footer's keys are of the actions that there are, and of none that would be refused."""

from itertools import product

import pytest

from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.study import COMPLETE
from avara_tui.tui.keys.actions import BY_ID
from avara_tui.tui.keys.keymap import Keymap
from avara_tui.tui.keys.places import Place
from avara_tui.tui.keys.refusals import Situation, why_not
from avara_tui.tui.lines import text_of, width_of
from avara_tui.tui.presentation.footer import fitting, footer
from tui.driver import worklist
from worklist.making import study

EMULATED_STUDIES = 30

STUDIES = (None, study(1), study(2, is_cancelled=True))
TABLE = Situation(Place.TABLE)
ALWAYS = ("help", "quit")


def ids(*given: object, **more: bool) -> list[str]:
    return [each.id for each in fitting(*given, **more)]  # type: ignore[arg-type]


def test_nothing_is_offered_that_would_be_refused() -> None:
    flags = (False, True)
    for target, place, read_only, masked, dirty in product(
        STUDIES, (Place.TABLE, Place.DETAIL), flags, flags, flags
    ):
        situation = Situation(place, read_only, masked)
        offered = fitting(target, situation, dirty=dirty)
        for each in (*offered, *(BY_ID[name] for name in ALWAYS)):
            assert why_not(each, target, situation) is None, (each.id, target, situation)
        assert len({each.id for each in offered}) == len(offered)
        # There is a way on from everywhere.
        assert offered


def test_what_is_used_most_comes_first() -> None:
    assert ids(STUDIES[1], TABLE, dirty=False)[:3] == ["next", "open", "claim"]
    assert ids(STUDIES[2], TABLE, dirty=False)[0] == "uncancel"
    detail = Situation(Place.DETAIL)
    assert ids(STUDIES[1], detail, dirty=True)[:2] == ["save", "edit_field"]
    assert ids(STUDIES[1], detail._replace(read_only=True), dirty=False) == ["back"]


@pytest.mark.parametrize("width", [20, 60, 80, 200])
def test_keys_and_labels_are_those_of_the_table_and_the_settings(width: int) -> None:
    situation = TABLE._replace(keymap=Keymap({"claim": ("c",), "open": ()}))
    shown = footer(STUDIES[1], width, situation, dirty=False)
    text = text_of(shown)
    assert "? all keys" in text
    assert width_of(shown) == width
    assert ("q quit" in text) is (width >= 200)
    if width >= 80:
        assert f"c {BY_ID['claim'].label}" in text
        assert BY_ID["open"].label not in text


def test_a_complete_study_is_offered_to_be_incomplete_again() -> None:
    shown = text_of(footer(study(3, status=COMPLETE), 200, TABLE, dirty=False))
    assert "v incomplete" in shown


async def test_the_footer_follows_what_is_hidden(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator, size=(120, 30)) as driver:
        assert "a assign" in driver.lines[-1]
        await driver.press("number_sign", "j")
        await driver.until(lambda: "s severity" in driver.lines[-1])
        assert "a assign" not in driver.lines[-1]
        await driver.press("number_sign", "k")
        await driver.until(lambda: "a assign" in driver.lines[-1])


async def test_read_only_offers_no_edit_in_the_detail(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator, read_only=True) as driver:
        await driver.press("enter")
        await driver.until(lambda: "back" in driver.lines[-1])
        assert "edit" not in driver.lines[-1]
        assert "delete" not in driver.lines[-1]
