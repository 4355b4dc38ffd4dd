"""What the help says: keys in the order of the work, signs and filters."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import Final, NamedTuple

from rich.cells import cell_len

from avara_tui.text import clean
from avara_tui.tui.keys.actions import Action
from avara_tui.tui.keys.key_names import key_name
from avara_tui.tui.keys.keymap import Keymap
from avara_tui.tui.keys.places import Place
from avara_tui.tui.keys.words import words_of
from avara_tui.tui.lines import Role
from avara_tui.worklist.query.folding import holds_all

NO_KEY: Final = "no key"
_NARROW: Final = 9
"""Cells that the keys of one entry may take beside its text."""


class Entry(NamedTuple):
    """One thing that the help says."""

    keys: str
    text: str
    id: str = ""
    """The action's id, for the settings."""
    reason: str | None = None
    """Why the action cannot be done now; empty if that is said elsewhere."""
    role: Role = Role.KEY
    """What the column of keys means to the eye."""

    def has(self, words: list[str]) -> bool:
        """Whether every word is somewhere in the entry, or in what people call it."""
        ids = f"{self.id.replace('_', ' ')} {self.id}"
        return holds_all(f"{self.keys} {self.text} {ids} {words_of(self.id.split())}", words)


class Section(NamedTuple):
    """Entries under a title."""

    title: str
    entries: list[Entry]


class Group(NamedTuple):
    """Actions that belong together; those of a tuple share a line where they can."""

    title: str
    ids: tuple[str | tuple[str, str], ...]


Rows = Callable[[Group], Iterable[Entry]]
"""Returns the entries of a group."""
_STUDY: Final = Group("STUDY", (
    "next", "open", "claim", "assign", "unassign", "severity", "status", "description", "metadata",
    "cancel", "uncancel", "undo", "aside", "copy", "detail",
))  # fmt: skip
_MANY: Final = Group("MANY STUDIES", ("mark", "mark_range", "mark_all", "clear_filter"))
_OWN: Final = "YOUR OWN"
_NUMBERS: Final = "1 to 9"
_FIND: Final = Group("FIND", (
    "filter", "palette", _NUMBERS, ("previous_worklist", "next_worklist"),
    ("save_worklist", "forget_worklist"), ("find", "create"), "previous_opened", "same_patient",
))  # fmt: skip
_MOVE: Final = Group("MOVE AND LOOK", (
    ("down", "up"), ("page_down", "page_up"), ("top", "bottom"), ("scroll_left", "scroll_right"),
    ("sort", "columns"), ("history", "handoff"), "changes", "times",
))  # fmt: skip
_SCREEN: Final = Group("SCREEN", (
    ("acknowledge", "acknowledge_all"), ("refresh", "pause"), ("mask", "lock"), "profile", "login",
    ("help", "tour"), "redraw", "quit",
))  # fmt: skip
_DETAIL: Final = Group("DETAIL", (
    ("field_down", "field_up"), "edit_field", "add_metadata", "rename_metadata",
    "delete_metadata", "save", "back",
))  # fmt: skip
_TOGETHER: Final = {
    ("previous_worklist", "next_worklist"): "Worklist before, after",
    ("save_worklist", "forget_worklist"): "Save, forget a worklist",
    ("find", "create"): "Find by id, create a study",
    ("down", "up"): "Down, up",
    ("page_down", "page_up"): "A page down, up",
    ("top", "bottom"): "First, last study",
    ("scroll_left", "scroll_right"): "More columns, left, right",
    ("sort", "columns"): "Sort, choose columns",
    ("history", "handoff"): "History, hand-off",
    ("acknowledge", "acknowledge_all"): "Alarm seen: go to it; all",
    ("refresh", "pause"): "Read again, pause",
    ("mask", "lock"): "Hide names, lock",
    ("help", "tour"): "This card, first things",
    ("field_down", "field_up"): "Field below, above",
}
_BY_NUMBER: Final = Entry(_NUMBERS, "Worklist with that number")
_SIGNS: Final = (
    Entry("▲ STAT", "nobody has it", role=Role.ALARM),
    Entry("▲ STAT", "somebody has it", role=Role.STAT),
    Entry("▲STAT?", "unreadable: counts as STAT", role=Role.STAT),
    Entry("● HIGH", "high; RTN is routine", role=Role.HIGH),
    Entry("1h05!", "overdue", role=Role.OVERDUE),
    Entry("20m>", "due soon", role=Role.WARNING),
    Entry("?", "not known, or not readable", role=Role.WARNING),
    Entry("3 +2?", "three, and two more may be", role=Role.PLAIN),
    Entry("+ ~", "new, changed"),
    Entry("*", "marked"),
    Entry("✎", "a draft, not saved"),
    Entry("»", "put aside: not next"),
    Entry("…", "being saved; or cut"),
    Entry("live", "everything is up to date", role=Role.GOOD),
    Entry("STALE", "or OFFLINE: it is not", role=Role.ALARM),
)
_FILTERS: Final = (
    Entry("head ct", "both words"),
    Entry("severity:stat,high", "STAT or high"),
    Entry("assignee:me", "or none"),
    Entry("-customer:lakeside", "not Lakeside's"),
    Entry("age:>2h is:overdue", "both"),
    Entry("is:untimed", "age not known"),
    Entry("meta.modality:mr", "by metadata"),
    Entry("is:cancelled", "else left out"),
)


