"""The keys of somebody who reads and edits, in a real terminal, checked on the server."""

import re

import pytest

from avara_tui.emulator import DEMO_USER_ID
from terminal.workplace import Workplace, wait_for_cursor_on, wait_until_loaded

pytestmark = pytest.mark.terminal


def assignee(workplace: Workplace, study_id: str) -> object:
    person = workplace.study(study_id).get("assignedTo")
    return person["userId"] if person else None


def somebody(workplace: Workplace) -> dict[str, str]:
    person: dict[str, str] = next(
        each for each in workplace.emulator.users() if each["userId"] != DEMO_USER_ID
    )
    return person


def test_n_claims_the_top_free_study_and_opens_it_and_b_leaves_one_out(
    workplace: Workplace,
) -> None:
    first = workplace.create("Zebra head")
    second = workplace.create("Zebra neck", severity="high")
    with workplace.worklist("--filter", "zebra") as terminal:
        wait_for_cursor_on(terminal, "Zebra head")
        terminal.press("b")
        terminal.wait_for("put aside for 15 min")
        terminal.wait_for(re.compile(r"^▌».*Zebra head", re.MULTILINE))
        terminal.press("n")
        terminal.wait_for(lambda _: assignee(workplace, second) == DEMO_USER_ID)
        terminal.wait_for(lambda _: workplace.opened.exists())
        # Said once the browser has it: what is said after that is about the next keys.
        terminal.wait_for(re.compile("is yours.*handed to"))
        terminal.wait_for(re.compile("^▌.*Zebra neck", re.MULTILINE))
        terminal.press("k", "b")
        terminal.wait_for("is back")
        terminal.press("n")
        terminal.wait_for(lambda _: assignee(workplace, first) == DEMO_USER_ID)
        terminal.wait_for(re.compile("Zebra head.*is yours"))
        # It may be on its way to the browser still: the last word is about the last key.
        terminal.press("n")
        terminal.wait_for(re.compile("Zebra head.*is yours already"))
        terminal.wait_until_still()
        assert "is yours already" in terminal.lines[-1]
        assert [workplace.emulator.writes(each) for each in (first, second)] == [["update"]] * 2


def test_m_asks_when_somebody_has_it_and_a_lost_claim_stays_until_it_is_seen(
    workplace: Workplace,
) -> None:
    holder = somebody(workplace)
    study_id = workplace.create("Zebra head", assignedTo=holder["userId"])
    with workplace.worklist("--filter", "zebra") as terminal:
        wait_for_cursor_on(terminal, "Zebra head")
        terminal.press("m")
        terminal.wait_for(re.compile(f"{holder['lastName']}.* has this study. Take it over"))
        terminal.press("y")
        terminal.wait_for(lambda _: assignee(workplace, study_id) == DEMO_USER_ID)
        terminal.wait_for("claimed: it is yours")
        workplace.emulator.change(study_id, assignedTo=holder["userId"])
        # Nobody refreshes: what was written is read back by itself.
        terminal.wait_for("not yours any more")
        terminal.press("k")
        terminal.wait_for("not yours any more")
        terminal.press("escape")
        terminal.wait_for(lambda shown: "not yours any more" not in shown.text)
        terminal.press("H")
        terminal.wait_for("Done in this session")
        terminal.wait_for("not yours any more")
        terminal.press("escape")
        wait_for_cursor_on(terminal, "Zebra head")


def test_z_takes_back_and_h_shows_what_was_done(workplace: Workplace) -> None:
    study_id = workplace.create("Zebra head")
    with workplace.worklist("--filter", "zebra") as terminal:
        wait_for_cursor_on(terminal, "Zebra head")
        terminal.press("s")
        terminal.wait_for("Severity of")
        terminal.press("h")
        terminal.wait_for("now ● HIGH")
        terminal.press("v")
        terminal.wait_for("completed")
        terminal.press("z")
        terminal.wait_for("undone: incomplete again")
        assert workplace.study(study_id)["studyViewerStatus"] == "incomplete"
        terminal.press("H")
        terminal.wait_for(re.compile("undo +done +Zebra head"))
        terminal.wait_for(re.compile("complete +undone +Zebra head"))
        terminal.wait_for(re.compile("severity +done +Zebra head.*▲ STAT → ● HIGH"))
        terminal.press("jj", "z")
        terminal.wait_for(lambda _: workplace.study(study_id)["severity"] == "stat")
        terminal.wait_for(re.compile("severity +undone +Zebra head"))
        terminal.press("escape", "z")
        terminal.wait_for("nothing to undo")
        assert workplace.emulator.writes(study_id) == ["update"] * 4


