"""From an alarm to the viewer in two keys and an answer, and a STAT worklist ready at once."""

import re

import pytest

from terminal.workplace import Workplace, under_cursor, wait_until_loaded

pytestmark = pytest.mark.terminal


def test_from_the_alarm_to_the_viewer_in_two_keys_and_the_answer_whose_it_is(
    workplace: Workplace,
) -> None:
    with workplace.worklist("--filter=-zebra") as terminal:
        wait_until_loaded(terminal)
        terminal.wait_for(" seen")
        terminal.press("j", "j")
        bells = terminal.written.count(b"\x07")
        workplace.create("Zebra head")
        terminal.wait_for(re.compile("NEW STAT.*Zebra head"))
        terminal.wait_for(lambda shown: shown.written.count(b"\x07") == bells + 1)
        assert "Zebra" not in under_cursor(terminal)
        terminal.press("!", "o")
        terminal.wait_for(re.compile("Claim it as it opens.*\n.*Zebra head"))
        terminal.press("y")
        terminal.wait_for(lambda _: workplace.opened.exists())
        assert "Zebra head" in under_cursor(terminal)
        assert "NEW STAT" not in terminal.text


def test_the_stat_worklist_is_ready_to_act_on(workplace: Workplace) -> None:
    first = workplace.create("Zebra head", studyInstanceUid="1.2.840.99999.7")
    with workplace.worklist("--view", "stat", "--filter", "zebra") as terminal:
        # Not when everything is loaded: the first row that is there can be opened.
        terminal.wait_for(lambda shown: "Zebra head" in under_cursor(shown))
        terminal.press("o")
        terminal.wait_for("Claim it as it opens?")
        terminal.press("n")
        terminal.wait_for(lambda _: workplace.opened.exists())
        assert re.search(r"1 ?STAT", terminal.text)
        assert workplace.study(first)["severity"] == "stat"
