"""What the detail pane says of a study, line by line, and which of it can be edited."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from types import MappingProxyType
from typing import Final, NamedTuple

from rich.cells import cell_len

from avara_tui.identifiers import uid_problem
from avara_tui.moments import local_moment
from avara_tui.study import METADATA_MAX_PAIRS, UNREADABLE, Study, UserRef
from avara_tui.text import clean, hidden_characters
from avara_tui.tui.lines import Line, Role, fit, line, text_of, truncate, wrap
from avara_tui.tui.masking import HIDDEN, veiled
from avara_tui.tui.presentation.columns import priority_role, priority_text, stepped_age
from avara_tui.tui.presentation.row_context import CLOCK_STEP, RowContext
from avara_tui.tui.presentation.values import value_text
from avara_tui.worklist.clocks import (
    Timeliness,
    age,
    age_text,
    due_at,
    has_clock,
    is_open,
    timeliness,
)
from avara_tui.worklist.merge import METADATA_PREFIX, Draft, FieldChange
from avara_tui.worklist.naming import customer_name, status_word

LABEL_WIDTH: Final = 14
LABEL_LIMIT: Final = 20
METADATA: Final = "metadata"
_UNREADABLE: Final = {
    "uid": "UID",
    "is_cancelled": "whether it is cancelled",
    "created_at": "when it was created",
    "updated_at": "when it was updated",
    "cancelled_at": "when it was cancelled",
    "created_by_user": "who created it",
    "created_by_key": "which key created it",
}
"""What fields are called where the name of the field will not do."""


class Entry(NamedTuple):
    """One labelled value in the detail pane."""

    label: str
    value: str
    role: Role = Role.PLAIN
    field: str | None = None
    """The field that editing this entry changes; None if it cannot be edited."""
    key: str | None = None
    """The metadata key, for an entry of the metadata."""
    is_drafted: bool = False
    """Whether the value is a draft that the server has not got."""
    is_unconfirmed: bool = False
    """Whether the value is on its way to the server."""
    is_open: bool = False
    """Whether anybody may see the value, also while names and texts are hidden."""

    def veiled(self) -> "Entry":
        """Return the entry as it is shown while names and texts are hidden."""
        label = self.label if self.key is None else f"  {HIDDEN}"
        value = self.value if self.is_open else veiled(self.value, masked=True)
        return self._replace(label=label, value=value)


def full_name(user: UserRef | None) -> str:
    """Return a user's whole name with suffixes; without a name the mail address, else the id."""
    if user is None:
        return "unassigned"
    given = " ".join(part for part in (user.first_name, user.middle_name, user.last_name) if part)
    suffixes = [part for part in (user.suffix1, user.suffix2) if part]
    return clean(", ".join([given, *suffixes]) if given else user.email or user.user_id)


def exact_time(seconds: float | None) -> str:
    """Return a time as date and local clock time, with its time zone."""
    moment = local_moment(seconds)
    return "unknown" if moment is None else moment.strftime("%Y-%m-%d %H:%M:%S %Z")


def clock_time(seconds: float | None) -> str:
    """Return a time of today as local clock time."""
    moment = local_moment(seconds)
    return "at an unknown time" if moment is None else moment.strftime("at %H:%M:%S")


def summary(study: Study, context: RowContext) -> Line:
    """Return priority, state and age in one line, and what the age is counted from."""
    key = context.thresholds.clock_key
    seconds = age(study, context.clock, key)
    severity = study.told_severity
    parts = [line((priority_text(severity).strip(), priority_role(severity)))]
    parts.append(line(f"  {status_word(study)}"))
    if seconds is not None:
        since = f"since {clean(key)}" if key is not None and has_clock(study, key) else "old"
        parts.append(line((f"  {stepped_age(seconds)} {since}", Role.DIM)))
    return tuple(span for part in parts for span in part)


def deadline(study: Study, context: RowContext) -> Line:
    """Return when the study is due, or by how much it is overdue; nothing if it is not open."""
    if not is_open(study):
        return ()
    limit = age_text(context.thresholds.limit(study.severity).due)
    # Nobody must take for a standard what is only there until the site sets its own.
    said = f"{limit} assumed" if context.are_placeholders else f"site limit {limit}"
    rule = line((f"   {said}", Role.DIM))
    where = timeliness(study, context.now, context.thresholds)
    due = due_at(study, context.thresholds)
    if due is None or where is Timeliness.UNKNOWN:
        return line(("no waiting time: may be overdue", Role.WARNING))
    late = age_text(max(context.clock - due, 0.0))
    left = age_text(max(due - context.clock - CLOCK_STEP, 0.0))
    match where:
        case Timeliness.OVERDUE:
            return line((f"overdue by {late}", Role.OVERDUE)) + rule
        case Timeliness.WARNING:
            return line((f"due in {left}", Role.WARNING)) + rule
        case _:
            return line((f"due in {left}", Role.DIM)) + rule


