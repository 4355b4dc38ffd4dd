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


async def edit_description(desk: Driver, more: str) -> None:
    await desk.press("d")
    await desk.until(lambda: desk.lines[-1].startswith(" description"))
    await desk.type(more)
    await desk.press("enter")


async def draft_severity(desk: Driver, key: str) -> None:
    """Go into the detail and put a severity into the draft."""
    await desk.press("enter", "enter")
    await desk.until(lambda: "Severity?" in desk.status)
    await desk.press(key)
    await desk.until(lambda: desk.screen.detail.is_dirty)


# Claiming and next.


async def test_next_claims_the_most_urgent_free_study_and_opens_it(
    emulator: EmbeddedEmulator,
) -> None:
    taken = zebra(emulator, severity="stat", assignedTo=another(emulator)["userId"])
    wanted = zebra(emulator, severity="stat")
    zebra(emulator, severity="high")
    async with worklist(emulator, filter_text="zebra") as desk:
        await desk.press("n")
        await desk.until(lambda: emulator.counts["studies.reroute-url"] == 1)
        await desk.sees("is yours")
        await desk.sees("open in the Avara Viewer")
        assert emulator.study(wanted)["assignedTo"]["userId"] == DEMO_USER_ID
        assert desk.screen.table.cursor_id == wanted
        assert emulator.writes(taken) == []


async def test_what_is_put_aside_is_not_next_until_it_is_back(emulator: EmbeddedEmulator) -> None:
    assert ASIDE_FOR == 15 * 60
    first = zebra(emulator, severity="stat")
    second = zebra(emulator)
    async with worklist(emulator, filter_text="zebra") as desk:
        await desk.go_to(first)
        await desk.press("b")
        await desk.until(lambda: "put aside for 15 min" in desk.status)
        assert "▌» ▲ STAT" in desk.text
        await desk.press("n")
        await desk.sees("is yours")
        assert emulator.study(second)["assignedTo"]["userId"] == DEMO_USER_ID
        await desk.press("escape")
        await desk.go_to(first)
        await desk.press("b")
        await desk.until(lambda: "is back" in desk.status)
        assert "»" not in desk.text
        await desk.press("n")
        await desk.until(lambda: emulator.writes(first) == ["update"])


async def test_the_filter_knows_what_is_aside(emulator: EmbeddedEmulator) -> None:
    study_id = zebra(emulator)
    async with worklist(emulator) as desk:
        await desk.go_to(study_id)
        await desk.press("b")
        await desk.type_filter("is:aside")
        await desk.press("enter")
        await desk.until(lambda: desk.ids == [study_id])


async def test_a_lost_claim_is_told_and_stays_until_it_is_seen(emulator: EmbeddedEmulator) -> None:
    study_id = zebra(emulator)
    holder = another(emulator)
    async with worklist(emulator, filter_text="zebra") as desk:
        await desk.go_to(study_id)
        await desk.press("m")
        await desk.until(lambda: "claimed" in desk.status)
        emulator.change(study_id, assignedTo=holder["userId"])
        await desk.press("r")
        await desk.until(lambda: "not yours any more" in desk.status)
        assert holder["lastName"] in desk.status
        await desk.press("j", "k")
        await desk.until(lambda: "not yours any more" in desk.status)
        await desk.press("escape")
        await desk.until(lambda: "not yours any more" not in desk.text)
        assert desk.screen.table.cursor_id == study_id
        await desk.press("H")
        await desk.sees("Done in this session")
        await desk.sees("not yours any more")


# Undo and history.


async def test_the_history_shows_each_action_with_its_outcome_and_undoes_from_there(
    emulator: EmbeddedEmulator,
) -> None:
    study_id = zebra(emulator)
    async with worklist(emulator, filter_text="zebra") as desk:
        await desk.go_to(study_id)
        await desk.press("H")
        await desk.sees("Nothing has been changed")
        await desk.press("escape")
        await desk.press("v")
        await desk.until(lambda: "now complete" in desk.status)
        emulator.arm("status-403", 3, "studies.update")
        await desk.set_severity("s")
        await desk.until(lambda: "not saved" in desk.status)
        emulator.disarm()
        await desk.press("H")
        await desk.sees("Done in this session")
        rows = [line for line in desk.lines if ZEBRA in line]
        assert "severity" in rows[0]
        assert "failed" in rows[0]
        assert "RTN → ▲ STAT" in rows[0]
        assert "complete" in rows[1]
        assert "done" in rows[1]
        await desk.press("j", "z")
        await desk.until(lambda: emulator.study(study_id)["studyViewerStatus"] == "incomplete")
        await desk.sees("undone")
        await desk.press("escape")
        await desk.until(lambda: "Done in this session" not in desk.text)


