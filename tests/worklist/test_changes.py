"""What has changed since the last look: held against a plain book-keeping of everything."""

import random
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import pytest

from avara_tui.clock import ManualClock
from avara_tui.study import UNREADABLE, UNREADABLE_CUSTOMER, UNREADABLE_USER, Study
from avara_tui.worklist.changes import MOST, Change, ChangeRecord, Kind, Since
from avara_tui.worklist.field_prints import fields_since, print_of
from avara_tui.worklist.merge import FieldChange
from avara_tui.worklist.studies import StudySet
from worklist.making import CITY, LAKESIDE, NOW, OKAFOR, SMITH, study, study_id

TEXTS: Final = ("Zebra head", "Giraffe neck", "Lion heart")
VALUES: Final[dict[str, tuple[Any, ...]]] = {
    "severity": ("stat", "high", "normal", "other"),
    "status": ("incomplete", "complete"),
    "description": TEXTS,
    "assignee": (None, SMITH, OKAFOR, UNREADABLE_USER),
    "customer": (None, LAKESIDE, CITY, UNREADABLE_CUSTOMER),
    "is_cancelled": (True, False),
    "metadata": ({}, {"mrn": "Zebra1"}, {"mrn": "Zebra2", "Zebrakey": "1"}, {"Zebrakey": "2"}),
    "unreadable": ((), ("severity",), ("metadata",), ("is_cancelled",)),
}


def plain_fields(one: Study) -> dict[str, str | None]:
    """Return what a study says, written down as plainly as can be."""
    fields: dict[str, str | None] = {
        "severity": one.severity,
        "status": one.status,
        "description": one.description,
        "assigned_to": None if one.assignee is None else one.assignee.user_id,
        "cancelled": {True: "yes", False: "no"}[one.is_cancelled],
        "customer": None if one.customer is None else one.customer.name or one.customer.customer_id,
        "uid": one.uid,
    }
    if "severity" in one.unreadable:
        fields["severity"] = UNREADABLE
    if "is_cancelled" in one.unreadable:
        fields["cancelled"] = UNREADABLE
    return fields


def plain_pairs(one: Study) -> dict[str, str | None]:
    return {f"metadata {key}": value for key, value in one.metadata.items()}


Said = tuple[str, str, str | None, str | None]
"""A study, a field and its values."""


def plain_differences(old: Study, new: Study, *, has_old: bool = True) -> set[Said]:
    """Return what differs, by looking at everything. Without the old texts a pair is nameless."""
    found: set[Said] = set()
    here, there = plain_fields(old), plain_fields(new)
    for name in here:
        if here[name] != there[name]:
            found.add((new.study_id, name, here[name] if has_old else None, there[name]))
    is_unread = "metadata" in old.unreadable or "metadata" in new.unreadable
    if is_unread:
        flags = ["metadata" in each.unreadable for each in (old, new)]
        if old.metadata != new.metadata or flags[0] != flags[1]:
            found.add((new.study_id, "metadata", None, None))
    else:
        here, there = plain_pairs(old), plain_pairs(new)
        for name in here.keys() | there.keys():
            if here.get(name) == there.get(name):
                continue
            if has_old:
                found.add((new.study_id, name, here.get(name), there.get(name)))
            elif name in there:
                found.add((new.study_id, name, None, there[name]))
            else:
                found.add((new.study_id, "metadata", None, None))
    if not found and old != new:
        found.add((new.study_id, "details", None, None))
    return found


class Entry(NamedTuple):
    said: Said
    kind: Kind
    at: float
    is_mine: bool
    section: tuple[Since, float]


