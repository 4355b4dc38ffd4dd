"""What was done here and what came in, in lines: random ones against what is plain to see."""

import random
import re
import time
from collections.abc import Sequence

import pytest
from rich.cells import cell_len

from avara_tui.clock import ManualClock
from avara_tui.study import UNREADABLE, Study
from avara_tui.text import clean
from avara_tui.triage.writing.ending import Ending
from avara_tui.triage.writing.history import Entry, History, StudyChange, name_of_new
from avara_tui.tui.board.news import News
from avara_tui.tui.lines import Line, Role, as_plain, text_of
from avara_tui.tui.presentation.lower_panes import (
    MOST,
    DoneHere,
    JustIn,
    done_lines,
    just_in_lines,
    lower_panes,
)
from avara_tui.tui.presentation.row_context import RowContext
from avara_tui.worklist.merge import FieldChange
from avara_tui.worklist.studies import ChangeSet
from tui.hostile import PAYLOADS, assert_harmless
from worklist.making import NOW, SMITH, study, study_id

ACTIONS = ("claim", "severity", "assign", "description", "metadata", "cancel", "save", "undo")
KEYS = (("H", "all"), ("z", "undo the last"))
SEEDS = range(150)
WORDS = {
    None: "under way",
    Ending.DONE: "done",
    Ending.NOTHING_TO_DO: "no change",
    Ending.CONFLICT: "conflict",
    Ending.GONE: "gone",
    Ending.FAILED: "failed",
    Ending.UNKNOWN: "unknown",
    Ending.DIFFERENT: "different",
}


@pytest.fixture(autouse=True)
def in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()


def entry(*changes: StudyChange, action: str = "claim", number: int = 1, at: float = NOW) -> Entry:
    made = Entry(number, action, at)
    for each in changes:
        made.put(each)
    return made


def change(number: int = 1, ending: Ending | None = Ending.DONE, **fields: object) -> StudyChange:
    changed = (FieldChange("severity", "normal", "high"),)
    return StudyChange(study_id(number), changed, ending)._replace(**fields)  # type: ignore[arg-type]


def lines(content: Sequence[Line]) -> list[str]:
    return [each.rstrip() for each in as_plain(content)]


def rows_of(done: DoneHere, width: int = 60, room: int = 9) -> list[str]:
    return lines(done_lines(done, width, room, masked=False))[1:]


# What was done.


def random_entry(choose: random.Random, number: int) -> Entry:
    count = choose.choice((1, 1, 2, 5))
    changes = [
        change(each, choose.choice([None, *Ending]))._replace(is_undone=choose.random() < 0.3)
        for each in choose.sample(range(8), count)
    ]
    return entry(*changes, action=choose.choice(ACTIONS), number=number, at=NOW + 60 * number)


def expected_outcome(made: Entry, since: int) -> str:
    """Return what became of an entry, said in the plainest way."""
    endings = [each.ending for each in made.changes]
    good = endings.count(Ending.DONE) + endings.count(Ending.NOTHING_TO_DO)
    undone = [each.is_undone for each in made.changes].count(True)
    if None in endings:
        return "under way"
    if undone == len(endings):
        return "undone"
    if since:
        return "changed since" if len(endings) == 1 else f"{since} changed since"
    if len(endings) == 1:
        return WORDS[endings[0]]
    if good < len(endings):
        return f"{good} of {len(endings)} done"
    return f"{undone} undone" if undone else f"{good} done"


@pytest.mark.parametrize("seed", SEEDS)
def test_the_last_that_were_done_stand_there_the_newest_on_top(seed: int) -> None:
    choose = random.Random(seed)
    held = {study_id(each): study(each, description=f"CT {each}") for each in range(6)}
    entries = [random_entry(choose, each) for each in range(choose.randrange(12))]
    since = {id(each): choose.choice((0, 0, 0, 1)) for each in entries}
    width, room = choose.randrange(48, 71), choose.randrange(12)
    masked = choose.random() < 0.3
    done = DoneHere(entries, held.get, lambda each: since[id(each)], KEYS)
    drawn = done_lines(done, width, room, masked=masked)
    if not entries or room < 2:
        assert drawn == []
        return
    head, *rows = lines(drawn)
    assert head.startswith(" DONE HERE ")
    assert head.endswith(" H all  z undo the last")
    assert all(cell_len(each) <= width for each in (head, *rows))
    told = entries[::-1][: room - 1]
    assert len(rows) == len(told)
    for row, made in zip(rows, told, strict=True):
        count = len(made.changes)
        name = f"{count} studies"
        if count == 1:
            number = int(made.changes[0].study_id.removeprefix("stu_"), 16)
            name = f"CT {number}" if number < 6 else f"study …{study_id(number)[-6:]}"
            name = "•••" if masked and number < 6 else name
        clock = time.strftime("%H:%M", time.gmtime(made.at))
        outcome = expected_outcome(made, since[id(made)])
        assert row.split() == [clock, made.action, *name.split(), *outcome.split()]


