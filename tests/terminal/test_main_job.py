"""The main job in a real terminal on a real server: every effect is checked through the API."""

import re
import time
import urllib.request

import pytest

from masthead import READ_WHOLE
from terminal.harness import ASKS_FOR_MINE, LEAVE, STROKE, Terminal, program
from terminal.processes import children_of, is_running
from terminal.tmux import Tmux
from terminal.workplace import Workplace, under_cursor, wait_for_cursor_on, wait_until_loaded

pytestmark = pytest.mark.terminal


def test_the_most_urgent_study_is_on_top_and_the_cursor_moves(workplace: Workplace) -> None:
    workplace.create("Zebra head", severity="stat")
    with workplace.worklist() as terminal:
        wait_until_loaded(terminal)
        # The cursor stays on whichever study was there first, even if STAT came a moment later.
        terminal.press("g")
        terminal.wait_for(lambda shown: "STAT" in under_cursor(shown))
        first = under_cursor(terminal)
        terminal.press("j")
        terminal.wait_for(lambda shown: under_cursor(shown) not in ("", first))
        terminal.press("k")
        terminal.wait_for(lambda shown: under_cursor(shown) == first)
        terminal.press("G")
        terminal.wait_for(lambda shown: "RTN" in under_cursor(shown))
        terminal.press("g")
        terminal.wait_for(lambda shown: under_cursor(shown) == first)
        assert terminal.leave() == 0
        terminal.assert_restored()


def test_a_filter_narrows_and_escape_clears_it(workplace: Workplace) -> None:
    study_id = workplace.create("Zebra head")
    with workplace.worklist() as terminal:
        wait_until_loaded(terminal)
        terminal.press("/", "zebra", "enter")
        terminal.wait_for(re.compile(r"1 of \d+ shown"))
        wait_for_cursor_on(terminal, "Zebra head")
        terminal.press("x")
        terminal.wait_for("…" + study_id[-6:])
        terminal.press("escape")
        terminal.wait_for(lambda shown: "Cancel this study" not in shown.text)
        terminal.press("escape")
        terminal.wait_for(re.compile(r"\A.* \d+ shown"))


def test_a_worklist_on_a_number_key_holds_only_its_own(workplace: Workplace) -> None:
    workplace.create("Zebra head", severity="normal")
    with workplace.worklist("--filter", "zebra") as terminal:
        wait_for_cursor_on(terminal, "Zebra head")
        terminal.press("1")
        terminal.wait_for(re.compile(r"0 of \d+ shown"))
        terminal.wait_for("No study in “STAT” matches the filter")


def test_one_or_two_keys_change_severity_status_and_assignee(workplace: Workplace) -> None:
    study_id = workplace.create("Zebra head")
    with workplace.worklist("--filter", "zebra") as terminal:
        wait_for_cursor_on(terminal, "Zebra")
        terminal.press("s")
        terminal.wait_for(re.compile(r"Severity of Zebra head.*\?"))
        terminal.press("h")
        terminal.wait_for(lambda _: workplace.study(study_id)["severity"] == "high")
        terminal.wait_for(re.compile("▌.*HIGH"))
        terminal.press("m")
        terminal.wait_for(lambda _: workplace.study(study_id).get("assignedTo") is not None)
        terminal.wait_for("it is yours")
        terminal.press("v")
        terminal.wait_for(lambda _: workplace.study(study_id)["studyViewerStatus"] == "complete")
        terminal.wait_for(re.compile("completed"))
        assert workplace.emulator.writes(study_id) == ["update"] * 3


def test_a_description_is_edited_in_the_line_at_the_foot(workplace: Workplace) -> None:
    study_id = workplace.create("Zebra head")
    with workplace.worklist("--filter", "zebra") as terminal:
        wait_for_cursor_on(terminal, "Zebra")
        terminal.press("d")
        terminal.wait_for(re.compile("description +Zebra head"))
        terminal.press(" and neck")
        terminal.wait_for("Zebra head and neck")
        terminal.press("enter")
        terminal.wait_for(
            lambda _: workplace.study(study_id)["studyDescription"] == "Zebra head and neck"
        )
        terminal.wait_for(re.compile("▌.*Zebra head and neck"))
        assert workplace.emulator.writes(study_id) == ["update"]


def test_cancelling_asks_names_the_study_and_can_be_taken_back(workplace: Workplace) -> None:
    study_id = workplace.create("Zebra head")
    with workplace.worklist("--filter", "zebra") as terminal:
        wait_for_cursor_on(terminal, "Zebra")
        terminal.press("x")
        terminal.wait_for(
            re.compile(r"Cancel this study.*\n.*▲ STAT .* Zebra head .*…" + study_id[-6:])
        )
        terminal.press("n")
        terminal.wait_for(lambda shown: "Cancel this study" not in shown.text)
        assert workplace.emulator.writes(study_id) == []
        terminal.press("x")
        terminal.wait_for("Cancel this study")
        terminal.press("y")
        terminal.wait_for(lambda _: workplace.study(study_id)["isCancelled"])
        terminal.wait_for("incomplete  cancelled")
        terminal.press("7")
        terminal.wait_for(re.compile(r"1 of \d+ shown"))
        wait_for_cursor_on(terminal, "Zebra head")
        terminal.press("X")
        terminal.wait_for(re.compile(r"Restore this study\?.*\n.*Zebra head"))
        terminal.press("y")
        terminal.wait_for(lambda _: not workplace.study(study_id)["isCancelled"])
        terminal.wait_for(lambda shown: "cancelled" not in under_cursor(shown))
        assert workplace.emulator.writes(study_id) == ["cancel", "uncancel"]


