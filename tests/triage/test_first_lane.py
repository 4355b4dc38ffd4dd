"""While studies load, STAT goes first, and no other lane starves for it, whatever STAT does.

Counted by the order in which a real server was asked, not by the clock. That others hold back
depends on how near the server is and how long they wait; here it is near, and they wait for as long
as the test says, however busy this machine is.
"""

import asyncio
import math
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qs

import pytest

from avara_tui.api import lead
from avara_tui.api.client import AvaraClient
from avara_tui.api.errors import AvaraError, ErrorKind
from avara_tui.api.lead import LONGEST_RUN
from avara_tui.api.parse import Listing
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.emulator.world import World
from avara_tui.study import Study
from avara_tui.study_requests import StudyFilter
from avara_tui.triage.access.connection import Connection
from avara_tui.triage.reading import session as session_module
from avara_tui.triage.reading.lanes import OPEN_STAT
from avara_tui.triage.reading.session import TriageSession
from avara_tui.triage.reading.walks import AHEAD
from triage.test_session import refreshed, running, until

STUDIES = 3000
PAGE = 100
FOR_EVER = 60.0
"""Seconds that no test here lasts."""


@pytest.fixture(scope="module")
def large() -> Iterator[EmbeddedEmulator]:
    """An emulator with many pages of open studies of every severity."""
    with EmbeddedEmulator(studies=STUDIES, seed=1) as emulator:
        yield emulator


@pytest.fixture(autouse=True)
def near(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lead, "LEAST_TAKING_IN", FOR_EVER)
    monkeypatch.setattr(lead, "PATIENCE", FOR_EVER)


def share_out(emulator: EmbeddedEmulator, stat: int) -> None:
    """Let ``stat`` studies be open STAT ones, and of the others every second one high."""

    def write(world: World) -> None:
        world.connection.execute(
            "UPDATE studies SET status = 'incomplete', is_cancelled = 0, cancelled_at = NULL,"
            " severity = CASE WHEN seq <= ? THEN 'stat' WHEN seq % 2 THEN 'high' ELSE 'normal' END",
            (stat,),
        )
        world.store.reorder()

    emulator.run(write)
    emulator.switch("rate-limit", "0")
    emulator.forget_requests()


def asked(emulator: EmbeddedEmulator) -> list[str]:
    """Return of which lane each page was that the server has sent, in the order of asking."""
    return [
        lane_of(each.query)
        for each in emulator.requests
        if each.operation == "studies.list" and each.status == 200
    ]


def lane_of(query: str) -> str:
    fields = {name: values[0] for name, values in parse_qs(query).items()}
    if fields.get("isCancelled") == "true":
        return "cancelled"
    return fields.get("severity") or fields.get("studyViewerStatus") or "other"


def until_stat_is_whole(order: list[str]) -> list[str]:
    return order[: len(order) - order[::-1].index("stat")]


def runs_of_stat(order: list[str]) -> list[int]:
    """Return how many pages of STAT came in a row, each time."""
    text = "".join("S" if lane == "stat" else "." for lane in order)
    return [len(run) for run in text.split(".") if run]


def whole(session: TriageSession) -> Callable[[], bool]:
    return lambda: session.health.is_complete


def lanes_read(session: TriageSession) -> set[str]:
    return {each.lane.name for each in session.lanes if each.completed_at is not None}


