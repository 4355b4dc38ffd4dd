"""Many studies at once, a new one, one by its UID: in a real terminal, checked through the API."""

import base64
import re

import pytest

from avara_tui.emulator import DEMO_USER_ID
from homes import write_settings
from terminal.harness import Terminal
from terminal.workplace import Workplace, under_cursor, wait_for_cursor_on, wait_until_loaded

pytestmark = pytest.mark.terminal


def zebras(workplace: Workplace, count: int) -> list[str]:
    return [workplace.create(f"Zebra {number}", severity="normal") for number in range(count)]


def mark_all(terminal: Terminal, count: int) -> None:
    wait_for_cursor_on(terminal, "Zebra")
    terminal.wait_for(re.compile(rf"{count} of \d+ shown"))
    terminal.press("*")
    terminal.wait_for(f"{count} marked")


def test_severity_status_and_metadata_of_many(workplace: Workplace) -> None:
    ids = zebras(workplace, 3)
    with workplace.worklist("--filter", "zebra") as terminal:
        mark_all(terminal, 3)
        terminal.press("s")
        terminal.wait_for("Severity of 3 studies?")
        terminal.press("h")
        terminal.wait_for("Set ● HIGH on 3 studies?")
        for study_id in ids:
            assert f"…{study_id[-6:]}" in terminal.text
        terminal.press("y")
        terminal.wait_for("3 done")
        assert all(workplace.study(each)["severity"] == "high" for each in ids)
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
        assert all(workplace.study(each)["metadata"] == {"shift": "late"} for each in ids)
        terminal.press("escape")
        mark_all(terminal, 3)
        terminal.press("v")
        terminal.wait_for("Status of 3 studies?")
        terminal.press("c")
        terminal.wait_for("Mark 3 studies complete?")
        terminal.press("y")
        terminal.wait_for("3 done")
        assert all(workplace.study(each)["studyViewerStatus"] == "complete" for each in ids)
        assert all(workplace.emulator.writes(each) == ["update"] * 3 for each in ids)


def test_assigning_taking_away_and_claiming_many(workplace: Workplace) -> None:
    ids = zebras(workplace, 3)
    other = next(each for each in workplace.emulator.users() if each["userId"] != DEMO_USER_ID)
    with workplace.worklist("--filter", "zebra") as terminal:
        mark_all(terminal, 3)
        terminal.press("a")
        terminal.wait_for("Assign 3 studies to")
        terminal.press(other["email"].split("@")[0])
        terminal.wait_for(re.compile(rf"▌.*\d+ open.*{re.escape(other['email'][:12])}"))
        terminal.press("enter")
        terminal.wait_for("y yes, ")
        terminal.press("y")
        terminal.wait_for("3 done")
        assert all(workplace.study(each)["assignedTo"]["userId"] == other["userId"] for each in ids)
        terminal.press("escape")
        mark_all(terminal, 3)
        terminal.press("A")
        terminal.wait_for("to nobody?")
        terminal.press("y")
        terminal.wait_for("3 done")
        assert all(workplace.study(each).get("assignedTo") is None for each in ids)
        terminal.press("escape")
        mark_all(terminal, 3)
        terminal.press("m")
        terminal.wait_for("Claim 3 studies?")
        terminal.press("y")
        terminal.wait_for("3 done")
        assert all(workplace.study(each)["assignedTo"]["userId"] == DEMO_USER_ID for each in ids)


def test_cancelling_many_needs_the_count_and_restoring_does_not(workplace: Workplace) -> None:
    ids = zebras(workplace, 3)
    with workplace.worklist("--filter", "zebra") as terminal:
        mark_all(terminal, 3)
        terminal.press("x")
        terminal.wait_for("type 3 and")
        terminal.press("y", "enter", "2", "enter")
        terminal.wait_for("cancel them: 2")
        assert not any(workplace.study(each)["isCancelled"] for each in ids)
        terminal.press("3", "enter")
        terminal.wait_for("3 done")
        assert all(workplace.study(each)["isCancelled"] for each in ids)
        terminal.press("escape", "7")
        mark_all(terminal, 3)
        terminal.press("X")
        terminal.wait_for("Restore 3 studies?")
        terminal.press("y")
        terminal.wait_for("3 done")
        assert not any(workplace.study(each)["isCancelled"] for each in ids)
        assert all(workplace.emulator.writes(each) == ["cancel", "uncancel"] for each in ids)


