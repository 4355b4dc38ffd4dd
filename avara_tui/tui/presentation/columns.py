"""The columns of the worklist: what each shows, how wide, and which leave first."""

from collections.abc import Callable
from typing import Final, NamedTuple

from avara_tui.study import HIGH, NORMAL, STAT, UNREADABLE, Study, UserRef
from avara_tui.text import clean
from avara_tui.tui.lines import Role
from avara_tui.tui.masking import veiled
from avara_tui.tui.presentation.row_context import CLOCK_STEP, RowContext
from avara_tui.worklist.clocks import (
    DAY,
    HOUR,
    MINUTE,
    Timeliness,
    age,
    age_text,
    due_at,
    is_open,
    timeliness,
)
from avara_tui.worklist.naming import PRIORITY_WORDS, customer_name, status_word

PRIORITY_SIGNS: Final = {STAT: "▲", HIGH: "●", NORMAL: " "}
UNKNOWN_SIGN: Final = "?"
OVERDUE_SIGN: Final = "!"
DUE_SOON_SIGN: Final = ">"
NOBODY: Final = "unassigned"
NOBODY_YET: Final = "—"
"""Stands where nobody has a study that is not STAT: what nobody has is the rule there."""
UNTIMED_AGE: Final = "? "
"""The age of a study of which nobody knows how long it waits, where others have their digits."""
AGE_STEPS: Final = (
    (HOUR, MINUTE),
    (DAY, 5 * MINUTE),
    (float("inf"), HOUR),
)
"""Below which age (seconds) the screen counts in which steps: every tick is bytes on a slow line.

The sign of an overdue study comes to the second, and the detail has the time of creation.
"""


def priority_text(severity: str) -> str:
    """Return a severity as sign and word; one that we do not know, as it came.

    One that could not be read counts as STAT, and says that it is not sure.
    """
    sign, word = priority_parts(severity)
    # One that could not be read has no room for the blank.
    return f"{sign}{word}" if severity == UNREADABLE else f"{sign} {word}"


def priority_parts(severity: str) -> tuple[str, str]:
    """Return the sign and the word of a severity, as :func:`priority_text` has them."""
    if severity == UNREADABLE:
        return PRIORITY_SIGNS[STAT], f"{PRIORITY_WORDS[STAT]}?"
    word = PRIORITY_WORDS.get(severity)
    if word is None:
        return UNKNOWN_SIGN, clean(severity).upper()
    return PRIORITY_SIGNS[severity], word


def priority_role(severity: str) -> Role:
    """Return what a severity means to the eye; an unknown one asks for attention."""
    if severity == NORMAL:
        return Role.PLAIN
    return Role.STAT if severity in {STAT, UNREADABLE} else Role.HIGH


def person_name(user: UserRef | None) -> str:
    """Return a user as worklists write people: family name first, else the mail address."""
    if user is None:
        return NOBODY
    if user.last_name:
        initial = f" {user.first_name[0]}" if user.first_name else ""
        return clean(user.last_name + initial)
    return clean(user.first_name or user.email or user.user_id)


def assignee_name(study: Study, *, masked: bool) -> str:
    """Return who has a study; that nobody has it is no secret."""
    return veiled(person_name(study.assignee), masked=masked and study.assignee is not None)


def is_nobodys_stat(study: Study) -> bool:
    """Whether a study is STAT, or may be, still waits to be read, and nobody has it."""
    return study.assignee is None and study.severity == STAT and is_open(study)


def _assignee_cell(study: Study, context: RowContext) -> str:
    if study.assignee is None:
        return NOBODY if is_nobodys_stat(study) else NOBODY_YET
    return assignee_name(study, masked=context.masked)


def stepped_age(seconds: float) -> str:
    """Return an age in the steps that the screen counts in, cut off and never rounded up."""
    step = next(step for limit, step in AGE_STEPS if seconds < limit)
    return age_text(seconds - seconds % step)


def short_age(study: Study, context: RowContext) -> str:
    """Return how long the study has waited, with a sign when it is overdue or soon will be."""
    seconds = age(study, context.clock, context.thresholds.clock_key)
    if seconds is None:
        return UNTIMED_AGE
    return stepped_age(seconds) + _TIME_SIGNS[timeliness(study, context.now, context.thresholds)]


_TIME_SIGNS: Final = {
    Timeliness.ON_TIME: " ",
    Timeliness.WARNING: DUE_SOON_SIGN,
    Timeliness.OVERDUE: OVERDUE_SIGN,
    Timeliness.UNKNOWN: " ",
}


def _age_role(study: Study, context: RowContext) -> Role:
    """Return the look of an age: weight tells that it is late, colour stays the priority's."""
    where = timeliness(study, context.now, context.thresholds)
    if where is Timeliness.OVERDUE:
        return _OVERDUE_ROLES[priority_role(study.severity)]
    return Role.PLAIN if where is Timeliness.ON_TIME else Role.WARNING


