"""Rules that give some studies limits of their own: the first that matches counts, everywhere."""

import gc
import random
import weakref
from collections.abc import Iterator
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avara_tui.study import Study
from avara_tui.worklist.clocks import (
    DAY,
    HOUR,
    MINUTE,
    Thresholds,
    Timeliness,
    due_at,
    is_open,
    is_usable,
    overdue_test,
    soon_test,
    timeliness,
)
from avara_tui.worklist.handoff import OVERDUE, hand_off
from avara_tui.worklist.limit_rules import limit_problem, limit_rules
from avara_tui.worklist.limits import Limit, LimitRule, LimitRules, Matcher
from avara_tui.worklist.order import DEADLINE, TRIAGE, Band, band
from avara_tui.worklist.query import parse
from avara_tui.worklist.reevaluation import Reevaluation
from avara_tui.worklist.studies import StudySet
from worklist.making import (
    CITY,
    LAKESIDE,
    LIMITS,
    NOW,
    OKAFOR,
    context,
    population,
    queries,
    studies,
    study,
    study_id,
)
from worklist.plain_matching import meets_plainly

SOON = Limit(5 * MINUTE, 10 * MINUTE)
LAKESIDE_CT = LimitRule(
    "customer:lakeside meta.modality:ct", "Lakeside CT", stat=SOON, routine=Limit(HOUR, 2 * HOUR)
)
LAKESIDE_ALL = LimitRule("customer:lakeside", "Lakeside", high=SOON, routine=Limit(0, 3 * HOUR))


def under(*rules: LimitRule, **others: object) -> Thresholds:
    return LIMITS._replace(rules=limit_rules(rules), **others)  # type: ignore[arg-type]


def at_lakeside(number: int = 1, modality: str = "CT", **fields: object) -> Study:
    return study(number, customer=LAKESIDE, metadata={"modality": modality}, **fields)


def test_the_first_rule_that_matches_counts_and_no_other() -> None:
    rules = under(LAKESIDE_CT, LAKESIDE_ALL)
    assert rules.limit(at_lakeside()) == Limit(HOUR, 2 * HOUR)
    assert rules.limit(at_lakeside(modality="MR")) == Limit(0, 3 * HOUR)
    assert rules.limit(study(customer=CITY, metadata={"modality": "CT"})) == LIMITS.routine
    turned = under(LAKESIDE_ALL, LAKESIDE_CT)
    assert turned.limit(at_lakeside()) == Limit(0, 3 * HOUR)


def test_a_severity_that_the_rule_leaves_out_goes_by_the_sites_limit_and_by_no_later_rule() -> None:
    rules = under(LAKESIDE_CT, LAKESIDE_ALL)
    ct = at_lakeside(severity="high")
    assert rules.limit(ct) == LIMITS.high
    assert rules.ruling(ct) is None
    assert rules.ruling(at_lakeside()) == LAKESIDE_CT


def test_a_severity_that_nobody_knows_is_held_to_the_rules_limit_for_stat() -> None:
    rules = under(LAKESIDE_CT, LAKESIDE_ALL)
    assert rules.limit(at_lakeside(severity="critical")) == SOON
    assert rules.limit(at_lakeside(severity="critical", modality="MR")) == LIMITS.stat


def test_a_study_that_changes_is_matched_anew() -> None:
    rules = under(LAKESIDE_CT)
    one = at_lakeside()
    assert rules.limit(one).due == 2 * HOUR
    assert rules.limit(one._replace(metadata={"modality": "MR"})) == LIMITS.routine
    assert rules.limit(one._replace(customer=CITY)) == LIMITS.routine
    assert rules.limit(one._replace(severity="stat")) == SOON
    assert rules.limit(one).due == 2 * HOUR


# Rules against a plain reading of them.

_limits = st.builds(
    lambda warn, more: Limit(warn * MINUTE, (warn + more) * MINUTE),
    st.sampled_from((0, 5, 15, 30, 720)),
    st.sampled_from((0, 1, 30, 720)),
)
_rules = st.lists(
    st.builds(
        LimitRule,
        queries.filter(lambda each: limit_problem(each) is None).map(str),
        st.just("rule"),
        *[st.none() | _limits] * 3,
    ),
    max_size=5,
)


