"""What could not be read of a study is never taken for what it is not."""

from dataclasses import replace
from typing import Any

import pytest

from avara_tui.server_filter import selector
from avara_tui.study import (
    UNREADABLE,
    UNREADABLE_CUSTOMER,
    UNREADABLE_USER,
    CustomerRef,
    Study,
    UserRef,
)
from avara_tui.study_requests import StudyFilter
from avara_tui.worklist.alarm import AlarmBook
from avara_tui.worklist.clocks import Timeliness, timeliness
from avara_tui.worklist.drafts import Drafts
from avara_tui.worklist.handoff import hand_off
from avara_tui.worklist.merge import (
    Draft,
    FieldChange,
    FieldConflict,
    applied,
    differences,
    merge,
    rebase,
    told_value,
    with_values,
)
from avara_tui.worklist.order import TRIAGE, Band, Order, SortKey, band
from avara_tui.worklist.query import parse
from avara_tui.worklist.rungs import Cause
from avara_tui.worklist.studies import StudySet
from worklist.making import LAKESIDE, LIMITS, ME, NOW, OKAFOR, SMITH, context, study, study_id

FIELDS = ("severity", "status", "description", "assigned_to")


def odd(number: int = 1, *names: str, **fields: Any) -> Study:
    """Return a study of which the fields ``names`` could not be read."""
    instead: dict[str, Any] = {
        "severity": "stat",
        "assignee": UNREADABLE_USER,
        "customer": UNREADABLE_CUSTOMER,
        "metadata": {},
        "is_cancelled": False,
        "created_at": None,
    }
    values = {name: instead.get(name, UNREADABLE) for name in names}
    return study(number, **{**fields, **values, "unreadable": names})


def matching(text: str, *studies: Study) -> list[str]:
    matches = parse(text).matcher(context())
    return [each.study_id for each in studies if matches(each)]


# An unreadable severity counts as STAT.


def test_an_unreadable_severity_is_triaged_as_stat() -> None:
    first, second, third = study(1, severity="stat"), odd(2, "severity", age=9000.0), study(3)
    assert band(second, NOW, LIMITS) is Band.STAT
    key = TRIAGE.key(NOW, LIMITS)
    assert sorted([third, first, second], key=key) == [second, first, third]
    assert timeliness(odd(4, "severity", age=31 * 60), NOW, LIMITS) is Timeliness.OVERDUE
    assert matching("severity:stat", first, second, third) == [study_id(1), study_id(2)]
    assert matching("severity:high,normal", second) == []
    by_priority = Order((SortKey("priority"),)).key(NOW, LIMITS)
    assert sorted([third, second], key=by_priority) == [second, third]
    studies = StudySet()
    studies.merge([first, second, third])
    section = hand_off(studies, context())[0]
    assert (section.title, section.studies) == ("Open STAT", (second, first))


def test_no_list_is_asked_about_a_study_that_the_server_lists_by_what_we_cannot_read() -> None:
    """That is for the search for what no other list holds: it lists whatever there is."""
    for severity in ("stat", "high", "normal"):
        assert not selector(StudyFilter(severity=severity))(odd(1, "severity"))
        assert selector(StudyFilter(severity=severity))(study(1, severity=severity))
    for is_cancelled in (True, False):
        assert not selector(StudyFilter(is_cancelled=is_cancelled))(odd(1, "is_cancelled"))
    assert not selector(StudyFilter(status="incomplete"))(odd(1, "status"))
    assert not selector(StudyFilter(assigned_to=None))(odd(1, "assignee"))
    assert not selector(StudyFilter(customer_id=None))(odd(1, "customer"))


class Watching:
    """A book of alarms over studies, watched from NOW on."""

    def __init__(self, *there: Study, others: bool) -> None:
        self.studies, self.book = StudySet(), AlarmBook()
        self.read(*there)
        self.book.watch({"stat"}, context(), others=others)

    def read(self, *studies: Study) -> list[tuple[str, Cause]]:
        change = self.studies.merge(studies)
        alarms = self.book.update(change, self.studies, context())
        return [(each.study_id, each.cause) for each in alarms]


@pytest.mark.parametrize("others", [True, False])
def test_an_unreadable_severity_rings_once(*, others: bool) -> None:
    watch = Watching(study(2), others=others)
    new = odd(1, "severity", age=0.0)
    assert watch.read(new) == [(study_id(1), Cause.NEW)]
    assert watch.read(new) == []
    assert watch.read(new._replace(description="CT", updated_at=NOW)) == []
    assert watch.read(odd(2, "severity", updated=0.0)) == [(study_id(2), Cause.TURNED)]
    watch.book.acknowledge(study_id(1))
    assert watch.read(new._replace(description="MR", updated_at=NOW + 1)) == []
    assert [each.study_id for each in watch.book.pending] == [study_id(2)]


def test_what_was_there_at_the_start_does_not_ring() -> None:
    watch = Watching(odd(1, "severity"), others=False)
    # Another list, read for the first time after the one of STAT studies.
    assert watch.read(odd(2, "severity"), odd(3, "severity", "created_at")) == []
    watch.book.watch({"stat"}, context(), others=True)
    assert set(watch.book.at_start) == {study_id(1), study_id(2), study_id(3)}


def test_an_alarm_goes_once_the_severity_is_read_and_is_another() -> None:
    watch = Watching(others=True)
    watch.read(odd(1, "severity", age=0.0))
    watch.read(study(1, severity="high", updated=0.0))
    assert not watch.book.pending


