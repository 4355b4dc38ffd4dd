"""What the machine may be short of: said in a sentence with the remedy, never as a mistake."""

import errno
import os
from collections.abc import Iterable
from typing import Final

SPARE_DESCRIPTORS: Final = 32
"""File descriptors that the worklist wants to have free at the start: it holds about a dozen, and
reading, opening a study and asking a keyring take more for a while."""
SPARE_FOR_A_COMMAND: Final = 12
"""Those that a command without a screen wants to have."""
_ENOUGH: Final = 256
_TOO_FEW: Final = frozenset({errno.EMFILE, errno.ENFILE})
_RAISE: Final = f"Raise the limit with `ulimit -n {_ENOUGH}`, and start again."


def make_room(spare: int = SPARE_DESCRIPTORS) -> str | None:
    """Make sure that ``spare`` file descriptors are free; return why they are not, if so.

    The limit is raised where that is needed and allowed.
    """
    number = _in_the_way(spare)
    if number == errno.EMFILE and _raise_limit():
        number = _in_the_way(spare)
    return None if number is None else _descriptors(number)


def _in_the_way(count: int) -> int | None:
    """Return the error number that keeps the descriptors from being had, None if they can be.

    They are tried: other things than the limit may be in the way, such as files that whoever
    started the program left open in it.
    """
    spare: list[int] = []
    try:
        spare.extend(os.dup(2) for _ in range(count))
    except OSError as error:
        return error.errno if error.errno in _TOO_FEW else None
    finally:
        for each in spare:
            os.close(each)
    return None


def shortage(errors: Iterable[BaseException]) -> str | None:
    """Return what is short and what to do, if one of ``errors`` says that something is."""
    for error in errors:
        if isinstance(error, OSError) and error.errno in _TOO_FEW:
            return _descriptors(error.errno)
        if isinstance(error, RuntimeError) and "start new thread" in str(error):
            return (
                "no thread can be started any more. End some programs, or raise the limit with "
                "`ulimit -u`, and start again."
            )
        if isinstance(error, MemoryError) or getattr(error, "errno", None) == errno.ENOMEM:
            return "there is no memory left. End some programs, and start again."
    return None


def _descriptors(number: int | None) -> str:
    if number == errno.ENFILE:
        return "the machine has no file descriptor left. End some programs, and start again."
    limit = _limit()
    known = f" (the limit is {limit:,})" if limit is not None else ""
    return f"there are too few file descriptors{known}. {_RAISE}"


def _limit() -> int | None:
    try:
        import resource  # noqa: PLC0415 - there is none on Windows
    except ImportError:
        return None
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def _raise_limit() -> bool:
    """Raise the limit as far as the person may; return whether that changed it."""
    try:
        import resource  # noqa: PLC0415 - there is none on Windows
    except ImportError:
        return False
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _ENOUGH if hard == resource.RLIM_INFINITY else min(_ENOUGH, hard)
    if soft >= wanted:
        return False
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    except (OSError, ValueError):
        return False
    return True
