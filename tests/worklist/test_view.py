"""The view and the counts are at every moment what counting everything again would give."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from avara_tui.server_filter import selector
from avara_tui.study import Study
from avara_tui.study_requests import StudyFilter
from avara_tui.worklist.clocks import DAY, HOUR, MINUTE
from avara_tui.worklist.limit_rules import limit_rules
from avara_tui.worklist.limits import NO_RULES, Limit, LimitRule, LimitRules
from avara_tui.worklist.order import TRIAGE, Key, Order, SortKey
from avara_tui.worklist.query import Query, QueryContext, parse
from avara_tui.worklist.saved import BUILT_IN, Counts, SavedWorklist
from avara_tui.worklist.studies import ChangeSet, StudySet
from avara_tui.worklist.view import View
from worklist.making import (
    LIMITS,
    NOW,
    OKAFOR,
    SMITH,
    context,
    orders,
    population,
    queries,
    studies,
    study,
    study_id,
)

WORKLISTS = (
    *BUILT_IN,
    SavedWorklist("Waiting", "age:>1h -is:overdue"),
    SavedWorklist("Soon", "is:soon"),
    SavedWorklist("Untimed", "is:untimed -severity:stat"),
    SavedWorklist("Just changed", "updated:<=30m"),
    SavedWorklist("Marked", "is:marked"),
)
RULES = (
    NO_RULES,
    limit_rules(
        [
            LimitRule("customer:lakeside meta.modality:ct", "CT", routine=Limit(HOUR, 2 * HOUR)),
            LimitRule("assignee:none", "", stat=Limit(0, MINUTE), high=Limit(MINUTE, HOUR)),
            LimitRule("-ct", "", *[Limit(15 * MINUTE, 15 * MINUTE)] * 3),
        ]
    ),
    limit_rules([LimitRule("status:incomplete", "", routine=Limit(0, 0))]),
)
ids = st.integers(0, 11).map(study_id)
steps = st.one_of(
    st.sampled_from((0.0, 0.1, 0.5, 5.0, 15 * MINUTE, 30 * MINUTE, HOUR, DAY, -0.5, -HOUR)),
    st.floats(0.0, 2 * DAY),
)


class WorklistMachine(RuleBasedStateMachine):
    """Everything that happens to a worklist on a shift, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.known = StudySet()
        self.known.merge(population(120))
        self.view = View(self.known)
        self.counts = Counts(self.known, WORKLISTS)
        self.query, self.order = Query(), TRIAGE
        self.pinned: str | None = None
        self.kept: Key | None = None
        self.now = NOW
        self.marked: set[str] = set()
        self.limits = LIMITS
        self.me: str | None = SMITH.user_id
        self.view.select(self.query, self.order, self.context)
        self.counts.recount(self.context)

    @property
    def context(self) -> QueryContext:
        return context(self.now, me=self.me, marked=self.marked, thresholds=self.limits)

    def follow(self, change: ChangeSet) -> None:
        before = list(self.view.ids)
        differs = self.view.update(change, self.context)
        assert differs or list(self.view.ids) == before
        self.counts.update(change, self.context)

    @rule(read=st.lists(studies, min_size=1, max_size=4))
    def merge(self, read: list[Study]) -> None:
        self.follow(self.known.merge(read))

    @rule(which=ids)
    def discard(self, which: str) -> None:
        self.follow(self.known.discard(which))

    @rule(seen=st.sets(ids))
    def walk(self, seen: set[str]) -> None:
        revision = self.known.revision
        self.follow(self.known.finish_walk(selector(StudyFilter()), seen, revision))

    @rule(which=ids)
    def toggle_mark(self, which: str) -> None:
        self.marked ^= {which}
        self.follow(ChangeSet(changed={which}))

    @rule(which=st.none() | ids)
    def pin(self, which: str | None) -> None:
        before = list(self.view.ids)
        if which != self.pinned:
            self.pinned, self.kept = which, None
        differs = self.view.pin(which, self.context)
        assert differs or list(self.view.ids) == before

    @rule(query=queries, order=orders)
    def select(self, query: Query, order: Order) -> None:
        if (query, order) != (self.query, self.order):
            self.pinned = self.kept = None
        self.query, self.order = query, order
        self.view.select(query, order, self.context)

    @precondition(lambda self: self.pinned is not None)
    @rule()
    def select_the_same_again(self) -> None:
        self.view.select(self.query, self.order, self.context)

    @rule(
        clock_key=st.sampled_from((None, "exam end")),
        rules=st.sampled_from(RULES),
        by_deadline=st.booleans(),
    )
    def rules_change(self, clock_key: str | None, rules: LimitRules, *, by_deadline: bool) -> None:
        self.limits = LIMITS._replace(clock_key=clock_key, rules=rules, by_deadline=by_deadline)
        self.follow(ChangeSet())

    @rule(me=st.sampled_from((None, SMITH.user_id, OKAFOR.user_id)))
    def another_person_comes(self, me: str | None) -> None:
        self.me = me
        self.follow(ChangeSet())

    @rule(seconds=steps)
    def time_passes(self, seconds: float) -> None:
        self.now += seconds
        before = list(self.view.ids)
        differs = self.view.retime(self.context)
        self.counts.retime(self.context)
        assert differs or list(self.view.ids) == before

    @rule(seconds=steps, read=st.lists(studies, max_size=2))
    def time_passes_unnoticed(self, seconds: float, read: list[Study]) -> None:
        self.now += seconds
        self.follow(self.known.merge(read))
        self.counts.retime(self.context)

    def key(self, one: Study) -> Key:
        """Return the key of a study; one that is pinned keeps the place that it had."""
        if one.study_id == self.pinned and self.kept is not None:
            return self.kept
        return self.order.key(self.now, self.context.thresholds)(one)

    def keep(self) -> None:
        pinned = None if self.pinned is None else self.known.get(self.pinned)
        self.kept = None if pinned is None else self.key(pinned)

    @invariant()
    def view_is_what_it_would_be_from_scratch(self) -> None:
        self.keep()
        matches = self.query.matcher(self.context)
        shown = [each for each in self.known if matches(each) or each.study_id == self.pinned]
        shown.sort(key=self.key)
        assert list(self.view.ids) == [each.study_id for each in shown]
        for row, which in enumerate(self.view.ids):
            assert self.view.position(which) == row
        hidden = {each.study_id for each in self.known} - set(self.view.ids)
        assert all(self.view.position(which) is None for which in hidden)

    @invariant()
    def counts_are_what_a_recount_gives(self) -> None:
        for worklist in WORKLISTS:
            matches = parse(worklist.query_text).matcher(self.context)
            assert self.counts.of(worklist.name) == sum(map(matches, self.known)), worklist.name
            unsure = parse(worklist.query_text).unsure()
            more = 0 if unsure is None else sum(map(unsure.matcher(self.context), self.known))
            assert self.counts.unsure_of(worklist.name) == more, worklist.name