_OVERDUE_ROLES: Final = {
    Role.STAT: Role.STAT,
    Role.HIGH: Role.HIGH_OVERDUE,
    Role.PLAIN: Role.OVERDUE,
}


def time_left(study: Study, context: RowContext) -> str:
    """Return how long it is until a study is due; with a minus, for how long it is overdue."""
    due = due_at(study, context.thresholds) if is_open(study) else None
    if due is None or timeliness(study, context.now, context.thresholds) is Timeliness.UNKNOWN:
        return ""
    late = context.clock - due
    left = f"-{stepped_age(late)}" if late >= 0 else stepped_age(max(-late - CLOCK_STEP, 0.0))
    return f"{left} "


def _due_role(study: Study, context: RowContext) -> Role:
    role = _age_role(study, context)
    return Role.PLAIN if role is Role.WARNING else role


def _assignee_role(study: Study, context: RowContext) -> Role:
    holder = study.assignee
    if holder is None:
        return Role.STRONG if is_nobodys_stat(study) else Role.DIM
    return Role.OWN if holder.user_id == context.me else Role.PLAIN


def _plain(study: Study, context: RowContext) -> Role:  # noqa: ARG001 - as other columns have it
    return Role.PLAIN


class Column(NamedTuple):
    """One column of the table."""

    id: str
    title: str
    text: Callable[[Study, RowContext], str]
    width: int
    grows: int = 0
    """Its share of the cells that are left over; 0 keeps its width."""
    importance: int = 0
    """Columns of the least importance leave first when the room does not do."""
    right: bool = False
    """Whether it stands flush right, as numbers do."""
    may_be_number: bool = False
    """Whether what looks like a number stands flush right, and all else flush left."""
    cut_middle: bool = False
    gap: int = 2
    """Cells between it and the column before it."""
    most: int = 0
    """Cells beyond which more are of no use; 0 where there are none."""
    searched: bool = False
    """Whether the words of a filter are looked for in it."""
    role: Callable[[Study, RowContext], Role] = _plain
    """What it means to the eye, in a row that means nothing else."""


def _veiled(text: Callable[[Study], str]) -> Callable[[Study, RowContext], str]:
    return lambda study, context: veiled(clean(text(study)), masked=context.masked)


COLUMNS: Final = {
    column.id: column
    for column in (
        Column("priority", "PRI", lambda s, _: priority_text(s.told_severity), 6, importance=100),
        Column("age", "AGE", short_age, 6, importance=90, right=True, gap=1, role=_age_role),
        Column(
            "description",
            "DESCRIPTION",
            _veiled(lambda s: s.description),
            24,
            grows=3,
            importance=95,
            gap=1,
            most=40,
            searched=True,
        ),
        Column(
            "assignee",
            "ASSIGNEE",
            _assignee_cell,
            12,
            grows=1,
            importance=80,
            most=18,
            role=_assignee_role,
        ),
        Column("due", "DUE ", time_left, 7, importance=40, right=True, gap=1, role=_due_role),
        Column("status", "STATUS", lambda s, _: status_word(s), 10, importance=60),
        Column(
            "customer",
            "CUSTOMER",
            _veiled(lambda s: customer_name(s.customer) if s.customer else ""),
            12,
            grows=1,
            importance=50,
            most=34,
        ),
        Column("uid", "STUDY UID", _veiled(lambda s: s.uid), 20, importance=10, cut_middle=True),
        Column("id", "STUDY ID", _veiled(lambda s: s.study_id), 14, importance=5, cut_middle=True),
    )
}
DEFAULT_COLUMNS: Final = ("priority", "age", "description", "assignee", "customer")
WIDE: Final = 120
"""Cells of the table from which it shows more than the default columns."""
METADATA_PREFIX: Final = "meta."


def column(name: str) -> Column:
    """Return the column called ``name``; ``meta.KEY`` shows the value of a metadata key."""
    if name in COLUMNS:
        return COLUMNS[name]
    key = name.removeprefix(METADATA_PREFIX)
    return Column(
        name,
        clean(key).upper(),
        _veiled(lambda study: study.metadata.get(key) or _absent(study)),
        min(max(len(key), 8), 16),
        grows=1,
        importance=30,
        most=24,
        may_be_number=True,
    )


def _absent(study: Study) -> str:
    return UNKNOWN_SIGN if "metadata" in study.unreadable else ""


def column_name(name: str) -> str:
    """Return what a column is called in a sentence."""
    return _NAMES.get(name) or clean(name.removeprefix(METADATA_PREFIX))


_NAMES: Final = {"uid": "Study UID", "id": "study id", "updated": "last change"}