def plain_limit(one: Study, rules: list[LimitRule]) -> Limit:
    site = {"high": LIMITS.high, "normal": LIMITS.routine}.get(one.severity, LIMITS.stat)
    for rule in rules:
        terms = parse(rule.filter).terms
        if all(meets_plainly(term, one, context(me=None)) for term in terms):
            own = {"high": rule.high, "normal": rule.routine}.get(one.severity, rule.stat)
            return site if own is None else own
    return site


def plain_timeliness(one: Study, limit: Limit, now: float) -> Timeliness:
    if not is_open(one):
        return Timeliness.ON_TIME
    if one.created_at is None or not is_usable(one.created_at, now):
        return Timeliness.UNKNOWN
    if one.created_at + limit.due <= now:
        return Timeliness.OVERDUE
    return Timeliness.WARNING if one.created_at + limit.warn <= now else Timeliness.ON_TIME


def drawn(draw: random.Random) -> tuple[list[LimitRule], list[Study]]:
    """Return rules and studies whose deadlines lie close to NOW."""
    filters = (
        *("customer:lakeside", "customer:none", "meta.modality:ct", "meta.modality:*", "chest"),
        *("-assignee:none", "assignee:okafor", "severity:high,stat", "status:incomplete ct"),
        *("is:open", "uid:1.2.840.1*", '"a,b"', f"id:{study_id(150)}", "-is:cancelled"),
    )

    def limit() -> Limit | None:
        warn = draw.choice((0, 5, 15, 600)) * MINUTE
        return draw.choice((None, Limit(warn, warn + draw.choice((0, 15, 60, 900)) * MINUTE)))

    rules = [
        LimitRule(" ".join(draw.sample(filters, draw.choice((1, 1, 2)))), f"r{n}", *made)
        for n in range(draw.randrange(25))
        for made in [(limit(), limit(), limit())]
    ]
    return rules, population(200, draw.randrange(1000))


@pytest.mark.parametrize("seed", range(40))
def test_every_question_about_time_has_the_answer_of_the_plain_reading(seed: int) -> None:
    draw = random.Random(seed)
    rules, many = drawn(draw)
    limits = under(*rules)
    for now in (NOW, NOW + draw.random() * DAY):
        is_overdue, is_soon = overdue_test(now, limits), soon_test(now, limits)
        key = DEADLINE.key(now, limits)
        for one in many:
            limit = plain_limit(one, rules)
            assert limits.limit(one) == limit
            where = plain_timeliness(one, limit, now)
            assert timeliness(one, now, limits) is where
            assert is_overdue(one) is (where is Timeliness.OVERDUE)
            assert is_soon(one) is (where is Timeliness.WARNING)
            assert due_at(one, limits) == (one.created_at or 0.0) + limit.due
            found = band(one, now, limits)
            if found in {Band.HIGH, Band.ROUTINE}:
                assert where in {Timeliness.ON_TIME, Timeliness.WARNING}
            if found in {Band.HIGH_OVERDUE, Band.OVERDUE}:
                assert where is Timeliness.OVERDUE
        in_order = sorted(many, key=key)
        bands = [band(each, now, limits) for each in in_order]
        assert bands == sorted(bands)
        for number, one in enumerate(in_order[1:]):
            before = in_order[number]
            timed = all(is_usable(each.created_at or 0.0, now) for each in (before, one))
            if bands[number] is bands[number + 1] is not Band.CLOSED and timed:
                assert (due_at(before, limits) or 0) <= (due_at(one, limits) or 0)


@given(_rules, st.lists(studies, max_size=6))
def test_the_limit_is_that_of_the_first_rule_in_a_plain_reading(
    rules: list[LimitRule], some: list[Study]
) -> None:
    limits = under(*rules)
    for one in [*some, *some]:
        assert limits.limit(one) == plain_limit(one, rules)


# What it costs.