# Conflicts.


async def test_a_conflict_shows_both_sides_with_the_time_and_theirs_is_the_default(
    emulator: EmbeddedEmulator,
) -> None:
    study_id = zebra(emulator, metadata={"room": "B12"})
    async with worklist(emulator, filter_text="zebra") as desk:
        await desk.go_to(study_id)
        await draft_severity(desk, "s")
        await desk.press("j", "j", "j", "enter")
        await desk.until(lambda: desk.lines[-1].startswith(" description"))
        await desk.type(" mine")
        await desk.press("enter")
        await desk.until(lambda: desk.screen.detail.changed_fields == 2)
        emulator.change(study_id, severity="high", studyDescription="Zebra theirs")
        await desk.press("w")
        await desk.sees("Somebody else was quicker")
        for text in ("THEIRS", "MINE", "● HIGH", "▲ STAT", "“Zebra theirs”", "“Zebra head mine”"):
            assert text in desk.text
        assert "before: RTN" in desk.text
        assert "the server does not say by whom" in desk.text
        await desk.press("j", "m", "enter")
        await desk.until(lambda: "saved" in desk.status)
        saved = emulator.study(study_id)
        assert (saved["severity"], saved["studyDescription"]) == ("high", "Zebra head mine")
        assert not desk.screen.drafts


async def test_leaving_a_conflict_writes_nothing_and_keeps_the_draft(
    emulator: EmbeddedEmulator,
) -> None:
    study_id = zebra(emulator)
    async with worklist(emulator, filter_text="zebra") as desk:
        await desk.go_to(study_id)
        emulator.change(study_id, studyDescription="Zebra theirs")
        await edit_description(desk, " mine")
        await desk.sees("Somebody else was quicker")
        await desk.press("escape")
        await desk.until(lambda: "kept as a draft" in desk.status)
        assert emulator.writes(study_id) == []
        await desk.until(lambda: "Zebra head mine" in desk.text)
        assert "now “Zebra theirs” on" in desk.text
        assert desk.screen.drafts.ids == {study_id}


async def test_nobody_who_has_gone_on_is_asked_about_a_conflict(
    emulator: EmbeddedEmulator,
) -> None:
    study_id, other = zebra(emulator, severity="stat"), zebra(emulator)
    async with worklist(emulator, filter_text="zebra") as desk:
        await desk.go_to(study_id)
        emulator.change(study_id, severity="high")
        emulator.arm("drip-body", 1, "studies.retrieve")
        await desk.press("s")
        await desk.until(lambda: "Severity of" in desk.status)
        await desk.press("r", "j")
        await desk.until(lambda: desk.screen.table.cursor_id == other)
        await desk.until(lambda: "not saved" in desk.status)
        assert "Somebody else was quicker" not in desk.text
        assert desk.screen.drafts.ids == {study_id}
        assert emulator.writes(study_id) == []


# Drafts.


async def test_what_was_typed_survives_a_failed_save(emulator: EmbeddedEmulator) -> None:
    study_id = zebra(emulator)
    async with worklist(emulator, filter_text="zebra") as desk:
        await desk.go_to(study_id)
        emulator.arm("status-500", 10, "studies.update")
        await edit_description(desk, " typed")
        await desk.until(lambda: "saved" in desk.status)
        await desk.until(lambda: "*description" in desk.text)
        await desk.sees("Zebra head typed")
        emulator.disarm()
        await desk.press("escape", "enter")
        await desk.until(lambda: desk.screen.focused is desk.screen.detail)
        await desk.press("w")
        await desk.until(lambda: emulator.study(study_id)["studyDescription"] == "Zebra head typed")
        await desk.until(lambda: not desk.screen.drafts)


