"""What comes next, held against a plain model: nothing more urgent is passed over in silence."""

import random
from typing import Final

import pytest

from avara_tui.study import COMPLETE, Study
from avara_tui.triage.taking import Passed, Reason, Search, passed_texts
from avara_tui.worklist.clocks import HOUR, MINUTE
from avara_tui.worklist.query import QueryContext, parse
from worklist.making import LIMITS, ME, NOW, OKAFOR, SMITH, context, study

CASES: Final = 2000
WORKLISTS: Final = (
    "is:open", "assignee:me", "assignee:none", "assignee:okafor", "severity:stat",
    "status:complete", "is:cancelled", "severity:high is:open", "-assignee:none", "assignee:smith",
)  # fmt: skip
FILTERS: Final = ("", "", "head", "-severity:stat", "assignee:me", "age:>1h")
AGES: Final = (None, 10 * MINUTE, 31 * MINUTE, HOUR + 1, 20 * HOUR, 30 * HOUR, 60 * HOUR)
URGENT: Final = 5
"""Bands of the model before this one hold what is STAT, overdue or the like."""


def drawn(chance: random.Random, number: int) -> Study:
    """Return a random study."""
    age = chance.choice(AGES)
    made = study(
        number,
        severity=chance.choice(("stat", "high", "normal", "normal", "critical")),
        status=chance.choice(("incomplete",) * 4 + (COMPLETE,)),
        is_cancelled=chance.random() < 0.1,
        description=chance.choice(("CT Head", "XR Chest")),
        assignee=chance.choice((None, None, SMITH, OKAFOR)),
        age=(age or 0.0) + chance.random(),
    )
    return made if age is not None else made._replace(created_at=None)


def is_mine(each: Study) -> bool:
    return each.assignee is not None and each.assignee.user_id == ME


def waits(each: Study) -> bool:
    """Whether a study is open, and mine or nobody's."""
    is_ours = each.assignee is None or is_mine(each)
    return is_ours and each.status != COMPLETE and not each.is_cancelled


def plain_band(each: Study) -> int:
    """Return the place of a study's kind, as README tells the triage order."""
    if each.severity == "stat":
        return 0
    if each.severity not in {"high", "normal"}:
        return 1
    if each.created_at is None or each.created_at + LIMITS.max_wait <= NOW:
        return 2
    limit = LIMITS.high if each.severity == "high" else LIMITS.routine
    if each.created_at + limit.due <= NOW:
        return 3 if each.severity == "high" else 4
    return 5 if each.severity == "high" else 6


def plain_rank(each: Study) -> tuple[object, ...]:
    """Return what sorts as the key ``n`` should: the band, mine first, then the oldest."""
    has_time = each.created_at is not None
    untimed = each.severity == "normal" and not has_time
    return (plain_band(each), not is_mine(each), has_time, untimed, each.created_at or 0.0,
            each.study_id)  # fmt: skip


def can_hold(worklist: str, *, takes_mine: bool) -> bool:
    """Whether a worklist of :data:`WORKLISTS` can hold what is next at all."""
    never = {"assignee:okafor", "status:complete", "is:cancelled"}
    mine = {"assignee:me", "-assignee:none", "assignee:smith"}
    return worklist not in never and (takes_mine or worklist not in mine)


