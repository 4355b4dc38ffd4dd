"""What the alarm banner says, line by line."""

import time
from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len

from avara_tui.study import STAT, UNREADABLE, Study
from avara_tui.text import clean
from avara_tui.triage.alarms import Watch, WatchState
from avara_tui.tui.lines import Line, Role, fit, line, spread, truncate
from avara_tui.tui.masking import veiled
from avara_tui.tui.presentation.columns import assignee_name, priority_parts
from avara_tui.tui.presentation.heading import span_text
from avara_tui.worklist.alarm import Alarm, Cause
from avara_tui.worklist.naming import customer_name

WORDS: Final = {Cause.NEW: "NEW", Cause.TURNED: "NOW", Cause.MINE: "YOURS:"}


def alarm_line(alarm: Alarm, study: Study | None, hint: str, width: int, *, masked: bool) -> Line:
    """Return one alarm: what has happened and when, to which study, and whose that is."""
    at = time.strftime("%H:%M", time.localtime(alarm.raised_at))
    sign, word = priority_parts(study.told_severity if study is not None else STAT)
    right = f"{hint} " if hint else ""
    room = max(width - cell_len(right) - 1, 0)
    head = f" {sign} {WORDS[alarm.cause]} {word}  {at}  "
    tail = f"  …{clean(alarm.study_id[-6:])}"
    whose, name = "", ""
    if study is not None:
        # Without a study its text is not held, as behind a lock: the alarm is.
        name = veiled(clean(study.description), masked=masked)
        customer = customer_name(study.customer) if study.customer is not None else ""
        person = assignee_name(study, masked=masked)
        parts = filter(None, (person, veiled(customer, masked=masked)))
        whose = f"  {' · '.join(parts)}"
    left = max(room - cell_len(head) - cell_len(tail), 0)
    if cell_len(name) + cell_len(whose) > left:
        whose = truncate(whose, max(left - cell_len(name), 0)) if left - cell_len(name) > 8 else ""
    content = head + truncate(name, left) + tail + whose
    return line((fit(content, max(width - cell_len(right), 0)) + right, Role.ALARM))


def start_line(studies: Sequence[Study], me: str | None, hint: str, width: int) -> Line:
    """Return the one summary of what was urgent when the watch began."""
    mine = sum(1 for each in studies if each.assignee and each.assignee.user_id == me)
    nobodys = sum(1 for each in studies if each.assignee is None)
    severities = sorted(
        {each.told_severity for each in studies},
        key=lambda each: (each != STAT, each != UNREADABLE, priority_parts(each)),
    )
    what = "/".join(dict.fromkeys(priority_parts(each)[1] for each in severities))
    parts = [f"{len(studies):,} {what} open at the start"]
    parts += [f"{mine:,} yours"] if mine else []
    parts += [f"{nobodys:,} unassigned"] if nobodys else []
    left = line((f" ▲ {' · '.join(parts)}", Role.STAT))
    return spread(left, line((f"{hint} ", Role.DIM)), width)


def watch_line(watch: Watch) -> Line:
    """Return what there is to say of a watch that is not kept; nothing if it is."""
    if watch.state is WatchState.INTERRUPTED:
        said = f" alarm watch interrupted {span_text(watch.seconds)}"
        return line((said, Role.WARNING), ("  a new STAT would not be noticed", Role.PLAIN))
    if watch.state is WatchState.STOPPED and watch.seconds:
        said = f" alarm watch stopped {span_text(watch.seconds)} ago"
        return line((said, Role.WARNING), ("  a new STAT will not be noticed", Role.PLAIN))
    return ()
