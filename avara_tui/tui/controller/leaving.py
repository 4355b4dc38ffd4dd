"""What is lost when the program ends before the person has said so: how much, and never what."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, TypeVar

from textual.widget import Widget

from avara_tui.triage.writing.ending import Ending
from avara_tui.triage.writing.history import Entry, History, StudyChange
from avara_tui.tui.widgets.conflict_card import ConflictCard
from avara_tui.tui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from avara_tui.tui.commands.edit_controller import EditController
    from avara_tui.tui.commands.targets import Targets

Sought = TypeVar("Sought", bound=Widget)
UNFINISHED_TEXT: Final = "an unfinished text"
NEW_STUDY: Final = "a new study"
_MADE: Final = frozenset({Ending.DONE, Ending.NOTHING_TO_DO})


class Change(NamedTuple):
    """One thing that the person wants to be so: a field of a study, or a new study."""

    study_id: str
    field: str


class Leaving:
    """Counts what is not saved when the program is told to end, and how the last writes end.

    It is made at that moment, and asked when all is closed: what was under way may have come to
    its end meanwhile, or be cut off.
    """

    def __init__(
        self, history: History, wanted: Iterable[Change], others: Sequence[str] = ()
    ) -> None:
        """``wanted`` is what the server has not got yet; ``others`` are lost too, in words."""
        self._others = others
        self._unsaved = set(wanted)
        self._sent: set[Change] = set()
        for entry in history.entries:
            for change in entry.changes:
                if change.ending is None:
                    self.intended(entry, change)
        history.subscribe(self)

    def intended(self, entry: Entry, change: StudyChange) -> None:  # noqa: ARG002 - Watcher's
        """Take note that a write has been sent."""
        changes = _changes(change)
        self._sent |= changes
        self._unsaved -= changes

    def ended(self, entry: Entry, change: StudyChange) -> None:  # noqa: ARG002 - Watcher's
        """Take note of how a write ended, also one that was cut off."""
        if change.ending is Ending.UNKNOWN:
            return
        changes = _changes(change)
        was_sent = changes & self._sent
        self._sent -= changes
        if change.ending in _MADE:
            self._unsaved -= changes
        else:
            self._unsaved |= was_sent

    @property
    def losses(self) -> list[str]:
        """What is lost or may be, a clause each, without a word of what it says."""
        lost = [_counted(len(self._unsaved))] if self._unsaved else []
        lost += self._others
        clauses = []
        if lost:
            is_one = len(lost) == 1 and len(self._unsaved) <= 1
            what = f"{', '.join(lost[:-1])} and {lost[-1]}" if len(lost) > 1 else lost[0]
            clauses.append(f"{what} {'was' if is_one else 'were'} not saved")
        if self._sent:
            was, its = ("was", "its") if len(self._sent) == 1 else ("were", "their")
            clauses.append(
                f"{_counted(len(self._sent))} {was} being saved: {its} outcome is not known"
            )
        return clauses


class LeftScreen(Protocol):
    """What counting what is not saved needs of the screen."""

    def query(self, selector: type[Sought], /) -> Iterable[Sought]:
        """Return the widgets of a class."""
        ...

    def end_commands(self) -> None:
        """Break off what is still under way."""
        ...


def leave(screen: LeftScreen, edits: "EditController", targets: "Targets") -> Leaving:
    """Count what is not saved, and send nothing more."""
    wanted = {
        Change(draft.study.study_id, each.field)
        for draft in edits.open_drafts
        for each in draft.changes
    }
    wanted |= {Change(*each) for each in edits.not_confirmed() | targets.not_done()}
    for card in screen.query(ConflictCard):
        wanted |= {Change(*each) for each in card.fields}
    others = [UNFINISHED_TEXT] if any(each.is_begun for each in screen.query(Prompt)) else []
    others += [NEW_STUDY] if targets.has_new_study else []
    leaving = Leaving(edits.history, wanted, others)
    screen.end_commands()
    return leaving


def _changes(change: StudyChange) -> set[Change]:
    """Return what a write is to make so. A study that is created is one thing."""
    name = change.was or change.study_id
    if change.was is not None or not change.has_id:
        return {Change(name, "")}
    return {Change(name, each.field) for each in change.fields}


def _counted(number: int) -> str:
    return "1 change" if number == 1 else f"{number:,} changes"
