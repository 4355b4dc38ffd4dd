"""Texts are kept as they were typed or pasted, whatever can be seen of them."""

import random
import unicodedata
from functools import cache
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from textual import events
from textual.app import App, ComposeResult
from textual.keys import _character_to_key

from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.text import clean, clean_in_place, is_text
from avara_tui.tui.terminal.output_filter import CleanOutput
from avara_tui.tui.widgets.quiet_input import QuietInput
from studies import add_study
from tui.driver import Driver, worklist
from tui.hostile import raw_controls

EMULATED_STUDIES = 30

PERSIAN: Final = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
KERALA: Final = "ന\u0d4d\u200d"
FAMILY: Final = "👨🏽\u200d👩\ufe0f\u200d👧"
TYPED: Final = (
    "CT\u3000head",
    "5\u00a0mm",
    "12\u202f345",
    PERSIAN,
    KERALA,
    FAMILY,
    "a\u200db",
    "soft\u00adhyphen",
    "א\u200fב\u200e",
    "x\u2009y\u2028z",
    "\ue000 \U000e0101 \u0378",
    "e\u0301\u0301\u0301\u0301\u0301\u0301",
    "胸部 CT",
)


@cache
def pieces() -> tuple[str, ...]:
    """Return every blank and format character there is, and a few others: looking takes a while."""
    every = map(chr, range(0x110000))
    odd = (each for each in every if unicodedata.category(each) in {"Zs", "Cf"})
    return (*odd, *"aé胸한กעم👩\u0301\u094d\u0915\ufe0f 0-")


PIECES: Final = st.deferred(lambda: st.sampled_from(pieces()))


