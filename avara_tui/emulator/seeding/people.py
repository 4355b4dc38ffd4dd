"""The users, invitations, customers and keys of a new database."""

import random
import sqlite3
import unicodedata
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from avara_tui.emulator.seeding.vocabulary import API_KEYS, CUSTOMERS, PEOPLE, Person

_DAY: Final = 86_400_000


def seed_people(connection: sqlite3.Connection, rng: random.Random, now_ms: int) -> None:
    """Insert everybody, in the order of the vocabulary: their numbers are their places in it."""
    user_ids = [person.user_id or f"usr_{_hex(rng)}" for person in PEOPLE]
    customer_ids = [f"cus_{_hex(rng)}" for _ in CUSTOMERS]
    api_key_ids = [str(UUID(int=rng.getrandbits(128), version=4)) for _ in API_KEYS]
    for user_id, person in zip(user_ids, PEOPLE, strict=True):
        suffix1, suffix2 = (*person.suffixes, None, None)[:2]
        joined = now_ms - round((30 + 900 * rng.random()) * _DAY)
        seen = None if rng.random() < 0.05 else now_ms - round(5 * _DAY * rng.random())
        connection.execute(
            "INSERT INTO users (user_id, email, first_name, last_name, middle_name, suffix1,"
            " suffix2, phone_number, level, clinic_role, invited_source, can_manage_studies,"
            " has_dashboard_access, created_at, last_login_at, is_active)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(user_id, _email(person), person.first_name, person.last_name),
                *(person.middle_name, suffix1, suffix2, f"555010{rng.randrange(10_000):04d}"),
                *(person.level, person.clinic_role, "api" if rng.random() < 0.3 else "dashboard"),
                *(person.clinic_role in _MANAGING, person.level != "member", joined, seen),
                not person.has_left,
            ),
        )
    _insert_invitations(connection, user_ids, now_ms)
    for customer_id, site in zip(customer_ids, CUSTOMERS, strict=True):
        joined = now_ms - round((60 + 900 * rng.random()) * _DAY)
        connection.execute(
            "INSERT INTO customers VALUES (NULL, ?, ?, ?, ?, ?, ?)",
            (customer_id, site.name, site.weight > 0, rng.randrange(2, 40), joined, joined),
        )
    connection.executemany(
        "INSERT INTO api_keys VALUES (NULL, ?, ?)", zip(api_key_ids, API_KEYS, strict=True)
    )


def _insert_invitations(
    connection: sqlite3.Connection, user_ids: Sequence[str], now_ms: int
) -> None:
    by_last_name = {
        person.last_name: user_id for user_id, person in zip(user_ids, PEOPLE, strict=True)
    }
    inviter = by_last_name["Whitfield"]
    for number, (invited, status, sent, lifetime) in enumerate(
        (
            ("Menon", "accepted", 90 * _DAY, 7 * _DAY),
            ("Petrova", "accepted", 60 * _DAY, 7 * _DAY),
            ("Almeida", "revoked", 30 * _DAY, 7 * _DAY),
            ("Dubois", "sent", 20 * _DAY, 7 * _DAY),
            ("Carter", "sent", 2 * _DAY, 7 * _DAY),
        ),
        1,
    ):
        sent_at = now_ms - sent
        connection.execute(
            "INSERT INTO invitations VALUES (?, ?, ?, ?, ?, ?, ?, NULL)",
            (
                *(f"inv_{number:032x}", by_last_name[invited], status),
                *(sent_at + lifetime, sent_at, sent_at, inviter),
            ),
        )


_MANAGING: Final = frozenset({"Radiologist", "Patient Care Coordinator", "IT Administrator"})


def _email(person: Person) -> str:
    plain = unicodedata.normalize("NFKD", f"{person.first_name}.{person.last_name}").casefold()
    letters = (each for each in plain if each in "abcdefghijklmnopqrstuvwxyz.-")
    return f"{''.join(letters)}@radiology.example"


def _hex(rng: random.Random) -> str:
    return f"{rng.getrandbits(128):032x}"
