import asyncio
import gc
import itertools
import weakref
from collections.abc import Callable
from contextlib import aclosing
from typing import Any

import pytest

from api.raw_server import Received, Reply, Response, reply, study_json, talking
from avara_tui.api.errors import AvaraError, ErrorKind
from avara_tui.api.pages import StudyPage
from avara_tui.api.paging import STANDSTILL, Seen
from avara_tui.study import Study
from avara_tui.study_requests import StudyFilter

Envelope = dict[str, Any]


def rows(*numbers: int, **changes: object) -> list[Envelope]:
    return [study_json(studyId=f"stu_{number}", **changes) for number in numbers]


def paged(pages: dict[str | None, Envelope | Reply]) -> Callable[[Received], Reply]:
    """Return a handler that answers by cursor."""

    def handle(received: Received) -> Reply:
        page = pages[received.query.get("cursor")]
        return reply(page) if isinstance(page, dict) else page

    return handle


async def walked(
    handler: Callable[[Received], Reply], query: StudyFilter | None = None
) -> tuple[list[StudyPage], AvaraError | None]:
    """Return the pages of a walk, and what ended it."""
    pages: list[StudyPage] = []
    async with talking(handler) as (_server, client):
        try:
            async for page in client.walk_studies(query or StudyFilter()):
                pages.append(page)  # noqa: PERF401 - an error must leave what came before
        except AvaraError as error:
            return pages, error
    return pages, None


def ids(pages: list[StudyPage]) -> list[str]:
    return [study.study_id for page in pages for study in page.studies]


async def test_a_walk_brings_every_page() -> None:
    pages, error = await walked(
        paged(
            {
                None: {"studies": rows(1, 2), "hasMore": True, "cursor": "a"},
                "a": {"studies": rows(3), "hasMore": True, "cursor": "b"},
                "b": {"studies": rows(4), "hasMore": False},
            }
        )
    )
    assert error is None
    assert ids(pages) == ["stu_1", "stu_2", "stu_3", "stu_4"]
    assert [page.cursor for page in pages] == ["a", "b", None]


async def test_a_cursor_on_the_last_page_is_not_followed() -> None:
    pages, error = await walked(
        paged({None: {"studies": rows(1), "hasMore": False, "cursor": "a"}})
    )
    assert (ids(pages), error, pages[0].cursor) == (["stu_1"], None, None)


async def test_a_missing_has_more_is_made_up_for_by_the_cursor() -> None:
    pages, error = await walked(
        paged({None: {"studies": rows(1), "cursor": "a"}, "a": {"studies": rows(2), "cursor": ""}})
    )
    assert (ids(pages), error) == (["stu_1", "stu_2"], None)


async def test_an_empty_page_in_the_middle_is_not_the_end() -> None:
    pages, error = await walked(
        paged(
            {
                None: {"studies": rows(1), "hasMore": True, "cursor": "a"},
                "a": {"studies": [], "hasMore": True, "cursor": "b"},
                "b": {"studies": rows(2), "hasMore": False},
            }
        )
    )
    assert (ids(pages), error) == (["stu_1", "stu_2"], None)


async def test_no_studies_at_all_is_one_empty_page() -> None:
    pages, error = await walked(paged({None: {"studies": [], "hasMore": False}}))
    assert (pages, error) == ([StudyPage([], None, is_first=True)], None)


@pytest.mark.parametrize("has_more", [{"hasMore": True}, {}])
async def test_a_repeated_cursor_ends_the_walk_and_is_told(has_more: Envelope) -> None:
    pages, error = await walked(
        paged(
            {
                None: {"studies": rows(1), "cursor": "a"} | has_more,
                "a": {"studies": rows(2), "cursor": "b"} | has_more,
                "b": {"studies": rows(3), "cursor": "a"} | has_more,
            }
        )
    )
    assert ids(pages) == ["stu_1", "stu_2", "stu_3"]
    assert error is not None
    assert error.kind is ErrorKind.UNREADABLE
    assert str(error) == (
        "Could not list studies: the server lost its place in the list, "
        "so that some of it may be missing."
    )


