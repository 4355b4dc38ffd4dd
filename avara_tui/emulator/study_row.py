"""A row of the table of studies, and what writing one takes."""

import sqlite3
from typing import Final, NamedTuple


class StudyRow(NamedTuple):
    """A row without its sequence number and position. Users and the like go by their numbers."""

    study_id: str
    uid: str
    description: str | int
    """The text, or the number of the row that holds it."""
    severity: str
    status: str
    is_cancelled: bool
    assignee: int | None
    customer: int | None
    created_at: int
    updated_at: int
    cancelled_at: int | None
    created_by_user: int | None
    created_by_api_key: int | None
    metadata: str


INSERT_STUDY: Final = (
    f"INSERT INTO studies (seq, position, {', '.join(StudyRow._fields)})"
    f" VALUES (?, ?, {', '.join('?' * len(StudyRow._fields))})"
)


def intern_description(connection: sqlite3.Connection, text: str | int) -> int:
    """Return the number of a description, which is stored if it is the first of its text."""
    row = connection.execute("SELECT number FROM descriptions WHERE text = ?", (text,)).fetchone()
    if row is not None:
        return int(row[0])
    connection.execute("INSERT INTO descriptions (text, folded) VALUES (?1, casefold(?1))", (text,))
    number, folded = connection.execute(
        "SELECT number, folded FROM descriptions WHERE number = last_insert_rowid()"
    ).fetchone()
    connection.execute(
        # The search would end a text at its first NUL.
        "INSERT INTO description_search (rowid, folded) VALUES (?, ?)",
        (number, folded.replace("\0", "\n")),
    )
    return int(number)