class Help:
    """The keys of a person, in the place where the person is."""

    def __init__(self, keymap: Keymap, place: Place, reasons: Mapping[str, str]) -> None:
        """``reasons`` says, by action id, why what cannot be done now cannot be done."""
        self._keymap = keymap
        self._place = place
        self._reasons = reasons
        known = set(chain.from_iterable(map(_ids, (_STUDY, _MANY, _FIND, _MOVE, _SCREEN, _DETAIL))))
        own = [each for each in keymap.actions if each not in known]
        # What a command printed is of no interest to who has none.
        self._own = Group(_OWN, tuple(own))
        self._has_own = own != ["output"]

    def stacks(self) -> list[list[Section]]:
        """Return the keys as one looks through them, in sections that stand below each other.

        What has no key is left out.
        """
        own = [self._own] if self._has_own else []
        if self._place is Place.DETAIL:
            work = [_DETAIL, _STUDY, _MANY, *own]
        else:
            work = [_STUDY, _MANY, *own]
        kept = [self._here(each) for each in work]
        found = [self._here(each) for each in (_FIND, _MOVE, _SCREEN)]
        legend = [Section("SIGNS", list(_SIGNS)), Section("FILTERS", list(_FILTERS))]
        stacks = [kept, found, legend, [self._elsewhere(self._rows)]]
        return [[each for each in stack if each.entries] for stack in stacks if stack]

    def sections(self) -> list[Section]:
        """Return every action by itself, for who looks for a word or an id."""
        work = (_DETAIL, _STUDY) if self._place is Place.DETAIL else (_STUDY,)
        groups = (*work, _MANY, self._own, _FIND, _MOVE, _SCREEN)
        here = [
            Section(each.title, [row for row in self._singles(each) if self._is_here(row.id)])
            for each in groups
        ]
        legend = [Section("SIGNS", list(_SIGNS)), Section("FILTERS", list(_FILTERS))]
        return [*here, *legend, self._elsewhere(self._singles)]

    def _here(self, group: Group) -> Section:
        rows = self._rows(group)
        return Section(group.title, [each for each in rows if self._is_here(each.id)])

    def _elsewhere(self, rows: Rows) -> Section:
        """Return what works only in the other place."""
        is_detail = self._place is Place.DETAIL
        groups = (_STUDY, _MANY, _FIND, _MOVE) if is_detail else (_DETAIL,)
        entries = [each for group in groups for each in rows(group) if not self._is_here(each.id)]
        # The title says why not, once for all.
        entries = [each._replace(reason="") for each in entries]
        key = self._keymap.key("back" if is_detail else "detail")
        return Section(f"IN THE {'TABLE' if is_detail else 'DETAIL'}: {key} goes there", entries)

    def _is_here(self, ids: str) -> bool:
        places = {self._keymap.actions[each].place for each in ids.split()}
        return places <= {self._place, Place.WORKLIST}

    def _singles(self, group: Group) -> Iterator[Entry]:
        for action_id in _ids(group):
            yield self._entry(self._keymap.actions[action_id])
        if _NUMBERS in group.ids:
            yield _BY_NUMBER

    def _rows(self, group: Group) -> Iterator[Entry]:
        """Yield the entries of a group: two keys that belong together on one line."""
        for item in group.ids:
            if item == _NUMBERS:
                yield _BY_NUMBER
            elif isinstance(item, str):
                yield from self._with_key([item])
            elif self._share_a_line(item):
                yield self._pair(item)
            else:
                yield from self._with_key(item)

    def _share_a_line(self, ids: tuple[str, str]) -> bool:
        one, other = ids
        is_same = self._reasons.get(one) == self._reasons.get(other)
        return is_same and bool(self._keymap.keys(one) and self._keymap.keys(other))

    def _pair(self, ids: tuple[str, str]) -> Entry:
        """Return one entry for two actions: their first keys, and the next if there is room."""
        one, other = (map(key_name, self._keymap.keys(each)) for each in ids)
        keys = _few(f"{first} {second}" for first, second in zip(one, other, strict=False))
        why = self._reasons.get(ids[0])
        return Entry(keys, _TOGETHER[ids], " ".join(ids), why and clean(why))

    def _with_key(self, ids: Iterable[str]) -> Iterator[Entry]:
        for each in ids:
            keys = _few(map(key_name, self._keymap.keys(each)))
            if keys:
                yield self._entry(self._keymap.actions[each])._replace(keys=keys)

    def _entry(self, action: Action) -> Entry:
        keys = self._keymap.text(action.id) or NO_KEY
        reason = self._reasons.get(action.id)
        return Entry(keys, sentence(action), action.id, reason and clean(reason))


def sentence(action: Action) -> str:
    """Return what an action does as it stands in a list: without a full stop."""
    return clean(action.help).removesuffix(".")


def _ids(group: Group) -> list[str]:
    ids: list[str] = []
    for each in group.ids:
        ids += [each] if isinstance(each, str) else each
    return [each for each in ids if each != _NUMBERS]


WORK: Final = frozenset([*_ids(_STUDY), *_ids(_DETAIL)])
"""The ids of what is done to one study."""


def work_order(keymap: Keymap) -> list[str]:
    """Return the ids of all actions, those of the daily work first."""
    first = [each for group in (_DETAIL, _STUDY, _MANY, _FIND, _SCREEN) for each in _ids(group)]
    return [*first, *(each for each in keymap.actions if each not in set(first))]


def _few(names: Iterable[str]) -> str:
    """Return the first of ``names``, and more of them as long as they fit beside a text."""
    shown = ""
    for name in names:
        if shown and cell_len(f"{shown} {name}") > _NARROW:
            break
        shown = f"{shown} {name}".strip()
    return shown
