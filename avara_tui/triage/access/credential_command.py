"""Asks a program that the person chose, such as a password manager, for the key."""

import contextlib
import os
import select
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from typing import Final

from avara_tui.text import clean
from avara_tui.triage.access.connection import ConnectionProblem, ProblemKind
from avara_tui.triage.process.hygiene import command_environment

MOST_OUTPUT: Final = 65_536
"""Bytes: more than this is no key."""
# The arguments are not repeated: they may hold a secret of the password manager's.
_REMEDY: Final = "Run it by hand to see what it does, and mend credential_command in {}."


def run_credential_command(
    argv: Sequence[str], environ: Mapping[str, str], *, timeout: float, settings_file: str
) -> str:
    """Return the first line that the program ``argv`` prints, without the blanks around it.

    It runs without a shell, without a terminal and without input, in a session of its own, for
    at most ``timeout`` seconds. Raises :class:`ConnectionProblem`.
    """
    program = clean(argv[0], 80)
    remedy = _REMEDY.format(settings_file)
    try:
        process = subprocess.Popen(  # noqa: S603 - the person's own choice, from their own file
            [os.path.expanduser(argv[0]), *argv[1:]],  # noqa: PTH111 - not every program is a path
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=command_environment(environ),
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it holds a character that no name has"
        raise ConnectionProblem(
            f"The credential command {program!r} cannot be started: {reason}.",
            remedy=f"Name a program that is installed, by its full path if need be.\n{remedy}",
            kind=ProblemKind.COMMAND,
        ) from None
    with process:
        try:
            output, errors, status = _collect(process, timeout)
        finally:
            _end(process)
    if status is None:
        sentence = f"The credential command {program!r} did not finish within {timeout:g} s."
        remedy += "\nIf it waits for you, give it longer with credential_timeout."
    elif status != 0:
        said = clean(errors.decode(errors="replace").strip().partition("\n")[0], 160)
        sentence = f"The credential command {program!r} failed ({_ending(status)})"
        sentence += f": {said}" if said else "."
    elif len(output) >= MOST_OUTPUT:
        sentence = f"The credential command {program!r} printed more than any key has."
    else:
        line = output.partition(b"\n")[0].decode(errors="replace").strip()
        if line:
            return line
        sentence = f"The first line that the credential command {program!r} printed is empty."
    raise ConnectionProblem(sentence, remedy=remedy, kind=ProblemKind.COMMAND)


def _collect(process: "subprocess.Popen[bytes]", timeout: float) -> tuple[bytes, bytes, int | None]:
    """Return what the program printed on both streams, and its exit status, None if it runs on.

    A grandchild that keeps the streams open is not waited for.
    """
    assert process.stdout is not None  # noqa: S101 - it was asked for
    assert process.stderr is not None  # noqa: S101
    texts = {process.stdout.fileno(): b"", process.stderr.fileno(): b""}
    output, errors = texts
    streams = set(texts)
    limit = time.monotonic() + timeout
    while len(texts[output]) < MOST_OUTPUT:
        left = limit - time.monotonic()
        exited = process.poll() is not None
        # An exit is not announced on a stream that a grandchild holds: look for it now and then.
        readable, _, _ = select.select(streams, [], [], 0 if exited else max(0, min(left, 0.05)))
        for stream in readable:
            chunk = os.read(stream, MOST_OUTPUT)
            texts[stream] = (texts[stream] + chunk)[:MOST_OUTPUT]
            if not chunk:
                streams.discard(stream)
        if exited and not readable:
            return texts[output], texts[errors], process.returncode
        if left <= 0:
            return texts[output], texts[errors], None
    return texts[output], texts[errors], 0


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End the program and what it started in its session, if they still run."""
    if process.poll() is None:
        # It leads its own process group, and has not been waited for: the number is still its.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)


def _ending(status: int) -> str:
    return f"exit status {status}" if status > 0 else f"ended by signal {-status}"
