"""Undo, the history of the session, and what becomes of edits after they were made."""

from collections.abc import Awaitable, Callable, Sequence
from heapq import merge
from typing import TYPE_CHECKING, Final, Protocol

from avara_tui.text import clean
from avara_tui.triage.opener.openings import Opening, Openings
from avara_tui.triage.writing.ending import Ending
from avara_tui.triage.writing.history import Entry, History, StudyChange
from avara_tui.triage.writing.ledger import EditFinding, Fate
from avara_tui.triage.writing.undoing import Undoer, Undone
from avara_tui.tui.commands.study import StudyCommands, WritingScreen, unknown
from avara_tui.tui.keys.actions import BY_ID, Actions
from avara_tui.tui.lines import Line, Role, fit, join, line, truncate
from avara_tui.tui.masking import veiled
from avara_tui.tui.notices import PRESS, Kind, Press
from avara_tui.tui.presentation.detail import clock_time
from avara_tui.tui.presentation.outcomes import action_word, count_good, outcome
from avara_tui.tui.presentation.values import field_name, value_text
from avara_tui.tui.protocols import Covering
from avara_tui.worklist.merge import FieldChange

if TYPE_CHECKING:
    from avara_tui.triage.reading.session import TriageSession
    from avara_tui.tui.widgets.history_card import HistoryCard, Item

_VALUE_WIDTH: Final = 24
_NAME_WIDTH: Final = 26
_WHY: Final = {
    Ending.CONFLICT: "somebody else changed it meanwhile",
    Ending.GONE: "the server does not know the study",
    Ending.UNKNOWN: "it is not known whether it was written",
    Ending.DIFFERENT: "the server answered with other values",
}

_SINCE: Final = frozenset({Fate.OVERWRITTEN, Fate.GONE, Fate.UNCLEAR})
"""What somebody else has done to an edit, or may have."""


class HistoryScreen(WritingScreen, Covering, Protocol):
    """What the history needs of the screen."""

    def acknowledge_alerts(self) -> None:
        """Take everything that was said as seen."""
        ...

    def do(self, action_id: str, command: Callable[[], Awaitable[object] | None]) -> None:
        """Do what an action stands for by ``command``, or say why the action cannot be done."""
        ...


