"""What the detail pane says of a study, entry by entry, and which of it can be edited."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from enum import Enum, auto
from types import MappingProxyType
from typing import Final, NamedTuple

from avara_tui.identifiers import uid_problem
from avara_tui.moments import local_moment
from avara_tui.study import METADATA_MAX_PAIRS, UNREADABLE, Study, UserRef
from avara_tui.text import clean, hidden_characters
from avara_tui.tui.lines import Line, Role, line, text_of, truncate
from avara_tui.tui.masking import HIDDEN, veiled
from avara_tui.tui.presentation.columns import priority_role, priority_text
from avara_tui.tui.presentation.detail_head import assignee_role, limit, severity_role, urgency
from avara_tui.tui.presentation.detail_order import in_order
from avara_tui.tui.presentation.patient_lines import duplicates, same_patient
from avara_tui.tui.presentation.row_context import RowContext
from avara_tui.tui.presentation.times import exact_time, near_time
from avara_tui.tui.presentation.values import value_text
from avara_tui.worklist.merge import METADATA_PREFIX, Draft, FieldChange
from avara_tui.worklist.naming import customer_name

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


class Part(Enum):
    """Which part of the detail an entry belongs to, from top to bottom."""

    HEAD = auto()
    """What the study is, how urgent, whose and in which state: it is known by its place."""
    METADATA = auto()
    ORIGIN = auto()
    """Where it came from, and when."""
    IDENTITY = auto()


class Entry(NamedTuple):
    """One labelled value in the detail pane. Without a label it is a note on the one above."""

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
    part: Part = Part.METADATA
    more: tuple[Line, ...] = ()
    """What stands behind the value: each beside it, or below where there is no room."""
    is_spare: bool = False
    """Whether it gives way where everything else would just fit."""

    def veiled(self) -> "Entry":
        """Return the entry as it is shown while names and texts are hidden."""
        label = self.label if self.key is None else HIDDEN
        value = self.value if self.is_open else veiled(self.value, masked=True)
        return self._replace(label=label, value=value)


def full_name(user: UserRef | None) -> str:
    """Return a user's whole name with suffixes; without a name the mail address, else the id."""
    if user is None:
        return "unassigned"
    given = " ".join(part for part in (user.first_name, user.middle_name, user.last_name) if part)
    suffixes = [part for part in (user.suffix1, user.suffix2) if part]
    return clean(", ".join([given, *suffixes]) if given else user.email or user.user_id)


def clock_time(seconds: float | None) -> str:
    """Return a time of today as local clock time."""
    moment = local_moment(seconds)
    return "at an unknown time" if moment is None else moment.strftime("at %H:%M:%S")


class Editing(NamedTuple):
    """What is being edited about a study, besides what its draft says."""

    unconfirmed: AbstractSet[str] = frozenset()
    """The fields that are written and not confirmed yet."""
    conflicts: Mapping[str, str | None] = MappingProxyType({})
    """The fields that somebody else has changed to something else, with their values."""
    meanwhile: Mapping[str, FieldChange] = MappingProxyType({})
    """What somebody else has changed since the draft was begun."""
    shown: Study | None = None
    """The study as what is under way will make it, where that differs."""


def entries(
    study: Study,
    draft: Draft,
    people: Mapping[str, UserRef],
    context: RowContext,
    editing: Editing = Editing(),  # noqa: B008 - it cannot be changed
) -> list[Entry]:
    """Return the entries of the pane for ``study`` as ``draft`` would make it.

    ``people`` are those whom it may be assigned to, by user id.
    """
    masked = context.masked
    found: list[Entry] = []
    notes: list[Entry] = []
    for entry in _entries(study, draft, people, editing.shown or study, context):
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


def _entries(
    study: Study, draft: Draft, people: Mapping[str, UserRef], shown: Study, context: RowContext
) -> Iterator[Entry]:
    saved = Draft.of(study)
    yield from _head(study, draft, people, shown, context)
    if study.unreadable:
        names = ", ".join(map(unreadable_name, study.unreadable))
        yield Entry("unreadable", names, Role.WARNING, is_open=True)
    yield from _same_patient(study, context)
    yield from _metadata(study, draft.metadata, saved.metadata, context)
    if shown.assignee is not None and shown.assignee.email:
        mail = clean(shown.assignee.email)
        yield Entry("assignee's mail", mail, Role.DIM, part=Part.ORIGIN, is_spare=True)
    yield from _origin(study, context)
    if (rule := limit(shown, context)) is not None:
        yield Entry(*rule, Role.DIM, is_open=True, part=Part.ORIGIN)
    yield from _identity(study)


def _head(
    study: Study, draft: Draft, people: Mapping[str, UserRef], shown: Study, context: RowContext
) -> Iterator[Entry]:
    saved = Draft.of(study)
    yield Entry(
        "description",
        clean(draft.description),
        Role.STRONG,
        "description",
        is_drafted=draft.description != saved.description,
        part=Part.HEAD,
    )
    if hidden := hidden_characters(study.description):
        yield _warning("hidden characters: " + ", ".join(hidden), Part.HEAD)
    yield _severity(study, draft, shown, context)
    if study.told_severity == UNREADABLE:
        yield _warning("The severity could not be read; it counts as STAT.", Part.HEAD)
    yield _assignee(study, draft, people, shown, context)
    yield Entry(
        "status",
        clean(draft.status),
        Role.DIM,
        field="status",
        is_drafted=draft.status != saved.status,
        is_open=True,
        part=Part.HEAD,
        more=(line(("cancelled", Role.STRONG)),) if shown.is_cancelled else (),
    )
    if "is_cancelled" in study.unreadable:
        counts = "cancelled, by its time" if study.is_cancelled else "not cancelled"
        said = f"Whether it is cancelled could not be read; it counts as {counts}."
        yield _warning(said, Part.HEAD)


