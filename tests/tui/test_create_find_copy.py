"""A new study, one by its id or UID, and identifiers to the clipboard."""

import base64
import re
from collections import Counter

import pytest

from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from masthead import READ_WHOLE
from studies import is_out_of_sight, open_studies
from tui.driver import Driver, worklist

EMULATED_STUDIES = 30

UID = "1.2.840.99999.77"


async def fill(driver: Driver, uid: str, description: str) -> None:
    """Open the form and give it a UID and a description."""
    await driver.press("plus")
    await driver.sees("New study")
    await driver.press("enter")
    await driver.until(lambda: driver.lines[-1].startswith(" UID"))
    await driver.type(uid)
    await driver.press("enter")
    await driver.until(lambda: not driver.lines[-1].startswith(" UID"))
    await driver.press("j", "enter")
    await driver.until(lambda: driver.lines[-1].startswith(" description"))
    await driver.type(description)
    await driver.press("enter")
    await driver.until(lambda: not driver.lines[-1].startswith(" description"))


async def test_a_study_is_created_with_everything_and_the_cursor_goes_to_it(
    emulator: EmbeddedEmulator,
) -> None:
    customer = emulator.customers()[0]
    async with worklist(emulator) as driver:
        await fill(driver, f" {UID}", "CT head")
        await driver.sees("free: the server knows no study with it")
        await driver.press("j", "enter")
        await driver.until(lambda: "Severity?" in driver.status)
        await driver.press("h", "j", "enter")
        await driver.sees("Assign the new study to")
        await driver.type("you")
        await driver.press("enter")
        await driver.sees("customer ")
        await driver.press("j", "enter")
        await driver.sees("Customer of the new study")
        await driver.type(customer["expressCustomerName"])
        await driver.press("enter")
        await driver.until(lambda: "Customer of the new study" not in driver.text)
        await driver.press("plus")
        await driver.until(lambda: driver.lines[-1].startswith(" metadata key"))
        await driver.type("room")
        await driver.press("enter")
        await driver.until(lambda: driver.lines[-1].startswith(" room"))
        await driver.type("B12")
        await driver.press("enter")
        await driver.sees("1 of 50")
        assert not emulator.count("studies.create")
        await driver.press("w")
        await driver.until(lambda: "created" in driver.status)
        study = next(each for each in emulator.studies() if each["studyInstanceUid"] == UID)
        assert study["studyDescription"] == "CT head"
        assert study["severity"] == "high"
        assert study["assignedTo"]["userId"] == DEMO_USER_ID
        assert study["expressCustomer"]["expressCustomerId"] == customer["expressCustomerId"]
        assert study["metadata"] == {"room": "B12"}
        await driver.until(lambda: driver.screen.table.cursor_id == study["studyId"])
        assert emulator.count("studies.create") == 1
        await driver.press("z")
        await driver.until(lambda: "it is cancelled" in driver.status)
        assert emulator.study(study["studyId"])["isCancelled"]


async def test_a_study_with_that_uid_is_named_and_can_be_gone_to(
    emulator: EmbeddedEmulator,
) -> None:
    there = next(each for each in emulator.studies() if each["isCancelled"])
    async with worklist(emulator) as driver:
        await fill(driver, there["studyInstanceUid"], "CT head")
        await driver.sees("there is a study with it already")
        assert there["studyId"][-6:] in driver.text
        await driver.press("w")
        await driver.until(lambda: "the UID is taken by" in driver.status)
        await driver.press("y")
        await driver.until(lambda: driver.screen.table.cursor_id == there["studyId"])
        assert "not in “All open”: shown for now" in driver.status
        assert not emulator.count("studies.create")
        # What was typed is there again.
        await driver.press("plus")
        await driver.sees("CT head")


async def test_a_uid_that_is_taken_by_a_study_out_of_sight_is_said_to_be() -> None:
    """A key with the study scope Self sees its own source's studies only."""
    with EmbeddedEmulator(studies=60, seed=1, scope="self") as emulator:
        there = next(each for each in emulator.studies() if is_out_of_sight(each))
        async with worklist(emulator) as driver:
            await fill(driver, there["studyInstanceUid"], "CT head")
            await driver.sees("free: the server knows no study with it that this key can see")
            await driver.press("w")
            await driver.sees("not created: the UID is taken")
            shown = " ".join(" ".join(driver.lines).replace("▌", " ").split())
            assert "A study with this UID exists already, but this key cannot see it" in shown
            assert "study scope may be Self" in shown
            # What was typed stays, to be put right.
            assert "CT head" in driver.text
        assert len(emulator.studies()) == 60


