"""A person's workplace: a server with studies, a key for it, and the program in a terminal."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import warm
from avara_tui.emulator.embedded import EmbeddedEmulator
from masthead import READ_WHOLE
from studies import add_study
from terminal.harness import Started, Terminal, program

CURSOR = "▌"


class WarmTerminal(Terminal):
    """The program in a terminal, in a process that has imported it before."""

    def start(self, terminal: str, environ: Mapping[str, str]) -> Started:
        return warm.start_in(terminal, self.argv, environ)


class Workplace(NamedTuple):
    """Where a test sits."""

    emulator: EmbeddedEmulator
    environ: dict[str, str]
    opened: Path
    """What the browser was given; it appears when the browser has read it."""

    def worklist(self, *arguments: str, columns: int = 120, rows: int = 40) -> Terminal:
        """Return the program, to be started as a context; it need not import anything first."""
        return WarmTerminal(arguments, environ=self.environ, columns=columns, rows=rows)

    def start(self, *arguments: str, columns: int = 120, rows: int = 40) -> Terminal:
        """Return the program as a shell starts it, to be started as a context."""
        return Terminal(program(*arguments), environ=self.environ, columns=columns, rows=rows)

    def create(self, description: str, **fields: object) -> str:
        """Add a study as somebody else would, by default a STAT one; return its id."""
        return add_study(self.emulator, description, **fields)

    def study(self, study_id: str) -> Any:
        """Return a study as the server has it."""
        return self.emulator.study(study_id)


def wait_until_loaded(terminal: Terminal) -> None:
    """Wait until everything there is has been read."""
    terminal.wait_for(READ_WHOLE)


def under_cursor(terminal: Terminal) -> str:
    """Return priority and description of the table's row under the cursor; empty without one.

    Its age is left out: it grows while a test looks at it.
    """
    lines = terminal.lines
    titles = next((line for line in lines if "DESCRIPTION" in line), "")
    for line in lines[lines.index(titles) + 1 :] if titles else []:
        if line.startswith(CURSOR):
            row = line.partition("│")[0]
            return f"{row[: titles.index('AGE') - 4]} {row[titles.index('DESCRIPTION') :]}".strip()
    return ""


def wait_for_cursor_on(terminal: Terminal, description: str) -> None:
    """Wait until everything has been read and the cursor is on a study with ``description``."""
    wait_until_loaded(terminal)
    terminal.wait_for(re.compile(rf"^{CURSOR}.*{description}", re.MULTILINE))
