"""Invitations. The profile of whoever is invited is that of the user made with the invitation."""

import secrets
import sqlite3
from collections.abc import Callable
from typing import Final

from avara_tui.emulator.cursors import Cursor
from avara_tui.emulator.directory import Directory
from avara_tui.emulator.pages import Page, cut_page
from avara_tui.emulator.people_validation import Columns
from avara_tui.emulator.refusal import conflict, not_found
from avara_tui.emulator.requests import InvitationKey, InvitationQuery

_LIFETIME_MS: Final = 7 * 86_400_000

_SELECT: Final = """
SELECT invitations.*, users.* FROM invitations JOIN users USING (user_id)
"""


class InvitationBook:
    """Who was invited, and what became of it."""

    def __init__(
        self, connection: sqlite3.Connection, directory: Directory, now_ms: Callable[[], int]
    ) -> None:
        self._connection = connection
        self._directory = directory
        self._now_ms = now_ms

    def invite(self, profile: Columns, *, api_key_id: str) -> sqlite3.Row:
        """Make a user and an invitation; return the user.

        Raises a 409 :class:`Refusal` if the e-mail address is taken.
        """
        now = self._now_ms()
        row = self._directory.add_user(profile, now)
        self._connection.execute(
            "INSERT INTO invitations VALUES (?, ?, 'sent', ?, ?, ?, NULL, ?)",
            (
                *(f"inv_{secrets.token_hex(16)}", row["user_id"]),
                *(now + _LIFETIME_MS, now, now, api_key_id),
            ),
        )
        return row

    def find(self, invitation_id: str) -> sqlite3.Row:
        """Return an invitation; raise a 404 :class:`Refusal` if there is none."""
        return self._one("invitation_id = ?", invitation_id)

    def page(self, query: InvitationQuery, limit: int, cursor: Cursor | None) -> Page:
        """Return ``limit`` invitations that ``query`` lets through, newest first."""
        conditions: list[str] = ["1"]
        values: list[str | int] = []

        def add(condition: str, value: str | int | None) -> None:
            if value is not None:
                conditions.append(condition)
                values.append(value)

        add("user_id = ?", query.user_id)
        add("created_at >= ?", query.created_from_ms)
        add("created_at < ?", query.created_before_ms)
        if query.is_expired is not None:
            add("expiry <= ?" if query.is_expired else "expiry > ?", self._now_ms())
        if query.statuses:
            conditions.append(f"status IN ({', '.join('?' * len(query.statuses))})")
            values += query.statuses
        offset = (cursor.offset if cursor is not None else None) or 0
        where = " AND ".join(f"invitations.{each}" if each != "1" else each for each in conditions)
        rows = self._connection.execute(
            f"{_SELECT} WHERE {where} ORDER BY invitations.created_at DESC, invitation_id"
            " LIMIT ? OFFSET ?",
            (*values, limit + 1, offset),
        ).fetchall()
        return cut_page(rows, limit, offset)

    def change(self, invitation_id: str, columns: Columns) -> sqlite3.Row:
        """Change whoever is invited; raise a 409 :class:`Refusal` if it is not pending."""
        row = self.find(invitation_id)
        self._check_pending(row)
        self._directory.change_user(row["user_id"], columns)
        self._touch(row, "sent")
        return self.find(invitation_id)

    def revoke(self, key: InvitationKey) -> None:
        """Take an invitation back, and the access with it; 409 if it is not pending."""
        if key.invitation_id is not None:
            row = self.find(key.invitation_id)
        else:
            row = self._one("invitations.user_id = ?", key.user_id or "")
        self._check_pending(row)
        self._directory.revoke_access(row["user_id"])
        self._touch(row, "revoked")

    def _touch(self, row: sqlite3.Row, status: str) -> None:
        self._connection.execute(
            "UPDATE invitations SET status = ?, updated_at = ? WHERE invitation_id = ?",
            (status, max(self._now_ms(), row["updated_at"] + 1), row["invitation_id"]),
        )

    def _one(self, condition: str, value: str) -> sqlite3.Row:
        row: sqlite3.Row | None = self._connection.execute(
            f"{_SELECT} WHERE {condition} ORDER BY invitations.created_at DESC LIMIT 1", (value,)
        ).fetchone()
        if row is None:
            raise not_found(f"There is no invitation {value}.")
        return row

    def _check_pending(self, row: sqlite3.Row) -> None:
        if row["status"] != "sent":
            raise conflict(f"The invitation {row['invitation_id']} is {row['status']}.")
