"""Another profile's open STAT studies: counted right, rung for once, and never a calm guess."""

import asyncio
import itertools
import random
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import pytest

from avara_tui.api import retry
from avara_tui.api.errors import AvaraError, ErrorKind, Outcome
from avara_tui.api.listing_only import StudyLister
from avara_tui.api.pages import StudyPage
from avara_tui.config import Profile, Refresh
from avara_tui.study import INCOMPLETE, STAT, Study
from avara_tui.study_requests import StudyFilter
from avara_tui.triage.access.connection import ConnectionProblem, ProblemKind
from avara_tui.triage.reading import profile_watch
from avara_tui.triage.reading.lanes import OPEN_STAT
from avara_tui.triage.reading.profile_watch import (
    Found,
    Listening,
    ProfileCount,
    ProfileWatch,
    Trouble,
)
from avara_tui.triage.reading.session import Listener as SessionListener
from avara_tui.triage.reading.session import TriageSession
from triage.simulated import CONNECTION, START, LoopClock, StumblingServer, simulated, use

INTERVAL = 10.0
FOUND = Found(CONNECTION._replace(api_key="sk_live_planted"), Profile(name="north"))
NO_KEY = ConnectionProblem("There is none.", remedy="Store one.", kind=ProblemKind.NO_KEY)


def stat(number: int, *, touched: float = START, **fields: Any) -> Study:
    return Study(
        f"stu_{number:032x}",
        f"1.2.{number}",
        "Zebra head",
        **{
            "severity": STAT,
            "status": INCOMPLETE,
            "is_cancelled": False,
            "updated_at": touched,
            **fields,
        },
    )


class Server:
    """What the watched server lists, and how it fails."""

    def __init__(self) -> None:
        self.studies: list[Study] = []
        self.has_more = False
        self.unreadable = 0
        self.fails: ErrorKind | None = None
        self.hangs = False
        self.asked: list[tuple[float, StudyFilter]] = []
        self.opened = self.closed = 0

    def __repr__(self) -> str:
        return "Server"

    async def first_page(self, query: StudyFilter) -> StudyPage:
        self.asked.append((asyncio.get_running_loop().time(), query))
        await asyncio.sleep(1e9 if self.hangs else 0.01)
        if self.fails is not None:
            raise AvaraError(self.fails, "studies.list", outcome=Outcome.NOTHING)
        return StudyPage(list(self.studies), "more" if self.has_more else None, self.unreadable)

    async def aclose(self) -> None:
        self.closed += 1


@dataclass
class Shift:
    """A watch that runs, and what it has told."""

    server: Server
    watch: ProfileWatch
    rung: list[float] = field(default_factory=list)
    searches: list[float] = field(default_factory=list)
    problem: Exception | None = None
    """Why there is no way to the server."""
    interval: float = INTERVAL
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def count(self) -> ProfileCount:
        return self.watch.count(self.interval)

    def find(self) -> Found:
        self.searches.append(asyncio.get_running_loop().time())
        if self.problem is not None:
            raise self.problem
        return FOUND

    def begin(self) -> asyncio.Task[None]:
        listening = Listening(
            lambda: None, lambda: self.rung.append(asyncio.get_running_loop().time())
        )
        run = self.watch.run(self.find, lambda: self.interval, listening, self.turn)
        return asyncio.create_task(run)


Story = Callable[[Shift], Coroutine[Any, Any, None]]


@pytest.fixture
def tell(monkeypatch: pytest.MonkeyPatch) -> Callable[[Story], Shift]:
    """Return what runs a story of hours in no time."""
    server = Server()

    def opened(_: object) -> Server:
        server.opened += 1
        return server

    async def at_once(work: Callable[[], object]) -> object:
        return work()

    monkeypatch.setattr(profile_watch, "open_lister", opened)
    monkeypatch.setattr(profile_watch, "in_daemon_thread", at_once)

    def run(story: Story) -> Shift:
        async def whole() -> Shift:
            shift = Shift(server, ProfileWatch("north", LoopClock()))
            task = shift.begin()
            await story(shift)
            await shift.watch.stop()
            assert task.done()
            return shift

        return simulated(whole())

    return run


def told(shift: Shift) -> tuple[int | None, int, Trouble | None]:
    """Return how many are open, how many of them are new, and why that is not known."""
    count = shift.count
    return count.open, count.new, count.trouble


