"""A line of the screen as words with meanings, before anybody chooses colours."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final, TypeAlias

from rich.cells import cell_len, set_cell_size


class Role(StrEnum):
    """What a piece of text means. The style sheet decides what that looks like."""

    PLAIN = "plain"
    DIM = "dim"
    STRONG = "strong"
    STAT = "stat"
    HIGH = "high"
    OVERDUE = "overdue"
    """What is late: weight, in the colour of what it stands in. Colour is priority."""
    HIGH_OVERDUE = "high-overdue"
    OWN = "own"
    GOOD = "good"
    WARNING = "warning"
    KEY = "key"
    TITLE = "title"
    MARKED = "marked"
    CURSOR = "cursor"
    RESTING = "resting"
    """The cursor of a place that does not have the keys."""
    CURSOR_STAT = "cursor-stat"
    """The word STAT of a study that somebody has, under the cursor and the resting one."""
    RESTING_STAT = "resting-stat"
    FOUND = "found"
    """What a filter looks for, and the same under the cursor and the resting one."""
    CURSOR_FOUND = "cursor-found"
    RESTING_FOUND = "resting-found"
    STRIPE = "stripe"
    """The ground of every other row."""
    ACTIVE = "active"
    ALARM = "alarm"
    """The one fill: a STAT that nobody has, an alarm not seen, and data not to be relied on."""
    PROFILE = "profile"
    """The name of the profile, in the colour that the site gave it."""
    IN_RED = "in-red"
    """The names of other profiles, in the colours that the site gave them."""
    IN_GREEN = "in-green"
    IN_YELLOW = "in-yellow"
    IN_BLUE = "in-blue"
    IN_MAGENTA = "in-magenta"
    IN_CYAN = "in-cyan"
    IN_WHITE = "in-white"
    CODE = "code"
    """A QR code: black on white in every theme, or no camera reads it."""


Span: TypeAlias = tuple[str, Role]
Line: TypeAlias = tuple[Span, ...]

EMPTY: Final[Line] = ()
ELLIPSIS: Final = "…"
MORE_LEFT: Final = "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}"
MORE_RIGHT: Final = "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"
"""Stand beside how many there are of what is out of sight at a side."""


def line(*parts: str | Span) -> Line:
    """Return a line of ``parts``, bare strings being plain text."""
    return tuple((part, Role.PLAIN) if isinstance(part, str) else part for part in parts)


def text_of(content: Line) -> str:
    """Return the characters of a line, without their meanings."""
    return "".join(text for text, _ in content)


def width_of(content: Line) -> int:
    """Return how many terminal cells a line takes."""
    return sum(cell_len(text) for text, _ in content)


def truncate(text: str, width: int) -> str:
    """Return ``text`` cut at its end to ``width`` cells, an ellipsis showing that it was cut."""
    if cell_len(text) <= width:
        return text
    if width <= 1:
        return ELLIPSIS[:width]
    return set_cell_size(text, width - 1).rstrip() + ELLIPSIS


def truncate_middle(text: str, width: int) -> str:
    """Return ``text`` cut in its middle to ``width`` cells: for identifiers, whose ends differ."""
    if cell_len(text) <= width:
        return text
    if width <= 2:
        return truncate(text, width)
    tail = (width - 1) // 2
    ending = text[-tail:]
    while cell_len(ending) > tail:
        ending = ending[1:]
    return set_cell_size(text, width - 1 - tail) + ELLIPSIS + ending


def fit(text: str, width: int, *, right: bool = False) -> str:
    """Return ``text`` in exactly ``width`` cells, cut or padded, flush left or right."""
    cells = cell_len(text)
    if cells > width:
        text = truncate(text, width)
        cells = cell_len(text)
    padding = " " * (width - cells)
    return padding + text if right else text + padding


def crop(content: Line, width: int) -> Line:
    """Return ``content`` in at most ``width`` cells, an ellipsis showing that it was cut."""
    if width_of(content) <= width:
        return content
    kept: list[Span] = []
    room = width
    for text, role in content:
        cells = cell_len(text)
        if cells < room:
            kept.append((text, role))
            room -= cells
            continue
        # One cell too many, so that the cut shows also where the text itself would just fit.
        kept.append((truncate(text + " " * (room + 1 - cells), room), role))
        break
    return tuple(kept)


def squeeze(content: Line, width: int) -> Line:
    """Return ``content`` in at most ``width`` cells, its longest span giving way before the others.

    A question keeps its verb and the id of its study; the description can be shorter.
    """
    excess = width_of(content) - width
    if excess <= 0 or not content:
        return content
    longest = max(range(len(content)), key=lambda index: cell_len(content[index][0]))
    text, role = content[longest]
    shortened = (truncate(text, max(cell_len(text) - excess, 8)), role)
    return crop((*content[:longest], shortened, *content[longest + 1 :]), width)


def spread(left: Line, right: Line, width: int) -> Line:
    """Return ``left`` and ``right`` at the two ends of ``width`` cells; the left one gives way."""
    right = crop(right, width)
    room = width - width_of(right)
    left = crop(left, max(room - 1, 0)) if right else crop(left, room)
    return (*left, (" " * (room - width_of(left)), Role.PLAIN), *right)


def join(parts: Iterable[Line], separator: str = "  ") -> Line:
    """Return the non-empty ``parts`` in one line with ``separator`` between them."""
    joined: list[Span] = []
    for part in parts:
        if not part:
            continue
        if joined:
            joined.append((separator, Role.PLAIN))
        joined.extend(part)
    return tuple(joined)


def wrap(text: str, width: int) -> list[str]:
    """Return ``text`` in lines of at most ``width`` cells, broken between words where possible."""
    width = max(width, 1)
    lines: list[str] = []
    current = ""
    for word in text.split():
        candidate = f"{current} {word}" if current else word
        if cell_len(candidate) <= width:
            current = candidate
            continue
        if current:
            lines.append(current)
        while cell_len(word) > width:
            head = set_cell_size(word, width).rstrip()
            lines.append(head)
            word = word[len(head) :]  # noqa: PLW2901 - the rest of an overlong word
        current = word
    if current:
        lines.append(current)
    return lines


def as_plain(lines: Sequence[Line]) -> list[str]:
    """Return the bare text of ``lines``."""
    return [text_of(content) for content in lines]