def is_control(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs"}


class FieldApp(App[None]):
    def compose(self) -> ComposeResult:
        yield QuietInput()


def keys(text: str) -> list[events.Key]:
    """Return the keys that a terminal's input is taken for when ``text`` is typed."""
    return [events.Key(each if each.isalnum() else _character_to_key(each), each) for each in text]


async def test_any_text_can_be_typed_or_pasted_anywhere_in_a_field() -> None:
    source = random.Random(12)
    texts = [*TYPED, *("".join(source.choices(pieces(), k=12)) for _ in range(60))]
    app = FieldApp()
    async with app.run_test(size=(60, 5)) as pilot:
        field = app.query_one(QuietInput)
        for number, text in enumerate(texts):
            start, end = ("<", ">") if number % 2 else ("", "")
            field.value = start + end
            field.cursor_position = len(start)
            for key in keys(text):
                field.post_message(key)
            await pilot.pause()
            assert field.value == f"{start}{text}{end}"
            assert field.cursor_position == len(start + text)
        for text in texts:
            if len(text.splitlines()) > 1:
                continue
            field.value = ""
            field.post_message(events.Paste(text))
            await pilot.pause()
            assert field.value == text


async def test_what_is_typed_over_a_selection_takes_its_place() -> None:
    app = FieldApp()
    async with app.run_test() as pilot:
        field = app.query_one(QuietInput)
        field.value = "CT old head"
        field.selection = type(field.selection)(6, 2)
        field.post_message(keys("\u3000")[0])
        await pilot.pause()
        assert field.value == "CT\u3000 head"


async def test_keys_that_are_no_text_type_nothing() -> None:
    app = FieldApp()
    async with app.run_test() as pilot:
        field = app.query_one(QuietInput)
        for code in (*range(0x20), *range(0x7F, 0xA0)):
            if chr(code) not in "\t\r":
                field.post_message(events.Key("f20", chr(code)))
        await pilot.pause()
        assert field.value == ""


@given(st.characters())
def test_text_is_what_is_no_control_character(character: str) -> None:
    assert is_text(character) is not is_control(character)


@settings(max_examples=2000, deadline=None)
@given(
    st.text(st.one_of(st.deferred(lambda: st.sampled_from(pieces())), st.characters()), max_size=30)
)
def test_a_field_shows_a_character_for_each_and_none_that_a_terminal_obeys(text: str) -> None:
    shown = clean_in_place(text)
    assert len(shown) == len(text)
    assert set(raw_controls(shown)) <= {"\u200c"}
    for char, drawn in zip(text, shown, strict=True):
        if char.isascii() and char.isprintable():
            assert drawn == char


async def test_a_field_is_drawn_as_wide_as_it_is_counted() -> None:
    app = FieldApp()
    async with app.run_test(size=(60, 5)) as pilot:
        field = app.query_one(QuietInput)
        for text in TYPED:
            field.value = text + "|"
            field.cursor_position = len(text)
            await pilot.pause()
            strip = CleanOutput().apply(list(field.render_line(0)), field.background_colors[1])
            drawn = "".join(segment.text for segment in strip)
            assert not set(raw_controls(drawn)) - {"\u200c"}
            at = cell_len(drawn[: drawn.index("|")])
            assert at == field._cursor_offset
            assert cell_len(drawn) == field.size.width + 1


def plainly(text: str) -> str:
    """Return how a label shows ``text``, whatever blanks it is written with."""
    return clean(text).replace("\u200c", "")


async def type_into(driver: Driver, text: str) -> None:
    """Put ``text`` into the field that has the keys, key by key."""
    field = driver.app.focused
    assert isinstance(field, QuietInput)
    field.value = ""
    for key in keys(text):
        field.post_message(key)
    await driver.until(lambda: field.value == text, f"{text!r} in {field.value!r}")


async def edit(driver: Driver, key: str, label: str, text: str) -> None:
    await driver.press(key)
    await driver.until(lambda: driver.lines[-1].startswith(f" {label}"), label)
    await type_into(driver, text)
    await driver.press("enter")


async def test_descriptions_arrive_as_they_were_typed(emulator: EmbeddedEmulator) -> None:
    study_id = add_study(emulator, "Zebra", severity="normal")
    async with worklist(emulator) as driver:
        await driver.go_to(study_id)
        for text in TYPED:
            await edit(driver, "d", "description", text)
            await driver.until(lambda: emulator.study(study_id)["studyDescription"] == text)  # noqa: B023
            await driver.until(lambda: "description changed" in driver.status)


@pytest.mark.parametrize("text", [PERSIAN, "a\u3000b", "\u00a05\u00a0mm", KERALA])
async def test_metadata_arrives_as_it_was_typed(emulator: EmbeddedEmulator, text: str) -> None:
    study_id = add_study(emulator, "Zebra", severity="normal")
    async with worklist(emulator) as driver:
        await driver.go_to(study_id)
        await driver.press("enter")
        await driver.until(lambda: driver.app.focused is driver.screen.detail)
        await edit(driver, "plus", "metadata key", text)
        await driver.until(lambda: plainly(driver.lines[-1])[1:].startswith(plainly(text)))
        await type_into(driver, text[::-1])
        await driver.press("enter")
        await driver.until(lambda: driver.screen.detail.is_dirty)
        await driver.press("w")
        await driver.until(lambda: emulator.study(study_id).get("metadata") == {text: text[::-1]})


async def test_searches_take_every_blank_and_joiner(emulator: EmbeddedEmulator) -> None:
    add_study(emulator, f"CT Schädel {PERSIAN} head")
    add_study(emulator, "CT other")
    async with worklist(emulator) as driver:
        for text in ("ct\u3000head", "CT\u00a0schadel", PERSIAN, PERSIAN.replace("\u200c", "")):
            await driver.press("slash")
            await driver.until(lambda: driver.screen.filter_bar.is_typing)
            await type_into(driver, f"{text} {PERSIAN[-5:]}")
            await driver.until(lambda: "1 of" in driver.text, text)
            await driver.press("escape")
            await driver.until(lambda: not driver.screen.filter_bar.is_typing)
