"""Which worklist and filter a command line means, checked before anything is asked."""

from collections.abc import Callable, Sequence
from typing import Final

from avara_tui.cli.headless import Refusal
from avara_tui.cli.people import me_of
from avara_tui.config import Settings
from avara_tui.config.own_worklists import read_own_worklists
from avara_tui.text import clean
from avara_tui.triage.selecting import (
    Selection,
    first_worklist,
    selection,
    selection_of_all,
    worklist_called,
)
from avara_tui.triage.site import saved_worklists
from avara_tui.worklist.query import Query, QueryError
from avara_tui.worklist.saved import SavedWorklist

_ON_A_SCREEN_ONLY: Final = ("new", "marked", "aside")


def choose(name: str | None, text: str, settings: Settings) -> tuple[SavedWorklist, Selection]:
    """Return the worklist called ``name`` and what it selects, narrowed by a filter.

    Raises :class:`Refusal`, and :class:`avara_tui.config.ConfigError` for a worklist of the
    settings, or of the person's own, that cannot be understood.
    """
    worklist = _worklist(name, saved_worklists(settings.config, read_own_worklists()))
    return worklist, _checked(lambda: selection(worklist, text), settings)


def everything(text: str, settings: Settings) -> tuple[SavedWorklist, Selection]:
    """Return what a filter selects from all studies, cancelled ones too.

    Raises :class:`Refusal`.
    """
    columns = tuple(dict.fromkeys((*settings.config.columns, "status")))
    worklist = SavedWorklist("all studies", "", columns=columns)
    return worklist, _checked(lambda: selection_of_all(text), settings)


def _worklist(name: str | None, worklists: Sequence[SavedWorklist]) -> SavedWorklist:
    found = first_worklist(worklists) if name is None else worklist_called(name, worklists)
    if found is None:
        names = ", ".join(each.name for each in worklists)
        raise Refusal(f"There is no worklist “{clean(name or '')}”.", f"There are {names}.")
    return found


def _checked(select: Callable[[], Selection], settings: Settings) -> Selection:
    try:
        selected = select()
    except QueryError as error:
        where = f"from character {error.start + 1} on"
        raise Refusal(f"The filter cannot be understood {where}: {error}") from None
    _check(selected.query, settings)
    return selected


def _check(query: Query, settings: Settings) -> None:
    """Refuse a filter that would find nothing for a reason that nobody would see."""
    if query.names_me:
        me_of(settings)
    for term in query.terms:
        for state in _ON_A_SCREEN_ONLY:
            if term.field == "is" and state in term.values:
                raise Refusal(f"is:{state} has a meaning only while the worklist is on a screen.")
