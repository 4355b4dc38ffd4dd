"""What was done in this session in a word or two, wherever it is told."""

from collections.abc import Sequence
from typing import Final

from avara_tui.study import INCOMPLETE
from avara_tui.text import clean
from avara_tui.triage.writing.ending import Ending
from avara_tui.triage.writing.history import Entry, StudyChange
from avara_tui.tui.keys.actions import BY_ID
from avara_tui.tui.lines import Role, Span

ENDINGS: Final = {
    Ending.DONE: ("done", Role.GOOD),
    Ending.NOTHING_TO_DO: ("no change", Role.DIM),
    Ending.CONFLICT: ("conflict", Role.WARNING),
    Ending.GONE: ("gone", Role.WARNING),
    Ending.FAILED: ("failed", Role.WARNING),
    Ending.UNKNOWN: ("unknown", Role.WARNING),
    Ending.DIFFERENT: ("different", Role.WARNING),
}
_GOOD: Final = frozenset({Ending.DONE, Ending.NOTHING_TO_DO})


def action_word(entry: Entry) -> str:
    """Return what an entry did, in the word that the keys have for it."""
    action = BY_ID.get(entry.action)
    return clean(entry.action) if action is None else action.label


def verb(entry: Entry) -> str:
    """Return what an entry wrote, where nothing else says it.

    One key completes and reopens, and the next study is claimed.
    """
    if entry.action == "next":
        return BY_ID["claim"].label
    if entry.action == "status" and any(_reopens(each) for each in entry.changes):
        return "reopen" if all(map(_reopens, entry.changes)) else "status"
    return action_word(entry)


def _reopens(change: StudyChange) -> bool:
    return any(each.field == "status" and each.new == INCOMPLETE for each in change.fields)


def outcome(change: StudyChange) -> Span:
    """Return what became of the attempt to change one study."""
    if change.is_undone:
        return "undone", Role.OWN
    return ("under way", Role.DIM) if change.ending is None else ENDINGS[change.ending]


def count_good(changes: Sequence[StudyChange]) -> int:
    """Return on how many studies it was done, or did not have to be."""
    return sum(each.ending in _GOOD for each in changes)


def outcome_of_all(entry: Entry, since: int = 0) -> Span:
    """Return what became of an entry on all its studies, in some fifteen cells.

    On ``since`` of them somebody has changed it again.
    """
    changes = entry.changes
    undone = sum(each.is_undone for each in changes)
    done, count = count_good(changes), len(changes)
    if any(each.ending is None for each in changes):
        return "under way", Role.DIM
    if undone == count:
        return "undone", Role.OWN
    if since:
        return "changed since" if count == 1 else f"{since:,} changed since", Role.WARNING
    if count == 1:
        return outcome(changes[0])
    if done < count:
        return f"{done:,} of {count:,} done", Role.WARNING
    return (f"{undone:,} undone", Role.OWN) if undone else (f"{done:,} done", Role.GOOD)
