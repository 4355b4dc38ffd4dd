"""Patience with a server while nobody watches: going on as long as anything comes at all."""

import asyncio
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING, Final, TypeVar

from avara_tui.api.errors import AvaraError, ErrorKind
from avara_tui.api.paging import insist
from avara_tui.clock import Clock
from avara_tui.study_requests import StudyFilter
from avara_tui.triage.reading.walks import NO_ANSWER

if TYPE_CHECKING:
    from avara_tui.api.client import AvaraClient
    from avara_tui.api.pages import StudyPage
    from avara_tui.api.paging import Memory
    from avara_tui.study import Study

TIMEOUT: Final = 60.0
"""Seconds without progress after which a command gives up, unless it is told otherwise."""
SLOWER: Final = "The server allows fewer requests; going on more slowly."

_LEAST_PAUSE: Final = 1.0
_LONGEST_PAUSE: Final = 8.0
_SHARE: Final = 0.25
"""The part of the silence so far that the next pause takes."""
_PASSING: Final = NO_ANSWER - {ErrorKind.UNREADABLE}
_BUSY: Final = frozenset({ErrorKind.RATE_LIMITED, ErrorKind.PAUSED})
_UNAVAILABLE: Final = 503

Value = TypeVar("Value")


class Patience:
    """How long one command goes on asking a server that does not answer, and what it says then.

    Any answer to any of its requests is progress. A server that has never answered is waited for
    only where it says that it is busy: one that is not there shall be told at once.
    """

    def __init__(
        self,
        clock: Clock,
        say: Callable[[str], None],
        *,
        timeout: float = TIMEOUT,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """``timeout`` is how many seconds without progress are too many."""
        self._clock = clock
        self._report = say
        self._timeout = timeout
        self._sleep = sleep
        self._answered_at = clock.monotonic()
        self._has_answered = False
        self._said: set[ErrorKind] = set()

    def note_answer(self, *, is_slowed: bool = False) -> None:
        """Take note of progress; ``is_slowed`` is whether the server has wanted fewer requests."""
        self._answered_at = self._clock.monotonic()
        self._has_answered = True
        if is_slowed:
            self._report_once(ErrorKind.RATE_LIMITED, SLOWER)

    async def goes_on(self, error: AvaraError) -> bool:
        """Wait before a request that failed is sent again; return False at once if it is not to be.

        A server that wants a longer pause than there is time for is not waited for.
        """
        if error.kind not in _PASSING or not (self._has_answered or _is_busy(error)):
            return False
        silence = self._clock.monotonic() - self._answered_at
        left = self._timeout - silence
        asked = error.retry_after or 0.0
        if left <= 0 or asked > left:
            return False
        self._report_failure(error)
        pause = min(max(silence * _SHARE, _LEAST_PAUSE), _LONGEST_PAUSE)
        # Full of other programs' requests, the server shall not get all of ours at once again.
        pause = max(pause, asked) * random.uniform(1.0, 1.1)  # noqa: S311 - spreads requests
        await self._sleep(min(pause, left))
        return True

    async def ask(self, question: Callable[[], Awaitable[Value]]) -> Value:
        """Return what ``question`` brings, asked again as long as this goes on."""
        value = await insist(question, self.goes_on)
        self.note_answer()
        return value

    def _report_failure(self, error: AvaraError) -> None:
        if error.kind is ErrorKind.PAUSED and self._said:
            # It follows from what was told already.
            return
        trouble = f"{error} Trying again, for up to {self._timeout:g} s without an answer."
        self._report_once(error.kind, SLOWER if error.kind is ErrorKind.RATE_LIMITED else trouble)

    def _report_once(self, kind: ErrorKind, sentence: str) -> None:
        if kind not in self._said:
            self._said.add(kind)
            self._report(sentence)


def _is_busy(error: AvaraError) -> bool:
    is_said = error.status == _UNAVAILABLE and error.retry_after is not None
    return error.kind in _BUSY or is_said


async def patient_walk(
    client: "AvaraClient",
    request: StudyFilter,
    patience: Patience,
    *,
    first: int | None = None,
    ahead: int = 0,
    memory: "Memory[Study] | None" = None,
    lean: bool = False,
) -> AsyncGenerator["StudyPage", None]:
    """Yield the pages of a walk, as :meth:`AvaraClient.walk_studies` does, and do it patiently.

    A page that fails is asked for again from its own cursor: what came before is not lost.
    """
    found = client.walk_studies(
        request, first=first, ahead=ahead, memory=memory, lean=lean, goes_on=patience.goes_on
    )
    async with aclosing(found) as walk:
        async for page in walk:
            patience.note_answer(is_slowed=client.pace > 0)
            yield page
