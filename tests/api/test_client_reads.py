import asyncio
import json

import pytest

from api.raw_server import (
    KEY,
    STUDY_ID,
    UID,
    Drip,
    Raw,
    RawServer,
    Received,
    Reply,
    Reset,
    Response,
    Stall,
    reply,
    script,
    study_json,
    talking,
)
from avara_tui.api.client import AvaraClient
from avara_tui.api.errors import AvaraError, ErrorKind, Outcome
from avara_tui.study import ApiKeyRef, CustomerRef, Study, UserRef
from avara_tui.study_requests import StudyFilter

EXAMPLE = Study(
    study_id=STUDY_ID,
    uid=UID,
    description="CT Chest/Abdomen/Pelvis",
    severity="high",
    status="incomplete",
    is_cancelled=False,
    created_at=1710498600.0,
    updated_at=1710512400.0,
    cancelled_at=None,
    assignee=UserRef(
        "usr_1234567890abcdef1234567890abcdef",
        "dr.smith@radiology.com",
        "John",
        "Smith",
        "Robert",
        "MD",
        "FACR",
    ),
    customer=CustomerRef("cus_1234567890abcdef1234567890abcdef", "City Medical"),
    created_by_user=None,
    created_by_key=ApiKeyRef("550e8400-e29b-41d4-a716-446655440000", "Production API Key"),
    metadata={"department": "radiology", "priority": "urgent"},
)


async def test_the_published_example_is_read_field_by_field() -> None:
    async with talking(script([reply(study_json())])) as (server, client):
        assert await client.retrieve(STUDY_ID) == EXAMPLE
    sent = server.received[0]
    assert sent.method == "GET"
    assert sent.path == f"/v1/viewer/studies/{STUDY_ID}"
    assert sent.headers["authorization"] == f"Bearer {KEY}"
    assert sent.headers["accept"] == "application/json"
    assert "content-type" not in sent.headers


async def test_a_study_is_found_by_its_uid() -> None:
    async with talking(script([reply(study_json())])) as (server, client):
        assert (await client.retrieve_by_uid(UID)).study_id == STUDY_ID
        assert server.received[0].path == f"/v1/viewer/studies/by-uid/{UID}"


async def test_every_filter_has_its_place_in_the_query() -> None:
    page = reply({"studies": [], "hasMore": False})
    async with talking(script([page])) as (server, client):
        await client.list_studies(
            StudyFilter(
                severity="stat",
                status="incomplete",
                is_cancelled=False,
                assigned_to=None,
                customer_id="cus_1",
                description="Sch\u00e4del & Hals",
            ),
            cursor="a+b/c==",
            limit=40,
        )
        await client.list_studies()
    assert server.received[0].query == {
        "severity": "stat",
        "studyViewerStatus": "incomplete",
        "isCancelled": "false",
        "assignedTo": "",
        "expressCustomerId": "cus_1",
        "studyDescription": "Sch\u00e4del & Hals",
        "limit": "40",
        "cursor": "a+b/c==",
    }
    assert server.received[1].query == {"limit": "100"}


