"""Asking for a page before the one that leads to it has come, where its cursor can be foreseen.

A cursor means nothing to a client, and none is ever followed that the server has not given out:
what was asked for early is used only if the server then names that very cursor. The server thus
gets the requests that it would have got anyway, only sooner; where its cursors do not count rows,
nothing is asked early.
"""

import asyncio
import base64
import binascii
import re
from collections.abc import Awaitable, Callable
from typing import Final, Generic, TypeVar

Answer = TypeVar("Answer")

_NUMBER: Final = re.compile(r"\d+")


def foresee(cursor: str, rows: int, step: int) -> str | None:
    """Return the cursor that lies ``step`` rows beyond ``cursor``, which ``rows`` come before.

    None unless the one number in the cursor is just that number of rows.
    """
    try:
        text = base64.b64decode(cursor, validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return None
    if _NUMBER.findall(text) != [str(rows)]:
        return None
    return base64.b64encode(_NUMBER.sub(str(rows + step), text).encode()).decode()


class Prefetch(Generic[Answer]):
    """Fetches the pages of one walk, and up to ``most`` at a time ahead of it.

    How far it looks ahead doubles with every page that was foreseen, and ends for good with the
    first that was not.
    """

    def __init__(
        self,
        ask: Callable[[str | None], Awaitable[Answer]],
        *,
        first: Callable[[], int],
        step: Callable[[], int],
        most: int,
        pages: int | None,
        may: Callable[[], bool],
    ) -> None:
        """``step`` says how many rows a page has, and ``first`` how many the first one.

        ``pages`` is how many there were last time; ``may`` is asked before looking ahead.
        """
        self._ask = ask
        self._first = first
        self._step = step
        self._most = most
        self._pages = pages
        self._may = may
        self._depth = 1
        self._number = 0
        self._asked: dict[str, asyncio.Task[Answer]] = {}
        self._given_up: set[asyncio.Task[Answer]] = set()

    async def fetch(self, cursor: str | None) -> Answer:
        """Return the page at ``cursor``."""
        if cursor is None:
            self.close()
            self._number = 0
            return await self._ask(None)
        self._number += 1
        early = self._asked.pop(cursor, None)
        if early is not None:
            self._depth = min(2 * self._depth, self._most)
        elif self._asked:
            self.close()
            self._most = 0
        page = early or self._begin(cursor)
        self._look_ahead(cursor)
        return await page

    def follow(self, cursor: str | None) -> None:
        """Ask for the page that the last one leads to, before anybody wants it."""
        if cursor is not None and cursor not in self._asked:
            self._asked[cursor] = self._begin(cursor)

    def close(self) -> None:
        """Give up what was asked for early and is not wanted."""
        for task in self._asked.values():
            task.cancel()
            self._given_up.add(task)
            task.add_done_callback(self._given_up.discard)
        self._asked.clear()

    async def aclose(self) -> None:
        """Give up what is not wanted, and wait until its connections are given back."""
        self.close()
        if self._given_up:
            await asyncio.wait(self._given_up)

    def _look_ahead(self, cursor: str) -> None:
        if not self._may():
            return
        ahead: str | None = cursor
        first, step = self._first(), self._step()
        for number in range(self._number, self._number + min(self._depth, self._most)):
            is_beyond = self._pages is not None and number + 1 >= self._pages
            before = first + (number - 1) * step
            ahead = None if ahead is None else foresee(ahead, before, step)
            if ahead is None or is_beyond:
                return
            if ahead not in self._asked:
                self._asked[ahead] = self._begin(ahead)

    def _begin(self, cursor: str) -> "asyncio.Task[Answer]":
        async def ask() -> Answer:
            return await self._ask(cursor)

        task = asyncio.create_task(ask())
        task.add_done_callback(_look_at_error)
        return task


def _look_at_error(task: "asyncio.Task[object]") -> None:
    """Keep a failure that nobody waits for out of the log."""
    if not task.cancelled():
        task.exception()