class Counting:
    """Rules that count how often a study is held against them."""

    def __init__(self) -> None:
        self.asked = 0
        rules = [LimitRule(f"meta.room:{n}", f"Room {n}", stat=SOON) for n in range(20)]
        self.rules = LimitRules(rules, self.matchers, lambda each: each.metadata.get("room"))

    def matchers(self) -> Iterator[Matcher]:
        for number in range(20):

            def matches(one: Study, wanted: str = str(number)) -> bool:
                self.asked += 1
                return one.metadata.get("room") == wanted

            yield matches


def test_ten_thousand_studies_are_matched_once_however_often_they_are_asked_for() -> None:
    counting = Counting()
    limits = LIMITS._replace(rules=counting.rules)
    many = [study(n, severity="stat", metadata={"room": str(n % 30)}) for n in range(10_000)]
    held = StudySet()
    held.merge(many)
    for one in many:
        limits.limit(one)
    first = counting.asked
    # Thirty rooms, and no more than twenty rules to hold each of them against.
    assert first <= 30 * 20
    for now in (NOW, NOW + HOUR):
        parse("is:overdue").matcher(context(now, thresholds=limits))
        list(parse("is:overdue,soon").select(held, context(now, thresholds=limits)))
        sorted(many, key=DEADLINE.key(now, limits))
    assert counting.asked == first
    limits.limit(many[0]._replace(metadata={"room": "31"}))
    assert counting.asked == first + 20


def test_time_touches_only_what_comes_due_and_is_matched_already() -> None:
    counting = Counting()
    limits = LIMITS._replace(rules=counting.rules)
    held = StudySet()
    held.merge(
        study(n, severity="stat", age=2 * HOUR + n, metadata={"room": str(n % 30)})
        for n in range(500)
    )
    held.merge([study(900, severity="stat", age=SOON.due - 2, metadata={"room": "3"})])
    turns = parse("is:overdue").turns(limits)
    reevaluation = Reevaluation(held)
    reevaluation.touched(set(), turns, context(thresholds=limits))
    assert reevaluation.touched(set(), turns, context(NOW + 5, thresholds=limits)) == {
        study_id(900)
    }
    asked = counting.asked
    assert reevaluation.touched(set(), turns, context(NOW + 60, thresholds=limits)) == set()
    assert counting.asked == asked


def test_rules_that_count_no_more_are_not_held_for_ever() -> None:
    held = StudySet()
    held.merge(study(n, age=3 * DAY + n) for n in range(200))
    reevaluation = Reevaluation(held)
    former = []
    for minutes in range(1, 21):
        limits = under(LAKESIDE_CT._replace(stat=Limit(0, minutes * MINUTE)))
        former.append(weakref.ref(limits.rules))
        turns = TRIAGE.turns(limits)
        assert reevaluation.touched(set(), turns, context(thresholds=limits)) is None
        assert reevaluation.touched(set(), turns, context(NOW + 1, thresholds=limits)) == set()
    gc.collect()
    assert sum(each() is not None for each in former) < 10


def test_equal_rules_are_equal_whoever_made_them() -> None:
    assert under(LAKESIDE_CT) == under(LAKESIDE_CT)
    assert under(LAKESIDE_CT) != under(LAKESIDE_ALL)
    assert under(LAKESIDE_CT, LAKESIDE_ALL) != under(LAKESIDE_ALL, LAKESIDE_CT)
    assert hash(under(LAKESIDE_CT)) == hash(under(LAKESIDE_CT))
    assert under() == LIMITS


# Where limits count.


def test_what_a_rule_makes_overdue_goes_up_in_the_triage_order_and_into_the_hand_off() -> None:
    rules = under(LAKESIDE_ALL)
    early, late = study(1, age=4 * HOUR), at_lakeside(2, age=3 * HOUR + 1)
    stat = study(3, severity="stat", age=1.0)
    assert sorted([early, late, stat], key=TRIAGE.key(NOW, rules)) == [stat, late, early]
    assert sorted([early, late, stat], key=TRIAGE.key(NOW, LIMITS)) == [stat, early, late]
    held = StudySet()
    held.merge([early, late, stat])
    sections = {each.title: each for each in hand_off(held, context(thresholds=rules))}
    assert sections[OVERDUE].studies == (late,)


