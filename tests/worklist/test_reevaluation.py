"""What has to be looked at again is what changed, and no more, as long as that is little."""

from avara_tui.worklist.clocks import HOUR
from avara_tui.worklist.reevaluation import Reevaluation
from avara_tui.worklist.studies import StudySet
from avara_tui.worklist.timeline import Turn, created
from worklist.making import LIMITS, NOW, OKAFOR, context, population, study, study_id

AN_HOUR_OLD = {Turn(created, HOUR)}
FIVE_SECONDS_LATER = context(NOW + 5)


def kept_up() -> tuple[StudySet, Reevaluation]:
    """Return a hundred studies, none of which is an hour old just then, and what was seen of it."""
    held = StudySet()
    held.merge(one for one in population(200) if abs(NOW - HOUR - (one.created_at or 0)) > 60)
    held.merge([study(1, age=HOUR - 3), study(2, age=HOUR - 300), study(3, age=HOUR + 300)])
    assert len(held) > 100
    reevaluation = Reevaluation(held)
    assert reevaluation.touched(set(), AN_HOUR_OLD, context()) is None
    return held, reevaluation


def test_nothing_is_touched_while_nothing_happens() -> None:
    _, reevaluation = kept_up()
    assert reevaluation.touched(set(), AN_HOUR_OLD, context()) == set()


def test_what_changed_is_touched_and_what_time_changed() -> None:
    _, reevaluation = kept_up()
    assert reevaluation.touched({study_id(7)}, AN_HOUR_OLD, context()) == {study_id(7)}
    assert reevaluation.touched({study_id(7)}, (), FIVE_SECONDS_LATER) == {study_id(7)}


def test_time_touches_what_passes_a_turn_whichever_way_the_clock_runs() -> None:
    _, reevaluation = kept_up()
    assert reevaluation.touched(set(), AN_HOUR_OLD, FIVE_SECONDS_LATER) == {study_id(1)}
    assert reevaluation.touched(set(), AN_HOUR_OLD, context(NOW + 60)) == set()
    assert reevaluation.touched(set(), AN_HOUR_OLD, context()) == {study_id(1)}


def test_when_much_changed_everything_is_touched() -> None:
    held, reevaluation = kept_up()
    ids = [each.study_id for each in held]
    assert reevaluation.touched(set(ids[: len(ids) // 20]), (), context()) is not None
    assert reevaluation.touched(set(ids[: len(ids) // 20 + 1]), (), context()) is None


def test_another_person_and_other_rules_touch_everything() -> None:
    _, reevaluation = kept_up()
    other = context(me=OKAFOR.user_id)
    assert reevaluation.touched(set(), (), other) is None
    assert reevaluation.touched(set(), (), other) == set()
    strict = other._replace(thresholds=LIMITS._replace(max_wait=HOUR))
    assert reevaluation.touched(set(), (), strict) is None
    assert reevaluation.touched(set(), (), strict) == set()


def test_what_is_forgotten_is_looked_at_again() -> None:
    _, reevaluation = kept_up()
    reevaluation.forget()
    assert reevaluation.touched(set(), (), context()) is None
