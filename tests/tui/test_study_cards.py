"""Cards that ask about studies: which they are, what would change, and what each key does."""

import random
from collections.abc import Sequence
from typing import Any

import pytest
from textual.geometry import Size

from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.study import HIGH, INCOMPLETE, NORMAL, STAT, Study, UserRef
from avara_tui.triage.writing.bulk import Job
from avara_tui.tui.choices import Answer, answers_line, yes
from avara_tui.tui.lines import Line, Role, line, text_of, width_of
from avara_tui.tui.presentation.bulk_lines import change_head, deed, marked_line, no_longer_stat
from avara_tui.tui.presentation.chosen import chosen
from avara_tui.tui.presentation.row_context import RowContext
from avara_tui.tui.presentation.study_row import listed_row, study_row
from avara_tui.tui.widgets.bulk_card import BulkCard
from avara_tui.tui.widgets.question_card import QuestionCard
from studies import open_study
from tui.driver import worklist

OKAFOR = UserRef("usr_1", "okafor@clinic.example", "Adaeze", "Okafor")
WIDTHS = (60, 80, 120, 200)
KEEP = "keep it"
NOW = 10_000.0


def context() -> RowContext:
    found = RowContext()
    found.tell_time(NOW)
    return found


def a_study(number: int = 0, **fields: Any) -> Study:
    study_id = f"stu_{number:06}"
    found = Study(study_id, f"1.2.{number}", "Zebra head", STAT, INCOMPLETE, is_cancelled=False)
    return found._replace(created_at=9500.0, **fields)


def roles(content: Line, text: str) -> set[Role]:
    return {role for said, role in content if text in said}


# One study.


def test_a_row_says_which_study_it_is_and_who_has_it() -> None:
    row = study_row(a_study(7, assignee=OKAFOR), context())
    assert text_of(row) == "   ▲ STAT  7m  Zebra head  Okafor A  …000007"
    assert roles(row, "STAT") == {Role.STAT}


def test_a_stat_that_nobody_has_is_filled_there_too() -> None:
    row = study_row(a_study(), context())
    assert roles(row, "STAT") == {Role.ALARM}
    assert roles(row, "unassigned") == {Role.STRONG}
    assert roles(study_row(a_study(severity=HIGH), context()), "unassigned") == {Role.DIM}


def test_hidden_names_are_hidden_in_a_row_and_the_id_is_not() -> None:
    hidden = context()
    hidden.hide_texts(masked=True)
    text = text_of(study_row(a_study(7, assignee=OKAFOR), hidden))
    assert "Zebra" not in text
    assert "Okafor" not in text
    assert "▲ STAT" in text
    assert "…000007" in text


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("description", ["CT", "CT Abdomen/Pelvis " * 8, "头部扫描" * 20])
def test_a_question_keeps_the_study_and_every_key_however_narrow(
    width: int, description: str
) -> None:
    row = study_row(a_study(7, description=description, assignee=OKAFOR), context())
    title = line(
        ("Cancel this study for everybody?", Role.STRONG),
        ("  Okafor A has it", Role.WARNING),
        ("  X brings it back", Role.DIM),
    )
    lines = QuestionCard(title, row, yes("cancel it"), KEEP).body(Size(width, 15))
    assert all(width_of(each) <= width for each in lines)
    shown = [text_of(each) for each in lines]
    assert "Cancel this study for everybody?  Okafor A has it" in shown[0]
    assert ("X brings it back" in shown[0]) == (width > 60)
    assert "▲ STAT" in shown[1]
    assert "Okafor A  …000007" in shown[1]
    assert "y yes, cancel it   esc keep it" in shown[-1]
    assert len(shown) in {2, 3}


def test_what_no_word_says_is_no_key_on_the_screen() -> None:
    said = text_of(answers_line((*yes("go"), Answer("q", "")), "stay"))
    assert said == "y yes, go   esc stay"


async def test_a_question_about_a_study_is_answered_by_its_keys_alone(
    emulator: EmbeddedEmulator,
) -> None:
    meant = open_study(emulator, severity="high")
    async with worklist(emulator) as driver:
        await driver.go_to(meant["studyId"])
        await driver.press("x")
        await driver.sees("Cancel this study")
        for key in ("m", "j", "enter", "space"):
            await driver.press(key)
        await driver.pilot.click("#table", offset=(10, 3))
        await driver.pilot.pause()
        assert driver.screen.is_asking
        assert driver.says(meant["studyId"][-6:])
        await driver.press("escape")
        await driver.until(lambda: not driver.screen.is_asking)
        assert driver.screen.focused is driver.screen.table
        assert emulator.writes(meant["studyId"]) == []


# Several studies.


@pytest.mark.parametrize("width", WIDTHS)
def test_rows_of_a_list_keep_the_end_of_the_id_whatever_is_said(width: int) -> None:
    chance = random.Random(16)
    words = ["CT", "MRI", "Abdomen/Pelvis", "without", "contrast", "头部", "Ünïcode"]
    for number in range(200):
        asked = a_study(
            number,
            description=" ".join(chance.choices(words, k=chance.randrange(12))),
            severity=chance.choice((STAT, HIGH, NORMAL)),
            assignee=chance.choice((None, OKAFOR)),
        )
        said = line("left alone: changed meanwhile to Okafor A, Smith J"[: chance.randrange(50)])
        job = Job("severity", {"severity": chance.choice((STAT, HIGH, NORMAL))})
        head = chance.choice((None, change_head(job, asked)))
        row = listed_row(asked, context(), width, said, head)
        assert width_of(row) <= width
        assert text_of(row).rstrip().endswith(f"…{number:06}")