async def test_an_empty_page_that_points_at_itself_is_an_end() -> None:
    pages, error = await walked(
        paged({None: {"studies": rows(1), "cursor": "a"}, "a": {"studies": [], "cursor": "a"}})
    )
    assert (ids(pages), error) == (["stu_1"], None)


async def test_more_without_a_way_to_it_is_told() -> None:
    pages, error = await walked(paged({None: {"studies": rows(1), "hasMore": True}}))
    assert ids(pages) == ["stu_1"]
    assert pages[0].is_cut_off
    assert error is not None
    assert (error.kind, error.operation) == (ErrorKind.UNREADABLE, "list studies")


async def test_a_walk_that_brings_nothing_new_is_given_up() -> None:
    numbers = itertools.count()

    def handle(_received: Received) -> Reply:
        return reply({"studies": rows(1), "hasMore": True, "cursor": str(next(numbers))})

    pages, error = await walked(handle)
    assert ids(pages) == ["stu_1"]
    assert len(pages) == STANDSTILL + 1
    assert error is not None
    assert error.operation == "list studies"


async def test_empty_pages_that_go_on_and_on_are_given_up() -> None:
    numbers = itertools.count()

    def handle(_received: Received) -> Reply:
        return reply({"studies": [], "hasMore": True, "cursor": str(next(numbers))})

    pages, error = await walked(handle)
    assert len(pages) == STANDSTILL
    assert error is not None


@pytest.mark.parametrize(
    ("path", "key", "operation"),
    [
        ("walk_users", "users", "list users"),
        ("walk_customers", "expressCustomers", "list customers"),
    ],
)
async def test_other_lists_end_as_well(path: str, key: str, operation: str) -> None:
    numbers = itertools.count()
    rows_of = {
        "users": [{"userId": f"usr_{n}", "email": "x"} for n in range(2)],
        "expressCustomers": [
            {"expressCustomerId": f"cus_{n}", "expressCustomerName": "x"} for n in range(2)
        ],
    }

    def handle(_received: Received) -> Reply:
        return reply({key: rows_of[key], "hasMore": True, "cursor": str(next(numbers))})

    pages = []
    async with talking(handle) as (_server, client):

        async def walk() -> None:
            async for page in getattr(client, path)():
                pages.append(page)  # noqa: PERF401 - an error must leave what came before

        with pytest.raises(AvaraError) as caught:
            await walk()
    assert [len(page[0]) for page in pages] == [2] + [0] * STANDSTILL
    assert caught.value.operation == operation


async def test_an_expired_cursor_starts_the_walk_over_once() -> None:
    asked: list[str | None] = []

    def handle(received: Received) -> Reply:
        cursor = received.query.get("cursor")
        asked.append(cursor)
        if cursor == "a" and asked.count("a") == 1:
            return Response(400)
        if cursor is None:
            return reply({"studies": rows(1), "hasMore": True, "cursor": "a"})
        return reply({"studies": rows(2), "hasMore": False})

    pages, error = await walked(handle)
    assert (ids(pages), error) == (["stu_1", "stu_2"], None)
    assert asked == [None, "a", None, "a"]


async def test_a_cursor_that_keeps_expiring_ends_the_walk() -> None:
    asked: list[str | None] = []

    def handle(received: Received) -> Reply:
        asked.append(received.query.get("cursor"))
        if asked[-1]:
            return Response(400)
        return reply({"studies": rows(1), "hasMore": True, "cursor": "a"})

    pages, error = await walked(handle)
    assert error is not None
    assert error.kind is ErrorKind.INVALID
    assert asked == [None, "a", None, "a"]
    assert ids(pages) == ["stu_1"]


async def test_a_refused_first_page_is_not_asked_for_again() -> None:
    pages, error = await walked(paged({None: Response(400)}))
    assert not pages
    assert error is not None
    assert error.kind is ErrorKind.INVALID


async def test_a_failure_between_pages_ends_the_walk() -> None:
    pages, error = await walked(
        paged({None: {"studies": rows(1), "hasMore": True, "cursor": "a"}, "a": Response(403)})
    )
    assert ids(pages) == ["stu_1"]
    assert error is not None
    assert error.kind is ErrorKind.FORBIDDEN


