"""``f`` and what was said on the phone: one study, several to choose from, or none and why."""

import asyncio
import random
from collections.abc import Sequence

import pytest

from avara_tui.api.errors import ErrorKind
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.study import Study
from avara_tui.triage.reading.health import Health, State
from avara_tui.tui.choices import Choice
from avara_tui.tui.lines import text_of, width_of
from avara_tui.tui.presentation.chosen import SIGN
from avara_tui.tui.presentation.empty_states import elsewhere_line
from avara_tui.tui.presentation.found import found_choices, read_text
from avara_tui.tui.presentation.row_context import RowContext
from avara_tui.worklist.query import Sought
from avara_tui.worklist.searching import hits
from studies import add_study
from tui.driver import Driver, worklist
from tui.without_screen import OKAFOR, Commands
from worklist.making import CITY, LIMITS, NOW, SMITH, study

EMULATED_STUDIES = 30
ASKED = "id, UID, any text"
ACCESSION = "A81517235"
HEALTH = Health(State.LIVE, 1.0, 1.0, 400, None, 0, (), ())


async def find(commands: Commands, text: str) -> None:
    commands.screen.will(ASKED, text)
    await commands.find.find()
    commands.screen.assert_done()


@pytest.mark.parametrize(
    ("fields", "text", "said"),
    [
        ({"metadata": {"accession": ACCESSION}}, ACCESSION.lower(), f"accession {ACCESSION}"),
        ({"metadata": {"mrn": "0042317"}}, "42317", "mrn 0042317"),
        ({"metadata": {"name": "Müller^Jürgen"}}, "jurgen muller", "name Müller^Jürgen"),
        ({"description": "CT Okapi"}, "okapi", "description"),
        ({"assignee": OKAFOR}, "okafor@", "assignee okafor@example.org"),
        ({"created_by_user": OKAFOR}, "ada", "created by Ada Okafor"),
        ({"customer": CITY}, "city", "customer City Medical"),
        ({"study_id": "stu_" + "0" * 26 + "3f9a2c"}, "3f9a2c", "id stu_000000…0003f9a2c"),
        ({"uid": "1.2.840.99.7"}, "99.7", "UID 1.2.840.99.7"),
    ],
)
@pytest.mark.parametrize("state", [{}, {"status": "complete"}, {"is_cancelled": True}])
async def test_one_study_is_gone_to_whatever_its_state(
    fields: dict[str, object], text: str, said: str, state: dict[str, object]
) -> None:
    commands = Commands()
    commands.there_is(2, description="XR foot")
    one = commands.there_is(1, **fields, **state)
    await find(commands, f" {text} ")
    assert commands.screen.table.cursor_id == one.study_id
    assert said in commands.screen.status
    word = "cancelled" if one.is_cancelled else one.status
    assert f"{word}, " in commands.screen.status
    assert ("not in “All open”" in commands.screen.status) is bool(state)
    # Nothing was loaded by the lanes here: there may be more, and that is told.
    assert "there may be more" in commands.screen.status
    assert not commands.server.writes


async def test_several_are_chosen_from_with_their_state_and_what_matched() -> None:
    commands = Commands()
    commands.there_is(1, status="complete", metadata={"accession": f"{ACCESSION}-1"})
    commands.there_is(2, severity="stat", metadata={"accession": f"{ACCESSION}-2"})
    third = commands.there_is(3, is_cancelled=True, metadata={"accession": ACCESSION})
    commands.screen.will(ASKED, ACCESSION)
    commands.screen.will("Found 3 studies", third.study_id)
    await commands.find.find()
    _, *rows = commands.screen.asked.split("\n")
    told = [("cancelled", "RTN"), ("incomplete", "STAT"), ("complete", "RTN")]
    for row, (state, priority) in zip(rows, told, strict=True):
        assert f"  {state} " in row
        assert priority in row
        assert f"accession {ACCESSION}" in row
    assert commands.screen.table.cursor_id == third.study_id


