"""Keeps texts that run from right to left in their columns, on terminals that reorder.

Such a terminal (VTE, Konsole, mlterm, mintty and others) takes a row of the screen for a paragraph
and lays it out by Unicode's bidirectional algorithm (UAX #9): a Hebrew description swaps places
with the age behind it. What stands between two strong left-to-right characters stays between them,
so that blanks around such a text are written as the one character that is strong, blank and a cell
wide. The marks that Unicode has for this, and its isolates, have no width: some terminals drop
them, some give them a cell. A row without such a text is written as it is.
"""

import re
from functools import cache
from typing import Final

from avara_tui.tui.lines import Line, Role, Span, width_of

WALL: Final = "\N{BRAILLE PATTERN BLANK}"
"""A blank that nothing is moved across. What a server sends of these is shown as damage."""

# Whole blocks, also what is not assigned in them yet: it runs from right to left by default.
_RIGHT_TO_LEFT: Final = (
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
)


def runs_left(text: str) -> bool:
    """Whether there is anything in ``text`` that a terminal may lay out from right to left."""
    return not text.isascii() and _pattern().search(text) is not None


def walled(content: Line, width: int) -> Line:
    """Return ``content`` with walls around each text in it that runs from right to left.

    It is drawn in ``width`` cells. Nothing becomes wider. Texts are told apart by the spans that
    they are in, or by two blanks; those that touch without a blank are laid out together.
    """
    if not any(runs_left(text) for text, _ in content):
        return content
    padding = " " * (width - width_of(content))
    spans: list[Span] = []
    for text, role in (*content, *([(padding, Role.PLAIN)] if padding else ())):
        if spans and (runs_left(text) or runs_left(spans[-1][0])):
            before, its_role = spans[-1]
            if before.endswith(" "):
                spans[-1] = (_wall_at_end(before), its_role)
            else:
                text = _wall_at_start(text)  # noqa: PLW2901 - the same text, walled
        if runs_left(text):
            text = text.replace("  ", f" {WALL}")  # noqa: PLW2901 - as above
        spans.append((text, role))
    return walled_at_ends(tuple(spans))


def walled_at_ends(content: Line) -> Line:
    """Return ``content`` with a wall in place of the blank at either end, if there is one."""
    if not content:
        return content
    (first, role), *rest = content
    spans = [(_wall_at_start(first), role), *rest]
    last, role = spans[-1]
    return (*spans[:-1], (_wall_at_end(last), role))


def _wall_at_start(text: str) -> str:
    return WALL + text[1:] if text.startswith(" ") else text


def _wall_at_end(text: str) -> str:
    return text[:-1] + WALL if text.endswith(" ") else text


@cache
def _pattern() -> re.Pattern[str]:
    # Compiled on first use: most screens never need it.
    return re.compile(_RIGHT_TO_LEFT)
