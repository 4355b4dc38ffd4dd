"""A paste is text, esc and a key are two keys, and a keyboard of another alphabet is told so."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual import events
from textual.widgets import Input

from avara_tui.config.loading import parse_config
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.tui.terminal.tokens import Escaped
from avara_tui.tui.terminal.translation import TerminalPaste, Translator
from avara_tui.tui.widgets.pasted_text import LONGEST, fit
from studies import add_study
from tui.driver import Driver, worklist

EMULATED_STUDIES = 30

NOTHING_DONE = "pasted text is not keys: nothing was done"


@pytest.fixture
def emulator() -> Iterator[EmbeddedEmulator]:
    with EmbeddedEmulator(studies=12, seed=3) as emulator:
        add_study(emulator, "Zebra head")
        yield emulator


def paste(driver: Driver, text: str, left_out: int = 0) -> None:
    """Give the app a paste as the terminal's driver does."""
    driver.app.post_message(TerminalPaste(text, left_out))


def escaped(driver: Driver, character: str) -> None:
    """Give the app ESC and a character in one, as the terminal's driver does."""
    for each in Translator().messages([Escaped(character)]):
        driver.app.post_message(each)


def typed(driver: Driver, key: str, character: str) -> None:
    driver.app.post_message(events.Key(key, character))


def writes(emulator: EmbeddedEmulator) -> list[str]:
    return [write for each in emulator.studies() for write in emulator.writes(each["studyId"])]


def field(driver: Driver) -> Input:
    focused = driver.app.focused
    assert isinstance(focused, Input)
    return focused


@pytest.mark.parametrize(
    ("text", "room", "kept", "said"),
    [
        ("CT head", 20, "CT head", ""),
        ("CT head\n", 20, "CT head", ""),
        ("\r\nCT head\r\n\r\n", 20, "CT head", ""),
        ("\n CT \rhead\n\n  axial ", 20, " CT head axial ", "pasted: line breaks became spaces"),
        ("CT\N{LINE SEPARATOR}head", 20, "CT head", "pasted: line breaks became spaces"),
        ("CT\thead", 20, "CT head", "pasted: tabs became spaces"),
        ("a\x1b[1mb\x00", 20, "a[1mb", "pasted: 2 control characters left out"),
        ("abcdef", 4, "abcd", "pasted: only 4 of 6 characters fit"),
        ("abcdef", -1, "", "pasted: only 0 of 6 characters fit"),
        (
            "\N{IDEOGRAPHIC SPACE}x\N{NO-BREAK SPACE}",
            9,
            "\N{IDEOGRAPHIC SPACE}x\N{NO-BREAK SPACE}",
            "",
        ),
        ("", 4, "", ""),
    ],
)
def test_what_one_line_holds_of_a_paste(text: str, room: int, kept: str, said: str) -> None:
    assert fit(text, room) == (kept, said)


def test_what_the_terminal_left_out_is_counted() -> None:
    assert fit("abc", 10, 1_000).said == "pasted: only 3 of 1,003 characters fit"


