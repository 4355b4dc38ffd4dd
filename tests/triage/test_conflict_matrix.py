"""Every edit, against everything that somebody else may do meanwhile, with every kind of loss.

9 edits x 7 things that happen meanwhile x 5 fates of the write are the 315 cells; a stall has two
variants, because a server that says nothing may or may not have done the work.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import pytest

from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.triage.writing.editing import Result
from avara_tui.triage.writing.ending import Ending
from avara_tui.triage.writing.ledger import Fate
from avara_tui.worklist.merge import Draft
from triage.making import Workplace, until, workplace

DEADLINE: Final = 1.0
"""Seconds that a call may take: what a stall costs here."""
METADATA: Final = {"kept": "kept", "changed": "before", "deleted": "before"}
FAULTS: Final = {
    "ok": None,
    "lost before": "reset-before-answer",
    "lost after": "reset-after-write",
    "5xx after apply": "status-500-after-write",
    "stall, done": "stall-after-write",
    "stall, not done": "stall-before-answer",
}
WRITES: Final = ("studies.update", "studies.cancel")
NEVER_DONE: Final = frozenset({"lost before", "stall, not done"})
MEANWHILE: Final = (
    "unchanged",
    "same change",
    "other field",
    "same field",
    "deleted",
    "cancelled",
    "404",
)


@dataclass(frozen=True)
class Edit:
    """One kind of edit, and what somebody else may do to the same study."""

    mine: Callable[[Draft], Draft] | None
    """None cancels the study."""
    same: dict[str, Any]
    """The same change, as a PATCH."""
    clash: dict[str, Any] | None
    """Another value in the same field; None where there is no third value to set."""
    other: dict[str, Any]
    """A change that has nothing to do with it."""


def metadata(**values: str | None) -> dict[str, str]:
    merged = {**METADATA, **values}
    return {key: value for key, value in merged.items() if value is not None}


SOMEBODY: Final = "somebody"
"""Stands for a user who is neither the person nor the one who has the study."""
OTHER: Final = {"studyDescription": "theirs"}
EDITS: Final = {
    "severity": Edit(
        lambda draft: draft._replace(severity="stat"),
        {"severity": "stat"},
        {"severity": "high"},
        OTHER,
    ),
    "assign": Edit(
        lambda draft: draft._replace(assigned_to=DEMO_USER_ID),
        {"assignedTo": DEMO_USER_ID},
        {"assignedTo": SOMEBODY},
        OTHER,
    ),
    "unassign": Edit(
        lambda draft: draft._replace(assigned_to=None),
        {"assignedTo": None},
        {"assignedTo": SOMEBODY},
        OTHER,
    ),
    "description": Edit(
        lambda draft: draft._replace(description="mine"),
        {"studyDescription": "mine"},
        {"studyDescription": "theirs"},
        {"severity": "high"},
    ),
    "status": Edit(
        lambda draft: draft._replace(status="complete"),
        {"studyViewerStatus": "complete"},
        None,
        OTHER,
    ),
    "metadata add": Edit(
        lambda draft: draft._replace(metadata={**draft.metadata, "added": "mine"}),
        {"metadata": metadata(added="mine")},
        {"metadata": metadata(added="theirs")},
        {"metadata": metadata(kept="theirs")},
    ),
    "metadata change": Edit(
        lambda draft: draft._replace(metadata={**draft.metadata, "changed": "mine"}),
        {"metadata": metadata(changed="mine")},
        {"metadata": metadata(changed="theirs")},
        {"metadata": metadata(kept="theirs")},
    ),
    "metadata delete": Edit(
        lambda draft: draft._replace(
            metadata={key: each for key, each in draft.metadata.items() if key != "deleted"}
        ),
        {"metadata": metadata(deleted=None)},
        {"metadata": metadata(deleted="theirs")},
        {"metadata": metadata(kept="theirs")},
    ),
    "cancel": Edit(None, {}, None, OTHER),
}
CELLS: Final = len(EDITS) * len(MEANWHILE) * len({name.partition(",")[0] for name in FAULTS})


def test_the_matrix_has_315_cells() -> None:
    assert CELLS == 315


class Cell:
    """One study, one person who edits it, and somebody else."""

    def __init__(self, emulator: EmbeddedEmulator, name: str, meanwhile: str) -> None:
        self.emulator = emulator
        self.name = name
        self.edit = EDITS[name]
        self.meanwhile = meanwhile
        others = [each["userId"] for each in emulator.users() if each["userId"] != DEMO_USER_ID]
        holder, self.somebody = others[:2]
        study = emulator.create(
            studyDescription="before",
            severity="normal",
            studyInstanceUid=f"1.2.3.{len(emulator.studies())}",
            metadata=METADATA,
            **({"assignedTo": holder} if name == "unassign" else {}),
        )
        self.id = study["studyId"]

    def act_meanwhile(self) -> None:
        """Do what somebody else does between the person's look and the save."""
        emulator, edit = self.emulator, self.edit
        match self.meanwhile:
            case "same change" if self.name == "cancel":
                emulator.cancel(self.id)
            case "same change":
                emulator.change(self.id, **edit.same)
            case "other field":
                emulator.change(self.id, **edit.other)
            case "same field" if edit.clash is not None:
                emulator.change(self.id, **self._resolved(edit.clash))
            case "same field" if self.name == "cancel":
                emulator.cancel(self.id)
                emulator.uncancel(self.id)
            case "same field":
                emulator.change(self.id, **edit.same)
                emulator.change(self.id, studyViewerStatus="incomplete")
            case "deleted":
                emulator.delete(self.id)
            case "cancelled":
                emulator.cancel(self.id)

    def _resolved(self, fields: dict[str, Any]) -> dict[str, Any]:
        return {
            name: self.somebody if value == SOMEBODY else value for name, value in fields.items()
        }

    async def save(self, work: Workplace) -> Result:
        """Save the person's edit, begun before anybody else did anything."""
        base = Draft.of(await work.read(self.id))
        self.act_meanwhile()
        if self.meanwhile == "404":
            self._delete_before_the_write(work)
        if self.edit.mine is None:
            return await work.editor.cancel(self.id)
        return await work.editor.save(self.id, base, self.edit.mine(base))

    def _delete_before_the_write(self, work: Workplace) -> None:
        update, cancel = work.client.update, work.client.cancel

        async def update_late(*args: Any, **named: Any) -> Any:
            self.emulator.delete(self.id)
            return await update(*args, **named)

        async def cancel_late(*args: Any, **named: Any) -> Any:
            self.emulator.delete(self.id)
            return await cancel(*args, **named)

        work.client.update = update_late  # type: ignore[method-assign]
        work.client.cancel = cancel_late  # type: ignore[method-assign]

    # What must be so in the end.

    @property
    def is_there(self) -> bool:
        return self.meanwhile not in {"deleted", "404"}

    @property
    def has_mine(self) -> bool:
        """Whether the server has what the person wanted."""
        study = self.emulator.study(self.id)
        if self.name == "cancel":
            return bool(study["isCancelled"])
        return all(_same(study, field, value) for field, value in self.edit.same.items())

    @property
    def expects_a_write(self) -> bool:
        """Whether the person's edit is to be sent at all."""
        if self.meanwhile in {"unchanged", "other field"}:
            return True
        if self.meanwhile == "cancelled":
            return self.name != "cancel"
        # Where there is no third value, somebody else's there and back leaves nothing to settle.
        return self.meanwhile == "same field" and self.edit.clash is None

    def check_theirs(self) -> None:
        """What somebody else did is there, whatever became of the person's edit."""
        study = self.emulator.study(self.id)
        if self.meanwhile == "cancelled":
            assert study["isCancelled"]
        if self.meanwhile == "other field":
            expected = dict(self.edit.other)
            if "metadata" in expected:
                assert study["metadata"]["kept"] == "theirs"
                del expected["metadata"]
            assert all(_same(study, field, value) for field, value in expected.items())
        if self.meanwhile == "same field" and self.edit.clash is not None:
            clash = self._resolved(self.edit.clash)
            assert all(_same(study, field, value) for field, value in clash.items())


