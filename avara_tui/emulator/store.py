"""The studies: reading and writing them, one at a time.

Every write of a study leaves a row in ``writes``, so that it can be proven how often one was
applied. Times are milliseconds since the epoch; ``updated_at`` of a study only ever grows.
"""

import json
import secrets
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from avara_tui.emulator.behaviour import Behaviour, Order
from avara_tui.emulator.refusal import bad_request, conflict, not_found
from avara_tui.emulator.requests import NewStudy, StudyChange, StudyKey, Unset
from avara_tui.emulator.study_row import INSERT_STUDY, StudyRow, intern_description
from avara_tui.emulator.validation import METADATA_PAIRS

_SELECT: Final = (
    "SELECT studies.*, descriptions.text FROM studies"
    " JOIN descriptions ON descriptions.number = studies.description"
)

# An odd factor permutes the residues of a power of two: every position is given once.
_ODD: Final = 2_654_435_761
_POSITIONS: Final[Mapping[Order, str]] = {
    "newest": "seq",
    "oldest": "seq",
    "ties": "seq",
    "updated": "row_number() OVER (ORDER BY updated_at, seq)",
    "shuffled": f"seq * {_ODD} % {2**32}",
}


class StudyStore:
    """The table of studies. Used from one thread, or from one at a time."""

    def __init__(
        self, connection: sqlite3.Connection, behaviour: Behaviour, now_ms: Callable[[], int]
    ) -> None:
        self._connection = connection
        self._behaviour = behaviour
        self._now_ms = now_ms

    def find(self, key: StudyKey, source: int | None = None) -> sqlite3.Row:
        """Return the study that ``key`` names, the first if several share a UID.

        With a ``source``, the number of an API key, there are no others than those created with it.
        Raises a 404 :class:`Refusal` if there is none.
        """
        column, value = ("study_id", key.study_id) if key.study_id else ("uid", key.uid)
        row: sqlite3.Row | None = self._connection.execute(
            f"{_SELECT} WHERE {column} = ? AND (? IS NULL OR created_by_api_key = ?)"
            " ORDER BY seq LIMIT 1",
            (value, source, source),
        ).fetchone()
        if row is None:
            raise not_found(f"There is no study {value}.")
        return row

    def create(self, study: NewStudy, *, api_key_id: str, author: str = "api") -> sqlite3.Row:
        """Add ``study``; raise a 409 :class:`Refusal` if its UID is taken and may not be."""
        if self._behaviour.duplicate_uids == "refused" and self._has_uid(study.uid):
            raise conflict(f"There already is a study with the UID {study.uid}.")
        now = self._now_ms()
        row = StudyRow(
            study_id=f"stu_{secrets.token_hex(16)}",
            uid=study.uid,
            description=study.description,
            severity=study.severity,
            status="incomplete",
            is_cancelled=False,
            assignee=self._number("users", "user_id", study.assigned_to),
            customer=self._number("customers", "customer_id", study.customer_id),
            created_at=now,
            updated_at=now,
            cancelled_at=None,
            created_by_user=None,
            created_by_api_key=self._number("api_keys", "api_key_id", api_key_id),
            metadata=_encode(study.metadata),
        )
        return self.insert(row, author=author)

    def insert(self, row: StudyRow, *, author: str) -> sqlite3.Row:
        """Add ``row`` as it is."""
        with self._writing("create", row.study_id, author):
            (last,) = self._connection.execute("SELECT max(seq) FROM studies").fetchone()
            seq = (last or 0) + 1
            description = intern_description(self._connection, row.description)
            self._connection.execute(
                INSERT_STUDY, (seq, self._position(seq), *row._replace(description=description))
            )
        return self.find(StudyKey(study_id=row.study_id))

    def change(self, study_id: str, change: StudyChange, *, author: str = "api") -> sqlite3.Row:
        """Apply ``change``; raise a 404 or 409 :class:`Refusal` where that cannot be."""
        row = self.find(StudyKey(study_id=study_id))
        if row["is_cancelled"] and self._behaviour.cancelled_edits == "refused":
            raise conflict(f"The study {study_id} is cancelled.")
        columns: dict[str, str | int | None] = dict(change.fields)
        if "assigned_to" in columns:
            user_id = columns.pop("assigned_to")
            columns["assignee"] = self._number("users", "user_id", user_id)
        if "description" in columns:
            text = str(columns["description"])
            columns["description"] = intern_description(self._connection, text)
        if change.metadata is not Unset.UNSET:
            columns["metadata"] = self._changed_metadata(row["metadata"], change.metadata)
        self._update("update", row, columns, author)
        return self.find(StudyKey(study_id=study_id))

    def cancel(self, key: StudyKey, *, author: str = "api") -> None:
        """Cancel a study; raise a 404 or 409 :class:`Refusal` where that cannot be."""
        row = self.find(key)
        if row["is_cancelled"]:
            raise conflict(f"The study {row['study_id']} is already cancelled.")
        columns = {"is_cancelled": True, "cancelled_at": self._now_ms()}
        self._update("cancel", row, columns, author)

    def uncancel(self, key: StudyKey, *, author: str = "api") -> None:
        """Restore a cancelled study; raise a 404 or 409 :class:`Refusal` where that cannot be."""
        row = self.find(key)
        if not row["is_cancelled"]:
            raise conflict(f"The study {row['study_id']} is not cancelled.")
        self._update("uncancel", row, {"is_cancelled": False, "cancelled_at": None}, author)

    def delete(self, study_id: str) -> None:
        """Remove a study altogether: no request can, but a client must survive that one did."""
        self._connection.execute("DELETE FROM studies WHERE study_id = ?", (study_id,))

    def all(self) -> Iterator[sqlite3.Row]:
        """Return all studies, the last created first."""
        return self._connection.execute(f"{_SELECT} ORDER BY seq DESC")

    def count(self) -> int:
        """Return the number of studies."""
        (number,) = self._connection.execute("SELECT count(*) FROM studies").fetchone()
        return int(number)

    def write_count(self) -> int:
        """Return the number of writes applied so far, to any study."""
        (number,) = self._connection.execute("SELECT count(*) FROM writes").fetchone()
        return int(number)

    def writes(self, study_id: str) -> list[tuple[str, str]]:
        """Return (operation, author) of every write applied to a study, in order.

        The operations are ``create``, ``update``, ``cancel`` and ``uncancel``; the author is
        ``api`` or whoever else wrote in this process.
        """
        return [
            (operation, author)
            for operation, author in self._connection.execute(
                "SELECT operation, author FROM writes WHERE study_id = ? ORDER BY seq", (study_id,)
            )
        ]

    def reorder(self) -> None:
        """Give every study the position that the order in force wants, if it has another."""
        wanted = self._behaviour.order
        (stored,) = self._connection.execute("SELECT name FROM list_order").fetchone()
        if _POSITIONS[stored] == _POSITIONS[wanted]:
            return
        with self._transaction():
            # Positions are unique at every moment: first all are moved out of the way.
            self._connection.execute("UPDATE studies SET position = -1 - position")
            places = f"SELECT seq AS this, {_POSITIONS[wanted]} AS place FROM studies"
            self._connection.execute(
                f"UPDATE studies SET position = place FROM ({places}) WHERE seq = this"
            )
            self._connection.execute("UPDATE list_order SET name = ?", (wanted,))

    def _number(self, table: str, column: str, value: str | int | None) -> int | None:
        """Return the number by which studies refer to a user, customer or key that there is."""
        if value is None:
            return None
        (number,) = self._connection.execute(
            f"SELECT number FROM {table} WHERE {column} = ?",
            (value,),
        ).fetchone()
        return int(number)

    def _has_uid(self, uid: str) -> bool:
        found = self._connection.execute("SELECT 1 FROM studies WHERE uid = ? LIMIT 1", (uid,))
        return found.fetchone() is not None

    def _changed_metadata(self, stored: str, change: Mapping[str, str] | None) -> str:
        if change is None:
            return "{}"
        if self._behaviour.metadata == "merge":
            merged = {**json.loads(stored), **change}
            if len(merged) > METADATA_PAIRS:
                raise bad_request(f"metadata would hold more than {METADATA_PAIRS} pairs.")
            return _encode(merged)
        return _encode(change)

    def _update(
        self, operation: str, row: sqlite3.Row, changed: Mapping[str, str | int | None], author: str
    ) -> None:
        columns = dict(changed)
        columns["updated_at"] = max(self._now_ms(), row["updated_at"] + 1)
        if self._behaviour.order == "updated":
            columns["position"] = self._last_position() + 1
        assignments = ", ".join(f"{column} = ?" for column in columns)
        with self._writing(operation, row["study_id"], author):
            self._connection.execute(
                f"UPDATE studies SET {assignments} WHERE seq = ?",
                (*columns.values(), row["seq"]),
            )

    def _position(self, seq: int) -> int:
        match self._behaviour.order:
            case "newest" | "oldest" | "ties":
                return seq
            case "updated":
                return self._last_position() + 1
            case "shuffled":
                return seq * _ODD % 2**32

    def _last_position(self) -> int:
        (last,) = self._connection.execute("SELECT max(position) FROM studies").fetchone()
        return last or 0

    @contextmanager
    def _writing(self, operation: str, study_id: str, author: str) -> Iterator[None]:
        with self._transaction():
            yield
            self._connection.execute(
                "INSERT INTO writes (study_id, operation, author) VALUES (?, ?, ?)",
                (study_id, operation, author),
            )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")


def _encode(metadata: Mapping[str, str]) -> str:
    return json.dumps(dict(metadata), ensure_ascii=False, separators=(",", ":"))
