"""Studies, contexts and filters for tests, plain ones and random ones."""

import random
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final
from unicodedata import combining, normalize

from hypothesis import strategies as st

from avara_tui.study import CustomerRef, Study, UserRef
from avara_tui.worklist.clocks import DAY, HOUR, MINUTE, Thresholds
from avara_tui.worklist.limits import Limit
from avara_tui.worklist.order import DEADLINE, NEWEST, TRIAGE, Order, SortKey
from avara_tui.worklist.query import Query, QueryContext, QueryError, Term, parse
from avara_tui.worklist.studies import ChangeSet

NOW: Final = 1_700_000_000.0
LIMITS: Final = Thresholds(
    stat=Limit(15 * MINUTE, 30 * MINUTE),
    high=Limit(30 * MINUTE, 60 * MINUTE),
    routine=Limit(12 * HOUR, DAY),
    max_wait=2 * DAY,
)
ME: Final = "usr_" + "a" * 32
SMITH: Final = UserRef(ME, "smith@example.org", "John", "Smith")
OKAFOR: Final = UserRef("usr_" + "b" * 32, "okafor@example.org", "Ada", "Okafor")
NAMELESS: Final = UserRef("usr_" + "c" * 32, "reader@example.org")
LAKESIDE: Final = CustomerRef("cus_" + "d" * 32, "Lakeside Clinic")
CITY: Final = CustomerRef("cus_" + "e" * 32, "City Medical")
_UNSTRUCK: Final = str.maketrans("øłđħŧ", "oldht")


def study_id(number: int) -> str:
    return f"stu_{number:032x}"


def study(number: int = 1, **fields: Any) -> Study:
    """Return a routine study, created an hour before NOW, with ``fields`` as they are given.

    ``age`` and ``updated`` may be given in seconds before NOW.
    """
    created = NOW - fields.pop("age", HOUR)
    updated = NOW - fields.pop("updated", HOUR)
    known: dict[str, Any] = {
        "study_id": study_id(number),
        "uid": f"1.2.840.{number}",
        "description": "CT Head without contrast",
        "severity": "normal",
        "status": "incomplete",
        "is_cancelled": False,
        "created_at": created,
        "updated_at": updated,
    }
    return Study(**{**known, **fields})


def context(now: float = NOW, **fields: Any) -> QueryContext:
    return QueryContext(**{"me": ME, "now": now, "thresholds": LIMITS, **fields})


def change(added: Iterable[int] = (), changed: Iterable[int] = ()) -> ChangeSet:
    return ChangeSet({study_id(each) for each in added}, {study_id(each) for each in changed})


def folded(text: str) -> str:
    """Return ``text`` as texts are compared: Unicode's NFKC and case folding."""
    return normalize("NFKC", normalize("NFKC", text).casefold())


def is_in(word: str, text: str) -> bool:
    """Whether a folded word is in ``text``, with or without its accents; joiners do not count."""
    word, whole = (
        folded(each).replace("\u200c", "").replace("\u200d", "") for each in (word, text)
    )
    bare = "".join(each for each in normalize("NFKD", whole) if not 200 <= combining(each) < 240)
    return word in whole or word in normalize("NFC", bare).translate(_UNSTRUCK)


def mistake(text: str) -> QueryError | None:
    """Return what is wrong with ``text`` as a filter, or None if it can be read."""
    try:
        parse(text)
    except QueryError as error:
        return error
    return None


# Moments close to the limits, where mistakes live, and some far away.
_WAITS: Final = [
    limit + slip
    for limit in (0.0, 15 * MINUTE, 30 * MINUTE, HOUR, 12 * HOUR, DAY, 2 * DAY)
    for slip in (-0.5, 0.0, 0.1, 0.5)
]
moments = st.one_of(
    st.sampled_from([NOW - wait for wait in _WAITS]),
    st.floats(NOW - 3 * DAY, NOW + HOUR, allow_nan=False),
    # Times that nobody can have begun to wait at, and some that are just about possible.
    st.sampled_from((NOW + DAY + 0.5, NOW + DAY, NOW + 3 * DAY, -0.5, -62e9, 2.5e11)),
)
_TIMES: Final = [datetime.fromtimestamp(NOW - wait, UTC).isoformat() for wait in _WAITS]
STATES: Final = ("cancelled", "open", "overdue", "soon", "untimed", "new", "marked", "aside")
METADATA_KEYS: Final = ("modality", "exam end", 'a"b', "x:y", "k,l", "-n", "Modality")
studies = st.builds(
    Study,
    study_id=st.integers(0, 11).map(study_id),
    uid=st.sampled_from(("1.2.840.1", "1.2.840.12", "2.25.7")),
    description=st.sampled_from(
        ("CT Head", "CT Chest PE", "MR Knie links STRASSE", "", 'x "y" -z', "a,b:c")
    ),
    severity=st.sampled_from(("stat", "high", "normal", "critical")),
    status=st.sampled_from(("incomplete", "complete", "in_review")),
    is_cancelled=st.booleans(),
    created_at=st.none() | moments,
    updated_at=st.none() | moments,
    assignee=st.sampled_from((None, SMITH, OKAFOR, NAMELESS)),
    customer=st.sampled_from((None, LAKESIDE, CITY)),
    metadata=st.dictionaries(
        st.sampled_from(METADATA_KEYS),
        st.sampled_from(("mr", "CT", "a b", *_TIMES)),
        max_size=2,
    ),
)