async def test_a_draft_survives_the_loss_of_the_server(emulator: EmbeddedEmulator) -> None:
    study_id = zebra(emulator)
    async with worklist(emulator, filter_text="zebra") as desk:
        await desk.go_to(study_id)
        await draft_severity(desk, "s")
        with emulator.refusing_connections():
            await desk.press("w")
            await desk.until(lambda: "not saved" in desk.status)
            assert desk.screen.drafts.ids == {study_id}
            assert "▲ STAT" in desk.text
        desk.controller.session.client.resume()  # type: ignore[union-attr]
        await desk.press("w")
        await desk.until(lambda: emulator.study(study_id)["severity"] == "stat")
        await desk.until(lambda: not desk.screen.drafts)


async def test_a_draft_moves_along_where_it_was_not_touched_and_shows_a_conflict(
    emulator: EmbeddedEmulator,
) -> None:
    study_id = zebra(emulator)
    async with worklist(emulator, filter_text="zebra") as desk:
        await desk.go_to(study_id)
        await draft_severity(desk, "s")
        emulator.change(study_id, severity="high", studyViewerStatus="complete")
        await desk.press("r")
        await desk.until(lambda: "changed meanwhile; was" in desk.text)
        assert "now ● HIGH on the" in desk.text
        assert "*severity" in desk.text
        assert desk.screen.detail.changed_fields == 1


async def test_a_draft_kept_for_later_is_there_when_one_comes_back(
    emulator: EmbeddedEmulator,
) -> None:
    first, second = zebra(emulator, severity="stat"), zebra(emulator)
    async with worklist(emulator, filter_text="zebra") as desk:
        await desk.go_to(first)
        await draft_severity(desk, "h")
        await desk.until(lambda: "▌✎ ▲ STAT" in desk.text)
        await desk.press("escape")
        await desk.until(lambda: "not saved." in desk.status)
        await desk.press("k")
        await desk.until(lambda: desk.screen.focused is desk.screen.table)
        await desk.go_to(second)
        assert "✎ ▲ STAT" in desk.text
        await desk.go_to(first)
        assert "*severity" in desk.text
        await desk.press("q")
        await desk.until(lambda: "Leave without them?" in desk.status)
        await desk.press("escape")
        await desk.until(lambda: "Leave without" not in desk.status)
        assert desk.app.is_running
        assert emulator.writes(first) == []


async def test_a_changed_text_takes_two_escapes_to_throw_away(emulator: EmbeddedEmulator) -> None:
    study_id = zebra(emulator)
    async with worklist(emulator, filter_text="zebra") as desk:
        await desk.go_to(study_id)
        await desk.press("d")
        await desk.until(lambda: desk.lines[-1].startswith(" description"))
        await desk.type(" typed")
        await desk.press("escape")
        await desk.sees("esc again discards")
        await desk.type(" on")
        await desk.until(lambda: "esc again" not in desk.text)
        assert "Zebra head typed on" in desk.lines[-1]
        await desk.press("escape")
        await desk.sees("esc again discards")
        await desk.press("escape")
        await desk.until(lambda: not desk.lines[-1].startswith(" description"))
        assert emulator.writes(study_id) == []


async def test_a_metadata_pair_is_renamed_and_its_value_stays(emulator: EmbeddedEmulator) -> None:
    study_id = zebra(emulator, metadata={"rom": "B12", "modality": "CT"})
    async with worklist(emulator, filter_text="zebra") as desk:
        await desk.go_to(study_id)
        await desk.press("enter", *["j"] * 6)
        await desk.until(lambda: "▌   rom" in desk.text)
        await desk.press("R")
        await desk.until(lambda: desk.lines[-1].startswith(" rom: new key"))
        assert "3/100" in desk.lines[-1]
        await desk.press("ctrl+u")
        await desk.type("modality")
        await desk.press("enter")
        await desk.sees("there is a pair with this key")
        await desk.press("ctrl+u")
        await desk.type("room")
        await desk.press("enter")
        await desk.until(lambda: desk.screen.detail.changed_fields == 2)
        await desk.press("w")
        await desk.until(lambda: "saved" in desk.status)
        assert emulator.study(study_id)["metadata"] == {"room": "B12", "modality": "CT"}
        assert emulator.writes(study_id) == ["update"]


async def test_a_deleted_pair_can_be_put_back(emulator: EmbeddedEmulator) -> None:
    study_id = zebra(emulator, metadata={"room": "B12"})
    async with worklist(emulator, filter_text="zebra") as desk:
        await desk.go_to(study_id)
        await desk.press("enter", *["j"] * 5)
        await desk.press("delete")
        await desk.until(lambda: "deleted" in desk.text)
        await desk.press("delete")
        await desk.until(lambda: not desk.screen.detail.is_dirty)
        assert "B12" in desk.text


