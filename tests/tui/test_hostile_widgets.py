"""A study, people and customers made of hostile text, taken through every widget that there is."""

from functools import partial

import pytest

from avara_tui.config import Config
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.emulator.world import World
from tui.driver import Driver, worklist
from tui.hostile import PAYLOADS, assert_harmless

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

COLUMNS = ("priority", "age", "description", "assignee", "customer", "meta.k", "uid", "id")


def can_be_kept(text: str) -> bool:
    """Whether a database of UTF-8 text can hold it: halves of surrogate pairs cannot be."""
    return text.isprintable() or not any(0xD800 <= ord(each) < 0xE000 for each in text)


def plant(emulator: EmbeddedEmulator, payload: str) -> str:
    """Let everything that has a text be made of ``payload``; return a study's id."""
    study = emulator.create(
        severity="stat",
        studyDescription=payload[:200],
        studyInstanceUid="1.2.3.4",
        metadata={"k": payload[:500], payload[:90]: "x"},
    )

    def rename(world: World) -> None:
        execute = world.connection.execute
        text = payload[:100]
        execute("UPDATE users SET last_name = ?, first_name = ?, suffix1 = ?", (text, text, text))
        execute("UPDATE users SET email = user_id || ?", (text,))
        execute("UPDATE customers SET name = ?", (text,))
        execute("UPDATE api_keys SET description = ?", (text,))

    emulator.run(rename)
    return str(study["studyId"])


def assert_inert(driver: Driver) -> None:
    """Check that nothing on the screen would be obeyed, by the terminal or when it is clicked."""
    strips = driver.strips
    segments = [each for strip in strips for each in strip]
    assert_harmless(each.text for each in segments)
    for _, style, _ in segments:
        if style is not None and style.meta:
            assert not any(key.startswith("@") for key in style.meta), style.meta
    assert driver.app.is_running


@pytest.mark.parametrize(
    "payload", [each for each in PAYLOADS if can_be_kept(each)], ids=lambda each: ascii(each)[:20]
)
@pytest.mark.usefixtures("no_desktop")
async def test_no_widget_obeys(payload: str) -> None:
    with EmbeddedEmulator(studies=20, seed=4) as emulator:
        study_id = plant(emulator, payload)
        async with worklist(emulator, size=(160, 40), config=Config(columns=COLUMNS)) as driver:
            await driver.go_to(study_id)
            assert_inert(driver)
            await walk_through(driver)
            await driver.press("number_sign")
            await driver.until(lambda: "masked" in driver.lines[0])
            assert_inert(driver)
        for write in ("update", "cancel", "uncancel", "create"):
            assert not emulator.counts[f"studies.{write}"]


def is_gone(driver: Driver, text: str) -> bool:
    return text not in driver.text


async def walk_through(driver: Driver) -> None:
    """Open every question, input, list and card that shows a text of the study."""
    for key, said in (
        ("x", "Cancel"),
        ("s", "Severity of"),
        ("d", "description "),
        ("a", "Assign"),
    ):
        await driver.press(key)
        await driver.sees(said)
        assert_inert(driver)
        await driver.press("escape")
        await driver.until(lambda: driver.screen.focused is driver.screen.table)
    await driver.press("enter", "down", "down", "down", "down", "down", "down")
    assert_inert(driver)
    await driver.press("escape", "o")
    await driver.sees("Claim it as it opens?")
    assert_inert(driver)
    await driver.press("n")
    await driver.sees("open in the Avara Viewer")
    assert_inert(driver)
    await driver.press("escape", "slash")
    await driver.until(lambda: driver.screen.filter_bar.is_typing)
    await driver.type("assignee:")
    assert_inert(driver)
    await driver.press("escape")
    await driver.until(lambda: not driver.screen.filter_bar.is_typing)
    for key, said in (("question_mark", "tab ids"), ("colon", "Do what?")):
        await driver.press(key)
        await driver.sees(said)
        assert_inert(driver)
        await driver.press("escape")
        await driver.until(partial(is_gone, driver, said))