async def looks(number: int = 1) -> None:
    """Let as much time pass as so many looks take at most."""
    await asyncio.sleep(number * INTERVAL * 1.2)


def test_a_count_is_one_page_of_open_stat_studies_an_interval(
    tell: Callable[[Story], Shift],
) -> None:
    async def story(shift: Shift) -> None:
        shift.server.studies = [stat(1), stat(2)]
        await asyncio.sleep(600)
        assert (shift.count.open, shift.count.is_sure, shift.count.trouble) == (2, True, None)

    shift = tell(story)
    assert 600 / INTERVAL / 1.1 <= len(shift.server.asked) <= 600 / INTERVAL / 0.9 + 1
    assert {query for _, query in shift.server.asked} == {OPEN_STAT}
    assert (shift.server.opened, shift.server.closed) == (1, 1)
    assert len(shift.searches) == 1
    assert not shift.rung


def test_what_is_there_at_the_first_count_is_no_news_and_what_comes_rings_once(
    tell: Callable[[Story], Shift],
) -> None:
    async def story(shift: Shift) -> None:
        shift.server.studies = [stat(1)]
        await looks()
        assert shift.count.new == 0
        shift.server.studies.append(stat(2))
        await looks(20)
        assert (shift.count.open, shift.count.new) == (2, 1)
        first_seen = shift.count.new_at
        assert first_seen is not None
        assert START + 12 <= first_seen <= START + 24
        shift.server.studies.append(stat(3))
        await looks()
        assert (shift.count.open, shift.count.new) == (3, 2)
        assert shift.count.new_at == first_seen
        # Only what was there when a person was asked is seen by the answer.
        assert shift.watch.take_as_seen(first_seen) == 1
        assert shift.count.new == 1
        assert shift.watch.take_as_seen() == 1
        await looks(5)
        assert told(shift) == (3, 0, None)

    assert len(tell(story).rung) == 2


def test_one_that_somebody_reads_there_is_no_news_any_more_and_is_when_it_comes_back(
    tell: Callable[[Story], Shift],
) -> None:
    async def story(shift: Shift) -> None:
        await looks()
        shift.server.studies = [stat(1)]
        await looks()
        shift.server.studies = []
        await looks()
        assert (shift.count.open, shift.count.new) == (0, 0)
        shift.server.studies = [stat(1)]
        await looks()
        assert (shift.count.open, shift.count.new) == (1, 1)

    assert len(tell(story).rung) == 2


def test_more_pages_than_one_are_so_many_or_more(tell: Callable[[Story], Shift]) -> None:
    async def story(shift: Shift) -> None:
        shift.server.studies = [stat(each, touched=START - each) for each in range(100)]
        shift.server.has_more = True
        await looks()
        assert (shift.count.open, shift.count.is_sure) == (100, False)
        # One is read, so that an old one comes up from the next page: no news.
        shift.server.studies[5] = stat(500, touched=START - 500)
        await looks()
        assert shift.count.new == 0
        shift.server.studies[0] = stat(501, touched=START + 30)
        await looks()
        assert shift.count.new == 1
        # Of one without a time nobody can tell: it rings.
        shift.server.studies[1] = stat(502)._replace(updated_at=None)
        await looks()
        assert shift.count.new == 2

    assert len(tell(story).rung) == 2


def test_what_cannot_be_read_may_be_another_one(tell: Callable[[Story], Shift]) -> None:
    async def story(shift: Shift) -> None:
        shift.server.unreadable = 1
        shift.server.studies = [
            stat(1),
            stat(2, unreadable=("severity",)),
            stat(3, severity="critical"),
        ]
        await looks()
        assert (shift.count.open, shift.count.is_sure) == (2, False)

    tell(story)


@pytest.mark.parametrize(
    "kind",
    [
        *(ErrorKind.UNREACHABLE, ErrorKind.TIMEOUT, ErrorKind.SERVER, ErrorKind.UNREADABLE),
        *(ErrorKind.RATE_LIMITED, ErrorKind.REDIRECTED, ErrorKind.NOT_FOUND, ErrorKind.PAUSED),
    ],
)
def test_a_count_that_fails_is_unknown_for_as_long_as_it_fails(
    tell: Callable[[Story], Shift], kind: ErrorKind
) -> None:
    async def story(shift: Shift) -> None:
        await looks()
        assert (shift.count.open, shift.count.trouble) == (0, None)
        shift.server.fails = kind
        await asyncio.sleep(180)
        assert shift.count.trouble is Trouble.UNREAD
        assert 170 <= shift.count.silent <= 195
        shift.server.fails = None
        shift.server.studies = [stat(1)]
        await asyncio.sleep(60)
        assert told(shift) == (1, 1, None)

    shift = tell(story)
    # Failing, it is not asked more often than else; one that was held back asks nobody.
    times = [at for at, _ in shift.server.asked]
    gaps = [after - before for before, after in itertools.pairwise(times)]
    assert min(gaps) >= INTERVAL * 0.9
    assert len(shift.rung) == 1


