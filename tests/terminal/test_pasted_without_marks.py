"""Bytes that nobody typed, in a real terminal that sets no marks around what it pastes."""

import re
import time

import pytest

from terminal.harness import Terminal
from terminal.workplace import Workplace, wait_for_cursor_on

PASTE = b"see note mmm\ryyod"


def wrote(workplace: Workplace) -> bool:
    studies = [each["studyId"] for each in workplace.emulator.studies()]
    return any(workplace.emulator.writes(each) for each in studies)


def type_slowly(terminal: Terminal, data: bytes, gap: float) -> None:
    """Send bytes one by one, as a console that types a clipboard does."""
    began = time.monotonic()
    for number, byte in enumerate(data):
        # The rhythm is what is tried.
        time.sleep(max(began + number * gap - time.monotonic(), 0.0))
        terminal.send(bytes([byte]))


@pytest.mark.parametrize("gap", [0.0, 0.01])
def test_a_paste_into_the_table_does_nothing(workplace: Workplace, gap: float) -> None:
    study_id = workplace.create("Zebra head")
    with workplace.worklist("--filter", "zebra") as terminal:
        wait_for_cursor_on(terminal, "Zebra head")
        if gap:
            type_slowly(terminal, PASTE, gap)
        else:
            terminal.send(PASTE)
        terminal.wait_for(re.compile(r"\d+ keys at once were taken for a paste"))
        terminal.wait_until_still()
        assert not wrote(workplace)
        assert not workplace.opened.exists()
        wait_for_cursor_on(terminal, "Zebra head")
        terminal.press("m")
        terminal.wait_for("claimed: it is yours")
        assert workplace.emulator.writes(study_id) == ["update"]


def test_a_paste_whose_first_key_comes_alone_opens_no_prompt(workplace: Workplace) -> None:
    workplace.create("Zebra head")
    with workplace.worklist("--filter", "zebra") as terminal:
        wait_for_cursor_on(terminal, "Zebra head")
        terminal.send(b"d")
        terminal._wait_until_read()
        terminal.send(b"elayed, patient vomited\r")
        terminal.wait_for(re.compile(r"\d+ keys at once were taken for a paste"))
        terminal.wait_until_still()
        assert not wrote(workplace)


def test_a_paste_at_a_question_answers_nothing(workplace: Workplace) -> None:
    workplace.create("Zebra head")
    with workplace.worklist("--filter", "zebra") as terminal:
        wait_for_cursor_on(terminal, "Zebra head")
        terminal.press("x")
        terminal.wait_for("Cancel this study")
        terminal.send(b"yes please")
        terminal.wait_for("10 keys at once were taken for a paste")
        assert "Cancel this study" in terminal.text
        assert not wrote(workplace)
        terminal.press("y")
        terminal.wait_for("cancelled; ")


def test_a_paste_into_a_text_is_text(workplace: Workplace) -> None:
    study_id = workplace.create("Zebra head")
    with workplace.worklist("--filter", "zebra") as terminal:
        wait_for_cursor_on(terminal, "Zebra head")
        terminal.press("d")
        terminal.wait_for(re.compile("^ description", re.MULTILINE))
        terminal.send(b" one\rtwo mmm\r")
        terminal.wait_for("Zebra head onetwo mmm")
        terminal.wait_for("taken for a paste: if you meant enter, press again")
        assert not wrote(workplace)
        terminal.press("enter")
        terminal.wait_for("description changed")
        assert workplace.study(study_id)["studyDescription"] == "Zebra head onetwo mmm"


def test_a_key_that_is_pressed_as_soon_as_esc_has_shown_is_a_hands(workplace: Workplace) -> None:
    """Esc shows late, for it might begin a sequence; it was pressed when it was pressed."""
    workplace.create("Zebra head")
    with workplace.worklist("--filter", "zebra") as terminal:
        wait_for_cursor_on(terminal, "Zebra head")
        for _ in range(3):
            terminal.press("s")
            terminal.wait_for("Severity of Zebra head")
            terminal.send(b"\x1b")
            terminal.wait_for(lambda shown: "Severity of" not in shown.text)
            terminal.send(b"s")
            terminal.wait_for("Severity of Zebra head")
            terminal.press("escape")
            terminal.wait_for(lambda shown: "Severity of" not in shown.text)