class HistoryController:
    """Tells what was done and takes it back."""

    def __init__(
        self,
        counter: HistoryScreen,
        session: "TriageSession",
        history: History,
        undoer: Undoer,
        studies: StudyCommands,
        *,
        openings: Openings,
    ) -> None:
        self._counter = counter
        self._session = session
        self._history = history
        self._undoer = undoer
        self._studies = studies
        self._openings = openings
        self._findings: dict[tuple[int, str], list[EditFinding]] = {}
        self._card: HistoryCard | None = None

    @property
    def actions(self) -> Actions:
        """What is done with no study in particular, by action id."""
        return {"undo": self.undo, "history": self.show}

    # Undo.

    async def undo(self, entry: Entry | None = None) -> None:
        """Take back an entry, by default the last that can be."""
        entry = entry or self._undoer.last()
        if entry is None:
            self._counter.notice(line("nothing to undo in this session"))
            return
        if not entry.can_be_undone:
            why = self._why_not(entry)
            self._counter.notice(line((f"{action_word(entry)}: {why}", Role.WARNING)))
            return
        said = line((f"undoing {action_word(entry)} …", Role.DIM))
        if len(entry.changes) == 1:
            said = join([self._name(entry.changes[0].study_id), said])
        self._counter.notice(said, kind=Kind.NAMING)
        undone = await self._undoer.undo(entry, self._progress)
        if len(undone) == 1:
            self._report_one(undone[0])
        else:
            self._report_many(entry, undone)

    @staticmethod
    def _why_not(entry: Entry) -> str:
        if entry.undoes is not None:
            return "an undo is not undone; do it again instead"
        if any(each.is_undone for each in entry.changes):
            return "is undone already"
        if any(each.ending is None for each in entry.changes):
            return "is under way still"
        return "changed nothing that could be undone"

    def _progress(self, ended: int, total: int) -> None:
        if total > 1:
            said = line((f"undoing: {ended} of {total} studies …", Role.DIM))
            self._counter.notice(said, kind=Kind.PASSING)

    def _report_one(self, undone: Undone) -> None:
        name, result = self._name(undone.change.study_id), undone.result
        back = _again(undone.change) or self._changes(undone.change.fields, is_back=True)
        if undone.change.was is not None:
            back = line("it is cancelled, for nothing removes a study")
        match result.ending:
            case Ending.DONE:
                said = line("undone: ") + back
                self._counter.notice(name, said, kind=Kind.WRITTEN)
            case Ending.NOTHING_TO_DO:
                self._counter.notice(name, line("is as it was before already"))
            case Ending.CONFLICT:
                now = ", ".join(
                    f"{self._field(each.field)} is {self._text(each.field, each.theirs)} by now"
                    for each in result.conflicts
                )
                said = line((f"not undone: somebody has changed it since: {now}", Role.WARNING))
                self._counter.alert(join([name, said]))
            case _:
                why = clean(str(result.error)) if result.error is not None else ""
                word = _WHY.get(result.ending, "nothing was written")
                said = line((f"not undone: {word}. {why}".rstrip(), Role.WARNING))
                self._counter.alert(join([name, said]))

    def _report_many(self, entry: Entry, undone: Sequence[Undone]) -> None:
        good = sum(each.result.is_good for each in undone)
        said = line(f"{action_word(entry)} undone on {good} of {len(undone)} studies")
        if good == len(undone):
            self._counter.notice(said)
            return
        clashes = sum(each.result.ending is Ending.CONFLICT for each in undone)
        why = [f"{clashes} changed by somebody since"] if clashes else []
        others = len(undone) - good - clashes
        why += [f"{others} failed: {self._counter.key('undo')} tries again"] if others else []
        history = f"; {self._counter.key('history')} shows which"
        self._counter.alert(said + line((": " + ", ".join(why) + history, Role.WARNING)))

    # What became of edits.

    @property
    def told(self) -> int:
        """How often it was told what has become of an edit."""
        return sum(map(len, self._findings.values()))

    def changed_since(self, entry: Entry) -> int:
        """Return how many studies of an entry are by now other than it made them."""
        return sum(
            number == entry.number and any(each.fate in _SINCE for each in found)
            for (number, _), found in self._findings.items()
        )

    def found(self, finding: EditFinding) -> None:
        """Tell what has become of an edit, and keep it in the history."""
        key = (finding.entry.number, finding.study_id)
        self._findings.setdefault(key, []).append(finding)
        name = self._short_name(finding.study_id)
        said = self._finding(finding)
        self._counter.withdraw(unknown(finding.study_id))
        if finding.fate is Fate.SAVED:
            # It is about a key of long ago, whatever has been answered since.
            before = PRESS.set(Press(0))
            self._counter.notice(name, said)
            PRESS.reset(before)
        else:
            self._counter.alert(join([name, said]))

    def _finding(self, finding: EditFinding) -> Line:
        field, when = finding.change.field, clock_time(finding.updated_at)
        name = self._field(field)
        old, own, now = (
            self._text(field, value)
            for value in (finding.change.old, finding.change.new, finding.now)
        )
        match finding.fate:
            case Fate.OVERWRITTEN if finding.entry.action in {"claim", "next"}:
                return line((f"not yours any more: {now} has it", Role.WARNING), f" ({when})")
            case Fate.OVERWRITTEN:
                said = line((f"{name} is {now}", Role.WARNING), f", you set {own}")
                return said + line((f" (before: {old}; changed {when})", Role.DIM))
            case Fate.GONE:
                return line(("the study is gone", Role.WARNING), f"; you had set {name} {own}")
            case Fate.SAVED:
                return line((f"{name} {own}: saved after all", Role.GOOD))
            case Fate.NOT_SAVED:
                return line((f"not saved: {name} is {now}", Role.WARNING), f", you set {own}")
            case Fate.UNCLEAR:
                return line((f"{name} is {now}", Role.WARNING), f", you set {own}: look again")

    # The card.

    def show(self) -> None:
        """Lay the history over the worklist; what was said and not seen yet is in it."""
        from avara_tui.tui.widgets.history_card import HistoryCard  # noqa: PLC0415 - on request

        self._counter.acknowledge_alerts()
        self._card = HistoryCard(self.items, self._undo_chosen, self._counter.key("undo"))
        self._counter.lay(self._card)

    def _undo_chosen(self, key: str) -> None:
        entry = next((each for each in self._history.entries if _key(each) == key), None)
        if entry is not None:
            self._counter.do("undo", lambda: self._undo_on_card(entry))
        else:
            self._counter.notice(line(("what was opened is not undone", Role.WARNING)))

    async def _undo_on_card(self, entry: Entry) -> None:
        await self.undo(entry)
        if self._card is not None and self._card.is_attached:
            self._card.draw()

    def items(self) -> "list[Item]":
        """Return entries and openings as the card shows them, the newest first."""
        entries: Sequence[Entry | Opening] = self._history.entries
        openings: Sequence[Entry | Opening] = self._openings.all
        done = list(merge(entries, openings, key=lambda each: each.at))
        return [
            self._entry_item(each) if isinstance(each, Entry) else self._opening_item(each)
            for each in reversed(done)
        ]

    def _opening_item(self, opening: Opening) -> "Item":
        from avara_tui.tui.presentation.opening_lines import opening_lines  # noqa: PLC0415 - on request
        from avara_tui.tui.widgets.history_card import Item  # noqa: PLC0415

        lines = opening_lines(opening, self._short_name(opening.study_id))
        lines[0] = _head(opening.at, BY_ID["open"].label) + lines[0]
        return Item(_key(opening), lines)

    def _entry_item(self, entry: Entry) -> "Item":
        from avara_tui.tui.widgets.history_card import Item  # noqa: PLC0415 - on request

        changes, head = entry.changes, _head(entry.at, action_word(entry))
        if len(changes) == 1:
            lines = self._change_lines(entry, changes[0])
            lines[0] = head + lines[0]
            return Item(_key(entry), lines, (), entry.can_be_undone)
        details = [each for one in changes for each in self._change_lines(entry, one)]
        head += _counts(changes)
        after = self.changed_since(entry)
        if after:
            head += line((f", {after} changed by others since", Role.WARNING))
        return Item(_key(entry), [head], details, entry.can_be_undone)

    def _change_lines(self, entry: Entry, change: StudyChange) -> list[Line]:
        name = self._short_name(change.study_id)
        word, role = outcome(change)
        lines = [join([line((fit(word, 9), role)), name, self._changes(change.fields)])]
        if change.ending in _WHY:
            why = _WHY[change.ending]
            why += f" ({change.error.value})" if change.error is not None else ""
            lines.append(line((f"  {why}", Role.DIM)))
        elif change.error is not None:
            lines.append(line((f"  {change.error.value}", Role.DIM)))
        findings = self._findings.get((entry.number, change.study_id), [])
        lines += [line(("  ! ", Role.WARNING)) + self._finding(each) for each in findings]
        return lines

    def _changes(self, fields: Sequence[FieldChange], *, is_back: bool = False) -> Line:
        parts = []
        for each in fields:
            old, new = (each.new, each.old) if is_back else (each.old, each.new)
            before, after = self._text(each.field, old), self._text(each.field, new)
            parts.append(
                line(
                    (f"{self._field(each.field)} ", Role.DIM),
                    f"{before} → {after}",
                )
            )
        return join(parts, ", ")

    def _text(self, field: str, value: str | None) -> str:
        people = self._studies.people() if field == "assigned_to" else {}
        text = value_text(field, value, people, masked=self._counter.masked)
        return truncate(text, _VALUE_WIDTH)

    def _field(self, name: str) -> str:
        return field_name(name, masked=self._counter.masked)

    def _short_name(self, study_id: str) -> Line:
        """Return less of a study's name, where what is said of it matters more."""
        study, end = self._session.studies.get(study_id), f" …{clean(study_id[-6:])}"
        if study is None:
            return line(("study", Role.STRONG), end)
        description = veiled(clean(study.description), masked=self._counter.masked)
        return line((truncate(description, _NAME_WIDTH), Role.STRONG), end)

    def _name(self, study_id: str) -> Line:
        study = self._session.studies.get(study_id)
        if study is not None:
            return self._studies.name(study)
        return line((f"study …{clean(study_id[-6:])}", Role.STRONG))


def _again(change: StudyChange) -> Line:
    """Return what a study is again where nothing but its status was taken back."""
    fields = change.fields
    is_status = len(fields) == 1 and fields[0].field == "status"
    return line(f"{clean(fields[0].old or '')} again") if is_status and fields[0].old else ()


def _key(done: Entry | Opening) -> str:
    return f"{type(done).__name__} {done.number}"


def _head(began: float, action: str) -> Line:
    at = clock_time(began).removeprefix("at ")
    return line((f" {at} ", Role.DIM), f"{fit(action, 11)} ")


def _counts(changes: Sequence[StudyChange]) -> Line:
    good = count_good(changes)
    undone = sum(each.is_undone for each in changes)
    said = line(f"{len(changes)} studies: ", (f"{good} done", Role.GOOD))
    if good < len(changes):
        said += line((f", {len(changes) - good} not", Role.WARNING))
    return said + (line((f", {undone} undone", Role.OWN)) if undone else ())