class Story:
    """Studies that change at random, what is read of them, and the plain book of it."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.clock = ManualClock(NOW)
        self.record = ChangeRecord(self.clock)
        self.studies = StudySet()
        self.studies.watch(self.record)
        self.server = {number: self.made(number) for number in range(6)}
        self.held: dict[int, Study] = {}
        self.away: dict[int, Study] = {}
        """What was let go of, as it was last read: the book may know what the program may not."""
        self.book: list[Entry] = []
        self.section = (Since.BEGAN, NOW)
        self.read()

    def made(self, number: int) -> Study:
        return study(number, description=self.random.choice(TEXTS), updated_at=self.clock.now())

    def changed(self, one: Study, names: list[str] | None = None) -> Study:
        count = self.random.randint(1, 3)
        names = names or self.random.sample(sorted(VALUES), count)
        fields = {name: self.random.choice(VALUES[name]) for name in names}
        return one._replace(**fields, updated_at=self.clock.now())

    def write_down(self, said: Said, kind: Kind = Kind.FIELD, *, is_mine: bool = False) -> None:
        self.book.append(Entry(said, kind, self.clock.now(), is_mine, self.section))

    # What may happen.

    def somebody_changes(self) -> None:
        if self.server:
            number = self.random.choice(sorted(self.server))
            self.server[number] = self.changed(self.server[number])

    def somebody_creates(self) -> None:
        number = max(self.server, default=99) + 100
        self.server[number] = self.made(number)

    def somebody_deletes(self) -> None:
        if len(self.server) > 3:
            del self.server[self.random.choice(sorted(self.server))]

    def read(self) -> None:
        """Read all that the server has; look up what it lists no more."""
        is_first = not len(self.studies) and not self.studies.forgotten
        for number, one in self.server.items():
            if number in self.held:
                for said in plain_differences(self.held[number], one):
                    self.write_down(said)
            elif number in self.away:
                for said in plain_differences(self.away.pop(number), one, has_old=False):
                    self.write_down(said)
            elif not is_first:
                self.write_down((one.study_id, "", None, None), Kind.NEW)
            self.held[number] = one
        change = self.studies.merge(self.server.values())
        if not is_first:
            self.record.arrived(self.studies.get(each) or study() for each in change.added)
        for number in (self.held.keys() | self.away.keys()) - self.server.keys():
            self.write_down((study_id(number), "", None, None), Kind.DELETED)
            self.held.pop(number, None)
            self.away.pop(number, None)
            self.studies.discard(study_id(number))

    def i_write(self) -> None:
        """Change one field as the person does; what others did before is read on the way."""
        self.read()
        if not self.held:
            return
        number = self.random.choice(sorted(self.held))
        before = self.held[number]
        name = self.random.choice(("severity", "status", "description"))
        after = self.changed(before, [name])
        after = after._replace(unreadable=before.unreadable)
        # What is written as it was changes when the study was updated, and nothing else.
        said = plain_differences(before, after)
        fields = [FieldChange(*each[1:]) for each in said if each[1] == name]
        self.record.intend(before.study_id, fields)
        if self.random.random() < 0.3:
            # Nothing came of it, and what others do to the same value later is theirs.
            self.record.settle(before.study_id, fields)
            return
        for each in said:
            self.write_down(each, is_mine=each[1] != "details")
        self.server[number] = self.held[number] = after
        self.studies.merge([after])
        self.record.settle(before.study_id, fields)

    def lock(self) -> None:
        self.record.note_lock()
        self.section = (Since.LOCKED, self.clock.now())
        for _ in self.studies.take_prints():
            pass
        self.studies.clear()
        self.away |= self.held
        self.held.clear()
        self.book = [forgotten(each) for each in self.book]
        assert not any(text in dump(self.record) for text in ("Zebra", "Giraffe", "Lion", "high"))

    def look(self) -> None:
        changes = self.record.since_last_look()
        self.record.looked(changes)
        self.book.clear()
        self.section = (Since.LOOKED, self.clock.now())

    def step(self) -> None:
        self.clock.advance(self.random.randint(1, 100))
        happens = self.random.choices(
            [
                self.somebody_changes,
                self.somebody_creates,
                self.somebody_deletes,
                self.read,
                self.i_write,
                self.lock,
                self.look,
            ],
            [8, 2, 2, 5, 3, 1, 1],
        )
        happens[0]()

    def check(self) -> None:
        changes = self.record.since_last_look()
        told = [(section, each) for section, each in flat(self.record)]
        assert changes.total == len(told) == len(self.book)
        found = [
            Entry(
                (each.study_id, each.field, each.old, each.new),
                each.kind,
                each.at,
                each.is_mine,
                section,
            )
            for section, each in told
        ]
        assert sorted(map(repr, found)) == sorted(map(repr, self.book))


def flat(record: ChangeRecord) -> Iterator[tuple[tuple[Since, float], Change]]:
    for section in record.since_last_look().sections:
        for group in section.groups:
            for each in group.changes:
                assert each.study_id == group.study_id
                yield (section.since, section.start), each


def forgotten(entry: Entry) -> Entry:
    """Return what may be left of an entry once the worklist is locked."""
    study_id, field, *_ = entry.said
    field = "metadata" if field.startswith("metadata") else field
    return entry._replace(said=(study_id, field, None, None))


def dump(thing: object, seen: set[int] | None = None) -> str:
    """Return every text that can be had from ``thing``, however deep."""
    seen = set() if seen is None else seen
    if id(thing) in seen:
        return ""
    seen.add(id(thing))
    if isinstance(thing, str | bytes | int | float):
        return f"{thing!r} "
    if isinstance(thing, dict):
        return "".join(dump(each, seen) for pair in thing.items() for each in pair)
    try:
        parts = list(thing)  # type: ignore[call-overload]
    except TypeError:
        parts = list(getattr(thing, "__dict__", {}).values())
    return "".join(dump(each, seen) for each in parts)


@pytest.mark.parametrize("seed", range(60))
def test_it_tells_what_a_plain_book_of_everything_tells(seed: int) -> None:
    story = Story(seed)
    for _ in range(80):
        story.step()
        story.check()


def test_the_newest_stands_first_and_the_fields_of_a_study_together() -> None:
    record, studies = watched()
    for number in (1, 2, 3):
        studies.merge([study(number, severity="high", description="else", updated=number)])
    studies.merge([study(1, severity="stat", description="else", updated=0)])
    (section,) = record.since_last_look().sections
    assert [each.study_id for each in section.groups] == [study_id(each) for each in (1, 3, 2)]
    for each in section.groups:
        numbers = [change.number for change in each.changes]
        assert numbers == sorted(numbers, reverse=True)
    assert len(section.groups[0].changes) == 3


def watched(count: int = 3) -> tuple[ChangeRecord, StudySet]:
    record, studies = ChangeRecord(ManualClock(NOW)), StudySet()
    studies.merge(study(number) for number in range(count + 1))
    studies.watch(record)
    return record, studies


def test_no_more_are_kept_than_a_bound_and_the_others_are_counted() -> None:
    record, studies = watched(MOST + 500)
    studies.merge(study(number, severity="high", updated=0) for number in range(MOST + 300))
    changes = record.since_last_look()
    assert (changes.total, changes.earlier) == (MOST, 300)
    kept = {each.study_id for _, each in flat(record)}
    assert kept == {study_id(number) for number in range(300, MOST + 300)}
    # 100 more come while somebody reads the list, and push out as many that were in it.
    studies.merge(study(number, severity="stat", updated=-1) for number in range(100))
    record.looked(changes)
    later = record.since_last_look()
    assert (later.total, later.earlier) == (100, 0)
    studies.merge(study(number, severity="normal", updated=-2) for number in range(MOST + 300))
    studies.merge(study(number, severity="stat", updated=-3) for number in range(MOST + 300))
    record.looked(later)
    latest = record.since_last_look()
    assert (latest.total, latest.earlier) == (MOST, 2 * (MOST + 300) - MOST)


def test_what_is_read_and_has_not_changed_is_not_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    record, studies = watched(1000)
    asked: list[str] = []
    for name in ("replaced", "came_back", "gone"):
        monkeypatch.setattr(record, name, lambda *_, name=name: asked.append(name))
    studies.merge(study(number) for number in range(1001))
    assert asked == []


@pytest.mark.parametrize("updated_at", [None, NOW + 50.0, NOW + 250.0])
def test_what_is_seen_after_an_outage_stands_under_it_unless_it_came_later(
    updated_at: float | None,
) -> None:
    clock = ManualClock(NOW)
    record = ChangeRecord(clock)
    one = study(1, updated_at=updated_at)
    record.server_away(NOW + 10.0)
    record.server_away(NOW + 20.0)
    clock.advance(100)
    record.server_back()
    assert record.back_since == NOW + 100.0
    clock.advance(100)
    record.server_back()
    record.replaced(one, one._replace(severity="stat"))
    record.gone(study_id(2), None)
    record.caught_up()
    record.replaced(one, one._replace(severity="high"))
    sections = record.since_last_look().sections
    told = {
        each.since: [group.study_id for group in each.groups for _ in group.changes]
        for each in sections
    }
    if updated_at == NOW + 250.0:
        assert told == {Since.BEGAN: [study_id(1)] * 2, Since.AWAY: [study_id(2)]}
    else:
        assert told == {Since.BEGAN: [study_id(1)], Since.AWAY: [study_id(2), study_id(1)]}
    away = next(each for each in sections if each.since is Since.AWAY)
    assert (away.start, away.end) == (NOW + 10.0, NOW + 100.0)


def test_ones_own_is_told_from_the_same_value_by_somebody_else_later() -> None:
    record, studies = watched()
    high = [FieldChange("severity", "normal", "high")]
    record.intend(study_id(1), high)
    studies.merge([study(1, severity="high", updated=50)])
    studies.merge([study(1, severity="normal", updated=40)])
    studies.merge([study(1, severity="high", updated=30)])
    assert [each.is_mine for _, each in flat(record)] == [False, False, True]


def test_a_study_of_ones_own_making_came_once_whoever_read_it_first() -> None:
    record, studies = watched()
    new = study(9)
    studies.merge([new])
    record.arrived([new])
    record.created(new.study_id)
    assert [(each.kind, each.is_mine) for _, each in flat(record)] == [(Kind.NEW, True)]


@pytest.mark.parametrize("seed", range(200))
def test_a_print_tells_which_fields_have_changed(seed: int) -> None:
    chance = random.Random(seed)

    def some() -> Study:
        return study(1, **{name: chance.choice(VALUES[name]) for name in VALUES})

    old = some()
    fewer = chance.sample(sorted(VALUES), 6)
    new = some()._replace(**{name: getattr(old, name) for name in fewer})
    found = {(new.study_id, *each) for each in fields_since(print_of(old), new)}
    assert found == plain_differences(old, new, has_old=False)
    assert len(found) == len(fields_since(print_of(old), new))