def test_a_failure_is_retried_and_an_early_stop_leaves_the_rest(workplace: Workplace) -> None:
    ids = zebras(workplace, 3)
    with workplace.worklist("--filter", "zebra") as terminal:
        mark_all(terminal, 3)
        workplace.emulator.arm("status-403", 1, "studies.update")
        terminal.press("s")
        terminal.wait_for("Severity of 3 studies?")
        terminal.press("h")
        terminal.wait_for("y yes, ")
        terminal.press("y")
        terminal.wait_for("r retry 1")
        terminal.wait_for("not done: forbidden")
        terminal.press("r")
        terminal.wait_for("3 done")
        assert all(workplace.emulator.writes(each) == ["update"] for each in ids)
        assert terminal.leave("escape", "q") == 0
        terminal.assert_restored()


def test_a_study_is_created_by_the_form(workplace: Workplace) -> None:
    with workplace.worklist() as terminal:
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
            each
            for each in workplace.emulator.studies()
            if each["studyDescription"] == "Okapi spine"
        )
        assert study["studyInstanceUid"] == "1.2.840.99999.77"
        assert workplace.emulator.count("studies.create") == 1


def test_a_study_outside_the_list_is_found_by_its_uid(workplace: Workplace) -> None:
    study_id = workplace.create("Okapi spine", studyInstanceUid="1.2.840.99999.78")
    workplace.emulator.cancel(study_id)
    with workplace.worklist() as terminal:
        wait_until_loaded(terminal)
        terminal.press("f")
        terminal.wait_for("id, UID, any text")
        # As a terminal pastes it, with the padding that DICOM values have.
        terminal.send(b"\x1b[200~ 1.2.840.99999.78\x00\x1b[201~")
        terminal.wait_for("1.2.840.99999.78")
        terminal.press("enter")
        terminal.wait_for(lambda shown: "Okapi spine" in under_cursor(shown))
        terminal.wait_for("not in “All open”: shown for now")


def test_an_identifier_is_sent_to_the_clipboard_after_asking(workplace: Workplace) -> None:
    workplace.create("Zebra head", studyInstanceUid="1.2.840.99999.79")
    with workplace.worklist("--filter", "zebra") as terminal:
        wait_for_cursor_on(terminal, "Zebra")
        terminal.press("y")
        terminal.wait_for("Copy of Zebra head")
        terminal.press("uid", "enter")
        terminal.wait_for("every program there can read it")
        assert b"]52;" not in terminal.written
        terminal.press("y")
        terminal.wait_for("sent to the terminal's clipboard")
        assert base64.b64encode(b"1.2.840.99999.79") in terminal.written


def test_who_sits_here_is_asked_at_the_first_claim(workplace: Workplace) -> None:
    study_id = workplace.create("Zebra head")
    write_settings(workplace.environ["HOME"], "")
    me = next(each for each in workplace.emulator.users() if each["userId"] == DEMO_USER_ID)
    with workplace.worklist("--filter", "zebra") as terminal:
        wait_for_cursor_on(terminal, "Zebra")
        terminal.press("m")
        terminal.wait_for("Who are you?")
        terminal.press(me["email"].split("@")[0])
        terminal.wait_for(re.compile(rf"▌.*{re.escape(me['email'][:12])}"))
        terminal.press("enter")
        terminal.wait_for(f'me = "{DEMO_USER_ID}"')
        terminal.press("enter")
        terminal.wait_for(
            lambda _: (
                (workplace.study(study_id).get("assignedTo") or {}).get("userId") == DEMO_USER_ID
            )
        )


def test_read_only_refuses_create_and_bulk(workplace: Workplace) -> None:
    zebras(workplace, 2)
    with workplace.worklist("--read-only", "--filter", "zebra") as terminal:
        mark_all(terminal, 2)
        for key in ("s", "v", "a", "A", "m", "M", "x", "X", "+"):
            terminal.press(key)
            terminal.wait_for("read-only: nothing is written")
            terminal.press("k")
            terminal.wait_for(lambda shown: "nothing is written" not in shown.text)
        written = ("create", "update", "cancel", "uncancel")
        assert not any(workplace.emulator.count(f"studies.{each}") for each in written)
