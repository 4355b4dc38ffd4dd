"""Asking the person at the terminal. What a program reads from standard output stays clean."""

import sys

from avara_tui.text import clean_lines
from avara_tui.triage.process.background import in_daemon_thread


def is_at_a_terminal() -> bool:
    """Whether there is somebody to ask."""
    streams = (sys.stdin, sys.stderr)
    return all(stream is not None and stream.isatty() for stream in streams)


async def ask(question: str) -> str:
    """Return the answer to ``question``, in lower case and without blanks around it."""
    print("\n".join(clean_lines(question)), end="", file=sys.stderr, flush=True)
    # In a thread: while it waits, an interrupt must still get through.
    answer: str = await in_daemon_thread(sys.stdin.readline)
    return answer.strip().lower()
