"""``list`` and ``show``: the same studies as on the screen, as text and as JSON, or why not."""

import asyncio
import re
import subprocess
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.tui.controller.worklist import WorklistController
from cli.commands import Shell, shell_at
from tui.driver import Driver, worklist

NOBODY = "stu_00000000000000000000000000000000"


@pytest.fixture
def shell(emulator: EmbeddedEmulator, tmp_path: Path) -> Shell:
    return shell_at(emulator, tmp_path)


def controller_of(driver: Driver) -> WorklistController:
    return driver.controller


async def test_list_shows_what_the_screen_shows_in_the_same_order(
    emulator: EmbeddedEmulator, shell: Shell
) -> None:
    async with worklist(emulator) as driver:
        controller = controller_of(driver)

        def on_screen(view: str, text: str) -> list[str]:
            controller.board.choose(
                next(each for each in controller.board.worklists if each.name == view)
            )
            assert controller.filter.narrow(text)
            return list(controller.board.ids)

        for view, text in (
            ("All open", ""),
            ("All open", "ct age:>10m"),
            ("Mine", ""),
            ("Unassigned", "-severity:stat"),
            ("Overdue", "-assignee:okafor"),
            ("Complete", "meta.modality:ct"),
            ("Cancelled", ""),
            ("Mine", "is:any any:ct"),
        ):
            before = on_screen(view, text)
            ended = await asyncio.to_thread(
                shell.run, "list", "--view", view.lower(), "--filter", text, "--json"
            )
            after = on_screen(view, text)
            assert (ended.status, ended.err) == (0, ""), view
            # Time passes between two looks, and may make a study overdue.
            assert [each["studyId"] for each in ended.objects] in (before, after), view
            assert before, view


def test_the_worklist_to_begin_with_is_that_of_the_screen(shell: Shell) -> None:
    named = shell.run("list", "--view", "All open", "--columns", "id")
    assert named.lines
    assert shell.run("list", "--columns", "id").lines == named.lines


def test_json_has_the_studies_as_the_server_has_them(
    emulator: EmbeddedEmulator, shell: Shell
) -> None:
    hostile = "CT \x1b[31m\u202e" + "\x7f head\n"
    study_id = emulator.studies()[0]["studyId"]
    emulator.change(study_id, studyDescription=hostile, metadata={"k\x9b": "v"})
    ended = shell.run("list", "--all", "--json", "--filter", f"id:{study_id}")
    (shown,) = ended.objects
    known = emulator.study(study_id)
    for name in ("studyId", "studyInstanceUid", "studyDescription", "severity", "metadata"):
        assert shown[name] == known[name]
    assert shown["studyDescription"] == hostile
    assert ended.out.isascii()
    assert ended.out.removesuffix("\n").isprintable()


def test_text_holds_nothing_that_a_terminal_obeys(emulator: EmbeddedEmulator, shell: Shell) -> None:
    study_id = emulator.studies()[0]["studyId"]
    hostile = "CT \x1b]0;x\x07 \x9b31m \u202e\nnext"
    emulator.change(study_id, studyDescription=hostile, metadata={"k\x1b": hostile})
    for arguments in (["show", study_id], ["list", "--all", "--filter", f"id:{study_id}"]):
        ended = shell.run(*arguments)
        assert ended.status == 0
        assert "CT �]0;x" in ended.out
        assert all(line.isprintable() for line in ended.lines)


def test_columns_stand_under_their_titles_and_no_cell_is_empty(shell: Shell) -> None:
    columns = "id,priority,due,customer,meta.nothing,updated"
    ended = shell.run("list", "--columns", columns)
    title, *rows = ended.lines
    starts = [match.start() for match in re.finditer(r"\S+", title)]
    assert title.split() == ["ID", "PRIORITY", "DUE", "CUSTOMER", "NOTHING", "UPDATED"]
    assert rows
    for row in rows:
        assert all(row[start - 2 : start] == "  " for start in starts[1:])
        assert all(row[start] != " " for start in starts)


def test_sort_and_limit(emulator: EmbeddedEmulator, shell: Shell) -> None:
    ended = shell.run("list", "--all", "--sort", "-updated", "--limit", "5", "--json")
    times = [each["updatedAt"] for each in ended.objects]
    newest = sorted((each["updatedAt"] for each in emulator.studies()), reverse=True)
    assert times == newest[:5]


