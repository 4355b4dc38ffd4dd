"""What is known follows from what was read, whatever moved in between."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avara_tui.server_filter import selector
from avara_tui.study import Study
from avara_tui.study_requests import StudyFilter
from avara_tui.worklist.clocks import HOUR
from avara_tui.worklist.studies import MISSES, ChangeSet, StudySet
from worklist.making import CITY, LAKESIDE, ME, OKAFOR, SMITH, studies, study, study_id

EVERYTHING = selector(StudyFilter())
OPEN_STAT = selector(StudyFilter(severity="stat", status="incomplete", is_cancelled=False))


def holding(*known: Study) -> StudySet:
    held = StudySet()
    held.merge(known)
    return held


def test_merge_tells_what_came_and_what_changed() -> None:
    held = StudySet()
    assert held.merge([study(1), study(2)]) == ChangeSet(added={study_id(1), study_id(2)})
    assert not held.merge([study(1)])
    assert held.merge([study(1, severity="stat"), study(3)]) == ChangeSet(
        added={study_id(3)}, changed={study_id(1)}
    )
    assert len(held) == 3
    assert study_id(3) in held
    assert {each.study_id for each in held} == {study_id(number) for number in (1, 2, 3)}
    assert held.get(study_id(9)) is None


def test_a_study_read_twice_in_one_page_came_once() -> None:
    held = StudySet()
    twice = held.merge([study(1), study(1, severity="stat", updated=0.0)])
    assert twice == ChangeSet(added={study_id(1)})
    assert held.get(study_id(1)) == study(1, severity="stat", updated=0.0)


def test_an_older_version_never_overwrites_a_newer_one() -> None:
    edited = study(1, severity="stat", updated=10.0)
    held = holding(edited)
    assert not held.merge([study(1, severity="normal", updated=20.0)])
    assert held.get(study_id(1)) == edited


def test_what_was_read_last_counts_when_the_times_are_equal_or_unknown() -> None:
    for time in (100.0, None):
        moment = {"updated_at": time}
        held = holding(study(1, severity="high", **moment))
        assert held.merge([study(1, severity="stat", **moment)]).changed == {study_id(1)}
        known = held.get(study_id(1))
        assert known is not None
        assert known.severity == "stat"


def test_an_older_version_still_shows_that_the_study_is_there() -> None:
    held = holding(study(1, updated=10.0))
    held.finish_walk(EVERYTHING, set(), held.revision)
    held.merge([study(1, updated=20.0)])
    assert not held.finish_walk(EVERYTHING, set(), held.revision)
    assert study_id(1) in held


def test_one_absence_proves_nothing_and_two_in_a_row_do() -> None:
    held = holding(study(1), study(2))
    assert MISSES == 2
    assert not held.finish_walk(EVERYTHING, {study_id(2)}, held.revision)
    assert study_id(1) in held
    gone = held.finish_walk(EVERYTHING, {study_id(2)}, held.revision)
    assert gone == ChangeSet(dropped={study_id(1)})
    assert study_id(1) not in held
    assert study_id(2) in held


def test_being_read_in_between_forgives_a_miss() -> None:
    held = holding(study(1))
    for _ in range(5):
        assert not held.finish_walk(EVERYTHING, set(), held.revision)
        held.merge([study(1)])
    assert study_id(1) in held


def test_what_comes_back_starts_without_misses() -> None:
    held = holding(study(1))
    held.finish_walk(EVERYTHING, set(), held.revision)
    held.discard(study_id(1))
    held.merge([study(1)])
    assert not held.finish_walk(EVERYTHING, set(), held.revision)
    assert study_id(1) in held


def test_a_walk_judges_only_what_its_filter_selects() -> None:
    held = holding(study(1, severity="stat"), study(2, severity="normal"))
    assert held.missing(OPEN_STAT, set(), held.revision) == {study_id(1)}
    assert held.missing(OPEN_STAT, {study_id(1)}, held.revision) == set()


def test_what_was_read_since_the_walk_began_is_not_missing() -> None:
    held = holding(study(1), study(2))
    started = held.revision
    held.merge([study(2)])
    held.merge([study(3)])
    assert held.missing(EVERYTHING, set(), started) == {study_id(1)}
    for _ in range(MISSES):
        held.finish_walk(EVERYTHING, set(), started)
    assert {each.study_id for each in held} == {study_id(2), study_id(3)}


def test_discard_drops_a_study_once() -> None:
    held = holding(study(1))
    assert held.discard(study_id(1)) == ChangeSet(gone={study_id(1)})
    assert not held.discard(study_id(1))
    assert len(held) == 0


LET_GO: dict[str, Callable[[StudySet], ChangeSet]] = {
    "cleared": lambda held: held.clear(),
    "dropped": lambda held: held.drop(study_id(1)),
}


@pytest.mark.parametrize("let_go", LET_GO.values(), ids=LET_GO)
def test_what_is_let_go_of_and_read_again_is_no_news_unless_it_has_changed(
    let_go: Callable[[StudySet], ChangeSet],
) -> None:
    for again, expected in (
        (study(1, metadata={"a": "b"}), ChangeSet(returned={study_id(1)})),
        (study(1, metadata={"a": "c"}), ChangeSet(changed={study_id(1)})),
        (study(1, metadata={"a": "b"}, assignee=SMITH), ChangeSet(changed={study_id(1)})),
        (study(1, metadata={"a": "b"}, severity="high"), ChangeSet(changed={study_id(1)})),
    ):
        held = holding(study(1, metadata={"a": "b"}))
        assert let_go(held) == ChangeSet(dropped={study_id(1)})
        assert set(held.forgotten) == {study_id(1)}
        assert held.merge([again]) == expected
        assert not held.forgotten
        assert held.merge([study(2)]) == ChangeSet(added={study_id(2)})


def test_what_is_let_go_of_is_gone_only_once_the_server_says_so() -> None:
    held = holding(study(1))
    held.clear()
    assert held.discard(study_id(1)) == ChangeSet(gone={study_id(1)})
    assert not held.discard(study_id(1))
    assert held.merge([study(1)]) == ChangeSet(added={study_id(1)})


def test_nothing_but_an_id_and_numbers_are_kept_of_what_is_let_go_of() -> None:
    held = holding(study(1, description="Zebra", metadata={"patient": "Jane"}))
    held.clear()
    ((kept, numbers),) = held._forgotten.items()
    assert kept == study_id(1)
    assert type(numbers) is bytes
    for text in (b"Zebra", b"patient", b"Jane"):
        assert text not in numbers


@given(
    st.lists(
        st.tuples(st.sampled_from(["read", "edit", "drop", "discard", "clear"]), st.integers(0, 2)),
        max_size=14,
    )
)
def test_a_change_says_what_it_did_whatever_came_before(steps: list[tuple[str, int]]) -> None:
    """Held against a server's studies and what of them was ever read, kept in plain dicts."""
    held = StudySet()
    on_server = {number: study(number) for number in range(3)}
    last_read: dict[int, Study] = {}
    for tick, (kind, number) in enumerate(steps):
        which, was_held = study_id(number), study_id(number) in held
        expected = ChangeSet()
        if kind == "edit":
            on_server[number] = study(number, description=f"edit {tick}", updated=HOUR - tick)
            continue
        if kind == "read":
            change = held.merge([on_server[number]])
            if number not in last_read:
                expected.added.add(which)
            elif last_read[number] != on_server[number]:
                expected.changed.add(which)
            elif not was_held:
                expected.returned.add(which)
            last_read[number] = on_server[number]
        elif kind == "discard":
            change = held.discard(which)
            if last_read.pop(number, None) is not None:
                expected.gone.add(which)
        else:
            expected.dropped |= {each.study_id for each in held if kind == "clear"}
            if kind == "drop" and was_held:
                expected.dropped.add(which)
            change = held.drop(which) if kind == "drop" else held.clear()
        assert change == expected


