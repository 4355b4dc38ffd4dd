"""A new study, one by its id or UID, and identifiers to the clipboard."""

import base64
import re
from collections import Counter

import pytest

from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from studies import is_out_of_sight, open_studies
from tui.driver import Driver, worklist

EMULATED_STUDIES = 30

UID = "1.2.840.99999.77"


async def fill(desk: Driver, uid: str, description: str) -> None:
    """Open the form and give it a UID and a description."""
    await desk.press("plus")
    await desk.sees("New study")
    await desk.press("enter")
    await desk.until(lambda: desk.lines[-1].startswith(" UID"))
    await desk.type(uid)
    await desk.press("enter")
    await desk.until(lambda: not desk.lines[-1].startswith(" UID"))
    await desk.press("j", "enter")
    await desk.until(lambda: desk.lines[-1].startswith(" description"))
    await desk.type(description)
    await desk.press("enter")
    await desk.until(lambda: not desk.lines[-1].startswith(" description"))


async def test_a_study_is_created_with_everything_and_the_cursor_goes_to_it(
    emulator: EmbeddedEmulator,
) -> None:
    customer = emulator.customers()[0]
    async with worklist(emulator) as desk:
        await fill(desk, f" {UID}", "CT head")
        await desk.sees("free: the server knows no study with it")
        await desk.press("j", "enter")
        await desk.until(lambda: "Severity?" in desk.status)
        await desk.press("h", "j", "enter")
        await desk.sees("Assign the new study to")
        await desk.type("you")
        await desk.press("enter")
        await desk.sees("customer ")
        await desk.press("j", "enter")
        await desk.sees("Customer of the new study")
        await desk.type(customer["expressCustomerName"])
        await desk.press("enter")
        await desk.until(lambda: "Customer of the new study" not in desk.text)
        await desk.press("plus")
        await desk.until(lambda: desk.lines[-1].startswith(" metadata key"))
        await desk.type("room")
        await desk.press("enter")
        await desk.until(lambda: desk.lines[-1].startswith(" room"))
        await desk.type("B12")
        await desk.press("enter")
        await desk.sees("1 of 50")
        assert not emulator.count("studies.create")
        await desk.press("w")
        await desk.until(lambda: "created" in desk.status)
        study = next(each for each in emulator.studies() if each["studyInstanceUid"] == UID)
        assert study["studyDescription"] == "CT head"
        assert study["severity"] == "high"
        assert study["assignedTo"]["userId"] == DEMO_USER_ID
        assert study["expressCustomer"]["expressCustomerId"] == customer["expressCustomerId"]
        assert study["metadata"] == {"room": "B12"}
        await desk.until(lambda: desk.screen.table.cursor_id == study["studyId"])
        assert emulator.count("studies.create") == 1
        await desk.press("z")
        await desk.until(lambda: "it is cancelled" in desk.status)
        assert emulator.study(study["studyId"])["isCancelled"]


async def test_a_study_with_that_uid_is_named_and_can_be_gone_to(
    emulator: EmbeddedEmulator,
) -> None:
    there = next(each for each in emulator.studies() if each["isCancelled"])
    async with worklist(emulator) as desk:
        await fill(desk, there["studyInstanceUid"], "CT head")
        await desk.sees("there is a study with it already")
        assert there["studyId"][-6:] in desk.text
        await desk.press("w")
        await desk.until(lambda: "the UID is taken by" in desk.status)
        await desk.press("y")
        await desk.until(lambda: desk.screen.table.cursor_id == there["studyId"])
        assert "not in “All open”: shown for now" in desk.status
        assert not emulator.count("studies.create")
        # What was typed is there again.
        await desk.press("plus")
        await desk.sees("CT head")


async def test_a_uid_that_is_taken_by_a_study_out_of_sight_is_said_to_be() -> None:
    """A key with the study scope Self sees its own source's studies only."""
    with EmbeddedEmulator(studies=60, seed=1, scope="self") as emulator:
        there = next(each for each in emulator.studies() if is_out_of_sight(each))
        async with worklist(emulator) as desk:
            await fill(desk, there["studyInstanceUid"], "CT head")
            await desk.sees("free: the server knows no study with it that this key can see")
            await desk.press("w")
            await desk.sees("not created: the UID is taken")
            shown = " ".join(" ".join(desk.lines).replace("▌", " ").split())
            assert "A study with this UID exists already, but this key cannot see it" in shown
            assert "study scope may be Self" in shown
            # What was typed stays, to be put right.
            assert "CT head" in desk.text
        assert len(emulator.studies()) == 60