def _severity(study: Study, draft: Draft, shown: Study, context: RowContext) -> Entry:
    before: tuple[Line, ...] = ()
    role = severity_role(shown)
    if draft.severity != shown.told_severity:
        # How urgent it is goes by what is saved, and that is said beside it.
        word = priority_text(shown.told_severity).strip()
        before = (line(("saved: ", Role.DIM), (word, role)),)
        role = priority_role(draft.severity)
    return Entry(
        "severity",
        priority_text(draft.severity).strip(),
        role,
        "severity",
        is_drafted=draft.severity != study.told_severity,
        is_open=True,
        part=Part.HEAD,
        more=(*before, *urgency(shown, context)),
    )


def _same_patient(study: Study, context: RowContext) -> Iterator[Entry]:
    found = same_patient(study, context)
    if found is None:
        return
    label, said, unsure = found
    more = (line((unsure, Role.DIM)),) if unsure else ()
    yield Entry(label, said, more=more)
    if warning := duplicates(study, context):
        yield _warning(warning)


def _metadata(
    study: Study, drafted: Mapping[str, str], saved: Mapping[str, str], context: RowContext
) -> Iterator[Entry]:
    for key in in_order(drafted.keys() | saved.keys(), context.detail_keys):
        if key in drafted:
            is_drafted = saved.get(key) != drafted[key]
            yield Entry(clean(key), clean(drafted[key]), Role.PLAIN, METADATA, key, is_drafted)
        else:
            yield Entry(clean(key), "deleted", Role.DIM, METADATA, key, True, is_open=True)  # noqa: FBT003 - as above
    count = f"{len(drafted)} of {METADATA_MAX_PAIRS}"
    full = Role.WARNING if len(drafted) >= METADATA_MAX_PAIRS else Role.DIM
    yield Entry("metadata", count, full, "add_metadata", is_open=True)
    if "metadata" in study.unreadable:
        yield _warning("They could not be read whole, and cannot be changed.")


def _warning(text: str, part: Part = Part.METADATA) -> Entry:
    """Return a line below the entry that it is about."""
    return Entry("", text, Role.WARNING, is_open=True, part=part)


def _assignee(
    study: Study, draft: Draft, people: Mapping[str, UserRef], shown: Study, context: RowContext
) -> Entry:
    held = study.assignee
    is_reassigned = draft.assigned_to != (held.user_id if held else None)
    person = people.get(draft.assigned_to or "") if is_reassigned else held
    name = full_name(person)
    if person is None and draft.assigned_to:
        name = clean(draft.assigned_to)
    is_nobody = draft.assigned_to is None
    return Entry(
        "assignee",
        name,
        assignee_role(shown, context.me),
        field="assigned_to",
        is_drafted=is_reassigned,
        is_open=is_nobody,
        part=Part.HEAD,
    )


def _origin(study: Study, context: RowContext) -> Iterator[Entry]:
    customer = customer_name(study.customer) if study.customer else "none"
    yield Entry("customer", customer, is_open=study.customer is None, part=Part.ORIGIN)
    by = ""
    if study.created_by_user:
        by = full_name(study.created_by_user)
    elif study.created_by_key:
        by = clean(study.created_by_key.description)
    by = veiled(by, masked=context.masked)
    yield Entry(
        "created",
        time_text(study.created_at, context),
        is_open=True,
        part=Part.ORIGIN,
        more=(line((f"by {by}", Role.DIM)),) if by else (),
    )
    is_same = study.updated_at is not None and study.updated_at == study.created_at
    said = "not since" if is_same else time_text(study.updated_at, context)
    yield Entry("updated", said, is_open=True, part=Part.ORIGIN)
    if study.is_cancelled:
        said = time_text(study.cancelled_at, context)
        yield Entry("cancelled", said, is_open=True, part=Part.ORIGIN)


def _identity(study: Study) -> Iterator[Entry]:
    yield Entry("UID", clean(study.uid), Role.DIM, part=Part.IDENTITY)
    if study.uid != UNREADABLE and (problem := uid_problem(study.uid)):
        yield _warning(f"not a DICOM UID: {problem}", Part.IDENTITY)
    yield Entry("study id", clean(study.study_id), Role.DIM, part=Part.IDENTITY)


def time_text(seconds: float | None, context: RowContext) -> str:
    """Return a moment, in seconds since the epoch, as the person has chosen to read moments."""
    return exact_time(seconds) if context.exact_times else near_time(seconds, context.now)


def unreadable_name(name: str) -> str:
    """Return what a field, or a detail of one, that could not be read is called on the screen."""
    field, _, detail = name.partition(".")
    said = _UNREADABLE.get(field, field)
    return f"{said}: {detail}" if detail else said


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
