"""Claiming, undo, conflicts and drafts on the screen: nothing is lost, and everything is said."""

from textual import events

from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.triage.aside import ASIDE_FOR
from studies import add_study
from tui.driver import Driver, worklist

EMULATED_STUDIES = 12

ZEBRA = "Zebra head"


def zebra(emulator: EmbeddedEmulator, **fields: object) -> str:
    """Add a routine study that no other is like; return its id."""
    return add_study(emulator, ZEBRA, **{"severity": "normal", **fields})


def another(emulator: EmbeddedEmulator, index: int = 0) -> dict[str, str]:
    others = [each for each in emulator.users() if each["userId"] != DEMO_USER_ID]
    person: dict[str, str] = others[index]
    return person


async def edit_description(driver: Driver, more: str) -> None:
    await driver.press("d")
    await driver.until(lambda: driver.lines[-1].startswith(" description"))
    await driver.type(more)
    await driver.press("enter")


async def draft_severity(driver: Driver, key: str) -> None:
    """Go into the detail and put a severity into the draft."""
    await driver.press("enter", "j", "enter")
    await driver.until(lambda: "Severity?" in driver.status)
    await driver.press(key)
    await driver.until(lambda: driver.screen.detail.is_dirty)


# Claiming and next.


async def test_next_claims_the_most_urgent_free_study_and_opens_it(
    emulator: EmbeddedEmulator,
) -> None:
    taken = zebra(emulator, severity="stat", assignedTo=another(emulator)["userId"])
    wanted = zebra(emulator, severity="stat")
    zebra(emulator, severity="high")
    async with worklist(emulator, filter_text="zebra") as driver:
        await driver.press("n")
        await driver.until(lambda: emulator.counts["studies.reroute-url"] == 1)
        await driver.sees("is yours")
        await driver.sees("open in the Avara Viewer")
        assert emulator.study(wanted)["assignedTo"]["userId"] == DEMO_USER_ID
        assert driver.screen.table.cursor_id == wanted
        assert emulator.writes(taken) == []


async def test_what_is_put_aside_is_not_next_until_it_is_back(emulator: EmbeddedEmulator) -> None:
    assert ASIDE_FOR == 15 * 60
    first = zebra(emulator, severity="stat")
    second = zebra(emulator)
    async with worklist(emulator, filter_text="zebra") as driver:
        await driver.go_to(first)
        await driver.press("b")
        await driver.until(lambda: "put aside for 15 min" in driver.status)
        assert "▌» ▲ STAT" in driver.text
        await driver.press("n")
        await driver.sees("is yours")
        assert emulator.study(second)["assignedTo"]["userId"] == DEMO_USER_ID
        await driver.press("escape")
        await driver.go_to(first)
        await driver.press("b")
        await driver.until(lambda: "is back" in driver.status)
        assert "»" not in driver.text
        await driver.press("n")
        await driver.until(lambda: emulator.writes(first) == ["update"])


async def test_the_filter_knows_what_is_aside(emulator: EmbeddedEmulator) -> None:
    study_id = zebra(emulator)
    async with worklist(emulator) as driver:
        await driver.go_to(study_id)
        await driver.press("b")
        await driver.type_filter("is:aside")
        await driver.press("enter")
        await driver.until(lambda: driver.ids == [study_id])


async def test_a_lost_claim_is_told_and_stays_until_it_is_seen(emulator: EmbeddedEmulator) -> None:
    study_id = zebra(emulator)
    holder = another(emulator)
    async with worklist(emulator, filter_text="zebra") as driver:
        await driver.go_to(study_id)
        await driver.press("m")
        await driver.until(lambda: "claimed" in driver.status)
        emulator.change(study_id, assignedTo=holder["userId"])
        await driver.press("r")
        await driver.until(lambda: "not yours any more" in driver.status)
        assert holder["lastName"] in driver.status
        await driver.press("j", "k")
        await driver.until(lambda: "not yours any more" in driver.status)
        await driver.press("escape")
        await driver.until(lambda: "not yours any more" not in driver.text)
        assert driver.screen.table.cursor_id == study_id
        await driver.press("H")
        await driver.sees("Done in this session")
        await driver.sees("not yours any more")


# Undo and history.


