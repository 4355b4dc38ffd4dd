"""Why an action cannot be done: nothing else refuses one, whoever asks for it and however."""

from typing import NamedTuple

from avara_tui.study import Study
from avara_tui.tui.keys.actions import Action, Scope
from avara_tui.tui.keys.keymap import DEFAULT_KEYMAP, Keymap
from avara_tui.tui.keys.places import Place


class Situation(NamedTuple):
    """What an action depends on, besides the study that it is for."""

    place: Place
    """Where the person is: in the table or in the detail."""
    read_only: bool = False
    masked: bool = False
    """Whether texts and names are hidden."""
    marked: int = 0
    """How many studies are marked in the table."""
    unread: int = 0
    """How many of the marked ones are not read by now; only for what is for the marked ones."""
    has_opened: bool = False
    """Whether a study was opened in this session."""
    wants_key: bool = False
    """Whether it takes another API key to go on, and one can be given here."""
    asks_who: bool = False
    """Whether the table has no rows because nobody has said who sits at the keys."""
    keymap: Keymap = DEFAULT_KEYMAP
    """In whose keys the way out is told."""

    @property
    def meant(self) -> int:
        """How many marked studies a key can mean: in the detail it means what stands there."""
        return 0 if self.place is Place.DETAIL else self.marked


def why_not(action: Action, study: Study | None, situation: Situation) -> str | None:
    """Return why ``action`` cannot be done, or None if it can.

    ``study`` is the one that it is for: the only marked one, or the one that a key means. Where it
    is for several, each of them says for itself what cannot be done to it. Of several reasons the
    one is told without which the others would not be worth removing.
    """
    if only_asks_who(action, study, situation):
        return None
    return (
        _out_of_place(action, situation)
        or _not_allowed(action, situation)
        or _nothing_there(action, situation)
        or _wrong_number(action, situation)
        or _wrong_study(action, study, situation)
    )


def only_asks_who(action: Action, study: Study | None, situation: Situation) -> bool:
    """Whether ``action`` does no more than ask who sits at the keys, and writes nothing."""
    return action.id == "claim" and study is None and situation.asks_who


def _out_of_place(action: Action, situation: Situation) -> str | None:
    if action.place in {situation.place, Place.WORKLIST}:
        return None
    if action.place is Place.DETAIL:
        return f"only in the detail; {situation.keymap.key('detail')} goes there"
    return f"only in the table; {situation.keymap.key('back')} goes back there"


def _not_allowed(action: Action, situation: Situation) -> str | None:
    if situation.masked and action.shows_text:
        return f"names and texts hidden; {situation.keymap.key('mask')} shows them"
    if situation.read_only and action.writes:
        return "read-only: nothing is written"
    return None


def _nothing_there(action: Action, situation: Situation) -> str | None:
    if action.id == "login" and not situation.wants_key:
        return "no API key is asked for"
    if action.id == "previous_opened" and not situation.has_opened:
        return "no study was opened in this session"
    return None


def _wrong_number(action: Action, situation: Situation) -> str | None:
    if action.scope is Scope.MARKED and situation.meant and situation.unread:
        are = "study is" if situation.unread == 1 else "studies are"
        return f"{situation.unread:,} marked {are} not read by now; {_unmark(situation)}"
    if action.scope is Scope.SINGLE and situation.meant > 1:
        return f"is for one study, and {situation.meant:,} are marked; {_unmark(situation)}"
    return None


def _unmark(situation: Situation) -> str:
    return f"{situation.keymap.key('clear_filter')} takes the marks back"


def _wrong_study(action: Action, study: Study | None, situation: Situation) -> str | None:
    if action.scope is Scope.MARKED and situation.meant > 1:
        return None
    if study is None:
        return "the list is empty" if action.needs_study else None
    is_told = "is_cancelled" not in study.unreadable
    if action.id == "cancel" and study.is_cancelled and is_told:
        key = situation.keymap.key("uncancel")
        return f"this study is cancelled already; {key} restores it"
    if action.id == "uncancel" and not study.is_cancelled and is_told:
        return "this study is not cancelled"
    return None
