"""Studies as plain text: words for every sign, nothing to draw, for screen readers and pipes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from rich.cells import cell_len

from avara_tui.identifiers import uid_problem
from avara_tui.moments import local_moment
from avara_tui.study import UNREADABLE, Study
from avara_tui.text import clean, hidden_characters
from avara_tui.worklist.clocks import Timeliness, age, age_text, due_at, is_open, timeliness
from avara_tui.worklist.naming import customer_name, family_name_first, priority_word, status_word
from avara_tui.worklist.query import QueryContext

METADATA_PREFIX: Final = "meta."
NOTHING: Final = "-"
"""Stands for an empty cell, so that every line has as many words as it has columns."""
WIDEST: Final = 60
"""Cells up to which a column is padded: one long text must not push all others away."""

Cell = Callable[[Study, QueryContext], str]
NO_CELLS: Final[Mapping[str, Cell]] = MappingProxyType({})


def waited(study: Study, context: QueryContext) -> str:
    """Return how long the study has waited, such as ``3h05``."""
    seconds = age(study, context.now, context.thresholds.clock_key)
    return "unknown" if seconds is None else age_text(seconds)


def due(study: Study, context: QueryContext) -> str:
    """Return how long it is until an open study is due, such as ``in 12m``, or ``-29m`` after.

    Nothing if it is closed.
    """
    if not is_open(study):
        return ""
    at = due_at(study, context.thresholds)
    if at is None or timeliness(study, context.now, context.thresholds) is Timeliness.UNKNOWN:
        return "unknown"
    left = at - context.now
    return f"in {age_text(left)}" if left > 0 else f"-{age_text(-left)}"


def local_time(seconds: float | None) -> str:
    """Return a time by the local clock, with its offset; nothing if it is not known."""
    moment = local_moment(seconds)
    return "" if moment is None else moment.isoformat(sep=" ", timespec="seconds")


CELLS: Final[dict[str, Cell]] = {
    "priority": lambda study, _: priority_word(study.told_severity),
    "age": waited,
    "due": due,
    "description": lambda study, _: clean(study.description),
    "assignee": lambda study, _: family_name_first(study.assignee),
    "status": lambda study, _: status_word(study),
    "customer": lambda study, _: _customer(study),
    "created": lambda study, _: local_time(study.created_at),
    "updated": lambda study, _: local_time(study.updated_at),
    "uid": lambda study, _: clean(study.uid),
    "id": lambda study, _: clean(study.study_id),
}
"""What a column says of a study; ``meta.KEY`` is one more for every metadata key."""


def cell_of(column: str) -> Cell:
    """Return what the column called ``column`` says."""
    known = CELLS.get(column)
    if known is not None:
        return known
    key = column.removeprefix(METADATA_PREFIX)
    return lambda study, _: clean(study.metadata.get(key) or _absent(study))


def _customer(study: Study) -> str:
    return "" if study.customer is None else customer_name(study.customer)


def _absent(study: Study) -> str:
    return "?" if "metadata" in study.unreadable else ""


class Table:
    """Studies in columns two blanks apart, none of them cut, under one line of titles.

    Where the studies come in several parts, a column grows wider with the part that needs it.
    """

    def __init__(
        self, columns: Sequence[str], *, header: bool, more: Mapping[str, Cell] = NO_CELLS
    ) -> None:
        """``more`` are cells that only this table has, by the names of their columns."""
        self._cells = [more.get(column) or cell_of(column) for column in columns]
        titles = [clean(column.removeprefix(METADATA_PREFIX)).upper() for column in columns]
        self._titles = [titles] if header else []
        self._widths = [0] * len(columns)

    def lines(self, studies: Sequence[Study], context: QueryContext) -> Iterator[str]:
        """Yield the lines for ``studies``; before the first ones, the titles."""
        rows, self._titles = self._titles, []
        rows += [[cell(study, context) or NOTHING for cell in self._cells] for study in studies]
        self._widths = [
            max(width, *(min(cell_len(row[place]), WIDEST) for row in rows))
            for place, width in enumerate(self._widths)
        ]
        for row in rows:
            padded = (_padded(text, width) for text, width in zip(row, self._widths, strict=True))
            yield "  ".join(padded).rstrip()


def details(study: Study, context: QueryContext) -> Iterator[str]:
    """Yield everything there is to say of a study, a label and its value on each line."""
    entries = list(_entries(study, context))
    width = max(cell_len(label) for label, _ in entries) + 2
    for label, value in entries:
        yield f"{_padded(label, width)}{value}".rstrip()


def _padded(text: str, width: int) -> str:
    return text + " " * (width - cell_len(text))


def _entries(study: Study, context: QueryContext) -> Iterator[tuple[str, str]]:
    yield "description", clean(study.description)
    if hidden := hidden_characters(study.description):
        yield "warning", f"the description holds hidden characters: {', '.join(hidden)}"
    yield "priority", priority_word(study.told_severity)
    if study.told_severity == UNREADABLE:
        yield "warning", "the severity could not be read; it counts as STAT"
    yield "status", status_word(study)
    yield "age", waited(study, context)
    if is_open(study):
        yield "due", _deadline(study, context)
        yield "limit", _limit(study, context)
    mail = f" <{clean(study.assignee.email)}>" if study.assignee and study.assignee.email else ""
    yield "assignee", f"{family_name_first(study.assignee)}{mail}"
    yield "customer", _customer(study) or "none"
    yield "created", local_time(study.created_at) or "unknown"
    if study.created_by_user:
        yield "created by", family_name_first(study.created_by_user)
    elif study.created_by_key:
        yield "created by", f"key {clean(study.created_by_key.description)}"
    yield "updated", local_time(study.updated_at) or "unknown"
    if study.is_cancelled:
        yield "cancelled", local_time(study.cancelled_at) or "unknown"
    yield "uid", clean(study.uid)
    if study.uid != UNREADABLE and (problem := uid_problem(study.uid)):
        yield "warning", f"this is no DICOM UID: {problem}"
    yield "id", clean(study.study_id)
    for key, value in sorted(study.metadata.items()):
        yield f"{METADATA_PREFIX}{clean(key)}", clean(value)
    if study.unreadable:
        yield "unreadable", ", ".join(each.replace("_", " ") for each in study.unreadable)


def _deadline(study: Study, context: QueryContext) -> str:
    """Return when an open study is due, how long that is, and whether it is late or soon will be.

    For example ``2026-03-01 09:30:00+01:00 in 12m, due soon``.
    """
    where, left = timeliness(study, context.now, context.thresholds), due(study, context)
    if where is Timeliness.UNKNOWN:
        return left
    word = "" if where is Timeliness.ON_TIME else f", {where.value}"
    return f"{local_time(due_at(study, context.thresholds))} {left}{word}".strip()


def _limit(study: Study, context: QueryContext) -> str:
    """Return the time in which a study is to be read, and the site's rule that says so, if any."""
    length, rule = context.thresholds.limit(study).due, context.thresholds.ruling(study)
    return age_text(length) + (f" ({clean(rule.name)})" if rule else "")


def name(study: Study) -> str:
    """Return a study's name for a message: what it is, how urgent, and which."""
    word = priority_word(study.told_severity)
    return f"{clean(study.description, 60)} [{word} {clean(study.study_id)}]"
