"""Commands that read a list from a server that allows few requests, or fails for a while."""

from collections.abc import Callable
from pathlib import Path

import pytest

from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.triage.reading.patient import SLOWER
from cli.commands import Ended, Shell, shell_at
from cli.foreign import KEY, Foreign, Trouble, studies
from studies import is_open

EVERYTHING = ("list", "--all", "--json")
OPEN = ("list", "--json")
NUMBER = 350
"""Studies, on four pages."""
BUSY = Trouble(429)
FAILURES = 7
"""Requests that fail: at most two calls are under way, and each tries three times by itself."""


def ids(ended: Ended) -> set[str]:
    return {each["studyId"] for each in ended.objects}


def at(foreign: Foreign, home: Path) -> Shell:
    return Shell(home, foreign.base_url, KEY)


def after_the_first(trouble: Trouble, times: int) -> Callable[[int], Trouble | None]:
    return lambda number: trouble if 1 <= number <= times else None


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    ("retry_after", "command"),
    [("missing", EVERYTHING), ("missing", OPEN), ("told", EVERYTHING)],
)
def test_a_server_that_allows_three_requests_a_second_is_read_to_the_end(
    tmp_path: Path, retry_after: str, command: tuple[str, ...]
) -> None:
    with EmbeddedEmulator(studies=500, seed=1) as emulator:
        shell = shell_at(emulator, tmp_path)
        emulator.switch("rate-limit", "3")
        emulator.switch("retry-after", retry_after)
        ended = shell.run(*command)
        there = [each for each in emulator.studies() if command == EVERYTHING or is_open(each)]
    assert (ended.status, ended.err) == (0, f"{SLOWER}\n")
    assert ids(ended) == {each["studyId"] for each in there}


@pytest.mark.parametrize(
    ("command", "status"), [(EVERYTHING, 429), (OPEN, 429), (EVERYTHING, 503), (OPEN, 500)]
)
def test_a_server_that_fails_for_a_while_is_read_to_the_end(
    tmp_path: Path, status: int, command: tuple[str, ...]
) -> None:
    rows = studies(NUMBER)
    with Foreign(rows, after_the_first(Trouble(status), FAILURES)).running() as foreign:
        ended = at(foreign, tmp_path).run(*command)
    assert ended.status == 0
    assert len(ended.objects) == NUMBER
    assert ids(ended) == {each["studyId"] for each in rows}
    (said,) = ended.err.splitlines()
    assert said == SLOWER if status == 429 else "Trying again, for up to 60 s" in said


@pytest.mark.parametrize(
    ("command", "trouble", "status"),
    [
        (EVERYTHING, BUSY, 1),
        (EVERYTHING, Trouble(503), 6),
        (OPEN, BUSY, 1),
        (OPEN, Trouble(500), 1),
        (("handoff", "--json"), BUSY, 1),
    ],
)
def test_a_server_that_never_gets_better_is_given_up_with_what_came(
    tmp_path: Path, trouble: Trouble, status: int, command: tuple[str, ...]
) -> None:
    with Foreign(studies(NUMBER), after_the_first(trouble, 10_000)).running() as foreign:
        ended = at(foreign, tmp_path).run(*command, "--timeout", "0.5")
    assert ended.status == status
    assert "INCOMPLETE: the list does not hold every study that it should." in ended.err
    assert f"(HTTP {trouble.status})" in ended.err
    assert "Traceback" not in ended.err
    assert ended.objects
    if command[0] == "list":
        assert len(ended.objects) == len(ids(ended)) == 100
    else:
        assert ended.objects[0]["isComplete"] is False


def test_nothing_is_claimed_from_a_list_that_was_given_up(tmp_path: Path) -> None:
    rows = studies(NUMBER, assignedTo=None)
    with Foreign(rows, after_the_first(BUSY, 10_000)).running() as foreign:
        shell = at(foreign, tmp_path)
        shell.settings('[profiles.default]\nme = "usr_1234567890abcdef1234567890abcdef"\n')
        ended = shell.run("next", "--timeout", "0.5")
    assert (ended.status, ended.out) == (1, "")
    assert "Not every study could be read: nothing was claimed." in ended.err


def test_a_server_that_is_busy_from_the_start_is_waited_for(tmp_path: Path) -> None:
    def busy_at_first(number: int) -> Trouble | None:
        return BUSY if number < FAILURES else None

    with Foreign(studies(10), busy_at_first).running() as foreign:
        ended = at(foreign, tmp_path).run(*EVERYTHING)
    assert (ended.status, ended.err) == (0, f"{SLOWER}\n")
    assert len(ended.objects) == 10


@pytest.mark.parametrize(
    ("trouble", "status", "is_waited_for"),
    [
        (BUSY, 1, True),
        (Trouble(429, {"retry-after": "3600"}), 1, False),
        (Trouble(503), 6, False),
        (Trouble(500), 1, False),
        (Trouble(401), 4, False),
    ],
    ids=str,
)
def test_a_server_that_never_answers_is_told_of_at_once_unless_it_is_busy(
    tmp_path: Path, trouble: Trouble, status: int, *, is_waited_for: bool
) -> None:
    with Foreign(studies(10), lambda _: trouble).running() as foreign:
        # More than one call takes with all its tries.
        ended = at(foreign, tmp_path).run(*EVERYTHING, "--timeout", "4")
    assert (ended.status, ended.out) == (status, "")
    assert ended.err.startswith(SLOWER) is is_waited_for
    assert "Could not list studies" in ended.err
    assert "INCOMPLETE" not in ended.err


@pytest.mark.parametrize(
    ("command", "value"),
    [("list", "0"), ("list", "-1"), ("handoff", "soon"), ("next", "nan"), ("list", "1e9")],
)
def test_a_timeout_is_a_number_of_seconds(tmp_path: Path, command: str, value: str) -> None:
    ended = Shell(tmp_path, "http://127.0.0.1:9", KEY).run(command, f"--timeout={value}")
    assert (ended.status, ended.out) == (2, "")
    assert "not a number of seconds" in ended.err
