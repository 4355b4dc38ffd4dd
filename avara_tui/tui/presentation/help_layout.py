"""How the help is laid out: in columns to look through, or line by line to search."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Final

from rich.cells import cell_len

from avara_tui.tui.lines import Line, Role, fit, line, truncate, width_of, wrap
from avara_tui.tui.presentation.help_text import Entry, Section
from avara_tui.worklist.query.folding import fold_case

COLUMN: Final = 38
"""The fewest cells that a column takes."""
WIDEST_COLUMN: Final = 50
"""Cells beyond which a column only makes the way to the next one longer."""
WIDEST: Final = 100
"""Cells beyond which a line is no longer followed by the eye."""
_GAP: Final = 2
_INDENT: Final = 2
_SHARED: Final = 9
"""Cells of names up to which the sections of a column begin their texts at the same cell."""
_KEYS: Final = 13
_KEYS_MOST: Final = 21
"""Cells of the keys where each action has a line of its own, and those of what is longer."""
_IDS: Final = 20
_LEAST: Final = 12
"""The fewest cells for a text."""


def in_columns(stacks: Sequence[Sequence[Section]], width: int) -> list[Line]:
    """Return ``stacks`` beside each other, as many as ``width`` has room for; others follow."""
    count = max(min((width - 1) // COLUMN, len(stacks)), 1)
    cells = min((width - 1 - _GAP * (count - 1)) // count, WIDEST_COLUMN)
    shown: list[Line] = []
    for first in range(0, len(stacks), count):
        columns = [_column(each, cells) for each in stacks[first : first + count]]
        shown += [()] if shown else []
        shown += [_beside(row, cells) for row in zip_longest(*columns, fillvalue=())]
    return shown


def _beside(row: Sequence[Line], cells: int) -> Line:
    """Return the pieces of one row of columns, each from where its column begins."""
    joined: Line = ()
    for number, piece in enumerate(row):
        if piece:
            begins = 1 + number * (cells + _GAP)
            joined += line(" " * (begins - width_of(joined))) + piece
    return joined


def _column(sections: Sequence[Section], cells: int) -> list[Line]:
    """Return sections below each other in ``cells`` cells."""
    names = [max(cell_len(each.keys) for each in section.entries) for section in sections]
    shared = max((each for each in names if each <= _SHARED), default=0)
    shown: list[Line] = []
    for section, name in zip(sections, names, strict=True):
        keys = (shared if name <= _SHARED else min(name, cells - _LEAST - 2)) + 2
        shown += [()] if shown else []
        shown.append(line((section.title, Role.TITLE)))
        for entry, following in zip_longest(section.entries, section.entries[1:]):
            shown += _entry(entry, keys, cells)
            # What several in a row have in common is said once.
            if entry.reason and (following is None or following.reason != entry.reason):
                shown.append(_reason(entry.reason, keys, cells))
    return shown


def _reason(reason: str, keys: int, cells: int) -> Line:
    """Return why not in one line, under the text if it fits there, else from further left."""
    said = f"not now: {reason}"
    indent = keys if cell_len(said) <= cells - keys else _INDENT
    return line(" " * indent, (truncate(said, cells - indent), Role.DIM))


def _entry(entry: Entry, keys: int, cells: int) -> Iterator[Line]:
    role = Role.PLAIN if entry.reason is None else Role.DIM
    texts = wrap(entry.text, cells - keys)
    *names, last = wrap(entry.keys, cells)
    own = max(cell_len(last) + 2, keys)
    if len(texts) > 1 or cell_len(texts[0]) > cells - own:
        texts = wrap(entry.text, cells - own) if cells - own >= _LEAST else ["", *texts]
    for name in names:
        yield line((name, entry.role))
    for row, text in enumerate(texts):
        gap = " " * (own - cell_len(last) if row == 0 else keys)
        yield line((last if row == 0 else "", entry.role), gap, (text, role))


def searched(sections: Sequence[Section], search: str, width: int, *, ids: bool) -> list[Line]:
    """Return what has the words of ``search``, an action a line; with ``ids`` for the settings."""
    width = min(width - 1, WIDEST)
    words = fold_case(search).split()
    shown: list[Line] = []
    for title, entries in sections:
        found = [each for each in entries if each.has(words)]
        if found:
            shown += [()] if shown else []
            shown.append(line((f" {title}", Role.TITLE)))
            longest = max(cell_len(each.keys) for each in found) + 2
            keys = min(max(longest, _KEYS), _KEYS_MOST)
            for each in found:
                shown += _lines(each, width, keys, _IDS if ids and each.id else 0)
    return shown or [line((" Nothing is called that. ", Role.DIM), ("esc", Role.KEY), " back")]


def _lines(entry: Entry, width: int, keys: int, ids: int) -> Iterator[Line]:
    """Yield an entry: keys, what it does, its id at the right; under it why it cannot be done."""
    room = max(width - keys - ids - 2, _LEAST)
    texts = wrap(entry.text, room)
    role = Role.PLAIN if entry.reason is None else Role.DIM
    names = wrap(entry.keys, keys - 1)
    for row in range(max(len(texts), len(names))):
        name = names[row] if row < len(names) else ""
        text = texts[row] if row < len(texts) else ""
        gap = " " * (keys - cell_len(name))
        identity = entry.id if ids and row == 0 else ""
        text = fit(text, room) if identity else text
        yield line(" ", (name, entry.role), gap, (text, role), (f" {identity}", Role.DIM))
    if entry.reason:
        for part in wrap(f"Not now: {entry.reason}.", width - keys - 2):
            yield line(" " * (keys + 1), (part, Role.DIM))
