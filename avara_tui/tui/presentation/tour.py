"""The first things to know, on one screen, and whether somebody has been told them."""

import contextlib
from typing import Final

from avara_tui.tui.keys.keymap import Keymap
from avara_tui.tui.lines import Line, Role, fit, line, wrap

_KEYS: Final = 13
_WIDEST: Final = 96
_SEEN: Final = "tour-seen"


def is_first_time() -> bool:
    """Whether nobody has been shown the tour here; from now on somebody has.

    Where that cannot be written down, nobody is shown anything again and again.
    """
    from avara_tui.config.paths import state_dir  # noqa: PLC0415 - after the first frame

    with contextlib.suppress(OSError):
        (state_dir() / _SEEN).touch(exist_ok=False)
        return True
    return False


def tour(keymap: Keymap, width: int) -> list[Line]:
    """Return the first things to know, in lines of at most ``width`` cells."""
    width = min(width - 1, _WIDEST)
    shown = [line((" Welcome: the first things to know", Role.STRONG))]
    for keys, text in _things(keymap):
        for row, part in enumerate(wrap(text, width - _KEYS - 1)):
            shown.append(line((f" {fit(keys if not row else '', _KEYS)}", Role.KEY), part))
    return shown


def _things(keymap: Keymap) -> list[tuple[str, str]]:
    key = keymap.key
    moves = f"{key('down')} {key('up')}"
    deeds = " ".join(key(each) for each in ("open", "claim", "assign", "severity"))
    return [
        ("▲ ●", "STAT is on top, then overdue, then HIGH, then the oldest"),
        ("live", "everything is up to date; STALE, OFFLINE: it is not"),
        (moves, "move; the cursor stays on its study"),
        ("1 to 9", "saved worklists, with how many studies each holds"),
        (key("filter"), "filter while you type: head ct severity:stat -assignee:me age:>1h"),
        (key("detail"), f"read and edit one study; {key('back')} back"),
        (deeds, "open, claim, assign, severity: every change names its study"),
        (key("help"), "what the keys do where you are, and why one cannot be done now"),
        (key("palette"), "find anything by its name: actions, worklists, people, themes"),
        (key("tour"), "this card again"),
    ]
