"""Runs a command of the site's own for a study: no shell, no terminal, no secrets, not for ever."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Mapping
from typing import Final, NamedTuple

from avara_tui.config import OwnCommand
from avara_tui.config.own_commands import METADATA_FIELD, filled
from avara_tui.study import UNREADABLE, Study
from avara_tui.text import clean, clean_lines
from avara_tui.triage.process.hygiene import child_environment

MOST_OUTPUT: Final = 65_536
"""Bytes of output that are kept; the rest is read and let go."""
_CHUNK: Final = 16_384
_LAST_WORDS: Final = 0.3
"""Seconds that output is still waited for once the program has ended: a child of it may hold on."""


class NotRunError(Exception):
    """The command was not started. The text says why."""


class Ended(NamedTuple):
    """How a command ended, and what it printed."""

    status: int | None
    """The exit status, negative for the number of a signal; None if its time was up."""
    output: list[str]
    """What it printed, fit to show."""
    is_cut: bool
    """Whether it printed more than was kept."""


def argv_of(command: OwnCommand, study: Study) -> list[str]:
    """Return the program and its arguments for ``study``.

    A field goes into one argument whole, whatever it holds. Raises :class:`NotRunError` for one
    that is not there, and for one that the program could take for something else.
    """
    values = {field: _value(study, field) for field in command.fields}
    argv = [os.path.expanduser(command.argv[0])]  # noqa: PTH111 - not every program is a path
    for part in command.argv[1:]:
        argument = filled(part, values)
        if argument.startswith("-") and not part.startswith("-"):
            # An option that a server, or whoever fills in its fields, could slip in.
            raise NotRunError(f"“{clean(argument, 40)}” would be taken for an option")
        argv.append(argument)
    return argv


def _value(study: Study, field: str) -> str:
    if field.startswith(METADATA_FIELD):
        value = study.metadata.get(field.removeprefix(METADATA_FIELD))
        if value is None and "metadata" in study.unreadable:
            value = UNREADABLE
    else:
        value = {
            "study_id": study.study_id,
            "uid": study.uid,
            "severity": study.told_severity,
            "status": study.status,
            "assignee_id": study.assignee.user_id if study.assignee else "",
            "customer_id": study.customer.customer_id if study.customer else "",
            "description": study.description,
        }[field]
    if value is None:
        raise NotRunError(f"the study has no {clean(field)}")
    if value == UNREADABLE:
        raise NotRunError(f"the study's {clean(field)} could not be read")
    if any(ord(character) < ord(" ") or "\x7f" <= character <= "\x9f" for character in value):
        raise NotRunError(f"the study's {clean(field)} holds a control character")
    return value


async def run(argv: list[str], environ: Mapping[str, str], *, seconds: float) -> Ended:
    """Run ``argv`` to its end, at most ``seconds`` long. Raises :class:`NotRunError`.

    It runs in a session of its own, without our terminal; what it started goes with it. So it
    does when the program that waits for it ends.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *argv,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=child_environment(environ),
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "a name in it is none"
        raise NotRunError(f"{clean(argv[0], 80)} cannot be started: {reason}") from None
    output = bytearray()
    reader = asyncio.ensure_future(_read(process, output))
    try:
        status: int | None = await asyncio.wait_for(process.wait(), seconds)
    except TimeoutError:
        status = None
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        done, _ = await asyncio.wait({reader}, timeout=_LAST_WORDS)
        if not done:
            reader.cancel()
        _close(process)
        if process.returncode is None:
            await process.wait()
    is_cut = len(output) > MOST_OUTPUT
    text = output[:MOST_OUTPUT].decode(errors="replace").rstrip()
    return Ended(status, clean_lines(text) if text else [], is_cut)


async def _read(process: asyncio.subprocess.Process, output: bytearray) -> None:
    stream = process.stdout
    while stream is not None and (chunk := await stream.read(_CHUNK)):
        if len(output) <= MOST_OUTPUT:
            output += chunk


def _close(process: asyncio.subprocess.Process) -> None:
    """Close the pipe, which a grandchild may hold for ever."""
    transport = getattr(process, "_transport", None)
    if transport is not None:
        transport.close()
