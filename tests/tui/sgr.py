"""Styles as a terminal keeps them: each change of one builds on what there was."""

import re
from typing import Final

_PART: Final = re.compile(r"[34]8;2;\d+;\d+;\d+|[34]8;5;\d+|\d+")
OFF: Final = {"22": "12", "24": "4", "27": "7"}
"""What switches which attributes off."""
INK: Final = "39"
"""What the colours of a text begin with, and those behind it."""
GROUND: Final = "41"


def styled(style: str, parameters: str) -> str:
    """Return what a style becomes by SGR parameters: all that counts, in one order."""
    parts = set(_PART.findall(style))
    for each in _PART.findall(parameters) or ["0"]:
        if each == "0":
            parts.clear()
        elif each in OFF:
            parts -= set(OFF[each])
        elif len(each) > 1:
            kind = INK if each[0] in INK else GROUND
            parts = {part for part in parts if len(part) == 1 or part[0] not in kind} | {each}
            parts -= {"39", "49"}
        else:
            parts.add(each)
    return ";".join(sorted(parts))
