"""Users and Express customers."""

import re
from typing import Any

import httpx
import pytest

from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator

USERS = "/v1/viewer/users"
CUSTOMERS = "/v1/express"


def walk(http: httpx.Client, path: str, name: str, **query: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    while True:
        page = http.get(path, params=query).json()
        rows += page[name]
        if not page["hasMore"]:
            return rows
        query["cursor"] = page["cursor"]


def test_users_are_paged_and_complete(http: httpx.Client) -> None:
    users = walk(http, USERS, "users", limit="5")
    assert len({each["userId"] for each in users}) == len(users) > 20
    required = {
        *("userId", "email", "firstName", "lastName", "canManageStudies", "hasDashboardAccess"),
        *("clinicRole", "level", "invitedSource", "createdAt", "lastLoginAt"),
    }
    for each in users:
        assert required <= set(each)
        assert re.fullmatch(r"usr_[0-9a-f]{32}", each["userId"])
        assert each["email"].isascii()
        assert http.get(f"{USERS}/{each['userId']}").json() == each
    assert DEMO_USER_ID in {each["userId"] for each in users}


@pytest.mark.parametrize(
    ("query", "matches"),
    [
        ({"email": "john.smith@radiology.example"}, lambda each: each["lastName"] == "Smith"),
        ({"email": "john.smith"}, lambda _each: False),
        ({"lastName": "SMI"}, lambda each: "smi" in each["lastName"].lower()),
        ({"firstName": "o"}, lambda each: "o" in each["firstName"].lower()),
        ({"level": "admin"}, lambda each: each["level"] == "admin"),
        ({"invitedSource": "api"}, lambda each: each["invitedSource"] == "api"),
    ],
)
def test_a_filter_lets_through_exactly_what_matches(
    http: httpx.Client, query: dict[str, str], matches: Any
) -> None:
    everybody = walk(http, USERS, "users")
    assert walk(http, USERS, "users", **query) == [each for each in everybody if matches(each)]


def test_a_key_may_be_forbidden_to_list_users(
    http: httpx.Client, emulator: EmbeddedEmulator
) -> None:
    emulator.switch("user-listing", "forbidden")
    assert http.get(USERS).status_code == 403
    assert http.get(f"{USERS}/{DEMO_USER_ID}").status_code == 403
    assert http.get(CUSTOMERS).status_code == 200


def test_customers_are_paged_and_complete(http: httpx.Client) -> None:
    customers = walk(http, CUSTOMERS, "expressCustomers", limit="5")
    assert len(customers) > 10
    assert any(not each["isActive"] for each in customers)
    required = {
        *("expressCustomerId", "expressCustomerName", "isActive", "userCount"),
        *("createdAt", "updatedAt"),
    }
    for each in customers:
        assert required <= set(each)
        assert http.get(f"{CUSTOMERS}/{each['expressCustomerId']}").json() == each


@pytest.mark.parametrize(("path", "prefix"), [(USERS, "usr"), (CUSTOMERS, "cus")])
def test_unknown_and_malformed_ids(http: httpx.Client, path: str, prefix: str) -> None:
    assert http.get(f"{path}/{prefix}_{'0' * 32}").status_code == 404
    assert http.get(f"{path}/{prefix}_0").status_code == 400
