"""The real app in a terminal that is in the test: what it is sent, and what a full redraw gives."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyte
from textual import events
from textual.driver import Driver as TextualDriver
from textual.drivers.headless_driver import HeadlessDriver
from textual.geometry import Size
from textual.keys import _character_to_key
from textual.screen import Screen

import avara_tui.tui.app
from avara_tui.tui.app import WorklistApp
from avara_tui.tui.options import RunOptions
from avara_tui.tui.terminal.bursts import Arrivals
from avara_tui.tui.terminal.drawing import WholeUpdate
from avara_tui.tui.terminal.front_buffer import FrontBuffer
from avara_tui.tui.terminal.screen import TerminalScreen
from masthead import READ_WHOLE
from tui.driver import PATIENCE, Driver, SlowHand
from tui.rest import QUIET, is_drawn, is_idle

Row = tuple[Any, ...]
"""The cells of a row: pyte's Chars, which hold a character, its colours and its weight."""
_NO_WRAP = "\x1b[?7l"
_RESET = "\x1b[0m"
ON_ITS_WAY = 3.0
"""Seconds in which what has changed must be on the terminal; what is left there stays for ever."""


class PaintedTerminal:
    """What a terminal shows that was sent all of this."""

    def __init__(self, columns: int, rows: int) -> None:
        self.sent = 0
        """How many characters the app has written."""
        self.resize(columns, rows)

    def resize(self, columns: int, rows: int) -> None:
        """Become another size, with the remains that a resize may leave."""
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.Stream(self.screen)
        self._stream.feed(_NO_WRAP)
        for y in range(rows):
            self._stream.feed(f"\x1b[{y + 1};1H{'?' * columns}")

    def feed(self, data: str) -> None:
        """Take what was written."""
        self._stream.feed(data)

    @property
    def rows(self) -> list[Row]:
        """Everything that is shown."""
        buffer, columns = self.screen.buffer, range(self.screen.columns)
        return [tuple(map(buffer[y].__getitem__, columns)) for y in range(self.screen.lines)]


class PaintingDriver(HeadlessDriver):
    """Sends what the app writes to the test's terminal."""

    terminal: PaintedTerminal

    @property
    def is_headless(self) -> bool:
        """Claim that somebody can see it."""
        return False

    def write(self, data: str) -> None:
        """Let the terminal draw it."""
        self.terminal.sent += len(data)
        self.terminal.feed(data)


class PaintedApp(WorklistApp):
    """The app, with a terminal of the test's."""

    CSS_PATH = str(Path(avara_tui.tui.app.__file__).parent / "screens" / "worklist.tcss")
    terminal: PaintedTerminal

    def _build_driver(
        self,
        headless: bool,
        inline: bool,  # noqa: ARG002
        mouse: bool,
        size: tuple[int, int] | None,
    ) -> TextualDriver:
        assert headless
        assert size is not None
        self.terminal = PaintedTerminal(*size)
        driver = PaintingDriver(self, debug=False, mouse=mouse, size=size)
        driver.terminal = self.terminal
        self._driver = driver
        return driver


