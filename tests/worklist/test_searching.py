"""Searching everything that is said of studies: against a plain model, and what comes first."""

import random
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from avara_tui.study import CustomerRef, Study
from avara_tui.worklist.clocks import DAY, HOUR, is_open
from avara_tui.worklist.query import Fit, Sought, parse
from avara_tui.worklist.searching import STEP, best_first, hits, hits_in_steps
from worklist.making import CITY, LAKESIDE, OKAFOR, SMITH, context, folded, study, study_id
from worklist.making import studies as random_studies
from worklist.plain_matching import is_anywhere, is_identifier_of, said_of

PATIENT = {"accession": "A81517235", "mrn": "0042317", "name": "M\u00fcller^J\u00fcrgen"}
ONE = study(
    uid="1.2.840.113619.2.55.3.604",
    study_id="stu_" + "1f" * 13 + "3f9a2c",
    metadata=PATIENT,
    assignee=OKAFOR,
    customer=LAKESIDE,
    created_by_user=SMITH,
)


def places(text: str, one: Study = ONE) -> list[tuple[str, str]]:
    return [(field, value) for field, value in Sought(text).places(one)]


@pytest.mark.parametrize(
    ("text", "fit", "where"),
    [
        ("A81517235", Fit.WHOLE, [("meta.accession", "A81517235")]),
        ("  a81517235 ", Fit.WHOLE, [("meta.accession", "A81517235")]),
        ("\uff21\uff1815", Fit.BEGINS, [("meta.accession", "A81517235")]),
        ("81517235", Fit.HOLDS, [("meta.accession", "A81517235")]),
        ("42317", Fit.HOLDS, [("meta.mrn", "0042317")]),
        ("muller", Fit.BEGINS, [("meta.name", "M\u00fcller^J\u00fcrgen")]),
        ("m\u00fcller^j\u00fcrgen", Fit.WHOLE, [("meta.name", "M\u00fcller^J\u00fcrgen")]),
        ("jurgen muller", Fit.WORDS, [("meta.name", "M\u00fcller^J\u00fcrgen")]),
        ("ct head without contrast", Fit.WHOLE, [("description", "CT Head without contrast")]),
        ("head", Fit.HOLDS, [("description", "CT Head without contrast")]),
        ("okafor ada", Fit.WHOLE, [("assignee", "Okafor Ada")]),
        ("ada okafor", Fit.WHOLE, [("assignee", "Ada Okafor")]),
        ("okafor@example", Fit.BEGINS, [("assignee", "okafor@example.org")]),
        ("smith", Fit.BEGINS, [("creator", "Smith John")]),
        ("lakeside", Fit.BEGINS, [("customer", "Lakeside Clinic")]),
        (ONE.study_id, Fit.WHOLE, [("id", ONE.study_id)]),
        (ONE.study_id.upper(), Fit.WHOLE, [("id", ONE.study_id)]),
        ("3f9a2c", Fit.HOLDS, [("id", ONE.study_id)]),
        ("stu_1f1f", Fit.BEGINS, [("id", ONE.study_id)]),
        (ONE.uid, Fit.WHOLE, [("uid", ONE.uid)]),
        ("1.2.840", Fit.BEGINS, [("uid", ONE.uid)]),
        ("113619.2", Fit.HOLDS, [("uid", ONE.uid)]),
        (OKAFOR.user_id, Fit.WHOLE, [("assignee", OKAFOR.user_id)]),
        (LAKESIDE.customer_id, Fit.WHOLE, [("customer", LAKESIDE.customer_id)]),
        # Words that are said in several places, each of which is told.
        (
            "okafor head",
            Fit.WORDS,
            [("assignee", "Okafor Ada"), ("description", "CT Head without contrast")],
        ),
    ],
)
def test_a_text_is_found_wherever_it_is(text: str, fit: Fit, where: list[tuple[str, str]]) -> None:
    assert Sought(text).fit(ONE) is fit
    assert places(text) == where
    assert parse(f'any:"{text}"').matcher(context())(ONE)


@pytest.mark.parametrize(
    "text",
    # A metadata key is not said of the study; digits in the midst of ids are there by chance.
    ["", "   ", "\0", "accession", "1f1f", "113619", "a2c", "m\u00fcll\u00e9r", "head chest"],
)
def test_what_is_not_said_is_not_found(text: str) -> None:
    assert Sought(text).fit(ONE) is None
    assert places(text) == []


def test_no_text_goes_over_from_one_value_into_the_next() -> None:
    one = study(description="CT", metadata={"a": "head", "b": "left knee"})
    for text in ("cthead", "headleft", "ct\0head\0left"):
        fit = Sought(text).fit(one)
        assert fit is (None if "\0" not in text else Fit.WORDS), text


def test_what_dicom_pads_a_value_with_is_no_part_of_it() -> None:
    one = study(metadata={"accession": "A815\0"})
    assert Sought("a815").fit(one) is Fit.WHOLE


