"""An emulator in a thread of the caller's process: for tests and tools."""

import asyncio
import json
import threading
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TypeVar

from avara_tui.emulator.behaviour import Behaviour
from avara_tui.emulator.clock import EmulatorClock, parse_instant
from avara_tui.emulator.life import Life
from avara_tui.emulator.recorder import RecordedRequest
from avara_tui.emulator.refusal import Refusal
from avara_tui.emulator.rendering import Json
from avara_tui.emulator.requests import StudyChange, StudyKey
from avara_tui.emulator.server import Server, base_url, listen
from avara_tui.emulator.settings import Scope, Settings, random_api_key
from avara_tui.emulator.validation import parse_change, parse_new_study
from avara_tui.emulator.world import World

_T = TypeVar("_T")


class EmbeddedEmulator:
    """Serves on a free loopback port while the ``with`` block runs.

    Methods read and change the emulator's state from any thread, past the API: nothing they do
    is recorded as a request or struck by a fault.
    """

    def __init__(
        self,
        *,
        studies: int = 120,
        seed: int = 1,
        api_key: str | None = None,
        scope: Scope = "all",
        now: str | None = None,
        latency_ms: float = 0.0,
        arrivals_per_minute: float = 0.0,
        faults: Mapping[str, float] | None = None,
        behaviour: Behaviour | None = None,
        database: Path | None = None,
    ) -> None:
        """``now`` is an ISO 8601 instant at which the emulator's clock stands still."""
        self._settings: Final = Settings(
            studies=studies,
            seed=seed,
            database=database,
            api_key=api_key or random_api_key(),
            scope=scope,
            now_ms=None if now is None else parse_instant(now),
            latency_ms=latency_ms,
            arrivals_per_minute=arrivals_per_minute,
            faults=faults or {},
            behaviour=behaviour or Behaviour(),
        )
        self.api_key: Final = self._settings.api_key
        self._life: Life | None = None
        self.base_url = ""
        """Set while the emulator runs, for example ``http://127.0.0.1:40123``."""

    def __enter__(self) -> Self:
        with ExitStack() as undo:
            listener = undo.enter_context(listen("127.0.0.1", 0))
            self._world = World(self._settings)
            undo.callback(self._world.close)
            self._server = Server(self._world, listener)
            undo.pop_all()
        self.base_url = base_url(listener)
        self._loop = asyncio.new_event_loop()
        # The socket listens already: requests made before the thread runs wait for it.
        self._thread = threading.Thread(target=self._serve, name="avara-emulator", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._server.stop)
        self._thread.join()
        self._world.close()

    def _serve(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._server.serve())

    def run(self, action: Callable[[World], _T]) -> _T:
        """Return what ``action`` returns; it runs between two requests, in the server's thread."""

        async def act() -> _T:
            return action(self._world)

        return self._run_coroutine(act())

    def _run_coroutine(self, work: Coroutine[None, None, _T]) -> _T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    # What came in.

    @property
    def requests(self) -> list[RecordedRequest]:
        """The API requests so far, oldest first."""
        return self.run(lambda world: list(world.recorder.requests))

    @property
    def counts(self) -> Counter[str]:
        """How many requests there were of each operation, for example ``studies.list``."""
        return self.run(lambda world: Counter(world.recorder.counts))

    def count(self, operation: str) -> int:
        """Return how many requests there were of ``operation``."""
        return self.counts[operation]

    def forget_requests(self) -> None:
        """Empty the record of requests."""
        self.run(lambda world: world.recorder.clear())

    def writes(self, study_id: str) -> list[str]:
        """Return the writes that requests applied to a study: create, update, cancel, uncancel."""
        return [
            operation
            for operation, author in self.run(lambda world: world.store.writes(study_id))
            if author == "api"
        ]

    # What is stored. Studies are as the API shows them, with its names.

    def studies(self) -> list[Json]:
        """Return all studies, newest first."""

        def read(world: World) -> list[Json]:
            return [world.references.study(row) for row in world.store.all()]

        return self.run(read)

    def study(self, study_id: str) -> Json:
        """Return a study; raise :class:`KeyError` if there is none."""

        def read(world: World) -> Json:
            return world.references.study(world.store.find(StudyKey(study_id=study_id)))

        return self._or_key_error(read)

    def users(self) -> list[Json]:
        """Return a reference to each user."""
        return self.run(lambda world: list(world.references.users.values()))

    def customers(self) -> list[Json]:
        """Return a reference to each Express customer."""
        return self.run(lambda world: list(world.references.customers.values()))

    # What somebody else does.

    def create(self, **fields: object) -> Json:
        """Add a study as somebody else would: the fields of a create request, by name."""

        def write(world: World) -> Json:
            study = parse_new_study(_json(fields))
            row = world.store.create(study, api_key_id=world.api_key_id, author="another")
            return world.references.study(row)

        return self.run(write)

    def change(self, study_id: str, **fields: object) -> Json:
        """Change a study as somebody else would: the fields of a PATCH, by name."""
        return self._change(study_id, parse_change(_json(fields)))

    def outgrow(self, study_id: str, *, severity: str = "", status: str = "") -> Json:
        """Give a study a severity, a viewer status or both that the documented API does not have.

        Requests that set or filter by such a value are still refused.
        """
        values = {"severity": severity, "status": status}
        change = StudyChange({name: value for name, value in values.items() if value})
        return self._change(study_id, change)

    def _change(self, study_id: str, change: StudyChange) -> Json:
        def write(world: World) -> Json:
            row = world.store.change(study_id, change, author="another")
            return world.references.study(row)

        return self._or_key_error(write)

    def cancel(self, study_id: str) -> None:
        """Cancel a study as somebody else would."""
        key = StudyKey(study_id=study_id)
        self._or_key_error(lambda world: world.store.cancel(key, author="another"))

    def uncancel(self, study_id: str) -> None:
        """Restore a cancelled study as somebody else would."""
        key = StudyKey(study_id=study_id)
        self._or_key_error(lambda world: world.store.uncancel(key, author="another"))

    def live(self, steps: int) -> None:
        """Let ``steps`` things happen in the department at once."""

        def act(world: World) -> None:
            if self._life is None:
                self._life = Life(world)
            for _ in range(steps):
                self._life.step()

        self.run(act)

    def delete(self, study_id: str) -> None:
        """Remove a study altogether, which no request can do."""
        self.run(lambda world: world.store.delete(study_id))

    # How it behaves.

    def arm(self, kind: str, count: int = 1, operation: str | None = None) -> None:
        """Let a kind of fault strike the next ``count`` requests (of ``operation``).

        Raises :class:`ValueError` if there is no such kind.
        """
        self.run(lambda _world: self._server.plan.arm(kind, count, operation))

    def disarm(self) -> None:
        """Let every request pass unharmed."""
        self.run(lambda _world: self._server.plan.disarm())

    def refuse_connections(self) -> None:
        """Refuse connections from here on, as a server that is down does."""
        self._run_coroutine(self._server.refuse_connections())

    def accept_connections(self) -> None:
        """Accept connections again."""
        self._run_coroutine(self._server.accept_connections())

    @contextmanager
    def refusing_connections(self) -> Iterator[None]:
        """Refuse connections while the block runs."""
        self.refuse_connections()
        try:
            yield
        finally:
            self.accept_connections()

    def redirect_to(self, origin: str) -> None:
        """Let faults that redirect lead to ``origin``, for example ``http://127.0.0.1:8000``."""
        self.run(lambda world: setattr(world, "redirect_to", origin))

    def switch(self, name: str, value: str) -> None:
        """Set a switch of :class:`Behaviour`; raise :class:`ValueError` if there is none such."""

        def act(world: World) -> None:
            world.behaviour.set(name, value)
            world.store.reorder()

        self.run(act)

    @property
    def behaviour(self) -> Behaviour:
        """The switches, to read; :meth:`switch` sets one."""
        return self._settings.behaviour

    @property
    def clock(self) -> EmulatorClock:
        """The emulator's clock, which can be moved."""
        return self._world.clock

    def _or_key_error(self, action: Callable[[World], _T]) -> _T:
        try:
            return self.run(action)
        except Refusal as refusal:
            if refusal.status == HTTPStatus.NOT_FOUND:
                raise KeyError(refusal.message) from None
            raise


def _json(fields: Mapping[str, object]) -> bytes:
    return json.dumps(fields).encode()
