"""A server that reads from a copy of its data: what was written shows itself later."""

from datetime import UTC, datetime, timedelta
from typing import Any

from api.raw_server import Received, Reply, Response, reply, study_json

START = datetime(2024, 3, 15, 14, 20, tzinfo=UTC)


class LateCopy:
    """Holds one study, and a copy of it that most answers come from."""

    def __init__(
        self,
        *,
        is_late_answer: bool = True,
        late_reads: int = 0,
        applies: bool = True,
        stamps: bool = True,
        **fields: object,
    ) -> None:
        """``late_reads`` reads after each write still show the study as it was before."""
        self.study: dict[str, Any] = study_json(**fields)
        self.is_late_answer = is_late_answer
        self.late_reads = late_reads
        self.applies = applies
        self.stamps = stamps
        """Whether a write gives the study a later ``updatedAt``."""
        self.read_fault: Reply | None = None
        """What reads are answered with after a write, if not with a study."""
        self.writes: list[dict[str, Any]] = []
        self.reads_after = 0
        self._copy = self.study
        self._late = 0
        self._changes = 0

    def handle(self, received: Received) -> Reply:
        if received.method == "GET":
            return self._read()
        self.writes.append(received.json)
        if received.method == "PATCH":
            self.write(**_as_stored(received.json))
            return reply(self._copy if self.is_late_answer else self.study)
        self.write(isCancelled=received.path.endswith("/cancel"))
        return reply({"success": True})

    def write(self, **fields: object) -> None:
        """Change the study; the copy stays behind."""
        self._copy, self._late, self.reads_after = self.study, self.late_reads, 0
        if not self.applies:
            return
        self._changes += self.stamps
        at = START + timedelta(seconds=10 * self._changes)
        self.study = {**self.study, **fields, "updatedAt": at.isoformat()}

    def _read(self) -> Reply:
        if self.writes:
            self.reads_after += 1
            if self.read_fault is not None:
                return self.read_fault
        if self._late > 0:
            self._late -= 1
            return reply(self._copy)
        return reply(self.study)


def _as_stored(change: dict[str, Any]) -> dict[str, Any]:
    stored = dict(change)
    if stored.get("assignedTo") is not None:
        stored["assignedTo"] = {"userId": stored["assignedTo"], "email": "x@y.example"}
    if "metadata" in stored:
        stored["metadata"] = stored["metadata"] or {}
    return stored


FAILED = Response(500)
GONE = Response(404)