class Painted(Driver):
    """A person at the app, who can compare what is shown with what should be."""

    app: PaintedApp

    def strike(self, key: str) -> None:
        """Press a key, and wait for nothing."""
        character = key if len(key) == 1 else None
        name = _character_to_key(key) if len(key) == 1 else key
        event = events.Key(name, " " if key == "space" else character)
        event.set_sender(self.app)
        self.app.post_message(event)

    def click(self, column: int, row: int) -> None:
        """Press and release the left button on a cell, and wait for nothing."""
        for kind in (events.MouseDown, events.MouseUp):
            event = kind(
                None,
                x=column,
                y=row,
                delta_x=0,
                delta_y=0,
                button=1,
                shift=False,
                meta=False,
                ctrl=False,
                screen_x=column,
                screen_y=row,
            )
            event.set_sender(self.app)
            self.app.post_message(event)

    def resize(self, columns: int, rows: int) -> None:
        """Make the terminal another size, which leaves remains of what was there."""
        self.app.terminal.resize(columns, rows)
        size = Size(columns, rows)
        assert self.app._driver is not None
        self.app._driver._size = size
        self.app.post_message(events.Resize(size, size))

    async def at_rest(self) -> Screen[Any]:
        """Wait until nothing is left to be done or drawn; return the screen that is shown."""
        quiet = 0
        async with asyncio.timeout(PATIENCE):
            while True:
                quiet = quiet + 1 if self._is_at_rest(self.app.screen) else 0
                if quiet == QUIET:
                    break
                await asyncio.sleep(0.001)
        return self.app.screen

    def _is_at_rest(self, screen: Screen[Any]) -> bool:
        return (
            is_drawn(screen)
            and screen.size == screen._compositor.size == self.app.size == self._size
            and is_idle(screen)
        )

    @property
    def _size(self) -> Size:
        shown = self.app.terminal.screen
        return Size(shown.columns, shown.lines)

    def redrawn(self, screen: TerminalScreen[None]) -> list[Row]:
        """Return what a terminal shows that is sent everything at once, and only that."""
        update = screen.whole_picture()
        assert isinstance(update, WholeUpdate)
        update._front_buffer = FrontBuffer()
        columns, rows = self._size
        drawn = dict(_each_row(update.render_segments(self.app.console), columns))
        assert sorted(drawn) == list(range(rows))
        return [drawn[y] for y in range(rows)]

    async def check(self, after: str) -> None:
        """Fail if the terminal does not show what it would after a full redraw.

        What Textual draws itself, such as a screen that is not ours, is not looked at.
        """
        limit = time.monotonic() + ON_ITS_WAY
        while True:
            screen = await self.at_rest()
            if not isinstance(screen, TerminalScreen):
                return
            wanted, shown = self.redrawn(screen), self.app.terminal.rows
            if shown == wanted:
                return
            if time.monotonic() > limit:
                break
            # Something may have been drawn just now that nobody has asked to be shown yet.
            await asyncio.sleep(0.05)
        if self.app._exception is not None:
            raise AssertionError(f"after {after}, the app has ended") from self.app._exception
        raise AssertionError(f"after {after}, the terminal shows\n{_differences(shown, wanted)}")


def _differences(shown: list[Row], wanted: list[Row]) -> str:
    return "\n".join(
        f"{y:3} shown  {_text(seen)}\n    wanted {_text(right)}\n"
        f"    in columns {[x for x, each in enumerate(seen) if each != right[x]]}"
        for y, (seen, right) in enumerate(zip(shown, wanted, strict=True))
        if seen != right
    )


def _text(row: Row) -> str:
    return "".join(each.data for each in row)


def _each_row(sent: str, columns: int) -> Iterator[tuple[int, Row]]:
    """Yield the rows of a full redraw, each drawn on a terminal of one row."""
    parts = re.split(r"\x1b\[(\d+);(\d+)H", sent)
    assert not parts[0]
    style, y, row = _RESET, -1, ""
    begins_with = style
    for number, column, text in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        if int(number) - 1 != y:
            if y >= 0:
                yield y, _drawn(begins_with, row, columns)
            y, row, begins_with = int(number) - 1, "", style
        row += f"\x1b[1;{column}H{text}"
        styles = re.findall(r"\x1b\[[0-9;]*m", text)
        for each in styles:
            # Only what differs is sent: what was set before counts until all is set afresh.
            style = each if each == _RESET or each.startswith("\x1b[0;") else style + each
    yield y, _drawn(begins_with, row, columns)


@lru_cache(maxsize=20_000)
def _drawn(style: str, row: str, columns: int) -> Row:
    """Return what a row looks like; most rows have been drawn before, and pyte is slow."""
    terminal = PaintedTerminal(columns, 1)
    terminal.feed(_RESET + style + row)
    return terminal.rows[0]


@asynccontextmanager
async def painted(options: RunOptions, size: tuple[int, int] = (120, 36)) -> AsyncIterator[Painted]:
    """Run the app on a terminal of ``size`` columns and rows, and wait until all is loaded."""
    app, hand = PaintedApp(options), SlowHand()
    app.arrivals = Arrivals(hand)
    async with app.run_test(size=size) as pilot:
        person = Painted(app, pilot, hand)
        await person.until(lambda: READ_WHOLE.search(person.text) is not None, "all read")
        await person.sees("live")
        yield person