async def test_a_study_that_moves_between_pages_comes_once_unless_it_changed() -> None:
    newer, older = "2024-03-15T15:00:00Z", "2024-03-15T13:00:00Z"
    pages, error = await walked(
        paged(
            {
                None: {"studies": rows(1, 2, 3), "hasMore": True, "cursor": "a"},
                "a": {
                    "studies": [
                        *rows(1),
                        *rows(2, updatedAt=newer, severity="stat"),
                        *rows(3, updatedAt=older, severity="stat"),
                        *rows(4),
                        *rows(4, severity="stat"),
                    ],
                    "hasMore": False,
                },
            }
        )
    )
    assert error is None
    assert ids(pages) == ["stu_1", "stu_2", "stu_3", "stu_2", "stu_4"]
    assert [study.severity for study in pages[1].studies] == ["stat", "stat"]


async def test_one_bad_row_costs_that_row_alone_and_is_counted() -> None:
    studies = [*rows(1), {"studyId": None}, "x", *rows(2, severity=7), *rows(3)]
    pages, error = await walked(paged({None: {"studies": studies, "hasMore": False}}))
    assert error is None
    assert ids(pages) == ["stu_1", "stu_2", "stu_3"]
    assert pages[0].unreadable == 2


@pytest.mark.parametrize(
    "envelope", [{}, {"studies": None}, {"studies": {}}, {"users": []}, {"studies": "none"}]
)
async def test_an_envelope_without_studies_is_not_an_empty_list(envelope: Envelope) -> None:
    _pages, error = await walked(paged({None: envelope}))
    assert error is not None
    assert error.kind is ErrorKind.UNREADABLE


@pytest.mark.parametrize(("asked", "sent"), [(0, "1"), (-5, "1"), (50, "50"), (1000, "100")])
async def test_a_page_is_never_larger_than_the_contract_allows(asked: int, sent: str) -> None:
    async with talking(paged({None: {"studies": [], "hasMore": False}})) as (server, client):
        await client.list_studies(limit=asked)
        assert server.received[0].query["limit"] == sent


async def test_users_and_customers_are_walked_too() -> None:
    def handle(received: Received) -> Reply:
        number = received.query.get("cursor", "0")
        more = {"hasMore": number == "0", "cursor": "1"}
        if received.path == "/v1/express":
            row = {"expressCustomerId": f"cus_{number}", "expressCustomerName": "x"}
            return reply({"expressCustomers": [row]} | more)
        return reply({"users": [{"userId": f"usr_{number}", "email": "x"}]} | more)

    async with talking(handle) as (_server, client):
        people = [user async for page in client.walk_users() for user in page.users]
        places = [c async for page in client.walk_customers() for c in page.customers]
    assert [user.user_id for user in people] == ["usr_0", "usr_1"]
    assert [customer.customer_id for customer in places] == ["cus_0", "cus_1"]


@pytest.mark.parametrize("how", [{}, {"urgency": 0}, {"urgency": 2, "ahead": 4}])
@pytest.mark.parametrize("ends", [True, False])
async def test_what_a_walk_remembers_goes_with_it(how: dict[str, int], *, ends: bool) -> None:
    """Not only with the garbage collector, which is held back while studies load."""
    handler = paged(
        {
            None: {"studies": rows(1), "hasMore": True, "cursor": "a"},
            "a": {"studies": rows(2), "hasMore": True, "cursor": "b"},
            "b": {"studies": rows(3), "hasMore": False},
        }
    )
    async with talking(handler) as (_server, client):
        gc.collect()
        gc.disable()
        try:
            memory = Seen[Study](lambda study: study.study_id)
            left = weakref.ref(memory)
            async with aclosing(client.walk_studies(memory=memory, **how)) as walk:  # type: ignore[arg-type]
                async for _ in walk:
                    if not ends:
                        break
            del memory, walk
            for _ in range(10):
                # Tasks that were given up end in their own time.
                await asyncio.sleep(0)
            assert left() is None
        finally:
            gc.enable()
