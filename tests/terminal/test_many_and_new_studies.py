"""Many studies at once, a new one, one by its UID: in a real terminal, checked through the API."""

import base64
import re

import pytest

from avara_tui.emulator import DEMO_USER_ID
from homes import write_settings
from terminal.desk import Desk, under_cursor, wait_for_cursor_on, wait_until_loaded
from terminal.harness import Terminal

pytestmark = pytest.mark.terminal


def zebras(desk: Desk, count: int) -> list[str]:
    return [desk.create(f"Zebra {number}", severity="normal") for number in range(count)]


def mark_all(terminal: Terminal, count: int) -> None:
    wait_for_cursor_on(terminal, "Zebra")
    terminal.wait_for(re.compile(rf"{count} of \d+ shown"))
    terminal.press("*")
    terminal.wait_for(f"{count} marked")


def test_severity_status_and_metadata_of_many(desk: Desk) -> None:
    ids = zebras(desk, 3)
    with desk.worklist("--filter", "zebra") as terminal:
        mark_all(terminal, 3)
        terminal.press("s")
        terminal.wait_for("Severity of 3 studies?")
        terminal.press("h")
        terminal.wait_for("Set ● HIGH on 3 studies?")
        for study_id in ids:
            assert f"…{study_id[-6:]}" in terminal.text
        terminal.press("y")
        terminal.wait_for("3 done")
        assert all(desk.study(each)["severity"] == "high" for each in ids)
        terminal.press("escape")
        mark_all(terminal, 3)
        terminal.press("M")
        terminal.wait_for("metadata key, on 3 studies")
        terminal.press("shift", "enter")
        # None of them has the key: it can only be set.
        terminal.wait_for("shift, on 3 studies")
        terminal.press("late", "enter")
        terminal.wait_for("not there → “late”")
        terminal.press("y")
        terminal.wait_for("3 done")
        assert all(desk.study(each)["metadata"] == {"shift": "late"} for each in ids)
        terminal.press("escape")
        mark_all(terminal, 3)
        terminal.press("v")
        terminal.wait_for("Status of 3 studies?")
        terminal.press("c")
        terminal.wait_for("Mark 3 studies complete?")
        terminal.press("y")
        terminal.wait_for("3 done")
        assert all(desk.study(each)["studyViewerStatus"] == "complete" for each in ids)
        assert all(desk.emulator.writes(each) == ["update"] * 3 for each in ids)


def test_assigning_taking_away_and_claiming_many(desk: Desk) -> None:
    ids = zebras(desk, 3)
    other = next(each for each in desk.emulator.users() if each["userId"] != DEMO_USER_ID)
    with desk.worklist("--filter", "zebra") as terminal:
        mark_all(terminal, 3)
        terminal.press("a")
        terminal.wait_for("Assign 3 studies to")
        terminal.press(other["email"].split("@")[0])
        terminal.wait_for(re.compile(rf"▌.*\d+ open.*{re.escape(other['email'][:12])}"))
        terminal.press("enter")
        terminal.wait_for("do it")
        terminal.press("y")
        terminal.wait_for("3 done")
        assert all(desk.study(each)["assignedTo"]["userId"] == other["userId"] for each in ids)
        terminal.press("escape")
        mark_all(terminal, 3)
        terminal.press("A")
        terminal.wait_for("to nobody?")
        terminal.press("y")
        terminal.wait_for("3 done")
        assert all(desk.study(each).get("assignedTo") is None for each in ids)
        terminal.press("escape")
        mark_all(terminal, 3)
        terminal.press("m")
        terminal.wait_for("Claim 3 studies?")
        terminal.press("y")
        terminal.wait_for("3 done")
        assert all(desk.study(each)["assignedTo"]["userId"] == DEMO_USER_ID for each in ids)


def test_cancelling_many_needs_the_count_and_restoring_does_not(desk: Desk) -> None:
    ids = zebras(desk, 3)
    with desk.worklist("--filter", "zebra") as terminal:
        mark_all(terminal, 3)
        terminal.press("x")
        terminal.wait_for("type 3 and")
        terminal.press("y", "enter", "2", "enter")
        terminal.wait_for("cancel them: 2")
        assert not any(desk.study(each)["isCancelled"] for each in ids)
        terminal.press("3", "enter")
        terminal.wait_for("3 done")
        assert all(desk.study(each)["isCancelled"] for each in ids)
        terminal.press("escape", "7")
        mark_all(terminal, 3)
        terminal.press("X")
        terminal.wait_for("Restore 3 studies?")
        terminal.press("y")
        terminal.wait_for("3 done")
        assert not any(desk.study(each)["isCancelled"] for each in ids)
        assert all(desk.emulator.writes(each) == ["cancel", "uncancel"] for each in ids)