class Editing(NamedTuple):
    """What is being edited about a study, besides what its draft says."""

    unconfirmed: AbstractSet[str] = frozenset()
    """The fields that are written and not confirmed yet."""
    conflicts: Mapping[str, str | None] = MappingProxyType({})
    """The fields that somebody else has changed to something else, with their values."""
    meanwhile: Mapping[str, FieldChange] = MappingProxyType({})
    """What somebody else has changed since the draft was begun."""


def entries(
    study: Study,
    draft: Draft,
    people: Mapping[str, UserRef],
    editing: Editing = Editing(),  # noqa: B008 - it cannot be changed
    *,
    masked: bool,
) -> list[Entry]:
    """Return the entries of the pane for ``study`` as ``draft`` would make it.

    ``people`` are those whom it may be assigned to, by user id.
    """
    found: list[Entry] = []
    notes: list[Entry] = []
    for entry in _entries(study, draft, people):
        if entry.label:
            found, notes = [*found, *notes], []
        name = METADATA_PREFIX + entry.key if entry.key is not None else entry.field
        if name not in editing.unconfirmed:
            found.append(entry)
        else:
            found.append(entry._replace(is_drafted=False, is_unconfirmed=True))
        if name is not None:
            # Below all that belongs to the field, such as an address.
            notes = list(_others(name, study, editing, people, masked=masked))
    found += notes
    return [each.veiled() for each in found] if masked else found


def _others(
    name: str, study: Study, editing: Editing, people: Mapping[str, UserRef], *, masked: bool
) -> Iterator[Entry]:
    """Say below a field what somebody else has done to it while it was being edited."""
    if name in editing.conflicts:
        theirs = value_text(name, editing.conflicts[name], people, masked=masked)
        when = clock_time(study.updated_at)
        said = f"now {theirs} on the server, {when}"
        yield Entry("", said, Role.WARNING, is_open=True)
    elif name in editing.meanwhile:
        before = value_text(name, editing.meanwhile[name].old, people, masked=masked)
        yield Entry("", f"changed meanwhile; was {before}", Role.DIM, is_open=True)


def _entries(study: Study, draft: Draft, people: Mapping[str, UserRef]) -> Iterator[Entry]:
    saved = Draft.of(study)
    yield Entry(
        "severity",
        priority_text(draft.severity).strip(),
        priority_role(draft.severity),
        "severity",
        is_drafted=draft.severity != saved.severity,
        is_open=True,
    )
    if study.told_severity == UNREADABLE:
        yield _warning("The severity could not be read; it counts as STAT.")
    yield Entry(
        "status",
        clean(draft.status),
        field="status",
        is_drafted=draft.status != saved.status,
        is_open=True,
    )
    if "is_cancelled" in study.unreadable:
        counts = "cancelled, by its time" if study.is_cancelled else "not cancelled"
        yield _warning(f"Whether it is cancelled could not be read; it counts as {counts}.")
    yield from _assignee(study, draft, people)
    yield Entry(
        "description",
        clean(draft.description),
        field="description",
        is_drafted=draft.description != saved.description,
    )
    if hidden := hidden_characters(study.description):
        yield _warning("hidden characters: " + ", ".join(hidden))
    yield Entry("customer", customer_name(study.customer) if study.customer else "none")
    yield from _origin(study)
    yield Entry("UID", clean(study.uid))
    if study.uid != UNREADABLE and (problem := uid_problem(study.uid)):
        yield _warning(f"not a DICOM UID: {problem}")
    yield Entry("study id", clean(study.study_id))
    if study.unreadable:
        names = ", ".join(map(unreadable_name, study.unreadable))
        yield Entry("unreadable", names, Role.WARNING, is_open=True)
    yield from _metadata(study, draft.metadata, saved.metadata)