def test_an_outcome_is_whole_however_long_the_description() -> None:
    long = study(1, description="MRI " * 60)
    done = DoneHere([entry(change(1, Ending.CONFLICT))], {study_id(1): long}.get)
    for width in range(40, 71):
        (row,) = rows_of(done, width)
        assert re.search("… +conflict$", row)
        assert cell_len(row) == width


@pytest.mark.parametrize(
    ("values", "word"),
    [
        (["complete"], "complete"),
        (["incomplete"], "reopen"),
        (["incomplete", "incomplete"], "reopen"),
        (["incomplete", "complete"], "status"),
    ],
)
def test_what_was_reopened_is_not_called_complete(values: list[str], word: str) -> None:
    changes = [
        change(number, fields=(FieldChange("status", None, value),))
        for number, value in enumerate(values)
    ]
    (row,) = rows_of(DoneHere([entry(*changes, action="status")]))
    assert row.split()[1] == word


def test_the_next_one_was_claimed_and_one_without_an_id_is_new() -> None:
    created = change(study_id=name_of_new("1.2.3"), ending=None)
    rows = rows_of(DoneHere([entry(change(), action="next"), entry(created, action="create")]))
    assert [each.split()[1] for each in rows] == ["new", "claim"]
    assert " new study " in rows[0][12:]


def test_a_history_has_moved_on_with_everything_that_it_is_told() -> None:
    history = History(ManualClock(NOW))
    made = history.begin("claim")
    seen = [history.revision]
    fields = (FieldChange("severity", "normal", "high"),)
    history.intend(made, study_id(1), fields)
    seen.append(history.revision)
    history.end(made, StudyChange(study_id(1), fields, Ending.DONE))
    seen.append(history.revision)
    history.mark_undone(made, study_id(1))
    seen.append(history.revision)
    assert seen == sorted(set(seen))


# What came in.


def random_study(choose: random.Random, number: int) -> Study:
    return study(
        number,
        description=f"XR {number}",
        severity=choose.choice(("stat", "high", "normal")),
        status=choose.choice(("incomplete", "incomplete", "complete")),
        is_cancelled=choose.random() < 0.1,
        assignee=choose.choice((None, SMITH)),
    )


def is_urgent(one: Study) -> bool:
    return one.severity == "stat" and one.status == "incomplete" and not one.is_cancelled


@pytest.mark.parametrize("seed", SEEDS)
def test_open_stat_studies_come_first_and_what_has_no_line_is_counted(seed: int) -> None:
    choose = random.Random(seed)
    held = [random_study(choose, each) for each in range(choose.randrange(14))]
    came = {each.study_id: NOW + 60 * choose.randrange(90) for each in held} | {"away": NOW}
    changed, width, room = choose.choice((0, 0, 7)), choose.randrange(48, 71), choose.randrange(12)
    masked = choose.random() < 0.3
    find = {each.study_id: each for each in held}.get
    drawn = just_in_lines(JustIn(came, find, changed), width, room, masked=masked)
    if room < 3 or not (held or changed):
        assert drawn == []
        return
    head, *rows = lines(drawn)
    assert head.startswith(" JUST IN ")
    assert head.endswith(" since you looked")
    assert len(drawn) <= room
    assert all(cell_len(each) <= width for each in (head, *rows))
    newest = sorted(held, key=lambda each: (-came[each.study_id], each.study_id))
    wanted = [*filter(is_urgent, newest), *(each for each in newest if not is_urgent(each))]
    tail = rows[-1] if changed or len(held) > room - 1 else ""
    told = rows[:-1] if tail else rows
    left = wanted[len(told) :]
    assert len(told) == min(len(wanted), room - 1 - bool(tail))
    for row, one in zip(told, wanted, strict=False):
        clock = time.strftime("%H:%M", time.gmtime(came[one.study_id]))
        assert row.startswith(" + ")
        assert f" {clock}  " in row
        assert ("•••" if masked else one.description) in row.split("  ", 1)[1]
        assert not masked or one.description not in row
        state = "cancelled" if one.is_cancelled else one.status
        assert row.endswith(f" {state}") is (state != "incomplete")
    stat = sum(map(is_urgent, left))
    more = f"+ {len(left)} more" + (f", {stat} STAT" if stat else "") if left else ""
    parts = [each for each in (more, f"~ changed {changed}" if changed else "") if each]
    assert tail.strip() == "  ".join(parts)


