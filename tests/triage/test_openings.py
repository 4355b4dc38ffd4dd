"""What was opened is written down, and how: never the link, nor a part of it."""

import asyncio
import errno
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

import pytest

from avara_tui.api.client import AvaraClient
from avara_tui.api.errors import ErrorKind
from avara_tui.clock import ManualClock
from avara_tui.config import Profile
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.emulator.faults.catalogue import KINDS
from avara_tui.triage.journal.keeping import keep_journal
from avara_tui.triage.journal.on_demand import JournalOnDemand
from avara_tui.triage.journal.reading import Reading, read
from avara_tui.triage.opener import viewing
from avara_tui.triage.opener.openings import MOST_OPENINGS, OpeningEnd, Openings, Way
from avara_tui.triage.opener.viewing import (
    LinkToGive,
    NotOpenedError,
    Opened,
    open_and_record,
)
from avara_tui.triage.person import Person
from avara_tui.triage.writing.ending import Ending
from avara_tui.triage.writing.history import History, StudyChange
from avara_tui.worklist.merge import FieldChange
from triage.plain_journal import read_plainly

ME: Final = "usr_" + "a" * 32
STUDY: Final = "stu_" + "b" * 32
OTHER: Final = "stu_" + "c" * 32
TOKEN: Final = "planted-bearer-5f1e"
LINK: Final = f"https://viewer.example/study/{STUDY}?token={TOKEN}"
SEVERITY: Final = FieldChange("severity", "normal", "stat")
PROFILE: Final = Profile(name="northside")


class Notes(NamedTuple):
    """What a session writes down, and where."""

    path: Path
    history: History
    openings: Openings
    clock: ManualClock


@pytest.fixture
def notes(tmp_path: Path) -> Notes:
    clock = ManualClock(1_700_000_000.0)
    kept = Notes(tmp_path / "journal.jsonl", History(clock), Openings(clock), clock)
    keep_journal(
        kept.path,
        kept.history,
        kept.openings,
        person=lambda: Person("northside", ME),
        clock=clock,
        changed=lambda: None,
    )
    return kept


def lines(path: Path) -> list[Any]:
    return [json.loads(each) for each in path.read_text().splitlines()]


def write(notes: Notes, ending: Ending | None = Ending.DONE) -> None:
    entry = notes.history.begin("severity")
    notes.history.intend(entry, STUDY, (SEVERITY,))
    if ending is not None:
        notes.history.end(entry, StudyChange(STUDY, (SEVERITY,), ending))


def an_opening(notes: Notes, *ways: Way, study_id: str = STUDY) -> None:
    with notes.openings.begin(study_id) as opening:
        for way in ways:
            notes.openings.given(opening, way)


def leads_to(monkeypatch: pytest.MonkeyPatch, end: object) -> None:
    """Let opening a study end with ``end``: what it returns, or what it raises."""

    async def answer(*_: object, **__: object) -> object:
        if isinstance(end, BaseException):
            raise end
        return end

    monkeypatch.setattr(viewing, "open_study", answer)


async def open_one(notes: Notes, **more: Any) -> Any:
    return await open_and_record(notes.openings, cast("Any", None), STUDY, PROFILE, **more)


# What the lines say.


def test_a_line_before_and_one_after_say_who_what_when_and_in_which_way(notes: Notes) -> None:
    with notes.openings.begin(STUDY) as opening:
        # It is on the file before the server is asked.
        (before,) = lines(notes.path)
        notes.clock.advance(2.0)
        notes.openings.given(opening, Way.BROWSER)
    _, after = lines(notes.path)
    assert (before["event"], after["event"]) == ("opening", "opened")
    for each in (before, after):
        assert (each["profile"], each["me"], each["action"]) == ("northside", ME, "open")
        assert (each["studyId"], each["attempt"]) == (STUDY, 1)
        assert "fields" not in each
    assert (before["at"], after["at"]) == (
        "2023-11-14T22:13:20.000+00:00",
        "2023-11-14T22:13:22.000+00:00",
    )
    assert "outcome" not in before
    assert (after["outcome"], after["how"]) == ("done", "browser")


def test_each_way_that_a_link_is_given_is_told_and_belongs_to_its_opening(notes: Notes) -> None:
    with notes.openings.begin(STUDY) as first:
        notes.openings.given(first, Way.LINK)
    an_opening(notes, Way.BROWSER, study_id=OTHER)
    for way in (Way.COPIED, Way.QR, Way.COPIED):
        notes.openings.given(first, way)
    one, other = read(notes.path).attempts
    assert one.as_json()["how"] == ["link", "copied", "qr"]
    assert one.as_json()["studyId"] == STUDY
    assert other.as_json()["how"] == ["browser"]
    assert first.ways == (Way.LINK, Way.COPIED, Way.QR)
    # Every time that it left is a line of its own.
    assert [each.get("how") for each in lines(notes.path)].count("copied") == 2


