"""The journal: what it tells, what it never tells, and that nobody can change it unnoticed."""

import errno
import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from avara_tui.api.errors import ErrorKind
from avara_tui.clock import ManualClock
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.triage.journal.chain import ChainFile
from avara_tui.triage.journal.keeping import MOST_WAITING, OTHER, Journal
from avara_tui.triage.journal.reading import Reading, read
from avara_tui.triage.person import Person
from avara_tui.triage.writing.ending import Ending
from avara_tui.triage.writing.history import CANCELLED, NO, YES, History, StudyChange
from avara_tui.worklist.merge import Draft, FieldChange
from triage.making import workplace

ME = "usr_" + "a" * 32
STUDY = "stu_" + "b" * 32
SEVERITY = FieldChange("severity", "normal", "stat")
PLANTED = "DOE^JANE 1970-01-01"


def a_journal(path: Path, changed: Callable[[], None] = lambda: None) -> tuple[Journal, History]:
    clock = ManualClock(1_700_000_000.0)
    history = History(clock)
    journal = Journal(path, lambda: Person("northside", ME), clock, changed)
    history.subscribe(journal)
    return journal, history


def can_be_written(journal: Journal) -> bool:
    return journal.problem is None


def write(history: History, *fields: FieldChange, ending: Ending | None = Ending.DONE) -> None:
    entry = history.begin("severity")
    history.intend(entry, STUDY, fields)
    if ending is not None:
        history.end(entry, StudyChange(STUDY, fields, ending))


def lines(path: Path) -> list[Any]:
    return [json.loads(each) for each in path.read_text().splitlines()]


def test_a_line_before_and_one_after_say_who_what_when_and_how_it_ended(tmp_path: Path) -> None:
    path = tmp_path / "state" / "journal.jsonl"
    journal, history = a_journal(path)
    write(history, SEVERITY)
    before, after = lines(path)
    assert (before["event"], after["event"]) == ("intended", "ended")
    for each in (before, after):
        assert each["at"] == "2023-11-14T22:13:20.000+00:00"
        assert (each["profile"], each["me"], each["action"]) == ("northside", ME, "severity")
        assert each["studyId"] == STUDY
        assert each["fields"] == [{"field": "severity", "old": "normal", "new": "stat"}]
    assert "outcome" not in before
    assert after["outcome"] == "done"
    import pwd

    assert before["user"] == pwd.getpwuid(os.geteuid()).pw_name
    assert journal.problem is None
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    reading = read(path)
    assert reading.is_intact
    assert not reading.unknown
    journal.close()


