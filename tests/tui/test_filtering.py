"""Typing a filter: offers and mistakes stand under their word, and former filters come back."""

from functools import partial

import pytest
from textual import events

from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.study import CustomerRef, UserRef
from avara_tui.tui.board.filtering import BY_THE_REST, NOT_FILTERED
from avara_tui.tui.lines import text_of
from avara_tui.tui.presentation.filter_hints import Hint, choices, mistake, understood
from avara_tui.worklist.query import QueryError, Vocabulary, parse
from tui.driver import Driver, worklist

EMULATED_STUDIES = 30

WORDS = Vocabulary(
    people={"usr_1": UserRef("usr_1", "ada@example.org", "Ada", "Okafor")},
    customers={"cus_1": CustomerRef("cus_1", "Lakeside Clinic")},
    metadata_keys=("modality", "exam end"),
)


def wrong(text: str, width: int = 90) -> Hint:
    with pytest.raises(QueryError) as caught:
        parse(text)
    return mistake(text, caught.value, 3, width)


def offered(text: str, width: int = 90) -> tuple[str, str | None]:
    """Return the line below the filter, and the filter once the offer is taken."""
    hint = choices(text, WORDS, 3, width)
    return text_of(hint.content), hint.offer and hint.offer.applied_to(text)


def test_a_mistake_stands_under_its_word_and_tab_mends_it() -> None:
    text = "ct severty:stat"
    hint = wrong(text)
    said = text_of(hint.content)
    assert said.index("^") == 3 + text.index("severty")
    assert said.count("^") == len("severty")
    assert "did you mean severity" in said
    assert hint.offer is not None
    assert hint.offer.applied_to(text) == "ct severity:stat"


def test_a_mistake_at_the_edge_is_still_read_whole() -> None:
    said = text_of(wrong("ct " * 20 + "severty:stat", width=80).content)
    assert len(said) <= 80
    assert "did you mean severity" in said
    assert said.index("^") == 3 + len("ct " * 20)


@pytest.mark.parametrize(
    ("text", "first", "taken"),
    [
        ("sev", "severity:", "severity:"),
        ("ct assignee:oka", "Okafor", "ct assignee:"),
        ("customer:clin", "Lakeside", "customer:"),
        ("meta.exam", 'meta."exam end":', 'meta."exam end":'),
        ("is:ov", "overdue", "is:overdue"),
    ],
)
def test_what_could_be_meant_is_offered_under_the_word(text: str, first: str, taken: str) -> None:
    said, applied = offered(text)
    assert first in said
    assert applied is not None
    assert applied.startswith(taken)
    assert applied != text


def test_nothing_is_offered_for_what_is_whole_already() -> None:
    assert offered("severity:stat") == ("", None)
    assert offered("severity:\u201cstat\u201d") == ("", None)
    assert offered('customer:"Lakeside Clinic"') == ("", None)
    assert offered("head") == ("", None)


def read_as(text: str, width: int = 90) -> tuple[str, str | None]:
    """Return the line below a filter without a mistake, and the filter once the offer is taken."""
    hint = understood(text, WORDS, 3, width)
    return text_of(hint.content), hint.offer and hint.offer.applied_to(text)


@pytest.mark.parametrize(
    ("text", "said", "taken"),
    [
        ("ct modality:mr", "modality: is read as meta.modality:", "ct meta.modality:mr"),
        ("meta.MODALITY:mr", "meta.MODALITY: is read as meta.modality:", "meta.modality:mr"),
        ("meta.modalty:mr", "no study has meta.modalty; did you mean", "meta.modality:mr"),
        ("meta.wing:b", "no study has meta.wing", None),
        ("meta.modality:mr", "", None),
    ],
)
def test_what_a_key_is_taken_for_stands_under_it(text: str, said: str, taken: str | None) -> None:
    shown, applied = read_as(text)
    assert said in shown
    assert bool(said) == bool(shown)
    assert applied == taken
    if said:
        assert len(shown) - len(shown.lstrip()) == 3 + text.index("m")