async def test_keys_typed_ahead_find_the_choice_and_not_the_table() -> None:
    commands = Commands()
    for number in range(1, 3000):
        commands.server.put(study(number, description="Zebra head"))
    commands.read()
    released: list[bool] = []
    loop = asyncio.get_running_loop()
    # What ended the text lets go of the keys at the loop's next turn.
    commands.screen.will(ASKED, "zebra", lambda: loop.call_soon(released.append, True))
    commands.screen.will("2,999 studies", None, lambda: released.append(False))
    await commands.find.find()
    assert released == [False]


async def test_nobody_is_taken_anywhere_who_chooses_none() -> None:
    commands = Commands()
    commands.there_is(1)
    commands.there_is(2)
    before = commands.screen.table.cursor_id
    commands.screen.will(ASKED, "zebra")
    commands.screen.will("Found 2 studies", None)
    await commands.find.find()
    assert commands.screen.table.cursor_id == before


async def test_a_study_that_goes_while_one_chooses_is_not_gone_to() -> None:
    commands = Commands()
    one = commands.there_is(1)
    commands.there_is(2)
    before = commands.screen.table.cursor_id
    commands.screen.will(ASKED, "zebra")
    commands.screen.will("Found 2", one.study_id, lambda: commands.session.forget(one.study_id))
    await commands.find.find()
    assert commands.screen.table.cursor_id == before


async def test_more_than_anybody_reads_are_not_all_offered_and_it_is_said() -> None:
    commands = Commands()
    for number in range(1, 250):
        commands.server.put(study(number, description="Zebra head"))
    commands.read()
    commands.screen.will(ASKED, "zebra")
    commands.screen.will("The best 200 of 249 studies", None)
    await commands.find.find()
    assert commands.screen.asked.count("Zebra head") == 200


@pytest.mark.parametrize("text", ["okapi", "stu_abc", "1.2.840.1.5", "stu_" + "0" * 32])
async def test_none_is_said_with_what_was_not_read(text: str) -> None:
    commands = Commands()
    commands.there_is()
    await find(commands, text)
    said = commands.screen.status
    assert f"“{text}”" in said
    assert "nothing that was read has" in said
    assert "1 read, still connecting" in said
    assert "exist" not in said


async def test_a_server_that_cannot_be_asked_hides_nothing_that_was_read() -> None:
    commands = Commands()
    one = commands.there_is(1, uid="1.2.840.99.7")
    commands.there_is(2)
    commands.fails(ErrorKind.UNREACHABLE, "retrieve_by_uid")
    commands.fails(ErrorKind.UNREACHABLE, "list")
    await find(commands, "840.99.7")
    assert commands.screen.table.cursor_id == one.study_id


async def test_a_whole_uid_that_is_the_beginning_of_others_leads_to_them() -> None:
    commands = Commands()
    one = commands.there_is(1, uid="1.2.840.99.7")
    commands.there_is(2, uid="2.25.1")
    await find(commands, "1.2.840")
    assert commands.screen.table.cursor_id == one.study_id


async def test_what_the_server_has_just_lost_is_not_found_again() -> None:
    commands = Commands()
    one = commands.there_is(1)
    before = commands.screen.table.cursor_id
    del commands.server.studies[one.study_id]
    await find(commands, one.uid)
    assert "the server knows no study" in commands.screen.status
    assert commands.screen.table.cursor_id == before


async def test_an_empty_or_endless_text_is_refused_at_the_line() -> None:
    commands = Commands()
    commands.screen.will(ASKED, " \0")
    commands.screen.will(ASKED, "x" * 1001)
    await find(commands, "okapi")
    assert commands.screen.refused == [
        "type a part of what you look for",
        "too long: at most 1,000 characters can be looked for",
    ]


