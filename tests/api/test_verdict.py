"""What every status means: its kind, and what the request may have done on the server."""

import pytest

from avara_tui.api.errors import ErrorKind
from avara_tui.api.verdict import judge
from avara_tui.api.wire import Answer, Effect, Problem

SAID = b'{"message": "said"}'


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_a_success_is_its_value_or_unreadable(status: int) -> None:
    assert judge(Answer(status, b"x"), lambda body: body + b"!") == b"x!"
    nothing: object = judge(Answer(status, b"x"), lambda _: None)
    assert nothing == Problem(ErrorKind.UNREADABLE, Effect.FINISHED, status)


@pytest.mark.parametrize(
    ("status", "kind", "effect"),
    [
        (199, ErrorKind.UNREADABLE, Effect.FINISHED),
        (300, ErrorKind.REDIRECTED, Effect.FINISHED),
        (303, ErrorKind.REDIRECTED, Effect.FINISHED),
        (307, ErrorKind.REDIRECTED, Effect.NONE),
        (308, ErrorKind.REDIRECTED, Effect.NONE),
        (399, ErrorKind.REDIRECTED, Effect.FINISHED),
    ],
)
def test_what_is_neither_success_nor_failure(status: int, kind: ErrorKind, effect: Effect) -> None:
    verdict: object = judge(Answer(status, SAID, 7.0), lambda body: body)
    assert verdict == Problem(kind, effect, status)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, ErrorKind.INVALID),
        (401, ErrorKind.UNAUTHORIZED),
        (403, ErrorKind.FORBIDDEN),
        (404, ErrorKind.NOT_FOUND),
        (409, ErrorKind.CONFLICT),
        (410, ErrorKind.NOT_FOUND),
        (422, ErrorKind.INVALID),
        (429, ErrorKind.RATE_LIMITED),
        (499, ErrorKind.INVALID),
    ],
)
def test_a_refusal_did_nothing_and_says_why(status: int, kind: ErrorKind) -> None:
    verdict: object = judge(Answer(status, SAID, 7.0), lambda body: body)
    assert verdict == Problem(kind, Effect.NONE, status, 7.0, server_message="said")


@pytest.mark.parametrize(
    ("status", "kind", "effect"),
    [
        (408, ErrorKind.TIMEOUT, Effect.FINISHED),
        (500, ErrorKind.SERVER, Effect.FINISHED),
        (503, ErrorKind.SERVER, Effect.FINISHED),
        (504, ErrorKind.SERVER, Effect.PENDING),
        (599, ErrorKind.SERVER, Effect.FINISHED),
    ],
)
def test_after_a_failure_nobody_knows_until_it_is_looked_into(
    status: int, kind: ErrorKind, effect: Effect
) -> None:
    verdict: object = judge(Answer(status, SAID, 7.0), lambda body: body)
    assert verdict == Problem(kind, effect, status, 7.0)


def test_a_problem_stays_what_it_is() -> None:
    problem = Problem(ErrorKind.TIMEOUT, Effect.PENDING)
    verdict: object = judge(problem, lambda body: body)
    assert verdict is problem
