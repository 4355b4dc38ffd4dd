"""``list --all``: every study there is, however many, as they come."""

import random
import subprocess
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any, Final

import pytest

from avara_tui.emulator.embedded import EmbeddedEmulator
from cli.commands import Shell, shell_at
from cli.foreign import KEY, Foreign, Trouble, studies
from studies import is_open

Json = dict[str, Any]

SELECTIONS: Final[dict[str, Callable[[Json], bool]]] = {
    "": lambda _: True,
    "is:cancelled": lambda each: each["isCancelled"],
    "-is:cancelled": lambda each: not each["isCancelled"],
    "is:open": is_open,
    "status:complete": lambda each: each["studyViewerStatus"] == "complete",
    "severity:stat": lambda each: each["severity"] == "stat",
    "severity:stat is:cancelled": lambda each: each["severity"] == "stat" and each["isCancelled"],
    "ct": lambda each: "ct" in each["studyDescription"].casefold(),
}


@pytest.fixture
def shell(emulator: EmbeddedEmulator, tmp_path: Path) -> Shell:
    for each in emulator.studies()[:40:4]:
        if not each["isCancelled"]:
            emulator.cancel(each["studyId"])
    return shell_at(emulator, tmp_path)


@pytest.mark.parametrize("sort", [(), ("--sort", "triage")], ids=["as they come", "sorted"])
def test_all_is_what_the_filter_says_cancelled_or_not(
    emulator: EmbeddedEmulator, shell: Shell, sort: tuple[str, ...]
) -> None:
    for text, is_expected in list(SELECTIONS.items())[: 4 if sort else None]:
        ended = shell.run("list", "--all", "--json", "--filter", text, *sort)
        assert (ended.status, ended.err) == (0, ""), text
        expected = [each["studyId"] for each in emulator.studies() if is_expected(each)]
        found = [each["studyId"] for each in ended.objects]
        assert expected
        assert len(found) == len(set(found))
        assert set(found) == set(expected), text


def test_a_cancelled_study_is_found_by_its_id_and_its_uid(
    emulator: EmbeddedEmulator, shell: Shell
) -> None:
    study = next(each for each in emulator.studies() if each["isCancelled"])
    for text in (
        f"id:{study['studyId']}",
        f"uid:{study['studyInstanceUid']}",
        f"id:{study['studyId']} is:cancelled",
        f"id:{study['studyId'][:-1]}*",
    ):
        ended = shell.run("list", "--all", "--json", "--filter", text)
        assert (ended.status, ended.err) == (0, ""), text
        assert [each["studyId"] for each in ended.objects] == [study["studyId"]], text


def test_whether_a_study_is_cancelled_is_shown(shell: Shell, emulator: EmbeddedEmulator) -> None:
    ended = shell.run("list", "--all", "--filter", "is:cancelled")
    title, *rows = ended.lines
    assert "STATUS" in title.split()
    assert len(rows) == sum(each["isCancelled"] for each in emulator.studies())
    assert all("  cancelled  " in row for row in rows)


def test_what_no_study_matches_is_said(shell: Shell) -> None:
    for text in ("nothingofthekind", "id:stu_" + "0" * 32):
        ended = shell.run("list", "--all", "--filter", text)
        assert (ended.status, ended.out, ended.err) == (0, "", "No study matches.\n")


@pytest.mark.parametrize("sort", [(), ("--sort", "-updated")], ids=["as they come", "sorted"])
def test_the_load_limit_is_no_limit_for_all(tmp_path: Path, sort: tuple[str, ...]) -> None:
    with EmbeddedEmulator(studies=700, seed=1) as emulator:
        shell = shell_at(emulator, tmp_path)
        shell.settings("load_limit = 100\n")
        ended = shell.run("list", "--all", "--json", *sort)
        there = {each["studyId"] for each in emulator.studies()}
    assert (ended.status, ended.err) == (0, "")
    assert {each["studyId"] for each in ended.objects} == there
    assert len(ended.objects) == len(there)