@pytest.mark.parametrize("text", ["muller", "no such text", "1.2.3.4"])
async def test_while_names_are_hidden_none_is_shown_nor_what_was_typed(text: str) -> None:
    commands = Commands()
    for number in (1, 2):
        commands.there_is(number, assignee=OKAFOR, metadata={"name": "Muller^Jo"})
    commands.screen.masked = True
    commands.screen.will(ASKED, text)
    if text == "muller":
        commands.screen.will("Found 2 studies", study(1).study_id)
    await commands.find.find()
    shown = "\n".join([commands.screen.status, commands.screen.asked.removeprefix("find")]).lower()
    for hidden in ("muller", "zebra", "okafor", text):
        assert hidden not in shown
    assert "•••" in shown


# The rows to choose from.


def context(*, masked: bool = False) -> RowContext:
    found = RowContext(now=NOW, masked=masked)
    found.take_thresholds(LIMITS, are_placeholders=False)
    return found


SECRETS = ("Quagga", "Xylo^Phon", "A-999-B", "Lakeshore")


def some(seed: int) -> list[Study]:
    draw = random.Random(seed)
    hostile = ("\x1b[31m", "\u202e", "漢字" * 30, "\n", "e\u0301" * 50, " ")
    return [
        study(
            number,
            description=f"Quagga {draw.choice(hostile)} head",
            status=draw.choice(("incomplete", "complete", "in\x1b_review")),
            is_cancelled=draw.random() < 0.2,
            severity=draw.choice(("stat", "normal", "?\x1b")),
            assignee=draw.choice((None, OKAFOR, SMITH)),
            metadata={"name": f"{draw.choice(hostile) * 9}Xylo^Phon", "acc": "A-999-B"},
            customer=draw.choice((None, CITY._replace(name="Lakeshore"))),
        )
        for number in range(12)
    ]


@pytest.mark.parametrize("width", [40, 60, 79, 80, 99, 100, 120, 200])
@pytest.mark.parametrize("text", ["quagga", "xylo", "a-999", "lakeshore", "quagga xylo"])
@pytest.mark.parametrize("masked", [True, False])
def test_rows_fit_and_while_hidden_neither_show_nor_find_texts(
    width: int, text: str, *, masked: bool
) -> None:
    for seed in range(5):
        sought = Sought(text)
        found = hits(some(seed), sought)
        choices = found_choices(found, sought, text, context(masked=masked), width)
        assert [each.key for each in choices] == [each.study.study_id for each in found]
        for choice in choices:
            label = text_of(choice.label)
            assert width_of(choice.label) <= width
            assert label.isprintable()
            if masked:
                both = f"{label} {choice.search}".lower()
                assert not any(each.lower() in both for each in (*SECRETS, "okafor", "smith"))


def rows(choices: Sequence[Choice]) -> list[str]:
    return [text_of(each.label).rstrip() for each in choices]


def test_a_row_at_80_columns_says_all_there_is_to_tell() -> None:
    one = study(status="complete", assignee=OKAFOR, metadata={"accession": ACCESSION})
    sought = Sought(ACCESSION)
    (row,) = rows(found_choices(hits([one], sought), sought, ACCESSION, context(), 80))
    told = ("RTN", "59m", "CT Head without", "complete", "Okafor A", f"accession {ACCESSION}")
    assert all(each in row for each in told), row


def test_of_a_long_value_the_part_that_matched_is_shown() -> None:
    one = study(metadata={"note": "said nothing " * 40 + "needle and thread"})
    sought = Sought("needle")
    (row,) = rows(found_choices(hits([one], sought), sought, "needle", context(), 120))
    assert "needle" in row


@pytest.mark.parametrize(
    ("health", "said"),
    [
        (HEALTH, "all 400 read, open, complete and cancelled"),
        (HEALTH._replace(state=State.OFFLINE, oldest_age=300.0), "all 400 read 5m ago"),
        (HEALTH._replace(loading=("completed", "cancelled")), "to the end: completed, cancelled"),
        (HEALTH._replace(cut_off=("completed",)), "the load limit left out a part of: completed"),
        (HEALTH._replace(is_checking=True), "is asked again"),
        (HEALTH._replace(missing=3), "up to 3 may be missing"),
        (HEALTH._replace(unreadable=2), "2 without an id"),
        (HEALTH._replace(state=State.UNCONNECTED), "not connected"),
        (HEALTH._replace(state=State.CONNECTING, loaded=0), "0 read, still connecting"),
        (HEALTH._replace(loading=("STAT",), missing=1), "STAT; up to 1 may"),
    ],
)
def test_what_was_read_is_told_as_it_is(health: Health, said: str) -> None:
    told = read_text(health)
    assert said in told
    assert told.startswith("all ") is (health.is_complete and "connect" not in told)


