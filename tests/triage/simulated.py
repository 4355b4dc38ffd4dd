"""Hours of a shift within a second: a loop whose time jumps, and a server that stumbles in it.

The client, its gate and its flow, the lanes and the alarm watch are the real ones. Only what
carries the requests is made up, because sockets take real time.
"""

import asyncio
import json
import random
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeVar
from urllib.parse import parse_qs

import pytest

from avara_tui.api.client import AvaraClient
from avara_tui.api.errors import ErrorKind
from avara_tui.api.skew import ServerClock
from avara_tui.api.wire import Answer, Effect, Problem, Request
from avara_tui.triage.access.connection import Connection
from avara_tui.triage.reading import session, stat_count

Json = dict[str, Any]
_T = TypeVar("_T")
START: Final = 1_700_000_000.0
CONNECTION: Final = Connection("http://127.0.0.1:9", "key", "the test", profile="test")


class JumpingLoop(asyncio.SelectorEventLoop):
    """An event loop in which nobody waits: when nothing is left to do, it is later at once."""

    def __init__(self) -> None:
        self.now = 0.0
        super().__init__(_JumpingSelector(self))

    def time(self) -> float:
        """Return the seconds that have passed in the simulation."""
        return self.now


class _JumpingSelector(selectors.DefaultSelector):
    def __init__(self, loop: JumpingLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> Any:
        assert timeout is not None, "everybody waits for ever"
        self._loop.now += max(timeout, 0.0)
        return super().select(0)


class LoopClock:
    """The clock of a simulation."""

    def now(self) -> float:
        """Return seconds since the epoch."""
        return START + self.monotonic()

    def monotonic(self) -> float:
        """Return the seconds that have passed."""
        return asyncio.get_running_loop().time()


def simulated(work: Coroutine[Any, Any, _T]) -> _T:
    """Return what ``work`` returns, without waiting for any of its pauses."""
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        return runner.run(work)


class StumblingServer:
    """A transport to a server that can be replaced, be down, and strike answers with faults."""

    def __init__(self, studies: list[Json], draw: random.Random, share: float = 0.0) -> None:
        """``share`` of the answers, 0 to 1, are faulty."""
        self.studies = studies
        self.name = "a"
        self.share = share
        self.is_down = False
        self.asked: list[float] = []
        """When each request came, in seconds of the loop."""
        self.server_clock = ServerClock(LoopClock())
        self._draw = draw
        self._faults: tuple[Callable[[Request, float], Any], ...] = (
            self._failing,
            self._reset,
            self._stalling,
            self._dripping,
            self._cut,
            self._busy,
            self._lost_place,
        )

    def replace(self, studies: list[Json]) -> None:
        """Put another server with other studies in its place: it knows no cursor of the old one."""
        self.studies, self.name = studies, self.name + "a"

    async def aclose(self) -> None:
        """Nothing is open."""

    async def exchange(self, request: Request, seconds: float) -> Answer | Problem:
        """Answer, or not, within ``seconds``."""
        self.asked.append(asyncio.get_running_loop().time())
        await asyncio.sleep(self._draw.uniform(0.005, 0.05))
        if self.is_down:
            return Problem(ErrorKind.UNREACHABLE, Effect.NONE)
        if self._draw.random() < self.share:
            answer: Answer | Problem = await self._draw.choice(self._faults)(request, seconds)
            return answer
        return self._answer(request)

    def _answer(self, request: Request) -> Answer:
        *_, last = request.path.split("/")
        if last == "studies":
            return self._page(request)
        if last in {"users", "customers"}:
            return _ok({last: [], "hasMore": False})
        for study in self.studies:
            if study["studyId"] == last:
                return _ok(study)
        return Answer(404, b"{}")

    def _page(self, request: Request) -> Answer:
        wanted = {key: value[0] for key, value in parse_qs(request.query).items()}
        size, cursor = int(wanted.pop("limit")), wanted.pop("cursor", f"{self.name}:0")
        name, _, offset = cursor.partition(":")
        if name != self.name:
            return Answer(400, b"{}")
        found = [each for each in self.studies if all(_is(each, *one) for one in wanted.items())]
        end = int(offset) + size
        page: Json = {"studies": found[int(offset) : end], "hasMore": end < len(found)}
        if page["hasMore"]:
            page["cursor"] = f"{self.name}:{end}"
        return _ok(page)

    # Faults.

    async def _failing(self, _request: Request, _seconds: float) -> Answer | Problem:
        return Answer(503, b"")

    async def _reset(self, _request: Request, _seconds: float) -> Answer | Problem:
        return Problem(ErrorKind.UNREACHABLE, Effect.LOST)

    async def _stalling(self, _request: Request, seconds: float) -> Answer | Problem:
        await asyncio.sleep(seconds)
        return Problem(ErrorKind.TIMEOUT, Effect.PENDING)

    async def _dripping(self, request: Request, seconds: float) -> Answer | Problem:
        takes = self._draw.uniform(1.0, 8.0)
        if takes >= seconds:
            return await self._stalling(request, seconds)
        await asyncio.sleep(takes)
        return self._answer(request)

    async def _cut(self, request: Request, _seconds: float) -> Answer | Problem:
        answer = self._answer(request)
        return answer._replace(body=answer.body[: len(answer.body) // 2])

    async def _busy(self, _request: Request, _seconds: float) -> Answer | Problem:
        return Answer(429, b"", 1.0)

    async def _lost_place(self, request: Request, _seconds: float) -> Answer | Problem:
        return Answer(400, b"") if "cursor=" in request.query else self._answer(request)


def use(server: StumblingServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let sessions and counts behind a lock speak to ``server``."""

    def client(*_: object) -> AvaraClient:
        made = AvaraClient(CONNECTION.base_url, CONNECTION.api_key, clock=LoopClock())
        made._calls._transport = server  # type: ignore[assignment]
        return made

    async def at_once(work: Callable[[], _T]) -> _T:
        return work()

    for module in (session, stat_count):
        monkeypatch.setattr(module, "open_client", client)
        monkeypatch.setattr(module, "in_daemon_thread", at_once)


def _ok(body: Json) -> Answer:
    return Answer(200, json.dumps(body).encode())


def _is(study: Json, field: str, value: str) -> bool:
    held = study[field]
    return (str(held).lower() if isinstance(held, bool) else held) == value