def test_metadata_is_added_in_the_detail(workplace: Workplace) -> None:
    study_id = workplace.create("Zebra head", metadata={"modality": "CT"})
    with workplace.worklist("--filter", "zebra") as terminal:
        wait_for_cursor_on(terminal, "Zebra")
        terminal.press("enter")
        terminal.wait_for("+ add")
        terminal.press("+")
        terminal.wait_for("metadata key")
        terminal.press("room")
        terminal.wait_for(re.compile(r"metadata key\s+room"))
        terminal.press("enter")
        terminal.wait_for(re.compile(r"^ room\s+0/1000", re.MULTILINE))
        terminal.press("B12", "enter")
        terminal.wait_for(re.compile(r"room\s+\*B12"))
        assert workplace.emulator.writes(study_id) == []
        terminal.press("w")
        terminal.wait_for(
            lambda _: workplace.study(study_id)["metadata"] == {"modality": "CT", "room": "B12"}
        )
        terminal.wait_for(re.compile(r" room\s+B12"))


def test_a_study_opens_in_the_browser_by_a_link_that_works(workplace: Workplace) -> None:
    workplace.create("Zebra head")
    with workplace.worklist("--filter", "zebra") as terminal:
        wait_for_cursor_on(terminal, "Zebra")
        terminal.press("o")
        terminal.wait_for("Claim it as it opens?")
        terminal.press("n")
        terminal.wait_for(lambda _: workplace.opened.exists())
        terminal.wait_for("handed to")
        page = workplace.opened.read_text()
        match = re.search(r'href="([^"]+)"', page)
        assert match is not None
        url = match[1].replace("&amp;", "&")
        assert url.startswith(workplace.emulator.base_url)
        with urllib.request.urlopen(url, timeout=20) as answer:  # noqa: S310 - our own emulator
            assert "Zebra head" in answer.read().decode()
        token = url.partition("token=")[2]
        assert token
        assert token.encode() not in bytes(terminal.written)


@pytest.mark.slow
def test_somebody_elses_change_arrives_by_itself(workplace: Workplace) -> None:
    study_id = workplace.create("Zebra head")
    with workplace.worklist("--filter", "zebra") as terminal:
        wait_for_cursor_on(terminal, "Zebra")
        workplace.emulator.change(study_id, studyDescription="Zebra changed")
        terminal.wait_for(re.compile("▌.*Zebra changed"))


def test_keys_typed_ahead_reach_the_filter_and_nothing_else(workplace: Workplace) -> None:
    study_id = workplace.create("Xylophone yard")
    with workplace.worklist() as terminal:
        wait_until_loaded(terminal)
        # As one packet of a slow line: "x" and "y" would cancel the study under the cursor.
        terminal.press("/xy", "enter")
        terminal.wait_for(re.compile("▌.*Xylophone"))
        terminal.wait_for(re.compile(r"1 of \d+ shown"))
        terminal.wait_until_still()
        assert "?" not in terminal.lines[-1].replace("? all keys", "")
        assert workplace.emulator.writes(study_id) == []
        assert all(
            not workplace.emulator.writes(each["studyId"]) for each in workplace.emulator.studies()
        )


def test_keys_typed_ahead_reach_the_next_prompt(workplace: Workplace) -> None:
    workplace.create("Zebra head")
    with workplace.worklist("--filter", "zebra") as terminal:
        wait_for_cursor_on(terminal, "Zebra")
        terminal.press("enter")
        terminal.wait_for("+ add")
        terminal.press("+", "room", "enter", "B12", "enter")
        terminal.wait_for(re.compile(r"room\s+\*B12"))
        wait_for_cursor_on(terminal, "Zebra")


def test_the_whole_job_in_tmux(workplace: Workplace) -> None:
    study_id = workplace.create("Zebra head")
    # The shell lives on, so that the terminal can be looked at after the program's end.
    argv = ["sh", "-c", 'echo before; "$@"; echo "status $?"; exec cat', "sh", *program()]
    with Tmux(argv, environ=workplace.environ, columns=100, rows=30) as pane:
        pane.wait_for(READ_WHOLE)
        assert pane.ask("alternate_on") == "1"
        assert pane.ask("cursor_flag") == "0"
        assert pane.ask("mouse_any_flag") == "1"
        pane.press("/", "Zebra", "Enter")
        pane.wait_for(re.compile("▌.*Zebra"))
        pane.press("s")
        pane.wait_for("Severity of Zebra head")
        pane.press("Escape")
        pane.wait_for(lambda shown: "Severity of" not in shown.text)
        pane.press("s")
        pane.wait_for("Severity of Zebra head")
        pane.press("r")
        pane.wait_for(lambda _: workplace.study(study_id)["severity"] == "normal")
        pane.press("x")
        pane.wait_for("Cancel this study")
        pane.press("y")
        pane.wait_for(lambda _: workplace.study(study_id)["isCancelled"])
        pane.press("q")
        pane.wait_for(ASKS_FOR_MINE)
        # As long as a finger needs to tap twice: faster is a key that is held down.
        time.sleep(STROKE)
        pane.press("q")
        pane.wait_for(re.compile(r"^before\nstatus 0$", re.MULTILINE))
        assert pane.ask("alternate_on") == "0"
        assert pane.ask("cursor_flag") == "1"
        assert pane.ask("mouse_any_flag") == "0"


def test_the_demo_needs_no_key_and_leaves_nothing_running(environ: dict[str, str]) -> None:
    with Terminal(program("--demo", "--studies", "50"), environ=environ) as terminal:
        wait_until_loaded(terminal)
        assert "demo" in terminal.lines[0]
        children = children_of(terminal.pid)
        assert children
        assert terminal.leave(timeout=LEAVE) == 0
        terminal.assert_restored()
    assert not [pid for pid in children if is_running(pid)]