@pytest.mark.parametrize(
    ("fields", "word", "role"),
    [
        ({"severity": "stat"}, "▲ STAT", Role.ALARM),
        ({"severity": "stat", "assignee": SMITH}, "▲ STAT", Role.STAT),
        ({"severity": "stat", "status": "complete"}, "▲ STAT", Role.STAT),
        ({"severity": "stat", "is_cancelled": True}, "▲ STAT", Role.STAT),
        ({"severity": "high"}, "● HIGH", Role.HIGH),
        ({"severity": "normal"}, "  RTN ", Role.PLAIN),
        (
            {"severity": "stat", "unreadable": ("severity",), "assignee": SMITH},
            "▲STAT?",
            Role.STAT,
        ),
        ({"severity": "odd"}, "? ODD ", Role.HIGH),
    ],
)
def test_a_priority_looks_as_in_the_table(fields: dict[str, object], word: str, role: Role) -> None:
    one = study(1, **fields)
    if "unreadable" in fields:
        assert one.told_severity == UNREADABLE
    drawn = just_in_lines(JustIn({one.study_id: NOW}, {one.study_id: one}.get), 60, 5, masked=False)
    assert drawn[1][1] == (word, role)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_new_came_when_it_was_last_brought(seed: int) -> None:
    choose, clock = random.Random(seed), ManualClock(NOW)
    news = News(RowContext(), clock)
    ids = [f"s{each}" for each in range(6)]
    held: set[str] = set()
    came: dict[str, float] = {}
    for _ in range(60):
        clock.advance(1.0)
        before = (news.revision, dict(news.came), set(news.changed))
        one = choose.choice(ids)
        act = choose.choice(("bring", "change", "drop", "gone", "look"))
        if act == "bring" and one not in held and one not in came:
            held.add(one)
            came[one] = clock.now()
            news.note(ChangeSet(added={one}))
        elif act == "bring" and one not in held:
            held.add(one)
            news.note(ChangeSet(returned={one}))
        elif act == "change" and one in held:
            news.note(ChangeSet(changed={one}))
        elif act == "drop" and one in held:
            held.discard(one)
            news.follow(ChangeSet(dropped={one}))
        elif act == "gone" and one in held:
            held.discard(one)
            came.pop(one, None)
            news.follow(ChangeSet(gone={one}))
        elif act == "look" and one in held:
            news.look_at(one)
            news.look_at(None)
            came.pop(one, None)
        assert news.came == {each: at for each, at in came.items() if each in held}
        assert set(news.came) == news.new
        if before[1:] != (dict(news.came), set(news.changed)):
            assert news.revision > before[0]


# Both.


@pytest.mark.parametrize("seed", SEEDS)
def test_both_keep_to_their_places_and_to_the_room(seed: int) -> None:
    choose = random.Random(seed)
    held = [random_study(choose, each) for each in range(choose.randrange(1, 14))]
    find = {each.study_id: each for each in held}.get
    came = JustIn({each.study_id: NOW for each in held}, find, choose.choice((0, 3)))
    done = DoneHere([random_entry(choose, each) for each in range(choose.randrange(1, 12))], find)
    for room in range(30):
        both, upper, lower = (
            lines(lower_panes(*each, 60, room, masked=False))
            for each in ((done, came), (done, JustIn()), (DoneHere(), came))
        )
        assert lower_panes(DoneHere(), JustIn(), 60, room, masked=False) == []
        for each in (both, upper, lower):
            assert len(each) in ({min(room, MOST)} if room > 2 else {0, min(room, MOST)})
        assert not any("JUST IN" in each for each in upper)
        assert not any("DONE HERE" in each for each in lower)
        heads = [[each[:10].strip() for each in found] for found in (both, upper, lower)]
        if room >= 6:
            assert heads[0].index("DONE HERE") == heads[1].index("DONE HERE")
            assert heads[0].index("JUST IN") == heads[2].index("JUST IN")
        elif room >= 3:
            assert "JUST IN" in heads[0]
            assert "DONE HERE" not in heads[0]
            assert "DONE HERE" in heads[1]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_hostile_text_is_harmless_in_both(payload: str) -> None:
    one = study(1, description=payload, severity=payload, status=payload)
    find = {one.study_id: one}.get
    done = DoneHere([entry(change(), action=payload), entry(change(study_id=payload))], find)
    drawn = lower_panes(done, JustIn({one.study_id: NOW}, find), 60, MOST, masked=False)
    texts = as_plain(drawn)
    assert_harmless(texts)
    assert all(cell_len(each) <= 60 for each in texts)
    assert any(text_of(each).startswith(" JUST IN") for each in drawn)
    assert any(clean(payload)[:3].strip() in each for each in texts)