def test_people_seen_on_studies_are_known() -> None:
    held = holding(study(1, assignee=SMITH, created_by_user=OKAFOR))
    assert held.people() == {ME: SMITH, OKAFOR.user_id: OKAFOR}


def test_customers_and_metadata_keys_seen_on_studies_are_known() -> None:
    held = holding(study(1, customer=LAKESIDE), study(2, metadata={"modality": "CT"}))
    held.merge([study(1, customer=CITY, metadata={"accession": "A1", "modality": "MR"})])
    assert held.customers() == {each.customer_id: each for each in (LAKESIDE, CITY)}
    assert list(held.metadata_keys()) == ["modality", "accession"]


def test_an_older_version_teaches_nothing() -> None:
    held = holding(study(1, updated=0.0))
    held.merge([study(1, updated=HOUR, assignee=SMITH, metadata={"modality": "CT"})])
    assert not held.people()
    assert not held.metadata_keys()


@given(st.lists(st.tuples(st.sampled_from("+~-"), st.integers(0, 3)), max_size=12))
def test_changes_one_after_another_are_one_change(steps: list[tuple[str, int]]) -> None:
    """What a batch says is what its steps did, whatever they were."""
    held = holding(study(0), study(1))
    before = {each.study_id: each for each in held}
    total = ChangeSet()
    for tick, (kind, number) in enumerate(steps):
        known = study_id(number) in held
        if kind == "-":
            total |= held.discard(study_id(number))
        elif (kind == "+") is not known:
            total |= held.merge([study(number, updated=-float(tick + 1))])
    after = {each.study_id: each for each in held}
    assert total.added == after.keys() - before.keys()
    assert total.removed == before.keys() - after.keys()
    differing = {key for key in after.keys() & before.keys() if after[key] != before[key]}
    assert differing <= total.changed <= after.keys() & before.keys()
    assert bool(total) or after == before