def test_what_a_key_is_taken_for_stands_beside_what_can_be_chosen() -> None:
    shown, applied = read_as("modality:mr sev")
    assert "severity:" in shown
    assert shown.endswith("modality: is read as meta.modality:")
    assert applied == "modality:mr severity:"
    assert "is read as" not in read_as("modality:mr sev", width=30)[0]


async def type_filter(driver: Driver, text: str) -> None:
    await driver.type_filter(text)


async def test_a_mistake_is_shown_in_place_of_the_titles_and_tab_mends_it(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as driver:
        await type_filter(driver, "severty:stat")
        await driver.until(lambda: "^^^^^^^ there is no field" in driver.lines[-1])
        assert driver.lines[-1].index("^") == driver.filter_row.index("severty")
        await driver.press("tab")
        await driver.until(lambda: "/ severity:stat" in driver.filter_row)
        await driver.press("enter")
        await driver.until(lambda: not driver.screen.filter_bar.is_typing)
        assert "DESCRIPTION" in driver.lines[2]
        assert "● HIGH" not in "\n".join(driver.lines[3:])


async def test_a_name_is_completed_from_its_middle(emulator: EmbeddedEmulator) -> None:
    name = emulator.customers()[0]["expressCustomerName"]
    async with worklist(emulator) as driver:
        await type_filter(driver, f"customer:{name.split()[-1].lower()}")
        await driver.until(lambda: name in driver.lines[-1])
        await driver.press("tab")
        await driver.until(lambda: f'/ customer:"{name}"' in driver.filter_row)


async def test_former_filters_come_back_and_what_was_begun_is_kept(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as driver:
        for text in ("ct", "mri", "ct"):
            await type_filter(driver, text)
            await driver.press("enter")
            await driver.until(lambda: not driver.screen.filter_bar.is_typing)
            await driver.press("escape")
            await driver.until(lambda: not driver.filter_row)
        await type_filter(driver, "x")
        await driver.press("up")
        await driver.until(lambda: driver.filter_row.rstrip() == " / ct")
        await driver.press("up")
        await driver.until(lambda: driver.filter_row.rstrip() == " / mri")
        await driver.press("up", "down", "down")
        await driver.until(lambda: driver.filter_row.rstrip() == " / x")


async def test_without_a_filter_there_is_no_row_for_one_and_studies_stay_where_they_are(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as driver:
        assert not driver.filter_row
        before = driver.lines[2:10]
        await driver.press("slash")
        await driver.until(lambda: bool(driver.filter_row))
        assert driver.lines[2:10] == before
        await driver.press("escape")
        await driver.until(lambda: not driver.filter_row)
        assert driver.lines[2:10] == before


async def test_what_is_typed_behind_tab_stays_behind_what_it_brings(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as driver:
        await type_filter(driver, "sev")
        for key in ("tab", "s", "t"):
            driver.app.simulate_key(key)
        await driver.until(lambda: "/ severity:st" in driver.filter_row)


async def test_a_filter_that_comes_all_at_once_and_finds_nothing_leaves_the_keys_alive() -> None:
    with EmbeddedEmulator(studies=400, seed=1) as emulator:
        async with worklist(emulator) as driver:
            await driver.press("slash")
            # As a burst: no key waits until the one before has been shown.
            for key in ["c", "t", "space", "s", "e", "v"]:
                driver.app.post_message(events.Key(key, " " if key == "space" else key))
            await driver.until(lambda: "ct sev" in driver.filter_row, "what was typed")
            await driver.press("escape", "escape")
            await driver.press("question_mark")
            await driver.sees("type to search")


def _has_typed(driver: Driver, characters: int) -> bool:
    return driver.screen.filter_bar.cursor == characters


async def test_on_the_way_to_a_term_the_table_is_never_blank() -> None:
    with EmbeddedEmulator(studies=200, seed=1) as emulator:
        async with worklist(emulator) as driver:
            whole = list(driver.ids)
            await driver.press("slash")
            for end, letter in enumerate("severity:stat", 1):
                await driver.press("colon" if letter == ":" else letter)
                await driver.until(partial(_has_typed, driver, end))
                if end < len("severity:stat"):
                    assert driver.ids == whole
            await driver.until(lambda: 0 < len(driver.ids) < len(whole))
            assert all(driver.study(each).severity == "stat" for each in driver.ids)


async def test_a_field_s_name_that_is_entered_is_a_word_like_any_other() -> None:
    with EmbeddedEmulator(studies=40, seed=1) as emulator:
        emulator.change(emulator.studies()[0]["studyId"], studyDescription="Bone age, left hand")
        async with worklist(emulator, view="all") as driver:
            await driver.type_filter("age")
            await driver.press("enter")
            await driver.until(lambda: not driver.screen.filter_bar.is_typing)
            assert driver.ids
            assert all("age" in driver.study(each).description.lower() for each in driver.ids)


def shown_ids(driver: Driver) -> set[str]:
    return set(driver.controller.board.ids)


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
async def test_a_mistake_does_not_count_and_it_is_said_what_the_table_shows(
    emulator: EmbeddedEmulator, size: tuple[int, int]
) -> None:
    async with worklist(emulator, size=size) as driver:
        everything = shown_ids(driver)
        await type_filter(driver, "ct")
        await driver.until(lambda: shown_ids(driver) < everything)
        by_word = shown_ids(driver)
        # On the way to a field that is none, the words "purple" and "ct purple" find nothing.
        await driver.type(" purple")
        await driver.until(lambda: not shown_ids(driver))
        await driver.type(":x")
        await driver.until(lambda: driver.filter_row.rstrip().endswith(BY_THE_REST))
        assert shown_ids(driver) == by_word
        assert "ct purple:x" in driver.filter_row
        await driver.press(*["left"] * 8, *["backspace"] * 3)
        await driver.until(lambda: driver.filter_row.rstrip().endswith(NOT_FILTERED))
        assert shown_ids(driver) == everything
        assert "no field 'purple'" in driver.lines[-1]
        await driver.press("enter")
        assert driver.screen.filter_bar.is_typing
        await driver.press("escape")
        await driver.until(lambda: not driver.filter_row)
        assert shown_ids(driver) == everything


async def test_what_is_right_again_is_said_no_more(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as driver:
        await type_filter(driver, "severity:sta")
        await driver.until(lambda: NOT_FILTERED in driver.filter_row)
        await driver.type("t")
        await driver.until(lambda: NOT_FILTERED not in driver.filter_row)
        await driver.press("enter")
        await driver.until(lambda: "clears it" in driver.filter_row)
        assert {driver.study(each).severity for each in shown_ids(driver)} == {"stat"}


async def test_a_field_that_is_a_metadata_key_is_taken_so_and_kept_so(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as driver:
        await type_filter(driver, "Modality\uff1aCT")
        await driver.until(lambda: "is read as meta.modality:" in driver.lines[-1])
        found = shown_ids(driver)
        assert found == {each for each in found if driver.study(each).metadata["modality"] == "CT"}
        assert found
        await driver.press("enter")
        await driver.until(lambda: "/ meta.modality\uff1aCT" in driver.filter_row)
        assert shown_ids(driver) == found
        # Marking and telling the time read the filter again, when nobody knows what was typed.
        await driver.press("space")
        await driver.press("slash")
        await driver.until(lambda: driver.screen.filter_bar.is_typing)
        assert "is read as" not in driver.lines[-1]
        await driver.press("enter")
        await driver.until(lambda: not driver.screen.filter_bar.is_typing)
        assert shown_ids(driver) == found


async def test_while_texts_are_hidden_no_key_of_a_study_is_told(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as driver:
        await driver.press("number_sign")
        await driver.until(lambda: driver.screen.masked)
        await type_filter(driver, "modalty:ct")
        await driver.until(lambda: "no field 'modalty'" in driver.lines[-1])
        assert "modality" not in driver.lines[-1]
