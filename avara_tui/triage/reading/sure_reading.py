"""Reading the list that one request asks for until nothing can be missing from it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from avara_tui.study import Study
from avara_tui.triage.reading.census import Census
from avara_tui.triage.reading.certainty import MOST_WALKS, SURE, Verdict

if TYPE_CHECKING:
    from avara_tui.api.pages import StudyPage

LOOK_UPS: Final = 100
"""Studies that a walk did not list, and that are looked up one by one."""
_USUAL: Final = 2
"""Walks that a list of several pages takes if nothing is wrong."""
_AT_ONCE: Final = 4
"""Look-ups under way side by side."""

Walk: TypeAlias = "Callable[[int], AsyncIterator[StudyPage]]"
"""Returns the pages of a walk, whose memory is the census, and whose first page has so many studies
at most."""


class Outcome(NamedTuple):
    """How the reading of a list went."""

    missing: int = 0
    """Studies that may be missing at most, as far as can be told; 0 if nothing can."""
    has_lost: bool = False
    """Whether a walk has shown that walks over this server's lists may lose studies."""
    unreadable: int = 0
    """Studies that the server sent and that could not be understood."""
    is_cut_off: bool = False
    """Whether it was given up before the end of the list."""


async def read_surely(
    census: Census,
    walk: Walk,
    look_up: Callable[[str], Awaitable[Study | None]],
    accept: "Callable[[StudyPage, Sequence[Study]], bool]",
    *,
    is_once: bool = False,
) -> Outcome:
    """Read a list, twice where it takes several pages, and again while a walk shows a loss.

    With ``is_once`` it is read twice only if the first walk shows one.

    ``take`` is given every page with those of its studies that no walk has brought before, and
    returns whether to go on. ``look_up`` returns a study that was not listed, or None if it is
    gone. What they and ``walk`` raise is raised.
    """
    verdict, unreadable = SURE, 0
    while census.walks < MOST_WALKS:
        async for page in walk(census.first_page):
            if not accept(page, census.page(page)):
                return Outcome(unreadable=max(unreadable, census.unreadable), is_cut_off=True)
        unreadable = max(unreadable, census.unreadable)
        if is_once and not census.walks and not census.repeats:
            return Outcome(unreadable=unreadable)
        verdict = await end_walk(census, look_up)
        if verdict.is_sure:
            break
    return Outcome(verdict.missing, census.walks > _USUAL, unreadable)


async def end_walk(census: Census, look_up: Callable[[str], Awaitable[Study | None]]) -> Verdict:
    """Return what may be said of a list after a walk has come to its end.

    What it did not bring is looked up first, where that can settle anything.
    """
    is_last = census.walks + 1 == MOST_WALKS
    if census.walks and (is_last or census.is_worth_asking()):
        await _ask_after_unlisted(census, look_up)
    return census.end()


async def _ask_after_unlisted(
    census: Census, look_up: Callable[[str], Awaitable[Study | None]]
) -> None:
    """Ask what has become of the studies that a walk did not list, as far as there is time."""
    left = census.unlisted[:LOOK_UPS]
    for start in range(0, len(left), _AT_ONCE):
        asked = left[start : start + _AT_ONCE]
        for study_id, study in zip(asked, await asyncio.gather(*map(look_up, asked)), strict=True):
            census.answered(study_id, study)
