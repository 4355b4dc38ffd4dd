"""The keys that fit the moment."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from avara_tui.study import COMPLETE, Study
from avara_tui.tui.keys.actions import BY_ID, Action
from avara_tui.tui.keys.keymap import Keymap
from avara_tui.tui.keys.places import Place
from avara_tui.tui.keys.refusals import Situation, why_not
from avara_tui.tui.lines import Line, Role, line, spread, width_of

_TABLE: Final = (
    "next", "open", "claim", "assign", "severity", "status", "cancel", "undo", "detail", "filter",
    "aside", "history", "previous_opened",
)  # fmt: skip
_CANCELLED: Final = ("uncancel", "open", "detail", "filter")
_DETAIL: Final = ("edit_field", "add_metadata", "rename_metadata", "delete_metadata", "back")
_READ_ONLY: Final = ("open", "detail", "filter", "refresh", "previous_opened")
_NO_STUDY: Final = ("claim", "refresh", "filter")
_BEGINS_A_GROUP: Final = frozenset({"severity", "undo", "help"})
_LABELS: Final = {"detail": "edit", "help": "all keys"}
_GAP: Final = "  "
_WIDE_GAP: Final = "   "


def footer(
    study: Study | None,
    width: int,
    situation: Situation,
    *,
    marked: Line = (),
    seen: Line = (),
    dirty: bool,
) -> Line:
    """Return the keys that are of use right now, as many as fit in ``width``; help always does.

    How many studies are ``marked`` goes before the keys, and what is to be noticed by a key
    (``seen``) stands at the right end.
    """
    keymap = situation.keymap
    hints = [_hint(each, study, keymap) for each in fitting(study, situation, dirty=dirty)]
    help_hint, quit_hint = (_hint(BY_ID[each], study, keymap) for each in ("help", "quit"))
    room = width - 2 - width_of(marked) - help_hint.width
    # What stands first has no gap before it.
    room += 0 if marked else len(_GAP)
    room -= width_of(seen) + len(_WIDE_GAP) if seen else 0
    taken = sum(each.width for each in hints)
    while hints and taken > room:
        taken -= hints.pop().width
    # The way out is in the help, should there be no room for it.
    way_out = [quit_hint] if taken + quit_hint.width <= room else []
    keys = _joined(marked, [*hints, help_hint, *way_out])
    return spread(line(" ") + keys, seen + line(" "), width)


class _Hint(NamedTuple):
    """A key and what it does."""

    content: Line
    begins_group: bool
    width: int = 0
    """Cells that it takes, with the gap before it."""


def _joined(marked: Line, hints: Sequence[_Hint]) -> Line:
    shown: Line = marked
    for each in hints:
        if each.content:
            gap = _WIDE_GAP if each.begins_group else _GAP
            shown += line(gap) + each.content if shown else each.content
    return shown


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
    ids = ("login", *ids)
    actions = [BY_ID[each] for each in ids]
    return [each for each in actions if why_not(each, study, situation) is None]


def _hint(action: Action, study: Study | None, keymap: Keymap) -> _Hint:
    begins_group = action.id in _BEGINS_A_GROUP
    if not keymap.keys(action.id):
        return _Hint((), begins_group)
    label = _LABELS.get(action.id, action.label)
    if action.id == "claim" and study is None:
        label = "say who you are"
    if action.id == "status" and study is not None and study.status == COMPLETE:
        label = "incomplete"
    content = line((keymap.key(action.id), Role.KEY), (f" {label}", Role.DIM))
    gap = _WIDE_GAP if begins_group else _GAP
    return _Hint(content, begins_group, width_of(content) + len(gap))
