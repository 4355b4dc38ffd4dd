"""What is said to be lost when the program is ended: how much, and never what."""

import inspect
from collections.abc import Iterable

import pytest

from avara_tui.api.errors import ErrorKind
from avara_tui.clock import SystemClock
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.triage.writing.ending import Ending
from avara_tui.triage.writing.history import NEW, Entry, History, StudyChange
from avara_tui.tui.controller.leaving import NEW_STUDY, UNFINISHED_TEXT, Change, Leaving
from avara_tui.worklist.merge import FieldChange
from tui.driver import worklist

STATUS = FieldChange("status", "incomplete", "complete")
SEVERITY = FieldChange("severity", "normal", "stat")
ONE = Change("stu_1", "status")
TWO = Change("stu_1", "severity")
NOT_KNOWN = "1 change was being saved: its outcome is not known"


def sent(study_id: str = "stu_1", *fields: FieldChange) -> tuple[History, Entry, StudyChange]:
    """Return a history with a write that is on its way, and the write."""
    history = History(SystemClock())
    entry = history.begin("status")
    history.intend(entry, study_id, fields or (STATUS,))
    (change,) = entry.changes
    return history, entry, change


@pytest.mark.parametrize(
    ("wanted", "others", "said"),
    [
        ((), (), []),
        ((ONE,), (), ["1 change was not saved"]),
        ((ONE, TWO, ONE), (), ["2 changes were not saved"]),
        ((), (UNFINISHED_TEXT,), ["an unfinished text was not saved"]),
        ((), (NEW_STUDY,), ["a new study was not saved"]),
        ((ONE,), (NEW_STUDY,), ["1 change and a new study were not saved"]),
        (
            (ONE, TWO),
            (UNFINISHED_TEXT, NEW_STUDY),
            ["2 changes, an unfinished text and a new study were not saved"],
        ),
    ],
)
def test_what_is_not_saved_is_counted(
    wanted: Iterable[Change], others: tuple[str, ...], said: list[str]
) -> None:
    assert Leaving(History(SystemClock()), wanted, others).losses == said


def test_what_was_sent_is_neither_saved_nor_lost_and_counts_once() -> None:
    history, _, _ = sent()
    # The draft that is being saved wants the same.
    assert Leaving(history, [ONE]).losses == [NOT_KNOWN]
    assert Leaving(history, [ONE, TWO]).losses == ["1 change was not saved", NOT_KNOWN]


@pytest.mark.parametrize(
    ("ending", "said"),
    [
        (Ending.DONE, []),
        (Ending.NOTHING_TO_DO, []),
        (Ending.UNKNOWN, [NOT_KNOWN]),
        (Ending.FAILED, ["1 change was not saved"]),
        (Ending.CONFLICT, ["1 change was not saved"]),
    ],
)
def test_how_a_write_ends_after_the_signal_counts(ending: Ending, said: list[str]) -> None:
    history, entry, change = sent()
    leaving = Leaving(history, [ONE])
    history.end(entry, change._replace(ending=ending))
    assert leaving.losses == said


def test_a_write_that_leaves_after_the_signal_is_not_said_to_be_unsaved() -> None:
    history = History(SystemClock())
    leaving = Leaving(history, [ONE])
    entry = history.begin("status")
    with pytest.raises(KeyboardInterrupt), history.attempt(entry, "stu_1", (STATUS,)):
        raise KeyboardInterrupt
    assert leaving.losses == [NOT_KNOWN]


def test_what_ended_before_is_no_loss() -> None:
    history, entry, change = sent("stu_1", STATUS, SEVERITY)
    history.end(entry, change._replace(ending=Ending.UNKNOWN, error=ErrorKind.TIMEOUT))
    assert Leaving(history, ()).losses == []


def test_a_study_that_is_being_created_is_one_change() -> None:
    name = f"{NEW}abc"
    history, entry, change = sent(name, STATUS, SEVERITY)
    leaving = Leaving(history, ())
    assert leaving.losses == [NOT_KNOWN]
    history.end(entry, change._replace(study_id="stu_9", ending=Ending.DONE, was=name))
    assert leaving.losses == []


async def test_a_command_that_was_never_begun_is_let_go_of_in_peace(
    emulator: EmbeddedEmulator,
) -> None:
    begun = []

    async def command() -> None:
        begun.append(True)

    async with worklist(emulator) as driver:
        never = command()
        driver.screen.run_command(never)
        assert driver.screen.controller.leave() is not None
        assert inspect.getcoroutinestate(never) == inspect.CORO_CLOSED
        # The key that follows is for nobody: what it stood for is not done either.
        await driver.pilot.pause()
        assert begun == []
