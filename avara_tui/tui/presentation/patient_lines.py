"""What is said of the other studies of a patient. Never by what the patient is known."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from avara_tui.study import COMPLETE, HIGH, NORMAL, STAT, Study
from avara_tui.text import clean
from avara_tui.tui.presentation.row_context import RowContext
from avara_tui.worklist.clocks import DAY, HOUR, MINUTE
from avara_tui.worklist.naming import priority_word
from avara_tui.worklist.same_patient import may_be_duplicates

UNSURE: Final = "of what is read"
"""Said where studies may be missing because not all were read."""
MOST_COUNTED: Final = 99
"""Studies of a patient up to which they are counted in a row, and looked at for the detail.

Who has more is none: an interface has sent the same for everybody.
"""
_ROUTINE: Final = "routine"
_FIRST: Final = (STAT, HIGH, NORMAL)
_MONTH: Final = 30 * DAY
_YEAR: Final = 365 * DAY


def same_sign(study: Study, context: RowContext) -> str:
    """Return the sign of how many studies a study's patient has, such as ``=3``; none for one."""
    count = 0 if context.patients is None else context.patients.count(study.study_id)
    if count < 2:
        return ""
    return f"={count}" if count <= MOST_COUNTED else f"={MOST_COUNTED}+"


def same_patient(study: Study, context: RowContext) -> tuple[str, str, str] | None:
    """Return a label, what other studies of its patient there are, and how sure that is.

    None where there are no others, or where nothing says whose study it is.
    """
    patients = context.patients
    count = 0 if patients is None else patients.count(study.study_id)
    if patients is None or not count or (count == 1 and patients.is_whole):
        return None
    if count > MOST_COUNTED:
        said = f"{count - 1:,} other studies: hardly one patient's"
    else:
        others = patients.others(study.study_id)
        said = ", ".join(_kinds(others, context.clock)) or "no other"
    return f"same {clean(patients.key or '')}", said, "" if patients.is_whole else UNSURE


def duplicates(study: Study, context: RowContext) -> str:
    """Return that a study may have been sent twice, and as which other one; else nothing."""
    patients = context.patients
    if patients is None or patients.count(study.study_id) > MOST_COUNTED:
        return ""
    others = patients.others(study.study_id)
    found = sorted(each.study_id for each in others if may_be_duplicates(study, each))
    if not found:
        return ""
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    return f"possible duplicate: …{clean(found[0][-6:])}{more}"


def studies_text(count: int) -> str:
    """Return a number of studies in words."""
    return "1 study" if count == 1 else f"{count:,} studies"


def ago(seconds: float) -> str:
    """Return how long ago something was, in the largest unit of which it is at least one."""
    for unit, name in ((_YEAR, "year"), (_MONTH, "month"), (DAY, "day")):
        if seconds >= unit:
            number = int(seconds // unit)
            return f"{number} {name}{'s' if number > 1 else ''} ago"
    if seconds >= HOUR:
        return f"{int(seconds // HOUR)} h ago"
    return f"{int(seconds // MINUTE)} min ago" if seconds >= MINUTE else "just now"


def _kinds(studies: Sequence[Study], now: float) -> list[str]:
    """Return how many studies there are of each kind: what is open first, by urgency."""
    still_open: defaultdict[str, int] = defaultdict(int)
    closed: defaultdict[str, list[Study]] = defaultdict(list)
    for each in studies:
        if each.is_cancelled:
            closed["cancelled"].append(each)
        elif each.status == COMPLETE:
            closed["complete"].append(each)
        else:
            still_open[each.told_severity] += 1
    severities = sorted(still_open, key=_urgency)
    said = [f"{still_open[each]} open {_severity_word(each)}" for each in severities]
    words = [each for each in ("complete", "cancelled") if each in closed]
    return [*said, *(_closed(each, closed[each], now) for each in words)]


def _urgency(severity: str) -> tuple[int, str]:
    # One that is not known may be the most urgent of all.
    return _FIRST.index(severity) if severity in _FIRST else -1, severity


def _severity_word(severity: str) -> str:
    if severity == NORMAL:
        return _ROUTINE
    return "high" if severity == HIGH else priority_word(severity)


def _closed(word: str, studies: Sequence[Study], now: float) -> str:
    created = [each.created_at for each in studies if each.created_at is not None]
    said = f"{len(studies):,} {word}"
    if not created:
        return said
    newest = "" if len(studies) == 1 else ", the last"
    return f"{said}{newest} {ago(max(now - max(created), 0.0))}"