def test_a_server_that_does_not_answer_is_unknown_before_the_call_gives_up(
    tell: Callable[[Story], Shift],
) -> None:
    async def story(shift: Shift) -> None:
        await looks()
        shift.server.hangs = True
        await looks(4)
        assert shift.count.trouble is Trouble.UNREAD
        assert shift.count.silent > 2 * INTERVAL

    tell(story)


def test_what_was_never_read_is_unknown_since_the_watch_began(
    tell: Callable[[Story], Shift],
) -> None:
    async def story(shift: Shift) -> None:
        shift.server.fails = ErrorKind.UNREACHABLE
        await asyncio.sleep(120)
        assert (shift.count.open, shift.count.trouble) == (None, Trouble.UNREAD)
        assert shift.count.silent == pytest.approx(120)

    tell(story)


@pytest.mark.parametrize("kind", [ErrorKind.UNAUTHORIZED, ErrorKind.FORBIDDEN])
def test_a_refused_key_is_left_alone_until_a_person_asks(
    tell: Callable[[Story], Shift], kind: ErrorKind
) -> None:
    async def story(shift: Shift) -> None:
        shift.server.fails = kind
        await asyncio.sleep(3600)
        assert shift.count.trouble is Trouble.REFUSED
        assert shift.watch.good_way is None
        assert len(shift.server.asked) == 1
        shift.server.fails = None
        shift.watch.ask_again()
        await looks()
        assert told(shift) == (0, 0, None)

    shift = tell(story)
    # It is looked for anew: somebody may have replaced it.
    assert len(shift.searches) == 2
    assert shift.server.opened == shift.server.closed == 2


def test_a_key_that_is_not_to_be_had_is_asked_for_once_until_a_person_asks(
    tell: Callable[[Story], Shift],
) -> None:
    async def story(shift: Shift) -> None:
        shift.problem = NO_KEY
        await asyncio.sleep(7200)
        count = shift.count
        assert (count.open, count.trouble) == (None, Trouble.NO_KEY)
        assert (count.sentence, count.remedy) == ("There is none.", "Store one.")
        assert len(shift.searches) == 1
        assert not shift.server.asked
        shift.watch.ask_again()
        await looks()
        assert len(shift.searches) == 2
        shift.problem = None
        shift.watch.ask_again()
        await looks()
        assert shift.count.trouble is None

    tell(story)


def test_a_watch_that_is_taken_over_keeps_what_it_knew_and_asks_for_no_key(
    tell: Callable[[Story], Shift],
) -> None:
    async def story(shift: Shift) -> None:
        shift.server.studies = [stat(1)]
        await looks()
        shift.server.studies.append(stat(2))
        await looks()
        shift.server.studies.append(stat(3))
        # Whoever takes over need not wait for the end of who ran it before.
        shift.begin()
        await looks()
        assert (shift.count.open, shift.count.new) == (3, 2)
        assert len(shift.searches) == 1

    shift = tell(story)
    assert len(shift.rung) == 2
    assert shift.server.opened == shift.server.closed == 2


def test_what_the_one_who_left_knew_is_no_news_and_what_was_unseen_still_is(
    tell: Callable[[Story], Shift],
) -> None:
    async def story(shift: Shift) -> None:
        await looks()
        await shift.watch.stop()
        one, two, three = stat(1), stat(2), stat(3)
        shift.server.studies = [one, two, three]
        shift.watch = ProfileWatch(
            "north",
            LoopClock(),
            found=FOUND,
            known={one.study_id, two.study_id},
            unseen={two.study_id: START - 60},
        )
        shift.rung.clear()
        shift.searches.clear()
        shift.begin()
        await looks()
        assert (shift.count.open, shift.count.new) == (3, 2)
        assert shift.count.new_at == START - 60

    shift = tell(story)
    assert len(shift.rung) == 1
    assert not shift.searches


