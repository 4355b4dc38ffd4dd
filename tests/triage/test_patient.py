"""Patience without a screen: going on as long as anything comes, and not for ever."""

import random
from collections.abc import Callable

import pytest

from api.raw_server import Received, Reply, Response, reply, study_json, talking
from avara_tui.api import retry
from avara_tui.api.errors import AvaraError, ErrorKind
from avara_tui.clock import ManualClock
from avara_tui.study_requests import StudyFilter
from avara_tui.triage.reading.patient import SLOWER, Patience, patient_walk

BUSY = (ErrorKind.RATE_LIMITED, ErrorKind.PAUSED)
PASSING = (*BUSY, ErrorKind.SERVER, ErrorKind.TIMEOUT, ErrorKind.UNREACHABLE)
LASTING = tuple(kind for kind in ErrorKind if kind not in PASSING)


class Bench:
    """A patience whose pauses pass at once, on a clock of its own."""

    def __init__(self, timeout: float = 60.0) -> None:
        self.clock = ManualClock(0.0)
        self.said: list[str] = []
        self.pauses: list[float] = []
        self.patience = Patience(self.clock, self.said.append, timeout=timeout, sleep=self._sleep)

    async def _sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.clock.advance(seconds)

    async def tries(self, error: AvaraError, most: int = 1000) -> int:
        """Return how often a request that always fails is sent again."""
        count = 0
        while count < most and await self.patience.goes_on(error):
            count += 1
        return count


def failed(kind: ErrorKind, retry_after: float | None = None) -> AvaraError:
    return AvaraError(kind, "list studies", retry_after=retry_after)


@pytest.mark.parametrize("kind", PASSING)
async def test_a_server_that_has_answered_is_waited_for_until_the_time_is_over(
    kind: ErrorKind,
) -> None:
    bench = Bench(timeout=60.0)
    bench.patience.note_answer()
    assert 5 < await bench.tries(failed(kind)) < 60
    assert bench.clock.monotonic() == pytest.approx(60.0)
    assert min(bench.pauses[:-1]) >= 1.0
    assert len(bench.said) == 1


@pytest.mark.parametrize("kind", LASTING)
async def test_what_waiting_does_not_mend_is_not_waited_for(kind: ErrorKind) -> None:
    bench = Bench()
    bench.patience.note_answer()
    assert await bench.tries(failed(kind)) == 0
    assert (bench.pauses, bench.said) == ([], [])


@pytest.mark.parametrize("kind", PASSING)
async def test_a_server_that_never_answered_is_waited_for_only_if_it_says_that_it_is_busy(
    kind: ErrorKind,
) -> None:
    assert bool(await Bench().tries(failed(kind))) is (kind in BUSY)


@pytest.mark.parametrize(("retry_after", "is_waited_for"), [(None, False), (5.0, True)])
async def test_a_server_out_of_service_is_waited_for_if_it_says_for_how_long(
    retry_after: float | None, *, is_waited_for: bool
) -> None:
    error = AvaraError(ErrorKind.SERVER, "list studies", status=503, retry_after=retry_after)
    assert bool(await Bench().tries(error)) is is_waited_for


@pytest.mark.parametrize("seed", range(20))
async def test_as_long_as_answers_come_it_goes_on_for_ever(seed: int) -> None:
    draw = random.Random(seed)
    bench = Bench(timeout=60.0)
    bench.patience.note_answer()
    for _ in range(200):
        for _ in range(draw.randrange(4)):
            assert await bench.patience.goes_on(failed(draw.choice(PASSING)))
        bench.patience.note_answer(is_slowed=True)
    assert bench.clock.monotonic() > 120
    assert len(bench.said) == len(set(bench.said)) <= len(PASSING)
    assert bench.said.count(SLOWER) == 1


@pytest.mark.parametrize("kind", BUSY)
async def test_a_pause_that_the_server_asks_for_is_kept_if_there_is_time_for_it(
    kind: ErrorKind,
) -> None:
    bench = Bench(timeout=60.0)
    assert await bench.patience.goes_on(failed(kind, retry_after=30.0))
    assert bench.pauses[0] >= 30.0
    assert not await bench.patience.goes_on(failed(kind, retry_after=31.0))
    assert not await Bench(timeout=60.0).patience.goes_on(failed(kind, retry_after=3600.0))


def pages(*numbers: int) -> dict[str | None, Reply]:
    """Return one page for each number, with a study of that number; the cursor is its number."""
    found: dict[str | None, Reply] = {}
    for place, number in enumerate(numbers):
        rows = [study_json(studyId=f"stu_{number:032x}")]
        is_last = place == len(numbers) - 1
        body = {"studies": rows, "hasMore": not is_last}
        found[None if place == 0 else str(place)] = reply(
            body if is_last else body | {"cursor": str(place + 1)}
        )
    return found


def failing_at(
    there: dict[str | None, Reply], cursor: str | None, times: int, failure: Reply
) -> Callable[[Received], Reply]:
    left = [times]

    def handle(received: Received) -> Reply:
        asked = received.query.get("cursor")
        if asked == cursor and left[0]:
            left[0] -= 1
            return failure
        return there[asked]

    return handle


@pytest.fixture
def impatient_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every call make its three tries at once: their pauses are tested elsewhere."""
    monkeypatch.setattr(retry, "pause_before", lambda *_: 0.0)


@pytest.mark.usefixtures("impatient_calls")
@pytest.mark.parametrize("cursor", [None, "1", "3"])
@pytest.mark.parametrize("lean", [False, True])
@pytest.mark.parametrize("ahead", [0, 4])
async def test_a_page_that_fails_is_asked_for_again_from_its_own_cursor(
    cursor: str | None, *, lean: bool, ahead: int
) -> None:
    bench = Bench()
    # More than one call tries by itself: three calls end in failure.
    handler = failing_at(pages(1, 2, 3, 4), cursor, 9, Response(429))
    async with talking(handler) as (server, client):
        found = [
            study.study_id
            async for page in patient_walk(
                client, StudyFilter(), bench.patience, lean=lean, ahead=ahead
            )
            for study in page.studies
        ]
    assert found == [f"stu_{number:032x}" for number in (1, 2, 3, 4)]
    asked = [each.query.get("cursor") for each in server.received]
    assert asked == [
        each for each in (None, "1", "2", "3") for _ in range(10 if each == cursor else 1)
    ]
    assert bench.said == [SLOWER]
    assert len(bench.pauses) == 3


@pytest.mark.usefixtures("impatient_calls")
async def test_what_came_is_handed_out_before_it_gives_up() -> None:
    bench = Bench(timeout=10.0)
    handler = failing_at(pages(1, 2, 3), "2", 10_000, Response(429))
    found: list[str] = []
    async with talking(handler) as (_, client):
        walk = patient_walk(client, StudyFilter(), bench.patience)
        for _ in range(2):
            found += [study.study_id for study in (await anext(walk)).studies]
        with pytest.raises(AvaraError) as caught:
            await anext(walk)
    assert caught.value.kind in BUSY
    assert len(found) == 2
    assert bench.clock.monotonic() == pytest.approx(10.0)