def test_by_deadline_stat_stays_above_all_and_what_is_due_first_goes_first() -> None:
    rules = under(LAKESIDE_ALL, by_deadline=True)
    older, due_first = study(1, age=5 * HOUR), at_lakeside(2, age=HOUR)
    stat = study(3, severity="stat", age=1.0)
    high = study(4, severity="high", age=1.0)
    expected = [stat, high, due_first, older]
    assert sorted([older, due_first, high, stat], key=TRIAGE.key(NOW, rules)) == expected
    by_choice = DEADLINE.key(NOW, rules._replace(by_deadline=False))
    assert sorted([older, due_first, high, stat], key=by_choice) == expected
    by_age = TRIAGE.key(NOW, rules._replace(by_deadline=False))
    assert sorted([due_first, older], key=by_age) == [older, due_first]


def test_by_deadline_closed_studies_go_by_age_and_untimed_ones_first() -> None:
    rules = under(LAKESIDE_ALL, by_deadline=True)
    untimed = at_lakeside(1, created_at=None)
    closed = [study(2, status="complete", age=2.0), at_lakeside(3, status="complete", age=1.0)]
    timed = study(4, age=HOUR)
    ordered = sorted([*closed, timed, untimed], key=TRIAGE.key(NOW, rules))
    assert ordered == [untimed, timed, *closed]


# Which filters can be rules.


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("age:>2h", "says something of time (age:>2h)"),
        ("ct updated:<1d", "says something of time (updated:<1d)"),
        ("customer:lakeside is:overdue", "says something of time (is:overdue)"),
        ("-is:soon", "says something of time (-is:soon)"),
        ("is:untimed,open", "says something of time (is:untimed,open)"),
        ("is:new", "nothing of the study's own"),
        ("-is:marked", "nothing of the study's own"),
        ("is:aside,open", "nothing of the study's own"),
        ("is:cancelled", "nobody waits for"),
        ("assignee:me", "who is at the keys"),
        ("-assignee:okafor,me", "who is at the keys"),
    ],
)
def test_what_cannot_be_a_rule_is_refused_with_its_reason_and_what_to_do(
    text: str, reason: str
) -> None:
    said = limit_problem(parse(text))
    assert said is not None
    assert reason in said
    assert said.endswith(("take it out", "name the person"))


@pytest.mark.parametrize(
    "text",
    [
        *("customer:lakeside meta.modality:ct", "severity:stat", "is:open", "-is:cancelled", "ct"),
        *(f"assignee:{OKAFOR.user_id}", "assignee:none", "uid:1.2*", f"id:{study_id(1)}"),
    ],
)
def test_what_is_of_the_study_alone_can_be_a_rule(text: str) -> None:
    assert limit_problem(parse(text)) is None


def held_by(root: object) -> Iterator[object]:
    """Yield everything that is reached from ``root``, but for modules and classes."""
    seen, left = {id(root)}, [root]
    while left:
        for each in gc.get_referents(left.pop()):
            is_module = isinstance(each, dict) and "__builtins__" in each
            if id(each) in seen or is_module or isinstance(each, ModuleType | type):
                continue
            seen.add(id(each))
            left.append(each)
            yield each


def test_rules_keep_no_text_of_a_study() -> None:
    rules = under(LAKESIDE_CT, LimitRule("ct assignee:okafor", "", stat=SOON)).rules
    text = "SECRET WORDS"
    secret = at_lakeside(
        modality=f"CT {text}",
        description=text,
        assignee=OKAFOR._replace(last_name=text),
        severity="stat",
    )
    assert rules.of(secret) == LAKESIDE_CT
    rules.of(secret._replace(customer=None))
    texts = [each for each in held_by(rules) if isinstance(each, str)]
    assert LAKESIDE_CT.filter in texts
    assert not [each for each in texts if text.lower() in each.lower()]
