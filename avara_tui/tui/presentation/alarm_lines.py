"""What the alarm banner says, line by line."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from rich.cells import cell_len

from avara_tui.study import STAT, UNREADABLE, Study
from avara_tui.text import clean
from avara_tui.triage.alarms import Watch, WatchState
from avara_tui.tui.lines import Line, Role, fit, line, spread, truncate
from avara_tui.tui.masking import veiled
from avara_tui.tui.presentation.columns import assignee_name, priority_parts
from avara_tui.tui.presentation.heading import span_text
from avara_tui.worklist.naming import customer_name
from avara_tui.worklist.rungs import LATE, Alarm, Cause, Loss

WORDS: Final = {
    Cause.TWICE_OVERDUE: "OVERDUE 2x",
    Cause.OVERDUE: "OVERDUE",
    Cause.FREED: "NO READER",
    Cause.UNCLAIMED: "UNCLAIMED",
    Cause.MINE: "YOURS:",
    Cause.NEW: "NEW",
    Cause.TURNED: "NOW",
    Cause.LOST: "LOST",
}
_COUNTED: Final[Mapping[Cause, str]] = {
    Cause.TWICE_OVERDUE: "overdue",
    Cause.OVERDUE: "overdue",
    Cause.FREED: "without a reader",
    Cause.UNCLAIMED: "unclaimed",
    Cause.MINE: "yours",
    Cause.NEW: "new",
    Cause.TURNED: "escalated",
    Cause.LOST: "lost",
}
_LOSSES: Final = {
    Loss.CANCELLED: "cancelled",
    Loss.COMPLETED: "completed",
    Loss.REASSIGNED: "to somebody else",
    Loss.UNASSIGNED: "to nobody",
    Loss.LOWERED: "lowered",
    Loss.GONE: "gone",
}
_NAME: Final = 16
"""Cells for the name of who has a study by now: what it is stays in sight beside it."""
NARROW: Final = 70
"""Cells below which a hint is its key and a count, and leaves the rest to the study."""


def alarm_line(alarm: Alarm, study: Study | None, hint: str, width: int, *, masked: bool) -> Line:
    """Return one alarm: what has happened and when, to which study, and whose that is."""
    at = time.strftime("%H:%M", time.localtime(alarm.raised_at))
    sign, word = priority_parts(study.told_severity if study is not None else STAT)
    right = f"{hint} " if hint else ""
    room = max(width - cell_len(right) - 1, 0)
    words = [WORDS[alarm.cause], word]
    if alarm.cause in LATE and not alarm.is_timed:
        # It has waited for so long at least: nobody knows since when.
        words[0] += "?"
    if alarm.is_late:
        words.append("overdue")
    if alarm.cause is Cause.LOST and alarm.loss is not None:
        words.append(_lost_to(alarm.loss, study, masked=masked))
    head = f" {sign} {' '.join(words)}  {at}  "
    tail = f"  …{clean(alarm.study_id[-6:])}"
    name = "" if study is None else veiled(clean(study.description), masked=masked)
    # Without a study its text is not held, as behind a lock: the alarm is.
    parts = [part for part in _whose(alarm, study, masked=masked) if part]
    whose = f"  {' · '.join(parts)}" if parts else ""
    left = max(room - cell_len(head) - cell_len(tail), 0)
    if cell_len(name) + cell_len(whose) > left:
        whose = truncate(whose, max(left - cell_len(name), 0)) if left - cell_len(name) > 8 else ""
    content = head + truncate(name, left) + tail + whose
    return line((fit(content, max(width - cell_len(right), 0)) + right, Role.ALARM))


def _lost_to(loss: Loss, study: Study | None, *, masked: bool) -> str:
    """Return what became of a study that was the person's own, and who has it by now."""
    if loss is Loss.REASSIGNED and study is not None:
        return f"to {truncate(assignee_name(study, masked=masked), _NAME)}"
    return _LOSSES[loss]


def _whose(alarm: Alarm, study: Study | None, *, masked: bool) -> list[str]:
    """Return who has a study, unless that stands before it already, and where it is from."""
    if study is None:
        return []
    person = "" if alarm.loss is Loss.REASSIGNED else assignee_name(study, masked=masked)
    if alarm.was_mine and alarm.cause is not Cause.LOST:
        person = f"{assignee_name(study, masked=masked)}, was yours"
    customer = customer_name(study.customer) if study.customer is not None else ""
    return [person, veiled(customer, masked=masked)]


def rest_line(alarms: Sequence[Alarm], hint: str, width: int) -> Line:
    """Return the one line that counts the alarms for which there is no line of their own."""
    words = Counter(_COUNTED[each.cause] for each in alarms)
    in_order = [each for each in dict.fromkeys(_COUNTED.values()) if words[each]]
    parts = [f"{words[each]:,} {each}" for each in in_order]
    said = f" ▲ {len(alarms):,} more ring{'s' if len(alarms) == 1 else ''}: {', '.join(parts)}"
    right = f"{hint} "
    room = max(width - cell_len(right) - 1, 0)
    return line((f"{fit(said, room)} {right}", Role.ALARM))


def start_line(
    studies: Sequence[Study], me: str | None, hint: str, width: int, *, count: int, late: int
) -> Line:
    """Return the one summary of what was urgent when the watch began, as far as it still is.

    There were ``count`` of them, and ``late`` of those that are left are overdue.
    """
    mine = sum(1 for each in studies if each.assignee and each.assignee.user_id == me)
    nobodys = sum(1 for each in studies if each.assignee is None)
    severities = sorted(
        {each.told_severity for each in studies},
        key=lambda each: (each != STAT, each != UNREADABLE, priority_parts(each)),
    )
    what = "/".join(dict.fromkeys(priority_parts(each)[1] for each in severities))
    tail = [f"{late:,} overdue"] if late else []
    tail += [f"{mine:,} yours"] if mine else []
    tail += [f"{nobodys:,} unassigned"] if nobodys else []
    number = f"{len(studies):,}"
    said = f"{number} {what} open at the start"
    if len(studies) < count:
        were = "was" if count == 1 else "were"
        said = f"{number} of the {count:,} {what} that {were} open at the start"
    right = line((f"{hint} ", Role.DIM))
    if cell_len(f" ▲ {' · '.join([said, *tail])} {hint} ") > width and len(studies) < count:
        said = f"{number} of {count:,} {what} open at the start"
    return spread(line((f" ▲ {' · '.join([said, *tail])}", Role.STAT)), right, width)


def watch_line(watch: Watch) -> Line:
    """Return what there is to say of a watch that is not kept; nothing if it is."""
    if watch.state is WatchState.INTERRUPTED:
        said = f" alarm watch interrupted {span_text(watch.seconds)}"
        return line((said, Role.WARNING), ("  a new STAT would not be noticed", Role.PLAIN))
    if watch.state is WatchState.STOPPED and watch.seconds:
        said = f" alarm watch stopped {span_text(watch.seconds)} ago"
        return line((said, Role.WARNING), ("  a new STAT will not be noticed", Role.PLAIN))
    return ()
