"""The filter language: what it says, how it is printed, what it says of mistakes."""

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from avara_tui.study import Study
from avara_tui.worklist.clocks import DAY, HOUR, MINUTE
from avara_tui.worklist.query import Query, QueryContext, QueryError, Term, parse
from worklist.making import (
    CITY,
    LAKESIDE,
    ME,
    NOW,
    OKAFOR,
    SMITH,
    context,
    mistake,
    queries,
    study,
    study_id,
)
from worklist.making import studies as random_studies
from worklist.plain_matching import matches_plainly, meets_plainly


def selects(text: str, one: Study, where: QueryContext | None = None) -> bool:
    return parse(text).matcher(where or context())(one)


@pytest.mark.parametrize(
    ("text", "fits", "fits_not"),
    [
        ("head", {}, {"description": "CT Chest"}),
        ("HEAD ct", {}, {"description": "MR Head"}),
        ('"head without"', {}, {"description": "head, not without"}),
        ("-chest", {}, {"description": "CT CHEST"}),
        ("strasse", {"description": "Straße"}, {"description": "Gasse"}),
        # Full width, as Japanese input methods write it; an accent composed in two characters.
        ("\uff23\uff34", {}, {"description": "MR Head"}),
        ("ct", {"description": "\uff23\uff34 Head"}, {"description": "MR Head"}),
        ("sch\u00e4del", {"description": "Scha\u0308del"}, {"description": "Schadel"}),
        ("scha\u0308del", {"description": "SCH\u00c4DEL"}, {"description": "Schadel"}),
        ("severity:stat", {"severity": "stat"}, {"severity": "high"}),
        ("severity:stat,high", {"severity": "high"}, {"severity": "normal"}),
        ("-severity:stat,high", {"severity": "normal"}, {"severity": "stat"}),
        ("-severity:routine", {"severity": "critical"}, {"severity": "normal"}),
        ("pri:urgent", {"severity": "high"}, {"severity": "normal"}),
        ("Priority:RTN", {"severity": "normal"}, {"severity": "high"}),
        ("status:incomplete", {}, {"status": "complete"}),
        ("-status:complete", {"status": "in_review"}, {"status": "complete"}),
        ("assignee:me", {"assignee": SMITH}, {"assignee": OKAFOR}),
        ("assignee:none", {}, {"assignee": SMITH}),
        ("assignee:me,none", {}, {"assignee": OKAFOR}),
        ("assignee:OKAFOR", {"assignee": OKAFOR}, {"assignee": SMITH}),
        ('assignee:"ada okafor"', {"assignee": OKAFOR}, {"assignee": SMITH}),
        ('assignee:"okafor a"', {"assignee": OKAFOR}, {"assignee": SMITH}),
        ("assignee:example.org", {"assignee": OKAFOR}, {}),
        (f"assignee:{OKAFOR.user_id}", {"assignee": OKAFOR}, {"assignee": SMITH}),
        ("customer:lakeside", {"customer": LAKESIDE}, {"customer": CITY}),
        ('customer:"clinic lakeside"', {"customer": LAKESIDE}, {"customer": CITY}),
        ("customer:none", {}, {"customer": CITY}),
        ("-customer:none", {"customer": CITY}, {}),
        (f"customer:{CITY.customer_id}", {"customer": CITY}, {"customer": LAKESIDE}),
        ("is:open", {}, {"status": "complete"}),
        ("is:overdue", {"age": DAY}, {"age": DAY - 1}),
        ("-is:overdue", {"age": DAY, "status": "complete"}, {"age": DAY}),
        ("is:cancelled", {"is_cancelled": True}, {}),
        ("is:cancelled,open", {"is_cancelled": True}, {"status": "complete"}),
        ("age:>30m", {"age": 30 * MINUTE + 1}, {"age": 30 * MINUTE}),
        ("age:>=30m", {"age": 30 * MINUTE}, {"age": 30 * MINUTE - 1}),
        ("age:<2h", {"age": 2 * HOUR - 1}, {"age": 2 * HOUR}),
        ("age:<=1d", {"age": DAY}, {"age": DAY + 1}),
        ("age:<1d", {"age": 0.0}, {"created_at": None}),
        ("updated:<30m", {"updated": 60.0}, {"updated": HOUR}),
        ("updated:>1d", {"updated": 2 * DAY}, {"updated_at": None}),
        ("uid:1.2.840.1", {"uid": "1.2.840.1"}, {"uid": "1.2.840.12"}),
        ("uid:1.2.840*", {"uid": "1.2.840.7"}, {"uid": "1.2.84"}),
        ("uid:9,1.2*", {"uid": "1.2.840.7"}, {"uid": "9.1"}),
        (f"id:{study_id(1)}", {}, {"study_id": study_id(1) + "0"}),
        ("id:stu_0000*", {}, {"study_id": "stu_1"}),
        ("meta.modality:mr", {"metadata": {"modality": "MR"}}, {"metadata": {"mod": "MR"}}),
        ("meta.modality:mr", {"metadata": {"Modality": "MR"}}, {"metadata": {"Modality": "CT"}}),
        # A study that has the key as it is written is asked for that one.
        ("meta.k:a", {"metadata": {"k": "a", "K": "b"}}, {"metadata": {"k": "b", "K": "a"}}),
        ("meta.k:*", {"metadata": {"\uff2b": "a"}}, {"metadata": {"kk": "a"}}),
        ("meta.modality:mr,ct", {"metadata": {"modality": "CT"}}, {}),
        ("-meta.modality:mr", {}, {"metadata": {"modality": "MR"}}),
        ("meta.note:*", {"metadata": {"note": ""}}, {}),
        ('meta."exam end":2024', {"metadata": {"exam end": "2024-03-15"}}, {}),
        ('META."a\\"b:c":x', {"metadata": {'a"b:c': "x"}}, {}),
    ],
)
def test_every_field(text: str, fits: dict[str, Any], fits_not: dict[str, Any]) -> None:
    assert selects(text, study(**fits))
    assert not selects(text, study(**fits_not))