names = st.sampled_from((None, SMITH, OKAFOR, OKAFOR._replace(last_name="\u00d6kafor")))
full = st.builds(
    lambda one, creator, name: one._replace(
        created_by_user=creator,
        metadata={**one.metadata, "accession": f"A{one.study_id[-2:]}7", "name": name},
    ),
    random_studies,
    names,
    st.sampled_from(("M\u00fcller^J\u00fcrgen", "Stra\u00dfe", "\uff23\uff34 7", "")),
)
texts = st.one_of(
    st.sampled_from(
        (
            *("ct", "head", "a007", "7", "0000", "stu_", "1.2.840", "2.25.7", "840.1", "smith j"),
            *("muller", "m\u00fcller", "strasse", "okafor", "lakeside city", "ada ct", "usr_b"),
            *("okafor@", "example.org ct", "a b", "^", study_id(7), OKAFOR.user_id, "CLINIC"),
        )
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
)


@settings(max_examples=1500, deadline=None)
@given(full, texts)
@example(study(description="\u00a8"), "\u00a8")
def test_a_study_is_found_if_and_only_if_every_word_is_said_of_it(one: Study, text: str) -> None:
    fit = Sought(text).fit(one)
    assert (fit is not None) is is_anywhere(folded(text), one)
    found = Sought(text).places(one)
    assert bool(found) is (fit is not None)
    said = said_of(one)
    for field, value in found:
        known = [*said.get(field, []), one.study_id, one.uid]
        known += [one.assignee.user_id] if one.assignee else []
        known += [one.created_by_user.user_id] if one.created_by_user else []
        known += [one.customer.customer_id] if one.customer else []
        assert value in known
        assert any(
            Sought(word).fit(study(description=value)) is not None
            or is_identifier_of(folded(word), one)
            for word in [text, *text.split()]
        )


def shuffled(seed: int) -> tuple[random.Random, list[Study]]:
    draw = random.Random(seed)
    drawn = [
        study(
            number,
            description=draw.choice(("CT Head", "ct", "CTA neck", "XR foot")),
            severity=draw.choice(("stat", "high", "normal", "critical")),
            status=draw.choice(("incomplete", "complete")),
            is_cancelled=draw.random() < 0.2,
            age=draw.random() * DAY,
            updated=draw.random() * HOUR,
            metadata=draw.choice(({}, {"accession": "CT"}, {"note": "after ct"})),
            assignee=draw.choice((None, SMITH)),
            customer=draw.choice((None, CITY, CustomerRef("cus_1", "CT centre"))),
        )
        for number in range(1, 80)
    ]
    return draw, drawn


@pytest.mark.parametrize("seed", range(20))
def test_the_best_come_first_then_what_is_open_then_the_most_urgent(seed: int) -> None:
    draw, drawn = shuffled(seed)

    def fit(one: Study) -> int:
        said = [text.casefold() for texts in said_of(one).values() for text in texts]
        return min(
            0 if text == "ct" else 1 if text.startswith("ct") else 2
            for text in said
            if "ct" in text
        )

    urgency = ["stat", "critical", "high", "normal"]
    found = [study for _, study in hits(drawn, Sought("ct"))]
    told = [(fit(one), not is_open(one), urgency.index(one.severity)) for one in found]
    assert told == sorted(told)
    ids = {one.study_id for one in found}
    assert ids == {one.study_id for one in drawn if is_anywhere("ct", one)}
    again = drawn.copy()
    draw.shuffle(again)
    assert [study for _, study in hits(again, Sought("ct"))] == found


def test_of_studies_alike_the_longest_waiting_and_the_last_touched_come_first() -> None:
    waiting = [study(number, age=number * HOUR) for number in (1, 3, 2)]
    closed = [
        study(10 + number, status="complete", age=DAY, updated=number * HOUR) for number in (2, 1)
    ]
    found = [study.study_id for _, study in hits([*closed, *waiting], Sought("head"))]
    assert found == [study_id(each) for each in (3, 2, 1, 11, 12)]


def test_many_studies_are_looked_through_in_steps_with_the_same_result() -> None:
    many = [study(number, age=number) for number in range(2 * STEP + 5)]
    sought = Sought("head")
    steps = list(hits_in_steps(many, sought))
    assert len(steps) == 3
    assert max(map(len, steps)) <= STEP
    assert best_first(hit for step in steps for hit in step) == hits(many, sought)


# Open and closed alike.


def selected(worklist: str, typed: str, **fields: Any) -> bool:
    return parse(worklist).and_also(parse(typed)).matcher(context())(study(**fields))


CLOSED: list[dict[str, Any]] = [{"status": "complete"}, {"is_cancelled": True}]


@pytest.mark.parametrize("worklist", ["is:open", "is:overdue", "is:cancelled", "status:complete"])
@pytest.mark.parametrize("fields", [{}, *CLOSED])
def test_any_state_takes_the_place_of_what_a_worklist_says_of_states(
    worklist: str, fields: dict[str, Any]
) -> None:
    assert selected(worklist, "is:any", **fields)
    assert selected(f"{worklist} severity:normal", "is:any head", **fields)
    assert not selected(f"{worklist} severity:stat", "is:any", **fields)
    assert not selected(worklist, "is:any chest", **fields)


@pytest.mark.parametrize("fields", CLOSED)
def test_nothing_else_widens_a_worklist(fields: dict[str, Any]) -> None:
    for typed in ("", "any:head", "-is:any", "head is:open,cancelled", "status:complete"):
        assert not selected("is:open", typed, **fields), typed
    assert not selected("is:any", "is:open", **fields)
    assert not selected("is:aside is:open", "is:any", **fields)


@pytest.mark.parametrize("fields", [{}, *CLOSED])
def test_a_worklist_may_hold_any_state(fields: dict[str, Any]) -> None:
    assert selected("is:any any:head", "", **fields)
    saved = parse("severity:normal is:open").and_also(parse("is:any any:head"))
    assert parse(str(saved)).matcher(context())(study(**fields))
