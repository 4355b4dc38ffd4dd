"""The emulator as a process of its own."""

import argparse
import asyncio
import json
import os
import signal
import sqlite3
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Final, NoReturn

from avara_tui.emulator.behaviour import parse_switches
from avara_tui.emulator.faults.catalogue import check_kind
from avara_tui.emulator.schema import ForeignDatabaseError
from avara_tui.emulator.server import Server, base_url, listen
from avara_tui.emulator.settings import Settings, random_api_key
from avara_tui.emulator.world import World

_FAILED: Final = 1
_USAGE: Final = 2
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


def run(args: argparse.Namespace) -> int:
    """Serve as ``args`` ask; return 0 when told to stop, 1 on failure and 2 on a wrong option."""
    try:
        settings = _settings(args)
    except ValueError as error:
        return _complain(str(error), _USAGE)
    for number in _SIGNALS:
        signal.signal(number, _interrupt)
    try:
        return _start(args, settings)
    except KeyboardInterrupt:
        return 0


def _settings(args: argparse.Namespace) -> Settings:
    return Settings(
        studies=args.studies,
        seed=args.seed,
        database=args.database,
        api_key=args.api_key or random_api_key(),
        scope=args.scope,
        now_ms=args.now,
        latency_ms=args.latency,
        arrivals_per_minute=args.arrivals,
        faults={check_kind(kind): rate for kind, rate in args.fault},
        behaviour=parse_switches(args.switch),
    )


def _start(args: argparse.Namespace, settings: Settings) -> int:
    try:
        listener = listen(args.host, args.port)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        place = f"{args.host} port {args.port}"
        return _complain(f"Cannot listen on {place}: {reason}.", _FAILED)
    with listener:
        try:
            world = World(settings)
        except ForeignDatabaseError:
            return _complain(
                f"{settings.database} is not a database of this emulator's version.", _FAILED
            )
        except sqlite3.Error as error:
            return _complain(f"Cannot use the database {settings.database}: {error}.", _FAILED)
        try:
            asyncio.run(_serve(world, Server(world, listener), base_url(listener), args))
        except BrokenPipeError:
            return _complain("Nobody reads where it is to be found.", _FAILED)
        finally:
            world.close()
    return 0


async def _serve(world: World, server: Server, url: str, args: argparse.Namespace) -> None:
    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, server.stop)
    if args.until_stdin_closes:
        _watch_stdin(lambda: loop.call_soon_threadsafe(server.stop))
    # The socket listens already: whoever connects on this line is answered.
    print(json.dumps({"base_url": url, "api_key": world.settings.api_key}), flush=True)  # noqa: T201
    await server.serve()


def _watch_stdin(at_end: Callable[[], object]) -> None:
    def watch() -> None:
        # Reads the descriptor: sys.stdin's lock, held at exit, would be a crash.
        with suppress(OSError):  # no stdin is one that has ended
            while os.read(0, 4096):
                pass
        at_end()

    threading.Thread(target=watch, daemon=True).start()


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _complain(sentence: str, exit_code: int) -> int:
    print(f"avara-tui emulator: {sentence}", file=sys.stderr)  # noqa: T201
    return exit_code