def test_the_order_is_the_servers_and_cancelled_ones_come_last(tmp_path: Path) -> None:
    rows = studies(250)
    random.Random(1).shuffle(rows)
    for each in rows[::3]:
        each["isCancelled"] = True
    with Foreign(rows).running() as foreign:
        shell = Shell(tmp_path, foreign.base_url, KEY)
        ended = shell.run("list", "--all", "--columns", "id", "--no-header")
    rows.sort(key=lambda each: each["isCancelled"])
    assert (ended.status, ended.err) == (0, "")
    assert ended.lines == [each["studyId"] for each in rows]


def test_a_study_is_printed_before_the_next_page_has_come(tmp_path: Path) -> None:
    was_read = Event()

    def hold(number: int) -> Trouble | None:
        # Whoever reads along has the first page before there is a second.
        if number:
            assert was_read.wait(60)
        return None

    rows = studies(250)
    with Foreign(rows, hold).running() as foreign:
        shell = Shell(tmp_path, foreign.base_url, KEY)
        with subprocess.Popen(
            shell.argv("list", "--all", "--columns", "id", "--no-header"),
            env=shell.environ,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout is not None
            first = [process.stdout.readline().strip() for _ in range(100)]
            was_read.set()
            rest = process.stdout.read().split()
            assert process.wait() == 0
    assert first + rest == [each["studyId"] for each in rows]


def test_a_limit_ends_the_reading(tmp_path: Path) -> None:
    with Foreign(studies(1000)).running() as foreign:
        shell = Shell(tmp_path, foreign.base_url, KEY)
        ended = shell.run("list", "--all", "--json", "--limit", "130")
        asked = len(foreign.queries)
    assert (ended.status, ended.err) == (0, "")
    assert len(ended.objects) == 130
    assert asked < 10


def test_no_study_is_lost_or_printed_twice_while_the_list_moves(tmp_path: Path) -> None:
    with EmbeddedEmulator(studies=600, seed=1, latency_ms=20) as emulator:
        shell = shell_at(emulator, tmp_path)
        there = [each["studyId"] for each in emulator.studies()]
        gone, cancelled, restored = set(there[:20]), there[100:110], there[200:210]
        for study_id in restored:
            if not emulator.study(study_id)["isCancelled"]:
                emulator.cancel(study_id)
        emulator.forget_requests()
        with ThreadPoolExecutor() as pool:
            running = pool.submit(shell.run, "list", "--all", "--json")
            while emulator.count("studies.list") < 3:
                time.sleep(0.005)
            # What is taken from the front pulls the rest over the edge of the page before.
            emulator.run(lambda world: deque(map(world.store.delete, gone)))
            for study_id in restored:
                emulator.uncancel(study_id)
            for study_id in cancelled:
                if not emulator.study(study_id)["isCancelled"]:
                    emulator.cancel(study_id)
            ended = running.result()
    assert ended.status == 0
    found = [each["studyId"] for each in ended.objects]
    assert len(found) == len(set(found))
    assert set(found) >= set(there) - gone


def test_a_list_that_ends_in_an_error_is_printed_and_not_whole(tmp_path: Path) -> None:
    with EmbeddedEmulator(studies=300, seed=1) as emulator:
        shell = shell_at(emulator, tmp_path)
        emulator.arm("repeated-cursor", count=1000, operation="studies.list")
        ended = shell.run("list", "--all", "--json")
    assert ended.status == 1
    assert ended.err.startswith("INCOMPLETE: ")
    assert 0 < len(ended.objects) < 300


def test_a_reader_that_leaves_after_some_studies_ends_it_quietly(tmp_path: Path) -> None:
    with EmbeddedEmulator(studies=3000, seed=1) as emulator:
        shell = shell_at(emulator, tmp_path)
        whole = shell.argv("list", "--all", "--json")
        with subprocess.Popen(
            whole,
            env=shell.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            assert process.stdout.readline()
            process.stdout.close()
            assert process.stderr.read() == ""
            process.wait()
        assert emulator.count("studies.list") < 60
        assert process.returncode