@given(st.data())
def test_lists_that_move_while_they_are_read_lose_nothing(data: st.DataObject) -> None:
    """Walks page by offset over a list that others reorder, lengthen and shorten meanwhile."""
    on_server = {number: study(number) for number in range(8)}
    held = StudySet()
    tick = 0.0
    misses: dict[int, int] = {}
    for _ in range(data.draw(st.integers(1, 6))):
        started, seen = held.revision, set()
        for offset in range(0, 12, 2):
            order = data.draw(st.permutations(sorted(on_server)))
            page = [on_server[number] for number in order[offset : offset + 2]]
            held.merge(page)
            seen |= {each.study_id for each in page}
            tick += 1.0
            edited = data.draw(st.sampled_from(sorted(on_server)))
            on_server[edited] = on_server[edited]._replace(description=f"edit {tick}")
            on_server[edited] = on_server[edited]._replace(updated_at=2e9 + tick)
        absent = {n for n in on_server if study_id(n) in held and study_id(n) not in seen}
        misses = {number: misses.get(number, 0) + 1 for number in absent}
        change = held.finish_walk(EVERYTHING, seen, started)
        # Only what two whole walks in a row did not come across is given up.
        assert change.removed == {study_id(n) for n, times in misses.items() if times >= MISSES}
        for number in absent:
            if misses[number] >= MISSES:
                del misses[number]


@given(st.lists(studies, max_size=20))
def test_what_is_held_is_the_newest_version_read(readings: list[Study]) -> None:
    held = StudySet()
    for reading in readings:
        held.merge([reading])
    for known in held:
        versions = [each for each in readings if each.study_id == known.study_id]
        assert known in versions
        times = [each.updated_at for each in versions]
        if None not in times:
            assert known.updated_at == max(time for time in times if time is not None)
    assert {each.study_id for each in held} == {each.study_id for each in readings}


def test_an_equal_reading_is_held_in_place_of_the_one_before_and_changes_nothing() -> None:
    held = StudySet()
    held.merge([study(1)])
    once_more = study(1)
    assert not held.merge([once_more])
    assert held.get(study_id(1)) is once_more
