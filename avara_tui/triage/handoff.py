"""The hand-off in words, for a screen, a terminal or a file: what is open, and how sure that is."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

from avara_tui.study import Study
from avara_tui.text import clean
from avara_tui.triage.reading.health import Health, State
from avara_tui.worklist.clocks import MINUTE, Timeliness, age, age_text, due_at, is_open, timeliness
from avara_tui.worklist.handoff import Section
from avara_tui.worklist.naming import customer_name, family_name_first, priority_word
from avara_tui.worklist.query import QueryContext

HIDDEN: Final = "•••"
_LATE: Final = len("overdue by 20h49")


class HandOff(NamedTuple):
    """Everything that a hand-off says."""

    profile: str
    sections: Sequence[Section]
    context: QueryContext
    certainty: str
    """How old the data is and what is missing from it, in a sentence."""
    is_complete: bool
    """Whether nothing is missing and nothing is old."""
    notes: Sequence[str] = ()
    masked: bool = False
    on_screen: bool = False
    """Whether the end of a study's id is enough, as on the rest of the screen."""


class Row(NamedTuple):
    """One line of a hand-off, and what it is about."""

    text: str
    study: Study | None = None
    is_title: bool = False
    is_certainty: bool = False
    """Whether it says how far the rest may be believed."""
    urgency: str = ""
    """The beginning of the text, where that says how urgent the study is."""


def certainty(health: Health) -> str:
    """Return how old the open studies on the screen are and what is missing, in a sentence."""
    if health.loading:
        return f"INCOMPLETE: not yet read to the end: {', '.join(health.loading)}."
    age_of_data = "unknown age" if health.oldest_age is None else _span(health.oldest_age)
    old = f"all open studies read {age_of_data} ago"
    if health.other_age is not None and health.other_age >= MINUTE:
        old += f", those of unknown priority or status {_span(health.other_age)} ago"
    if health.cut_off:
        return f"INCOMPLETE: {old}; more beyond the load limit: {', '.join(health.cut_off)}."
    if health.is_checking:
        return f"INCOMPLETE: {old}; the server left studies out, and is asked again."
    if health.missing:
        return f"INCOMPLETE: {old}; up to {health.missing:,} may be missing."
    if health.unreadable:
        return f"INCOMPLETE: {old}; {left_out_text(health.unreadable)}."
    if health.state is State.LIVE:
        return f"Complete: {old}."
    return f"OLD: {old}."


def assumed_text(*, has_rules: bool) -> str:
    """Return what to say where the site has set no limits, but for those of its rules, if any."""
    if has_rules:
        return "Time limits are assumed where no rule of your site's gives one."
    return "Time limits are assumed: your site has set none."


def left_out_text(rows: int) -> str:
    """Return how many rows the server sent of which nothing is known."""
    were = "1 row without a study id was" if rows == 1 else f"{rows:,} rows without a study id were"
    return f"{were} left out"


def rows(hand_off: HandOff) -> Iterator[Row]:
    """Yield the hand-off line by line."""
    context = hand_off.context
    moment = datetime.fromtimestamp(context.now, UTC).astimezone()
    when = moment.strftime("%Y-%m-%d %H:%M %Z")
    yield Row(f"Hand-off of {clean(hand_off.profile)}, {when}", is_title=True)
    yield Row(hand_off.certainty, is_certainty=True)
    for note in hand_off.notes:
        yield Row(note)
    for section in hand_off.sections:
        yield Row("")
        above = f", {section.above:,} of them above" if section.above else ""
        yield Row(f"{section.title}: {section.total:,}{above}", is_title=True)
        for study in section.studies:
            urgency = _urgency(study)
            yield Row(urgency + _line(study, hand_off), study, urgency=urgency)


def _urgency(study: Study) -> str:
    return f"  {priority_word(study.told_severity):<5}"


def _line(study: Study, hand_off: HandOff) -> str:
    context = hand_off.context
    seconds = age(study, context.now, context.thresholds.clock_key)
    waited = "?" if seconds is None else age_text(seconds)
    parts = [clean(study.description), family_name_first(study.assignee)]
    if study.customer is not None:
        parts.append(customer_name(study.customer))
    if hand_off.masked:
        parts = [HIDDEN, HIDDEN if study.assignee is not None else parts[1]]
    study_id = f"…{clean(study.study_id[-6:])}" if hand_off.on_screen else clean(study.study_id)
    late = _late(study, context)
    return f" {waited:>5}  {late:<{_LATE}}  {'; '.join(parts)}  {study_id}"


def _late(study: Study, context: QueryContext) -> str:
    if not is_open(study):
        return ""
    due = due_at(study, context.thresholds)
    if due is None or timeliness(study, context.now, context.thresholds) is Timeliness.UNKNOWN:
        return "may be overdue"
    left = due - context.now
    if left > 0:
        return f"due in {age_text(left)}"
    return f"overdue by {age_text(-left)}"


def _span(seconds: float) -> str:
    return f"{int(seconds)} s" if seconds < 60 else age_text(seconds)