def steps_of(number: int, each: int) -> settings:
    return settings(
        max_examples=number // each,
        stateful_step_count=each,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


TestWorklist = WorklistMachine.TestCase
TestWorklist.settings = steps_of(1_600, 40)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_10_000_steps() -> None:
    run_state_machine_as_test(WorklistMachine, settings=steps_of(10_000, 50))


def shown(view: View) -> list[int]:
    return [int(each[4:], 16) for each in view.ids]


def showing(text: str, *known: Study) -> tuple[StudySet, View]:
    held = StudySet()
    held.merge(known)
    view = View(held)
    view.select(parse(text), TRIAGE, context())
    return held, view


def test_ids_are_a_sequence_that_stays_true() -> None:
    held, view = showing("", study(1, age=3.0), study(2, age=2.0), study(3, age=1.0))
    ids = view.ids
    assert [ids[0], ids[-1], *ids[1:]] == [study_id(number) for number in (1, 3, 2, 3)]
    view.update(held.discard(study_id(1)), context())
    assert list(ids) == [study_id(2), study_id(3)]
    assert len(ids) == 2
    with pytest.raises(IndexError):
        ids[2]


def test_a_pinned_study_stays_when_it_no_longer_matches() -> None:
    held, view = showing("assignee:none", study(1, age=2.0), study(2, age=1.0))
    view.pin(study_id(1), context())
    taken = study(1, age=2.0, assignee=SMITH, updated=0.0)
    view.update(held.merge([taken]), context())
    assert shown(view) == [1, 2]
    assert view.pin(study_id(2), context())
    assert shown(view) == [2]


def test_a_pinned_study_keeps_its_place() -> None:
    held, view = showing("", *(study(each, age=10.0 - each) for each in range(1, 4)))
    view.pin(study_id(2), context())
    view.update(held.merge([study(2, status="complete", updated=0.0)]), context())
    assert shown(view) == [1, 2, 3]
    view.update(held.merge([study(1, severity="stat", updated=0.0)]), context())
    assert shown(view) == [1, 2, 3]
    assert view.pin(study_id(1), context())
    assert shown(view) == [1, 3, 2]


@pytest.mark.parametrize("descending", [False, True])
def test_a_pinned_study_is_there_once_when_everything_is_sorted_anew(*, descending: bool) -> None:
    order = Order((SortKey("priority"), SortKey("description", descending=descending)))
    held = StudySet()
    held.merge([study(number, description=f"CT {number}") for number in range(5)])
    view = View(held)
    view.select(Query(), order, context())
    view.pin(study_id(2), context())
    before = list(view.ids)
    change = held.merge([study(2, description="CT 2", severity="stat", updated=0.0)])
    view.update(change, context())
    assert list(view.ids) == before
    view.select(Query(), order, context())
    assert list(view.ids) == before


def test_what_moved_while_it_was_pinned_is_in_its_place_in_another_selection() -> None:
    held, view = showing("", study(1, age=2.0), study(2, age=1.0), study(3, severity="stat"))
    view.pin(study_id(1), context())
    view.update(held.merge([study(1, age=2.0, status="complete", updated=0.0)]), context())
    assert shown(view) == [3, 1, 2]
    view.select(parse("-severity:stat"), TRIAGE, context())
    assert shown(view) == [2, 1]


def test_another_selection_lets_go_of_the_pinned_study() -> None:
    _, view = showing("", study(1, severity="stat"), study(2))
    view.pin(study_id(2), context())
    view.select(parse("severity:stat"), TRIAGE, context())
    assert shown(view) == [1]


def test_the_same_selection_again_keeps_the_pinned_study() -> None:
    held, view = showing("assignee:none", study(1))
    view.pin(study_id(1), context())
    view.update(held.merge([study(1, assignee=SMITH, updated=0.0)]), context())
    view.select(parse("assignee:none"), TRIAGE, context())
    assert shown(view) == [1]


def test_a_pinned_study_that_is_gone_is_gone() -> None:
    held, view = showing("", study(1))
    view.pin(study_id(1), context())
    view.update(held.discard(study_id(1)), context())
    assert shown(view) == []


def test_a_change_of_many_studies_is_taken_in_whole() -> None:
    held, view = showing("severity:normal", study(0))
    many = [study(number, age=float(number)) for number in range(400)]
    assert view.update(held.merge(many), context())
    assert shown(view) == sorted(range(400), reverse=True)


def test_studies_move_up_when_they_become_overdue() -> None:
    held, view = showing("", study(1, age=DAY - 10), study(2, severity="high", age=0.0))
    assert shown(view) == [2, 1]
    assert not view.retime(context(NOW + 9))
    assert view.retime(context(NOW + 10))
    assert shown(view) == [1, 2]
    del held


def test_a_change_that_comes_after_a_turn_moves_the_others_too() -> None:
    held, view = showing("", study(1, age=DAY - 10), study(2, severity="high", age=0.0))
    view.update(held.merge([study(3, severity="stat")]), context(NOW + 10))
    assert shown(view) == [3, 1, 2]


def test_a_clock_set_back_takes_studies_back() -> None:
    _, view = showing("", study(1, age=DAY), study(2, severity="high", age=0.0))
    assert shown(view) == [1, 2]
    assert view.retime(context(NOW - 10))
    assert shown(view) == [2, 1]


def test_an_empty_view() -> None:
    _, view = showing("")
    assert len(view.ids) == 0
    assert view.position(study_id(1)) is None
    assert not view.pin(study_id(1), context())


def test_a_recount_finds_what_nobody_told_of() -> None:
    held = StudySet()
    counts = Counts(held, BUILT_IN)
    counts.recount(context())
    held.merge([study(1)])
    counts.recount(context())
    assert counts.of("All open") == 1


def test_the_built_in_worklists_hold_what_they_say() -> None:
    held = StudySet()
    held.merge(
        [
            study(1, severity="stat"),
            study(2, severity="stat", status="complete"),
            study(3, severity="stat", is_cancelled=True),
            study(4, assignee=SMITH),
            study(5, age=2 * DAY),
        ]
    )
    counts = Counts(held, BUILT_IN)
    counts.recount(context())
    assert {each.name: counts.of(each.name) for each in BUILT_IN} == {
        "STAT": 1,
        "Mine": 1,
        "Unassigned": 2,
        "Overdue": 2,
        "All open": 3,
        "Complete": 1,
        "Cancelled": 1,
    }


def test_a_study_leaves_the_top_at_the_moment_at_which_its_time_can_be_used() -> None:
    held = StudySet()
    # So many that only those are looked at for which the moment changes something.
    held.merge([*population(400), study(1, age=-DAY - 2_000)])
    view = View(held)
    view.select(parse("severity:normal is:open"), TRIAGE, context())
    view.retime(context(NOW + 1_999))
    assert view.ids[0] == study_id(1)
    assert view.retime(context(NOW + 2_000))
    assert view.ids[-1] == study_id(1)
