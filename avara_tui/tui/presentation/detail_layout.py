"""Where the entries of the detail stand, when there is room for one below the other."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from rich.cells import cell_len

from avara_tui.tui.lines import Line, Role, Span, fit, line, truncate, width_of, wrap
from avara_tui.tui.presentation.detail import Entry, Part

_LABELS: Final = 17
"""Cells of a label and the gap behind it: the same for every study, so that values stand still."""
_GAP: Final = 2
_TWO: Final = 60
"""Cells from which on two short pairs stand side by side."""
_PAIR: Final = 35
"""Where the second of two pairs begins."""
_SECOND_LABELS: Final = 14
_INDENT: Final = 3
"""Where a value begins that has a line of its own."""
_HEADS: Final = 4
_FOOT: Final = (Part.ORIGIN, Part.IDENTITY)
_ROOMY: Final = 14
"""Lines from which on there is room for blank ones."""
_FOOT_AT: Final = 36
_WIDE_FOOT_AT: Final = 23
"""Lines beyond which the foot goes no further down: it would be away from all else."""


class Laid(NamedTuple):
    """Entries in lines, and where the one under the cursor stands."""

    lines: list[Line]
    first: int = 0
    last: int = 0
    """The line behind its last one."""


def lay_out(
    entries: Sequence[Entry],
    keys: Mapping[str, str],
    width: int,
    *,
    marked: int = -1,
    height: int = 0,
    stands_still: bool = True,
) -> Laid:
    """Return ``entries`` in lines of ``width`` cells; the one at ``marked`` is under the cursor.

    ``keys`` stand at the right, by the field that they change. Where there is room, blank lines set
    the parts off. If it ``stands_still``, what follows the metadata stands at the foot of
    ``height`` lines, whatever metadata a study has: from study to study, its labels are where they
    were.
    """
    foot_at = _FOOT_AT if width < _TWO else _WIDE_FOOT_AT
    foot_at = min(height, foot_at) if stands_still else 0
    is_roomy = height >= _ROOMY
    laid = _lay_all(entries, keys, width, marked, foot_at, is_roomy=is_roomy)
    if len(laid.lines) > height:
        fewer = [each for each in entries if not each.is_spare]
        short = _lay_all(fewer, keys, width, marked, foot_at, is_roomy=is_roomy)
        return short if len(short.lines) <= height else laid
    return laid


def _lay_all(
    entries: Sequence[Entry],
    keys: Mapping[str, str],
    width: int,
    marked: int,
    foot_at: int,
    *,
    is_roomy: bool,
) -> Laid:
    upper = next((i for i, each in enumerate(entries) if each.part in _FOOT), len(entries))
    top = _lay_part(entries[:upper], keys, width, marked, is_roomy=is_roomy)
    foot = _lay_part(entries[upper:], keys, width, -1, is_roomy=is_roomy).lines
    blank = foot_at - len(top.lines) - len(foot)
    gap = max(blank, 1 if is_roomy else 0)
    return top._replace(lines=[*top.lines, *[()] * gap, *foot])


def _lay_part(
    entries: Sequence[Entry], keys: Mapping[str, str], width: int, marked: int, *, is_roomy: bool
) -> Laid:
    lines: list[Line] = []
    where = 0, 0
    part = entries[0].part if entries else Part.HEAD
    index = 0
    while index < len(entries):
        entry = entries[index]
        is_next = entry.label and entry.part is not part and entry.part is not Part.IDENTITY
        # A second line of the description takes the place of the blank one: nothing moves down.
        if is_roomy and is_next and not (part is Part.HEAD and len(lines) == _HEADS + 1):
            lines.append(())
        part = entry.part if entry.label else part
        begin = len(lines)
        other = entries[index + 1] if _stand_together(entries, index, width) else None
        if other is not None:
            is_second = index + 1 == marked
            lines.append(_two(entry, other, index == marked, is_second, width))
        else:
            lines += _one(entry, keys, width, under_cursor=index == marked)
        count = 1 if other is None else 2
        if index <= marked < index + count:
            where = begin, len(lines)
        index += count
    return Laid(lines, *where)


def value_role(entry: Entry) -> Role:
    """Return what a value means to the eye: also that it is not on the server yet."""
    if entry.is_unconfirmed:
        return Role.DIM
    return Role.WARNING if entry.is_drafted else entry.role


def mark_of(entry: Entry) -> str:
    """Return the sign before a value that is not on the server; one cell in any case."""
    return "…" if entry.is_unconfirmed else "*" if entry.is_drafted else " "


def _one(entry: Entry, keys: Mapping[str, str], width: int, *, under_cursor: bool) -> list[Line]:
    key = keys.get(entry.field or "", "")
    # The keys end where the words of the head and the foot do.
    room = width - cell_len(key) - 2 if key else width
    if not entry.label:
        left = " " * _INDENT
        lines = [line(left, (text, entry.role)) for text in wrap(entry.value, width - _INDENT)]
    elif entry.part is Part.HEAD:
        lines = _head(entry, room, under_cursor=under_cursor)
    else:
        lines = _pair(entry, room, under_cursor=under_cursor)
    if key and lines:
        gap = " " * (width - 1 - cell_len(key) - width_of(lines[0]))
        # Blanks that look like what is behind them take no change of colours.
        lines[0] = (*lines[0], (gap + key, Role.DIM))
    return lines


def _head(entry: Entry, room: int, *, under_cursor: bool) -> list[Line]:
    mark = mark_of(entry).strip()
    value = f"{mark} {entry.value}" if mark else entry.value
    values = wrap(value, room - 1) or [""]
    lines = [
        line(_sign(first and under_cursor), (text, value_role(entry)))
        for first, text in _with_first(values)
    ]
    return _flow(lines, entry.more, room, _INDENT)


def _pair(entry: Entry, room: int, *, under_cursor: bool) -> list[Line]:
    label_role = Role.STRONG if under_cursor else Role.DIM
    sign, mark, role = _sign(under_cursor), mark_of(entry), value_role(entry)
    label = truncate(entry.label, room - 1)
    taken = cell_len(label)
    beside = max(_LABELS, taken + _GAP)
    value = entry.value
    if beside + 1 + cell_len(value) <= room:
        padded = label + " " * (beside - 1 - taken)
        row: Line = (sign, (padded, label_role), (mark, role), (value, role))
        return _flow([row], entry.more, room, _LABELS + 1)
    in_column = wrap(value, room - _LABELS - 1)
    if beside == _LABELS and len(in_column) == 2 and " ".join(in_column) == value:
        first = line(
            sign, (fit(label, _LABELS - 1), label_role), (mark, role), (in_column[0], role)
        )
        lines = [first, line(" " * (_LABELS + 1), (in_column[1], role))]
        return _flow(lines, entry.more, room, _LABELS + 1)
    lines = [line(sign, (label, label_role), *((f" {mark}", role) for _ in mark.strip()))]
    lines += [line(" " * _INDENT, (text, role)) for text in wrap(value, room - _INDENT)]
    return _flow(lines, entry.more, room, _INDENT)


def _flow(lines: list[Line], more: Sequence[Line], room: int, column: int) -> list[Line]:
    """Return ``lines`` with ``more`` behind them: beside the last one, or below it."""
    first = True
    for part in more:
        gap = _GAP if first else 1
        if width_of(lines[-1]) + gap + width_of(part) <= room:
            lines[-1] = (*lines[-1], (" " * gap, Role.DIM), *part)
        else:
            begin = column if column + width_of(part) <= room else _INDENT
            lines += [line(" " * begin, *row) for row in _wrapped(part, room - begin)]
        first = False
    return lines


def _wrapped(part: Line, width: int) -> Iterator[Line]:
    if width_of(part) <= width:
        yield part
        return
    for text, role in part:
        for row in wrap(text, width):
            yield line((row, role))


def _stand_together(entries: Sequence[Entry], index: int, width: int) -> bool:
    """Whether an entry and the next one are two short pairs of the metadata with no notes."""
    if width < _TWO or index + 1 >= len(entries):
        return False
    one, other = entries[index : index + 2]
    follower = entries[index + 2] if index + 2 < len(entries) else None
    if one.key is None or other.key is None or (follower is not None and not follower.label):
        return False
    fits = cell_len(one.label) + _GAP <= _LABELS
    fits = fits and 1 + _LABELS + cell_len(one.value) + _GAP <= _PAIR
    second = width - _PAIR - _SECOND_LABELS
    return (
        fits and cell_len(other.label) + _GAP <= _SECOND_LABELS and cell_len(other.value) <= second
    )


def _two(one: Entry, other: Entry, is_first: bool, is_second: bool, width: int) -> Line:  # noqa: FBT001
    (left,) = _pair(one, width, under_cursor=is_first)
    gap = " " * (_PAIR - 1 - width_of(left))
    return (*left, (gap, Role.PLAIN), *_second(other, under_cursor=is_second))


def _second(entry: Entry, *, under_cursor: bool) -> Line:
    role = value_role(entry)
    label = fit(entry.label, _SECOND_LABELS - 1)
    label_role = Role.STRONG if under_cursor else Role.DIM
    return line(
        _sign(under_cursor), (label, label_role), (mark_of(entry), role), (entry.value, role)
    )


def _sign(under_cursor: bool) -> Span:  # noqa: FBT001 - of the function's one argument
    return ("▌", Role.STRONG) if under_cursor else (" ", Role.PLAIN)


def _with_first(values: Sequence[str]) -> Iterator[tuple[bool, str]]:
    for index, value in enumerate(values):
        yield not index, value