def _same(study: Any, field: str, value: Any) -> bool:
    if field == "assignedTo":
        person = study.get("assignedTo")
        return bool((person["userId"] if person else None) == value)
    if field == "metadata":
        keys = ("added", "changed", "deleted")
        return [study["metadata"].get(key) for key in keys] == [value.get(key) for key in keys]
    return bool(study[field] == value)


async def read_everything_back(work: Workplace) -> None:
    work.client.resume()
    while work.read_back.pending:
        await until(lambda: work.pacer.waits or not work.read_back.pending)
        work.pacer.pass_time(5.0)


def check(cell: Cell, fault: str, result: Result, work: Workplace) -> None:
    """Hold a cell that has run to its end against what it must have come to."""
    writes = cell.emulator.writes(cell.id)
    assert writes.count("update") + writes.count("cancel") <= 1, "written twice"
    if not cell.is_there:
        is_said = result.ending is Ending.GONE or {Fate.GONE, Fate.UNCLEAR} & set(work.fates)
        assert is_said, f"{result.ending}, {work.fates}"
        return
    cell.check_theirs()
    if not cell.expects_a_write:
        is_same = cell.meanwhile in {"same change", "cancelled"}
        assert result.ending is (Ending.NOTHING_TO_DO if is_same else Ending.CONFLICT)
        assert len(writes) == (1 if "create" in writes else 0)
        assert not work.told
        return
    assert cell.has_mine is (fault not in NEVER_DONE)
    if result.ending is Ending.UNKNOWN:
        # Nobody knew at first; the person has been told since, and told the truth.
        assert work.fates == [Fate.SAVED if cell.has_mine else Fate.NOT_SAVED]
    else:
        assert result.ending is (Ending.DONE if cell.has_mine else Ending.FAILED)
        assert not work.told
    last = work.history.entries[-1].changes[0].ending
    assert last is (Ending.DONE if cell.has_mine else Ending.FAILED)


async def run(cell: Cell, fault: str) -> None:
    emulator = cell.emulator
    emulator.forget_requests()
    async with workplace(emulator, deadline=DEADLINE) as work:
        result = await cell.save(work)
        emulator.disarm()
        sent = [each for each in emulator.requests if each.operation in WRITES]
        is_sent = cell.expects_a_write or cell.meanwhile == "404"
        assert [each.fault for each in sent] == ([FAULTS[fault]] if is_sent else [])
        await read_everything_back(work)
        check(cell, fault, result, work)


@pytest.mark.parametrize("meanwhile", MEANWHILE)
@pytest.mark.parametrize(
    "fault",
    [pytest.param(each, marks=pytest.mark.slow if "stall" in each else ()) for each in FAULTS],
)
async def test_no_edit_is_lost_in_silence_and_none_is_written_twice(
    fault: str, meanwhile: str
) -> None:
    with EmbeddedEmulator(studies=1, seed=1) as emulator:
        for name in EDITS:
            cell = Cell(emulator, name, meanwhile)
            kind = FAULTS[fault]
            if kind is not None:
                for operation in WRITES:
                    emulator.arm(kind, 1, operation)
            try:
                await run(cell, fault)
            except AssertionError as error:
                raise AssertionError(f"{name} x {meanwhile} x {fault}: {error}") from error
