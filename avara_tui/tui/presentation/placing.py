"""Which columns stand side by side in the room there is, and how wide each one is."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from avara_tui.tui.presentation.columns import Column, column

GUTTER: Final = 3
"""Cells before the first column: the cursor, the mark, a blank."""
PINNED: Final = "priority"
"""The column that stays in sight when it is the first and the others are moved aside."""


class Placed(NamedTuple):
    """A column and the cells that it has been given."""

    column: Column
    width: int
    gap: int = 0
    """Cells between it and the column after it."""


class Placement(NamedTuple):
    """The columns on the screen, and how many are out of sight."""

    columns: tuple[Placed, ...]
    left: int = 0
    """How many columns were moved out of sight to the left."""
    right: int = 0
    """How many columns there was no room for."""

    def at(self, cell: int) -> Column | None:
        """Return the column that a cell of a row belongs to, or None."""
        start = GUTTER
        for each in self.columns:
            if start <= cell < start + each.width:
                return each.column
            start += each.width + each.gap
        return None


def place(
    names: Sequence[str],
    width: int,
    *,
    skipped: int = 0,
    in_order: bool = False,
    needs: Mapping[str, int] | None = None,
) -> Placement:
    """Return the columns that fit ``width`` cells, in the order named, with their widths.

    The least important leave first; or, ``in_order``, the last ones. With some ``skipped`` at the
    left, the columns that follow take their place, the pinned one staying where it is.

    What room is left goes to the columns that grow: each has its share. With ``needs``, which hold
    the cells of the longest value of a column where they are known, each has what it needs instead,
    the most important one first.
    """
    columns = [column(name) for name in names]
    room = max(width - GUTTER, 0)
    if not skipped and not in_order:
        kept = _most_important(columns, room)
        return Placement(_widths(kept, room, needs), right=len(columns) - len(kept))
    pinned = 1 if columns[:1] and columns[0].id == PINNED else 0
    skipped = min(skipped, max(len(columns) - pinned - 1, 0))
    kept = columns[:pinned]
    rest = columns[pinned + skipped :]
    while rest and (len(kept) <= pinned or _needed([*kept, rest[0]]) <= room):
        kept.append(rest.pop(0))
    return Placement(_widths(kept, room, needs), skipped, len(rest))


def _most_important(columns: Sequence[Column], room: int) -> list[Column]:
    kept = list(columns)
    while len(kept) > 1 and _needed(kept) > room:
        kept.remove(min(kept, key=lambda each: each.importance))
    return kept


def _widths(
    columns: Sequence[Column], room: int, needs: Mapping[str, int] | None
) -> tuple[Placed, ...]:
    """Share out the room: what is left over to those that grow, what is lacking from the last."""
    widths = [each.width for each in columns]
    if needs is not None:
        columns = [_as_needed(each, needs) for each in columns]
        _give_needed(columns, widths, room - _needed(columns))
    spare = room - sum(widths) - _gaps(columns)
    while spare > 0 and (
        growing := [i for i, each in enumerate(columns) if _grows(each, widths[i])]
    ):
        shares = sum(columns[index].grows for index in growing)
        extra = {index: spare * columns[index].grows // shares for index in growing}
        most = max(growing, key=lambda index: columns[index].grows)
        extra[most] += spare - sum(extra.values())
        for index, cells in extra.items():
            room_for = columns[index].most - widths[index] if columns[index].most else cells
            widths[index] += min(cells, room_for)
            spare -= min(cells, room_for)
    if spare > 0 and any(each.grows for each in columns):
        # What all have enough of goes to the one that can use it best.
        widths[max(range(len(columns)), key=lambda index: columns[index].grows)] += spare
    for index in reversed(range(len(widths))):
        lacking = sum(widths) + _gaps(columns[: index + 1]) - room
        widths[index] -= min(max(lacking, 0), widths[index])
    kept = [each for each in zip(columns, widths, strict=True) if each[1] > 0]
    gaps = [*(each.gap for each, _ in kept[1:]), 0]
    return tuple(Placed(*each, gap) for each, gap in zip(kept, gaps, strict=False))


def _as_needed(column: Column, needs: Mapping[str, int]) -> Column:
    need = max(needs.get(column.id, column.most), column.width)
    return column._replace(most=min(column.most, need))


def _give_needed(columns: Sequence[Column], widths: list[int], spare: int) -> None:
    """Widen the columns in the order of their importance, as far as they have use for it."""
    for index in sorted(range(len(columns)), key=lambda each: -columns[each].importance):
        if spare > 0 and _grows(columns[index], widths[index]) and columns[index].most:
            cells = min(spare, columns[index].most - widths[index])
            widths[index] += cells
            spare -= cells


def _grows(column: Column, width: int) -> bool:
    return bool(column.grows) and (not column.most or width < column.most)


def _gaps(columns: Sequence[Column]) -> int:
    return sum(each.gap for each in columns[1:])


def _needed(columns: Sequence[Column]) -> int:
    return sum(each.width for each in columns) + _gaps(columns)