@pytest.mark.parametrize(
    ("end", "more", "way"),
    [
        (Opened("firefox"), {}, Way.BROWSER),
        (LinkToGive(LINK, "Your browser is on another machine."), {}, Way.LINK),
        (LinkToGive(LINK, "Nobody may see it."), {"shows_links": False}, None),
        (NotOpenedError("no way", ErrorKind.TIMEOUT), {}, None),
        (NotOpenedError("there is no connection to the server yet"), {}, None),
    ],
)
async def test_how_it_ended_is_told_and_never_the_link(
    notes: Notes, monkeypatch: pytest.MonkeyPatch, end: object, more: dict[str, bool], way: object
) -> None:
    leads_to(monkeypatch, end)
    if isinstance(end, NotOpenedError):
        with pytest.raises(NotOpenedError):
            await open_one(notes, **more)
    else:
        assert (await open_one(notes, **more))[0] == end
    (opening,) = notes.openings.all
    assert opening.end is (OpeningEnd.FAILED if way is None else OpeningEnd.DONE)
    assert opening.ways == (() if way is None else (way,))
    (attempt,) = read(notes.path).attempts
    assert attempt.is_known
    assert attempt.as_json()["error"] == ("timeout" if getattr(end, "kind", None) else None)
    for said in (notes.path.read_text(), repr(notes.openings.all)):
        assert TOKEN not in said
        assert "viewer.example" not in said


