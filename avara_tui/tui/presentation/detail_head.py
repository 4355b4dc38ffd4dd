"""What the detail says first: how urgent a study is, when it is due, who has it, which keys act."""

from collections.abc import Mapping
from typing import Final

from avara_tui.study import Study
from avara_tui.text import clean
from avara_tui.tui.keys.actions import BY_ID
from avara_tui.tui.keys.refusals import Situation, why_not
from avara_tui.tui.lines import Line, Role, line
from avara_tui.tui.masking import veiled
from avara_tui.tui.presentation.columns import is_nobodys_stat, priority_role, stepped_age
from avara_tui.tui.presentation.row_context import CLOCK_STEP, RowContext
from avara_tui.worklist.clocks import (
    Timeliness,
    age,
    age_text,
    due_at,
    has_clock,
    is_open,
    timeliness,
)

INTO: Final = "detail"
"""The name under which :func:`field_keys` has the key that goes into the detail."""
_ACTIONS: Final = {
    "description": ("description",),
    "severity": ("severity",),
    "assigned_to": ("claim", "assign"),
    "status": ("status",),
    "add_metadata": ("add_metadata", "metadata"),
    INTO: ("detail",),
}
_LATE: Final = {Role.STAT: Role.STAT, Role.HIGH: Role.HIGH_OVERDUE}
"""Overdue is told by weight, in the colour of the priority."""


def field_keys(study: Study, situation: Situation) -> Mapping[str, str]:
    """Return the keys that change ``study``, by the field that they change.

    A key that would be refused is left out. While studies are marked in the table, its keys are
    for those: none is for the study that is shown.
    """
    if situation.meant:
        return {}
    keymap, found = situation.keymap, {}
    for field, names in _ACTIONS.items():
        keys = [
            keymap.key(name)
            for name in names
            if keymap.keys(name) and why_not(BY_ID[name], study, situation) is None
        ]
        if keys:
            found[field] = " ".join(keys)
    return found


def severity_role(study: Study) -> Role:
    """Return what the severity means to the eye: the one fill for a STAT that nobody has."""
    return Role.ALARM if is_nobodys_stat(study) else priority_role(study.told_severity)


def assignee_role(study: Study, me: str | None) -> Role:
    """Return what it means to the eye who has a study."""
    if study.assignee is None:
        return Role.STRONG if is_nobodys_stat(study) else Role.DIM
    return Role.OWN if study.assignee.user_id == me else Role.PLAIN


def urgency(study: Study, context: RowContext) -> list[Line]:
    """Return when an open study is due, or by how much it is overdue, and how old it is.

    Each part is a line of its own, to be set beside the others where there is room.
    """
    due = deadline(study, context)
    key = context.thresholds.clock_key
    seconds = age(study, context.clock, key)
    if seconds is None:
        return [due] if due else []
    has_key = key is not None and has_clock(study, key)
    old = f"{stepped_age(seconds)} since {clean(key or '')}" if has_key else None
    said = line((old or f"{stepped_age(seconds)} old", Role.DIM))
    return [due + line((",", Role.DIM)), said] if due else [said]


def deadline(study: Study, context: RowContext) -> Line:
    """Return when a study is due, or by how much it is overdue; nothing if it is not open."""
    if not is_open(study):
        return ()
    where = timeliness(study, context.now, context.thresholds)
    due = due_at(study, context.thresholds)
    if due is None or where is Timeliness.UNKNOWN:
        return line(("no waiting time: may be overdue", Role.WARNING))
    if where is Timeliness.OVERDUE:
        role = _LATE.get(priority_role(study.severity), Role.OVERDUE)
        return line((f"overdue by {age_text(max(context.clock - due, 0.0))}", role))
    left = age_text(max(due - context.clock - CLOCK_STEP, 0.0))
    role = Role.WARNING if where is Timeliness.WARNING else Role.DIM
    return line((f"due in {left}", role))


def limit(study: Study, context: RowContext) -> tuple[str, str] | None:
    """Return the label and the value of the time in which a study is to be read.

    None if it is not open. Nobody must take for a standard what is only there until the site sets
    its own.
    """
    if not is_open(study):
        return None
    length = age_text(context.thresholds.limit(study).due)
    rule = context.thresholds.ruling(study)
    if rule is not None:
        # It may name a customer, or what metadata holds.
        return "site limit", f"{length} ({veiled(clean(rule.name), masked=context.masked)})"
    if context.are_placeholders:
        return "limit", f"{length} assumed: your site has set no limit"
    return "site limit", length
