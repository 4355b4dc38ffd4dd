"""The users and the Express customers."""

import secrets
import sqlite3
from collections.abc import Mapping

from avara_tui.emulator.cursors import Cursor
from avara_tui.emulator.pages import Page, cut_page
from avara_tui.emulator.people_validation import Columns
from avara_tui.emulator.refusal import (
    bad_request,
    conflict,
    forbidden,
    not_found,
    unprocessable,
)
from avara_tui.emulator.requests import UserQuery


class Directory:
    """Who can be assigned to studies, and whom studies can belong to."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def user(self, user_id: str) -> sqlite3.Row:
        """Return a user; raise a 404 :class:`Refusal` if there is none."""
        return self._one("users", "user_id", user_id, "user")

    def customer(self, customer_id: str) -> sqlite3.Row:
        """Return a customer; raise a 404 :class:`Refusal` if there is none."""
        return self._one("customers", "customer_id", customer_id, "Express customer")

    def users(self, query: UserQuery, limit: int, cursor: Cursor | None) -> Page:
        """Return ``limit`` active users that ``query`` lets through, in the order of their ids."""
        conditions = ["is_active"]
        values: list[str] = []
        for column, contained in (
            ("first_name", query.first_name),
            ("last_name", query.last_name),
        ):
            if contained:
                conditions.append(f"instr(casefold({column}), ?)")
                values.append(contained.casefold())
        for column, wanted in (
            ("email", query.email),
            ("level", query.level),
            ("invited_source", query.invited_source),
        ):
            if wanted is not None:
                conditions.append(f"{column} = ?")
                values.append(wanted)
        where = " AND ".join(conditions)
        return self._page(f"users WHERE {where} ORDER BY user_id", values, limit, cursor)

    def customers(self, limit: int, cursor: Cursor | None) -> Page:
        """Return ``limit`` customers, in the order of their ids."""
        return self._page("customers ORDER BY customer_id", [], limit, cursor)

    def add_user(self, profile: Columns, now_ms: int) -> sqlite3.Row:
        """Add a user with ``profile``; raise a 409 :class:`Refusal` if the e-mail is taken."""
        taken = self._connection.execute("SELECT 1 FROM users WHERE email = ?", (profile["email"],))
        if taken.fetchone() is not None:
            raise conflict(f"There already is a user with the e-mail address {profile['email']}.")
        _check_dashboard(profile)
        user_id = f"usr_{secrets.token_hex(16)}"
        columns = {
            **profile,
            "user_id": user_id,
            "invited_source": "api",
            "created_at": now_ms,
        }
        self._connection.execute(
            f"INSERT INTO users ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})",
            tuple(columns.values()),
        )
        return self.user(user_id)

    def change_user(self, user_id: str, columns: Columns) -> sqlite3.Row:
        """Set ``columns`` of a user; raise a :class:`Refusal` where that cannot be."""
        row = self.user(user_id)
        if row["level"] == "owner" and "level" in columns:
            raise forbidden("The level of an owner is changed in the dashboard only.")
        _check_dashboard({**dict(row), **columns})
        if columns:
            assignments = ", ".join(f"{column} = ?" for column in columns)
            self._connection.execute(
                f"UPDATE users SET {assignments} WHERE user_id = ?",
                (*columns.values(), user_id),
            )
        return self.user(user_id)

    def revoke_access(self, user_id: str) -> None:
        """Take a user's access away; raise a :class:`Refusal` where that cannot be."""
        row = self.user(user_id)
        if row["level"] == "owner":
            raise forbidden("The access of an owner is changed in the dashboard only.")
        if not row["is_active"]:
            raise conflict(f"The user {user_id} has no access.")
        self._set_active(user_id, is_active=False)

    def reactivate(self, user_id: str) -> None:
        """Give a user access again; raise a :class:`Refusal` where that cannot be."""
        if self.user(user_id)["is_active"]:
            raise conflict(f"The user {user_id} has access.")
        self._set_active(user_id, is_active=True)

    def _set_active(self, user_id: str, *, is_active: bool) -> None:
        self._connection.execute(
            "UPDATE users SET is_active = ? WHERE user_id = ?", (is_active, user_id)
        )

    def check_assignable(self, user_id: str | None) -> None:
        """Raise a 422 :class:`Refusal` unless a study can be assigned to ``user_id``."""
        if user_id is None:
            return
        is_active = self._is_active("users", "user_id", user_id)
        if is_active is None:
            raise unprocessable(f"There is no user {user_id} to assign the study to.")
        if not is_active:
            raise unprocessable(f"The user {user_id} has no access any more.")

    def check_usable_customer(self, customer_id: str | None) -> None:
        """Raise a 422 :class:`Refusal` unless a study can belong to ``customer_id``."""
        if customer_id is None:
            return
        is_active = self._is_active("customers", "customer_id", customer_id)
        if is_active is None:
            raise unprocessable(f"There is no Express customer {customer_id}.")
        if not is_active:
            raise unprocessable(f"The Express customer {customer_id} is not active.")

    def _one(self, table: str, column: str, value: str, noun: str) -> sqlite3.Row:
        row = self._find(table, column, value)
        if row is None:
            raise not_found(f"There is no {noun} {value}.")
        return row

    def _is_active(self, table: str, column: str, value: str) -> bool | None:
        """Return whether somebody is active, or None if there is nobody by that id."""
        row = self._find(table, column, value)
        return None if row is None else bool(row["is_active"])

    def _find(self, table: str, column: str, value: str) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self._connection.execute(
            f"SELECT * FROM {table} WHERE {column} = ?",
            (value,),
        ).fetchone()
        return row

    def _page(self, selection: str, values: list[str], limit: int, cursor: Cursor | None) -> Page:
        offset = (cursor.offset if cursor is not None else None) or 0
        rows = self._connection.execute(
            f"SELECT * FROM {selection} LIMIT ? OFFSET ?",
            (*values, limit + 1, offset),
        ).fetchall()
        return cut_page(rows, limit, offset)


def _check_dashboard(profile: Mapping[str, object]) -> None:
    if profile["level"] == "admin" and not profile["has_dashboard_access"]:
        raise bad_request("hasDashboardAccess must be true for a user of the level admin.")