def test_nothing_but_severity_status_assignee_and_cancellation_is_told(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    _, history = a_journal(path)
    write(
        history,
        FieldChange("description", PLANTED, f"{PLANTED}!"),
        FieldChange(f"metadata {PLANTED}", PLANTED, None),
        FieldChange("metadata modality", None, PLANTED),
        FieldChange("severity", PLANTED, "stat"),
        FieldChange("status", "incomplete", PLANTED),
        FieldChange("assigned_to", PLANTED, ME),
        FieldChange(CANCELLED, NO, YES),
    )
    assert "DOE" not in path.read_text()
    assert lines(path)[0]["fields"] == [
        {"field": "description"},
        {"field": "severity", "old": OTHER, "new": "stat"},
        {"field": "status", "old": "incomplete", "new": OTHER},
        {"field": "assigned_to", "old": OTHER, "new": ME},
        {"field": CANCELLED, "old": NO, "new": YES},
        {"field": "metadata", "pairs": 2},
    ]


async def test_a_save_is_on_the_file_before_it_reaches_the_server(
    tmp_path: Path, emulator: EmbeddedEmulator
) -> None:
    path = tmp_path / "journal.jsonl"
    study_id = emulator.studies()[0]["studyId"]
    seen: list[int] = []

    async with workplace(emulator) as work:
        journal = Journal(path, lambda: Person("test", None), ManualClock(0.0))
        work.history.subscribe(journal)
        update = work.client.update

        async def noting(*args: Any, **named: Any) -> Any:
            seen.append(len(lines(path)))
            return await update(*args, **named)

        work.client.update = noting  # type: ignore[method-assign]
        base = Draft.of(await work.read(study_id))
        emulator.arm("status-403", 1, "studies.update")
        await work.editor.save(study_id, base, base._replace(description=PLANTED))
        await work.editor.save(study_id, base, base._replace(description=PLANTED))
        await work.editor.save(study_id, base, base._replace(description=PLANTED))
    assert seen == [1, 3]
    assert [each.get("outcome") for each in lines(path)] == [
        None,
        "failed",
        None,
        "done",
        "nothing to do",
    ]
    assert lines(path)[1]["error"] == ErrorKind.FORBIDDEN.value
    assert emulator.api_key not in path.read_text()
    assert "DOE" not in path.read_text()
    reading = read(path)
    assert reading.is_intact
    assert [each.outcome for each in reading.attempts] == ["failed", "done", "nothing to do"]
    assert not reading.unknown
    journal.close()


def a_file(tmp_path: Path, writes: int = 4) -> Path:
    path = tmp_path / "journal.jsonl"
    path.unlink(missing_ok=True)
    journal, history = a_journal(path)
    for _ in range(writes):
        write(history, SEVERITY)
    journal.close()
    assert read(path).is_intact
    return path


def test_what_was_intended_and_never_ended_is_unknown(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    _, history = a_journal(path)
    write(history, SEVERITY)
    write(history, SEVERITY, ending=None)
    write(history, SEVERITY, ending=Ending.UNKNOWN)
    reading = read(path)
    assert reading.is_intact
    assert [each.outcome for each in reading.unknown] == [None, "unknown"]
    assert [each.as_json()["outcome"] for each in reading.unknown] == ["unknown", "unknown"]


def test_a_later_word_on_an_unknown_write_settles_it(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    _, history = a_journal(path)
    entry = history.begin("severity")
    history.intend(entry, STUDY, (SEVERITY,))
    history.end(entry, StudyChange(STUDY, (SEVERITY,), Ending.UNKNOWN))
    assert len(read(path).unknown) == 1
    history.end(entry, StudyChange(STUDY, (SEVERITY,), Ending.FAILED))
    assert len(read(path).unknown) == 1
    history.end(entry, StudyChange(STUDY, (SEVERITY,), Ending.NOTHING_TO_DO))
    (attempt,) = read(path).attempts
    assert attempt.outcome == "done"


def edited(path: Path, edit: Callable[[list[bytes]], list[bytes]]) -> Reading:
    path.write_bytes(b"".join(edit(path.read_bytes().splitlines(keepends=True))))
    return read(path)


@pytest.mark.parametrize(
    ("edit", "line"),
    [
        (lambda ls: [*ls[:2], ls[2].replace(b"stat", b"high"), *ls[3:]], 3),
        (lambda ls: [*ls[:2], *ls[3:]], 3),
        (lambda ls: ls[1:], 1),
        (lambda ls: [*ls[:2], ls[3], ls[2], *ls[4:]], 3),
        (lambda ls: [*ls[:2], ls[2], *ls[2:]], 4),
        (lambda ls: [*ls[:2], ls[2][:50] + b"\n", *ls[3:]], 3),
        (lambda ls: [*ls[:2], ls[2][:-1] + ls[3], *ls[4:]], 3),
        (lambda ls: [*ls[:2], b"hello\n", *ls[2:]], 3),
        (lambda ls: [*ls[:2], b"\n", *ls[2:]], 3),
        (lambda ls: [*ls[:-1], ls[-1].replace(b"done", b"fail")], 8),
    ],
    ids=[
        "changed", "deleted", "first deleted", "swapped", "doubled", "cut", "joined", "put in",
        "blank put in", "last changed",
    ],
)  # fmt: skip
def test_tampering_is_found_where_it_is(
    tmp_path: Path, edit: Callable[[list[bytes]], list[bytes]], line: int
) -> None:
    reading = edited(a_file(tmp_path), edit)
    assert not reading.is_intact
    assert reading.findings[0].line == line
    assert len(reading.findings) <= 3


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_changed_byte_goes_unnoticed(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "journal.jsonl"
    if not path.exists():
        a_file(tmp_path)
    whole = path.read_bytes()
    start = data.draw(st.integers(0, len(whole) - 1))
    end = data.draw(st.integers(start, min(start + 400, len(whole))))
    put_in = data.draw(st.binary(max_size=8))
    changed = whole[:start] + put_in + whole[end:]
    other = path.with_name("changed.jsonl")
    other.write_bytes(changed)
    reading = read(other)
    if changed == whole:
        return
    # A cut at the end looks like a line that broke off; where whole lines are gone, only the
    # head that was noted tells.
    is_told = not reading.is_intact or reading.torn
    assert is_told or not read(other, head=read(path).head).is_intact or changed + b"\n" == whole


def test_lines_missing_at_the_end_show_by_a_head_noted_before(tmp_path: Path) -> None:
    path = a_file(tmp_path)
    head = read(path).head
    assert read(path, head=head).is_intact
    reading = edited(path, lambda ls: ls[:-2])
    assert reading.is_intact
    assert not read(path, head=head).is_intact


@pytest.mark.parametrize("kept", [0, 1, 50, -1])
def test_a_last_line_that_broke_off_is_unknown_and_no_tampering(tmp_path: Path, kept: int) -> None:
    path = a_file(tmp_path)
    whole = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(whole[:-1]) + whole[-1][: kept if kept >= 0 else len(whole[-1]) - 1])
    reading = read(path)
    assert reading.is_intact
    # Without its line feed alone, a line is whole; with nothing of it, nobody can know.
    assert len(reading.torn) == (1 if kept > 0 else 0)
    _, history = a_journal(path)
    write(history, SEVERITY)
    again = read(path)
    assert again.is_intact
    assert len(again.torn) == len(reading.torn)
    assert again.attempts[-1].outcome == "done"


def test_a_journal_goes_on_behind_a_changed_line_and_the_change_stays_found(
    tmp_path: Path,
) -> None:
    path = a_file(tmp_path)
    edited(path, lambda ls: [*ls[:-1], ls[-1].replace(b"done", b"gone")])
    _, history = a_journal(path)
    write(history, SEVERITY)
    reading = read(path)
    assert [each.line for each in reading.findings] == [8]
    assert reading.attempts[-1].outcome == "done"


_WRITER = """
import sys
from pathlib import Path
from avara_tui.triage.journal.chain import ChainFile
file = ChainFile(Path(sys.argv[1]))
waiting = []
for number in range(60):
    waiting.append({"event": "note", "from": sys.argv[2], "number": number})
    try:
        file.append(waiting)
    except TimeoutError:
        continue
    waiting = []
while waiting:
    try:
        file.append(waiting)
    except TimeoutError:
        continue
    waiting = []
file.close()
"""


def test_programs_that_write_at_once_keep_one_chain(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    writers = [subprocess.Popen([sys.executable, "-c", _WRITER, str(path), name]) for name in "abc"]
    assert [each.wait(60) for each in writers] == [0, 0, 0]
    assert read(path).is_intact
    written = [(each["from"], each["number"]) for each in lines(path)]
    assert sorted(written) == [(name, number) for name in "abc" for number in range(60)]
    assert [each["n"] for each in lines(path)] == list(range(1, 181))


def test_a_program_that_stands_still_with_the_file_stops_nobody(tmp_path: Path) -> None:
    import fcntl

    path = tmp_path / "journal.jsonl"
    journal, history = a_journal(path)
    write(history, SEVERITY)
    with path.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        write(history, SEVERITY)
        assert not can_be_written(journal)
        assert journal.waiting == 2
    write(history, SEVERITY)
    assert can_be_written(journal)
    assert len(lines(path)) == 6
    assert read(path).is_intact


def test_a_full_disk_is_told_and_what_waited_is_written_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str | None] = []
    path = tmp_path / "journal.jsonl"
    journal, history = a_journal(path, lambda: told.append(journal.problem))
    write(history, SEVERITY)
    real = os.write

    def full(file: int, data: bytes) -> int:
        # Some of it still fits, as on a disk that is just running full.
        if len(data) < 100:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(file, data[:-60])

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        write(history, SEVERITY)
        write(history, SEVERITY)
        assert journal.problem == os.strerror(errno.ENOSPC)
        assert len(lines(path)) == 2
    write(history, SEVERITY)
    assert told == [os.strerror(errno.ENOSPC), None]
    assert len(lines(path)) == 8
    assert read(path).is_intact


def test_lines_that_can_never_be_written_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.mkdir()
    journal, history = a_journal(path)
    for _ in range(MOST_WAITING // 2 + 3):
        write(history, SEVERITY)
    assert journal.waiting == MOST_WAITING
    path.rmdir()
    write(history, SEVERITY, ending=None)
    reading = read(path)
    assert reading.lost == 7
    assert reading.is_intact


def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    path, victim = tmp_path / "journal.jsonl", tmp_path / "victim"
    victim.write_text("precious")
    path.symlink_to(victim)
    journal, history = a_journal(path)
    write(history, SEVERITY)
    assert journal.problem is not None
    assert victim.read_text() == "precious"


def test_a_failure_of_the_disk_itself_is_told_at_the_next_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "journal.jsonl"
    file = ChainFile(path)

    def failing(_: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", failing)
        file.append([{"event": "note"}])
        file.close()
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        file.append([{"event": "note"}])
    file.append([{"event": "note"}])
    assert len(lines(path)) == 2


def test_the_disk_is_waited_for_at_the_end_and_not_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[int] = []
    monkeypatch.setattr(os, "fsync", flushed.append)
    file = ChainFile(tmp_path / "journal.jsonl")
    for _ in range(5):
        file.append([{"event": "note"}])
    file.close()
    assert flushed
