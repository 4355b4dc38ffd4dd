"""Every fault that the emulator knows, against every call, for our client and the official SDK.

Each cell has an emulator of its own, which counts what was really applied.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol, Self

import avara
from pydantic import BaseModel

from avara_tui.api.client import AvaraClient
from avara_tui.api.errors import AvaraError, Outcome
from avara_tui.emulator.behaviour import Behaviour
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.emulator.faults.catalogue import KINDS
from avara_tui.study import Study
from avara_tui.study_requests import NewStudy, StudyChanges

UID = "1.2.826.0.1.3680043.8.498.1"
STUDIES = 24
PAGE = 10
DEADLINE = 2.0
"""Seconds for one of our calls; it must be back two seconds later at the latest."""
SDK_TIMEOUT = 2.0
"""Seconds for one try of the SDK's, of which it makes three."""
SDK_LIMIT = 12.0
"""Seconds after which a call of the SDK's counts as one that does not end."""

ALTERED = frozenset(
    {
        *("unknown-enums", "nulls", "wrong-types", "missing-fields", "bad-utf8", "unknown-fields"),
        *("odd-details", "lost-ids"),
    }
)
"""Faults that change what an answer says, so that it cannot be held against the truth."""


class Call(NamedTuple):
    """A call of the API, as a fault sees it."""

    name: str
    operation: str
    """What the emulator calls the request that the fault is aimed at."""
    is_write: bool


CALLS = (
    Call("list studies", "studies.list", is_write=False),
    Call("retrieve", "studies.retrieve", is_write=False),
    Call("retrieve by UID", "studies.retrieve-by-uid", is_write=False),
    Call("create", "studies.create", is_write=True),
    Call("update", "studies.update", is_write=True),
    Call("cancel", "studies.cancel", is_write=True),
    Call("uncancel", "studies.uncancel", is_write=True),
    Call("reroute URL", "studies.reroute-url", is_write=False),
    Call("list users", "users.list", is_write=False),
    Call("list customers", "customers.list", is_write=False),
)

REACHES = ("once", "always", "everywhere")
"""Whether a fault strikes one request of its operation, all of them, or all requests."""


@dataclass
class Scene:
    """An emulator and the study that a call is about."""

    emulator: EmbeddedEmulator
    study_id: str
    uid: str

    def applied(self, call: Call) -> int:
        """Return how many times the write was done."""
        if call.name == "create":
            return sum(study["studyInstanceUid"] == UID for study in self.emulator.studies())
        return self.emulator.writes(self.study_id).count(call.name)


@asynccontextmanager
async def scene(call: Call) -> AsyncIterator[Scene]:
    """Run an emulator that would create a UID twice, which the real one may do.

    It is started and stopped in a thread: both wait, and other cells are being timed.
    """
    behaviour = Behaviour(duplicate_uids="accepted")
    emulator = EmbeddedEmulator(studies=STUDIES, seed=1, behaviour=behaviour)
    await asyncio.to_thread(emulator.__enter__)
    try:
        study = next(
            study
            for study in emulator.studies()
            if study["isCancelled"] == (call.name == "uncancel") and study["severity"] != "stat"
        )
        emulator.redirect_to(f"{emulator.base_url}/elsewhere")
        yield Scene(emulator, study["studyId"], study["studyInstanceUid"])
    finally:
        await asyncio.to_thread(emulator.__exit__, None, None, None)


class Player(Protocol):
    """A client under test."""

    name: str
    limit: float

    def play(self, scene: Scene) -> "Playing": ...


class Playing(Protocol):
    """A client that is connected."""

    async def __aenter__(self) -> Self: ...

    async def __aexit__(self, *_: object) -> None: ...

    async def make(self, call: Call, scene: Scene) -> object: ...


class OurPlaying:
    """Our client at work."""

    def __init__(self, scene: Scene, deadline: float = DEADLINE) -> None:
        emulator = scene.emulator
        self._client = AvaraClient(emulator.base_url, emulator.api_key, deadline=deadline)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def make(self, call: Call, scene: Scene) -> object:
        client, study_id = self._client, scene.study_id
        calls: dict[str, Callable[[], Awaitable[object]]] = {
            "list studies": lambda: collect(client.walk_studies(limit=PAGE), "studies"),
            "retrieve": lambda: client.retrieve(study_id),
            "retrieve by UID": lambda: client.retrieve_by_uid(scene.uid),
            "create": lambda: client.create(NewStudy(UID, "CT Head", "stat")),
            "update": lambda: client.update(study_id, StudyChanges(severity="stat")),
            "cancel": lambda: client.cancel(study_id),
            "uncancel": lambda: client.uncancel(study_id),
            "reroute URL": lambda: client.reroute_url(study_id),
            "list users": lambda: collect(client.walk_users(limit=PAGE), "users"),
            "list customers": lambda: collect(client.walk_customers(limit=2), "customers"),
        }
        return await calls[call.name]()


