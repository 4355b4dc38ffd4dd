"""What a person does at the worklist, and what the server has of it afterwards."""

import re

import pytest

from avara_tui.config import Config
from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.triage.access.connection import Connection, ConnectionProblem, ProblemKind
from avara_tui.tui.app import WorklistApp
from avara_tui.tui.keys.actions import ACTIONS
from avara_tui.tui.keys.places import Place
from avara_tui.tui.options import RunOptions
from studies import open_studies, open_study
from triage.list_behaviours import BEHAVIOURS, listing
from tui.driver import Driver, connection_to, driving, worklist


async def test_the_most_urgent_study_is_on_top_and_under_the_cursor(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as driver:
        first = driver.screen.table.cursor_id
        assert first is not None
        assert emulator.study(first)["severity"] == "stat"
        assert "▌  ▲ STAT" in driver.text
        await driver.sees(first[-8:])  # the detail shows the whole study id


async def test_all_studies_are_loaded_and_counted(emulator: EmbeddedEmulator) -> None:
    studies = emulator.studies()
    cancelled = [each for each in studies if each["isCancelled"]]
    async with worklist(emulator) as driver:
        assert f"{len(studies)} read, complete" in driver.lines[0]
        assert f"5 All open {len(open_studies(emulator))} " in driver.lines[1]
        assert f"7 Cancelled {len(cancelled)}" in driver.lines[1]


async def test_number_keys_choose_the_saved_worklist(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as driver:
        await driver.press("7")
        await driver.until(
            lambda: driver.screen.detail.study and driver.screen.detail.study.is_cancelled
        )
        assert "STATUS" in driver.lines[2]
        await driver.press("1")
        await driver.until(
            lambda: driver.screen.detail.study and driver.screen.detail.study.severity == "stat"
        )
        assert "● HIGH" not in driver.text


async def test_the_filter_narrows_while_it_is_typed_and_escape_takes_it_back(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as driver:
        before = driver.ids
        await driver.type_filter("severity:stat")
        await driver.until(lambda: f" of {len(before)} shown" in driver.lines[0])
        assert "● HIGH" not in "\n".join(driver.lines[3:])
        await driver.press("escape")
        await driver.until(lambda: driver.ids == before)
        assert not driver.filter_row


async def test_tab_takes_what_the_filter_offers(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as driver:
        await driver.type_filter("sev")
        await driver.until(lambda: "/ severity:" in driver.filter_row)
        await driver.press("tab")
        await driver.type("st")
        await driver.until(lambda: "/ severity:stat" in driver.filter_row)
        await driver.press("tab", "enter")
        await driver.until(lambda: not driver.screen.filter_bar.is_typing)
        assert "/ severity:stat " in driver.filter_row
        assert "● HIGH" not in "\n".join(driver.lines[3:])


async def test_a_filter_that_cannot_be_understood_says_why_and_keeps_the_rows(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as driver:
        await driver.type_filter("severty:stat")
        await driver.until(lambda: "did you mean severity" in driver.lines[-1])
        await driver.press("enter")
        await driver.pilot.pause()
        assert driver.screen.filter_bar.is_typing


async def test_severity_is_set_by_two_keys(emulator: EmbeddedEmulator) -> None:
    study = open_study(emulator, severity="normal")
    async with worklist(emulator) as driver:
        await driver.go_to(study["studyId"])
        await driver.press("s")
        await driver.until(lambda: study["studyDescription"][:20] in driver.status)
        await driver.press("h")
        await driver.until(lambda: "now ● HIGH" in driver.status)
        assert emulator.study(study["studyId"])["severity"] == "high"
        assert emulator.writes(study["studyId"]) == ["update"]
        assert driver.screen.table.cursor_id == study["studyId"]


async def test_claiming_assigns_to_me(emulator: EmbeddedEmulator) -> None:
    study = open_study(emulator, assignee=None)
    async with worklist(emulator) as driver:
        await driver.go_to(study["studyId"])
        await driver.press("m")
        await driver.until(lambda: "claimed" in driver.status)
        assert emulator.study(study["studyId"])["assignedTo"]["userId"] == DEMO_USER_ID


async def test_claiming_what_somebody_has_asks_and_names_the_holder(
    emulator: EmbeddedEmulator,
) -> None:
    holder = next(each for each in emulator.users() if each["userId"] != DEMO_USER_ID)
    study = open_study(emulator, assignee=None)
    emulator.change(study["studyId"], assignedTo=holder["userId"])
    async with worklist(emulator) as driver:
        await driver.go_to(study["studyId"])
        await driver.press("m")
        await driver.until(
            lambda: holder["lastName"] in driver.status and "Take it over?" in driver.status
        )
        await driver.press("n")
        await driver.until(lambda: "Take it over?" not in driver.status)
        assert emulator.writes(study["studyId"]) == []


async def test_without_a_configured_person_claiming_asks_and_no_answer_writes_nothing(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator, me=None) as driver:
        await driver.press("m")
        await driver.sees("Who are you?")
        await driver.press("escape")
        await driver.until(lambda: "Who are you?" not in driver.text)
        assert emulator.counts["studies.update"] == 0


async def test_assigning_picks_a_person_by_a_part_of_the_name(emulator: EmbeddedEmulator) -> None:
    study = open_study(emulator, assignee=None)
    holder = next(each for each in emulator.users() if each["userId"] != DEMO_USER_ID)
    async with worklist(emulator) as driver:
        await driver.go_to(study["studyId"])
        await driver.press("a")
        await driver.sees("type to search")
        for character in holder["email"].split("@")[0]:
            await driver.type(character)
        await driver.until(lambda: holder["email"] in driver.text)
        await driver.press("enter")
        await driver.until(lambda: "assigned to" in driver.status)
        assert emulator.study(study["studyId"])["assignedTo"]["userId"] == holder["userId"]
        await driver.press("A")
        await driver.until(lambda: "Take this study from" in driver.status)
        await driver.press("y")
        await driver.until(lambda: "assigned to nobody" in driver.status)
        assert emulator.study(study["studyId"]).get("assignedTo") is None


async def test_cancelling_asks_with_the_name_and_uncancel_takes_it_back(
    emulator: EmbeddedEmulator,
) -> None:
    study = open_study(emulator, severity="high")
    async with worklist(emulator) as driver:
        await driver.go_to(study["studyId"])
        await driver.press("x")
        await driver.until(lambda: driver.status.startswith("Cancel"))
        assert study["studyDescription"][:20] in driver.status
        assert study["studyId"][-6:] in driver.status
        await driver.press("n")
        await driver.until(lambda: not driver.status.startswith("Cancel"))
        assert not emulator.study(study["studyId"])["isCancelled"]
        await driver.press("x")
        await driver.until(lambda: driver.status.startswith("Cancel"))
        await driver.press("y")
        await driver.until(lambda: "cancelled; X restores it" in driver.status)
        assert emulator.study(study["studyId"])["isCancelled"]
        # It stays under the cursor although the worklist holds no cancelled studies.
        assert driver.screen.table.cursor_id == study["studyId"]
        await driver.press("X")
        await driver.until(lambda: driver.status.startswith("Restore"))
        await driver.press("y")
        await driver.until(lambda: "restored" in driver.status)
        assert not emulator.study(study["studyId"])["isCancelled"]
        assert emulator.writes(study["studyId"]) == ["cancel", "uncancel"]


async def test_an_action_that_cannot_be_done_says_why(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as driver:
        await driver.press("X")
        await driver.until(lambda: "this study is not cancelled" in driver.status)


@pytest.mark.parametrize("marked", [0, 3])
async def test_read_only_refuses_every_action_that_writes_and_says_so(
    emulator: EmbeddedEmulator, marked: int
) -> None:
    async with worklist(emulator, read_only=True) as driver:
        assert "read-only" in driver.lines[0]
        await driver.press(*["space"] * marked)
        writing = [each for each in ACTIONS if each.writes]
        assert {"create", "metadata", "cancel", "claim", "severity"} <= {
            each.id for each in writing
        }
        for place in (Place.TABLE, Place.DETAIL):
            if place is Place.DETAIL:
                await driver.press("escape", "enter")
                await driver.until(lambda: driver.screen.focused is driver.screen.detail)
            for action in writing:
                if action.place not in {place, Place.WORKLIST}:
                    continue
                for key in action.keys.split(","):
                    await driver.press(key)
                    await driver.until(
                        lambda action=action: (  # type: ignore[misc]
                            driver.status == f"{action.label}: read-only: nothing is written"
                        ),
                        f"{action.id} in {place}",
                    )
                    await driver.press("f12")
        written = ("create", "update", "cancel", "uncancel")
        assert not any(emulator.counts[f"studies.{each}"] for each in written)


async def test_the_detail_edits_a_draft_and_saves_it_whole(emulator: EmbeddedEmulator) -> None:
    study = open_study(emulator, severity="normal")
    async with worklist(emulator) as driver:
        await driver.go_to(study["studyId"])
        await driver.press("enter")
        await driver.until(lambda: "edit" in driver.status and "back" in driver.status)
        assert f"▌{study['studyDescription'][:20]}" in driver.text
        await driver.press("j", "enter")
        await driver.until(lambda: "Severity?" in driver.status)
        await driver.press("s")
        await driver.until(lambda: driver.screen.detail.changed_fields == 1)
        await driver.until(lambda: "w save" in driver.status)
        await driver.press("j", "j", "enter")
        await driver.until(lambda: driver.screen.detail.changed_fields == 2)
        await driver.press("k", "k", "k", "enter")
        await driver.until(lambda: driver.lines[-1].startswith(" description"))
        await driver.type(" addendum")
        await driver.press("enter")
        await driver.until(lambda: driver.screen.detail.changed_fields == 3)
        await driver.press("plus")
        await driver.until(lambda: "metadata key" in driver.lines[-1])
        await driver.type("note")
        await driver.press("enter")
        await driver.until(lambda: driver.lines[-1].startswith(" note"))
        await driver.type("seen")
        await driver.press("enter")
        await driver.until(lambda: driver.screen.detail.changed_fields == 4)
        assert emulator.writes(study["studyId"]) == []
        await driver.press("w")
        await driver.until(lambda: "saved" in driver.status)
        saved = emulator.study(study["studyId"])
        assert saved["severity"] == "stat"
        assert saved["studyViewerStatus"] == "complete"
        assert saved["studyDescription"] == study["studyDescription"] + " addendum"
        assert saved["metadata"] == {**study["metadata"], "note": "seen"}
        assert emulator.writes(study["studyId"]) == ["update"]
        assert not driver.screen.detail.is_dirty


async def test_leaving_a_draft_asks_and_staying_keeps_it(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as driver:
        await driver.draft_status()
        await driver.press("escape")
        await driver.until(lambda: "not saved" in driver.status)
        await driver.press("escape")
        await driver.until(lambda: "not saved" not in driver.status)
        assert driver.screen.detail.is_dirty
        await driver.press("escape")
        await driver.until(lambda: "not saved" in driver.status)
        await driver.press("y")
        await driver.until(lambda: not driver.screen.detail.is_dirty)
        assert emulator.counts["studies.update"] == 0


async def test_a_conflict_is_shown_and_theirs_stays_until_the_person_chooses(
    emulator: EmbeddedEmulator,
) -> None:
    study = open_study(emulator, severity="normal")
    async with worklist(emulator) as driver:
        await driver.go_to(study["studyId"])
        await driver.press("enter", "j", "enter")
        await driver.until(lambda: "Severity?" in driver.status)
        await driver.press("s")
        await driver.until(lambda: driver.screen.detail.is_dirty)
        emulator.change(study["studyId"], severity="high")
        await driver.press("w")
        await driver.until(lambda: "on the server now" in driver.text and "yours" in driver.text)
        assert emulator.study(study["studyId"])["severity"] == "high"
        await driver.press("m", "enter")
        await driver.until(lambda: "saved" in driver.status)
        assert emulator.study(study["studyId"])["severity"] == "stat"


async def test_an_edit_elsewhere_is_kept_when_another_field_is_saved(
    emulator: EmbeddedEmulator,
) -> None:
    study = open_study(emulator, severity="normal")
    async with worklist(emulator) as driver:
        await driver.go_to(study["studyId"])
        emulator.change(study["studyId"], studyDescription="changed by somebody else")
        await driver.press("v")
        await driver.until(lambda: "completed" in driver.status)
        saved = emulator.study(study["studyId"])
        assert saved["studyDescription"] == "changed by somebody else"
        assert saved["studyViewerStatus"] == "complete"


async def test_studies_of_others_arrive_without_moving_the_cursor(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as driver:
        cursor = driver.screen.table.cursor_id
        row = driver.screen.table.cursor_row
        study = emulator.create(
            severity="stat",
            studyDescription="CT Angiography Head, arrived just now",
            studyInstanceUid="1.2.826.0.1.3680043.8.498.1",
        )
        # An older one sorts above the cursor.
        older = open_study(emulator, severity="normal")
        emulator.change(older["studyId"], severity="stat")
        await driver.press("r")
        await driver.until(lambda: study["studyId"] in driver.ids)
        await driver.until(lambda: driver.screen.table.cursor_row != row)
        assert driver.screen.table.cursor_id == cursor


async def test_a_study_read_by_somebody_else_leaves_the_open_worklist(
    emulator: EmbeddedEmulator,
) -> None:
    study = open_study(emulator, severity="high")
    async with worklist(emulator) as driver:
        emulator.change(study["studyId"], studyViewerStatus="complete")
        await driver.press("r")
        await driver.until(lambda: study["studyId"] not in driver.ids)


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (120, 36), (200, 50)])
async def test_every_size_shows_rows_detail_and_keys(
    emulator: EmbeddedEmulator, size: tuple[int, int]
) -> None:
    async with worklist(emulator, size=size) as driver:
        assert sum("STAT" in text or "RTN" in text for text in driver.lines) >= 3
        if size[1] < 20:
            await driver.press("enter")
        await driver.until(lambda: "overdue by" in driver.text or "due in" in driver.text)
        assert any(each in driver.text for each in ("study id", "more lines", "fields"))
        assert "? all keys" in driver.lines[-1]
        assert all(len(text) <= size[0] for text in driver.lines)


async def test_a_terminal_too_small_says_so_and_takes_no_action(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator, size=(40, 10), wait=False) as driver:
        await driver.sees("Too small")
        assert "60x15" in driver.text
        await driver.press("x", "y", "m")
        await driver.pilot.pause()
        assert emulator.counts["studies.cancel"] == emulator.counts["studies.update"] == 0


async def test_help_shows_every_key_and_why_some_do_nothing_now(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator, size=(120, 50)) as driver:
        await driver.press("question_mark")
        await driver.sees("type to search")
        assert "Open in the Avara Viewer" in driver.text
        assert "this study is not cancelled" in driver.text
        await driver.press("escape")
        await driver.until(lambda: "type to search" not in driver.text)
        await driver.press("j")
        await driver.until(lambda: driver.screen.table.cursor_row == 1)


async def test_a_wrong_key_is_told_and_is_no_all_clear(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator, key="sk_live_" + "0" * 32, wait=False) as driver:
        await driver.sees("does not accept the API key")
        assert "Do not rely on this" in driver.text
        assert "auth login" in driver.text


async def test_a_server_that_goes_away_leaves_the_rows_and_says_offline() -> None:
    with EmbeddedEmulator(studies=40, seed=3) as emulator:
        async with worklist(emulator) as driver:
            rows = driver.ids
            emulator.__exit__(None, None, None)
            await driver.press("r")
            await driver.until(lambda: "STALE" in driver.lines[0] or "OFFLINE" in driver.lines[0])
            assert driver.ids == rows
        emulator.__enter__()


async def test_an_empty_worklist_says_that_it_was_looked_at(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator, filter_text="nothing-is-called-this") as driver:
        await driver.sees("matches the filter")
        assert "All 120 studies read" in driver.text


async def quit_by(driver: Driver, key: str) -> None:
    await driver.press(key)
    await driver.until(lambda: driver.app.return_code == 0 or not driver.app.is_running)


async def test_q_quits(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as driver:
        # The person at the keys has open studies, and a second q leaves them.
        await driver.press("q")
        await driver.until(lambda: driver.says("are yours"))
        await quit_by(driver, "q")


async def test_without_a_key_the_screen_says_what_to_do_and_tries_again_on_request(
    emulator: EmbeddedEmulator,
) -> None:
    answers: list[Connection | ConnectionProblem] = [
        ConnectionProblem(
            "There is no API key.", remedy="Run avara-tui auth login.", kind=ProblemKind.NO_KEY
        ),
        connection_to(emulator),
    ]

    def connect() -> Connection:
        answer = answers.pop(0)
        if isinstance(answer, ConnectionProblem):
            raise answer
        return answer

    app = WorklistApp(RunOptions(connect=connect, profile="test"))
    async with driving(app, size=(100, 30)) as driver:
        await driver.sees("There is no API key.")
        assert "Run avara-tui auth login." in driver.text
        assert "avara-tui --demo" in driver.text
        assert "not connected" in driver.lines[0]
        await driver.press("r")
        await driver.sees("120 read, complete")


async def test_a_server_out_of_reach_is_named(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator, base_url="http://127.0.0.1:9", wait=False) as driver:
        await driver.sees("out of reach")
        assert "http://127.0.0.1:9" in driver.text
        assert "Do not rely on this" in driver.text


async def test_the_load_limit_cuts_off_what_is_read_already_and_says_so() -> None:
    with EmbeddedEmulator(studies=600, seed=2) as emulator:
        waiting = [each["studyId"] for each in open_studies(emulator)]
        config = Config().with_values(load_limit=len(waiting) + 50)
        async with worklist(emulator, config=config, wait=False) as driver:
            await driver.sees("cut off")
            assert "read, complete" not in driver.lines[0]
            assert set(waiting) <= set(driver.ids)
            await driver.until(lambda: "cut off" in driver.lines[0])


async def test_a_list_that_leaves_studies_out_is_not_called_complete_at_any_width() -> None:
    (behaviour,) = [each for each in BEHAVIOURS if each.name == "random per page, by keyset"]
    with listing(behaviour) as emulator:
        async with worklist(emulator, size=(80, 24), wait=False) as driver:
            await driver.until(lambda: "may be missing" in driver.lines[0], "told", 60.0)
            assert re.search(r"\d\+", driver.lines[1]), "the counts of worklists say so as well"
            assert "some may be missing" in driver.lines[0]
            assert "complete" not in driver.lines[0]
            assert "new" not in driver.lines[0], "what was read last was not there before"


async def test_what_came_or_changed_is_marked_until_the_cursor_was_there(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as driver:
        held = driver.screen.table.cursor_id
        changed = open_study(emulator, severity="high")["studyId"]
        new = emulator.create(
            severity="stat", studyDescription="CT Newest", studyInstanceUid="1.2.3.4"
        )["studyId"]
        emulator.change(changed, studyDescription="MR Rewritten")
        await driver.press("r")
        await driver.until(lambda: "+1 new ~1 changed" in driver.lines[0])
        assert driver.screen.table.cursor_id == held
        assert "+ ▲ STAT" in driver.text
        assert "~ ● HIGH" in driver.text
        await driver.go_to(changed)
        await driver.until(lambda: "~" not in driver.text)
        await driver.go_to(new)
        await driver.until(lambda: "new" not in driver.lines[0])
        assert "+ ▲ STAT" not in driver.text


async def test_ones_own_edit_is_no_news(emulator: EmbeddedEmulator) -> None:
    study = open_study(emulator, severity="normal")
    async with worklist(emulator) as driver:
        await driver.go_to(study["studyId"])
        await driver.set_severity("h")
        await driver.until(lambda: "now ● HIGH" in driver.status)
        walked = [lane.completed_at for lane in driver.session.lanes]
        await driver.press("r")
        await driver.until(
            lambda: all(
                lane.completed_at != before and not lane.walking
                for lane, before in zip(driver.session.lanes, walked, strict=True)
            )
        )
        assert "changed" not in driver.lines[0]


async def test_a_study_that_leaves_the_worklist_just_chosen_stays_under_the_cursor(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as driver:
        await driver.press("1")
        held = driver.screen.table.cursor_id
        assert held is not None
        await driver.set_severity("r")
        await driver.until(lambda: "now RTN" in driver.status)
        assert emulator.writes(held) == ["update"]
        assert driver.screen.table.cursor_id == held
        assert held in driver.ids
