"""A server within the process: a client whose answers a test holds back, reorders and fails."""

import asyncio
import base64
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from typing import Final

from avara_tui.api.client import AvaraClient
from avara_tui.api.errors import AvaraError, ErrorKind, Outcome
from avara_tui.api.pages import CustomerPage, StudyPage, UserPage
from avara_tui.api.paging import Memory, Seen
from avara_tui.server_filter import selector
from avara_tui.study import Study, UserRef
from avara_tui.study_requests import NewStudy, StudyChanges, StudyFilter, Unset

_KEPT: Final = Unset.UNSET


class ScriptedServer:
    """The studies of a server, the newest first, and how it behaves."""

    def __init__(self, *, page: int = 3) -> None:
        self.studies: dict[str, Study] = {}
        self.people: dict[str, UserRef] = {}
        """Whom studies can be assigned to, by user id."""
        self.now = 1_700_000_000.0
        self.writes: list[tuple[str, str]] = []
        """The study and the kind of every write that was applied."""
        self.requests: list[str] = []
        self.page = page
        self.fails: Callable[[str], ErrorKind | None] = lambda _operation: None
        self.order: Callable[[list[Study], int], list[Study]] = lambda rows, _end: rows
        """The order of a list for the page that ends after so many rows."""
        self.gate: Callable[[str], asyncio.Future[None] | None] = lambda _operation: None

    def put(self, study: Study) -> Study:
        """Store a study as changed at this moment."""
        self.now += 1.0
        study = study._replace(updated_at=self.now)
        self.studies[study.study_id] = study
        return study

    def client(self) -> AvaraClient:
        """Return a client of it, with the calls that a session makes."""
        return _Client(self)

    def rows(self, query: StudyFilter) -> list[Study]:
        """Return the studies that ``query`` selects, the newest first."""
        found = filter(selector(query), self.studies.values())
        return sorted(found, key=lambda study: (-(study.created_at or 0.0), study.study_id))


class _Client(AvaraClient):
    def __init__(self, server: ScriptedServer) -> None:
        self._server = server

    async def aclose(self) -> None:
        return

    def resume(self) -> None:
        return

    def when_back(self, listener: Callable[[], None]) -> None:  # noqa: ARG002
        return

    async def _pass(self, operation: str) -> None:
        """Record a request, and fail it if it is to fail."""
        self._server.requests.append(operation)
        await asyncio.sleep(0)
        kind = self._server.fails(operation)
        if kind is not None:
            outcome = Outcome.NOTHING if operation.startswith("list") else Outcome.NOT_APPLIED
            raise AvaraError(kind, operation, outcome=outcome)

    async def _answer(self, operation: str) -> None:
        """Hold an answer back for as long as the test wants."""
        gate = self._server.gate(operation)
        if gate is not None:
            await gate

    async def walk_studies(
        self,
        query: StudyFilter = StudyFilter(),  # noqa: B008 - as the client has it
        *,
        limit: int = 100,  # noqa: ARG002
        urgency: int | None = None,  # noqa: ARG002
        ahead: int = 0,  # noqa: ARG002
        pages: int | None = None,  # noqa: ARG002
        first: int | None = None,
        known: Callable[[str], Study | None] = lambda _: None,  # noqa: ARG002
        memory: Memory[Study] | None = None,
        lean: bool = False,  # noqa: ARG002
        goes_on: Callable[[AvaraError], Awaitable[bool]] | None = None,  # noqa: ARG002
    ) -> AsyncGenerator[StudyPage, None]:
        """Walk pages of the server's own size; a first page other than 100 is smaller by one."""
        offset, seen = 0, memory or Seen[Study](lambda study: study.study_id)
        seen.start()
        while True:
            size = self._server.page - (offset == 0 and first not in {None, 100})
            kind = "cancelled" if query.is_cancelled else "other"
            operation = f"list {query.severity or query.status or kind}"
            await self._pass(operation)
            rows = self._server.order(self._server.rows(query), offset + size)
            page, more = rows[offset : offset + size], len(rows) > offset + size
            await self._answer(operation)
            is_first, offset = offset == 0, offset + size
            fresh = seen.add(page)
            cursor = base64.b64encode(f"rows:{offset}".encode()).decode()
            yield StudyPage(
                fresh.nouns,
                cursor if more else None,
                served=fresh.served,
                repeats=fresh.repeats,
                is_first=is_first,
            )
            if not more:
                return

    async def retrieve(self, study_id: str) -> Study:
        await self._pass("retrieve")
        study = self._find(study_id, "retrieve")
        await self._answer("retrieve")
        return study

    async def update(
        self,
        study_id: str,
        changes: StudyChanges,
        *,
        base: Study | None = None,  # noqa: ARG002
        revise: Callable[[Study], StudyChanges | None] | None = None,  # noqa: ARG002
    ) -> Study:
        await self._pass("update")
        study = self._find(study_id, "update")
        fields = {name: value for name, value in changes._asdict().items() if value is not _KEPT}
        if "assigned_to" in fields:
            fields["assignee"] = self._server.people.get(fields.pop("assigned_to"))
        if "metadata" in fields:
            fields["metadata"] = fields["metadata"] or {}
        study = self._server.put(study._replace(**fields))
        self._server.writes.append((study_id, "update"))
        await self._answer("update")
        return study

    async def retrieve_by_uid(self, uid: str) -> Study:
        await self._pass("retrieve by UID")
        found = next((each for each in self._server.studies.values() if each.uid == uid), None)
        if found is None:
            raise AvaraError(ErrorKind.NOT_FOUND, "retrieve by UID")
        return found

    async def create(self, new: NewStudy) -> Study:
        await self._pass("create")
        number = len(self._server.studies) + 1
        if any(each.uid == new.uid for each in self._server.studies.values()):
            raise AvaraError(ErrorKind.CONFLICT, "create", outcome=Outcome.NOT_APPLIED)
        study = Study(
            f"stu_{number:032x}",
            new.uid,
            new.description,
            new.severity,
            "incomplete",
            is_cancelled=False,
            created_at=self._server.now,
            assignee=self._server.people.get(new.assigned_to or ""),
            metadata=new.metadata,
        )
        self._server.writes.append((study.study_id, "create"))
        return self._server.put(study)

    async def cancel(
        self,
        study_id: str,
        *,
        may: Callable[[Study], bool] | None = None,  # noqa: ARG002
    ) -> Study:
        return await self._set_cancelled(study_id, "cancel", wanted=True)

    async def uncancel(
        self,
        study_id: str,
        *,
        may: Callable[[Study], bool] | None = None,  # noqa: ARG002
    ) -> Study:
        return await self._set_cancelled(study_id, "uncancel", wanted=False)

    async def _set_cancelled(self, study_id: str, operation: str, *, wanted: bool) -> Study:
        await self._pass(operation)
        study = self._server.put(self._find(study_id, operation)._replace(is_cancelled=wanted))
        self._server.writes.append((study_id, operation))
        await self._answer(operation)
        return study

    def _find(self, study_id: str, operation: str) -> Study:
        study = self._server.studies.get(study_id)
        if study is None:
            raise AvaraError(ErrorKind.NOT_FOUND, operation, outcome=Outcome.NOT_APPLIED)
        return study

    async def walk_users(self, *, limit: int = 100) -> AsyncIterator[UserPage]:  # noqa: ARG002
        yield UserPage([], None)

    async def walk_customers(
        self,
        *,
        limit: int = 100,  # noqa: ARG002
    ) -> AsyncIterator[CustomerPage]:
        yield CustomerPage([], None)