def _metadata(
    study: Study, drafted: Mapping[str, str], saved: Mapping[str, str]
) -> Iterator[Entry]:
    count = f"{len(drafted)} of {METADATA_MAX_PAIRS}"
    full = Role.WARNING if len(drafted) >= METADATA_MAX_PAIRS else Role.DIM
    yield Entry("metadata", count, full, "add_metadata", is_open=True)
    if "metadata" in study.unreadable:
        yield _warning("They could not be read whole, and cannot be changed.")
    for key, value in sorted(drafted.items()):
        is_drafted = saved.get(key) != value
        yield Entry(f"  {clean(key)}", clean(value), Role.PLAIN, METADATA, key, is_drafted)
    for key in sorted(saved.keys() - drafted.keys()):
        label = f"  {clean(key)}"
        yield Entry(label, "deleted", Role.DIM, METADATA, key, is_drafted=True, is_open=True)


def _warning(text: str) -> Entry:
    """Return a line below the entry that it is about."""
    return Entry("", text, Role.WARNING, is_open=True)


def _assignee(study: Study, draft: Draft, people: Mapping[str, UserRef]) -> Iterator[Entry]:
    held = study.assignee
    is_reassigned = draft.assigned_to != (held.user_id if held else None)
    person = people.get(draft.assigned_to or "") if is_reassigned else held
    name = full_name(person)
    if person is None and draft.assigned_to:
        name = clean(draft.assigned_to)
    yield Entry("assignee", name, field="assigned_to", is_drafted=is_reassigned)
    if person is not None and person.email:
        yield Entry("", clean(person.email), Role.DIM)


def _origin(study: Study) -> Iterator[Entry]:
    yield Entry("created", exact_time(study.created_at), is_open=True)
    if study.created_by_user:
        yield Entry("", f"by {full_name(study.created_by_user)}", Role.DIM)
    elif study.created_by_key:
        yield Entry("", f"by {clean(study.created_by_key.description)}", Role.DIM)
    yield Entry("updated", exact_time(study.updated_at), is_open=True)
    if study.is_cancelled:
        yield Entry("cancelled", exact_time(study.cancelled_at), is_open=True)


def unreadable_name(name: str) -> str:
    """Return what a field, or a detail of one, that could not be read is called on the screen."""
    field, _, detail = name.partition(".")
    said = _UNREADABLE.get(field, field)
    return f"{said}: {detail}" if detail else said


def label_width(entries: Sequence[Entry]) -> int:
    """Return how many cells the labels take, so that the values stand in one column."""
    longest = max((cell_len(entry.label) for entry in entries), default=0)
    return min(max(longest + 3, LABEL_WIDTH), LABEL_LIMIT)


def entry_lines(entry: Entry, width: int, labels: int, *, under_cursor: bool) -> list[Line]:
    """Return an entry in lines of ``width`` cells: sign, label in ``labels`` cells, value."""
    sign = "▌" if under_cursor else " "
    mark = "…" if entry.is_unconfirmed else "*" if entry.is_drafted else " "
    label = fit(f"{sign}{mark}{entry.label}", labels - 1) + " "
    role = Role.WARNING if entry.is_drafted else entry.role
    role = Role.DIM if entry.is_unconfirmed else role
    values = wrap(entry.value, width - labels) or [""]
    label_role = Role.STRONG if under_cursor else Role.DIM
    first = line((label, label_role), (values[0], role))
    rest = [line(" " * labels, (value, role)) for value in values[1:]]
    return [first, *rest]


def heading(study: Study, context: RowContext, width: int) -> list[Line]:
    """Return the lines above the entries: what the study is, how urgent, and when due."""
    name = veiled(clean(study.description), masked=context.masked)
    lines = [line(" ", (part, Role.STRONG)) for part in wrap(name, width - 1)] or [()]
    lines.append(line(" ") + summary(study, context))
    if due := deadline(study, context):
        lines.append(line(" ") + due)
    return lines


def name_line(study: Study, *, masked: bool = False) -> Line:
    """Return a study's name for a question or a notice.

    Descriptions repeat all day long: the end of the study id tells two of them apart.
    """
    description = veiled(truncate(clean(study.description), 60), masked=masked)
    tag = f" [{priority_text(study.told_severity).strip()} …{clean(study.study_id[-6:])}]"
    return line((description, Role.STRONG), (tag, Role.PLAIN))


def short_name(study: Study, *, masked: bool = False) -> str:
    """Return :func:`name_line` as text."""
    return text_of(name_line(study, masked=masked))