@pytest.mark.parametrize("state", ["new", "changed", "marked", "aside"])
def test_states_that_belong_to_the_session(state: str) -> None:
    one, other = study(1), study(2)
    session: dict[str, Any] = {state: {one.study_id}}
    known = context(**session)
    assert selects(f"is:{state}", one, known)
    assert not selects(f"is:{state}", other, known)
    assert selects(f"-is:{state}", other, known)


def test_nobody_is_me_until_it_is_known_who_that_is() -> None:
    stranger = context(me=None)
    assert not selects("assignee:me", study(assignee=SMITH), stranger)
    assert not selects("assignee:me", study(), stranger)
    assert selects("-assignee:me", study(assignee=SMITH), stranger)


def test_me_is_one_person_and_not_a_part_of_a_name() -> None:
    namesake = OKAFOR._replace(last_name=ME)
    assert not selects("assignee:me", study(assignee=namesake))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", False),
        ("head", False),
        ("status:incomplete", False),
        ("-is:open", False),
        ("is:overdue", False),
        ("is:cancelled", True),
        ("is:cancelled head", True),
        ("is:open,cancelled", True),
        ("-is:cancelled", False),
        ("uid:1.2.840.1", True),
        ("uid:1.2.840.1,1.2.840.2", True),
        ("uid:1.2.840.1*", False),
        ("uid:1.2.840.1,1.2*", False),
        (f"id:{study_id(1)}", True),
        ("id:stu_*", False),
        ("-uid:2.25", False),
        ("-id:stu_ffff", False),
    ],
)
def test_cancelled_studies_are_left_out_unless_they_are_asked_for(
    text: str, *, shown: bool
) -> None:
    assert selects(text, study(is_cancelled=True)) is shown


