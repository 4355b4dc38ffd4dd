import math
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from api.raw_server import STUDY_ID, Received, Reply, Response, reply, study_json, talking
from avara_tui.api.errors import AvaraError
from avara_tui.api.skew import ServerClock
from avara_tui.api.times import parse_http_date, parse_time
from avara_tui.clock import ManualClock

NOW = 1_700_000_000.0  # Tue, 14 Nov 2023 22:13:20 GMT


class SleepingClock(ManualClock):
    """A clock whose machine can be put to sleep: wall time goes on, monotonic time does not."""

    def sleep(self, seconds: float) -> None:
        self._now += seconds


@pytest.mark.parametrize(
    ("date", "skew"),
    [
        ("Tue, 14 Nov 2023 22:13:20 GMT", 0.5),
        ("Tue, 14 Nov 2023 22:14:20 GMT", 60.5),
        ("Tue, 14 Nov 2023 22:12:20 GMT", -59.5),
        ("Tuesday", None),
        ("", None),
    ],
)
async def test_the_skew_is_taken_from_the_date_header(date: str, skew: float | None) -> None:
    def handle(_received: Received) -> Reply:
        return reply(study_json(), date=date)

    async with talking(handle, clock=ManualClock(NOW)) as (_server, client):
        await client.retrieve(STUDY_ID)
        assert client.clock_skew == (None if skew is None else pytest.approx(skew, abs=0.2))


async def test_a_refusal_tells_the_time_as_well() -> None:
    def handle(_received: Received) -> Reply:
        return Response(404, headers={"date": "Tue, 14 Nov 2023 22:14:20 GMT"})

    async with talking(handle, clock=ManualClock(NOW)) as (_server, client):
        with pytest.raises(AvaraError):
            await client.retrieve(STUDY_ID)
        assert client.clock_skew == pytest.approx(60.5, abs=0.2)


def test_how_soon_pages_come_is_known_from_the_quickest_of_late() -> None:
    server = ServerClock(ManualClock(NOW))
    assert server.quickest == math.inf
    server.note_page(0.3)
    assert server.quickest == 0.3
    server.note_page(0.1)
    server.note_page(0.4)
    assert 0.1 < server.quickest < 0.11
    for _ in range(200):
        # The way to it has become longer.
        server.note_page(0.4)
    assert server.quickest == 0.4


@pytest.mark.parametrize("kind", ["page", "refused page", "study", "users"])
async def test_only_pages_of_studies_tell_how_soon_a_page_comes(kind: str) -> None:
    def handle(_received: Received) -> Reply:
        if kind == "refused page":
            return Response(403)
        return reply(study_json() if kind == "study" else {"studies": [], "users": []})

    async with talking(handle) as (_server, client):
        with suppress(AvaraError):
            if kind == "study":
                await client.retrieve(STUDY_ID)
            elif kind == "users":
                await client.list_users()
            else:
                await client.list_studies()
        assert math.isfinite(client._transport.server_clock.quickest) is (kind == "page")


@pytest.mark.parametrize(
    ("seconds", "connections"), [(29.0, 1), (31.0, 2), (3600.0, 2), (-29.0, 1), (-31.0, 2)]
)
async def test_connections_are_not_trusted_after_a_jump_of_the_clock(
    seconds: float, connections: int
) -> None:
    clock = SleepingClock(NOW)
    async with talking(lambda _received: reply(study_json()), clock=clock) as (server, client):
        for _ in range(2):
            await client.retrieve(STUDY_ID)
        assert server.connections == 1
        clock.sleep(seconds)
        for _ in range(2):
            await client.retrieve(STUDY_ID)
        assert server.connections == connections


async def test_time_that_passes_awake_is_no_jump() -> None:
    clock = SleepingClock(NOW)
    async with talking(lambda _received: reply(study_json()), clock=clock) as (server, client):
        await client.retrieve(STUDY_ID)
        clock.advance(3600)
        await client.retrieve(STUDY_ID)
        assert server.connections == 1


@pytest.fixture
def far_away(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Move this machine to where local time is not UTC."""
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("far_away")
@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2024-03-15T10:30:00Z", 1710498600.0),
        ("2024-03-15T10:30:00z", 1710498600.0),
        ("2024-03-15t10:30:00Z", 1710498600.0),
        ("2024-03-15T10:30:00.250Z", 1710498600.25),
        ("2024-03-15T10:30:00.123456789Z", 1710498600.123456),
        ("2024-03-15T11:30:00+01:00", 1710498600.0),
        ("2024-03-15T05:30:00-05:00", 1710498600.0),
        ("2024-03-15 10:30:00Z", 1710498600.0),
        ("2024-03-15T10:30:00", 1710498600.0),
        ("2024-03-15T10:30", 1710498600.0),
        ("2016-12-31T23:59:60Z", 1483228800.0),
        ("2016-12-31T23:59:60.5Z", 1483228800.5),
        ("2017-01-01T00:59:60+01:00", 1483228800.0),
        ("2016-12-31T24:00:00Z", 1483228800.0),
        ("2016-12-31T24:00:00.000z", 1483228800.0),
        ("2016-12-31T24:00", 1483228800.0),
        ("2016-12-31T19:00:00-05:00", 1483228800.0),
        ("2016-12-31T24:00:00+01:00", 1483225200.0),
        ("2016-12-31T24:00:01Z", None),
        ("2016-12-31T24:00:00.5Z", None),
        ("2016-12-31T23:59:61Z", None),
        ("2016-12-31T23:60:00Z", None),
        ("2016-12-31T25:00:00Z", None),
        ("9999-12-31T24:00:00Z", None),
        ("1969-12-31T23:59:59Z", -1.0),
        ("0001-01-01T00:00:00+14:00", -62135647200.0),
        ("2024-03-15", None),
        ("20240315", None),
        ("10:30:00", None),
        ("2024-02-30T10:30:00Z", None),
        ("yesterday", None),
        ("z", None),
        ("", None),
        ("1710498600", None),
    ],
)
def test_times_are_read_as_utc_unless_they_say_otherwise(text: str, seconds: float | None) -> None:
    assert parse_time(text) == seconds


@pytest.mark.usefixtures("far_away")
@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("Tue, 14 Nov 2023 22:13:20 GMT", NOW),
        ("Tue, 14 Nov 2023 22:13:20 -0000", NOW),
        ("Tue, 14 Nov 2023 23:13:20 +0100", NOW),
        ("", None),
        ("soon", None),
        ("Tue, 32 Nov 2023 22:13:20 GMT", None),
    ],
)
def test_http_dates(text: str, seconds: float | None) -> None:
    assert parse_http_date(text) == seconds
