"""The database: its tables, and how one is opened."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_APPLICATION_ID: Final = 0x41564152  # "AVAR": tells our files from other SQLite files.
_VERSION: Final = 2

DOCUMENTED_LANES: Final = 12
"""The lanes below are of studies whose severity and status are documented; those above of others.
"""
_LANE: Final = f"""
    CASE WHEN severity IN ('stat', 'high', 'normal') AND status IN ('incomplete', 'complete')
    THEN CASE severity WHEN 'stat' THEN 0 WHEN 'high' THEN 4 ELSE 8 END
        + CASE status WHEN 'incomplete' THEN 0 ELSE 2 END
    ELSE {DOCUMENTED_LANES}
        + CASE severity WHEN 'stat' THEN 0 WHEN 'high' THEN 6 WHEN 'normal' THEN 12 ELSE 18 END
        + CASE status WHEN 'incomplete' THEN 0 WHEN 'complete' THEN 2 ELSE 4 END
    END + is_cancelled
"""


def lane_of(severity: str, status: str, *, is_cancelled: bool) -> int:
    """Return the lane of a study, which the column ``lane`` holds."""
    rank, step = {"stat": 0, "high": 1, "normal": 2}.get(severity, 3), _STEPS.get(status, 2)
    if rank < 3 and step < 2:
        return 4 * rank + 2 * step + is_cancelled
    return DOCUMENTED_LANES + 6 * rank + 2 * step + is_cancelled


_STEPS: Final = {"incomplete": 0, "complete": 1}

_TABLES: Final = f"""
CREATE TABLE users (
    number INTEGER PRIMARY KEY, user_id TEXT NOT NULL UNIQUE,
    email TEXT NOT NULL UNIQUE COLLATE NOCASE,
    first_name TEXT NOT NULL, last_name TEXT NOT NULL, middle_name TEXT,
    suffix1 TEXT, suffix2 TEXT, phone_number TEXT,
    level TEXT NOT NULL, clinic_role TEXT NOT NULL, invited_source TEXT NOT NULL,
    can_manage_studies INTEGER NOT NULL, has_dashboard_access INTEGER NOT NULL,
    created_at INTEGER, last_login_at INTEGER, is_active INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE TABLE invitations (
    invitation_id TEXT PRIMARY KEY, user_id TEXT NOT NULL, status TEXT NOT NULL,
    expiry INTEGER, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
    inviter_id TEXT, invited_by_api_key_id TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE customers (
    number INTEGER PRIMARY KEY, customer_id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL, is_active INTEGER NOT NULL,
    user_count INTEGER NOT NULL, created_at INTEGER, updated_at INTEGER
) STRICT;
CREATE TABLE api_keys (
    number INTEGER PRIMARY KEY, api_key_id TEXT NOT NULL UNIQUE, description TEXT NOT NULL
) STRICT;
-- Each text once, however many studies have it.
CREATE TABLE descriptions (
    number INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE, folded TEXT NOT NULL
) STRICT;
CREATE VIRTUAL TABLE description_search USING fts5 (
    folded, content = 'descriptions', content_rowid = 'number',
    tokenize = 'trigram case_sensitive 1'
);
CREATE TABLE studies (
    seq INTEGER PRIMARY KEY,
    position INTEGER NOT NULL,  -- the place in the list's order
    study_id TEXT NOT NULL, uid TEXT NOT NULL, description INTEGER NOT NULL,
    severity TEXT NOT NULL, status TEXT NOT NULL, is_cancelled INTEGER NOT NULL,
    lane INTEGER NOT NULL GENERATED ALWAYS AS ({_LANE}) VIRTUAL,
    assignee INTEGER, customer INTEGER,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, cancelled_at INTEGER,
    created_by_user INTEGER, created_by_api_key INTEGER,
    metadata TEXT NOT NULL
) STRICT;
-- Every applied write, so that a test can prove that none was applied twice.
CREATE TABLE writes (
    seq INTEGER PRIMARY KEY, study_id TEXT NOT NULL, operation TEXT NOT NULL, author TEXT NOT NULL
) STRICT;
-- The order that the positions of the studies are in.
CREATE TABLE list_order (name TEXT NOT NULL) STRICT;
INSERT INTO list_order VALUES ('newest');
"""

# One index for every combination of filters by equality: each ends in the order of the list.
_INDEXES: Final = """
CREATE UNIQUE INDEX studies_by_id ON studies (study_id);
CREATE INDEX studies_by_uid ON studies (uid, seq);
CREATE UNIQUE INDEX studies_in_order ON studies (position);
CREATE INDEX studies_by_lane ON studies (lane, position);
CREATE INDEX studies_by_assignee ON studies (assignee, lane, position);
CREATE INDEX studies_by_customer ON studies (customer, lane, position);
CREATE INDEX studies_by_assignee_customer ON studies (assignee, customer, lane, position);
CREATE INDEX studies_by_description ON studies (description, lane, position);
CREATE INDEX studies_by_description_assignee ON studies (description, assignee, lane, position);
CREATE INDEX studies_by_description_customer ON studies (description, customer, lane, position);
CREATE INDEX studies_by_description_assignee_customer
    ON studies (description, assignee, customer, lane, position);
CREATE INDEX writes_by_study ON writes (study_id);
"""


class ForeignDatabaseError(Exception):
    """The file is a SQLite database of something else, or of another version."""


def open_database(path: Path | None) -> sqlite3.Connection:
    """Open the database file ``path``, made if missing, or one in memory.

    Raises :class:`sqlite3.Error` or :class:`ForeignDatabaseError` where that cannot be.
    """
    connection = sqlite3.connect(
        ":memory:" if path is None else path, isolation_level=None, check_same_thread=False
    )
    try:
        _configure(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _configure(connection: sqlite3.Connection) -> None:
    connection.row_factory = sqlite3.Row
    # SQLite's own functions fold the case of ASCII only.
    connection.create_function("casefold", 1, str.casefold, deterministic=True)
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if not is_new(connection) and (application, version) != (_APPLICATION_ID, _VERSION):
        raise ForeignDatabaseError
    # A crash of the machine may lose the last writes of an emulator; that is no loss.
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -65536")


def is_new(connection: sqlite3.Connection) -> bool:
    """Tell whether the database has no table yet."""
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    return bool(tables == 0)


@contextmanager
def building(connection: sqlite3.Connection) -> Iterator[None]:
    """Make the tables, let the caller fill them, then index them: all of it or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        _execute_each(connection, _TABLES)
        yield
        # Indexing full tables is faster than filling indexed ones.
        _execute_each(connection, _INDEXES)
        connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {_VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _execute_each(connection: sqlite3.Connection, statements: str) -> None:
    # executescript() would commit the transaction that this is part of.
    for statement in statements.split(";\n"):
        connection.execute(statement)
