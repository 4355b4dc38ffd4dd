"""Whatever a server answers, a call ends with one of our errors or with what the answer says."""

import asyncio
import contextlib
import json
import math
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from api.raw_server import KEY, STUDY_ID, UID, Received, Reply, Response, study_json, talking
from avara_tui.api import calls, retry, writes
from avara_tui.api.client import AvaraClient
from avara_tui.api.errors import AvaraError, Outcome
from avara_tui.api.pages import CustomerPage, StudyPage, UserPage
from avara_tui.api.wire import Answer, Problem, Request
from avara_tui.study import UNREADABLE, UNREADABLE_USER, Customer, Study, User
from avara_tui.study_requests import NewStudy, StudyChanges, StudyFilter

USER_ID = "usr_1234567890abcdef1234567890abcdef"
USER_JSON = {
    "userId": USER_ID,
    "email": "dr.smith@radiology.com",
    "firstName": "John",
    "lastName": "Smith",
    "canManageStudies": True,
    "hasDashboardAccess": True,
    "clinicRole": "radiologist",
    "level": "member",
    "invitedSource": "api",
    "createdAt": None,
    "lastLoginAt": None,
}
CUSTOMER_JSON = {
    "expressCustomerId": "cus_1234567890abcdef1234567890abcdef",
    "expressCustomerName": "City Medical",
    "isActive": True,
    "userCount": 3,
    "createdAt": None,
    "updatedAt": None,
}

# What a server may say.

