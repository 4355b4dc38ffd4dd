"""Runs what keys stand for beside the screen, so that keys go on while a server is waited for."""

import asyncio
from collections.abc import Awaitable
from itertools import chain

from avara_tui.tui.keys.key_turn import Hold, KeyScreen
from avara_tui.tui.notices import PRESS, Press


class CommandRunner:
    """Runs the commands of one screen. A second one never cancels the first."""

    def __init__(self, screen: KeyScreen) -> None:
        self._screen = screen
        self._to_begin: dict[Hold, tuple[Awaitable[object], Awaitable[object]]] = {}

    def run(self, command: Awaitable[object]) -> None:
        """Run a command. Keys wait until its first step has shown whether it asks for something."""
        key_turn = self._screen.key_turn
        turn = key_turn.hold()
        press = PRESS.get() or Press(key_turn.pressed)

        async def run() -> None:
            self._to_begin.pop(turn, None)
            PRESS.set(press)
            key_turn.release_soon(turn)
            await command

        work = run()
        self._to_begin[turn] = (work, command)
        self._screen.run_worker(work, group="commands", description="a command")

    def end(self) -> None:
        """Break off what is still under way: the program ends, and waits for no server."""
        self._screen.workers.cancel_group(self._screen, "commands")
        for each in chain.from_iterable(self._to_begin.values()):
            # Python would complain, on the person's terminal, of one that was never begun.
            if asyncio.iscoroutine(each):
                each.close()
        self._to_begin.clear()
