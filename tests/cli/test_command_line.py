"""The command line: what it accepts, what it refuses and how it says so."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from avara_tui import __version__
from avara_tui.cli import main
from avara_tui.cli.options import WorklistOptions
from avara_tui.cli.parser import COMMANDS, parse_worklist

HEAVY = (
    "textual",
    "rich",
    "httpx",
    "pydantic",
    "keyring",
    "starlette",
    "uvicorn",
    "asyncio",
    "avara",
)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-m", "avara_tui", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        stdin=subprocess.DEVNULL,
    )


@pytest.mark.parametrize(
    "arguments",
    [["--version"], ["--help"], ["--studies", "x"], *([each, "--help"] for each in COMMANDS)],
    ids=" ".join,
)
def test_saying_what_it_is_imports_nothing_heavy(arguments: list[str]) -> None:
    source = (
        "import sys; from avara_tui.cli import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "finally: print('LOADED', *sorted({m.partition('.')[0] for m in sys.modules}))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", source, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    loaded = answer.stdout.rpartition("LOADED ")[2].split()
    assert "argparse" in loaded
    assert not set(HEAVY) & set(loaded)


def test_version_names_the_program_and_its_version() -> None:
    answer = run("--version")
    assert (answer.returncode, answer.stdout) == (0, f"avara-tui {__version__}\n")


def test_help_names_every_command_and_every_command_exists() -> None:
    answer = run("--help")
    assert answer.returncode == 0
    for name in COMMANDS:
        assert re.search(rf"^  {name}\s", answer.stdout, re.MULTILINE)
        helped = run(name, "--help")
        assert (helped.returncode, helped.stderr) == (0, "")
        assert helped.stdout.startswith(f"usage: avara-tui {name}")


def test_the_plain_command_line_means_the_defaults() -> None:
    assert parse_worklist([]) == WorklistOptions()
    assert parse_worklist(
        ["--profile", "north", "--view", "Mine", "--filter", "ct", "--read-only", "--no-mouse"]
    ) == WorklistOptions("north", "Mine", "ct", read_only=True, mouse=False)
    assert parse_worklist(["--filter", "-severity:stat"]).filter_text == "-severity:stat"
    assert parse_worklist(["--demo", "--studies", "0", "--seed", "7"]) == WorklistOptions(
        demo=True, studies=0, seed=7
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--studies", "5"], "--studies belongs to --demo"),
        (["--demo", "--studies", "-1"], "must be from 0 to 1000000, not -1"),
        (["--demo", "--studies", "many"], "invalid number value: 'many'"),
        (["--demo", "--arrivals", "nan"], "must be from 0 to 6000, not nan"),
        (["--demo", "--profile", "p"], "--demo has a profile of its own: leave --profile out"),
        (["--read-only", "auth"], "the command comes first: avara-tui auth ..."),
        (["lsit"], "unrecognized arguments: lsit"),
        (["--prof", "p"], "unrecognized arguments: --prof p"),
        (["list", "--filter"], "argument --filter: expected one argument"),
    ],
)
def test_wrong_usage_is_refused_in_a_sentence(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exited:
        main(arguments)
    assert exited.value.code == 2
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["--demo"], ["--read-only"]], ids=repr)
def test_without_a_terminal_the_worklist_says_so(arguments: list[str]) -> None:
    answer = run(*arguments)
    assert answer.returncode == 2
    assert answer.stdout == ""
    assert answer.stderr == (
        "avara-tui: the worklist needs a terminal, but its standard input is none. "
        "`avara-tui list` and the other commands need no screen.\n"
    )


def test_a_reader_that_leaves_early_is_no_error() -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as stdout:
        answer = subprocess.run(
            [sys.executable, "-P", "-m", "avara_tui", "--help"],
            stdout=stdout,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONUNBUFFERED": ""},
            check=False,
            timeout=60,
        )
    assert (answer.returncode, answer.stderr) == (1, b"")


def test_modules_in_the_current_directory_are_not_picked_up(tmp_path: Path) -> None:
    """The console script must not run what happens to lie about where the person stands."""
    (tmp_path / "argparse.py").write_text("raise SystemExit('picked up')")
    script = Path(sys.executable).with_name("avara-tui")
    answer = subprocess.run(
        [script, "--version"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert answer.stdout == f"avara-tui {__version__}\n"
