"""Which requests a fault strikes: the next ones, or some by chance."""

import random
from dataclasses import dataclass, field
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from avara_tui.emulator.faults.catalogue import KINDS, check_kind
from avara_tui.emulator.faults.struck import RefuseConnections, Struck
from avara_tui.emulator.world import World


@dataclass(slots=True)
class Armed:
    """A fault that waits for requests."""

    kind: str
    count: int
    """How many requests it still strikes."""
    operation: str | None
    """The only operation that it strikes; None is every one that it can."""


@dataclass(slots=True)
class FaultPlan:
    """The faults to come. What is armed goes before what is left to chance."""

    seed: int
    rates: dict[str, float] = field(default_factory=dict)
    armed: list[Armed] = field(default_factory=list)
    _rng: random.Random = field(init=False)

    def __post_init__(self) -> None:
        for kind in self.rates:
            check_kind(kind)
        self._rng = random.Random(f"faults {self.seed}")  # noqa: S311 - chance, not a secret

    def arm(self, kind: str, count: int = 1, operation: str | None = None) -> None:
        """Let ``kind`` strike the next ``count`` requests that it can strike."""
        self.armed.append(Armed(check_kind(kind), count, operation))

    def disarm(self) -> None:
        """Let every request pass: nothing is armed or left to chance any more."""
        self.armed.clear()
        self.rates.clear()

    def choose(self, operation: str, query: str) -> str | None:
        """Return the kind that strikes a request, and use it up."""
        for armed in self.armed:
            if armed.operation in {None, operation} and KINDS[armed.kind].strikes(operation, query):
                armed.count -= 1
                if armed.count == 0:
                    self.armed.remove(armed)
                return armed.kind
        for kind, rate in self.rates.items():
            if self._rng.random() < rate and KINDS[kind].strikes(operation, query):
                return kind
        return None


class FaultInjector:
    """Lets requests through to ``app``, except where the plan wants a fault."""

    def __init__(
        self,
        app: ASGIApp,
        world: World,
        plan: FaultPlan,
        refuse_connections: RefuseConnections,
    ) -> None:
        self._app: Final = app
        self._world: Final = world
        self._plan: Final = plan
        self._refuse_connections: Final = refuse_connections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, as ASGI has it."""
        request = scope.get("recorded")
        if request is None or request.operation in {"unknown", "viewer.open"}:
            await self._app(scope, receive, send)
            return
        kind = self._plan.choose(request.operation, request.query)
        if kind is None:
            await self._app(scope, receive, send)
            return
        request.fault = kind
        struck = Struck(self._app, scope, receive, send, self._world, self._refuse_connections)
        await KINDS[kind].strike(struck)
