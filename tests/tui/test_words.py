"""Who does not know what an action is called here finds it by the word that they have for it."""

from collections import Counter
from itertools import chain
from typing import Final

import pytest

from avara_tui.cli.parser import COMMANDS, parse_command
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.tui.choices import Choice
from avara_tui.tui.controller.fuzzy import fuzzy
from avara_tui.tui.keys.actions import ACTIONS, BY_ID
from avara_tui.tui.keys.keymap import DEFAULT_KEYMAP
from avara_tui.tui.keys.places import Place
from avara_tui.tui.keys.words import ACTION_WORDS, DARK, ELSEWHERE, LIGHT, WORKLIST_WORDS
from avara_tui.tui.lines import as_plain, line, text_of
from avara_tui.tui.presentation.help_layout import searched
from avara_tui.tui.presentation.help_text import Help, sentence
from avara_tui.worklist.saved import BUILT_IN
from tui.driver import Driver, worklist
from tui.test_command_palette import open_palette

EMULATED_STUDIES = 30
SAID: Final = {
    "comment": "metadata", "note": "metadata", "deadline": "sort", "due": "sort",
    "accession": "filter", "MRN": "filter", "search": "filter", "priority": "severity",
    "urgent": "severity", "reassign": "assign", "release": "unassign", "give back": "unassign",
    "take": "claim", "sign off": "status", "done": "status", "delete": "cancel",
    "remove": "cancel", "undo": "undo", "refresh": "refresh", "reload": "refresh", "lock": "lock",
    "hide": "mask", "privacy": "mask", "shift": "handoff", "handover": "handoff",
    "undelete": "uncancel", "snooze": "aside", "exit": "quit", "shortcuts": "help",
    "password": "login", "log in": "login",
}  # fmt: skip
"""Words of people who had not read a manual, and the action that they meant."""


def words() -> list[str]:
    of_others = chain.from_iterable(each.words for each in ELSEWHERE)
    of_lists = chain.from_iterable(WORKLIST_WORDS.values())
    return [*chain.from_iterable(ACTION_WORDS.values()), *of_others, *of_lists, *DARK, *LIGHT]


def test_every_word_stands_with_one_thing_that_there_is() -> None:
    assert ACTION_WORDS.keys() <= BY_ID.keys()
    assert WORKLIST_WORDS.keys() <= {each.query_text for each in BUILT_IN}
    assert [word for word, count in Counter(words()).items() if count > 1] == []
    assert [word for word in words() if word != " ".join(word.lower().split())] == []


def test_no_word_is_the_label_of_another_action_of_the_table() -> None:
    labels = {each.label.lower() for each in ACTIONS if each.place is not Place.DETAIL}
    assert labels.isdisjoint(words())


def test_what_is_done_elsewhere_is_a_command_that_there_is() -> None:
    for each in ELSEWHERE:
        before, is_command, command = each.how.partition("avara-tui ")
        if is_command:
            name, *arguments = command.split()
            assert name in COMMANDS
            parse_command(name, arguments)
        else:
            assert before == "your terminal's own setting"


def first(driver: Driver, text: str) -> str:
    found = fuzzy(driver.offers, text)
    return text_of(found[0].label).strip() if found else ""


async def test_the_first_in_the_palette_is_what_is_meant(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as driver:
        await open_palette(driver)
        meant = {word: each for each, said in ACTION_WORDS.items() for word in said} | SAID
        for word, action_id in meant.items():
            assert first(driver, word).startswith(sentence(BY_ID[action_id])), word
        for each in ELSEWHERE:
            for word in each.words:
                assert each.how in first(driver, word)
        for saved in BUILT_IN:
            for word in WORKLIST_WORDS.get(saved.query_text, ()):
                assert first(driver, word).startswith(f"Worklist: {saved.name} "), word
        themes = driver.app.available_themes
        for is_dark, called in ((True, DARK), (False, LIGHT)):
            for word in called:
                name = first(driver, word).split()[1]
                assert themes[name].dark is is_dark
        await driver.type("font")
        await driver.sees("your terminal's own setting")
        await driver.press("enter")
        await driver.until(lambda: "your terminal's own setting" in driver.status)


async def test_in_the_detail_delete_is_for_the_pair(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as driver:
        await driver.press("enter")
        await driver.until(lambda: driver.screen.focused is driver.screen.detail)
        await open_palette(driver)
        assert first(driver, "delete").startswith(sentence(BY_ID["delete_metadata"]))
        assert first(driver, "remove").startswith(sentence(BY_ID["cancel"]))


@pytest.mark.parametrize(("word", "action_id"), SAID.items())
def test_the_help_finds_it_too(word: str, action_id: str) -> None:
    sections = Help(DEFAULT_KEYMAP, Place.TABLE, {}).sections()
    shown = as_plain(searched(sections, word, 100, ids=True))
    assert any(each.endswith(f" {action_id}") for each in shown)


def test_the_beginning_of_a_word_finds_it_behind_what_is_called_so() -> None:
    choices = [
        Choice("cancel", line("cancel"), "cancel the study", ("cancel", "delete")),
        Choice("pair", line("pair"), "delete the pair", ("pair",)),
    ]
    assert [each.key for each in fuzzy(choices, "dele")] == ["pair", "cancel"]
    assert [each.key for each in fuzzy(choices, "Delete")] == ["cancel", "pair"]
    assert [each.key for each in fuzzy(choices, "delete pair")] == ["pair"]