def test_two_watches_never_look_for_their_keys_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    busy: list[str] = []

    async def slowly(work: Callable[[], object]) -> object:
        busy.append("asking")
        assert len(busy) == 1
        await asyncio.sleep(30)
        busy.clear()
        return work()

    server = Server()
    monkeypatch.setattr(profile_watch, "open_lister", lambda _: server)
    monkeypatch.setattr(profile_watch, "in_daemon_thread", slowly)

    async def story() -> None:
        turn = asyncio.Lock()
        shifts = [Shift(server, ProfileWatch(name, LoopClock()), turn=turn) for name in "abc"]
        for shift in shifts:
            shift.problem = NO_KEY
            shift.begin()
        await asyncio.sleep(100)
        assert [len(each.searches) for each in shifts] == [1, 1, 1]
        for shift in shifts:
            await shift.watch.stop()

    simulated(story())


def test_a_search_that_was_begun_is_waited_for_and_not_begun_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def slowly(work: Callable[[], object]) -> object:
        await asyncio.sleep(30)
        return work()

    server = Server()
    monkeypatch.setattr(profile_watch, "open_lister", lambda _: server)
    monkeypatch.setattr(profile_watch, "in_daemon_thread", slowly)

    async def story() -> None:
        shift = Shift(server, ProfileWatch("north", LoopClock()))
        shift.begin()
        await asyncio.sleep(10)
        shift.begin()
        await asyncio.sleep(200)
        assert len(shift.searches) == 1
        assert shift.count.open == 0
        await shift.watch.stop()

    simulated(story())


def test_no_key_and_no_text_of_a_study_is_in_what_is_kept(tell: Callable[[Story], Shift]) -> None:
    async def story(shift: Shift) -> None:
        await looks()
        shift.server.studies = [stat(1)]
        await looks()
        assert shift.count.new == 1
        (study,) = shift.server.studies
        held = f"{vars(shift.watch)!r} {shift.watch!r} {shift.count!r} {shift.watch.found!r}"
        assert "north" in held
        for text in (study.study_id, study.uid, study.description, FOUND.connection.api_key):
            assert text not in held

    tell(story)


def test_whatever_strikes_the_watched_server_the_one_here_is_asked_at_the_same_moments(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Ten simulated minutes, with every answer of the watched server struck by a fault, or none."""

    def asked(share: float | None) -> list[float]:
        async def story() -> list[float]:
            random.seed(7)
            here = StumblingServer([], random.Random(1))
            use(here, monkeypatch)
            session = TriageSession(
                lambda: CONNECTION,
                SessionListener(lambda _: None, lambda: None),
                LoopClock(),
                refresh=Refresh(),
                load_limit=1000,
            )
            tasks = [asyncio.create_task(session.run())]
            watch = ProfileWatch("north", LoopClock(), found=FOUND)
            there = StumblingServer([], random.Random(2), share or 0.0)
            if share is not None:
                monkeypatch.setattr(profile_watch, "open_lister", lambda _: lister_on(there))
                listening = Listening(lambda: None, lambda: None)
                run = watch.run(lambda: FOUND, lambda: INTERVAL, listening, asyncio.Lock())
                tasks.append(asyncio.create_task(run))
            await asyncio.sleep(600)
            await watch.stop()
            await session.stop()
            assert all(each.done() for each in tasks)
            assert (len(there.asked) > 10) is (share is not None)
            return here.asked

        return simulated(story())

    async def at_once(work: Callable[[], object]) -> object:
        return work()

    monkeypatch.setattr(profile_watch, "in_daemon_thread", at_once)
    # Its own draws would shift those of the session: here it draws from another urn.
    monkeypatch.setattr(profile_watch, "random", random.Random(3))
    monkeypatch.setattr(profile_watch, "pause_after", lambda _error, _failures, longest: longest)
    monkeypatch.setattr(retry, "random", random.Random(4))
    alone = asked(None)
    assert len(alone) > 60
    assert asked(0.0) == alone
    assert asked(1.0) == alone


def lister_on(server: StumblingServer) -> StudyLister:
    lister = StudyLister(CONNECTION.base_url, CONNECTION.api_key, clock=LoopClock())
    lister._pages._calls._transport = server  # type: ignore[assignment]
    return lister