def test_what_is_said_stands_in_one_column() -> None:
    rows = [
        text_of(listed_row(a_study(each, description="CT " * each), context(), 120, line("done")))
        for each in range(1, 30)
    ]
    assert len({each.index("done") for each in rows}) == 1
    assert len({each.index("…0000") for each in rows}) == 1


@pytest.mark.parametrize(
    ("job", "count", "said"),
    [
        (Job("severity", {"severity": HIGH}), 3, "set ● HIGH"),
        (Job("severity", {"severity": NORMAL}), 3, "set RTN"),
        (Job("status", {"status": "complete"}), 1, "complete it"),
        (Job("status", {"status": "incomplete"}), 2, "reopen them"),
        (Job("assign", {"assigned_to": "usr_1"}), 2, "assign them"),
        (Job("unassign", {"assigned_to": None}), 1, "unassign it"),
        (Job("claim", {"assigned_to": "usr_1"}, is_claim=True), 2, "claim them"),
        (Job("cancel", cancelled=True), 1, "cancel it"),
        (Job("uncancel", cancelled=False), 2, "restore them"),
        (Job("metadata", {"metadata.room": "1"}), 2, "set it"),
        (Job("metadata", {"metadata.room": None}), 2, "delete it"),
    ],
)
def test_the_key_that_agrees_says_what_it_does(job: Job, count: int, said: str) -> None:
    assert deed(job, count) == said


def test_what_will_no_longer_be_stat_is_counted() -> None:
    studies = [a_study(0), a_study(1, severity=HIGH), a_study(2)]
    assert no_longer_stat(Job("severity", {"severity": HIGH}), studies) == 2
    assert no_longer_stat(Job("severity", {"severity": STAT}), studies) == 0
    assert no_longer_stat(Job("status", {"status": "complete"}), studies) == 0


def test_the_marked_ones_are_counted_by_priority() -> None:
    severities = (NORMAL, STAT, HIGH, STAT)
    studies = [a_study(number, severity=each) for number, each in enumerate(severities)]
    assert text_of(marked_line(studies)) == " 4 marked  ▲ STAT 2  ● HIGH 1  RTN 1"


def card_of(count: int, warning: Line) -> BulkCard:
    card = BulkCard()
    card.list_rows(count, lambda index, width: line(f"row {index}".ljust(width)))
    card.describe(line("Set HIGH on them?"), warning, answers_line(yes("set HIGH"), KEEP))
    return card


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("height", [15, 24, 50])
@pytest.mark.parametrize("count", [0, 1, 8, 100])
@pytest.mark.parametrize("warning", ["", "w" * 20, "w" * 90])
def test_a_card_shows_question_warning_rows_and_keys_in_the_room_there_is(
    width: int, height: int, count: int, warning: str
) -> None:
    lines = card_of(count, line(warning) if warning else ()).body(Size(width, height))
    shown = [text_of(each) for each in lines]
    assert len(shown) < height
    assert all(width_of(each) <= width for each in lines)
    assert shown[0].startswith(" Set HIGH on them?")
    assert warning[:50] in "".join(shown[:2])
    assert "y yes, set HIGH   esc keep it" in shown[-1]
    rows = sum(each.startswith("row ") for each in shown)
    assert rows == count or ("↑↓ scroll" in shown[-1] and f"of {count}" in shown[0])


async def test_while_marked_studies_are_asked_about_nothing_is_of_the_one_under_the_cursor(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as driver:
        table, detail = driver.screen.table, driver.screen.detail
        await driver.press("space", "j", "space", "j")
        await driver.until(lambda: len(driver.screen.row_context.marked) == 2)
        await driver.until(
            lambda: detail.study is not None and detail.study.study_id == table.cursor_id
        )
        whole = labels(detail.lines)
        await driver.press("s")
        await driver.sees("Severity of 2 studies")
        await driver.press("r")
        await driver.sees("y yes, set RTN")
        assert labels(detail.lines) == [" 2 marked"]
        assert not table.has_focus
        await driver.press("escape")
        await driver.until(lambda: table.has_focus)
        await driver.until(lambda: labels(detail.lines) == whole)


def labels(lines: Sequence[Line]) -> list[str]:
    """Return how lines begin: what they say of time goes on."""
    return [text_of(each)[:9] for each in lines]


# The row of a list that the person is on.


def test_the_chosen_row_has_the_cursors_ground_to_its_end_and_a_fill_keeps_its_own() -> None:
    content = line(("a", Role.DIM), ("b", Role.STAT), ("c", Role.ALARM), "d")
    row = chosen(content, 40)
    assert width_of(row) == 40
    assert [role for _, role in row if role is not Role.CURSOR] == [Role.CURSOR_STAT, Role.ALARM]
    assert chosen(content, 40, is_slow=True) == (("▌ ", Role.KEY), *content)
