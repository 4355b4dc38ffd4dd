"""An edit and what others did meanwhile come together, or are told apart; nothing is lost."""

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avara_tui.study_requests import UNSET, StudyChanges
from avara_tui.worklist.merge import Draft, FieldConflict, merge, rebase
from worklist.making import ME, OKAFOR, SMITH, study

VALUES: dict[str, tuple[Any, Any, Any]] = {
    "severity": ("normal", "high", "stat"),
    "status": ("incomplete", "complete", "in_review"),
    # An emptied text is a change as any other.
    "description": ("CT Head", "", "CT Thorax"),
    "assigned_to": (None, ME, OKAFOR.user_id),
}
KEYS = ("modality", "accession", "")
HERE = Draft("normal", "incomplete", "CT Head", None, {"kept": "as it is"})


def settled(old: Any, own: Any, other: Any) -> tuple[Any, bool]:
    """Return what a value becomes and whether it is in conflict, by the rule in words."""
    if own == old:
        return other, False  # only theirs changed, or nobody's
    if other == old:
        return own, False  # only mine changed
    return other, own != other  # both changed


@pytest.mark.parametrize("name", VALUES)
def test_every_combination_of_a_field(name: str) -> None:
    for old, own, other in product(VALUES[name], repeat=3):
        base, mine, theirs = (HERE._replace(**{name: value}) for value in (old, own, other))
        value, is_conflict = settled(old, own, other)
        merged = merge(base, mine, theirs)
        assert merged.result == HERE._replace(**{name: value})
        expected = (FieldConflict(name, old, own, other),) if is_conflict else ()
        assert merged.conflicts == expected
        assert merged.is_empty == (value == other)
        sent = {} if value == other else {name: value}
        assert merged.changes == StudyChanges(**sent)


@pytest.mark.parametrize("key", KEYS)
def test_every_combination_of_a_metadata_pair(key: str) -> None:
    for old, own, other in product((None, "", "a", "b"), repeat=3):
        base, mine, theirs = (
            HERE._replace(metadata={"kept": "x"} | ({} if value is None else {key: value}))
            for value in (old, own, other)
        )
        value, is_conflict = settled(old, own, other)
        merged = merge(base, mine, theirs)
        assert merged.result.metadata.get(key) == value
        assert (key in merged.result.metadata) == (value is not None)
        assert merged.result.metadata["kept"] == "x"
        expected = (FieldConflict(f"metadata {key}", old, own, other),) if is_conflict else ()
        assert merged.conflicts == expected
        assert merged.changes.metadata == (UNSET if value == other else merged.result.metadata)


def test_the_last_pair_deleted_leaves_an_empty_map_to_be_sent() -> None:
    assert merge(HERE, HERE._replace(metadata={}), HERE).changes == StudyChanges(metadata={})


def test_a_draft_is_the_part_of_a_study_that_can_be_edited() -> None:
    one = study(1, assignee=SMITH, severity="high", metadata={"a": "b"})
    assert Draft.of(one) == Draft("high", "incomplete", one.description, ME, {"a": "b"})
    assert Draft.of(study(1)).assigned_to is None


drafts = st.builds(
    Draft,
    *(st.sampled_from(values) for values in VALUES.values()),
    st.dictionaries(st.sampled_from(KEYS), st.sampled_from(("", "a", "b"))),
)


def parts(draft: Draft) -> dict[str, str | None]:
    """Return every value of a draft by the name that conflicts give it."""
    named = draft._asdict()
    metadata = named.pop("metadata")
    assert set(metadata) <= set(KEYS)
    assert None not in metadata.values()
    return {**named, **{f"metadata {key}": metadata.get(key) for key in KEYS}}


@given(drafts, drafts, drafts)
def test_each_part_is_settled_by_itself(base: Draft, mine: Draft, theirs: Draft) -> None:
    merged = merge(base, mine, theirs)
    told = {each.field: each for each in merged.conflicts}
    for name, old in parts(base).items():
        own, other = parts(mine)[name], parts(theirs)[name]
        value, is_conflict = settled(old, own, other)
        assert parts(merged.result)[name] == value
        assert (name in told) == is_conflict
        if is_conflict:
            assert told[name] == FieldConflict(name, old, own, other)


@given(drafts, drafts, drafts)
def test_after_a_rebase_mine_wins_what_was_in_conflict(
    base: Draft, mine: Draft, theirs: Draft
) -> None:
    first = merge(base, mine, theirs)
    again = merge(rebase(base, first.conflicts), mine, theirs)
    assert again.conflicts == ()
    contested = {each.field for each in first.conflicts}
    for name, value in parts(first.result).items():
        assert parts(again.result)[name] == (parts(mine)[name] if name in contested else value)


@given(drafts, drafts, drafts, st.data())
def test_the_person_can_choose_for_each_conflict(
    base: Draft, mine: Draft, theirs: Draft, data: st.DataObject
) -> None:
    """Mine wins by rebasing the base; theirs wins by taking theirs over into the edit as well."""
    first = merge(base, mine, theirs)
    theirs_win = tuple(each for each in first.conflicts if data.draw(st.booleans()))
    again = merge(rebase(base, first.conflicts), rebase(mine, theirs_win), theirs)
    assert again.conflicts == ()
    for name, value in parts(first.result).items():
        contested = {each.field for each in first.conflicts if each not in theirs_win}
        assert parts(again.result)[name] == (parts(mine)[name] if name in contested else value)


@given(drafts, drafts, drafts, drafts)
def test_a_further_change_after_a_rebase_is_a_conflict_again(
    base: Draft, mine: Draft, theirs: Draft, later: Draft
) -> None:
    first = merge(base, mine, theirs)
    again = merge(rebase(base, first.conflicts), mine, later)
    for conflict in first.conflicts:
        value = parts(later)[conflict.field]
        is_settled = value in (conflict.theirs, conflict.mine)
        assert (conflict.field in {each.field for each in again.conflicts}) != is_settled


@given(drafts, drafts)
def test_an_edit_that_nobody_crossed_is_sent_as_it_is(base: Draft, mine: Draft) -> None:
    merged = merge(base, mine, base)
    assert merged.conflicts == ()
    assert merged.result == mine
    assert merged.is_empty == (mine == base)


@given(drafts, drafts)
def test_what_was_not_touched_is_not_sent(base: Draft, theirs: Draft) -> None:
    assert merge(base, base, theirs).is_empty
    assert merge(base, base, theirs).changes == StudyChanges()
