"""One study as one line of the table, in exactly as many cells as the table is wide."""

import re
from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len

from avara_tui.study import Study
from avara_tui.tui.lines import MORE_LEFT, MORE_RIGHT, Line, Role, Span, fit, line, truncate_middle
from avara_tui.tui.presentation.columns import (
    UNKNOWN_SIGN,
    column_name,
    is_nobodys_stat,
    priority_role,
)
from avara_tui.tui.presentation.patient_lines import same_sign
from avara_tui.tui.presentation.placing import GUTTER, Placed, Placement
from avara_tui.tui.presentation.row_context import RowContext
from avara_tui.tui.terminal.right_to_left import WALL, runs_left
from avara_tui.worklist.order import Order

CURSOR_SIGN: Final = "▌"
_LATIN: Final = re.compile("[A-Za-z]")
_MARK: Final = "*"
_NUMBER: Final = re.compile(r"[-+]?[0-9][0-9.,:]*")
_SIGNED: Final = "description"
"""The column at whose end stands how many studies its patient has."""
_ROOM_FOR_SIGN: Final = 16
"""Cells that the column has at least, so that its text can still be told."""
_TURNED: Final = frozenset({"age"})
"""Columns that show how long ago what they are sorted by was: the earliest is the longest ago."""


def cell(placed: Placed, study: Study, context: RowContext, kept: int = 0) -> str:
    """Return what ``study`` shows in a column, in exactly the column's width.

    It is narrower by the cells that are ``kept`` free at its end.
    """
    column, width = placed.column, placed.width - kept
    text = column.text(study, context)
    if column.cut_middle:
        text = truncate_middle(text, width)
    right = column.right or (column.may_be_number and _NUMBER.fullmatch(text) is not None)
    return fit(text, width, right=right)


def row_line(
    study: Study,
    columns: Sequence[Placed],
    width: int,
    context: RowContext,
    cursor: Role | None = None,
) -> Line:
    """Return a study's row; ``cursor`` is what the row looks like under the cursor.

    The first column has the colour of the priority, and is filled where nobody has a STAT study:
    also under the cursor. An age that is late has weight, one's own name has its colour, and the
    rest has one more: every change of colour is bytes on a slow line. There the cursor takes the
    start of its row only.
    """
    signed, same = -1, ""
    if context.patients is not None:
        signed, same = _same_patient(study, columns, context)
    cells = [cell(each, study, context) for each in columns]
    if same:
        cells[signed] = cell(columns[signed], study, context, len(same))
    has_walls = runs_left("".join(cells))
    if has_walls and runs_left(cells[-1]):
        # What is right of the table must not be moved into it.
        cells[-1] = fit(cells[-1].rstrip(), cell_len(cells[-1]) - 1) + WALL
    blank = WALL if has_walls else " "
    sign = _sign(study, context)
    # A Latin word at the start of a row, such as STAT, keeps it in its direction.
    first = cells[0] if cells else ""
    begins_latin = not runs_left(first) and _LATIN.search(first) is not None
    gutter = (CURSOR_SIGN if cursor else " ") + sign + (" " if begins_latin else blank)
    head, role = _head(study, cursor), _role(study, context)
    if cursor is not None and not context.is_slow:
        role = cursor
    if width < GUTTER:
        return ((fit(gutter, width), head),)
    spans: list[Span] = [(gutter, _gutter_role(sign, head, cursor))]
    taken = GUTTER
    for index, (placed, text) in enumerate(zip(columns, cells, strict=True)):
        own = head
        if index:
            own = placed.column.role(study, context) if role is Role.PLAIN else role
        if context.words and placed.column.searched:
            spans += _highlighted(text, own, context.words)
        else:
            spans.append((text, own))
        if index == signed:
            faint = Role.DIM if role is Role.PLAIN and not context.is_slow else role
            spans += [(blank, role), (same[1:], faint)]
        is_beside_one = has_walls and any(map(runs_left, cells[index : index + 2]))
        spans.append((_gap(placed.gap, WALL if is_beside_one else " "), role))
        taken += placed.width + placed.gap
    return _merged([*spans, ((blank + " " * (width - taken - 1))[: width - taken], role)])


def _same_patient(study: Study, columns: Sequence[Placed], context: RowContext) -> tuple[int, str]:
    """Return in which column it stands, and with a blank before it, how many its patient has.

    -1 and nothing where there is no other study, or no room to say so.
    """
    sign = same_sign(study, context)
    if sign:
        for index, each in enumerate(columns):
            if each.column.id == _SIGNED and each.width >= _ROOM_FOR_SIGN:
                return index, f" {sign}"
    return -1, ""


