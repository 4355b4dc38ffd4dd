import pytest

from avara_tui.api import retry
from avara_tui.api.errors import ErrorKind
from avara_tui.api.wire import Effect, Problem

NOW = 1_700_000_000.0
DATE = "Tue, 14 Nov 2023 22:13:20 GMT"  # NOW


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after-ms": "1500"}, 1.5),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after-ms": "soon", "retry-after": "9"}, 9.0),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": "2.5"}, 2.5),
        ({"retry-after": " 7 "}, 7.0),
        ({"retry-after": "999999999"}, 86_400.0),
        ({"retry-after": "9" * 400}, 86_400.0),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "1e3"}, None),
        ({"retry-after": ""}, None),
        ({"retry-after": "."}, None),
        ({"retry-after": "1.2.3"}, None),
        ({"retry-after-ms": "1..5"}, None),
        ({"retry-after": "tomorrow"}, None),
        ({"retry-after": "Tue, 14 Nov 2023 22:14:00 GMT"}, 40.0),
        ({"retry-after": "Tue, 14 Nov 2023 22:10:00 GMT"}, 0.0),
        (
            {
                "retry-after": "Tue, 14 Nov 2023 23:14:00 GMT",
                "date": "Tue, 14 Nov 2023 23:13:30 GMT",
            },
            30,
        ),
        ({"retry-after": "Tue, 14 Nov 2023 22:14:00 GMT", "date": "yesterday"}, 40.0),
        ({"retry-after": "Sun, 99 Nov 2023 99:14:00 GMT"}, None),
    ],
)
def test_what_a_server_asks_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    assert retry.retry_after(headers, NOW) == seconds


def problem(retry_after: float | None = None) -> Problem:
    return Problem(ErrorKind.SERVER, Effect.FINISHED, retry_after=retry_after)


def test_the_pauses_are_jittered_within_a_bound_that_doubles(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(retry, "_FIRST_PAUSE", 0.5)
    for attempt, bound in ((1, 0.5), (2, 1.0), (3, 2.0), (4, 2.0), (9, 2.0)):
        pauses = [retry.pause_before(attempt, problem()) for _ in range(400)]
        assert max(pauses) <= bound
        assert max(pauses) > 0.8 * bound
        assert min(pauses) < 0.2 * bound


def test_the_server_is_never_asked_again_before_it_wants_to() -> None:
    pauses = [retry.pause_before(1, problem(2.0)) for _ in range(400)]
    assert 2.0 <= min(pauses) < max(pauses) <= 2.5


@pytest.mark.parametrize("kind", ErrorKind)
def test_only_what_may_pass_is_tried_again(kind: ErrorKind) -> None:
    passing = {"unreachable", "timeout", "rate limited", "server", "unreadable"}
    assert retry.may_pass(Problem(kind, Effect.NONE)) == (kind in passing)
    assert retry.is_safe_to_send_again(Problem(kind, Effect.NONE)) == (kind in passing)
    for effect in set(Effect) - {Effect.NONE}:
        assert not retry.is_safe_to_send_again(Problem(kind, effect))
