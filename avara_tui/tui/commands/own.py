"""Commands of the site's own on keys: they run beside the work, and show what they print."""

import os
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

from avara_tui.config import Config, OwnCommand
from avara_tui.study import Study
from avara_tui.text import clean
from avara_tui.tui.choices import yes
from avara_tui.tui.keys.actions import Actions, StudyActions
from avara_tui.tui.keys.own_actions import action_id
from avara_tui.tui.lines import Line, Role, line
from avara_tui.tui.presentation.detail import name_line
from avara_tui.tui.protocols import Asking, Covering

if TYPE_CHECKING:
    from avara_tui.triage.own_command import Ended

MOST: Final = 4
"""Commands that run at the same time."""
_NONE: Final = "there is no command of your own: `avara-tui config example` shows how to add one"


class CommandScreen(Asking, Covering, Protocol):
    """What commands of the site's own need of the screen."""

    @property
    def keys_pressed(self) -> int:
        """How many keys the table and the detail have had."""
        ...

    @property
    def is_active(self) -> bool:
        """Whether it is the screen that is shown."""
        ...

    @property
    def is_at_rest(self) -> bool:
        """Whether nothing waits for an answer."""
        ...


class OwnCommands:
    """Runs the site's commands for the study that a key means."""

    def __init__(self, screen: CommandScreen, config: Config) -> None:
        self._screen = screen
        self._commands = config.commands
        self._running: set[tuple[str, str]] = set()
        self._last: tuple[Line, list[str]] | None = None

    @property
    def study_actions(self) -> StudyActions:
        """What is done to the study that a key means, by action id."""
        return {action_id(each): self._handler_of(each) for each in self._commands}

    @property
    def actions(self) -> Actions:
        """What is done with no study in particular, by action id."""
        return {"output": self.show_output}

    def _handler_of(self, command: OwnCommand) -> Callable[[Study], Awaitable[None]]:
        return partial(self.run, command)

    async def run(self, command: OwnCommand, study: Study) -> None:
        """Ask if need be, start the command, and show what it prints when it has ended."""
        from avara_tui.triage.own_command import (  # noqa: PLC0415 - on request only
            NotRunError,
            argv_of,
            run,
        )

        name = self._name(study)
        if command.ask is not None:
            question = line((f"{clean(command.ask)} this study?", Role.STRONG))
            answers = yes(clean(command.name))
            if await self._screen.ask(question, answers, keep="do not", about=study) != "y":
                return
        called = line((clean(command.name), Role.STRONG))
        running = (command.name, study.study_id)
        if running in self._running or len(self._running) >= MOST:
            why = "still runs" if running in self._running else f"waits: {MOST} others run"
            self._screen.notice(called, line((f"{why} for ", Role.WARNING)) + name)
            return
        self._running.add(running)
        self._screen.notice(called, line("runs for ") + name)
        pressed = self._screen.keys_pressed
        try:
            ended = await run(argv_of(command, study), os.environ, seconds=command.seconds)
        except NotRunError as error:
            self._screen.notice(called, line((f"not run: {error}", Role.WARNING)), name)
            return
        finally:
            self._running.discard(running)
        title = called + line("  ") + ending(command, ended) + line("  ") + name
        self._last = (title, ended.output)
        # A card that takes the keys from somebody who types would take keys meant for a study.
        is_seen = self._screen.is_active and not self._screen.masked
        if is_seen and self._screen.keys_pressed == pressed and self._screen.is_at_rest:
            self.show_output()
        else:
            key = self._screen.key("output")
            self._screen.notice(title, line((key, Role.KEY), " shows what it printed"))

    def forget(self) -> None:
        """Forget what the last command printed."""
        self._last = None

    def show_output(self) -> None:
        """Show what the last command printed."""
        from avara_tui.tui.widgets.output_card import OutputCard  # noqa: PLC0415 - on request only

        if self._last is None:
            why = "no command of your own has run" if self._commands else _NONE
            self._screen.notice(line((why, Role.WARNING)))
            return
        self._screen.clear_notice()
        self._screen.lay(OutputCard(*self._last))

    def _name(self, study: Study) -> Line:
        return name_line(study, masked=self._screen.masked)


def ending(command: OwnCommand, ended: "Ended") -> Line:
    """Return how a command ended."""
    if ended.status is None:
        return line((f"ended after {command.seconds:g} s: its time was up", Role.WARNING))
    cut = ", output cut" if ended.is_cut else ""
    if ended.status == 0:
        return line((f"done{cut}", Role.GOOD))
    what = f"exit status {ended.status}" if ended.status > 0 else f"signal {-ended.status}"
    return line((f"failed: {what}{cut}", Role.WARNING))
