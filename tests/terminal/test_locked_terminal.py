"""Locking in a real terminal: what is on the screen, in the title, and on its way there."""

import pytest

from terminal.harness import LEAVE
from terminal.workplace import Workplace, wait_for_cursor_on, wait_until_loaded

pytestmark = pytest.mark.terminal


def test_a_locked_worklist_writes_no_text_of_a_study(workplace: Workplace) -> None:
    study_id = workplace.create("Zebra head", metadata={"patient": "Zebra Jane"})
    with workplace.worklist() as terminal:
        wait_until_loaded(terminal)
        terminal.press("/", "zebra", "enter")
        wait_for_cursor_on(terminal, "Zebra")
        terminal.wait_for("Zebra Jane")
        terminal.press("L")
        terminal.wait_for("open STAT stud")
        terminal.wait_for(lambda shown: "Zebra" not in shown.text)
        terminal.wait_until_still()
        before = terminal.byte_count
        assert "Zebra" not in terminal.text
        assert study_id[-6:] not in terminal.text
        workplace.create("Zebra neck")
        terminal.wait_for("new since it was locked")
        terminal.resize(100, 30)
        terminal.press("x", "y")
        terminal.wait_for("enter unlocks")
        terminal.wait_until_still()
        assert b"Zebra" not in bytes(terminal.written[before:])
        assert "Zebra" not in terminal.text
        assert terminal.output.titles == []
        terminal.press("enter")
        wait_until_loaded(terminal)
        terminal.wait_for("Zebra neck")
        assert terminal.leave(timeout=LEAVE) == 0
        terminal.assert_restored()
    assert not any(
        workplace.emulator.writes(each["studyId"]) for each in workplace.emulator.studies()
    )
