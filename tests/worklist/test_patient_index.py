"""Which studies are of one patient, held against looking at all of them every time."""

import random
from collections.abc import Iterable
from typing import Final

import pytest

from avara_tui.study import NO_METADATA, UNREADABLE, UNREADABLE_CUSTOMER, Study
from avara_tui.worklist.clocks import HOUR, MINUTE
from avara_tui.worklist.same_patient import PatientIndex, may_be_duplicates, patient_of
from avara_tui.worklist.studies import ChangeSet, StudySet
from worklist.making import CITY, LAKESIDE, NOW, study, study_id

KEY = "mrn"
VALUES = ("1", "01", "1 ", "a", "A", "", " ", "\u00a0", "\u3000\t", UNREADABLE)


def are_one_patients(one: Study, other: Study) -> bool:
    """Whether two studies are of one patient, from the words of the rule alone."""
    values = [each.metadata.get(KEY) for each in (one, other)]
    customers = [each.customer and each.customer.customer_id for each in (one, other)]
    is_told = not any("metadata" in each.unreadable for each in (one, other))
    is_known = all(each != UNREADABLE for each in customers)
    is_blank = values[0] is None or values[0].isspace() or not values[0]
    return (
        values[0] == values[1] and not is_blank and customers[0] == customers[1]
        and is_told and is_known
    )  # fmt: skip


def random_study(draw: random.Random, number: int) -> Study:
    value = draw.choice((*VALUES, None))
    return study(
        number,
        severity=draw.choice(("stat", "high", "normal", "critical")),
        status=draw.choice(("incomplete", "complete", "in_review")),
        is_cancelled=draw.random() < 0.3,
        customer=draw.choice((None, LAKESIDE, CITY, UNREADABLE_CUSTOMER)),
        metadata=NO_METADATA if value is None else {KEY: value, "MRN": "1"},
        unreadable=draw.choice(((), (), (), ("metadata",), ("customer.name",))),
    )


def assert_as_looked_at(index: PatientIndex, studies: Iterable[Study]) -> None:
    held = list(studies)
    for one in held:
        alike = {each.study_id for each in held if are_one_patients(one, each)}
        assert index.members(one.study_id) == alike, one
        assert index.count(one.study_id) == len(alike), one


def step(draw: random.Random, studies: StudySet) -> ChangeSet:
    """Let something happen to the studies: they come, change, go, or are all let go of."""
    number = draw.randrange(40)
    match draw.randrange(10):
        case 0:
            return studies.discard(study_id(number))
        case 1 | 2:
            return studies.drop(study_id(number))
        case 3 if draw.random() < 0.1:
            return studies.clear()
        case _:
            many = draw.choice((1, 1, 5, 20))
            return studies.merge(random_study(draw, draw.randrange(40)) for _ in range(many))


@pytest.mark.parametrize("seed", range(20))
def test_the_index_says_what_looking_at_all_studies_says(seed: int) -> None:
    draw = random.Random(seed)
    studies = StudySet()
    studies.merge(random_study(draw, draw.randrange(40)) for _ in range(draw.choice((0, 30))))
    index = PatientIndex(studies, KEY)
    waiting = ChangeSet()
    for _ in range(150):
        waiting |= step(draw, studies)
        # Several steps may be told as one change.
        if draw.random() < 0.7:
            index.update(waiting)
            waiting = ChangeSet()
            assert_as_looked_at(index, studies)
    index.update(waiting)
    assert_as_looked_at(index, studies)
    assert_as_looked_at(PatientIndex(studies, KEY), studies)
    for number in range(40):
        if study_id(number) not in studies:
            assert index.count(study_id(number)) == 0
            assert not index.members(study_id(number))


def test_an_update_tells_which_patients_it_was_about() -> None:
    studies = StudySet()
    index = PatientIndex(studies, KEY)
    one, other = study(1, metadata={KEY: "a"}), study(2, metadata={KEY: "b"})
    a, b = patient_of(one, KEY), patient_of(other, KEY)
    assert index.update(studies.merge([one, other, study(3)])) == {a, b}
    assert index.update(studies.merge([study(3, metadata={KEY: "a"})])) == {a}
    assert index.update(studies.merge([one._replace(metadata={KEY: "b"})])) == {a, b}
    assert index.update(studies.drop(study_id(2))) == {b}
    assert index.count(study_id(1)) == 1
    assert index.update(ChangeSet(changed={"stu_nobody"})) == set()
    # Of a patient who has no study any more, nothing is said.
    assert index.update(studies.clear()) == set()


def test_nothing_is_left_of_patients_whose_studies_are_let_go_of() -> None:
    studies = StudySet()
    studies.merge(study(each, metadata={KEY: f"Z{each // 3}"}) for each in range(100))
    index = PatientIndex(studies, KEY)
    index.update(studies.clear())
    held = [each for each in vars(index).values() if isinstance(each, dict)]
    assert len(held) == 3
    assert not any(held)


class CountingSet(StudySet):
    """Counts how many studies are asked for."""

    asked = 0

    def get(self, study_id: str) -> Study | None:
        self.asked += 1
        return super().get(study_id)


def test_a_change_costs_what_has_changed_and_not_what_there_is() -> None:
    studies = CountingSet()
    studies.merge(study(each, metadata={KEY: str(each % 3000)}) for each in range(10_000))
    index = PatientIndex(studies, KEY)
    change = studies.merge([study(each, metadata={KEY: "7"}) for each in range(5)])
    assert len(change.changed) == 5
    studies.asked = 0
    index.update(change)
    assert index.count(study_id(7)) == 9
    assert studies.asked == 5


CREATED = NOW - HOUR
TWINS: Final[tuple[tuple[dict[str, object], dict[str, object], bool], ...]] = (
    ({}, {}, True),
    ({}, {"created_at": CREATED + HOUR}, True),
    ({}, {"created_at": CREATED - HOUR}, True),
    ({}, {"created_at": CREATED + HOUR + MINUTE}, False),
    ({}, {"created_at": None}, False),
    ({}, {"description": "CT Head without contrast "}, True),
    ({}, {"description": "CT Head with contrast"}, False),
    ({"description": " "}, {"description": " "}, False),
    ({"description": "?", "unreadable": ("description",)}, {"description": "?"}, False),
    ({}, {"status": "complete", "severity": "stat"}, True),
    ({}, {"is_cancelled": True}, False),
)  # fmt: skip


@pytest.mark.parametrize(("one", "other", "expected"), TWINS)
def test_what_may_be_a_duplicate_whichever_is_looked_at(
    one: dict[str, object], other: dict[str, object], *, expected: bool
) -> None:
    first = study(1, **{"created_at": CREATED, **one})
    second = study(2, **{"created_at": CREATED, **other})
    assert may_be_duplicates(first, second) is expected
    assert may_be_duplicates(second, first) is expected
