"""The tmux harness itself."""

import sys

import pytest

from terminal.tmux import Tmux

pytestmark = pytest.mark.terminal


def test_types_into_a_program_and_sees_its_end(environ: dict[str, str]) -> None:
    source = "name = input('name? '); print(f'hello {name}'); raise SystemExit(3)"
    # The shell tells the status: tmux may miss the end of a program whose terminal closes first.
    shell = ["sh", "-c", '"$@"; echo "status $?"; exec cat', "sh"]
    argv = [*shell, sys.executable, "-c", source]
    with Tmux(argv, environ=environ, columns=40, rows=8) as pane:
        pane.wait_for("name?")
        assert pane.ask("pane_width") == "40"
        pane.press("Zoë", "Enter")
        pane.wait_for("hello Zoë")
        pane.wait_for("status 3")
        assert pane.ask("alternate_on") == "0"


def test_a_text_that_never_comes_shows_the_pane(environ: dict[str, str]) -> None:
    source = "input('what was there')"
    with Tmux([sys.executable, "-c", source], environ=environ, rows=8) as pane:
        pane.wait_for("what was there")
        with pytest.raises(AssertionError, match=r"'other' never came; [\s\S]*what was there"):
            pane.wait_for("other", timeout=0.2)
