"""README: what it tells people to type has to be what the program understands."""

import re
import shlex
from pathlib import Path

import pytest

from avara_tui.cli.parser import COMMANDS, parse_command, parse_worklist
from avara_tui.tui.keys.actions import ACTIONS
from avara_tui.tui.keys.key_names import key_name

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def commands() -> list[str]:
    """Return every command line of README that starts avara-tui."""
    lines = [part.strip() for block in BLOCKS for part in re.split(r"\n|&&", block)]
    lines += re.findall(r"`(avara-tui [^`]+)`", README)
    programs = ("avara-tui", ".venv/bin/avara-tui", "uv run --no-project avara-tui")
    return [
        line.removeprefix(name)
        for line in lines
        for name in programs
        if line == name or line.startswith(f"{name} ")
    ]


def table(heading: str) -> list[tuple[str, str]]:
    """Return the rows of the table under a heading, as README has them."""
    section = README.partition(f"### {heading}\n")[2].partition("\n#")[0]
    rows = re.findall(r"^\| (.+?) \| (.+?) \|$", section, re.MULTILINE)
    return [row for row in rows if not set(row[0]) <= set("- ")][1:]


def test_two_commands_are_enough_to_try_and_to_test() -> None:
    assert (
        "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/avara-tui --demo\n" in BLOCKS
    )
    assert (
        "python3 -m venv .venv && .venv/bin/pip install '.[test]' && .venv/bin/pytest\n" in BLOCKS
    )


@pytest.mark.parametrize("command", commands())
def test_the_program_understands_every_command(command: str) -> None:
    arguments = shlex.split(command, comments=True)
    if arguments and arguments[0] in COMMANDS:
        parse_command(arguments[0], arguments[1:])
    else:
        parse_worklist(arguments)


def words(text: str) -> set[str]:
    """Return how the words of a text begin, without the short ones."""
    return {word[:6] for word in re.findall(r"[a-z]{3,}", text.lower())} - {"the", "for", "and"}


def test_the_first_key_of_every_action_is_in_a_row_that_tells_what_it_does() -> None:
    rows = [f"{keys} {text}".replace("PgUp, PgDn", "`PgUp` `PgDn`") for keys, text in table("Keys")]
    for action in ACTIONS:
        first = key_name(action.keys.split(",")[0])
        told = [words(row) for row in rows if f"`{first}`" in row]
        own = words(f"{action.id.replace('_', ' ')} {action.label} {action.help}")
        assert any(own & each for each in told), f"{action.id}: {first}"


def test_no_key_has_two_rows() -> None:
    keys = [key for keys, _ in table("Keys") for key in re.findall(r"`([^`]+)`", keys)]
    # The answers to a question are no actions.
    twice = {key for key in keys if keys.count(key) > 1} - set("sr")
    assert not twice


def test_every_key_in_the_table_does_something() -> None:
    known = {key_name(key) for action in ACTIONS for key in action.keys.split(",")}
    known |= {str(number) for number in range(1, 10)} | set("shr")
    for keys, _ in table("Keys"):
        for key in re.findall(r"`([^`]+)`", keys):
            assert key in known, key


def test_every_file_that_is_linked_is_there() -> None:
    for target in re.findall(r"\]\(([^)#]+)", README):
        if "://" not in target:
            assert (ROOT / target).is_file(), target


def test_every_filter_in_the_table_parses() -> None:
    from avara_tui.worklist.query import parse

    rows = table("Filters")
    assert rows
    for example, _ in rows:
        for query in re.findall(r"`([^`]+)`", example):
            parse(query.replace("...", "0" * 32))


@pytest.mark.parametrize(
    "text", re.findall(r"^```toml\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
)
def test_every_piece_of_settings_is_one(text: str) -> None:
    from avara_tui.config.loading import parse_config

    parse_config(text, Path("README.md"))


def test_every_variable_is_read_by_the_program() -> None:
    from avara_tui.config import BASE_URL_VARIABLE
    from avara_tui.config.environment import variables
    from avara_tui.config.errors import FILE_VARIABLE
    from avara_tui.triage.process.hygiene import API_KEY_VARIABLE

    known = {API_KEY_VARIABLE, BASE_URL_VARIABLE, FILE_VARIABLE, *variables()}
    named = set(re.findall(r"`(AVARA_[A-Z_]+)", README))
    assert named
    assert named <= known


def test_every_setting_that_is_named_exists() -> None:
    from avara_tui.config.document import example

    known = set(re.findall(r"^#\[*(?:\w+\.)*(\w+)(?: =|\])", example(), re.MULTILINE))
    for name in re.findall(r"`([a-z_]+) = ", README) + re.findall(r"`\[([a-z_]+)\]`", README):
        assert name in known, name


def test_the_exit_codes_are_those_of_the_program() -> None:
    from avara_tui.cli.exit_codes import ExitCode

    section = README.partition("## Without a screen\n")[2].partition("\n## ")[0]
    documented = [int(code) for code in re.findall(r"^\| (\d+) \| \S", section, re.MULTILINE)]
    assert documented == [int(code) for code in ExitCode]
