"""The detail in a few rows below the table: what decides, and how to see the rest."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from rich.cells import cell_len

from avara_tui.study import INCOMPLETE
from avara_tui.tui.lines import Line, Role, join, line, spread, truncate, width_of
from avara_tui.tui.presentation.detail import Entry, Part, time_text
from avara_tui.tui.presentation.detail_head import INTO
from avara_tui.tui.presentation.detail_layout import mark_of, value_role
from avara_tui.tui.presentation.row_context import RowContext
from avara_tui.tui.presentation.times import read_time

_BETWEEN: Final = "   "
_LEAST: Final = 8
"""Cells that the description keeps in any case."""


def packed(
    entries: Sequence[Entry],
    keys: Mapping[str, str],
    width: int,
    height: int,
    context: RowContext,
) -> list[Line]:
    """Return ``entries`` in ``height`` rows of ``width`` cells: heads, warnings, drafts, the rest.

    ``keys`` holds the key that goes into the detail, where all of them are.
    """
    heads = {each.field: each for each in entries if each.field and each.part is Part.HEAD}
    rows = [_heads(heads, width)]
    count = sum(1 for each in entries if each.label)
    key = keys.get(INTO)
    more = line((key, Role.KEY), (f" all {count} fields", Role.DIM)) if key else ()
    return [*rows, *_rows(_pieces(entries, width - 1, context), more, width, height - 1)]


def _heads(heads: Mapping[str, Entry], width: int) -> Line:
    severity, holder = heads["severity"], heads["assigned_to"]
    status, name = heads["status"], heads["description"]
    parts = [_value(severity), join(severity.more, " ")]
    if status.value != INCOMPLETE or status.is_drafted or status.is_unconfirmed:
        parts.append(_value(status))
    urgency = join([*parts, join(status.more, " ")])
    right = _value(holder)
    room = width - 1 - width_of(urgency) - width_of(right) - 4
    mark = mark_of(name).strip()
    text = truncate(f"{mark}{name.value}", max(room, _LEAST))
    left = line(" ", (text, value_role(name)), "  ") + urgency
    return spread(left, right, width)


def _value(entry: Entry) -> Line:
    return line((mark_of(entry).strip() + entry.value, value_role(entry)))


def _pieces(entries: Sequence[Entry], width: int, context: RowContext) -> Iterator[Line]:
    """Yield what stands below the heads: what warns, what is not saved, then the rest in order."""
    rest = [each for each in entries if each.part is not Part.HEAD and each.field != "add_metadata"]
    warnings = [each for each in entries if not each.label or each.role is Role.WARNING]
    for each in warnings:
        if not each.field:
            said = f"{each.label} {each.value}".strip()
            yield line((truncate(said, width), each.role))
    labelled = [each for each in rest if each.label and each not in warnings]
    labelled.sort(key=lambda each: not (each.is_drafted or each.is_unconfirmed))
    for each in labelled:
        yield _piece(each, width, context)


def _piece(entry: Entry, width: int, context: RowContext) -> Line:
    label, mark = truncate(entry.label, width // 2), mark_of(entry).strip()
    value = entry.value
    moment = None if entry.key is None or entry.is_drafted else read_time(value)
    if moment is not None:
        value = time_text(moment, context)
    parts = [value, *("".join(text for text, _ in part) for part in entry.more)]
    room = width - cell_len(label) - 1
    return line(
        (f"{label} ", Role.DIM), (truncate(mark + " ".join(parts), room), value_role(entry))
    )


def _rows(pieces: Iterator[Line], more: Line, width: int, height: int) -> Iterator[Line]:
    """Yield ``height`` rows of ``pieces``; ``more`` stands at the right of the last one."""
    row: Line = ()
    left = height

    def fits(content: Line) -> bool:
        taken = width_of(more) + len(_BETWEEN) if left == 1 and more else 0
        return width_of(content) <= width - 1 - taken

    for piece in pieces:
        joined = join([row, piece], _BETWEEN)
        if fits(joined):
            row = joined
        elif left > 1:
            yield line(" ", *row)
            left -= 1
            row = piece if fits(piece) else ()
    for _ in range(left - 1):
        yield line(" ", *row)
        row = ()
    yield spread(line(" ", *row), more, width)
