"""The row of a list that the person is on, with the cursor's ground."""

from typing import Final

from avara_tui.tui.lines import Line, Role, line, spread

SIGN: Final = "▌ "
NO_SIGN: Final = "  "
_UNDER: Final = {
    Role.STAT: Role.CURSOR_STAT,
    Role.FOUND: Role.CURSOR_FOUND,
    # A fill has its own ground.
    Role.ALARM: Role.ALARM,
}


def chosen(content: Line, width: int, *, is_slow: bool = False) -> Line:
    """Return a row under the cursor, in ``width`` cells; a slow line gets the sign alone."""
    if is_slow:
        return line((SIGN, Role.KEY)) + content
    row = spread(line(SIGN) + content, (), width)
    return tuple((text, _UNDER.get(role, Role.CURSOR)) for text, role in row)
