"""Serving a world over a socket, until told to stop."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Coroutine, Iterator
from typing import Final

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from avara_tui.emulator.app import build_app
from avara_tui.emulator.faults.injector import FaultPlan
from avara_tui.emulator.life import Life
from avara_tui.emulator.world import World

_BACKLOG: Final = 512
_REFUSED_SECONDS: Final = 1.0
_STEPS_TO_SERVE: Final = 3
"""Turns of the event loop in which a connection that was taken gets its protocol."""


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens on ``host`` and ``port`` (0: a free one).

    Raises :class:`OSError` where that cannot be.
    """
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except BaseException:
        listener.close()
        raise
    return listener


def base_url(listener: socket.socket) -> str:
    """Return the URL under which ``listener`` is reached from this machine."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class Server:
    """A world on a listening socket."""

    def __init__(self, world: World, listener: socket.socket) -> None:
        self._world = world
        self.plan = FaultPlan(world.settings.seed, dict(world.settings.faults))
        app = build_app(world, self.plan, self._refuse_for_a_while)
        config = uvicorn.Config(
            app,
            http=_Protocol,
            ws="none",
            loop="asyncio",
            lifespan="off",
            log_config=None,
            log_level="error",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
        )
        self._uvicorn = _PromptServer(config)
        self._listener = listener

    async def serve(self) -> None:
        """Serve until :meth:`stop`; the listener is closed then."""
        async with self._living():
            await self._uvicorn.serve(sockets=[self._listener])

    @contextlib.asynccontextmanager
    async def _living(self) -> AsyncIterator[None]:
        arrivals = self._world.settings.arrivals_per_minute
        if not arrivals:
            yield
            return
        life = asyncio.create_task(Life(self._world).run(arrivals))
        try:
            yield
        finally:
            life.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await life

    def stop(self) -> None:
        """End :meth:`serve`. Called in the event loop."""
        self._uvicorn.stopping.set()

    async def refuse_connections(self) -> None:
        """Refuse new connections from here on.

        Idle connections are closed, and busy ones when they have their answer.
        """
        await self._uvicorn.refuse()

    async def accept_connections(self) -> None:
        """End a refusal."""
        await self._uvicorn.accept()

    async def _refuse_for_a_while(self) -> None:
        await self.refuse_connections()

        async def accept_again() -> None:
            await asyncio.sleep(_REFUSED_SECONDS)
            await self.accept_connections()

        self._uvicorn.run_beside(accept_again())


class _Protocol(H11Protocol):
    """uvicorn's protocol; faults find the connection itself in the request's state."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self.app_state = {**self.app_state, "transport": transport}
        super().connection_made(transport)


class _PromptServer(uvicorn.Server):
    """uvicorn without its own signal handling, its polling, and its waiting for slow clients."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.stopping = asyncio.Event()
        self._reserved: socket.socket | None = None
        self._changing = asyncio.Lock()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to whoever runs the server."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept connections on the one listener in ``sockets``."""
        (listener,) = sockets or []
        await self._accept(listener)
        self.started = True

    async def _accept(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        self.servers = [await loop.create_server(self._protocol, sock=listener, backlog=_BACKLOG)]

    def _protocol(self) -> _Protocol:
        return _Protocol(config=self.config, server_state=self.server_state, app_state={})

    async def refuse(self) -> None:
        """Close the listener, but keep its address: nobody else can listen there."""
        async with self._changing:
            if self._reserved is not None:
                return
            (listener,) = self.servers[0].sockets
            address = listener.getsockname()
            await self._close_servers()
            # Bound and not listening, a socket reserves its address and refuses connections.
            # Of TCP in so many words: asyncio sends small answers at once on such sockets alone.
            self._reserved = socket.socket(listener.family, socket.SOCK_STREAM, listener.proto)
            self._reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._reserved.bind(address)
            for connection in list(self.server_state.connections):
                connection.shutdown()

    async def _close_servers(self) -> None:
        """Take no connection any more.

        One that asyncio has just taken and not yet served would be lost, unclosed.
        """
        loop = asyncio.get_running_loop()
        for listener in [each for server in self.servers for each in server.sockets]:
            loop.remove_reader(listener.fileno())
        for _ in range(_STEPS_TO_SERVE):
            await asyncio.sleep(0)
        for server in self.servers:
            server.close()

    async def accept(self) -> None:
        """Listen again where the listener was."""
        async with self._changing:
            if self._reserved is None:
                return
            listener, self._reserved = self._reserved, None
            await self._accept(listener)

    def run_beside(self, work: Coroutine[None, None, None]) -> None:
        """Run ``work`` beside the requests; what is not done when the server stops is dropped."""
        task = asyncio.create_task(work)
        self.server_state.tasks.add(task)
        task.add_done_callback(self.server_state.tasks.discard)

    async def main_loop(self) -> None:
        """Wait to be stopped."""
        await self.stopping.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close everything at once; requests that are still served are dropped."""
        await self._close_servers()
        for listener in (*(sockets or ()), self._reserved):
            if listener is not None:
                listener.close()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        # Lets each request learn that its connection is lost: uvicorn reports no error then.
        await asyncio.sleep(0)
        tasks = list(self.server_state.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