async def test_a_paste_where_nobody_types_does_nothing_and_says_so(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as driver:
        for keys, leave in (((), ()), (("enter",), ("escape",)), (("H",), ("escape",))):
            await driver.press(*keys)
            await driver.pilot.pause()
            paste(driver, "mnovxyq\r\ra\r")
            await driver.sees(NOTHING_DONE)
            await driver.press(*leave)
            await driver.press("j")
            await driver.until(lambda: NOTHING_DONE not in driver.text)
        assert driver.app.is_running
        assert not writes(emulator)


async def test_a_paste_is_no_answer_to_a_question(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator, filter_text="zebra") as driver:
        await driver.press("x")
        await driver.until(lambda: driver.says("Cancel this study"))
        paste(driver, "y")
        await driver.sees(NOTHING_DONE)
        assert driver.says("Cancel this study")
        assert driver.says("y yes")
        await driver.press("k")
        assert driver.says("Cancel this study")
        assert not writes(emulator)
        await driver.press("y")
        await driver.until(lambda: writes(emulator) == ["cancel"])


async def test_every_line_of_a_paste_is_in_the_text_and_what_became_of_it_is_said(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as driver:
        await driver.press("f")
        await driver.until(lambda: isinstance(driver.app.focused, Input))
        await driver.type("a b")
        await driver.press("left", "left")
        paste(driver, "first\nsecond\x1b")
        await driver.until(lambda: field(driver).value == "afirst second b")
        await driver.sees("pasted: line breaks became spaces, 1 control character left out")
        await driver.press("x")
        await driver.until(lambda: "pasted" not in driver.text)
        assert field(driver).value == "afirst secondx b"
        paste(driver, "m" * LONGEST, 5)
        await driver.until(lambda: len(field(driver).value) == LONGEST)
        await driver.sees("characters fit")


async def test_a_paste_into_the_filter_and_into_a_list(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as driver:
        await driver.press("slash")
        paste(driver, "zebra\nhead\n")
        await driver.until(lambda: field(driver).value == "zebra head")
        await driver.until(lambda: driver.says("pasted: line breaks became spaces"))
        await driver.press("escape", "a")
        await driver.sees("type to search")
        paste(driver, "tyrone\tjack")
        await driver.sees("pasted: tabs became spaces")
        await driver.press("x")
        await driver.until(lambda: "pasted" not in driver.text)
        assert field(driver).value == "tyrone jackx"


async def test_a_paste_behind_the_key_that_opens_a_field_is_for_the_field(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as driver:
        for key in ("slash", "f"):
            typed(driver, key, "/" if key == "slash" else "f")
            paste(driver, "zebra")
            typed(driver, "x", "x")
            await driver.until(
                lambda: isinstance(driver.app.focused, Input) and field(driver).value == "zebrax",
                key,
            )
            await driver.press("escape", "escape")
            await driver.until(lambda: not isinstance(driver.app.focused, Input))
        assert not writes(emulator)


async def test_a_paste_does_not_unlock(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as driver:
        await driver.press("L")
        await driver.sees("locked")
        paste(driver, "\r")
        await driver.pilot.pause()
        assert "locked" in driver.text


async def test_esc_and_a_key_in_one_are_both_done(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as driver:
        for character in "jf1":
            await driver.press("g", "enter")
            await driver.until(lambda: driver.app.focused is driver.screen.detail)
            before = driver.screen.table.cursor_id
            escaped(driver, character)
            if character == "j":
                await driver.until(lambda: driver.app.focused is driver.screen.table)
                await driver.until(lambda: driver.screen.table.cursor_id != before)  # noqa: B023
            elif character == "f":
                await driver.sees("study id or UID")
                escaped(driver, "j")
                await driver.until(lambda: driver.app.focused is driver.screen.table)
            else:
                await driver.until(lambda: driver.app.focused is driver.screen.table)
        await driver.press("x")
        await driver.until(lambda: driver.says("Cancel"))
        escaped(driver, "y")
        await driver.until(lambda: driver.says("Copy") or not driver.says("Cancel"))
        await driver.pilot.pause()
        assert not writes(emulator)


async def test_alt_and_a_key_is_one_where_it_means_something(
    emulator: EmbeddedEmulator, tmp_path: Path
) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[keys]\ntop = "alt+f"\nbottom = "alt+j"\n')
    config = parse_config(path.read_text(), path)
    async with worklist(emulator, config=config) as driver:
        first = driver.screen.table.cursor_id
        escaped(driver, "j")
        await driver.until(lambda: driver.screen.table.cursor_id != first)
        escaped(driver, "f")
        await driver.until(lambda: driver.screen.table.cursor_id == first)
        await driver.press("slash")
        await driver.until(lambda: isinstance(driver.app.focused, Input))
        await driver.type("zebra head")
        escaped(driver, "b")
        await driver.until(lambda: field(driver).cursor_position == len("zebra "))
        escaped(driver, "\x7f")
        await driver.until(lambda: field(driver).value == "head")
        assert first is not None


LAYOUT = "this keyboard types д: switch to Latin letters for keys"


async def test_a_keyboard_of_another_alphabet_is_told_so_once(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as driver:
        typed(driver, "д", "д")
        await driver.until(lambda: driver.says(LAYOUT))
        typed(driver, "д", "д")
        await driver.until(lambda: not driver.says(LAYOUT))
        await driver.press("slash")
        await driver.until(lambda: isinstance(driver.app.focused, Input))
        typed(driver, "д", "д")
        typed(driver, "l", "д")
        typed(driver, "m", "\N{FULLWIDTH LATIN SMALL LETTER M}")
        await driver.until(lambda: field(driver).value == "дд\N{FULLWIDTH LATIN SMALL LETTER M}")
        assert not writes(emulator)


@pytest.mark.parametrize("before", ["x", "H", "enter"])
async def test_a_question_a_card_and_the_detail_tell_of_the_alphabet_too(
    emulator: EmbeddedEmulator, before: str
) -> None:
    async with worklist(emulator) as driver:
        await driver.press(before)
        if before == "x":
            await driver.until(lambda: driver.says("Cancel"))
        await driver.pilot.pause()
        typed(driver, "д", "д")
        await driver.sees(LAYOUT[:30])


async def test_the_place_of_a_key_counts_where_the_terminal_tells_it(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator, filter_text="zebra") as driver:
        typed(driver, "x", "ч")
        await driver.until(lambda: driver.says("Cancel this study"))
        typed(driver, "y", "н")
        await driver.until(lambda: "cancel" in writes(emulator))
        typed(driver, "question_mark", "\N{FULLWIDTH QUESTION MARK}")
        await driver.sees("type to search")


async def test_a_letter_that_the_settings_give_to_an_action_goes_before_its_place(
    emulator: EmbeddedEmulator, tmp_path: Path
) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[keys]\nhelp = "д"\n')
    async with worklist(emulator, config=parse_config(path.read_text(), path)) as driver:
        typed(driver, "l", "д")
        await driver.sees("type to search")
