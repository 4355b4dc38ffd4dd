"""However a server lists studies: "complete" is never said on the screen when one is missing.

What the screen says it says by the health of its session, at the moment that this changes. The
numbers of requests are those of lanes that are walked once, page by page.
"""

import asyncio
import os
from collections import Counter
from collections.abc import Callable
from typing import Final, NamedTuple, Self
from urllib.parse import parse_qs

import pytest

from avara_tui.clock import SystemClock
from avara_tui.config import Refresh
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.triage.access.connection import Connection
from avara_tui.triage.reading.health import Health
from avara_tui.triage.reading.session import Listener, TriageSession
from triage.list_behaviours import BEHAVIOURS, ListBehaviour, Others, listing, rearrange

WALKS: Final = int(os.environ.get("AVARA_TUI_LIST_WALKS", "3"))
"""How often every list is read to its end; 20 times take minutes."""
PAGES: Final = {"STAT": 2, "high": 2, "routine": 3, "completed": 4, "cancelled": 2, "other": 8}
"""Requests for each lane of the studies that the emulator is given."""
HONEST: Final = [each for each in BEHAVIOURS if each.is_honest]
LOSSY: Final = [each for each in BEHAVIOURS if not each.is_honest]
STABLE: Final = [each for each in HONEST if not each.is_moving]
SEEN_TO_BE_WHOLE: Final = frozenset(
    each.name for each in LOSSY if each.cursors == "offset" and each.tie_seconds < 1e6
)
"""The lossy lists of which all can be known: they count rows, and lose few at a time."""


class Verdict(NamedTuple):
    """What was said at last of a list, and what was not read of it by then."""

    health: Health
    unread: set[str]


class Shift:
    """A session that is listened to: what it says at every moment."""

    def __init__(self, emulator: EmbeddedEmulator, others: Others) -> None:
        connection = Connection(emulator.base_url, emulator.api_key, "the test")
        self.session = TriageSession(
            lambda: connection,
            Listener(lambda _: None, self._look),
            SystemClock(),
            refresh=Refresh(),
            load_limit=20_000,
        )
        self.verdicts: list[Verdict] = []
        """Every time that it said that all was read, or that something may be missing."""
        self.is_doubtful = False
        """Whether it has been in doubt at any time since this was set."""
        self._others = others
        self._looked = asyncio.Event()

    def _look(self) -> None:
        health = self.session.health
        self.is_doubtful |= health.is_checking or bool(health.missing)
        if health.is_complete or (health.missing and not health.is_checking):
            held = {study.study_id for study in self.session.studies}
            self.verdicts.append(Verdict(health, self._others.untouched() - held))
        self._looked.set()

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(60):
            while not condition():
                self._looked.clear()
                await self._looked.wait()

    async def verdict(self) -> Verdict:
        """Return what is said first of all that there is."""
        await self.until(lambda: self.verdicts)
        return self.verdicts[0]

    async def read_again(self) -> None:
        """Read every lane whole once more."""
        before = [lane.certainty.walks for lane in self.session.lanes]
        self.session.refresh()
        lanes = list(zip(self.session.lanes, before, strict=True))
        await self.until(
            lambda: all(lane.certainty.walks > walks and not lane.walking for lane, walks in lanes)
        )

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self.session.run())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.session.stop()
        await asyncio.wait({self._task})


async def first_verdict(emulator: EmbeddedEmulator, behaviour: ListBehaviour, seed: int) -> Verdict:
    """Load all studies, which others change meanwhile, and return what is said of them first."""
    with Others(emulator, behaviour, seed=seed) as others:
        async with Shift(emulator, others) as shift:
            return await shift.verdict()


async def verdicts(behaviour: ListBehaviour, walks: int) -> list[Verdict]:
    with listing(behaviour) as emulator:
        said = []
        for seed in range(walks):
            if not behaviour.is_moving:
                rearrange(emulator, behaviour, seed=seed)
            said.append(await first_verdict(emulator, behaviour, seed))
        return said


def check(behaviour: ListBehaviour, said: list[Verdict]) -> str:
    """Fail if a list was called complete that was not, or an honest one lossy; return the sum."""
    complete = [each for each in said if each.health.is_complete]
    false = sum(bool(each.unread) for each in complete)
    assert not false, f"{behaviour.name}: {false} of {len(complete)} false"
    if behaviour.is_honest or behaviour.name in SEEN_TO_BE_WHOLE:
        assert len(complete) == len(said), behaviour.name
    for each in said:
        assert each.health.is_complete or each.health.missing >= len(each.unread), behaviour.name
    return f"{behaviour.name}: {len(complete)} of {len(said)} complete, {false} of them falsely"


