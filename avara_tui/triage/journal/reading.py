"""Reads a journal: whether it is as it was written, what was done, and what is not known.

A journal from before there were openings holds none, and reads as ever.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

from avara_tui.triage.journal.chain import FIRST, LONGEST_LINE, TORN, Record, digest, unseal
from avara_tui.triage.journal.keeping import ENDED, INTENDED, LOST, OPENED, OPENING
from avara_tui.triage.writing.ending import Ending

_NOT_KNOWN: Final = frozenset({Ending.UNKNOWN.value, Ending.DIFFERENT.value})
_OPENS: Final = frozenset({OPENING, OPENED})


class JournalFinding(NamedTuple):
    """Something in a journal that is not as it was written."""

    line: int
    """The number of the line in the file, counted from 1."""
    sentence: str


@dataclass(slots=True)
class Attempt:
    """One attempt to write to a study or to open one, put together from its lines."""

    said: Record
    """What the line before it was sent says; else the only one."""
    ended: Record | None = None
    ways: list[str] = field(default_factory=list)
    """In which ways the study was opened, in the order that they came."""

    @property
    def is_opening(self) -> bool:
        """Whether the study was to be opened, and nothing written to it."""
        return self.said.get("event") in _OPENS

    @property
    def outcome(self) -> str | None:
        """How it ended; None if no line says so."""
        outcome = self.ended.get("outcome") if self.ended is not None else None
        return outcome if isinstance(outcome, str) else None

    @property
    def is_known(self) -> bool:
        """Whether the journal knows what became of it."""
        return self.outcome is not None and self.outcome not in _NOT_KNOWN

    def as_json(self) -> dict[str, Any]:
        """Return it as one object."""
        last = self.ended or self.said
        names = ("at", "user", "profile", "me", "action", "studyId")
        shown = {name: self.said.get(name) for name in names}
        # A study that is created gets its id with the answer.
        shown["studyId"] = last.get("studyId")
        shown["fields"] = [] if self.is_opening else last.get("fields")
        shown["how"] = self.ways if self.is_opening else None
        shown["outcome"] = self.outcome or Ending.UNKNOWN.value
        shown["endedAt"] = self.ended.get("at") if self.ended is not None else None
        shown["error"] = last.get("error")
        return shown


@dataclass(slots=True)
class Reading:
    """What was found in a journal."""

    lines: int = 0
    head: str = FIRST
    """The hash of the last line."""
    findings: list[JournalFinding] = field(default_factory=list)
    """What shows that the file was changed after it was written."""
    torn: list[JournalFinding] = field(default_factory=list)
    """Lines that broke off while they were written, as when the machine lost its power."""
    lost: int = 0
    """Lines that could not be written, as when the disk was full."""
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def is_intact(self) -> bool:
        """Whether nothing shows that the file was changed."""
        return not self.findings

    @property
    def unknown(self) -> list[Attempt]:
        """Attempts to write of which the journal does not know what became of them."""
        return [each for each in self.attempts if not (each.is_known or each.is_opening)]

    @property
    def unknown_openings(self) -> list[Attempt]:
        """Openings of which the journal does not know whether the study was shown."""
        return [each for each in self.attempts if each.is_opening and not each.is_known]


def read(path: Path, *, head: str | None = None) -> Reading:
    """Read the journal at ``path``. Raises OSError.

    ``head`` is the hash of a line, noted earlier, that must still be there.
    """
    reader = _Reader(head)
    with path.open("rb") as file:
        for line in _raw_lines(file):
            reader.add(line)
    return reader.finish()


def _raw_lines(file: IO[bytes]) -> Iterator[bytes]:
    """Yield lines with their line feeds; one that is too long to be ours, in pieces."""
    while line := file.readline(LONGEST_LINE + 1):
        yield line


class _Reader:
    def __init__(self, head: str | None) -> None:
        self._reading = Reading()
        self._wanted_head = head
        self._attempts: dict[tuple[str, str], Attempt] = {}
        self._number = 0
        self._next = 1
        self._broken: bytes | None = None
        """A line that could not be read, until the next one says whether it was torn."""

    def add(self, raw: bytes) -> None:
        self._number += 1
        self._reading.lines += 1
        record = unseal(raw.removesuffix(b"\n"))
        if self._broken is not None:
            self._judge_broken(record)
        if record is None:
            self._broken = raw
            return
        self._check_place(record)
        self._next = record["n"] + 1
        self._reading.head = record["hash"]
        if record["hash"] == self._wanted_head:
            self._wanted_head = None
        self._note(record)

    def finish(self) -> Reading:
        broken = self._broken
        if broken is not None and not broken.endswith(b"\n") and len(broken) <= LONGEST_LINE:
            sentence = f"breaks off after {len(broken)} bytes: what it was to say is not known"
            self._reading.torn.append(JournalFinding(self._number, sentence))
        elif broken is not None:
            self._find(self._number, "is not as it was written")
        if self._wanted_head is not None:
            self._find(self._number, f"no line has the hash {self._wanted_head}: lines are missing")
        self._reading.attempts = list(self._attempts.values())
        return self._reading

    def _judge_broken(self, after: Record | None) -> None:
        broken, self._broken = (self._broken or b"").removesuffix(b"\n"), None
        is_torn = (
            after is not None
            and after.get("event") == TORN
            and after.get("bytes") == len(broken)
            and after.get("sha256") == digest(broken)
        )
        if is_torn:
            sentence = f"broke off after {len(broken)} bytes: what it was to say is not known"
            self._reading.torn.append(JournalFinding(self._number - 1, sentence))
            return
        self._find(self._number - 1, "is not as it was written")
        if after is not None:
            # It is tied to what the changed line was, or to how a later program found it.
            self._reading.head, self._next = after["prev"], after["n"]

    def _check_place(self, record: Record) -> None:
        if record["prev"] == self._reading.head:
            return
        missing = record["n"] - self._next
        if missing > 0:
            sentence = f"does not follow the line before: {missing} missing between them"
        else:
            sentence = "does not follow the line before: lines were moved, put in or taken out"
        self._find(self._number, sentence)

    def _note(self, record: Record) -> None:
        event = record.get("event")
        if event == LOST:
            lines = record.get("lines")
            self._reading.lost += lines if isinstance(lines, int) else 0
        key = (str(record.get("run")), str(record.get("attempt")))
        if event in {INTENDED, OPENING}:
            self._attempts[key] = Attempt(record)
        elif event in {ENDED, OPENED}:
            attempt = self._attempts.setdefault(key, Attempt(record))
            if event == ENDED or attempt.ended is None:
                # A link that is copied later on was given when it was shown.
                attempt.ended = record
            if isinstance(way := record.get("how"), str) and way not in attempt.ways:
                attempt.ways.append(way)

    def _find(self, line: int, sentence: str) -> None:
        self._reading.findings.append(JournalFinding(line, sentence))
