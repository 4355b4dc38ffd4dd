"""The keys that fit the moment."""

from typing import Final

from avara_tui.study import COMPLETE, Study
from avara_tui.tui.actions import BY_ID, Action
from avara_tui.tui.keymap import DEFAULT_KEYMAP, Keymap
from avara_tui.tui.lines import Line, Role, join, line, width_of

_TABLE: Final = (
    "next", "open", "claim", "assign", "severity", "status", "cancel", "undo", "detail", "filter",
    "aside", "history",
)  # fmt: skip
_CANCELLED: Final = ("uncancel", "open", "detail", "filter")
_DETAIL: Final = ("edit_field", "add_metadata", "rename_metadata", "delete_metadata", "back")
_READ_ONLY: Final = ("open", "detail", "filter", "refresh")
_NO_STUDY: Final = ("refresh", "filter")
_ALWAYS: Final = ("help", "quit")


def footer(
    study: Study | None,
    width: int,
    *,
    marked: Line = (),
    in_detail: bool,
    dirty: bool,
    read_only: bool,
    keymap: Keymap = DEFAULT_KEYMAP,
) -> Line:
    """Return the keys that are of use right now, as many as fit; help and quit always do.

    How many studies are ``marked`` goes before the keys.
    """
    ids: tuple[str, ...]
    if in_detail:
        ids = ("save", *_DETAIL) if dirty else _DETAIL
    elif study is None:
        ids = _NO_STUDY
    elif read_only:
        ids = _READ_ONLY
    else:
        ids = _CANCELLED if study.is_cancelled else _TABLE
    always = [_hint(BY_ID[each], study, keymap) for each in _ALWAYS]
    hints = [_hint(BY_ID[each], study, keymap) for each in ids]
    while hints and width_of(join([marked, *hints, *always])) > width:
        hints.pop()
    return join([marked, *hints, *always])


def _hint(action: Action, study: Study | None, keymap: Keymap) -> Line:
    if not keymap.keys(action.id):
        return ()
    label = action.label
    if action.id == "status" and study is not None and study.status == COMPLETE:
        label = "incomplete"
    return line((keymap.key(action.id), Role.KEY), (f" {label}", Role.DIM))
