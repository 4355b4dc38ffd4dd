"""One walk goes first, and the others hold back for it; none of them starves, whatever happens.

A scripted flow: pages take as many steps of the event loop as the test says, and no time.
"""

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest

from avara_tui.api import flow as flow_module
from avara_tui.api import lead
from avara_tui.api.errors import AvaraError, ErrorKind
from avara_tui.api.flow import MOST, Flow
from avara_tui.api.gate import Gate
from avara_tui.api.lead import FIRST_OF_ALL, LONGEST_RUN, PATIENCE
from avara_tui.api.wire import Effect, Problem
from avara_tui.clock import Clock, ManualClock, SystemClock

NEAR, FAR = 0.003, 0.1
TAKING_IN = 0.012
"""Seconds that the walks here say that it takes to take in a page."""
Service = Callable[[int], Awaitable[None]]
"""What a page of a walk with an urgency waits for while it is under way."""


class Bench:
    """A flow with walks on it that write down the order in which their pages are asked for."""

    def __init__(self, quickest: float = NEAR, clock: Clock | None = None) -> None:
        self.clock = clock or ManualClock(0.0)
        self.gate = Gate(self.clock)
        self.flow = Flow(self.gate, self.clock, lambda: quickest)
        for _ in range(300):
            # As wide as it gets: what holds others back is not the window.
            self.flow._note(self.clock.monotonic())
        self.flow.note_taking_in(TAKING_IN)
        self.order: list[int] = []
        self.under_way = Counter[int]()

    async def page(self, urgency: int, service: Service) -> None:
        async with self.flow.turn(urgency):
            self.order.append(urgency)
            self.under_way[urgency] += 1
            try:
                await service(urgency)
            finally:
                self.under_way[urgency] -= 1

    async def walk(self, urgency: int, pages: int, service: Service, taking_in: int = 1) -> None:
        """Ask for pages one behind the other, each taken in before the next is asked for."""
        with self.flow.walk(urgency):
            for _ in range(pages):
                await self.page(urgency, service)
                await steps(taking_in)

    @property
    def before_whole(self) -> list[int]:
        """What was asked for up to the last page of the first walk."""
        last = max(at for at, urgency in enumerate(self.order) if urgency == FIRST_OF_ALL)
        return self.order[: last + 1]

    @property
    def others(self) -> int:
        """Pages of others that are under way."""
        return sum(self.under_way.values()) - self.under_way[FIRST_OF_ALL]


async def steps(number: int) -> None:
    for _ in range(number):
        await asyncio.sleep(0)


async def one_step(_urgency: int) -> None:
    await asyncio.sleep(0)


def longest_run(order: list[int], *, of_first: bool) -> int:
    """Return how many pages of the first walk, or of others, were asked for in a row at most."""
    runs = itertools.groupby(order, key=lambda urgency: (urgency == FIRST_OF_ALL) is of_first)
    return max((len(list(run)) for is_it, run in runs if is_it), default=0)


async def nothing_happens(bench: Bench) -> None:
    """Wait until all that can be asked for has been."""
    before = None
    while before != (before := (len(bench.order), sum(bench.under_way.values()))):
        await steps(30)


@pytest.mark.parametrize("seed", range(30))
async def test_on_a_near_server_others_get_a_page_for_a_page_whatever_the_rhythm(seed: int) -> None:
    chance = random.Random(seed)
    bench = Bench()

    async def service(_urgency: int) -> None:
        await steps(chance.randrange(12))

    first = chance.randrange(1, 40)
    walks = [bench.walk(FIRST_OF_ALL, first, service, chance.randrange(12))]
    for urgency in range(1, 6):
        # Those that look ahead ask for several pages at once.
        walks += [bench.walk(urgency, 25, service, chance.randrange(4)) for _ in range(4)]
    chance.shuffle(walks)
    await asyncio.gather(*walks)
    order = bench.before_whole
    # One may have been asked for before the first walk began.
    assert len(order) <= 2 * first + 1
    assert longest_run(order[1:], of_first=False) <= 1
    assert Counter(bench.order) == {0: first} | dict.fromkeys(range(1, 6), 100)


@pytest.mark.parametrize(("quickest", "beside"), [(NEAR, 1), (0.03, 3), (FAR, MOST)])
async def test_others_get_as_many_as_can_be_taken_in_while_the_network_is_waited_for(
    quickest: float, beside: int
) -> None:
    bench, answered = Bench(quickest), asyncio.Event()

    async def service(urgency: int) -> None:
        if urgency == FIRST_OF_ALL:
            await answered.wait()

    first = asyncio.create_task(bench.walk(FIRST_OF_ALL, 1, service))
    others = [asyncio.create_task(bench.walk(urgency, 30, service)) for urgency in (1, 1, 2, 3)]
    await nothing_happens(bench)
    asked = len(bench.order) - 1
    assert asked == beside if beside < MOST else asked >= beside
    answered.set()
    await asyncio.gather(first, *others)
    assert len(bench.order) == 121


async def test_others_get_no_more_while_nobody_knows_how_far_the_server_is() -> None:
    bench, answered = Bench(float("inf")), asyncio.Event()

    async def service(_urgency: int) -> None:
        await answered.wait()

    walks = [asyncio.create_task(bench.walk(urgency, 1, service)) for urgency in (0, 1, 2, 3)]
    await nothing_happens(bench)
    assert bench.order == [0, 1]
    answered.set()
    await asyncio.gather(*walks)