texts = st.text(st.characters(codec=None), max_size=40) | st.sampled_from(
    [STUDY_ID, UID, USER_ID, "stat", "", "2024-03-15T10:30:00Z", "2024-03-15T10:30:00", "0"]
)
atoms = st.none() | st.booleans() | st.integers() | st.floats() | texts
values = st.recursive(
    atoms,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@st.composite
def nearly(draw: st.DrawFn, model: dict[str, Any]) -> Any:
    """Draw ``model`` with some of its keys taken away, changed, or joined by others."""
    drawn = dict(model)
    for key in draw(st.lists(st.sampled_from(sorted(model)), max_size=3)):
        how = draw(st.sampled_from(["drop", "null", "change", "change within"]))
        inner = drawn.get(key)
        if how == "drop":
            drawn.pop(key, None)
        elif how == "null":
            drawn[key] = None
        elif how == "change within" and isinstance(inner, dict) and inner:
            drawn[key] = draw(nearly(inner))
        else:
            drawn[key] = draw(values)
    if draw(st.booleans()):
        drawn |= draw(st.dictionaries(texts, values, max_size=2))
    return drawn


def envelopes(key: str, rows: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return pages of ``rows``, most of them as the contract has it."""
    return st.fixed_dictionaries(
        {key: st.lists(rows, max_size=5) | values},
        optional={
            "hasMore": st.booleans() | values,
            "cursor": st.sampled_from(["", "a", "b"]) | values,
        },
    )


a_study = nearly(study_json() | {"success": True, "url": "https://viewer.example/s"})
answers = st.one_of(
    values,
    a_study,
    nearly(USER_JSON),
    envelopes("studies", a_study | values),
    envelopes("users", nearly(USER_JSON) | values),
    envelopes("expressCustomers", nearly(CUSTOMER_JSON) | values),
)
encodings = st.sampled_from(["utf-8"] * 6 + ["utf-8-sig", "utf-16", "utf-16-le", "utf-32-be"])


class Said(NamedTuple):
    """A status, the bytes of a body, and what they mean to a patient reader."""

    status: int
    body: bytes
    meaning: Any


def understood(body: bytes) -> Any:
    """Return what ``body`` means, or None; the reader of the test, not of the client."""
    try:
        text = body.decode(json.detect_encoding(body), "replace")
        return mended(json.loads(text))
    except (ValueError, RecursionError):
        return None


def mended(value: Any) -> Any:
    """Return ``value`` with U+FFFD for every half of a surrogate pair."""
    if isinstance(value, str):
        return "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in value)
    if isinstance(value, list):
        return [mended(item) for item in value]
    if isinstance(value, dict):
        return {mended(key): mended(item) for key, item in value.items()}
    return value


@st.composite
def sayings(draw: st.DrawFn) -> Said:
    text = json.dumps(draw(answers), ensure_ascii=draw(st.booleans()))
    body = text.encode(draw(encodings), "replace")
    match draw(st.sampled_from(["whole"] * 8 + ["cut", "more", "noise"])):
        case "cut":
            body = body[: draw(st.integers(0, len(body)))]
        case "more":
            body += draw(st.binary(max_size=4))
        case "noise":
            body = draw(st.binary(max_size=60))
    status = draw(st.sampled_from([200] * 12 + [201, 202, 299, 300, 304, 400, 404, 409, 500, 503]))
    return Said(status, body, understood(body))


# What a client may make of it.


def same_text(ours: str | None, theirs: object) -> bool:
    return (ours or None) == (theirs or None) and (theirs is None or isinstance(theirs, str))


def same_time(ours: float | None, theirs: object) -> bool:
    """Whether a time is that of the wire; it may always be unknown where the wire is odd."""
    if ours is None:
        return not (isinstance(theirs, str) and theirs.endswith("Z") and len(theirs) == 20)
    assert isinstance(theirs, str)
    moment = datetime.fromisoformat(theirs.replace("z", "Z"))
    if moment.tzinfo is None:
        moment = datetime.fromisoformat(theirs + "+00:00")
    return math.isclose(moment.timestamp(), ours, abs_tol=1e-6)


def same_or_unreadable(study: Study, name: str, ours: str, theirs: object, instead: str) -> bool:
    """Whether a text is the wire's, or said to be unreadable where there is none to speak of."""
    if name in study.unreadable:
        return ours == instead and not (isinstance(theirs, str) and theirs.isascii() and theirs)
    return ours == theirs


def same_reference(study: Study, name: str, ours: str | None, theirs: object, key: str) -> bool:
    """Whether an id is the wire's: nobody only where it says so, unreadable where it says none."""
    if theirs is None:
        return ours is None and name not in study.unreadable
    named = theirs.get(key) if isinstance(theirs, dict) else theirs
    if name in study.unreadable:
        return ours == UNREADABLE and not (isinstance(theirs, dict) and named == USER_ID)
    return ours == named != ""


def same_times(study: Study, row: Any) -> bool:
    times = (("createdAt", "created_at"), ("updatedAt", "updated_at"))
    return all(
        same_time(getattr(study, name), row.get(key))
        and (name in study.unreadable)
        is (row.get(key) is not None and getattr(study, name) is None)
        for key, name in (*times, ("cancelledAt", "cancelled_at"))
    )


def same_metadata(study: Study, theirs: object) -> bool:
    if not isinstance(theirs, dict):
        return not study.metadata and ("metadata" in study.unreadable) is (theirs is not None)
    good = {key: value for key, value in theirs.items() if isinstance(value, str)}
    return (
        study.metadata.keys() == theirs.keys()
        and all(study.metadata[key] == value for key, value in good.items())
        and ("metadata" in study.unreadable or len(good) == len(theirs))
    )


def says(study: Study, row: Any) -> bool:
    """Whether ``study`` is what ``row`` of the wire says, field by field."""
    cancelled = row.get("isCancelled")
    if not isinstance(cancelled, bool):
        cancelled = study.cancelled_at is not None
    texts = (
        ("uid", study.uid, "studyInstanceUid"),
        ("description", study.description, "studyDescription"),
        ("status", study.status, "studyViewerStatus"),
    )
    user_id = study.assignee and study.assignee.user_id
    customer_id = study.customer and study.customer.customer_id
    return (
        study.study_id == row["studyId"] != ""
        and all(
            same_or_unreadable(study, name, ours, row.get(key), UNREADABLE)
            for name, ours, key in texts
        )
        and same_or_unreadable(study, "severity", study.severity, row.get("severity"), "stat")
        and study.is_cancelled is cancelled
        and ("is_cancelled" in study.unreadable) is not isinstance(row.get("isCancelled"), bool)
        and same_times(study, row)
        and same_reference(study, "assignee", user_id, row.get("assignedTo"), "userId")
        and same_reference(
            study, "customer", customer_id, row.get("expressCustomer"), "expressCustomerId"
        )
        and same_metadata(study, row.get("metadata"))
    )


def user_says(user: User, row: Any) -> bool:
    return (
        user.user_id == row["userId"] != ""
        and same_text(user.ref.email, row["email"])
        and user.can_manage_studies is bool(row.get("canManageStudies"))
        and same_text(user.level, row.get("level"))
    )


def customer_says(customer: Customer, row: Any) -> bool:
    return customer.customer_id == row["expressCustomerId"] != "" and same_text(
        customer.ref.name, row["expressCustomerName"]
    )


def page_says(
    nouns: list[Any], unreadable: int, rows: Any, agrees: Callable[[Any, Any], bool]
) -> bool:
    """Whether the nouns are the rows in their order, those left out apart and counted."""
    assert isinstance(rows, list)
    if len(nouns) + unreadable != len(rows):
        return False
    waiting = iter(rows)
    return all(any(is_agreeing(agrees, noun, row) for row in waiting) for noun in nouns)


def is_agreeing(agrees: Callable[[Any, Any], bool], noun: Any, row: Any) -> bool:
    try:
        return agrees(noun, row)
    except (KeyError, TypeError, AttributeError, AssertionError, ValueError):
        return False


def is_right(value: object, meaning: Any) -> bool:
    """Whether ``value`` is what the answer means."""
    match value:
        case Study():
            return says(value, meaning)
        case User():
            return user_says(value, meaning)
        case StudyPage():
            return page_says(value.studies, value.unreadable, meaning["studies"], says)
        case UserPage():
            return page_says(value.users, value.unreadable, meaning["users"], user_says)
        case CustomerPage():
            rows = meaning["expressCustomers"]
            return page_says(value.customers, value.unreadable, rows, customer_says)
        case str():
            return bool(value == meaning["url"])
        case _:
            return False


async def create(client: AvaraClient) -> Study:
    return await client.create(NewStudy(UID, "CT", "stat"))


CALLS: list[Callable[[AvaraClient], Awaitable[object]]] = [
    lambda client: client.list_studies(),
    lambda client: client.retrieve(STUDY_ID),
    lambda client: client.retrieve_by_uid(UID),
    create,
    lambda client: client.update(STUDY_ID, StudyChanges(severity="stat")),
    lambda client: client.cancel(STUDY_ID),
    lambda client: client.uncancel(STUDY_ID),
    lambda client: client.reroute_url(STUDY_ID),
    lambda client: client.list_users(),
    lambda client: client.retrieve_user(USER_ID),
    lambda client: client.list_customers(),
]
FILTERS = StudyFilter(severity="stat", status="complete", is_cancelled=False, assigned_to=None)


class Server:
    """Gives one answer to everything, except that it can do without a study with the UID."""

    def __init__(self, said: Said) -> None:
        self.said = said
        self.uid_is_free = False

    def answer(self, path: str) -> Said:
        is_look_up = "/by-uid/" in path
        return Said(404, b"", None) if is_look_up and self.uid_is_free else self.said


async def check_every_call(client: AvaraClient, server: Server) -> None:
    said = server.said
    for call in CALLS:
        client.resume()
        server.uid_is_free = call is create
        with contextlib.suppress(AvaraError):
            value = await call(client)
            assert 200 <= said.status < 300
            assert is_right(value, said.meaning), value
    try:
        page = await client.list_studies(FILTERS)
    except AvaraError:
        return
    for study in page.studies:
        assert study.severity.casefold() not in {"high", "normal"}
        assert study.status.casefold() != "incomplete"
        assert not study.is_cancelled or "is_cancelled" in study.unreadable
        assert study.assignee in (None, UNREADABLE_USER)


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


@pytest.fixture
def one_try(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask once: what an answer means does not depend on how often it is given.

    And let the client's own mistakes come through, which it would take for unreadable answers.
    """

    async def unguarded(_request: Request, _outcome: Outcome, work: Awaitable[object]) -> object:
        return await work

    monkeypatch.setattr(retry, "TRIES", 1)
    # Nor on how long it is waited for: that alone would take longer than all the rest.
    monkeypatch.setattr(writes, "_SECOND_LOOK", 1e-6)
    monkeypatch.setattr(calls, "_guarded", unguarded)


def unhurried(examples: int) -> settings:
    """Return settings for that many examples, each in its own time."""
    return settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


@pytest.mark.usefixtures("one_try")
@unhurried(60)
@given(said=sayings())
def test_arbitrary_answers_over_a_socket(said: Said, loop: asyncio.AbstractEventLoop) -> None:
    speaker = Server(said)

    def handle(received: Received) -> Reply:
        answer = speaker.answer(received.path)
        return Response(answer.status, b"" if answer.status == 304 else answer.body)

    async def talk() -> None:
        async with talking(handle) as (_server, client):
            await check_every_call(client, speaker)

    loop.run_until_complete(talk())


def without_a_socket(
    said: Said, loop: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Check the same without the socket, which carries all bytes alike."""
    speaker = Server(said)

    async def exchange(request: Request, *_: object) -> Answer | Problem:
        answer = speaker.answer(request.path)
        return Answer(answer.status, answer.body)

    async def talk() -> None:
        async with AvaraClient("http://127.0.0.1:1", KEY) as client:
            monkeypatch.setattr(client._transport, "exchange", exchange)
            await check_every_call(client, speaker)

    loop.run_until_complete(talk())


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.usefixtures("one_try")
@seed(1)
@unhurried(10_000)
@given(said=sayings())
def test_ten_thousand_arbitrary_answers(
    said: Said, loop: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_a_socket(said, loop, monkeypatch)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.usefixtures("one_try")
@seed(2)
@unhurried(10_000)
@given(said=sayings())
def test_ten_thousand_other_arbitrary_answers(
    said: Said, loop: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_a_socket(said, loop, monkeypatch)


@pytest.mark.usefixtures("one_try")
@unhurried(150)
@given(said=st.lists(sayings(), min_size=1, max_size=6))
def test_a_walk_over_arbitrary_answers_ends(
    said: list[Said], loop: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0

    async def exchange(_request: Request, *_: object) -> Answer | Problem:
        nonlocal asked
        asked += 1
        each = said[asked % len(said)]
        return Answer(each.status, each.body)

    async def talk() -> None:
        async with AvaraClient("http://127.0.0.1:1", KEY) as client:
            monkeypatch.setattr(client._transport, "exchange", exchange)
            with contextlib.suppress(AvaraError):
                async for page in client.walk_studies():
                    assert len(page.studies) <= 5

    loop.run_until_complete(talk())
    assert asked <= 20
