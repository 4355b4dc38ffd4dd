"""What the person does is no alarm to the person, and hides nothing that others do."""

from typing import NamedTuple

import pytest

from avara_tui.study import Study
from avara_tui.worklist.alarm_rule import hinge, hinges
from avara_tui.worklist.merge import FieldChange
from avara_tui.worklist.own_doing import REMEMBERED
from avara_tui.worklist.query import parse
from avara_tui.worklist.query.terms import CANCELLED
from avara_tui.worklist.rungs import Cause
from worklist.alarm_desk import ALLOWED, Desk, stat
from worklist.making import ME, OKAFOR, SMITH, study, study_id


class Own(NamedTuple):
    """One thing that I do to a study."""

    before: Study
    field: str
    old: str | None
    new: str | None
    after: Study


MY_DOING: list[Own] = [
    Own(stat(1, assignee=SMITH), "assigned_to", ME, None, stat(1)),
    Own(stat(1, assignee=OKAFOR), "assigned_to", OKAFOR.user_id, None, stat(1)),
    Own(stat(1), "assigned_to", None, ME, stat(1, assignee=SMITH)),
    Own(stat(1, assignee=SMITH), "assigned_to", ME, OKAFOR.user_id, stat(1, assignee=OKAFOR)),
    Own(
        study(1, assignee=SMITH),
        "status",
        "incomplete",
        "complete",
        study(1, assignee=SMITH, status="complete"),
    ),
    Own(
        study(1, assignee=SMITH),
        CANCELLED,
        "no",
        "yes",
        study(1, assignee=SMITH, is_cancelled=True),
    ),
    Own(
        stat(1, assignee=SMITH),
        "severity",
        "stat",
        "high",
        stat(1, assignee=SMITH, severity="high"),
    ),
    Own(study(1), "severity", "normal", "stat", study(1, severity="stat")),
    Own(
        stat(1, status="complete"),
        "status",
        "complete",
        "incomplete",
        stat(1),
    ),
]


@pytest.mark.parametrize("ending", [True, None])
@pytest.mark.parametrize("when", ["between", "late"])
@pytest.mark.parametrize("own", MY_DOING)
def test_what_i_do_is_no_news_to_me_whichever_reading_shows_it(
    own: Own, when: str, ending: bool | None
) -> None:
    desk = Desk(own.before)
    desk.write(1, own.field, own.old, own.new)
    if when == "late":
        desk.written(1, is_done=ending)
        assert desk.after(60) == []
        assert desk.read(own.before._replace(description="x")) == [], "from before"
    else:
        assert desk.read(own.after) == []
        desk.written(1, is_done=ending)
    assert desk.read(own.after) == []


@pytest.mark.parametrize("own", MY_DOING)
def test_a_write_that_was_not_made_leaves_the_same_of_others_news(own: Own) -> None:
    desk = Desk(own.before)
    desk.write(1, own.field, own.old, own.new)
    desk.written(1, is_done=False)
    assert len(desk.read(own.after)) == 1


def test_others_undo_of_what_i_did_is_news() -> None:
    desk = Desk(stat(1))
    desk.write(1, "assigned_to", None, ME)
    desk.read(stat(1, assignee=SMITH))
    desk.written(1)
    assert desk.read(stat(1)) == [(1, Cause.FREED)]
    assert desk.read(stat(1, assignee=SMITH)) == [(1, Cause.MINE)]


def test_what_another_does_to_another_field_meanwhile_is_news() -> None:
    desk = Desk(study(1))
    desk.write(1, "assigned_to", None, ME)
    assert desk.read(study(1, severity="stat", assignee=SMITH)) == [(1, Cause.TURNED)]


def test_somebody_who_was_quicker_than_any_reading_ends_the_waiting_for_mine() -> None:
    desk = Desk(stat(1))
    desk.write(1, "assigned_to", None, ME)
    desk.written(1)
    assert desk.read(stat(1, assignee=OKAFOR)) == []
    assert desk.read(stat(1, assignee=SMITH)) == [(1, Cause.MINE)]


def test_two_writes_at_once_do_not_silence_or_free_each_other() -> None:
    desk = Desk(study(1))
    desk.book.own.begin(1, study_id(1), [FieldChange("severity", "normal", "stat")])
    desk.book.own.begin(2, study_id(1), [FieldChange("assigned_to", None, ME)])
    desk.book.own.end(2, study_id(1), desk.now, is_done=False)
    assert desk.read(study(1, severity="stat")) == []


def test_what_i_did_before_i_did_otherwise_is_not_waited_for() -> None:
    desk = Desk(stat(1))
    for number, (old, new) in enumerate(((None, ME), (ME, OKAFOR.user_id)), start=1):
        change = FieldChange("assigned_to", old, new)
        desk.book.own.begin(number, study_id(1), [change])
        desk.book.own.end(number, study_id(1), desk.now, is_done=True)
    assert desk.read(stat(1, assignee=OKAFOR)) == []
    assert desk.read(stat(1, assignee=SMITH)) == [(1, Cause.MINE)]


def test_what_never_came_into_sight_is_waited_for_ten_minutes_and_no_longer() -> None:
    desk = Desk(stat(1))
    desk.write(1, "assigned_to", None, ME)
    desk.written(1, is_done=None)
    desk.now += REMEMBERED
    desk.book.own.expire(desk.now)
    desk.after(0)
    assert desk.read(stat(1, assignee=SMITH)) == [(1, Cause.MINE)]


def test_what_i_give_back_is_not_told_and_hangs_all_the_same() -> None:
    desk = Desk(stat(1, assignee=SMITH))
    desk.write(1, "assigned_to", ME, None)
    assert desk.read(stat(1)) == []
    assert desk.after(ALLOWED) == [(1, Cause.UNCLAIMED)]


def test_the_capitals_of_a_metadata_key_in_the_rule_do_not_make_it_another_s_doing() -> None:
    rule = parse("meta.ROUTE:trauma")
    assert rule.matcher(Desk().context)(study(1, metadata={"Route": "Trauma 1"}))
    (field,) = hinges(rule) & {hinge("metadata Route")}
    assert field not in hinges(parse("meta.Router:trauma"))
