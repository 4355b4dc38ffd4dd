"""From the bytes of an answer to the program's own nouns, or to None where they are no such answer.

A page of studies is taken as it is if every row is what the contract says; only else is it taken
apart, row by row and detail by detail.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from pydantic_core import from_json

from avara_tui.api import schema
from avara_tui.api.assembly import ODD_ROW, assemble
from avara_tui.api.odd_studies import read_study
from avara_tui.api.schema import CustomerRow, Shape, UserRow
from avara_tui.api.shared import SharedValues, user_ref
from avara_tui.api.tolerance import fit_rows, load_object
from avara_tui.identifiers import is_same_study
from avara_tui.study import Customer, CustomerRef, Study, User

Row = TypeVar("Row")
Noun = TypeVar("Noun")
Other = TypeVar("Other")


class Listing(NamedTuple, Generic[Noun]):
    """A page as the server sent it."""

    rows: list[Noun]
    cursor: str | None
    has_more: bool | None
    """What the server said about further pages; None where it said nothing."""
    unreadable: int
    """Rows that could not be understood."""

    def of(self, rows: list[Other], unreadable: int) -> "Listing[Other]":
        """Return the same page with other rows."""
        return Listing(rows, self.cursor, self.has_more, unreadable)

    @property
    def next_cursor(self) -> str | None:
        """What to ask for the next page with; None where there is none to ask for."""
        return None if self.has_more is False else self.cursor

    @property
    def is_cut_off(self) -> bool:
        """Whether the server says that there is more, but not how to get it."""
        return self.has_more is True and self.cursor is None

    @property
    def is_empty(self) -> bool:
        """Whether the server sent no row at all."""
        return not self.rows and not self.unreadable


class Parser:
    """Reads answers, and lets the studies of all of them share what they have in common."""

    def __init__(self) -> None:
        self._shared = SharedValues()

    def share_metadata(self, studies: Iterable[Study]) -> None:
        """Save memory on studies that are to be kept."""
        self._shared.share_metadata(studies)

    def study(self, body: bytes) -> Study | None:
        """Return the study in ``body``."""
        loaded, is_whole = _load_anyhow(body)
        studies, _unreadable = self._read([loaded], is_whole=is_whole)
        return studies[0] if studies else None

    def study_with_id(self, body: bytes, study_id: str) -> Study | None:
        """Return the study in ``body`` if it is the one with ``study_id``."""
        study = self.study(body)
        is_it = study is not None and is_same_study(study.study_id, study_id)
        return study if is_it else None

    def study_with_uid(self, body: bytes, uid: str) -> Study | None:
        """Return the study in ``body`` if it is the one with ``uid``."""
        study = self.study(body)
        return study if study is not None and study.uid == uid else None

    def studies(self, body: bytes) -> Listing[Study] | None:
        """Return the page of studies in ``body``."""
        loaded, is_whole = _load_anyhow(body)
        envelope = _envelope(loaded, "studies")
        if envelope is None:
            return None
        return envelope.of(*self._read(envelope.rows, is_whole=is_whole))

    def _read(self, rows: Sequence[object], *, is_whole: bool) -> tuple[list[Study], int]:
        """Return the studies in ``rows``, and how many rows are none."""
        if is_whole:
            try:
                return assemble(self._shared, rows), 0
            except ODD_ROW:
                pass
        return self._one_by_one(rows)

    def _one_by_one(self, rows: Sequence[object]) -> tuple[list[Study], int]:
        """Return the studies in ``rows``, and how many rows are none: those without an id."""
        readings = [reading for row in rows if (reading := read_study(row)) is not None]
        studies = assemble(self._shared, [reading.row for reading in readings])
        return [
            study._replace(unreadable=reading.unreadable) if reading.unreadable else study
            for study, reading in zip(studies, readings, strict=True)
        ], len(rows) - len(studies)

    def user(self, body: bytes) -> User | None:
        """Return the user in ``body``."""
        loaded = load_object(body)
        row = None if loaded is None else schema.USER.fit(loaded)
        return None if row is None else _user(row)

    def user_with_id(self, body: bytes, user_id: str) -> User | None:
        """Return the user in ``body`` if it is the one with ``user_id``."""
        user = self.user(body)
        return user if user is not None and user.user_id == user_id else None

    def users(self, body: bytes) -> Listing[User] | None:
        """Return the page of users in ``body``."""
        envelope = _envelope(load_object(body), "users")
        if envelope is None:
            return None
        rows, unreadable = fit_rows(schema.USER, envelope.rows)
        return envelope.of([_user(row) for row in rows], unreadable)

    def customers(self, body: bytes) -> Listing[Customer] | None:
        """Return the page of Express customers in ``body``."""
        envelope = _envelope(load_object(body), "expressCustomers")
        if envelope is None:
            return None
        rows, unreadable = fit_rows(schema.CUSTOMER, envelope.rows)
        return envelope.of([_customer(row) for row in rows], unreadable)


def success(body: bytes) -> schema.Success | None:
    """Return the answer to cancel or uncancel in ``body``."""
    return _small(schema.SUCCESS, body)


def viewer_link(body: bytes) -> str | None:
    """Return the URL in ``body``."""
    link = _small(schema.VIEWER_LINK, body)
    return None if link is None else link["url"]


def _small(shape: Shape[Row], body: bytes) -> Row | None:
    loaded = load_object(body)
    return None if loaded is None else shape.fit(loaded)


def _load(body: bytes) -> object:
    """Return the JSON in ``body``. Raises ValueError where it is not strictly JSON in UTF-8.

    Caching values too would take longer than it saves, as most of them occur once.
    """
    loaded: object = from_json(body, cache_strings="keys")
    return loaded


def _load_anyhow(body: bytes) -> tuple[object, bool]:
    """Return what ``body`` holds, and whether it is sure to have come through whole.

    What did not has a mark in its place: see :func:`load_object`.
    """
    try:
        return _load(body), True
    except ValueError:
        return load_object(body), False


def _envelope(loaded: object, key: str) -> Listing[Any] | None:
    """Return the page whose rows stand under ``key``, as they came."""
    if not isinstance(loaded, dict) or not isinstance(loaded.get(key), list):
        return None
    rows: list[Any] = loaded[key]
    cursor, has_more = loaded.get("cursor"), loaded.get("hasMore")
    return Listing(
        rows,
        cursor if isinstance(cursor, str) and cursor else None,
        has_more if isinstance(has_more, bool) else None,
        0,
    )


def _user(row: UserRow) -> User:
    return User(
        ref=user_ref(row),
        can_manage_studies=bool(row.get("canManageStudies")),
        level=row.get("level") or "",
        clinic_role=row.get("clinicRole") or "",
    )


def _customer(row: CustomerRow) -> Customer:
    ref = CustomerRef(row["expressCustomerId"], row["expressCustomerName"] or "")
    return Customer(ref=ref, is_active=bool(row.get("isActive")))
