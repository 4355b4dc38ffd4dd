"""Runs a real program in tmux: a terminal that other people wrote, with keys as it spells them."""

import re
import subprocess
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Self

from needs import need_program
from terminal.harness import WAIT


class Tmux:
    """A program in a tmux server of its own. Leaving the context ends both."""

    def __init__(
        self,
        argv: Sequence[str],
        *,
        environ: Mapping[str, str],
        columns: int = 120,
        rows: int = 40,
    ) -> None:
        self._argv = [str(part) for part in argv]
        self._environ = dict(environ)
        self._size = (columns, rows)
        self._server = [need_program("tmux", "tmux"), "-L", f"avara-tui-{uuid.uuid4().hex}"]

    def __enter__(self) -> Self:
        """Start the program."""
        columns, rows = self._size
        new = [
            "-f",
            "/dev/null",
            "new-session",
            "-d",
            "-x",
            f"{columns}",
            "-y",
            f"{rows}",
            "-s",
            "main",
        ]
        # The pane stays when the program has ended, so that its status can be asked.
        keep = [
            ";",
            "set-option",
            "-g",
            "remain-on-exit",
            "on",
            ";",
            "set-option",
            "-g",
            "status",
            "off",
        ]
        environ = {name: value for name, value in self._environ.items() if name != "TERM"}
        subprocess.run(
            [*self._server, *new, "--", *self._argv, *keep],
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
            timeout=WAIT,
        )
        return self

    def __exit__(self, *_: object) -> None:
        """End the program and the server."""
        self._tell("kill-server", check=False)

    @property
    def server(self) -> list[str]:
        """The command line that tells this server something."""
        return list(self._server)

    def tell(self, *command: str) -> str:
        """Have the server do something; return what it says."""
        return self._tell(*command)

    def press(self, *keys: str) -> None:
        """Type keys by tmux's names (``Enter``, ``Escape``, ``Down``, ``C-s``) or as text."""
        self._tell("send-keys", "-t", "main", *keys)

    def paste(self, text: str) -> None:
        """Paste a text as tmux does, between marks if the program asked for them."""
        self._tell("set-buffer", "--", text, ";", "paste-buffer", "-p", "-t", "main")

    def resize(self, columns: int, rows: int) -> None:
        """Change the size of the terminal."""
        self._tell("resize-window", "-t", "main", "-x", f"{columns}", "-y", f"{rows}")

    @property
    def text(self) -> str:
        """What the pane shows."""
        return self._tell("capture-pane", "-p", "-t", "main")

    def ask(self, variable: str) -> str:
        """Return a variable of tmux's, such as ``pane_dead_status`` or ``alternate_on``."""
        return self._tell("display-message", "-p", "-t", "main", f"#{{{variable}}}").strip()

    def wait_for(
        self, condition: str | re.Pattern[str] | Callable[["Tmux"], bool], timeout: float = WAIT
    ) -> None:
        """Wait until the pane holds a text or matches a pattern, or a condition is true."""
        limit = time.monotonic() + timeout
        while time.monotonic() < limit:
            if isinstance(condition, str):
                holds = condition in self.text
            elif isinstance(condition, re.Pattern):
                holds = condition.search(self.text) is not None
            else:
                holds = condition(self)
            if holds:
                return
            time.sleep(0.02)
        raise AssertionError(f"{condition!r} never came; the pane shows\n{self.text}")

    def _tell(self, *command: str, check: bool = True) -> str:
        answer = subprocess.run(
            [*self._server, *command],
            env=self._environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=check,
            timeout=WAIT,
        )
        return answer.stdout
