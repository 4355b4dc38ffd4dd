"""What the help says: the keys of the place where the person is, filters and signs."""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from avara_tui.text import clean
from avara_tui.tui.keys.actions import Action
from avara_tui.tui.keys.keymap import Keymap
from avara_tui.tui.keys.places import Place
from avara_tui.tui.lines import Line, Role, fit, line, wrap
from avara_tui.worklist.query.folding import fold_case, holds_all

KEYS: Final = 13
"""Cells of the column of keys."""
IDS: Final = 17
"""Cells of the column of ids."""
WIDEST: Final = 100
"""Cells beyond which a line is no longer followed by the eye."""
_EXAMPLES: Final = (
    ("head ct", "descriptions that hold both words"),
    ("severity:stat,high", "STAT or high"),
    ("assignee:me", "mine; assignee:none for nobody's"),
    ("-customer:lakeside", "not Lakeside's"),
    ("age:>2h is:overdue", "older than two hours and past the site's time"),
    ("is:untimed", "open, and nobody knows how long they wait"),
    ("meta.modality:mr", "by metadata"),
    ("is:cancelled", "cancelled studies, which all else leaves out"),
)
_SIGNS: Final = (
    ("▲ STAT  ● HIGH", "the priority; RTN is routine and has no sign"),
    ("▲STAT?", "the priority could not be read; it counts as STAT"),
    ("?", "something of the study could not be read; the detail says what"),
    ("4h!", "overdue: past the site's time"),
    ("?", "as the age: nobody knows how long it waits; it comes first in its priority"),
    ("overdue 3 +2?", "three are overdue, and two more may be: they have no waiting time"),
    ("+", "new since you looked"),
    ("*", "marked, until space, * or esc takes the mark back"),
    ("✎", "a draft that is not saved"),
    ("»", "put aside: not next"),
    ("…", "being saved; elsewhere: cut for want of room"),
    ("live", "every open study was read within its time, STAT within 15 seconds"),
    ("STALE OFFLINE", "the data is as old as it says beside; nothing is an all-clear"),
)


class Entry(NamedTuple):
    """One thing that the help says."""

    keys: str
    text: str
    id: str = ""
    """The action's id, for the settings."""
    reason: str | None = None
    """Why the action cannot be done now."""
    wide: bool = False
    """Whether what stands in the column of keys may be longer than keys are."""

    def has(self, words: list[str]) -> bool:
        """Whether every word is somewhere in the entry."""
        return holds_all(f"{self.keys} {self.text} {self.id.replace('_', ' ')} {self.id}", words)


class Section(NamedTuple):
    """Entries under a title."""

    title: str
    entries: list[Entry]


def sections(keymap: Keymap, place: Place, reasons: Mapping[str, str]) -> list[Section]:
    """Return the help for ``place``: what works there first, what works elsewhere last."""
    here = "IN THE DETAIL" if place is Place.DETAIL else "IN THE TABLE"
    there = "IN THE TABLE" if place is Place.DETAIL else "IN THE DETAIL"
    elsewhere = Place.TABLE if place is Place.DETAIL else Place.DETAIL
    return [
        Section(f"{here}, WHERE YOU ARE", list(_actions(keymap, place, reasons))),
        Section("EVERYWHERE", list(_actions(keymap, Place.WORKLIST, reasons))),
        Section("FILTERS", [Entry(text, meaning, wide=True) for text, meaning in _EXAMPLES]),
        Section("SIGNS", [Entry(sign, meaning, wide=True) for sign, meaning in _SIGNS]),
        Section(there, list(_actions(keymap, elsewhere, reasons))),
    ]


def _actions(keymap: Keymap, place: Place, reasons: Mapping[str, str]) -> Iterator[Entry]:
    for action in keymap.actions.values():
        if action.place is place:
            yield _entry(action, keymap, reasons.get(action.id))


def _entry(action: Action, keymap: Keymap, reason: str | None) -> Entry:
    keys = keymap.text(action.id) or "no key"
    return Entry(keys, clean(action.help), action.id, reason and clean(reason))


def lines(all_sections: list[Section], search: str, width: int) -> list[Line]:
    """Return what is shown of the help in ``width`` cells for the text that is searched."""
    width = min(width - 1, WIDEST)
    words = fold_case(search).split()
    shown: list[Line] = []
    for title, entries in all_sections:
        found = [each for each in entries if each.has(words)]
        if found:
            shown.append(line((f" {title}", Role.TITLE)))
            for each in found:
                shown += _lines(each, width)
            shown.append(())
    return shown[:-1] or [line((" Nothing is called that. ", Role.DIM), ("esc", Role.KEY), " back")]


def _lines(entry: Entry, width: int) -> Iterator[Line]:
    """Yield an entry: keys, what it does, its id at the right; under it why it cannot be done."""
    keys = 21 if entry.wide else KEYS
    room = max(width - keys - (IDS if entry.id else 0) - 2, 12)
    texts = wrap(entry.text, room)
    role = Role.PLAIN if entry.reason is None else Role.DIM
    names = wrap(entry.keys, keys - 1)
    for row in range(max(len(texts), len(names))):
        name = fit(names[row], keys) if row < len(names) else " " * keys
        text = fit(texts[row], room) if row < len(texts) else ""
        identity = f" {entry.id}" if row == 0 else ""
        yield line((f" {name}", Role.KEY), (text, role), (identity, Role.DIM))
    if entry.reason is not None:
        for part in wrap(f"Not now: {entry.reason}.", width - keys - 2):
            yield line(" " * (keys + 1), (part, Role.DIM))