def _gap(width: int, first: str) -> str:
    """Return what stands between two cells: one wall keeps them apart, and blanks are cheaper."""
    return (first + " " * (width - 1))[:width]


def _head(study: Study, cursor: Role | None) -> Role:
    """Return what the first column looks like."""
    if is_nobodys_stat(study):
        return Role.ALARM
    own = priority_role(study.severity)
    if cursor is None:
        return own
    return _STAT_UNDER.get(cursor, cursor) if own is Role.STAT else cursor


_STAT_UNDER: Final = {Role.CURSOR: Role.CURSOR_STAT, Role.RESTING: Role.RESTING_STAT}


def _gutter_role(sign: str, head: Role, cursor: Role | None) -> Role:
    if cursor is not None:
        return cursor
    if sign == _MARK:
        return Role.MARKED
    # Blanks look alike in every colour, and a change of colour is bytes.
    return head if sign == " " and head is not Role.ALARM else Role.PLAIN


def title_line(placement: Placement, width: int, order: Order | None) -> Line:
    """Return the titles, with the order of the rows and signs of what is out of sight."""
    keys = order.keys if order is not None else ()
    ranks = {key.column: rank for rank, key in enumerate(keys, 1)}
    texts = []
    for placed in placement.columns:
        column = placed.column
        sign = ""
        if column.id in ranks:
            rank = ranks[column.id]
            sign = arrow(column.id, keys[rank - 1].descending)
            sign += str(rank) if len(keys) > 1 else ""
        room = max(placed.width - len(sign), 0)
        title = fit(column.title, min(len(column.title), room)) + sign
        texts.append(fit(title, placed.width, right=column.right))
    has_walls = any(map(runs_left, texts))
    blank = WALL if has_walls else " "
    left = f"{MORE_LEFT}{placement.left}" if placement.left else ""
    right = f"{blank}+{placement.right} {MORE_RIGHT}" if placement.right else WALL * has_walls
    titles = "".join(
        text + blank * placed.gap for text, placed in zip(texts, placement.columns, strict=True)
    )
    text = (fit(left, GUTTER) + titles).rstrip()
    if placement.right and cell_len(text) + len(right) > width:
        right = right.replace(" ", "")
    return ((fit(fit(text, max(width - len(right), 0)) + right, width), Role.TITLE),)


def arrow(column_id: str, descending: bool) -> str:  # noqa: FBT001 - the second half of a key
    """Return which way the values shown in a column go from one row down to the next."""
    return "↓" if descending is not (column_id in _TURNED) else "↑"


def _sign(study: Study, context: RowContext) -> str:
    study_id = study.study_id
    if study_id in context.unconfirmed:
        return "…"
    if study_id in context.marked:
        return _MARK
    if study_id in context.drafts:
        return "✎"
    if study_id in context.aside:
        return "»"
    if study_id in context.new:
        return "+"
    if study_id in context.changed:
        return "~"
    return UNKNOWN_SIGN if study.unreadable else " "


def _role(study: Study, context: RowContext) -> Role:
    is_faint = study.is_cancelled or study.study_id in context.unconfirmed
    return Role.DIM if is_faint else Role.PLAIN


def _highlighted(text: str, role: Role, words: Sequence[str]) -> list[Span]:
    """Return a cell with what a filter looks for set off."""
    # The first frame has no filter, and need not wait for the language's whole grammar.
    from avara_tui.worklist.query import occurrences  # noqa: PLC0415

    spans: list[Span] = []
    done = 0
    for start, end in occurrences(text, words):
        spans += [(text[done:start], role), (text[start:end], _FOUND.get(role, Role.FOUND))]
        done = end
    return [*spans, (text[done:], role)]


_FOUND: Final = {Role.CURSOR: Role.CURSOR_FOUND, Role.RESTING: Role.RESTING_FOUND}
"""How what was found looks under the cursor."""


def _merged(spans: Sequence[Span]) -> Line:
    """Return the spans that hold anything, neighbours that look alike in one."""
    merged: list[Span] = []
    for text, role in spans:
        if merged and merged[-1][1] is role:
            merged[-1] = (merged[-1][0] + text, role)
        elif text:
            merged.append((text, role))
    return tuple(merged)


def order_words(order: Order, *, by_deadline: bool = False) -> Line:
    """Return an order in words; ``by_deadline`` is whether that is how the site's triage goes."""
    if order.is_triage and (order.by_deadline or by_deadline):
        return line(("triage order", Role.GOOD), " (STAT, overdue, high, then what is due first)")
    if order.is_triage:
        return line(("triage order", Role.GOOD), " (STAT, overdue, high, then the oldest)")
    parts = [f"{column_name(key.column)} {arrow(*key)}" for key in order.keys]
    return line("by " + ", ".join(parts))
