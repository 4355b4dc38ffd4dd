"""A stop by a signal comes between two steps of the program, never in the midst of one."""

import asyncio
import os
import signal

import pytest

from avara_tui.tui.terminal.driver import TerminalDriver


class Stoppable(TerminalDriver):
    """A driver without a terminal, which notes what it is to do with one."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._auto_restart = True
        self._must_signal_resume = False
        self.done: list[str] = []

    def suspend_application_mode(self) -> None:
        self.done.append("gave the terminal back")

    def resume_application_mode(self) -> None:
        self.done.append("took it")


async def test_nothing_is_done_where_a_signal_interrupts_a_step(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    driver = Stoppable()

    def kill(pid: int, number: int) -> None:
        assert (pid, number) == (os.getpid(), signal.SIGSTOP)
        driver.done.append("stopped")

    monkeypatch.setattr(os, "kill", kill)
    driver._sigtstp_application()
    assert not driver.done
    await asyncio.sleep(0)
    assert driver.done == ["gave the terminal back", "stopped"]
    driver._sigcont_application()
    assert len(driver.done) == 2
    await asyncio.sleep(0)
    assert driver.done[2:] == ["took it"]


async def test_a_stop_that_nobody_saw_coming_gives_the_terminal_back_first() -> None:
    driver = Stoppable()
    driver._sigcont_application()
    await asyncio.sleep(0)
    assert driver.done == ["gave the terminal back", "took it"]
    assert driver._must_signal_resume
