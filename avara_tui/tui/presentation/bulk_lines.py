"""What the card of a bulk change says: what to do to which studies, and what came of it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from avara_tui.study import COMPLETE, HIGH, NORMAL, STAT, Study, UserRef
from avara_tui.text import clean
from avara_tui.triage.writing.bulk import BulkRun, Job, Obstacle, Phase, Row
from avara_tui.triage.writing.ending import Ending
from avara_tui.tui.lines import Line, Role, fit, join, line, truncate
from avara_tui.tui.presentation.columns import person_name, priority_role, priority_text
from avara_tui.tui.presentation.detail_head import assignee_role, severity_role
from avara_tui.tui.presentation.row_context import RowContext
from avara_tui.tui.presentation.study_row import holder_name
from avara_tui.tui.presentation.values import value_text
from avara_tui.worklist.merge import METADATA_PREFIX, Draft, value_of
from avara_tui.worklist.naming import status_word

_LONGEST_VALUE: Final = 24
_PRIORITY: Final = 6
_MOST_URGENT_FIRST: Final = (STAT, HIGH, NORMAL)
People = Mapping[str, UserRef]


def studies_text(count: int) -> str:
    """Return a number of studies in words."""
    return "1 study" if count == 1 else f"{count:,} studies"


def marked_line(studies: Sequence[Study]) -> Line:
    """Return how many studies are marked, and how many of each priority."""
    counts = Counter(study.severity for study in studies)
    priorities = [
        line((f"{priority_text(each).strip()} {counts[each]:,}", priority_role(each)))
        for each in sorted(counts, key=_rank)
    ]
    return join([line((f" {len(studies):,} marked", Role.STRONG)), *priorities])


def _rank(severity: str) -> int:
    return _MOST_URGENT_FIRST.index(severity) if severity in _MOST_URGENT_FIRST else 0


def title(job: Job, studies: str, people: People) -> str:
    """Return what a job does to ``studies``, as a sentence without its end."""
    if job.cancelled is not None:
        return f"{'Cancel' if job.cancelled else 'Restore'} {studies}"
    if job.is_claim:
        return f"Claim {studies}"
    ((field, value),) = job.values.items()
    if field == "assigned_to":
        return f"Assign {studies} to {_value(field, value, people, masked=False)}"
    if field == "severity":
        return f"Set {_value(field, value, people, masked=False)} on {studies}"
    if field == "status":
        return f"Mark {studies} {clean(value or '')}"
    key = clean(field.removeprefix(METADATA_PREFIX))
    return f"Delete “{key}” from {studies}" if value is None else f"Set “{key}” on {studies}"


def _value(field: str, value: str | None, people: People, *, masked: bool) -> str:
    return truncate(value_text(field, value, people, masked=masked), _LONGEST_VALUE)


def deed(job: Job, count: int) -> str:
    """Return in few words what the key does that agrees to a job on ``count`` studies."""
    them = "it" if count == 1 else "them"
    if job.cancelled is not None:
        return f"{'cancel' if job.cancelled else 'restore'} {them}"
    if job.is_claim:
        return f"claim {them}"
    ((field, value),) = job.values.items()
    if field == "severity":
        return f"set {priority_text(value or '').strip()}"
    if field == "assigned_to":
        return f"{'unassign' if value is None else 'assign'} {them}"
    if field == "status":
        return f"{'complete' if value == COMPLETE else 'reopen'} {them}"
    return "delete it" if value is None else "set it"


def keep(count: int) -> str:
    """Return what escape leaves as it is."""
    return "leave it as it is" if count == 1 else "leave them as they are"


def no_longer_stat(job: Job, studies: Iterable[Study]) -> int:
    """Return how many of ``studies`` are STAT, and will not be any more after a job."""
    severity = job.values.get("severity", STAT)
    return 0 if severity == STAT else sum(each.severity == STAT for each in studies)


def change_head(job: Job, study: Study) -> Line | None:
    """Return how the priority of a study is to change, None where it does not."""
    after = job.values.get("severity")
    if after is None:
        return None
    before = fit(priority_text(study.told_severity), _PRIORITY)
    return line(
        (before, severity_role(study)),
        " → ",
        (fit(priority_text(after).strip(), _PRIORITY), priority_role(after)),
    )


def change_line(job: Job, study: Study, people: People, context: RowContext) -> Line:
    """Return what is to change on a study besides its priority: else who has it."""
    if job.cancelled is not None:
        after = "cancelled" if job.cancelled else clean(study.status)
        return line((status_word(study), Role.DIM), " → ", after)
    if "severity" in job.values:
        return line((holder_name(study, context), assignee_role(study, context.me)))
    draft, masked = Draft.of(study), context.masked
    return join(
        line((_value(field, value_of(draft, field), people, masked=masked), Role.DIM))
        + line(" → ", _value(field, value, people, masked=masked))
        for field, value in job.values.items()
    )


def obstacle_text(obstacle: Obstacle, study: Study) -> str:
    """Return why a study is left out."""
    match obstacle:
        case Obstacle.ALREADY:
            return "no change needed"
        case Obstacle.CANCELLED:
            return "is cancelled: restore it first"
        case Obstacle.HELD:
            return f"{person_name(study.assignee)} has it"
        case Obstacle.FULL:
            return "has no room for another metadata pair"
        case Obstacle.UNREADABLE:
            return "could not be read there: change it by itself"


def outcome_line(row: Row, job: Job, people: People, context: RowContext) -> Line:
    """Return how far a study of a run is, or what came of it."""
    match row.phase:
        case Phase.WAITING:
            return change_line(job, row.study, people, context)
        case Phase.UNDER_WAY:
            return line(("writing …", Role.DIM))
        case Phase.NOT_SENT:
            return line(("not sent", Role.WARNING))
        case Phase.ENDED:
            return _ending_line(row, job, people, masked=context.masked)


def _ending_line(row: Row, job: Job, people: People, *, masked: bool) -> Line:
    result = row.result
    if result is None:
        return ()
    if row.is_good:
        return line((_GOOD[result.ending], Role.GOOD))
    said = _BAD[result.ending]
    if result.ending is Ending.CONFLICT:
        theirs = [
            _value(each.field, each.theirs, people, masked=masked) for each in result.conflicts
        ]
        said += f" to {', '.join(theirs)}" if theirs else ""
    elif result.ending is Ending.DIFFERENT and job.is_claim and result.study is not None:
        said = f"claimed, and then taken: {person_name(result.study.assignee)}"
    elif result.ending is Ending.FAILED and result.error is not None:
        said += f": {result.error.kind.value}"
    return line((said, Role.WARNING))


_GOOD: Final = {Ending.DONE: "done", Ending.NOTHING_TO_DO: "no change needed"}
_BAD: Final = {
    Ending.CONFLICT: "left alone: changed meanwhile",
    Ending.GONE: "the server no longer knows it",
    Ending.DIFFERENT: "the server answered with other values",
    Ending.UNKNOWN: "not known: may be done",
    Ending.FAILED: "not done",
}


def summary(rows: Sequence[Row]) -> Line:
    """Return how many studies ended how."""
    endings = [row.result.ending for row in rows if row.phase is Phase.ENDED and row.result]
    counts = {
        "done": endings.count(Ending.DONE),
        "no change needed": endings.count(Ending.NOTHING_TO_DO),
        "left alone": endings.count(Ending.CONFLICT),
        "not done": endings.count(Ending.FAILED) + endings.count(Ending.GONE),
        "not known": endings.count(Ending.UNKNOWN) + endings.count(Ending.DIFFERENT),
        "not sent": sum(row.phase is Phase.NOT_SENT for row in rows),
    }
    good = ("done", "no change needed")
    return join(
        line((f"{count:,} {name}", Role.GOOD if name in good else Role.WARNING))
        for name, count in counts.items()
        if count
    )


def by_need(rows: Sequence[Row]) -> list[Row]:
    """Return the rows with those on top that need somebody's eyes."""
    return sorted(rows, key=lambda row: row.is_good)


def first_problem(run: BulkRun) -> str | None:
    """Return in a sentence what went wrong first, if anything did."""
    errors = (row.result.error for row in run.rows if row.result is not None)
    return next((clean(str(error)) for error in errors if error is not None), None)