@pytest.mark.parametrize("stat", [STUDIES // 3, 450, 2 * STUDIES // 3])
async def test_stat_is_whole_after_about_twice_its_own_pages(
    large: EmbeddedEmulator, stat: int
) -> None:
    share_out(large, stat)
    async with running(large) as session:
        await until(whole(session))
    order = asked(large)
    own = math.ceil(stat / PAGE)
    assert order.count("stat") == own
    assert len(until_stat_is_whole(order)) <= 2 * own
    # Others look ahead; nobody asks for more than that.
    for lane, studies in (("high", (STUDIES - stat) / 2), ("other", STUDIES)):
        pages = math.ceil(studies / PAGE)
        assert pages <= order.count(lane) <= pages + AHEAD


async def test_stat_goes_first_whenever_all_is_read_again(large: EmbeddedEmulator) -> None:
    share_out(large, STUDIES // 3)
    async with running(large) as session:
        await until(whole(session))
        for _ in range(2):
            large.forget_requests()
            await refreshed(session)
            order = until_stat_is_whole(asked(large))
            own = STUDIES // 3 // PAGE
            assert order.count("stat") == own
            assert len(order) <= 2 * own + 1


async def test_others_are_read_beside_a_very_long_stat_lane(large: EmbeddedEmulator) -> None:
    share_out(large, STUDIES - 400)
    async with running(large) as session:
        await until(whole(session))
    order = until_stat_is_whole(asked(large))
    assert order.count("stat") == 26
    assert {"high", "normal", "complete", "cancelled"} <= set(order)
    last = max(at for at, lane in enumerate(order) if lane in {"high", "normal"})
    # Of high and routine there are two pages each, and a look at what is closed: STAT is asked for
    # no more than twice for each, whichever of those under way the server meets first.
    assert order[:last].count("stat") <= 2 * (2 + 2 + 2)


@pytest.mark.parametrize("stat", [0, 1, 100])
async def test_others_wait_for_nothing_where_stat_has_one_page(
    large: EmbeddedEmulator, stat: int
) -> None:
    share_out(large, stat)
    async with running(large) as session:
        await until(whole(session))
        assert len(session.studies) == STUDIES
    assert len(until_stat_is_whole(asked(large))) == 1


async def test_a_server_with_a_limit_sends_stat_first_and_the_rest_too(
    large: EmbeddedEmulator,
) -> None:
    share_out(large, STUDIES // 3)
    large.switch("rate-limit", "20")
    async with running(large) as session:
        await until(lambda: {"STAT", "high", "routine"} <= lanes_read(session))
    order = until_stat_is_whole(asked(large))
    assert order.count("stat") == 10
    assert len(order) <= 2 * 10
    assert max(runs_of_stat(order)) <= LONGEST_RUN + 1


Answer = Callable[[Callable[[], Awaitable[Listing[Study]]]], Awaitable[Listing[Study]]]


@asynccontextmanager
async def running_where_stat(
    emulator: EmbeddedEmulator, monkeypatch: pytest.MonkeyPatch, answer: Answer
) -> AsyncIterator[TriageSession]:
    """Run a session whose requests for open STAT studies are answered as ``answer`` does it."""

    class Client(AvaraClient):
        async def _list_studies(
            self, query: StudyFilter, cursor: str | None, limit: int
        ) -> Listing[Study]:
            async def ask() -> Listing[Study]:
                return await AvaraClient._list_studies(self, query, cursor, limit)

            return await (answer(ask) if query == OPEN_STAT else ask())

    def open_client(connection: Connection, _early: object = None) -> AvaraClient:
        return Client(connection.base_url, connection.api_key)

    monkeypatch.setattr(session_module, "open_client", open_client)
    async with running(emulator) as session:
        yield session


@pytest.mark.parametrize("page", [1, 3])
async def test_others_are_read_whole_while_a_page_of_stat_does_not_come(
    large: EmbeddedEmulator, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    monkeypatch.setattr(lead, "PATIENCE", 0.1)
    share_out(large, STUDIES // 3)
    go_on, pages = asyncio.Event(), 0

    async def answer(ask: Callable[[], Awaitable[Listing[Study]]]) -> Listing[Study]:
        nonlocal pages
        pages += 1
        if pages == page:
            await go_on.wait()
        return await ask()

    async with running_where_stat(large, monkeypatch, answer) as session:
        others = {"high", "routine", "completed", "cancelled"}
        await until(lambda: lanes_read(session) == others)
        assert asked(large).count("stat") == page - 1
        go_on.set()
        await until(whole(session))
        assert len(session.studies) == STUDIES


@pytest.mark.parametrize("page", [1, 3])
async def test_others_are_read_whole_where_stat_fails(
    large: EmbeddedEmulator, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    share_out(large, STUDIES // 3)
    pages, is_broken = 0, True

    async def answer(ask: Callable[[], Awaitable[Listing[Study]]]) -> Listing[Study]:
        nonlocal pages
        pages += 1
        if is_broken and pages >= page:
            raise AvaraError(ErrorKind.SERVER, "studies.list", status=503)
        return await ask()

    async with running_where_stat(large, monkeypatch, answer) as session:
        await until(lambda: len(lanes_read(session)) == len(session.lanes) - 1)
        assert not session.health.is_complete
        assert Counter(asked(large))["stat"] == page - 1
        is_broken = False
        session.refresh()
        await until(whole(session))
        assert len(session.studies) == STUDIES