FAULTS: list[tuple[str, Reply, ErrorKind]] = [
    ("400", reply({"message": "no"}, 400), ErrorKind.INVALID),
    ("422", reply({"message": "no"}, 422), ErrorKind.INVALID),
    ("401", reply({"message": "no"}, 401), ErrorKind.UNAUTHORIZED),
    ("403", Response(403), ErrorKind.FORBIDDEN),
    ("404", Response(404, b"<h1>no</h1>"), ErrorKind.NOT_FOUND),
    ("409", Response(409, b"no"), ErrorKind.CONFLICT),
    ("429", Response(429), ErrorKind.RATE_LIMITED),
    ("500", Response(500, b"\xff\x00"), ErrorKind.SERVER),
    ("503", Response(503), ErrorKind.SERVER),
    ("302", Response(302, headers={"location": "/elsewhere"}), ErrorKind.REDIRECTED),
    ("308", Response(308, headers={"location": "/elsewhere"}), ErrorKind.REDIRECTED),
    ("html", Response(200, b"<html>Sign in</html>"), ErrorKind.UNREADABLE),
    ("empty", Response(200), ErrorKind.UNREADABLE),
    ("204", Raw(b"HTTP/1.1 204 No Content\r\n\r\n"), ErrorKind.UNREADABLE),
    ("list", reply([1, 2]), ErrorKind.UNREADABLE),
    ("null", reply(None), ErrorKind.UNREADABLE),
    ("another study", reply(study_json(studyId="stu_2")), ErrorKind.UNREADABLE),
    ("part of a study", reply({"severity": "stat"}), ErrorKind.UNREADABLE),
    ("deep", Response(200, b"[" * 200_000), ErrorKind.UNREADABLE),
    ("huge number", Response(200, b"9" * 10_000), ErrorKind.UNREADABLE),
    ("bad gzip", Response(200, b"no", {"content-encoding": "gzip"}), ErrorKind.UNREADABLE),
    ("not http", Raw(b"220 smtp.example ESMTP\r\n\r\n"), ErrorKind.UNREADABLE),
    ("reset", Reset(), ErrorKind.UNREACHABLE),
    ("closed", Raw(b""), ErrorKind.UNREACHABLE),
    ("cut", Raw(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"), ErrorKind.UNREACHABLE),
    ("silence", Stall(), ErrorKind.TIMEOUT),
    ("half a head", Stall(b"HTTP/1.1 200 OK\r\n"), ErrorKind.TIMEOUT),
    ("drip", Drip(), ErrorKind.TIMEOUT),
]


@pytest.mark.parametrize(("answer", "kind"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS])
async def test_every_fault_of_a_read_becomes_an_error_of_its_kind(
    answer: Reply, kind: ErrorKind
) -> None:
    async with talking(script([answer]), deadline=0.6) as (_server, client):
        async with asyncio.timeout(5):
            with pytest.raises(AvaraError) as caught:
                await client.retrieve(STUDY_ID)
    error = caught.value
    assert (error.kind, error.outcome) == (kind, Outcome.NOTHING)
    assert error.operation == "retrieve study"
    assert error.study_id == STUDY_ID
    assert error.__cause__ is None
    assert error.__context__ is None


async def test_nobody_listening_is_unreachable() -> None:
    async with RawServer(script([Reset()])).running() as server:
        pass
    async with AvaraClient(server.base_url, KEY) as client:
        with pytest.raises(AvaraError) as caught:
            await client.list_studies()
    assert caught.value.kind is ErrorKind.UNREACHABLE
    assert str(caught.value) == (
        "Could not list studies: the server cannot be reached; check the network and the base URL."
    )


async def test_a_read_is_tried_three_times() -> None:
    replies: list[Reply] = [Response(500), Reset(), reply(study_json())]
    async with talking(script(replies)) as (server, client):
        assert (await client.retrieve(STUDY_ID)).study_id == STUDY_ID
    assert len(server.received) == 3


async def test_a_read_gives_up_after_three_failures() -> None:
    async with talking(script([Response(500)])) as (server, client):
        with pytest.raises(AvaraError):
            await client.retrieve(STUDY_ID)
    assert len(server.received) == 3


async def test_a_stalled_read_is_tried_again_within_the_deadline() -> None:
    replies: list[Reply] = [Stall(), reply(study_json())]
    async with talking(script(replies), deadline=2) as (_server, client):
        assert (await client.retrieve(STUDY_ID)).study_id == STUDY_ID


async def test_a_redirect_is_not_followed() -> None:
    def handle(received: Received) -> Reply:
        if received.path == "/elsewhere":
            return reply(study_json())
        return Response(307, headers={"location": "/elsewhere"})

    async with talking(handle) as (server, client):
        with pytest.raises(AvaraError):
            await client.retrieve(STUDY_ID)
    assert [received.path for received in server.received] == [f"/v1/viewer/studies/{STUDY_ID}"]


async def test_identifiers_are_one_segment_of_the_path() -> None:
    async with talking(script([Response(404)])) as (server, client):
        with pytest.raises(AvaraError):
            await client.retrieve("stu/../x?y=#\u00e9")
    assert server.received[0].target == "/v1/viewer/studies/stu%2F..%2Fx%3Fy%3D%23%C3%A9"


@pytest.mark.parametrize("identifier", ["", " ", "..", ".", "a\nb"])
async def test_an_identifier_that_names_nothing_is_refused_unsent(identifier: str) -> None:
    async with talking(script([Response(404)])) as (server, client):
        for call in (
            client.retrieve,
            client.retrieve_by_uid,
            client.cancel,
            client.reroute_url,
        ):
            with pytest.raises(AvaraError) as caught:
                await call(identifier)
            assert caught.value.kind is ErrorKind.INVALID
    assert not server.received


async def test_a_base_url_with_a_path_keeps_it() -> None:
    async with (
        RawServer(script([reply({"url": "https://viewer.example/s?token=t"})])).running() as s,
        AvaraClient(f"{s.base_url}/gateway/", KEY) as client,
    ):
        assert await client.reroute_url(STUDY_ID) == "https://viewer.example/s?token=t"
    assert s.received[0].target == "/gateway/v1/viewer/studies/reroute-url"
    assert s.received[0].json == {"studyId": STUDY_ID}
    assert s.received[0].headers["content-type"] == "application/json"


async def test_a_study_is_the_one_asked_for_whatever_the_case_of_its_digits() -> None:
    upper = "stu_" + STUDY_ID.removeprefix("stu_").upper()
    for asked, answered in ((upper, STUDY_ID), (STUDY_ID, upper)):
        async with talking(script([reply(study_json(studyId=answered))])) as (server, client):
            assert (await client.retrieve(asked)).study_id == answered
        assert server.received[0].path.endswith(asked)
    # An id of another shape is taken to the letter: nobody knows what it means.
    for asked, answered in (("stu_A", "stu_a"), (upper, STUDY_ID[:-1] + "0"), (upper, UID)):
        async with talking(script([reply(study_json(studyId=answered))])) as (_server, client):
            with pytest.raises(AvaraError) as caught:
                await client.retrieve(asked)
        assert caught.value.kind is ErrorKind.UNREADABLE


SECRET = "planted-token"
BAD_LINKS = {
    f"-{SECRET}": "it is no web address",
    "https://[": "it is no web address",
    f"https://viewer.example:{SECRET}/": "it is no web address",
    f"ftp://viewer.example/{SECRET}": "its scheme is ftp, not https",
    f"javascript:open('{SECRET}')": "its scheme is javascript, not https",
    f"file:///{SECRET}": "its scheme is file, not https",
    f"//viewer.example/{SECRET}": "it has no scheme, not https",
    f"viewer.example/s?token={SECRET}": "it has no scheme, not https",
    f"https:///s?token={SECRET}": "it names no host",
    f"https:s?token={SECRET}": "it names no host",
    f"http://viewer.example/s?token={SECRET}": (
        "its scheme is http, which anybody on the way to viewer.example can read"
    ),
    f"HTTP://Viewer.Example%2Fs%3Ftoken={SECRET}": (
        "its scheme is http, which anybody on the way to viewer.example can read"
    ),
    f"https://user:{SECRET}@viewer.example/": (
        "it holds a user name besides its host, viewer.example"
    ),
    f"https://{SECRET}@viewer.example/": "it holds a user name besides its host, viewer.example",
    f"https://b\u00fccher.example/s?token={SECRET}": (
        "its host is b\u00fccher.example, and no web address has such letters"
    ),
    f"https://\u202eelpmaxe.live/?token={SECRET}": (
        "its host is \ufffdelpmaxe.live, and no web address has such letters"
    ),
    f"https://a b/{SECRET}": "it holds characters that no web address has",
    f"https://viewer.example/\x1b]52;{SECRET}\x07": "it holds characters that no web address has",
    f"https://viewer.example\\@evil.example/{SECRET}": (
        "it holds characters that no web address has"
    ),
    f"https://viewer.example/\u00e9{SECRET}": "it holds characters that no web address has",
    "https://viewer.example/" + SECRET * 1000: "it has 13,023 characters",
}


@pytest.mark.parametrize(("url", "why"), BAD_LINKS.items())
async def test_a_viewer_link_that_must_not_be_opened_is_refused_with_the_reason(
    url: str, why: str
) -> None:
    async with talking(script([reply({"url": url})])) as (server, client):
        with pytest.raises(AvaraError) as caught:
            await client.reroute_url(STUDY_ID)
    assert caught.value.kind is ErrorKind.UNREADABLE
    assert str(caught.value) == (
        f"Could not get the viewer link: the server's link is refused: {why}."
    )
    assert SECRET not in str(caught.value) + repr(caught.value)
    assert caught.value.__context__ is None
    # Every request makes a token: none is made for nothing.
    assert len(server.received) == 1


@pytest.mark.parametrize(
    "body", [{}, {"url": ""}, {"url": None}, {"url": 1}, {"link": "https://x/"}, [], None]
)
async def test_an_answer_without_a_link_does_not_come_from_the_api(body: object) -> None:
    async with talking(script([reply(body)])) as (_server, client):
        with pytest.raises(AvaraError, match="the answer does not come from the Avara API"):
            await client.reroute_url(STUDY_ID)


async def test_a_link_to_this_machine_may_be_http() -> None:
    for url in ("http://127.0.0.1:8000/s?token=t", "http://[::1]/s", "http://localhost/s"):
        async with talking(script([reply({"url": url})])) as (_server, client):
            assert await client.reroute_url(STUDY_ID) == url


async def test_users_and_customers_are_listed() -> None:
    users = {
        "users": [
            {
                "userId": "usr_1",
                "email": "a@b.example",
                "firstName": "Ada",
                "lastName": "Okafor",
                "canManageStudies": True,
                "hasDashboardAccess": False,
                "clinicRole": "neuro-whatever",
                "level": "admin",
                "invitedSource": "api",
                "createdAt": None,
                "lastLoginAt": None,
            },
            {"email": "nobody"},
        ],
        "hasMore": True,
        "cursor": "2",
    }
    customers = {
        "expressCustomers": [
            {"expressCustomerId": "cus_1", "expressCustomerName": "Lakeside", "isActive": False}
        ],
        "hasMore": False,
    }
    replies = [reply(users), reply(customers), reply(users["users"][0])]  # type: ignore[index]
    async with talking(script(replies)) as (server, client):
        people = await client.list_users()
        places = await client.list_customers(limit=7)
        assert await client.retrieve_user("usr_1") == people.users[0]
    ada = people.users[0]
    assert (ada.user_id, ada.ref.last_name, ada.level) == ("usr_1", "Okafor", "admin")
    assert (ada.can_manage_studies, ada.clinic_role) == (True, "neuro-whatever")
    assert (len(people.users), people.unreadable, people.cursor) == (1, 1, "2")
    assert places.customers[0].ref == CustomerRef("cus_1", "Lakeside")
    assert not places.customers[0].is_active
    assert places.cursor is None
    assert places.unreadable == 0
    assert [received.path for received in server.received] == [
        "/v1/viewer/users",
        "/v1/express",
        "/v1/viewer/users/usr_1",
    ]
    assert server.received[1].query == {"limit": "7"}


async def test_calls_after_closing_say_so() -> None:
    client = AvaraClient("http://127.0.0.1:9", KEY)
    await client.aclose()
    with pytest.raises(AvaraError) as caught:
        await client.list_studies()
    assert caught.value.kind is ErrorKind.SETUP


async def test_gzip_is_asked_for_and_understood() -> None:
    import gzip

    body = gzip.compress(json.dumps(study_json()).encode())
    answer = Response(200, body, {"content-encoding": "gzip"})
    async with talking(script([answer])) as (server, client):
        assert await client.retrieve(STUDY_ID) == EXAMPLE
    assert "gzip" in server.received[0].headers["accept-encoding"]


@pytest.mark.parametrize(
    ("path", "key", "row", "identifier"),
    [
        ("users", "users", {"userId": "usr_1", "email": None}, "user_id"),
        (
            "customers",
            "expressCustomers",
            {"expressCustomerId": "cus_1", "expressCustomerName": None, "isActive": True},
            "customer_id",
        ),
    ],
)
async def test_the_ends_of_the_other_lists_are_as_honest(
    path: str, key: str, row: dict[str, object], identifier: str
) -> None:
    page = {key: [row, {}, 7], "hasMore": True}
    replies = [reply(page | {"cursor": "b"}), reply(page)]
    async with talking(script(replies)) as (server, client):
        ask = client.list_users if path == "users" else client.list_customers
        first, second = await ask(cursor="a"), await ask()
    assert server.received[0].query == {"limit": "100", "cursor": "a"}
    assert (first.cursor, first.is_cut_off, first.unreadable) == ("b", False, 2)
    assert (second.cursor, second.is_cut_off, second.unreadable) == (None, True, 2)
    rows: list[object] = list(first[0])
    assert [getattr(each, identifier) for each in rows] == [next(iter(row.values()))]


async def test_what_is_null_about_people_and_customers_is_shown_as_nothing() -> None:
    user = {"userId": "usr_1", "email": None, "canManageStudies": None, "level": None}
    customer = {"expressCustomerId": "cus_1", "expressCustomerName": None, "isActive": True}
    replies = [reply(user), reply({"expressCustomers": [customer]})]
    async with talking(script(replies)) as (_server, client):
        person = await client.retrieve_user("usr_1")
        place = (await client.list_customers()).customers[0]
    assert (person.ref.email, person.level, person.clinic_role) == ("", "", "")
    assert person.can_manage_studies is False
    assert (place.ref.name, place.is_active) == ("", True)


@pytest.mark.parametrize("answer", [{"userId": "usr_2", "email": "x"}, {"email": "x"}, []])
async def test_another_user_is_no_answer(answer: object) -> None:
    async with talking(script([reply(answer)])) as (_server, client):
        with pytest.raises(AvaraError) as caught:
            await client.retrieve_user("usr_1")
    assert caught.value.kind is ErrorKind.UNREADABLE
    assert caught.value.operation == "retrieve user"


async def test_no_user_is_not_asked_for() -> None:
    async with talking(script([Response(404)])) as (server, client):
        with pytest.raises(AvaraError) as caught:
            await client.retrieve_user("")
    error = caught.value
    assert (error.kind, error.outcome) == (ErrorKind.INVALID, Outcome.NOTHING)
    assert error.operation == "retrieve user"
    assert not server.received


async def test_the_studies_of_a_list_are_read_field_by_field() -> None:
    page = {"studies": [study_json(), study_json(studyId="stu_2")], "hasMore": False}
    async with talking(script([reply(page)])) as (_server, client):
        studies = (await client.list_studies()).studies
    assert studies == [EXAMPLE, EXAMPLE._replace(study_id="stu_2")]
    first, second = studies
    for key, value in first.metadata.items():
        assert second.metadata[key] is value
