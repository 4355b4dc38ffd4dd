"""What has changed since the last look, line by line."""

from collections.abc import Callable, Mapping
from itertools import count
from typing import Final, NamedTuple

from avara_tui.study import COMPLETE, Study, UserRef
from avara_tui.text import clean
from avara_tui.tui.lines import Line, Role, fit, line, spread, squeeze, truncate, width_of
from avara_tui.tui.masking import HIDDEN, veiled
from avara_tui.tui.presentation.columns import person_name, priority_role, priority_text
from avara_tui.tui.presentation.times import near_time
from avara_tui.tui.presentation.values import field_name, value_text
from avara_tui.worklist.changes import Change, Changes, Group, Kind, Section, Since
from avara_tui.worklist.field_prints import CANCELLED, FIELDS, METADATA, OTHER, told
from avara_tui.worklist.merge import FIELDS as FIELDS_OF_DRAFT
from avara_tui.worklist.merge import METADATA_PREFIX, FieldChange, applied

YOU: Final = "you"
_ARROW: Final = " → "
_NAMES: Final = frozenset({"customer", "uid"})
"""Fields whose values say whose study it is, besides those that are hidden anyway."""
_FIELD_WIDTH: Final = 11
_WIDEST_FIELD: Final = 24
_INDENT: Final = "   "
_WORDS: Final = {
    Kind.NEW: "new study",
    Kind.DELETED: "deleted",
    Kind.UNLISTED: "listed no more; the server does not say why",
}


class Row(NamedTuple):
    """A line of the list, and the study that it is about."""

    of: Section | Group | Change
    study: int | None
    """Which of the studies it is about, counted from 0; None for a title."""


class Held(NamedTuple):
    """What is known of the studies by now."""

    study: Callable[[str], Study | None]
    people: Mapping[str, UserRef]
    why_hidden: Callable[[str], str | None]
    """Why a study that is held is not among those shown; None where it is."""
    selects: Callable[[Study], bool]
    """Whether the list that is shown holds a study as it is given."""


def rows_of(changes: Changes) -> list[Row]:
    """Return the lines of the list: below each title its studies, below each what it changed."""
    rows, numbers = list[Row](), count()
    for section in changes.sections:
        rows.append(Row(section, None))
        for group in section.groups:
            number = next(numbers)
            rows.append(Row(group, number))
            rows += [Row(each, number) for each in group.changes]
    return rows


