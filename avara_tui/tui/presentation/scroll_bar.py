"""The rule beside the table as its scroll bar: what is seen, and where STAT is out of sight."""

from collections.abc import Iterable
from typing import Final

from avara_tui.tui.lines import Role, Span

LINE: Final = "│"
THUMB: Final = "┃"
STAT_THERE: Final = "▲"


def scroll_bar(
    height: int, *, lines: int, top: int, seen: int, stat: Iterable[tuple[int, bool]]
) -> list[Span]:
    """Return the rule of ``height`` cells beside a table of ``lines``.

    Of these, ``seen`` are in sight from ``top`` on. ``stat`` are the lines of STAT studies, and
    whether nobody has them.
    """
    bar: list[Span] = [(LINE, Role.DIM)] * height
    if lines <= seen or not height:
        return bar
    length = min(max(height * seen // lines, 1), height)
    start = (height - length) * top // (lines - seen)
    bar[start : start + length] = [(THUMB, Role.PLAIN)] * length
    for at, is_nobodys in stat:
        if top <= at < top + seen:
            continue
        cell = height * at // lines
        # Never on what stands for what is in sight.
        cell = min(cell, start - 1) if at < top else max(cell, start + length)
        if 0 <= cell < height and bar[cell][1] is not Role.ALARM:
            bar[cell] = (STAT_THERE, Role.ALARM if is_nobodys else Role.STAT)
    return bar
