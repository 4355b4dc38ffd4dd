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


def paste(desk: Driver, text: str, left_out: int = 0) -> None:
    """Give the app a paste as the terminal's driver does."""
    desk.app.post_message(TerminalPaste(text, left_out))


def escaped(desk: Driver, character: str) -> None:
    """Give the app ESC and a character in one, as the terminal's driver does."""
    for each in Translator().messages([Escaped(character)]):
        desk.app.post_message(each)


def typed(desk: Driver, key: str, character: str) -> None:
    desk.app.post_message(events.Key(key, character))


def writes(emulator: EmbeddedEmulator) -> list[str]:
    return [write for each in emulator.studies() for write in emulator.writes(each["studyId"])]


def field(desk: Driver) -> Input:
    focused = desk.app.focused
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
    async with worklist(emulator) as desk:
        for keys, leave in (((), ()), (("enter",), ("escape",)), (("H",), ("escape",))):
            await desk.press(*keys)
            await desk.pilot.pause()
            paste(desk, "mnovxyq\r\ra\r")
            await desk.sees(NOTHING_DONE)
            await desk.press(*leave)
            await desk.press("j")
            await desk.until(lambda: NOTHING_DONE not in desk.text)
        assert desk.app.is_running
        assert not writes(emulator)


async def test_a_paste_is_no_answer_to_a_question(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator, filter_text="zebra") as desk:
        await desk.press("x")
        await desk.until(lambda: desk.says("Cancel Zebra"))
        paste(desk, "y")
        await desk.sees(NOTHING_DONE)
        assert desk.says("Cancel Zebra")
        assert desk.says("y yes")
        await desk.press("k")
        assert desk.says("Cancel Zebra")
        assert not writes(emulator)
        await desk.press("y")
        await desk.until(lambda: writes(emulator) == ["cancel"])


