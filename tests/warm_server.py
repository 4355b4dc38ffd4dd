"""A process that has imported the program, and forks for whoever asks to run it.

It takes requests from the socket that is its standard input, and is over when that is closed.
"""

import array
import contextlib
import gc
import importlib
import io
import json
import os
import pkgutil
import selectors
import signal
import socket
import sys
import time
from typing import Any

import avara_tui
from avara_tui.cli import main

LONGEST = 65_536
MOST_DESCRIPTORS = 4


def import_all(*, screen: bool) -> None:
    """Import what a command might, and with ``screen`` what draws it too."""
    left_out = {"__main__", "emulator"} if screen else {"__main__", "emulator", "tui"}
    for module in pkgutil.walk_packages(avara_tui.__path__, "avara_tui."):
        if module.name.split(".")[1] not in left_out:
            importlib.import_module(module.name)
    for each in ("httpx", "httpcore", "anyio._backends._asyncio", "h11", "keyring"):
        importlib.import_module(each)


def serve(requests: socket.socket) -> int:
    """Fork for each request and tell how that process ended; in the child, run the program."""
    children: dict[int, tuple[int, int]] = {}
    with selectors.DefaultSelector() as selector:
        selector.register(requests, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is not requests:
                    pid, told = children.pop(key.fd)
                    _, status = os.waitpid(pid, 0)
                    with contextlib.suppress(BrokenPipeError):
                        os.write(told, b"%d" % os.waitstatus_to_exitcode(status))
                    selector.unregister(key.fd)
                    os.close(key.fd)
                    os.close(told)
                    continue
                request, given = received(requests)
                if not request:
                    return 0
                pid = os.fork()
                if not pid:
                    selector.close()
                    requests.close()
                    for watched, (_, told) in children.items():
                        os.close(watched)
                        os.close(told)
                    return begin(request, given)
                *streams, told = given
                for each in streams:
                    os.close(each)
                watched = os.pidfd_open(pid)
                children[watched] = pid, told
                selector.register(watched, selectors.EVENT_READ)


def begin(request: dict[str, Any], given: list[int]) -> int:
    """Tell the process id, and be the program, on the streams given or on a terminal."""
    *streams, told = given
    if request["terminal"] is not None:
        # In a new session, opening the terminal makes it the controlling one.
        os.setsid()
        streams = [os.open(request["terminal"], os.O_RDWR) for _ in range(3)]
    os.write(told, b"%d\n" % os.getpid())
    os.close(told)
    return run(request, streams)


def received(requests: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """Return the next request and the descriptors that came with it."""
    given = array.array("i")
    size = MOST_DESCRIPTORS * given.itemsize
    data, ancillary, _, _ = requests.recvmsg(LONGEST, socket.CMSG_SPACE(size))
    for _, _, descriptors in ancillary:
        given.frombytes(descriptors[: len(descriptors) - len(descriptors) % given.itemsize])
    return (json.loads(data) if data else {}), list(given)


def run(request: dict[str, Any], streams: list[int]) -> int:
    """Be the program, as it would be had it been started with these streams and this environment.

    Returns its exit code.
    """
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.environ.clear()
    os.environ.update(request["environ"])
    time.tzset()
    os.chdir(request["directory"])
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.argv = [avara_tui.__path__[0] + "/__main__.py", *request["arguments"]]
    sys.stdin = sys.__stdin__ = opened(0, "surrogateescape")  # type: ignore[misc]
    sys.stdout = sys.__stdout__ = opened(1, "surrogateescape")  # type: ignore[misc]
    sys.stderr = sys.__stderr__ = opened(2, "backslashreplace")  # type: ignore[misc]
    return main()


def opened(descriptor: int, errors: str) -> io.TextIOWrapper:
    """Return the text stream that a process of its own would have there."""
    raw = open(descriptor, "rb" if descriptor == 0 else "wb", closefd=False)  # noqa: SIM115
    is_by_line = descriptor == 2 or os.isatty(descriptor)
    return io.TextIOWrapper(raw, "utf-8", errors, line_buffering=is_by_line)


if __name__ == "__main__":
    import_all(screen="screen" in sys.argv[1:])
    gc.collect()
    gc.freeze()
    sys.exit(serve(socket.socket(fileno=os.dup(0))))