# Optimistic, then confirmed.


async def test_a_change_shows_at_once_and_looks_unconfirmed_until_it_is(
    emulator: EmbeddedEmulator,
) -> None:
    study_id = zebra(emulator)
    async with worklist(emulator, filter_text="zebra") as desk:
        await desk.go_to(study_id)
        emulator.arm("drip-body", 1, "studies.retrieve")
        await desk.set_severity("h")
        await desk.until(lambda: "▌… ● HIGH" in desk.text)
        await desk.until(lambda: "…severity" in desk.text)
        assert emulator.study(study_id)["severity"] == "normal"
        await desk.until(lambda: "now ● HIGH" in desk.status)
        assert "▌… ● HIGH" not in desk.text
        assert emulator.study(study_id)["severity"] == "high"


async def test_a_change_that_fails_shows_the_old_value_again(emulator: EmbeddedEmulator) -> None:
    study_id = zebra(emulator)
    async with worklist(emulator, filter_text="zebra") as desk:
        await desk.go_to(study_id)
        emulator.arm("status-403", 3, "studies.update")
        await desk.press("x")
        await desk.until(lambda: desk.status.startswith("Cancel"))
        await desk.press("n")
        await desk.set_severity("s")
        await desk.until(lambda: "not saved" in desk.status)
        assert "▌    RTN" in desk.text
        await desk.press("j", "k")
        assert "not saved" in desk.status


async def test_leaving_while_something_is_being_saved_asks(emulator: EmbeddedEmulator) -> None:
    study_id = zebra(emulator)
    async with worklist(emulator, filter_text="zebra") as desk:
        await desk.go_to(study_id)
        emulator.arm("stall-before-answer", 1, "studies.retrieve")
        await desk.press("v")
        await desk.until(lambda: "▌…" in desk.text)
        await desk.press("q")
        await desk.until(lambda: "not saved yet" in desk.status)
        await desk.press("n")
        assert desk.app.is_running


async def test_keys_that_edit_a_text_act_in_the_order_in_which_they_were_typed(
    emulator: EmbeddedEmulator,
) -> None:
    zebra(emulator)
    async with worklist(emulator, filter_text="zebra") as desk:
        await desk.press("d")
        await desk.until(lambda: desk.lines[-1].startswith(" description"))
        # As one packet of a slow line brings them, without a rest in between.
        for key in ("ctrl+u", *"teh", "backspace", "backspace", *"he ct", "home", *"no "):
            character = key if len(key) == 1 else None
            desk.app.post_message(events.Key("space" if key == " " else key, character))
        await desk.until(lambda: "no the ct" in desk.lines[-1])


async def test_an_alert_shows_no_name_once_names_are_hidden(emulator: EmbeddedEmulator) -> None:
    study_id = zebra(emulator)
    async with worklist(emulator, filter_text="zebra") as desk:
        await desk.go_to(study_id)
        emulator.arm("status-403", 3, "studies.update")
        await desk.press("v")
        await desk.until(lambda: "not saved" in desk.status)
        assert "Zebra" in desk.status
        desk.screen.row_context.masked = True
        desk.screen.show_keys()
        await desk.until(lambda: "one of your edits needs a look" in desk.status)
        assert "Zebra" not in desk.status


async def test_the_limits_of_metadata_are_shown_while_typing(emulator: EmbeddedEmulator) -> None:
    pairs = {f"key{number:02}": "x" for number in range(49)}
    study_id = zebra(emulator, metadata=pairs)
    async with worklist(emulator, filter_text="zebra") as desk:
        await desk.go_to(study_id)
        await desk.press("enter", "plus")
        await desk.until(lambda: desk.lines[-1].startswith(" metadata key"))
        await desk.type("note")
        await desk.until(lambda: "4/100" in desk.lines[-1])
        assert "pair 50 of 50" in desk.lines[-1]
        await desk.press("enter")
        await desk.until(lambda: desk.lines[-1].startswith(" note"))
        await desk.type("ab")
        await desk.until(lambda: "2/1000" in desk.lines[-1])
        await desk.press("enter", "plus")
        await desk.until(lambda: "at most 50 metadata pairs" in desk.status)