def test_show_finds_a_study_by_id_and_by_uid(emulator: EmbeddedEmulator, shell: Shell) -> None:
    study = next(each for each in emulator.studies() if each["isCancelled"])
    by_id = shell.run("show", study["studyId"])
    by_uid = shell.run("show", f" {study['studyInstanceUid']} ", "--json")
    assert by_id.status == by_uid.status == 0
    assert re.search(rf"^id +{study['studyId']}$", by_id.out, re.MULTILINE)
    assert re.search(r"^status +cancelled$", by_id.out, re.MULTILINE)
    (shown,) = by_uid.objects
    assert shown["studyId"] == study["studyId"]
    assert shown["isCancelled"] is True


@pytest.mark.parametrize(
    "shown", ["\u201c{}\u201d", "UID: {}.", "\u200b{}\ufeff", "studyInstanceUid={}"]
)
def test_a_uid_is_taken_as_it_was_pasted(
    emulator: EmbeddedEmulator, shell: Shell, shown: str
) -> None:
    study = emulator.studies()[3]
    pasted = shown.format(study["studyInstanceUid"])
    (one,) = shell.run("show", pasted, "--json").objects
    assert one["studyId"] == study["studyId"]
    listed = shell.run("list", "--all", "--filter", f"uid\uff1a{pasted}", "--json").objects
    assert [each["studyId"] for each in listed] == [study["studyId"]]
    assert emulator.count("studies.list") == 0


def test_a_study_that_is_named_is_not_looked_for_in_the_whole_archive(
    emulator: EmbeddedEmulator, shell: Shell
) -> None:
    uid = emulator.studies()[0]["studyInstanceUid"]
    assert shell.run("list", "--all", "--filter", f"uid:{uid}", "--json").objects
    assert emulator.count("studies.list") == 0


def test_what_is_incomplete_is_asked_for_first_where_only_open_studies_can_match(
    emulator: EmbeddedEmulator, shell: Shell
) -> None:
    assert shell.run("list").status == 0
    lists = [each.query for each in emulator.requests if each.operation == "studies.list"]
    assert all("isCancelled=false" in each for each in lists)
    asked = ["studyViewerStatus=incomplete" in each for each in lists]
    assert asked == sorted(asked, reverse=True)
    assert set(asked) == {True, False}


