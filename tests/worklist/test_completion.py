"""What is offered while a filter is typed, and that taking it up gives a filter that is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avara_tui.study import CustomerRef, Study, UserRef
from avara_tui.worklist.query import Vocabulary, complete, parse
from avara_tui.worklist.query.completion import MOST
from worklist.making import CITY, LAKESIDE, ME, NAMELESS, OKAFOR, SMITH, context, mistake, study

NAMESAKES = [UserRef("usr_" + digit * 32, f"{digit}@x.org", "Bea", "Roy") for digit in "12"]
RESERVED = CustomerRef("cus_" + "9" * 32, "None")
QUOTING = CustomerRef("cus_" + "8" * 32, 'St. "Anna", Wing -A')
VOCABULARY = Vocabulary(
    people={each.user_id: each for each in (SMITH, OKAFOR, NAMELESS, *NAMESAKES)},
    customers={each.customer_id: each for each in (LAKESIDE, CITY, RESERVED, QUOTING)},
    metadata_keys=["modality", "exam end", "Mode", 'a"b'],
)


def offered(text: str, cursor: int | None = None) -> list[str]:
    """Return the filters that taking up each offer would give."""
    place = len(text) if cursor is None else cursor
    return [
        text[: each.start] + each.insert + text[each.end :]
        for each in complete(text, place, VOCABULARY)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sev", ["severity:"]),
        ("ct -SEV", ["ct -severity:"]),
        ("pri", ["severity:"]),
        ("st", ["status:"]),
        ("severity:", ["severity:stat", "severity:high", "severity:normal"]),
        ("pri:s", ["pri:stat"]),
        ("severity:stat,", ["severity:stat,high", "severity:stat,normal"]),
        ("severity:stat,h", ["severity:stat,high"]),
        ("status:inc", ["status:incomplete"]),
        ("is:o", ["is:open", "is:overdue"]),
        ("is:s", ["is:soon"]),
        ("age:>", ["age:>30m", "age:>1h", "age:>4h", "age:>1d", "age:>1w"]),
        ("meta.mod", ["meta.modality:", "meta.Mode:"]),
        ("meta.ex", ['meta."exam end":']),
        ('meta."ex', ['meta."exam end":']),
        ("meta.modality:", ["meta.modality:*"]),
        ("assignee:sm", ['assignee:"Smith John"']),
        ('assignee:"smith j', ['assignee:"Smith John"']),
        ("assignee:ada", ['assignee:"Okafor Ada"']),
        ("assignee:reader", ["assignee:reader@example.org"]),
        ("assignee:unass", ["assignee:none"]),
        ("assignee:m", ["assignee:me"]),
        ("assignee:kafo", ['assignee:"Okafor Ada"']),
        ("assignee:me,okafor", ['assignee:me,"Okafor Ada"']),
        ("customer:lake", ['customer:"Lakeside Clinic"']),
        ("customer:clinic", ['customer:"Lakeside Clinic"']),
        ("customer:anna", ['customer:"St. \\"Anna\\", Wing -A"']),
        ("uid:1.2", []),
        ("unheard:x", []),
        ("head", []),
        ('"sev', []),
    ],
)
def test_what_is_offered(text: str, expected: list[str]) -> None:
    assert offered(text) == expected


def test_whom_a_name_does_not_tell_apart_is_offered_by_id() -> None:
    assert offered("assignee:roy") == [f"assignee:{each.user_id}" for each in NAMESAKES]
    assert offered("customer:non") == ["customer:none", f"customer:{RESERVED.customer_id}"]


def test_an_empty_filter_is_offered_every_field() -> None:
    fields = [each.insert for each in complete("", 0, Vocabulary())]
    assert fields == [
        f"{name}:"
        for name in (
            "severity",
            "status",
            "assignee",
            "customer",
            "is",
            "age",
            "updated",
            "uid",
            "id",
            "any",
        )
    ]
    assert offered("ct ") == [f"ct {each}" for each in offered("")]


def test_the_word_under_the_cursor_is_replaced_whole() -> None:
    assert offered("sev:stat ct", 2) == ["severity:stat ct"]
    assert offered("severity:st ct", 10) == ["severity:stat ct"]
    assert offered("severity:st,high", 10) == ["severity:stat,high"]


def test_what_begins_so_comes_before_what_contains_it() -> None:
    people = {
        f"usr_{n}": UserRef(f"usr_{n}", "x@y.z", None, name)
        for n, name in enumerate(("Mason", "Thomas", "El Masri", "Masters"))
    }
    labels = [each.insert for each in complete("assignee:mas", 12, Vocabulary(people=people))]
    assert labels == ["Mason", "Masters", '"El Masri"', "Thomas"]


def test_no_more_is_offered_than_can_be_looked_through() -> None:
    keys = [f"key {number}" for number in range(100)]
    assert len(complete("meta.", 5, Vocabulary(metadata_keys=keys))) == MOST
    assert len(complete("meta.", 5, Vocabulary(metadata_keys=keys), most=3)) == 3


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("assignee:sm", study(assignee=SMITH)),
        ("assignee:reader", study(assignee=NAMELESS)),
        ("assignee:roy", study(assignee=NAMESAKES[0])),
        ("customer:anna", study(customer=QUOTING)),
        ("customer:lake", study(customer=LAKESIDE)),
        ('meta."a', study(metadata={'a"b': "x"})),
    ],
)
def test_taking_up_the_first_offer_selects_what_was_meant(text: str, chosen: Study) -> None:
    taken = offered(text)[0]
    if taken.endswith(":"):
        taken += "*"
    matches = parse(taken).matcher(context(me=ME))
    assert matches(chosen)
    assert not matches(study())


pieces = st.lists(
    st.sampled_from(
        (
            "severity:",
            "is:",
            "meta.",
            "assignee:",
            "-",
            '"',
            "\\",
            ",",
            " ",
            ":",
            "s",
            "o",
            "me",
            "é",
        )
    ),
    max_size=8,
).map("".join)


@given(pieces, st.integers(0, 40))
def test_an_offer_never_spoils_the_filter(text: str, cursor: int) -> None:
    """Whatever is typed, an offer replaces characters around the cursor by what can be read."""
    cursor = min(cursor, len(text))
    for each in complete(text, cursor, VOCABULARY):
        assert 0 <= each.start <= cursor <= each.end <= len(text)
        whole = text[: each.start] + each.insert
        if each.insert.endswith(":"):
            whole += "*" if each.insert.startswith("meta.") else "x"
        error = mistake(whole)
        inserted = range(each.start, each.start + len(each.insert))
        assert error is None or error.start not in inserted
