"""Whose turn is next among many pages, and how many go at once."""

import asyncio
from contextlib import AsyncExitStack, suppress

import pytest

from avara_tui.api.client import AvaraClient
from avara_tui.api.errors import AvaraError, ErrorKind
from avara_tui.api.flow import FIRST, MOST, Flow
from avara_tui.api.gate import Gate
from avara_tui.api.wire import Effect, Problem
from avara_tui.clock import ManualClock
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.study_requests import StudyFilter


class Bench:
    """A flow whose answers take as long as the test says."""

    def __init__(self) -> None:
        self.clock = ManualClock(0.0)
        self.gate = Gate(self.clock)
        self.flow = Flow(self.gate, self.clock)

    async def answer(self, seconds: float = 0.1, kind: ErrorKind | None = None) -> None:
        """Let one page come, or fail."""
        with suppress(AvaraError):
            async with self.flow.turn(0):
                self.clock.advance(seconds)
                if kind is not None:
                    raise AvaraError(kind, "list studies")


@pytest.fixture
async def bench() -> Bench:
    return Bench()


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_quick_answers_let_more_go_at_once_up_to_a_bound(bench: Bench) -> None:
    assert bench.flow.window == FIRST
    for _ in range(100):
        await bench.answer()
    assert bench.flow.window == MOST


async def test_slow_answers_let_fewer_go_at_once_but_always_one(bench: Bench) -> None:
    for _ in range(20):
        await bench.answer(0.1)
    wide = bench.flow.window
    await bench.answer(2.0)
    assert bench.flow.window < wide
    for _ in range(20):
        await bench.answer(60.0, ErrorKind.TIMEOUT)
    assert bench.flow.window == 1


async def test_a_line_that_is_slow_from_the_start_is_no_sign_of_strain(bench: Bench) -> None:
    for _ in range(100):
        await bench.answer(1.5)
    assert bench.flow.window == MOST


@pytest.mark.parametrize(
    ("kind", "is_strain"),
    [
        (ErrorKind.RATE_LIMITED, True),
        (ErrorKind.TIMEOUT, True),
        (ErrorKind.SERVER, True),
        (ErrorKind.NOT_FOUND, False),
        (ErrorKind.UNREADABLE, False),
    ],
)
async def test_only_signs_of_strain_let_fewer_go(
    bench: Bench, kind: ErrorKind, *, is_strain: bool
) -> None:
    await bench.answer(0.1, kind)
    assert (bench.flow.window < FIRST) is is_strain


async def test_a_refusal_that_was_made_good_within_the_call_counts_too(bench: Bench) -> None:
    async with bench.flow.turn(0):
        bench.gate.note_answer(Problem(ErrorKind.RATE_LIMITED, Effect.NONE, 429))
    assert bench.flow.window == FIRST / 2


async def test_what_was_under_way_together_fails_once(bench: Bench) -> None:
    async with AsyncExitStack() as under_way:
        for _ in range(int(FIRST)):
            await under_way.enter_async_context(bench.flow.turn(0))
            bench.gate.note_answer(Problem(ErrorKind.RATE_LIMITED, Effect.NONE, 429))
        bench.clock.advance(0.1)
    assert bench.flow.window == FIRST / 2


async def test_the_most_urgent_goes_first_and_no_more_than_the_window(bench: Bench) -> None:
    order: list[int] = []
    go_on = asyncio.Event()
    under_way = most = 0

    async def page(urgency: int) -> None:
        nonlocal under_way, most
        async with bench.flow.turn(urgency):
            order.append(urgency)
            under_way += 1
            most = max(most, under_way)
            await go_on.wait()
            under_way -= 1

    tasks = [asyncio.create_task(page(urgency)) for urgency in (3, 3, 3, 3, 2, 1, 0)]
    await settle()
    assert most == FIRST
    assert order == [0, 1, 2, 3]
    go_on.set()
    await asyncio.gather(*tasks)
    assert order == [0, 1, 2, 3, 3, 3, 3]


async def test_a_walk_that_asks_again_at_once_goes_before_less_urgent_ones(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("avara_tui.api.flow.MOST", 1.0)
    order: list[int] = []

    async def walk(urgency: int) -> None:
        for _ in range(3):
            async with bench.flow.turn(urgency):
                await asyncio.sleep(0)
                order.append(urgency)

    await bench.answer()
    await asyncio.gather(walk(1), walk(0))
    assert order == [0, 0, 0, 1, 1, 1]


async def test_who_gives_up_waiting_leaves_no_gap(bench: Bench) -> None:
    go_on = asyncio.Event()

    async def page() -> None:
        async with bench.flow.turn(0):
            await go_on.wait()

    tasks = [asyncio.create_task(page()) for _ in range(12)]
    await settle()
    for task in tasks[:8]:
        task.cancel()
    await asyncio.gather(*tasks[:8], return_exceptions=True)
    go_on.set()
    await asyncio.gather(*tasks[8:])
    await asyncio.gather(*(page() for _ in range(12)))


async def test_lanes_keep_to_a_limit_once_they_have_met_it() -> None:
    with EmbeddedEmulator(studies=400, seed=3, latency_ms=20) as emulator:
        emulator.switch("rate-limit", "10")
        async with AvaraClient(emulator.base_url, emulator.api_key) as client:

            async def walk(urgency: int, severity: str) -> int:
                pages = client.walk_studies(
                    StudyFilter(severity=severity), limit=20, urgency=urgency, ahead=4
                )
                return sum([len(page.studies) async for page in pages])

            counts = await asyncio.gather(
                *(walk(*lane) for lane in enumerate(("stat", "high", "normal")))
            )
        assert sum(counts) == 400
        requests = emulator.requests
        first = requests[0].at
        refused = [each for each in requests if each.status == 429]
        assert refused
        # One may come too early where this machine is too busy to keep time.
        assert len([each for each in refused if each.at > first + 1.0]) <= 1