def test_only_incomplete_studies_are_asked_for_where_only_they_can_match(
    emulator: EmbeddedEmulator, shell: Shell
) -> None:
    assert shell.run("list", "--filter", "status:incomplete").status == 0
    lists = [each.query for each in emulator.requests if each.operation == "studies.list"]
    assert lists
    assert all("studyViewerStatus=incomplete" in each for each in lists)


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["show", NOBODY], 3, "the server does not know it"),
        (["show", "stu_" + "aB" * 16], 3, "the server does not know it"),
        (["show", "1.2.3.4"], 3, "the server does not know it"),
        (["show", "CT head"], 2, "neither a study id nor a Study Instance UID"),
        (["list", "--filter", "sverity:stat"], 2, "did you mean severity?"),
        (["list", "--filter", "ct is:marked"], 2, "only while the worklist is on a screen"),
        (["list", "--filter", "is:changed"], 2, "only while the worklist is on a screen"),
        (["list", "--view", "Stats"], 2, "There are STAT, Mine"),
        (["list", "--sort", "agge"], 2, "did you mean 'age'?"),
        (["list", "--columns", "id,prio"], 2, "'prio' is no column"),
        (["list", "--profile", "b!"], 2, "is no profile name"),
        (["list", "--limit", "0"], 2, "not a number from 1 up"),
        (["list", "--all", "--view", "Mine"], 2, "not allowed with argument"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_is_refused_with_a_code_and_a_sentence(
    shell: Shell, arguments: list[str], status: int, sentence: str
) -> None:
    ended = shell.run(*arguments)
    assert (ended.status, ended.out) == (status, "")
    assert sentence in ended.err
    assert "Traceback" not in ended.err


def test_who_me_is_has_to_be_known(shell: Shell) -> None:
    shell.settings("")
    ended = shell.run("list", "--view", "Mine")
    assert (ended.status, ended.out) == (2, "")
    assert "Nobody has said who “me” is" in ended.err


def without_key(shell: Shell) -> None:
    del shell.environ["AVARA_API_KEY"]


def wrong_key(shell: Shell) -> None:
    shell.environ["AVARA_API_KEY"] = "sk_live_ffffffffffffffffffffffffffffffff"


def out_of_reach(shell: Shell) -> None:
    # The discard port: nobody listens there.
    shell.environ["AVARA_BASE_URL"] = "http://127.0.0.1:9"


@pytest.mark.parametrize(
    "command", [["list"], ["show", NOBODY], ["set", NOBODY, "--status=complete"]]
)
@pytest.mark.parametrize(
    ("trouble", "status"), [(without_key, 4), (wrong_key, 4), (out_of_reach, 6)]
)
def test_a_key_or_a_server_that_is_not_there(
    shell: Shell, trouble: Callable[[Shell], None], status: int, command: list[str]
) -> None:
    trouble(shell)
    ended = shell.run(*command)
    assert (ended.status, ended.out) == (status, "")
    assert ended.err
    assert "sk_live_ff" not in ended.err


def test_a_failed_reading_never_says_that_there_is_nothing(
    emulator: EmbeddedEmulator, shell: Shell
) -> None:
    emulator.arm("status-500", count=1000, operation="studies.list")
    ended = shell.run("list")
    assert (ended.status, ended.out) == (1, "")
    assert "Could not list studies" in ended.err
    assert "No study" not in ended.err


def test_a_list_that_is_cut_short_says_that_it_is_incomplete(tmp_path: Path) -> None:
    with EmbeddedEmulator(studies=300, seed=1) as emulator:
        shell = shell_at(emulator, tmp_path)
        whole = shell.run("list", "--all", "--json")
        emulator.arm("repeated-cursor", count=1000, operation="studies.list")
        cut = shell.run("list", "--all", "--json")
    assert (whole.status, whole.err) == (0, "")
    assert cut.status == 1
    assert cut.err.startswith("INCOMPLETE: ")
    assert 0 < len(cut.objects) < len(whole.objects)


def test_no_study_is_lost_from_a_list_that_moves_while_it_is_read(tmp_path: Path) -> None:
    with EmbeddedEmulator(studies=300, seed=1, latency_ms=30) as emulator:
        shell = shell_at(emulator, tmp_path)
        standing = {each["studyId"] for each in emulator.studies() if not each["isCancelled"]}
        gone = {each["studyId"] for each in emulator.studies()[:20]}
        with ThreadPoolExecutor() as pool:
            running = pool.submit(shell.run, "list", "--all", "--json")
            while emulator.count("studies.list") < 2:
                time.sleep(0.005)
            # What is taken from the front pulls the rest over the edge of the page before.
            emulator.run(lambda world: deque(map(world.store.delete, gone)))
            ended = running.result()
    assert ended.status == 0
    assert {each["studyId"] for each in ended.objects} >= standing - gone


def test_more_than_the_load_limit_is_said_to_be_left_out(tmp_path: Path) -> None:
    with EmbeddedEmulator(studies=600, seed=1) as emulator:
        shell = shell_at(emulator, tmp_path)
        file = shell.settings("load_limit = 100\n")
        ended = shell.run("list", "--json")
        file.write_text("")
        stat = shell.run("list", "--view", "STAT", "--json")
    assert ended.status == 1
    assert "More than 100 studies came" in ended.err
    listed = {each["studyId"] for each in ended.objects}
    assert {each["studyId"] for each in stat.objects} <= listed


def test_nothing_that_matches_is_a_success_that_says_so(shell: Shell) -> None:
    ended = shell.run("list", "--filter", "nothingofthekind")
    assert (ended.status, ended.out) == (0, "")
    assert ended.err == (
        "No study in the worklist “All open” matches; --all looks at every study.\n"
    )


def test_a_reader_that_leaves_early_is_no_error(shell: Shell) -> None:
    with subprocess.Popen(
        shell.argv("list", "--all"),
        env=shell.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait() == 1