async def test_a_program_of_the_settings_that_is_no_browser_is_told_from_one(
    notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    leads_to(monkeypatch, Opened("lemonade"))
    profile = Profile(name="northside", browser_command=("/usr/bin/lemonade", "{page}"))
    await open_and_record(notes.openings, cast("Any", None), STUDY, profile)
    assert read(notes.path).attempts[0].as_json()["how"] == ["program"]


async def test_an_opening_that_is_broken_off_is_not_known(
    notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = asyncio.Event()

    async def never(*_: object, **__: object) -> object:
        asked.set()
        return await asyncio.get_running_loop().create_future()

    monkeypatch.setattr(viewing, "open_study", never)
    opening = asyncio.ensure_future(open_one(notes))
    await asked.wait()
    assert [each.outcome for each in read(notes.path).unknown_openings] == [None]
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    reading = read(notes.path)
    assert [each.outcome for each in reading.unknown_openings] == ["unknown"]
    assert reading.unknown == []
    # It may have been seen, so one can go back to it.
    assert notes.openings.trail() == [STUDY]


# The chain.


def mixed(notes: Notes) -> Path:
    """Return a journal of eight lines: writes and openings in turn."""
    for number in range(2):
        write(notes)
        an_opening(notes, Way.LINK, study_id=(STUDY, OTHER)[number])
    return notes.path


def edited(path: Path, edit: Callable[[list[bytes]], list[bytes]]) -> Reading:
    path.write_bytes(b"".join(edit(path.read_bytes().splitlines(keepends=True))))
    return read(path)


@pytest.mark.parametrize(
    ("edit", "line"),
    [
        (lambda ls: [*ls[:3], ls[3].replace(b'"link"', b'"browser"'), *ls[4:]], 4),
        (lambda ls: [*ls[:3], ls[3].replace(b"done", b"failed"), *ls[4:]], 4),
        (lambda ls: [*ls[:2], ls[2].replace(b"opening", b"opened"), *ls[3:]], 3),
        (lambda ls: [*ls[:3], ls[3].replace(STUDY.encode(), OTHER.encode()), *ls[4:]], 4),
        (lambda ls: [*ls[:2], *ls[4:]], 3),
        (lambda ls: [*ls[:2], *ls[3:]], 3),
        (lambda ls: [*ls[:2], ls[3], ls[2], *ls[4:]], 3),
        (lambda ls: [*ls[:4], *ls[2:4], *ls[4:]], 5),
        (lambda ls: [*ls[:-1], ls[-1].replace(b"link", b"seen")], 8),
    ],
    ids=[
        "way changed", "end changed", "event changed", "study changed", "opening taken out",
        "half taken out", "swapped", "opening doubled", "last changed",
    ],
)  # fmt: skip
def test_tampering_with_an_opening_is_found_where_it_is(
    notes: Notes, edit: Callable[[list[bytes]], list[bytes]], line: int
) -> None:
    assert read(mixed(notes)).is_intact
    reading = edited(notes.path, edit)
    assert not reading.is_intact
    assert reading.findings[0].line == line


def test_a_program_from_before_there_were_openings_reads_the_writes(notes: Notes) -> None:
    found = read_plainly(mixed(notes))
    assert found.is_intact
    assert found.writes == [(STUDY, "done"), (STUDY, "done")]
    assert len(read(notes.path).attempts) == 4


# Two lines as they were written before there were openings, and the head that they had.
OLD: Final = (
    '{"n":1,"event":"intended","at":"2023-11-14T22:13:20.000+00:00","user":"reader","profile":'
    '"northside","me":null,"run":"0011223344556677","attempt":1,"entry":1,"action":"severity",'
    f'"studyId":"{STUDY}","fields":[{{"field":"severity","old":"normal","new":"stat"}}],'
    '"prev":"0000000000000000000000000000000000000000000000000000000000000000","hash":"%s"}\n'
)


def test_a_journal_from_before_there_were_openings_is_read_and_goes_on(notes: Notes) -> None:
    import hashlib

    body = OLD.partition(',"hash":"')[0]
    own = hashlib.sha256(body.encode()).hexdigest()
    notes.path.write_text(OLD % own)
    before = read(notes.path)
    assert (before.is_intact, before.head, len(before.unknown)) == (True, own, 1)
    assert before.attempts[0].as_json()["how"] is None
    an_opening(notes, Way.BROWSER)
    write(notes)
    reading = read(notes.path, head=own)
    assert reading.is_intact
    assert [each.is_opening for each in reading.attempts] == [False, True, False]
    assert [each["n"] for each in lines(notes.path)] == [1, 2, 3, 4, 5]
    # The write that nobody saw the end of stays the only one.
    assert len(reading.unknown) == 1
    assert read_plainly(notes.path).writes == [(STUDY, None), (STUDY, "done")]


def test_on_a_full_disk_openings_wait_in_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = ManualClock(0.0)
    told: list[str | None] = []
    path, history, openings = tmp_path / "journal.jsonl", History(clock), Openings(clock)
    journal = JournalOnDemand(
        path,
        history,
        openings,
        person=lambda: Person("northside", ME),
        clock=clock,
        changed=lambda: told.append(journal.problem),
    )
    kept = Notes(path, history, openings, clock)
    assert not path.exists()

    def full(_: int, __: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        an_opening(kept, Way.LINK)
        write(kept)
        assert journal.problem == os.strerror(errno.ENOSPC)
        assert path.read_bytes() == b""
    an_opening(kept, Way.BROWSER, study_id=OTHER)
    assert told == [os.strerror(errno.ENOSPC), None]
    reading = read(path)
    assert reading.is_intact
    assert [(each.is_opening, each.outcome) for each in reading.attempts] == [
        (True, "done"),
        (False, "done"),
        (True, "done"),
    ]
    journal.close()


# What is held of them.


def test_a_shift_of_openings_is_held_and_no_more(notes: Notes) -> None:
    for number in range(MOST_OPENINGS + 3):
        an_opening(notes, Way.BROWSER, study_id=f"stu_{number:032x}")
    assert len(notes.openings.all) == MOST_OPENINGS
    assert notes.openings.all[0].number == 4


def test_the_trail_holds_each_study_once_and_none_that_failed(notes: Notes) -> None:
    for study_id in (STUDY, OTHER, STUDY):
        an_opening(notes, Way.BROWSER, study_id=study_id)
    with notes.openings.begin("stu_" + "d" * 32) as opening:
        notes.openings.failed(opening, ErrorKind.SERVER)
    assert notes.openings.trail() == [STUDY, OTHER]


# Every fault there is.

LOST: Final = frozenset({"close-after-write", "reset-after-write", "stall-after-write"})
"""The server has made the link, and its answer never arrives."""


class Session(NamedTuple):
    """A client, as opening a study needs one."""

    client: AvaraClient
    connection: Any


@pytest.mark.timeout(120)
@pytest.mark.slow
async def test_whatever_goes_wrong_with_the_answer_is_an_opening_with_its_end(
    notes: Notes, emulator: EmbeddedEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every fault of the emulator, one opening each: opened or failed, and never a guess."""
    given: list[str] = []

    class Handed(NamedTuple):
        program: str = "browser"
        doubt: str = ""

    async def hand(url: str, **_: object) -> Handed:
        given.append(url)
        return Handed()

    monkeypatch.setattr(viewing, "open_local", hand)
    profile = Profile(name="northside", browser_command=("/usr/bin/lemonade", "{page}"))
    study_id = str(emulator.studies()[0]["studyId"])
    ends: dict[str, tuple[OpeningEnd | None, ErrorKind | None]] = {}
    for kind in KINDS:
        emulator.disarm()
        emulator.arm(kind, 1, "studies.reroute-url")
        async with AvaraClient(emulator.base_url, emulator.api_key, deadline=1.0) as client:
            session = Session(client, cast("Any", client_connection(emulator)))
            before = len(given)
            try:
                await open_and_record(notes.openings, session, study_id, profile)
            except NotOpenedError:
                assert len(given) == before, kind
            opening = notes.openings.all[-1]
            ends[kind] = (opening.end, opening.error)
            assert (opening.end is OpeningEnd.DONE) is (len(given) > before), kind
    emulator.disarm()
    assert None not in {end for end, _ in ends.values()}
    assert OpeningEnd.UNKNOWN not in {end for end, _ in ends.values()}
    for kind in LOST:
        assert ends[kind][0] is OpeningEnd.FAILED, kind
        assert ends[kind][1] in {ErrorKind.TIMEOUT, ErrorKind.UNREACHABLE}, kind
    reading = read(notes.path)
    assert reading.is_intact
    assert len(reading.attempts) == len(KINDS)
    assert not reading.unknown_openings
    written = notes.path.read_text()
    assert given
    for url in given:
        assert url.partition("token=")[2] not in written


def client_connection(emulator: EmbeddedEmulator) -> Any:
    from avara_tui.triage.access.connection import Connection

    return Connection(emulator.base_url, emulator.api_key, "the test", None, "test")