class Case:
    """A random worklist, and what is left alone in it."""

    def __init__(self, seed: int) -> None:
        chance = random.Random(seed)
        self.studies = [drawn(chance, number) for number in range(chance.randint(0, 25))]
        ids = [each.study_id for each in self.studies]
        few = [frozenset(chance.sample(ids, len(ids) // 6)) for _ in range(3)]
        self.worklist, self.filter = chance.choice(WORKLISTS), chance.choice(FILTERS)
        self.search = Search(
            parse(self.worklist),
            parse(self.filter),
            me=SMITH,
            takes_mine=chance.random() < 0.7,
            aside=few[0],
            saving=few[1],
            opened=few[2],
        )
        self.context: QueryContext = context()

    def why_not(self, each: Study) -> Reason | None:
        """Return what the model says keeps a study from being next; None for nothing."""
        search = self.search
        if each.study_id in search.saving:
            return Reason.SAVING
        if each.study_id in search.aside:
            return Reason.ASIDE
        is_kept = can_hold(self.worklist, takes_mine=search.takes_mine)
        if is_kept and not parse(self.worklist).matcher(self.context)(each):
            return Reason.WORKLIST
        if not parse(self.filter).matcher(self.context)(each):
            return Reason.FILTER
        if is_mine(each) and not search.takes_mine:
            return Reason.MINE
        return None

    def in_hand(self, each: Study) -> bool:
        """Whether the person has just opened a study of their own."""
        return is_mine(each) and each.study_id in self.search.opened

    @property
    def chosen(self) -> Study | None:
        """What the model takes."""
        able = [each for each in self.studies if waits(each) and self.why_not(each) is None]
        able.sort(key=lambda each: (self.in_hand(each), plain_rank(each)))
        return able[0] if able else None

    def passed(self) -> list[Passed]:
        """Return what the model passes over, and must tell of."""
        chosen = self.chosen
        urgent = [
            each
            for each in self.studies
            if waits(each) and each != chosen and plain_band(each) < URGENT
        ]
        if chosen is not None:
            urgent = [each for each in urgent if plain_rank(each) < plain_rank(chosen)]
        return [Passed(each, self.why_not(each) or Reason.OPENED) for each in urgent]


def test_next_is_the_models_and_whatever_is_more_urgent_is_told_with_its_reason() -> None:
    told = none = 0
    for seed in range(CASES):
        case = Case(seed)
        found = case.search.candidates(case.studies, case.context)
        chosen = found[0] if found else None
        assert chosen == case.chosen, seed
        passed = list(case.search.passed(case.studies, chosen, case.context))
        assert sorted(passed) == sorted(case.passed()), seed
        told, none = told + bool(passed), none + (chosen is None)
        said = passed_texts(passed, case.context, lambda reason: reason.value)
        assert bool(said) == bool(passed)
        assert all(reason.value in ", ".join(said) for _, reason in passed)
    # The cases are worth something: many pass over something, and not only for want of any.
    assert told > CASES // 4
    assert none < CASES // 2


def test_what_is_in_hand_comes_after_all_others_and_is_told_of() -> None:
    own, free = study(1, severity="stat", assignee=SMITH), study(2)
    search = Search(parse("is:open"), parse(""), me=SMITH, opened=frozenset({own.study_id}))
    assert search.candidates([own, free], context()) == [free, own]
    assert list(search.passed([own, free], free, context())) == [Passed(own, Reason.OPENED)]


def test_what_came_while_the_next_one_was_claimed_is_told_of() -> None:
    chosen, late = study(1, severity="high"), study(2, severity="stat")
    search = Search(parse("is:open"), parse(""), me=SMITH)
    assert list(search.passed([chosen, late], chosen, context())) == [Passed(late, Reason.CAME)]


def test_what_somebody_was_quicker_with_is_told_of() -> None:
    lost, chosen = study(1, severity="stat"), study(2, severity="high")
    search = Search(parse("is:open"), parse(""), me=SMITH, tried={
        each.study_id: each for each in (lost, chosen)
    })  # fmt: skip
    taken = lost._replace(assignee=OKAFOR)
    assert list(search.passed([taken, chosen], chosen, context())) == [Passed(lost, Reason.TAKEN)]


def test_what_is_being_completed_is_not_passed_over() -> None:
    own, chosen = study(1, severity="stat", assignee=SMITH), study(2)
    search = Search(parse("is:open"), parse(""), me=SMITH, saving=frozenset({own.study_id}))

    def looks(each: Study) -> Study:
        return each._replace(status=COMPLETE) if each == own else each

    assert list(search.passed([own, chosen], chosen, context(), looks)) == []
    assert list(search.passed([own, chosen], chosen, context())) == [Passed(own, Reason.SAVING)]


@pytest.mark.parametrize(
    ("passed", "said"),
    [
        ([("stat", 0, Reason.ASIDE)], "1 STAT put aside"),
        (
            [("high", 2 * HOUR, Reason.ASIDE), ("stat", 0, Reason.FILTER)],
            "1 STAT hidden by the filter, 1 overdue put aside",
        ),
        (
            [
                ("stat", 0, Reason.ASIDE),
                ("stat", 0, Reason.ASIDE),
                ("high", 2 * HOUR, Reason.ASIDE),
            ],
            "2 STAT and 1 overdue put aside",
        ),
        ([("critical", 0, Reason.SAVING)], "1 of unknown priority being saved"),
    ],
)
def test_it_is_told_in_one_short_line(passed: list[tuple[str, float, Reason]], said: str) -> None:
    found = [
        Passed(study(number, severity=severity, age=age), reason)
        for number, (severity, age, reason) in enumerate(passed)
    ]
    assert ", ".join(passed_texts(found, context(), lambda reason: reason.value)) == said