async def test_leaving_the_form_asks_and_keeps_or_discards(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as desk:
        await fill(desk, UID, "CT head")
        await desk.press("escape")
        await desk.until(lambda: "not created" in desk.status)
        await desk.press("k")
        await desk.until(lambda: "New study" not in desk.text)
        # The program itself is not left either without a word about it.
        await desk.press("q")
        await desk.until(lambda: "new study is not created. Leave without it?" in desk.status)
        await desk.press("escape")
        await desk.press("plus")
        await desk.sees("CT head")
        await desk.press("escape")
        await desk.until(lambda: "not created" in desk.status)
        await desk.press("d")
        await desk.until(lambda: "New study" not in desk.text)
        await desk.press("plus")
        await desk.sees("needed")
        await desk.press("escape")
        await desk.until(lambda: "New study" not in desk.text)
        assert not emulator.count("studies.create")


async def test_a_lock_keeps_what_was_typed_for_the_next_time(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as desk:
        await fill(desk, UID, "CT head")
        desk.controller.lock.lock()
        await desk.sees("open STAT stud")
        assert "CT head" not in desk.text
        await desk.press("enter")
        await desk.sees("loaded, complete")
        await desk.until(lambda: "New study" not in desk.text)
        await desk.press("plus")
        await desk.sees("CT head")
        await desk.press("escape")
        await desk.press("d")


@pytest.mark.parametrize("by", ["studyId", "studyInstanceUid"])
async def test_a_study_is_found_by_what_is_pasted_and_the_cursor_goes_there(
    emulator: EmbeddedEmulator, by: str
) -> None:
    study = next(each for each in emulator.studies() if each["isCancelled"])
    async with worklist(emulator) as desk:
        await desk.press("f")
        await desk.until(lambda: "study id or UID" in desk.lines[-1])
        from textual import events

        desk.app.screen.focused.post_message(  # type: ignore[union-attr]
            events.Paste(f" {study[by]}\0")
        )
        await desk.until(lambda: study[by][:20] in desk.lines[-1])
        await desk.press("enter")
        await desk.until(lambda: desk.screen.table.cursor_id == study["studyId"])
        assert "not in “All open”: shown for now" in desk.status
        await desk.until(
            lambda: (
                desk.screen.detail.study and desk.screen.detail.study.study_id == study["studyId"]
            )
        )
        await desk.press("g")
        await desk.until(lambda: study["studyId"] not in desk.ids)


def sent(desk: Driver, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Collect what is sent to the terminal's clipboard."""
    texts: list[str] = []

    def write(sequence: str) -> None:
        match = re.search("52;c;([^\x07]+)\x07", sequence)
        assert match is not None
        texts.append(base64.b64decode(match[1]).decode())

    monkeypatch.setattr(desk.app, "write_to_terminal", write)
    monkeypatch.setenv("TERM", "xterm-256color")
    return texts


async def test_an_identifier_is_copied_after_asking(
    emulator: EmbeddedEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = emulator.create(
        studyDescription="Zebra",
        severity="stat",
        studyInstanceUid=UID,
        metadata={"accession": "A-77", "room": "1"},
    )
    async with worklist(emulator) as desk:
        texts = sent(desk, monkeypatch)
        await desk.go_to(study["studyId"])
        for typed, wanted in (("uid", UID), ("study id", study["studyId"]), ("acc", "A-77")):
            await desk.press("y")
            await desk.sees("Copy of Zebra")
            await desk.type(typed)
            await desk.press("enter")
            await desk.until(lambda: "every program there can read it" in desk.status)
            await desk.press("y")
            # The status line may still tell of the one before.
            await desk.until(lambda wanted=wanted: texts[-1:] == [wanted], wanted)  # type: ignore[misc]
            await desk.until(lambda: "sent to the terminal's clipboard" in desk.status)
        await desk.press("y")
        await desk.sees("Copy of Zebra")
        await desk.press("enter")
        await desk.until(lambda: "every program there can read it" in desk.status)
        await desk.press("n")
        await desk.until(lambda: "every program" not in desk.status)
        assert len(texts) == 3


async def test_the_picker_says_how_much_waits_for_each_person(emulator: EmbeddedEmulator) -> None:
    counts = Counter(
        each["assignedTo"]["email"] for each in open_studies(emulator) if each.get("assignedTo")
    )
    ((mail, count),) = counts.most_common(1)
    async with worklist(emulator) as desk:
        await desk.press("a")
        await desk.sees("type to search")
        await desk.type(mail.split("@")[0])
        await desk.until(lambda: mail in desk.text)
        row = next(text for text in desk.lines if mail in text)
        assert f"  {count} open" in row


async def test_who_sits_here_is_asked_once_and_shown_how_to_keep(
    emulator: EmbeddedEmulator,
) -> None:
    me = next(each for each in emulator.users() if each["userId"] == DEMO_USER_ID)
    free = [each["studyId"] for each in open_studies(emulator, assignee=None)]
    async with worklist(emulator, me=None, view="Unassigned") as desk:
        assert desk.screen.table.cursor_id in free
        await desk.press("m")
        await desk.sees("Who are you?")
        await desk.type(me["email"].split("@")[0])
        await desk.press("enter")
        await desk.sees(f'me = "{DEMO_USER_ID}"')
        assert "[profiles.test]" in desk.text
        await desk.press("enter")
        await desk.until(lambda: "claimed" in desk.status)
        await desk.until(lambda: "2 Mine 0" not in desk.lines[1])
        await desk.press("j", "m")
        await desk.until(lambda: emulator.count("studies.update") == 2)
        assert "Who are you" not in desk.text