def population(number: int, seed: int = 1) -> list[Study]:
    """Return studies that random ones are drawn among, so that a change is a small part of all."""
    draw = random.Random(seed)
    return [
        study(
            100 + each,
            severity=draw.choice(("stat", "high", "normal", "normal", "critical")),
            status=draw.choice(("incomplete", "incomplete", "complete")),
            is_cancelled=draw.random() < 0.1,
            created_at=NOW - draw.choice(_WAITS) - draw.choice((0.0, draw.random() * DAY)),
            updated_at=NOW - draw.random() * DAY,
            description=draw.choice(("CT Head", "CT Chest PE", "a,b:c")),
            assignee=draw.choice((None, SMITH, OKAFOR, NAMELESS)),
            customer=draw.choice((None, LAKESIDE, CITY)),
            metadata=draw.choice(({}, {"modality": "CT"}, {"modality": "mr", "x:y": "a b"})),
        )
        for each in range(number)
    ]


words = st.one_of(
    st.sampled_from(("ct", "head", "-z", "x y", "", "strasse", 'a"b', "a,b:c", "-", "\\")),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8).map(folded),
)
_values = words.filter(bool)
_spans = st.builds(
    "{}{}{}".format,
    st.sampled_from(("<", "<=", ">", ">=")),
    st.sampled_from((0, 1, 15, 30, 60, 999_999)),
    st.sampled_from("mhd"),
)


def _terms(field: st.SearchStrategy[str] | str, value: st.SearchStrategy[str]) -> Any:
    values = st.lists(value, min_size=1, max_size=3, unique=True).map(tuple)
    name = st.just(field) if isinstance(field, str) else field
    return st.builds(Term, name, values, st.booleans())


_people = st.sampled_from(("me", "none", "okafor", "smith", ME, OKAFOR.user_id, "example"))
_customers = st.sampled_from(("none", "lakeside", "clinic", CITY.customer_id))
terms: st.SearchStrategy[Term] = st.one_of(
    st.builds(Term, st.just("text"), words.map(lambda word: (word,)), st.booleans()),
    _terms("severity", st.sampled_from(("stat", "high", "normal"))),
    _terms("status", st.sampled_from(("incomplete", "complete"))),
    _terms("assignee", _people | _values),
    _terms("customer", _customers | _values),
    _terms(
        "is",
        st.sampled_from(
            (
                *("cancelled", "open", "overdue", "soon", "untimed"),
                *("new", "changed", "marked", "aside", "any"),
            )
        ),
    ),
    _terms("age", _spans),
    _terms("updated", _spans),
    _terms("any", st.sampled_from(("head", "smith", "ada ct", "0000", "2.840", "1.2.")) | _values),
    _terms("uid", st.sampled_from(("1.2.840.1", "1.2.840.1*", "2.25*", "9"))),
    _terms("id", st.integers(0, 11).map(study_id) | st.just("stu_*")),
    _terms(
        st.one_of(st.sampled_from(METADATA_KEYS), words.filter(bool)).map("meta.{}".format),
        st.sampled_from(("mr", "ct", "*")) | _values,
    ),
)
queries = st.lists(terms, max_size=3).map(lambda each: Query(tuple(each)))
_columns = st.sampled_from(
    (
        "priority",
        "age",
        "updated",
        "description",
        "assignee",
        "status",
        "customer",
        "uid",
        "id",
        "meta.modality",
    )
)
_sort_keys = st.lists(st.builds(SortKey, _columns, st.booleans()), min_size=1, max_size=3)
orders = st.one_of(
    st.sampled_from((TRIAGE, DEADLINE, NEWEST)), _sort_keys.map(lambda x: Order(tuple(x)))
)