def test_a_filter_narrows_a_worklist_and_never_widens_it() -> None:
    cancelled_stat = study(severity="stat", is_cancelled=True)
    stat, cancelled = parse("severity:stat"), parse("is:cancelled")
    assert not stat.and_also(cancelled).matcher(context())(cancelled_stat)
    assert not stat.and_also(cancelled).matcher(context())(study(severity="stat"))
    assert not stat.and_also(parse("id:stu_")).matcher(context())(cancelled_stat)
    assert cancelled.and_also(stat).matcher(context())(cancelled_stat)
    assert cancelled.and_also(parse("")).matcher(context())(cancelled_stat)
    assert not cancelled.and_also(stat).matcher(context())(study(is_cancelled=True))
    assert str(parse("ct head").and_also(parse("head"))) == "ct head"


@given(queries, queries, st.lists(random_studies, min_size=1, max_size=5))
def test_and_also_selects_what_meets_every_term(
    worklist: Query, narrowing: Query, studies: list[Study]
) -> None:
    where = context()
    matches = worklist.and_also(narrowing).matcher(where)
    for each in studies:
        meets_all = all(meets_plainly(term, each, where) for term in narrowing.terms)
        assert matches(each) == (matches_plainly(worklist, each, where) and meets_all)


@given(queries)
def test_a_query_printed_and_read_again_is_the_same(query: Query) -> None:
    assert parse(str(query)) == query


# What people type is mostly made of these.
_typed = st.text(st.sampled_from('ab:-"\\, .<>1mhd*\t'), max_size=24)
_pieces = st.lists(
    st.sampled_from(
        (
            "severity:", "is:", "age:", "meta.", "meta.k:", "-", '"', "\\", ",", " ", ":", "stat",
            "sat", "overdue", ">30m", ">", "30", "id:", "assignee:", "me", "x", "\n", "\u00a0", "ß",
        )
    ),
    max_size=10,
).map("".join)  # fmt: skip
typed = st.one_of(_typed, _pieces, st.text(st.characters(exclude_categories=["Cs"]), max_size=30))


def is_understood_or_marked(text: str) -> bool:
    error = mistake(text)
    if error is not None:
        return 0 <= error.start < error.end <= len(text) and bool(str(error))
    query = parse(text)
    return parse(str(query)) == query and query.matcher(context())(study()) in {True, False}


@given(typed)
@example('meta."')
@example('-"')
@example("age:>" + "9" * 400 + "d")
@example('ID:"\n"')
@example('uid:"\0*"')
def test_whatever_is_typed_is_understood_or_marked(text: str) -> None:
    assert is_understood_or_marked(text)


@pytest.mark.slow
@pytest.mark.timeout(600)
@settings(max_examples=20_000)
@given(typed)
def test_20_000_texts_are_understood_or_marked(text: str) -> None:
    assert is_understood_or_marked(text)


@given(typed)
def test_taking_up_a_suggestion_gets_further(text: str) -> None:
    """A suggestion stands for the characters that were marked, and is no mistake itself."""
    for _ in range(20):
        error = mistake(text)
        if error is None or error.suggestion is None:
            return
        assert error.suggestion != text[error.start : error.end]
        text = text[: error.start] + error.suggestion + text[error.end :]
    pytest.fail(f"suggestions never end: {text!r}")