def test_a_text_that_could_not_be_saved_is_a_draft_and_w_saves_it(workplace: Workplace) -> None:
    study_id = workplace.create("Zebra head")
    with workplace.worklist("--filter", "zebra") as terminal:
        wait_for_cursor_on(terminal, "Zebra head")
        workplace.emulator.arm("status-403", 1, "studies.update")
        terminal.press("d")
        terminal.wait_for(re.compile("description +Zebra head"))
        terminal.press(" and neck", "enter")
        terminal.wait_for("not saved, kept as a draft")
        terminal.wait_for("* Zebra head and neck")
        terminal.press("escape", "enter", "w")
        terminal.wait_for(
            lambda _: workplace.study(study_id)["studyDescription"] == "Zebra head and neck"
        )
        terminal.wait_for(lambda shown: "* Zebra" not in shown.text)
        assert workplace.emulator.writes(study_id) == ["update"]


def test_both_sides_of_a_conflict_stand_side_by_side_and_theirs_stays(workplace: Workplace) -> None:
    study_id = workplace.create("Zebra head", metadata={"room": "B12"})
    with workplace.worklist("--filter", "zebra") as terminal:
        wait_for_cursor_on(terminal, "Zebra head")
        workplace.emulator.change(study_id, studyDescription="Zebra theirs")
        terminal.press("d")
        terminal.wait_for(re.compile("description +Zebra head"))
        terminal.press(" mine", "enter")
        terminal.wait_for("Changed by somebody else while you typed")
        terminal.wait_for(re.compile("on the server now +yours"))
        terminal.wait_for(re.compile("“Zebra theirs” +“Zebra head mine”"))
        terminal.press("enter")
        terminal.wait_for("no change needed")
        assert workplace.emulator.writes(study_id) == []
        assert workplace.study(study_id)["studyDescription"] == "Zebra theirs"


def test_capital_r_renames_a_metadata_pair(workplace: Workplace) -> None:
    study_id = workplace.create("Zebra head", metadata={"rom": "B12"})
    with workplace.worklist("--filter", "zebra") as terminal:
        wait_for_cursor_on(terminal, "Zebra head")
        terminal.press("enter")
        terminal.wait_for("R rename")
        terminal.press("jjjj")
        terminal.wait_for("▌rom")
        terminal.press("R")
        terminal.wait_for(re.compile("rom: new key +rom"))
        terminal.press("ctrl+u", "room", "enter")
        terminal.wait_for(re.compile(r"room +\*B12"))
        terminal.press("w")
        terminal.wait_for(lambda _: workplace.study(study_id)["metadata"] == {"room": "B12"})


def test_leaving_with_drafts_asks_and_keeps_them(workplace: Workplace) -> None:
    study_id = workplace.create("Zebra head")
    with workplace.worklist("--filter", "zebra") as terminal:
        wait_for_cursor_on(terminal, "Zebra head")
        terminal.press("enter")
        terminal.wait_for("enter edit")
        terminal.press("jjj", "e")
        terminal.wait_for("* complete")
        terminal.press("escape")
        terminal.wait_for("keep for later")
        terminal.press("k")
        terminal.wait_for(re.compile("^▌✎.*Zebra head", re.MULTILINE))
        terminal.press("q")
        terminal.wait_for("Leave without them?")
        terminal.press("escape", "r")
        wait_until_loaded(terminal)
        terminal.wait_for(re.compile("^▌✎.*Zebra head", re.MULTILINE))
        terminal.press("q")
        terminal.wait_for("Leave without them?")
        assert terminal.leave("y") == 0
        assert workplace.emulator.writes(study_id) == []