async def test_the_history_shows_each_action_with_its_outcome_and_undoes_from_there(
    emulator: EmbeddedEmulator,
) -> None:
    study_id = zebra(emulator)
    async with worklist(emulator, filter_text="zebra") as driver:
        await driver.go_to(study_id)
        await driver.press("H")
        await driver.sees("Nothing has been changed")
        await driver.press("escape")
        await driver.press("v")
        await driver.until(lambda: "completed" in driver.status)
        emulator.arm("status-403", 3, "studies.update")
        assert driver.screen.table.cursor_id == study_id
        await driver.set_severity("s")
        await driver.until(lambda: "not saved" in driver.status)
        emulator.disarm()
        await driver.press("H")
        await driver.sees("Done in this session")
        rows = [line for line in driver.lines if ZEBRA in line]
        assert "severity" in rows[0]
        assert "failed" in rows[0]
        assert "RTN → ▲ STAT" in rows[0]
        assert "complete" in rows[1]
        assert "done" in rows[1]
        await driver.press("j", "z")
        await driver.until(lambda: emulator.study(study_id)["studyViewerStatus"] == "incomplete")
        await driver.sees("undone")
        await driver.press("escape")
        await driver.until(lambda: "Done in this session" not in driver.text)


# Conflicts.


async def test_a_conflict_shows_both_sides_with_the_time_and_theirs_is_the_default(
    emulator: EmbeddedEmulator,
) -> None:
    study_id = zebra(emulator, metadata={"room": "B12"})
    async with worklist(emulator, filter_text="zebra") as driver:
        await driver.go_to(study_id)
        await draft_severity(driver, "s")
        await driver.press("k", "enter")
        await driver.until(lambda: driver.lines[-1].startswith(" description"))
        await driver.type(" mine")
        await driver.press("enter")
        await driver.until(lambda: driver.screen.detail.changed_fields == 2)
        emulator.change(study_id, severity="high", studyDescription="Zebra theirs")
        await driver.press("w")
        await driver.sees("Changed by somebody else while you typed")
        for text in (
            "on the server now",
            "yours",
            "● HIGH",
            "▲ STAT",
            "“Zebra theirs”",
            "“Zebra head mine”",
        ):
            assert text in driver.text
        assert "before: RTN" in driver.text
        assert "the server does not say by whom" in driver.text
        await driver.press("j", "m", "enter")
        await driver.until(lambda: "saved" in driver.status)
        saved = emulator.study(study_id)
        assert (saved["severity"], saved["studyDescription"]) == ("high", "Zebra head mine")
        assert not driver.drafts


async def test_leaving_a_conflict_writes_nothing_and_keeps_the_draft(
    emulator: EmbeddedEmulator,
) -> None:
    study_id = zebra(emulator)
    async with worklist(emulator, filter_text="zebra") as driver:
        await driver.go_to(study_id)
        emulator.change(study_id, studyDescription="Zebra theirs")
        await edit_description(driver, " mine")
        await driver.sees("Changed by somebody else while you typed")
        await driver.press("escape")
        await driver.until(lambda: "kept as a draft" in driver.status)
        assert emulator.writes(study_id) == []
        await driver.until(lambda: "Zebra head mine" in driver.text)
        assert "now “Zebra theirs” on" in driver.text
        assert driver.drafts.ids == {study_id}


async def test_nobody_who_has_gone_on_is_asked_about_a_conflict(
    emulator: EmbeddedEmulator,
) -> None:
    study_id, other = zebra(emulator, severity="stat"), zebra(emulator)
    async with worklist(emulator, filter_text="zebra") as driver:
        await driver.go_to(study_id)
        emulator.change(study_id, severity="high")
        emulator.arm("drip-body", 1, "studies.retrieve")
        await driver.press("s")
        await driver.until(lambda: "Severity of" in driver.status)
        await driver.press("r", "j")
        await driver.until(lambda: driver.screen.table.cursor_id == other)
        await driver.until(lambda: "not saved" in driver.status)
        assert "Changed by somebody else while you typed" not in driver.text
        assert driver.drafts.ids == {study_id}
        assert emulator.writes(study_id) == []


# Drafts.


async def test_what_was_typed_survives_a_failed_save(emulator: EmbeddedEmulator) -> None:
    study_id = zebra(emulator)
    async with worklist(emulator, filter_text="zebra") as driver:
        await driver.go_to(study_id)
        emulator.arm("status-500", 10, "studies.update")
        await edit_description(driver, " typed")
        await driver.until(lambda: "saved" in driver.status)
        await driver.sees("* Zebra head typed")
        emulator.disarm()
        await driver.press("escape", "enter")
        await driver.until(lambda: driver.screen.focused is driver.screen.detail)
        await driver.press("w")
        await driver.until(
            lambda: emulator.study(study_id)["studyDescription"] == "Zebra head typed"
        )
        await driver.until(lambda: not driver.drafts)