@pytest.mark.parametrize(
    ("text", "marked", "said", "suggestion"),
    [
        ("ct severety:stat", "severety", "no field 'severety'", "severity"),
        ("ct -severity:high,sat x", "sat", "no severity 'sat'", "stat"),
        ('severity:"sta t"', '"sta t"', "no severity 'sta t'", "stat"),
        ("status:complet", "complet", "no status 'complet'", "complete"),
        ("is:canceled", "canceled", "no state 'canceled'", "cancelled"),
        ("is:purple", "purple", "there are cancelled, open", None),
        ("age:30m", "30m", "takes a bound", ">30m"),
        ("updated:2h", "2h", "takes a bound", "<2h"),
        ("age:2hours", "2hours", "takes a bound", ">2h"),
        ("age:>2", ">2", "m h d w", ">2m"),
        ("age:>3mo", ">3mo", "there is no unit 'mo'; there are m h d w", None),
        ("age:>10s", ">10s", "there is no unit 's'; there are m h d w", None),
        ("age:>1y", ">1y", "there is no unit 'y'; there are m h d w", None),
        ("age:>1.5h", ">1.5h", "takes a bound", None),
        ("is:stat", "is:stat", "no state 'stat'", "severity:stat"),
        ("-status:overdue x", "status:overdue", "no status 'overdue'", "is:overdue"),
        ("owner:me", "owner", "no field 'owner'", "assignee"),
        ("laterality:l", "laterality", "metadata is meta.laterality", None),
        ("age:old", "old", "takes a bound", None),
        ("ct severity:", "severity:", "severity:stat", None),
        ("severity:,, ct", "severity:,,", "needs a value", None),
        ("meta.:x", "meta.", "needs a key", None),
        ("meta.k:", "meta.k:", "needs a value", None),
        ('ct "head', '"head', "no end", None),
        ('-customer:"city', '"city', "no end", None),
        ('meta."k:x', '"k:x', "no end", None),
        ('a"b" c"d', '"d', "no end", None),
    ],
)
def test_a_mistake_is_marked_where_it_is(
    text: str, marked: str, said: str, suggestion: str | None
) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text)
    error = caught.value
    assert text[error.start : error.end] == marked
    assert said in str(error)
    assert error.suggestion == suggestion
    if suggestion is not None:
        assert f"did you mean {suggestion}?" in str(error)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", ()),
        (" \t ", ()),
        ("-", (Term("text", ("-",)),)),
        ("--x", (Term("text", ("-x",), negated=True),)),
        (":x", (Term("text", (":x",)),)),
        ("a,b", (Term("text", ("a,b",)),)),
        ('a" b"', (Term("text", ("a b",)),)),
        ('"a \\"b\\" \\\\"', (Term("text", ('a "b" \\',)),)),
        ('"severity:stat"', (Term("text", ("severity:stat",)),)),
        ("SEVERITY:Stat", (Term("severity", ("stat",)),)),
        ("severity:high,urgent", (Term("severity", ("high",)),)),
        ('customer:"a,b",c', (Term("customer", ("a,b", "c")),)),
        ("meta.Key:A", (Term("meta.Key", ("a",)),)),
        ('meta."exam end":x', (Term("meta.exam end", ("x",)),)),
        ("uid:1.2,3.4 id:stu_A", (Term("uid", ("1.2", "3.4")), Term("id", ("stu_A",)))),
    ],
)
def test_how_a_filter_is_read(text: str, terms: tuple[Term, ...]) -> None:
    assert parse(text).terms == terms


@pytest.mark.parametrize(
    ("text", "timed"),
    [("is:overdue", True), ("-is:open,overdue", True), ("age:>1m", True), ("is:open ct", False)],
)
def test_a_query_knows_whether_time_changes_it(text: str, *, timed: bool) -> None:
    assert parse(text).is_timed is timed


@given(queries, random_studies)
def test_a_query_selects_what_a_plain_reading_of_it_selects(query: Query, one: Study) -> None:
    where = context(new={study_id(1)}, changed={study_id(3)}, marked={study_id(2)})
    assert query.matcher(where)(one) == matches_plainly(query, one, where)


def test_ages_are_measured_at_the_time_of_the_context() -> None:
    later = parse("age:>2h").matcher(context(NOW + HOUR + 1))
    assert later(study(age=HOUR))
    assert not selects("age:>2h", study(age=HOUR))