async def test_leaving_the_form_asks_and_keeps_or_discards(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as driver:
        await fill(driver, UID, "CT head")
        await driver.press("escape")
        await driver.until(lambda: "not created" in driver.status)
        await driver.press("k")
        await driver.until(lambda: "New study" not in driver.text)
        # The program itself is not left either without a word about it.
        await driver.press("q")
        await driver.until(lambda: "new study is not created. Leave without it?" in driver.status)
        await driver.press("escape")
        await driver.press("plus")
        await driver.sees("CT head")
        await driver.press("escape")
        await driver.until(lambda: "not created" in driver.status)
        await driver.press("d")
        await driver.until(lambda: "New study" not in driver.text)
        await driver.press("plus")
        await driver.sees("required")
        await driver.press("escape")
        await driver.until(lambda: "New study" not in driver.text)
        assert not emulator.count("studies.create")


async def test_a_lock_keeps_what_was_typed_for_the_next_time(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as driver:
        await fill(driver, UID, "CT head")
        driver.controller.lock.lock()
        await driver.sees("open STAT stud")
        assert "CT head" not in driver.text
        await driver.press("enter")
        await driver.until(lambda: READ_WHOLE.search(driver.text) is not None, "all read")
        await driver.until(lambda: "New study" not in driver.text)
        await driver.press("plus")
        await driver.sees("CT head")
        await driver.press("escape")
        await driver.press("d")


@pytest.mark.parametrize(
    ("by", "shown"),
    [
        ("studyId", " {}\0"),
        ("studyInstanceUid", " {}\0"),
        ("studyInstanceUid", "UID: \u201c{}\u201d."),
        ("studyId", "\u200b({}),"),
    ],
)
async def test_a_study_is_found_by_what_is_pasted_and_the_cursor_goes_there(
    emulator: EmbeddedEmulator, by: str, shown: str
) -> None:
    study = next(each for each in emulator.studies() if each["isCancelled"])
    async with worklist(emulator) as driver:
        await driver.press("f")
        await driver.until(lambda: "id, UID, any text" in driver.lines[-1])
        from textual import events

        driver.app.screen.focused.post_message(  # type: ignore[union-attr]
            events.Paste(shown.format(study[by]))
        )
        await driver.until(lambda: study[by][:20] in driver.lines[-1])
        await driver.press("enter")
        await driver.until(lambda: driver.screen.table.cursor_id == study["studyId"])
        assert "not in “All open”: shown for now" in driver.status
        await driver.until(
            lambda: (
                driver.screen.detail.study
                and driver.screen.detail.study.study_id == study["studyId"]
            )
        )
        await driver.press("g")
        await driver.until(lambda: study["studyId"] not in driver.ids)


def sent(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Collect what is sent to the terminal's clipboard."""
    texts: list[str] = []

    def write(sequence: str) -> None:
        match = re.search("52;c;([^\x07]+)\x07", sequence)
        assert match is not None
        texts.append(base64.b64decode(match[1]).decode())

    monkeypatch.setattr(driver.app, "write_to_terminal", write)
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
    async with worklist(emulator) as driver:
        texts = sent(driver, monkeypatch)
        await driver.go_to(study["studyId"])
        for typed, wanted in (("uid", UID), ("study id", study["studyId"]), ("acc", "A-77")):
            await driver.press("y")
            await driver.sees("Copy of Zebra")
            await driver.type(typed)
            await driver.press("enter")
            await driver.until(lambda: "every program there can read it" in driver.status)
            await driver.press("y")
            # The status line may still tell of the one before.
            await driver.until(lambda wanted=wanted: texts[-1:] == [wanted], wanted)  # type: ignore[misc]
            await driver.until(lambda: "sent to the terminal's clipboard" in driver.status)
        await driver.press("y")
        await driver.sees("Copy of Zebra")
        await driver.press("enter")
        await driver.until(lambda: "every program there can read it" in driver.status)
        await driver.press("n")
        await driver.until(lambda: "every program" not in driver.status)
        assert len(texts) == 3


async def test_the_picker_says_how_much_waits_for_each_person(emulator: EmbeddedEmulator) -> None:
    counts = Counter(
        each["assignedTo"]["email"] for each in open_studies(emulator) if each.get("assignedTo")
    )
    ((mail, count),) = counts.most_common(1)
    async with worklist(emulator) as driver:
        await driver.ask_for("a", "type to search")
        await driver.type(mail.split("@")[0])
        await driver.until(lambda: mail in driver.text)
        row = next(text for text in driver.lines if mail in text)
        assert f"  {count} open" in row


async def test_who_sits_here_is_asked_once_and_shown_how_to_keep(
    emulator: EmbeddedEmulator,
) -> None:
    me = next(each for each in emulator.users() if each["userId"] == DEMO_USER_ID)
    free = [each["studyId"] for each in open_studies(emulator, assignee=None)]
    async with worklist(emulator, me=None, view="Unassigned") as driver:
        assert driver.screen.table.cursor_id in free
        await driver.press("m")
        await driver.sees("Who are you?")
        await driver.type(me["email"].split("@")[0])
        await driver.press("enter")
        await driver.sees(f'me = "{DEMO_USER_ID}"')
        assert "[profiles.test]" in driver.text
        await driver.press("enter")
        await driver.until(lambda: "claimed" in driver.status)
        await driver.until(lambda: "2 Mine 0" not in driver.lines[1])
        await driver.press("j", "m")
        await driver.until(lambda: emulator.count("studies.update") == 2)
        assert "Who are you" not in driver.text