def test_a_failure_is_retried_and_an_early_stop_leaves_the_rest(desk: Desk) -> None:
    ids = zebras(desk, 3)
    with desk.worklist("--filter", "zebra") as terminal:
        mark_all(terminal, 3)
        desk.emulator.arm("status-403", 1, "studies.update")
        terminal.press("s")
        terminal.wait_for("Severity of 3 studies?")
        terminal.press("h")
        terminal.wait_for("do it")
        terminal.press("y")
        terminal.wait_for("r retry 1")
        terminal.wait_for("not done: forbidden")
        terminal.press("r")
        terminal.wait_for("3 done")
        assert all(desk.emulator.writes(each) == ["update"] for each in ids)
        terminal.press("escape", "q")
        assert terminal.wait_exit() == 0
        terminal.assert_restored()


def test_a_study_is_created_by_the_form(desk: Desk) -> None:
    with desk.worklist() as terminal:
        wait_until_loaded(terminal)
        terminal.press("+")
        terminal.wait_for("New study")
        terminal.press("enter")
        terminal.wait_for(re.compile("^ UID ", re.MULTILINE))
        terminal.press("1.2.840.99999.77", "enter")
        terminal.wait_for("the server knows no study with it")
        terminal.press("j", "enter")
        terminal.wait_for(re.compile("^ description ", re.MULTILINE))
        terminal.press("Okapi spine", "enter")
        terminal.wait_for(re.compile("▌description +Okapi spine|▌ description +Okapi spine"))
        terminal.press("w")
        terminal.wait_for(re.compile("▌.*Okapi spine"))
        terminal.wait_for(re.compile(r"Okapi spine \[RTN …\w+\]  created"))
        study = next(
            each for each in desk.emulator.studies() if each["studyDescription"] == "Okapi spine"
        )
        assert study["studyInstanceUid"] == "1.2.840.99999.77"
        assert desk.emulator.count("studies.create") == 1


def test_a_study_outside_the_list_is_found_by_its_uid(desk: Desk) -> None:
    study_id = desk.create("Okapi spine", studyInstanceUid="1.2.840.99999.78")
    desk.emulator.cancel(study_id)
    with desk.worklist() as terminal:
        wait_until_loaded(terminal)
        terminal.press("f")
        terminal.wait_for("study id or UID")
        # As a terminal pastes it, with the padding that DICOM values have.
        terminal.send(b"\x1b[200~ 1.2.840.99999.78\x00\x1b[201~")
        terminal.wait_for("1.2.840.99999.78")
        terminal.press("enter")
        terminal.wait_for(lambda shown: "Okapi spine" in under_cursor(shown))
        terminal.wait_for("not in “All open”: shown for now")


def test_an_identifier_is_sent_to_the_clipboard_after_asking(desk: Desk) -> None:
    desk.create("Zebra head", studyInstanceUid="1.2.840.99999.79")
    with desk.worklist("--filter", "zebra") as terminal:
        wait_for_cursor_on(terminal, "Zebra")
        terminal.press("y")
        terminal.wait_for("Copy of Zebra head")
        terminal.press("uid", "enter")
        terminal.wait_for("every program there can read it")
        assert b"]52;" not in terminal.written
        terminal.press("y")
        terminal.wait_for("sent to the terminal's clipboard")
        assert base64.b64encode(b"1.2.840.99999.79") in terminal.written


def test_who_sits_here_is_asked_at_the_first_claim(desk: Desk) -> None:
    study_id = desk.create("Zebra head")
    write_settings(desk.environ["HOME"], "")
    me = next(each for each in desk.emulator.users() if each["userId"] == DEMO_USER_ID)
    with desk.worklist("--filter", "zebra") as terminal:
        wait_for_cursor_on(terminal, "Zebra")
        terminal.press("m")
        terminal.wait_for("Who are you?")
        terminal.press(me["email"].split("@")[0])
        terminal.wait_for(re.compile(rf"▌.*{re.escape(me['email'][:12])}"))
        terminal.press("enter")
        terminal.wait_for(f'me = "{DEMO_USER_ID}"')
        terminal.press("enter")
        terminal.wait_for(
            lambda _: (desk.study(study_id).get("assignedTo") or {}).get("userId") == DEMO_USER_ID
        )


def test_read_only_refuses_create_and_bulk(desk: Desk) -> None:
    zebras(desk, 2)
    with desk.worklist("--read-only", "--filter", "zebra") as terminal:
        mark_all(terminal, 2)
        for key in ("s", "v", "a", "A", "m", "M", "x", "X", "+"):
            terminal.press(key)
            terminal.wait_for("read-only: nothing is written")
            terminal.press("k")
            terminal.wait_for(lambda shown: "nothing is written" not in shown.text)
        written = ("create", "update", "cancel", "uncancel")
        assert not any(desk.emulator.count(f"studies.{each}") for each in written)