def test_the_hint_says_which_keys_and_how_many() -> None:
    def told(count: int | None, *, is_typing: bool = False) -> str:
        return text_of(elsewhere_line(count, "f", is_typing=is_typing))

    assert told(3) == "f looks in everything read: 3 elsewhere"
    assert told(0) == "f looks in everything read: none elsewhere"
    assert told(None, is_typing=True) == "enter f looks in everything read"


# In the app.


async def test_what_a_filter_does_not_find_is_found_by_f(emulator: EmbeddedEmulator) -> None:
    ids = [
        add_study(emulator, "Okapi head", metadata={"accession": f"{ACCESSION}{end}"})
        for end in ("", "-2")
    ]
    emulator.cancel(ids[1])
    async with worklist(emulator) as driver:
        await driver.type_filter(ACCESSION)
        await driver.sees("enter f looks in everything read")
        await driver.press("enter")
        await driver.sees("f looks in everything read: 2 elsewhere")
        await driver.ask_for("f", ASKED)
        await driver.type(ACCESSION)
        await driver.press("enter")
        await driver.sees("Found 2 studies")
        assert [each.key for each in driver.offers] == ids
        await driver.press("down", "enter")
        await driver.until(lambda: driver.screen.table.cursor_id == ids[1])
        assert "hidden by the filter" in driver.status or "not in" in driver.status


def marks(driver: Driver) -> list[str]:
    """Return the rows with a cursor, from the top: the last is that of what lies over the rest."""
    return [row for row in driver.lines if row.startswith(SIGN)]


async def test_the_arrows_move_among_all_that_can_be_picked(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as driver:
        await driver.ask_for("y", "Copy of")
        names = [each.key for each in driver.offers]

        await driver.until(lambda: names[0] in marks(driver)[-1])
        for key, place in (("down", 1), ("down", 2), ("ctrl+n", 3), ("up", 2), ("ctrl+p", 1)):
            await driver.press(key)
            await driver.until(lambda: names[place] in marks(driver)[-1], f"{key} to {place}")  # noqa: B023


async def test_open_and_closed_stand_side_by_side_with_their_status(
    emulator: EmbeddedEmulator,
) -> None:
    ids = [add_study(emulator, "Okapi head") for _ in range(3)]
    emulator.cancel(ids[1])
    emulator.change(ids[2], studyViewerStatus="complete")
    async with worklist(emulator) as driver:
        assert "STATUS" not in driver.text
        await driver.type_filter("is:any okapi")
        await driver.press("enter")
        await driver.until(lambda: set(driver.ids) == set(ids))
        await driver.sees("STATUS")
        assert f"3 of {len(emulator.studies())} shown" in driver.text
        for word in ("incomplete", "complete", "cancelled"):
            assert any("Okapi" in row and f" {word} " in row for row in driver.lines), word
        await driver.press("escape")
        await driver.until(lambda: ids[1] not in driver.ids)
        await driver.until(lambda: "STATUS" not in driver.text)


async def test_a_lock_takes_what_there_was_to_choose_from(emulator: EmbeddedEmulator) -> None:
    for _ in range(2):
        add_study(emulator, "Okapi head")
    async with worklist(emulator) as driver:
        await driver.ask_for("f", ASKED)
        await driver.type("okapi")
        await driver.press("enter")
        await driver.sees("Found 2 studies")
        driver.controller.lock.lock()
        await driver.sees("open STAT stud")
        assert "kapi" not in driver.text
        await driver.press("enter")
        await driver.until(lambda: driver.is_loaded)
        await driver.until(lambda: "Found 2 studies" not in driver.text)
