"""What a search for a text says: the studies to choose from, what matched, what was not read."""

from collections.abc import Sequence
from typing import Final

from avara_tui.text import clean
from avara_tui.triage.reading.health import Health, State
from avara_tui.tui.choices import Choice
from avara_tui.tui.lines import Role, crop, fit, line, text_of, truncate, truncate_middle
from avara_tui.tui.masking import HIDDEN, veiled
from avara_tui.tui.presentation.columns import priority_text, short_age
from avara_tui.tui.presentation.detail_head import assignee_role, severity_role
from avara_tui.tui.presentation.row_context import RowContext
from avara_tui.tui.presentation.study_row import holder_name, id_end
from avara_tui.worklist.clocks import age_text
from avara_tui.worklist.naming import status_word
from avara_tui.worklist.query import Place, Sought, occurrences
from avara_tui.worklist.query.folding import fold_case
from avara_tui.worklist.searching import Hit

_NAMES: Final = {"uid": "UID", "creator": "created by"}
_PRIORITY: Final = 6
_AGE: Final = 6
_STATE: Final = 10
_HOLDER: Final = 12
_MATCHED: Final = 28
_NAME: Final = 40
"""Cells of a description beyond which more are of no use."""
_LEAST_NAME: Final = 12
_BESIDE: Final = 3
"""Cells of the sign at the start of a row, and one free at its end."""
_NARROW: Final = 80
"""Cells below which a row shows no age."""
_WIDE: Final = 100
"""Cells from which a row shows the end of the id too."""
_BEFORE: Final = 6
"""Characters of a long value that are shown before what matched in it."""


def found_choices(
    found: Sequence[Hit], sought: Sought, text: str, context: RowContext, width: int
) -> list[Choice]:
    """Return the studies ``found`` by ``text`` as rows to choose from, in ``width`` cells.

    Typing narrows them by what the rows show, and by nothing that is hidden.
    """
    studies = [each.study for each in found]
    matched = [matched_text(sought.places(each), text, masked=context.masked) for each in studies]
    holders = [holder_name(each, context) for each in studies]
    has_age, has_id = width >= _NARROW, width >= _WIDE
    for_holder = min(max(map(len, holders), default=0), _HOLDER)
    fixed = _BESIDE + _PRIORITY + 1 + (_AGE + 1) * has_age + 2 + _STATE + 2 + for_holder + 2
    fixed += 9 * has_id
    room = max(width - fixed, 0)
    for_name = min(max(room - min(max(map(len, matched), default=0), _MATCHED), _LEAST_NAME), _NAME)
    choices = []
    for study, holder, what in zip(studies, holders, matched, strict=True):
        age = fit(short_age(study, context), _AGE, right=True) + " " if has_age else ""
        description = veiled(clean(study.description), masked=context.masked)
        row = line(
            (fit(priority_text(study.told_severity), _PRIORITY), severity_role(study)),
            f" {age}",
            (fit(description, for_name), Role.STRONG),
            f"  {fit(status_word(study), _STATE)}  ",
            (fit(holder, for_holder), assignee_role(study, context.me)),
            "  ",
            (fit(what, max(room - for_name, 0)), Role.FOUND),
            *([id_end(study)] if has_id else []),
        )
        told = f"{description} {holder} {what}" if not context.masked else ""
        search = f"{text_of(row)} {told}"
        choices.append(Choice(study.study_id, crop(row, width - _BESIDE), search.lower()))
    return choices


def matched_text(places: Sequence[Place], text: str, *, masked: bool) -> str:
    """Return which values matched ``text``, such as ``accession A81517235``."""
    return ", ".join(_matched(each, text, masked=masked) for each in places)


def _matched(place: Place, text: str, *, masked: bool) -> str:
    field, value = place
    name = _NAMES.get(field) or clean(field.removeprefix("meta."))
    if field == "description":
        return name
    if masked:
        return f"{name} {HIDDEN}"
    shown = truncate_middle(clean(value), 20) if field in {"id", "uid"} else _excerpt(value, text)
    return f"{name} {shown}"


def _excerpt(value: str, text: str) -> str:
    """Return a value, or of a long one what is around the first word that matched."""
    shown = clean(value)
    if len(shown) <= _MATCHED:
        return shown
    found = occurrences(shown, fold_case(text).split())
    start = max(found[0][0] - _BEFORE, 0) if found else 0
    return truncate(("…" if start else "") + shown[start:], _MATCHED)


def read_text(health: Health) -> str:
    """Return what was looked through, and what was not: what is not read may be there all the same.

    Never says that there is no such study: nobody but the server can know.
    """
    lacking = unread_text(health)
    if lacking:
        return f"{health.loaded:,} read, {lacking}"
    old = health.oldest_age
    when = "" if health.state is State.LIVE or old is None else f" {age_text(old).strip()} ago"
    return f"all {health.loaded:,} read{when}, open, complete and cancelled"


def unread_text(health: Health) -> str:
    """Return what of the server's studies has not been read; nothing if all of it has."""
    if health.state is State.UNCONNECTED:
        return "not connected"
    if health.state is State.CONNECTING:
        return "still connecting"
    said = []
    if health.loading:
        said.append(f"not yet to the end: {', '.join(health.loading)}")
    if health.cut_off:
        said.append(f"the load limit left out a part of: {', '.join(health.cut_off)}")
    if health.is_checking:
        said.append("the server left studies out and is asked again")
    if health.missing:
        said.append(f"up to {health.missing:,} may be missing")
    if health.unreadable:
        said.append(f"{health.unreadable:,} without an id, of which nothing is known")
    return "; ".join(said)