async def test_a_draft_survives_the_loss_of_the_server(emulator: EmbeddedEmulator) -> None:
    study_id = zebra(emulator)
    async with worklist(emulator, filter_text="zebra") as driver:
        await driver.go_to(study_id)
        await draft_severity(driver, "s")
        with emulator.refusing_connections():
            await driver.press("w")
            await driver.until(lambda: "not saved" in driver.status)
            assert driver.drafts.ids == {study_id}
            assert "▲ STAT" in driver.text
        driver.controller.session.client.resume()  # type: ignore[union-attr]
        await driver.press("w")
        await driver.until(lambda: emulator.study(study_id)["severity"] == "stat")
        await driver.until(lambda: not driver.drafts)


async def test_a_draft_moves_along_where_it_was_not_touched_and_shows_a_conflict(
    emulator: EmbeddedEmulator,
) -> None:
    study_id = zebra(emulator)
    async with worklist(emulator, filter_text="zebra") as driver:
        await driver.go_to(study_id)
        await draft_severity(driver, "s")
        emulator.change(study_id, severity="high", studyViewerStatus="complete")
        await driver.press("r")
        await driver.until(lambda: "changed meanwhile; was" in driver.text)
        assert "now ● HIGH on the" in driver.text
        assert "* ▲ STAT  saved: ● HIGH" in driver.text
        assert driver.screen.detail.changed_fields == 1


async def test_a_draft_kept_for_later_is_there_when_one_comes_back(
    emulator: EmbeddedEmulator,
) -> None:
    first, second = zebra(emulator, severity="stat"), zebra(emulator)
    async with worklist(emulator, filter_text="zebra") as driver:
        await driver.go_to(first)
        await draft_severity(driver, "h")
        await driver.until(lambda: "▌✎ ▲ STAT" in driver.text)
        await driver.press("escape")
        await driver.until(lambda: "not saved." in driver.status)
        await driver.press("k")
        await driver.until(lambda: driver.screen.focused is driver.screen.table)
        await driver.go_to(second)
        assert "✎ ▲ STAT" in driver.text
        await driver.go_to(first)
        assert "* ● HIGH  saved: ▲ STAT" in driver.text
        await driver.press("q")
        await driver.until(lambda: "Leave without them?" in driver.status)
        await driver.press("escape")
        await driver.until(lambda: "Leave without" not in driver.status)
        assert driver.app.is_running
        assert emulator.writes(first) == []


async def test_a_changed_text_takes_two_escapes_to_throw_away(emulator: EmbeddedEmulator) -> None:
    study_id = zebra(emulator)
    async with worklist(emulator, filter_text="zebra") as driver:
        await driver.go_to(study_id)
        await driver.press("d")
        await driver.until(lambda: driver.lines[-1].startswith(" description"))
        await driver.type(" typed")
        await driver.press("escape")
        await driver.sees("esc again discards")
        await driver.type(" on")
        await driver.until(lambda: "esc again" not in driver.text)
        assert "Zebra head typed on" in driver.lines[-1]
        await driver.press("escape")
        await driver.sees("esc again discards")
        await driver.press("escape")
        await driver.until(lambda: not driver.lines[-1].startswith(" description"))
        assert emulator.writes(study_id) == []


async def test_a_metadata_pair_is_renamed_and_its_value_stays(emulator: EmbeddedEmulator) -> None:
    study_id = zebra(emulator, metadata={"rom": "B12", "modality": "CT"})
    async with worklist(emulator, filter_text="zebra") as driver:
        await driver.go_to(study_id)
        await driver.press("enter", *["j"] * 5)
        await driver.until(lambda: "▌rom" in driver.text)
        await driver.press("R")
        await driver.until(lambda: driver.lines[-1].startswith(" rom: new key"))
        assert "3/100" in driver.lines[-1]
        await driver.press("ctrl+u")
        await driver.type("modality")
        await driver.press("enter")
        await driver.sees("there is a pair with this key")
        await driver.press("ctrl+u")
        await driver.type("room")
        await driver.press("enter")
        await driver.until(lambda: driver.screen.detail.changed_fields == 2)
        await driver.press("w")
        await driver.until(lambda: "saved" in driver.status)
        assert emulator.study(study_id)["metadata"] == {"room": "B12", "modality": "CT"}
        assert emulator.writes(study_id) == ["update"]