# Somebody unknown is not nobody.


def test_an_unreadable_reference_is_not_the_lack_of_one() -> None:
    nobodys, somebodys, unknown = study(1), study(2, assignee=SMITH), odd(3, "assignee")
    everything = (nobodys, somebodys, unknown)
    assert matching("assignee:none", *everything) == [study_id(1)]
    assert matching("assignee:me", *everything) == [study_id(2)]
    assert matching("-assignee:none", *everything) == [study_id(2), study_id(3)]
    assert matching("customer:none", study(1), odd(2, "customer")) == [study_id(1)]
    by_name = Order((SortKey("assignee"),)).key(NOW, LIMITS)
    assert min(everything, key=by_name) == nobodys


def test_nobody_learns_a_person_from_what_could_not_be_read() -> None:
    studies = StudySet()
    studies.merge([odd(1, "assignee", "customer"), study(2, assignee=SMITH, customer=LAKESIDE)])
    assert dict(studies.people()) == {ME: SMITH}
    assert dict(studies.customers()) == {LAKESIDE.customer_id: LAKESIDE}


def test_an_id_that_comes_alone_takes_no_name_away() -> None:
    studies = StudySet()
    alone, unnamed = UserRef(ME, ""), CustomerRef(LAKESIDE.customer_id, "")
    studies.merge([study(1, assignee=alone, customer=unnamed)])
    assert dict(studies.people()) == {ME: alone}
    assert dict(studies.customers()) == {LAKESIDE.customer_id: unnamed}
    studies.merge([study(2, assignee=SMITH, customer=LAKESIDE)])
    studies.merge([study(3, assignee=alone, customer=unnamed)])
    assert dict(studies.people()) == {ME: SMITH}
    assert dict(studies.customers()) == {LAKESIDE.customer_id: LAKESIDE}


def test_a_study_that_can_be_read_again_has_changed() -> None:
    studies = StudySet()
    for before, after in (
        (odd(1, "metadata"), study(1)),
        (odd(2, "severity"), study(2, severity="stat")),
    ):
        studies.merge([before])
        assert studies.merge([after]).changed == {before.study_id}
        studies.drop(before.study_id)
        assert studies.merge([after]).returned == {before.study_id}
        studies.drop(before.study_id)
        assert studies.merge([before]).changed == {before.study_id}


# Editing.


def value(field: str, mark: str) -> str:
    return {"severity": "high", "status": "complete", "assigned_to": OKAFOR.user_id}.get(
        field, mark
    )


@pytest.mark.parametrize("field", FIELDS)
def test_what_turned_unreadable_meanwhile_is_a_conflict(field: str) -> None:
    base = Draft.of(study(assignee=SMITH))
    mine = with_values(base, {field: value(field, "MR")})
    name = "assignee" if field == "assigned_to" else field
    theirs = Draft.of(odd(1, name, **({} if name == "assignee" else {"assignee": SMITH})))
    merged = merge(base, mine, theirs)
    before, wanted = getattr(base, field), getattr(mine, field)
    assert merged.conflicts == (FieldConflict(field, before, wanted, UNREADABLE),)
    # The person saw that it could not be read, and says what it shall be.
    again = merge(rebase(base, merged.conflicts), mine, theirs)
    assert not again.conflicts
    assert differences(again.theirs, again.result) == (FieldChange(field, UNREADABLE, wanted),)


def test_to_set_what_could_not_be_read_to_what_it_counts_as_is_a_change() -> None:
    base = Draft.of(odd(1, "severity"))
    merged = merge(base, base._replace(severity="stat"), base)
    assert merged.changes.severity == "stat"


@pytest.mark.parametrize("field", FIELDS)
def test_an_edit_of_another_field_leaves_it_alone(field: str) -> None:
    name = "assignee" if field == "assigned_to" else field
    base = Draft.of(odd(1, name))
    other = "severity" if field != "severity" else "description"
    merged = merge(base, with_values(base, {other: value(other, "MR")}), base)
    assert [each.field for each in differences(merged.theirs, merged.result)] == [other]
    assert UNREADABLE not in merged.changes


def test_what_is_being_written_can_be_read_and_the_rest_cannot() -> None:
    seen = odd(1, "severity", "status", "assignee", "metadata")
    after = applied(seen, [FieldChange("status", UNREADABLE, "complete")])
    assert (after.status, after.severity, after.told_severity) == ("complete", "stat", UNREADABLE)
    assert after.unreadable == ("severity", "assignee", "metadata")
    after = applied(after, [FieldChange("severity", UNREADABLE, "high")])
    assert (after.severity, after.told_severity) == ("high", "high")
    after = applied(after, [FieldChange("assigned_to", UNREADABLE, None)])
    assert (after.assignee, after.unreadable) == (None, ("metadata",))


def test_a_metadata_pair_that_could_not_be_read_is_not_one_that_is_not_there() -> None:
    assert told_value(study(1), "metadata side") is None
    assert told_value(odd(1, "metadata"), "metadata side") == UNREADABLE


def test_a_draft_outlives_a_reading_that_could_not_be_understood() -> None:
    drafts, seen = Drafts(), study(1, metadata={"side": "left"})
    mine = Draft.of(seen)._replace(severity="high", metadata={"side": "right"})
    drafts.change(seen, mine)
    drafts.move_along(odd(1, "severity", "metadata"))
    drafts.move_along(seen)
    draft = drafts.get(seen.study_id)
    assert draft is not None
    assert replace(draft).mine == mine