class ChangeLines:
    """Draws the list at one moment, with texts and names or without."""

    def __init__(self, changes: Changes, held: Held, *, masked: bool) -> None:
        self._changes = changes
        self._held = held
        self._masked = masked

    def heading(self) -> Line:
        """Return how much has changed."""
        studies = len({group.study_id for each in self._changes.sections for group in each.groups})
        total = self._changes.total
        if not total:
            return line((" No change", Role.STRONG))
        said = f" {_number(total, 'change')}"
        return line((said, Role.STRONG), f" of {_many(studies)}")

    def nothing(self) -> Line:
        """Return what stands there where nothing has changed."""
        since = self._since(self._changes.since, self._changes.start)
        return line((f"  No change was seen {since}.", Role.DIM))

    def earlier(self) -> Line:
        """Return how many changes are not shown; nothing where all are."""
        more = self._changes.earlier
        return line((f" and {_number(more, 'earlier change')}", Role.WARNING)) if more else ()

    def line(self, row: Row, width: int) -> Line:
        """Return a row in ``width`` cells."""
        if isinstance(row.of, Section):
            title = self._since(row.of.since, row.of.start, row.of.end)
            return line((f" {title}", Role.TITLE))
        return self._head(row.of, width) if isinstance(row.of, Group) else self._body(row.of, width)

    def name(self, group: Group) -> Line:
        """Return which study a group is about, by what is known of it."""
        study = self._held.study(group.study_id) or _last(group)
        end = f" …{clean(group.study_id[-6:])}"
        if study is None:
            return line(("study", Role.STRONG), end)
        severity = study.told_severity
        text = veiled(clean(study.description), masked=self._masked)
        urgency = (f"{priority_text(severity)}  ", priority_role(severity))
        return line(urgency, (text, Role.STRONG), end)

    def _head(self, group: Group, width: int) -> Line:
        state = self._state(group)
        name = squeeze(self.name(group), width - 3 - width_of(state))
        return spread(line(" ") + name, state, width)

    def _state(self, group: Group) -> Line:
        """Return why the study is not in the list that is shown, and whether it has left it."""
        held = self._held.study(group.study_id)
        study = held or _last(group)
        hidden = "no longer here" if held is None else self._held.why_hidden(group.study_id)
        if hidden is None:
            return ()
        end = _end(group, held)
        before = None if study is None else _before(study, group, self._held.people)
        if before is not None and self._held.selects(before):
            return line((f"left the list: {end or hidden} ", Role.WARNING))
        # After a lock nobody knows what it was before.
        is_unknown = before is None and bool(end)
        said = end if is_unknown or held is None else hidden
        return line((f"{said} ", Role.WARNING if is_unknown else Role.DIM))

    def _body(self, change: Change, width: int) -> Line:
        when = near_time(change.at, self._changes.at).removesuffix(" today")
        head = line(_INDENT, (f"{when} ", Role.DIM))
        by = self._by(change)
        room = width - width_of(head) - width_of(by) - 2
        return spread(head + self._said(change, room), by, width)

    def _by(self, change: Change) -> Line:
        if change.is_mine:
            return line((f"{YOU} ", Role.OWN))
        study = self._held.study(change.study_id) if change.kind is Kind.NEW else None
        if study is None or not (study.created_by_user or study.created_by_key):
            return ()
        by = person_name(study.created_by_user) if study.created_by_user else ""
        if study.created_by_key and not by:
            by = clean(study.created_by_key.description)
        return line((f"by {truncate(veiled(by, masked=self._masked), 30)} ", Role.DIM))

    def _said(self, change: Change, room: int) -> Line:
        if change.kind is not Kind.FIELD:
            return line(_WORDS[change.kind])
        name = field_name(change.field, masked=self._masked)
        name = truncate(name, _WIDEST_FIELD)
        field = (f"{fit(name, max(_FIELD_WIDTH, len(name)))} ", Role.DIM)
        room -= width_of((field,))
        if not change.has_old:
            return line(field, *self._became(change, room))
        half = max((room - len(_ARROW)) // 2, 1)
        old, new = (self._text(change.field, each) for each in (change.old, change.new))
        # What the one does not need is the other's.
        old = truncate(old, max(half, room - len(_ARROW) - width_of(line(new))))
        new = truncate(new, max(room - len(_ARROW) - width_of(line(old)), 1))
        return line(field, (old, Role.DIM), (_ARROW, Role.DIM), new)

    def _became(self, change: Change, room: int) -> Line:
        """Return what is known of a change of which the value before is not."""
        if change.field in {METADATA, OTHER}:
            return line(("changed", Role.DIM))
        if change.has_new:
            return self._now(change.field, change.new, room)
        study = self._held.study(change.study_id)
        if study is None:
            return line(("changed", Role.DIM))
        return self._now(change.field, _value(study, change.field), room)

    def _now(self, field: str, value: str | None, room: int) -> Line:
        return line(("changed; is ", Role.DIM), truncate(self._text(field, value), room - 12))

    def _text(self, field: str, value: str | None) -> str:
        if self._masked and field in _NAMES and value is not None:
            return HIDDEN
        return value_text(field, value, self._held.people, masked=self._masked)

    def _since(self, since: Since, start: float, end: float | None = None) -> str:
        began = near_time(start, self._changes.at).removesuffix(" today")
        match since:
            case Since.LOCKED:
                return f"since you locked at {began}"
            case Since.LOOKED:
                return f"since you last looked {began}"
            case Since.BEGAN:
                return f"since you began {began}"
            case Since.AWAY if end is None:
                return f"while the server is away, since {began}"
            case Since.AWAY:
                back = near_time(end, self._changes.at).removesuffix(" today")
                return f"while the server was away {began} to {back}"


def _end(group: Group, held: Study | None) -> str:
    """Return what ended a study for a list, as far as it is among the changes."""
    if held is None:
        is_deleted = any(each.kind is Kind.DELETED for each in group.changes)
        return "deleted" if is_deleted else "no longer here"
    fields = {each.field for each in group.changes}
    if CANCELLED in fields and held.is_cancelled:
        return "cancelled"
    if "status" in fields and held.status == COMPLETE:
        return "completed"
    return "reassigned" if "assigned_to" in fields else ""


def _before(study: Study, group: Group, people: Mapping[str, UserRef]) -> Study | None:
    """Return the study as it was before the changes; None where that is not known."""
    changes = [each for each in group.changes if each.kind is Kind.FIELD]
    if any(each.kind is Kind.NEW for each in group.changes):
        return None
    if any(not each.has_old and each.field != OTHER for each in changes):
        return None
    # The newest first: what stood there before the oldest is put back last.
    for each in changes:
        if each.field == CANCELLED:
            study = study._replace(is_cancelled=each.old == "yes")
        elif each.field in FIELDS_OF_DRAFT or each.field.startswith(METADATA_PREFIX):
            back = FieldChange(each.field, each.new, each.old)
            study = applied(study, [back], people)
    return study


def _last(group: Group) -> Study | None:
    return next((each.last for each in group.changes if each.last is not None), None)


def _value(study: Study, field: str) -> str | None:
    return dict(zip(FIELDS, told(study), strict=True))[field]


def _number(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def _many(studies: int) -> str:
    return "1 study" if studies == 1 else f"{studies:,} studies"