async def test_a_deleted_pair_can_be_put_back(emulator: EmbeddedEmulator) -> None:
    study_id = zebra(emulator, metadata={"room": "B12"})
    async with worklist(emulator, filter_text="zebra") as driver:
        await driver.go_to(study_id)
        await driver.press("enter", *["j"] * 4)
        await driver.press("delete")
        await driver.until(lambda: "deleted" in driver.text)
        await driver.press("delete")
        await driver.until(lambda: not driver.screen.detail.is_dirty)
        assert "B12" in driver.text


# Optimistic, then confirmed.


async def test_a_change_shows_at_once_and_looks_unconfirmed_until_it_is(
    emulator: EmbeddedEmulator,
) -> None:
    study_id = zebra(emulator)
    async with worklist(emulator, filter_text="zebra") as driver:
        await driver.go_to(study_id)
        emulator.arm("drip-body", 1, "studies.retrieve")
        await driver.set_severity("h")
        await driver.until(lambda: "▌… ● HIGH" in driver.text)
        await driver.until(lambda: driver.text.count("… ● HIGH") == 2)
        assert emulator.study(study_id)["severity"] == "normal"
        await driver.until(lambda: "now ● HIGH" in driver.status)
        assert "▌… ● HIGH" not in driver.text
        assert emulator.study(study_id)["severity"] == "high"


async def test_a_change_that_fails_shows_the_old_value_again(emulator: EmbeddedEmulator) -> None:
    study_id = zebra(emulator)
    async with worklist(emulator, filter_text="zebra") as driver:
        await driver.go_to(study_id)
        emulator.arm("status-403", 3, "studies.update")
        await driver.press("x")
        await driver.until(lambda: driver.status.startswith("Cancel"))
        await driver.press("n")
        await driver.set_severity("s")
        await driver.until(lambda: "not saved" in driver.status)
        assert "▌    RTN" in driver.text
        await driver.press("j", "k")
        assert "not saved" in driver.status


async def test_leaving_while_something_is_being_saved_asks(emulator: EmbeddedEmulator) -> None:
    study_id = zebra(emulator)
    async with worklist(emulator, filter_text="zebra") as driver:
        await driver.go_to(study_id)
        emulator.arm("stall-before-answer", 1, "studies.retrieve")
        await driver.press("v")
        await driver.until(lambda: "▌…" in driver.text)
        await driver.press("q")
        await driver.until(lambda: "not saved yet" in driver.status)
        await driver.press("n")
        assert driver.app.is_running


async def test_keys_that_edit_a_text_act_in_the_order_in_which_they_were_typed(
    emulator: EmbeddedEmulator,
) -> None:
    zebra(emulator)
    async with worklist(emulator, filter_text="zebra") as driver:
        await driver.press("d")
        await driver.until(lambda: driver.lines[-1].startswith(" description"))
        # As one packet of a slow line brings them, without a rest in between.
        for key in ("ctrl+u", *"teh", "backspace", "backspace", *"he ct", "home", *"no "):
            character = key if len(key) == 1 else None
            driver.app.post_message(events.Key("space" if key == " " else key, character))
        await driver.until(lambda: "no the ct" in driver.lines[-1])


async def test_an_alert_shows_no_name_once_names_are_hidden(emulator: EmbeddedEmulator) -> None:
    study_id = zebra(emulator)
    async with worklist(emulator, filter_text="zebra") as driver:
        await driver.go_to(study_id)
        emulator.arm("status-403", 3, "studies.update")
        await driver.press("v")
        await driver.until(lambda: "not saved" in driver.status)
        assert "Zebra" in driver.status
        driver.screen.row_context.hide_texts(masked=True)
        driver.screen.show_keys()
        await driver.until(lambda: "one of your edits needs a look" in driver.status)
        assert "Zebra" not in driver.status


async def test_the_limits_of_metadata_are_shown_while_typing(emulator: EmbeddedEmulator) -> None:
    pairs = {f"key{number:02}": "x" for number in range(49)}
    study_id = zebra(emulator, metadata=pairs)
    async with worklist(emulator, filter_text="zebra") as driver:
        await driver.go_to(study_id)
        await driver.press("enter", "plus")
        await driver.until(lambda: driver.lines[-1].startswith(" metadata key"))
        await driver.type("note")
        await driver.until(lambda: "4/100" in driver.lines[-1])
        assert "pair 50 of 50" in driver.lines[-1]
        await driver.press("enter")
        await driver.until(lambda: driver.lines[-1].startswith(" note"))
        await driver.type("ab")
        await driver.until(lambda: "2/1000" in driver.lines[-1])
        await driver.press("enter", "plus")
        await driver.until(lambda: "at most 50 metadata pairs" in driver.status)
