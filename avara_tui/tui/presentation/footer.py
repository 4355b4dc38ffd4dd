"""The keys that fit the moment."""

from typing import Final

from avara_tui.study import COMPLETE, Study
from avara_tui.tui.keys.actions import BY_ID, Action
from avara_tui.tui.keys.keymap import Keymap
from avara_tui.tui.keys.places import Place
from avara_tui.tui.keys.refusals import Situation, why_not
from avara_tui.tui.lines import Line, Role, join, line, width_of

_TABLE: Final = (
    "next", "open", "claim", "assign", "severity", "status", "cancel", "undo", "detail", "filter",
    "aside", "history", "previous_opened",
)  # fmt: skip
_CANCELLED: Final = ("uncancel", "open", "detail", "filter")
_DETAIL: Final = ("edit_field", "add_metadata", "rename_metadata", "delete_metadata", "back")
_READ_ONLY: Final = ("open", "detail", "filter", "refresh", "previous_opened")
_NO_STUDY: Final = ("refresh", "filter")
_ALWAYS: Final = ("help", "quit")


def footer(
    study: Study | None, width: int, situation: Situation, *, marked: Line = (), dirty: bool
) -> Line:
    """Return the keys that are of use right now, as many as fit; help and quit always do.

    How many studies are ``marked`` goes before the keys.
    """
    keymap = situation.keymap
    always = [_hint(BY_ID[each], study, keymap) for each in _ALWAYS]
    hints = [_hint(each, study, keymap) for each in fitting(study, situation, dirty=dirty)]
    while hints and width_of(join([marked, *hints, *always])) > width:
        hints.pop()
    return join([marked, *hints, *always])


def fitting(study: Study | None, situation: Situation, *, dirty: bool) -> list[Action]:
    """Return what is of use right now, the most useful first: nothing that would be refused."""
    ids: tuple[str, ...]
    if situation.place is Place.DETAIL:
        ids = ("save", *_DETAIL) if dirty else _DETAIL
    elif study is None:
        ids = _NO_STUDY
    elif situation.read_only:
        ids = _READ_ONLY
    else:
        ids = _CANCELLED if study.is_cancelled else _TABLE
    actions = [BY_ID[each] for each in ids]
    return [each for each in actions if why_not(each, study, situation) is None]


def _hint(action: Action, study: Study | None, keymap: Keymap) -> Line:
    if not keymap.keys(action.id):
        return ()
    label = action.label
    if action.id == "status" and study is not None and study.status == COMPLETE:
        label = "incomplete"
    return line((keymap.key(action.id), Role.KEY), (f" {label}", Role.DIM))