class Ours:
    """Our client."""

    name = "ours"
    limit = DEADLINE + 2

    def play(self, scene: Scene) -> Playing:
        return OurPlaying(scene)


async def collect(pages: AsyncIterator[Any], name: str) -> dict[str, object]:
    """Return all rows of a list by their identifiers."""
    key = {"studies": "study_id", "users": "user_id", "customers": "customer_id"}[name]
    rows: dict[str, object] = {}
    async for page in pages:
        rows |= {getattr(row, key): row for row in getattr(page, name)}
    return rows


class SdkPlaying:
    """The official SDK at work."""

    def __init__(self, scene: Scene) -> None:
        emulator = scene.emulator
        self._client = avara.AsyncAvara(
            base_url=emulator.base_url, api_key=emulator.api_key, timeout=SDK_TIMEOUT
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.close()

    async def make(self, call: Call, scene: Scene) -> object:
        viewer, study_id = self._client.viewer, scene.study_id
        calls: dict[str, Callable[[], Awaitable[object]]] = {
            "list studies": lambda: everything(viewer.studies.list(limit=PAGE)),
            "retrieve": lambda: viewer.studies.retrieve(study_id),
            "retrieve by UID": lambda: viewer.studies.retrieve_by_uid(scene.uid),
            "create": lambda: viewer.studies.create(
                severity="stat", study_description="CT Head", study_instance_uid=UID
            ),
            "update": lambda: viewer.studies.update(study_id, severity="stat"),
            "cancel": lambda: viewer.studies.cancel(study_id=study_id),
            "uncancel": lambda: viewer.studies.uncancel(study_id=study_id),
            "reroute URL": lambda: viewer.studies.reroute_url(study_id=study_id),
            "list users": lambda: everything(viewer.users.list(limit=PAGE)),
            "list customers": lambda: everything(self._client.express.list(limit=2)),
        }
        return await calls[call.name]()


class Sdk:
    """The official SDK."""

    name = "SDK"
    limit = SDK_LIMIT

    def play(self, scene: Scene) -> Playing:
        return SdkPlaying(scene)


async def everything(rows: Any) -> list[object]:
    return [row async for row in rows]


@dataclass
class Cell:
    """What one call made of one fault."""

    kind: str
    call: Call
    reach: str
    end: str = ""
    """"value", "error", "foreign", or "never"."""
    applied: int = 0
    seconds: float = 0.0
    wrong: str = ""
    """What is not true of what the client said; empty if nothing."""
    detail: str = ""

    @property
    def is_bad(self) -> bool:
        return self.end in {"foreign", "never"} or self.applied > 1 or bool(self.wrong)

    def __str__(self) -> str:
        return (
            f"{self.kind} {self.reach} x {self.call.name}: {self.end} {self.detail}, "
            f"applied {self.applied} times, {self.seconds:.1f} s {self.wrong}"
        )


async def play(player: Player, kind: str, call: Call, reach: str) -> Cell:
    """Return what ``player`` makes of a fault."""
    cell = Cell(kind, call, reach)
    async with scene(call) as stage:
        truth = await told_by_a_fair_server(call, stage) if not call.is_write else None
        operation = None if reach == "everywhere" else call.operation
        stage.emulator.arm(kind, 1 if reach == "once" else 1_000_000, operation)
        began = time.monotonic()
        result: object = None
        try:
            async with player.play(stage) as client, asyncio.timeout(player.limit):
                result = await client.make(call, stage)
            cell.end = "value"
        except TimeoutError:
            cell.end = "never"
        except (AvaraError, avara.AvaraError) as error:
            cell.end, result = "error", error
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            cell.end, result = "foreign", error
        cell.seconds = time.monotonic() - began
        stage.emulator.disarm()
        cell.detail = type(result).__name__
        cell.applied = stage.applied(call) if call.is_write else 0
        judge = judge_ours if isinstance(player, Ours) else judge_sdk
        cell.wrong = judge(cell, result, stage, truth)
    return cell


async def told_by_a_fair_server(call: Call, stage: Scene) -> object:
    """Return what our client reads where nothing goes wrong."""
    async with OurPlaying(stage, deadline=60) as client:
        return await client.make(call, stage)


def judge_ours(cell: Cell, result: object, stage: Scene, truth: object) -> str:
    """Return what is untrue of what our client said."""
    if isinstance(result, AvaraError):
        cell.detail = f"{result.kind.value}, {result.outcome.value}"
        if not cell.call.is_write:
            return "" if result.outcome is Outcome.NOTHING else "a read has no outcome"
        expected = {Outcome.NOT_APPLIED: 0, Outcome.APPLIED: 1, Outcome.UNKNOWN: cell.applied}
        return "" if expected.get(result.outcome) == cell.applied else "the outcome is not true"
    if cell.end != "value":
        return ""
    if cell.call.is_write:
        return "" if is_as_wanted(cell, result, stage) else "the study is not as said"
    if cell.call.name == "reroute URL":
        ours = isinstance(result, str) and result.startswith(stage.emulator.base_url)
        return "" if ours else "no viewer link"
    if cell.kind in ALTERED:
        return ""
    return "" if result == truth else "not what the server has"


def is_as_wanted(cell: Cell, result: object, stage: Scene) -> bool:
    """Whether a write was done once, and the study that came back is the server's."""
    if not isinstance(result, Study) or cell.applied != 1:
        return False
    really = stage.emulator.study(result.study_id)
    if cell.call.name == "create":
        is_done = really["studyInstanceUid"] == UID
    elif cell.call.name == "update":
        is_done = really["severity"] == "stat" and result.study_id == stage.study_id
    else:
        wanted = cell.call.name == "cancel"
        is_done = really["isCancelled"] is wanted and result.study_id == stage.study_id
    is_same = (
        result.uid == really["studyInstanceUid"] and result.is_cancelled == really["isCancelled"]
    )
    return is_done and (is_same or cell.kind in ALTERED)


def judge_sdk(cell: Cell, result: object, stage: Scene, truth: object) -> str:
    """Return what is untrue of what the SDK said; only the plainest untruths count."""
    if cell.end != "value":
        return ""
    if cell.call.is_write and cell.applied == 0 and not is_refusal(result):
        return "success, though nothing was done"
    if isinstance(result, list):
        if not all(isinstance(row, BaseModel) for row in result):
            return "rows that are none"
        if isinstance(truth, dict) and len(result) < len(truth) and cell.kind not in ALTERED:
            return "a list cut short"
        return ""
    if not isinstance(result, BaseModel):
        return f"{type(result).__name__} returned as success"
    study_id = getattr(result, "study_id", stage.study_id)
    if cell.call.name != "create" and study_id != stage.study_id and cell.kind not in ALTERED:
        return "another study"
    return ""


def is_refusal(result: object) -> bool:
    return getattr(result, "success", None) is False


@dataclass
class Matrix:
    """The cells of one player."""

    cells: list[Cell] = field(default_factory=list)

    @property
    def bad(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.is_bad]

    def counts(self, kinds: Iterable[str]) -> Counter[str]:
        counted: Counter[str] = Counter()
        chosen = set(kinds)
        for cell in self.cells:
            if cell.kind in chosen:
                counted[cell.end] += 1
                counted["twice"] += cell.applied > 1
                counted["wrong"] += bool(cell.wrong)
        return counted


async def fill(
    player: Player, kinds: Iterable[str], reaches: Iterable[str], at_once: int = 8
) -> Matrix:
    """Return the matrix of ``player``, several cells at a time."""
    turn = asyncio.Semaphore(at_once)

    async def cell(kind: str, call: Call, reach: str) -> Cell:
        async with turn:
            return await play(player, kind, call, reach)

    todo = [
        cell(kind, call, reach)
        for kind in kinds
        for reach in reaches
        for call in CALLS
        if KINDS[kind].strikes(call.operation, "cursor=x")
    ]
    return Matrix(await asyncio.gather(*todo))


def table(ours: Matrix, sdk: Matrix, kinds: Iterable[str]) -> str:
    """Return both matrices side by side, a line a fault."""
    columns = ("value", "error", "foreign", "never", "twice", "wrong")
    heading = "".join(f"{column:>8}" for column in columns)
    lines = [
        f"{'':24}|{'ours':^48}|{'official SDK':^48}",
        f"{'fault':24}|{heading}|{heading}",
    ]
    names = list(kinds)
    for label, chosen in [*((name, [name]) for name in names), ("all", names)]:
        counts = [matrix.counts(chosen) for matrix in (ours, sdk)]
        cells = "|".join("".join(f"{each[column]:8}" for column in columns) for each in counts)
        lines.append(f"{label:24}|{cells}")
    return "\n".join(lines)