async def test_every_line_of_a_paste_is_in_the_text_and_what_became_of_it_is_said(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as desk:
        await desk.press("f")
        await desk.until(lambda: isinstance(desk.app.focused, Input))
        await desk.type("a b")
        await desk.press("left", "left")
        paste(desk, "first\nsecond\x1b")
        await desk.until(lambda: field(desk).value == "afirst second b")
        await desk.sees("pasted: line breaks became spaces, 1 control character left out")
        await desk.press("x")
        await desk.until(lambda: "pasted" not in desk.text)
        assert field(desk).value == "afirst secondx b"
        paste(desk, "m" * LONGEST, 5)
        await desk.until(lambda: len(field(desk).value) == LONGEST)
        await desk.sees("characters fit")


async def test_a_paste_into_the_filter_and_into_a_list(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as desk:
        await desk.press("slash")
        paste(desk, "zebra\nhead\n")
        await desk.until(lambda: field(desk).value == "zebra head")
        await desk.until(lambda: desk.says("pasted: line breaks became spaces"))
        await desk.press("escape", "a")
        await desk.sees("type to search")
        paste(desk, "tyrone\tjack")
        await desk.sees("pasted: tabs became spaces")
        await desk.press("x")
        await desk.sees("type to search")
        assert field(desk).value == "tyrone jackx"


async def test_a_paste_behind_the_key_that_opens_a_field_is_for_the_field(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as desk:
        for key in ("slash", "f"):
            typed(desk, key, "/" if key == "slash" else "f")
            paste(desk, "zebra")
            typed(desk, "x", "x")
            await desk.until(
                lambda: isinstance(desk.app.focused, Input) and field(desk).value == "zebrax", key
            )
            await desk.press("escape", "escape")
            await desk.until(lambda: not isinstance(desk.app.focused, Input))
        assert not writes(emulator)


async def test_a_paste_does_not_unlock(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as desk:
        await desk.press("L")
        await desk.sees("locked")
        paste(desk, "\r")
        await desk.pilot.pause()
        assert "locked" in desk.text


async def test_esc_and_a_key_in_one_are_both_done(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as desk:
        for character in "jf1":
            await desk.press("g", "enter")
            await desk.until(lambda: desk.app.focused is desk.screen.detail)
            before = desk.screen.table.cursor_id
            escaped(desk, character)
            if character == "j":
                await desk.until(lambda: desk.app.focused is desk.screen.table)
                await desk.until(lambda: desk.screen.table.cursor_id != before)  # noqa: B023
            elif character == "f":
                await desk.sees("study id or UID")
                escaped(desk, "j")
                await desk.until(lambda: desk.app.focused is desk.screen.table)
            else:
                await desk.until(lambda: desk.app.focused is desk.screen.table)
        await desk.press("x")
        await desk.until(lambda: desk.says("Cancel"))
        escaped(desk, "y")
        await desk.until(lambda: desk.says("Copy") or not desk.says("Cancel"))
        await desk.pilot.pause()
        assert not writes(emulator)


async def test_alt_and_a_key_is_one_where_it_means_something(
    emulator: EmbeddedEmulator, tmp_path: Path
) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[keys]\ntop = "alt+f"\nbottom = "alt+j"\n')
    config = parse_config(path.read_text(), path)
    async with worklist(emulator, config=config) as desk:
        first = desk.screen.table.cursor_id
        escaped(desk, "j")
        await desk.until(lambda: desk.screen.table.cursor_id != first)
        escaped(desk, "f")
        await desk.until(lambda: desk.screen.table.cursor_id == first)
        await desk.press("slash")
        await desk.until(lambda: isinstance(desk.app.focused, Input))
        await desk.type("zebra head")
        escaped(desk, "b")
        await desk.until(lambda: field(desk).cursor_position == len("zebra "))
        escaped(desk, "\x7f")
        await desk.until(lambda: field(desk).value == "head")
        assert first is not None


LAYOUT = "this keyboard types д: switch to Latin letters for keys"


async def test_a_keyboard_of_another_alphabet_is_told_so_once(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as desk:
        typed(desk, "д", "д")
        await desk.until(lambda: desk.says(LAYOUT))
        typed(desk, "д", "д")
        await desk.until(lambda: not desk.says(LAYOUT))
        await desk.press("slash")
        await desk.until(lambda: isinstance(desk.app.focused, Input))
        typed(desk, "д", "д")
        typed(desk, "l", "д")
        typed(desk, "m", "\N{FULLWIDTH LATIN SMALL LETTER M}")
        await desk.until(lambda: field(desk).value == "дд\N{FULLWIDTH LATIN SMALL LETTER M}")
        assert not writes(emulator)


@pytest.mark.parametrize("before", ["x", "H", "enter"])
async def test_a_question_a_card_and_the_detail_tell_of_the_alphabet_too(
    emulator: EmbeddedEmulator, before: str
) -> None:
    async with worklist(emulator) as desk:
        await desk.press(before)
        if before == "x":
            await desk.until(lambda: desk.says("Cancel"))
        await desk.pilot.pause()
        typed(desk, "д", "д")
        await desk.sees(LAYOUT[:30])


async def test_the_place_of_a_key_counts_where_the_terminal_tells_it(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator, filter_text="zebra") as desk:
        typed(desk, "x", "ч")
        await desk.until(lambda: desk.says("Cancel Zebra"))
        typed(desk, "y", "н")
        await desk.until(lambda: "cancel" in writes(emulator))
        typed(desk, "question_mark", "\N{FULLWIDTH QUESTION MARK}")
        await desk.sees("IN THE TABLE, WHERE YOU ARE")


async def test_a_letter_that_the_settings_give_to_an_action_goes_before_its_place(
    emulator: EmbeddedEmulator, tmp_path: Path
) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[keys]\nhelp = "д"\n')
    async with worklist(emulator, config=parse_config(path.read_text(), path)) as desk:
        typed(desk, "l", "д")
        await desk.sees("IN THE TABLE, WHERE YOU ARE")