async def test_a_place_is_left_to_the_first_walk_however_slow_the_others_are() -> None:
    bench, answered = Bench(FAR), asyncio.Event()

    async def service(urgency: int) -> None:
        await (answered.wait() if urgency else asyncio.sleep(0))

    others = [asyncio.create_task(bench.walk(1, 1, service)) for _ in range(30)]
    walk = asyncio.create_task(bench.walk(FIRST_OF_ALL, 50, service))
    await walk
    assert bench.order.count(0) == 50
    assert bench.others == MOST - 1
    answered.set()
    await asyncio.gather(*others)


@pytest.mark.parametrize("end", ["whole", "failed", "given up", "gave up waiting"])
async def test_others_hold_back_no_longer_than_the_walk_lasts(end: str) -> None:
    bench, go_on = Bench(), asyncio.Event()

    async def service(urgency: int) -> None:
        await go_on.wait()
        if end == "failed" and not urgency:
            raise AvaraError(ErrorKind.SERVER, "list studies")

    async def walk() -> None:
        with suppress(AvaraError):
            await bench.walk(FIRST_OF_ALL, 1, service)

    if end == "gave up waiting":
        blocked = [asyncio.create_task(bench.page(1, service)) for _ in range(int(MOST))]
        await nothing_happens(bench)
    first = asyncio.create_task(walk())
    others = [asyncio.create_task(bench.page(urgency, service)) for urgency in (1, 2, 3, 4, 5)]
    await nothing_happens(bench)
    if end in {"given up", "gave up waiting"}:
        first.cancel()
    if end == "gave up waiting":
        assert FIRST_OF_ALL not in bench.order
        blocked.pop().cancel()
        blocked.pop().cancel()
        await nothing_happens(bench)
        assert bench.others == MOST
    else:
        assert bench.others == 1
    if end == "given up":
        await nothing_happens(bench)
        assert bench.others == 5
    go_on.set()
    await asyncio.gather(first, *others, return_exceptions=True)
    assert sorted(set(bench.order) - {0}) == [1, 2, 3, 4, 5]


async def test_others_hold_back_no_longer_for_a_page_that_does_not_come() -> None:
    bench, answered = Bench(), asyncio.Event()
    assert isinstance(bench.clock, ManualClock)

    async def service(urgency: int) -> None:
        await (asyncio.sleep(0) if urgency else answered.wait())

    first = asyncio.create_task(bench.walk(FIRST_OF_ALL, 2, service))
    others = [asyncio.create_task(bench.walk(urgency, 50, service)) for urgency in (1, 2, 3)]
    await nothing_happens(bench)
    assert len(bench.order) == 2
    bench.clock.advance(PATIENCE)
    # Anybody who asks lets it look again; else it does so by itself, see below.
    others.append(asyncio.create_task(bench.walk(5, 1, service)))
    await asyncio.gather(*others)
    assert Counter(bench.order) == {0: 1, 1: 50, 2: 50, 3: 50, 5: 1}
    answered.set()
    await first


@pytest.mark.parametrize("stuck", ["under way", "taken in"])
async def test_nobody_has_to_ask_for_others_to_go_on(
    stuck: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lead, "PATIENCE", 0.02)
    bench, go_on = Bench(clock=SystemClock()), asyncio.Event()

    async def service(urgency: int) -> None:
        if not urgency and stuck == "under way":
            await go_on.wait()

    async def first() -> None:
        with bench.flow.walk(FIRST_OF_ALL):
            await bench.page(FIRST_OF_ALL, service)
            await go_on.wait()

    walk = asyncio.create_task(first())
    async with asyncio.timeout(20):
        await asyncio.gather(*(bench.walk(urgency, 20, service) for urgency in (1, 2, 3)))
    go_on.set()
    await walk
    assert len(bench.order) == 61


async def test_where_one_page_goes_at_a_time_others_keep_a_share_of_a_very_long_walk(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(flow_module, "MOST", 1.0)
    bench = Bench()
    bench.flow._window = 1.0
    two = [asyncio.create_task(bench.walk(FIRST_OF_ALL, 500, one_step, 0)) for _ in range(2)]
    others = [bench.walk(urgency, 300, one_step) for urgency in (1, 2)]
    await asyncio.gather(*two, *others)
    order = bench.before_whole
    assert order.count(0) == 1000
    assert longest_run(order, of_first=True) == LONGEST_RUN
    assert longest_run(order, of_first=False) == 1
    assert len(order) - 1000 == (1000 - 1) // LONGEST_RUN


async def test_a_server_that_wants_fewer_requests_gets_most_from_the_first_walk() -> None:
    bench = Bench(clock=SystemClock())
    bench.gate.note_answer(Problem(ErrorKind.RATE_LIMITED, Effect.NONE, 429))
    bench.gate._pace = bench.gate._least_pace = 0.002
    bench.gate._held_until = float("inf")

    async def service(_urgency: int) -> None:
        await asyncio.sleep(bench.gate.take_turn())

    async with asyncio.timeout(20):
        # As the client asks: for the next page while the one before is taken in.
        first = [bench.walk(FIRST_OF_ALL, 20, service, 0) for _ in range(2)]
        await asyncio.gather(*first, *(bench.walk(urgency, 10, service) for urgency in (1, 2, 3)))
    order = bench.before_whole
    assert 40 + 40 // LONGEST_RUN - 1 <= len(order) <= 2 * 40 + 1
    assert longest_run(order, of_first=True) <= LONGEST_RUN
    assert Counter(bench.order) == {0: 40, 1: 10, 2: 10, 3: 10}