@pytest.mark.parametrize("name", ["ties at 60 s, by offset", "ties at 1 h, by keyset"])
async def test_a_list_with_ties_is_never_called_complete_when_it_is_not(name: str) -> None:
    (behaviour,) = [each for each in BEHAVIOURS if each.name == name]
    check(behaviour, await verdicts(behaviour, 1))


@pytest.mark.parametrize("name", ["20 changes a second, by offset", "stable, by keyset"])
async def test_an_honest_list_is_complete_and_nothing_is_said_to_be_missing(name: str) -> None:
    (behaviour,) = [each for each in BEHAVIOURS if each.name == name]
    check(behaviour, await verdicts(behaviour, 2))


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("behaviour", BEHAVIOURS, ids=lambda each: each.name)
async def test_no_list_is_ever_called_complete_when_it_is_not(
    behaviour: ListBehaviour, capsys: pytest.CaptureFixture[str]
) -> None:
    told = check(behaviour, await verdicts(behaviour, WALKS))
    with capsys.disabled():
        print(f"\n{told}")


def pages_asked(emulator: EmbeddedEmulator) -> Counter[str]:
    """Return how often each page of each list was asked for."""
    return Counter(each.query for each in emulator.requests if each.operation == "studies.list")


async def test_an_honest_list_that_counts_rows_costs_no_request_more_to_load() -> None:
    (behaviour,) = [each for each in STABLE if each.cursors == "offset"]
    with listing(behaviour) as emulator, Others(emulator, behaviour) as others:
        async with Shift(emulator, others) as shift:
            assert (await shift.verdict()).health.is_complete
            assert not shift.is_doubtful
            asked = pages_asked(emulator)
    # Pages are asked for early, and some of them beyond the end; but none is asked for twice.
    assert set(asked.values()) == {1}
    assert len(asked) >= sum(PAGES.values())
    assert {size for query in asked for size in parse_qs(query)["limit"]} == {"100"}


async def test_of_a_list_by_keyset_only_what_nobody_looks_at_again_is_walked_twice() -> None:
    (behaviour,) = [each for each in STABLE if each.cursors == "keyset"]
    with listing(behaviour) as emulator, Others(emulator, behaviour) as others:
        async with Shift(emulator, others) as shift:
            assert (await shift.verdict()).health.is_complete
            asked = pages_asked(emulator)
    assert sum(asked.values()) == sum(PAGES.values()) + PAGES["cancelled"]


@pytest.mark.parametrize("behaviour", STABLE, ids=lambda each: each.name)
async def test_an_honest_list_costs_no_request_and_no_doubt_to_keep_fresh(
    behaviour: ListBehaviour,
) -> None:
    with listing(behaviour) as emulator, Others(emulator, behaviour) as others:
        async with Shift(emulator, others) as shift:
            await shift.verdict()
            # What the first walks asked for beyond the end may still be on its way.
            await shift.read_again()
            shift.is_doubtful = False
            for _ in range(4):
                emulator.forget_requests()
                await shift.read_again()
                assert emulator.count("studies.list") == sum(PAGES.values())
                assert emulator.count("studies.retrieve") == 0
            assert not shift.is_doubtful


@pytest.mark.parametrize("name", ["20 changes a second", "10 inserts at the head a second"])
async def test_a_list_that_moves_is_not_doubted_while_it_is_kept_fresh(name: str) -> None:
    (behaviour,) = [each for each in HONEST if each.name == f"{name}, by offset"]
    with listing(behaviour) as emulator, Others(emulator, behaviour) as others:
        async with Shift(emulator, others) as shift:
            await shift.verdict()
            for _ in range(5):
                await shift.read_again()
            assert not any(lane.certainty.is_lossy for lane in shift.session.lanes)
            assert not any(each.health.missing for each in shift.verdicts)


async def test_ties_that_come_later_are_noticed() -> None:
    (behaviour,) = [each for each in BEHAVIOURS if each.name == "ties at 1 h, by offset"]
    with listing(behaviour) as emulator, Others(emulator, behaviour) as others:
        emulator.switch("order", "newest")
        async with Shift(emulator, others) as shift:
            assert (await shift.verdict()).health.is_complete
            emulator.switch("order", "ties")
            for _ in range(2):
                await shift.read_again()
            assert any(lane.certainty.is_lossy for lane in shift.session.lanes)


async def test_a_server_that_always_loses_is_left_alone_between_the_usual_walks() -> None:
    (behaviour,) = [each for each in BEHAVIOURS if each.name == "random per page, by keyset"]
    with listing(behaviour) as emulator, Others(emulator, behaviour) as others:
        async with Shift(emulator, others) as shift:
            assert (await shift.verdict()).health.missing
            for _ in range(2):
                emulator.forget_requests()
                await shift.read_again()
                # A list of this kind is over after two pages.
                assert emulator.count("studies.list") <= 2 * len(PAGES)
