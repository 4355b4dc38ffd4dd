import pytest

from avara_tui.api.errors import AvaraError, ErrorKind, Outcome, describe_seconds

WHOLE_SENTENCES = [
    (
        AvaraError(ErrorKind.UNAUTHORIZED, "list studies", status=401),
        (
            "Could not list studies: the server does not accept the API key; "
            "sign in again with: avara-tui auth login (HTTP 401)."
        ),
    ),
    (
        AvaraError(
            ErrorKind.SERVER, "update study", status=503, outcome=Outcome.NOT_APPLIED, retry_after=9
        ),
        (
            "Could not update study: the server failed; try again in a moment (HTTP 503); "
            "next try in 9 s. Nothing was changed."
        ),
    ),
    (
        AvaraError(ErrorKind.TIMEOUT, "create study", outcome=Outcome.UNKNOWN),
        (
            "Could not create study: the server did not answer in time; try again, or check the "
            "network. It is not known whether the change was made: "
            "look at it before you write again."
        ),
    ),
    (
        AvaraError(ErrorKind.CONFLICT, "update study", outcome=Outcome.CONFLICT),
        (
            "Could not update study: it is not as it was when you last saw it. "
            "Look at it before you write again."
        ),
    ),
    (
        AvaraError(ErrorKind.UNREADABLE, "cancel study", status=200, outcome=Outcome.APPLIED),
        (
            "The change was made (cancel study), but it could not be read back: the answer "
            "does not come from the Avara API; check the base URL, and whether a proxy or "
            "a sign-in page stands in between."
        ),
    ),
    (
        AvaraError(ErrorKind.RATE_LIMITED, "list users", status=429, retry_after=0.5),
        "Could not list users: the server asks for fewer requests; wait a moment (HTTP 429).",
    ),
    (
        AvaraError(ErrorKind.PAUSED, "list users", retry_after=1),
        "Could not list users: the server needs a pause, so nothing is sent; next try in 1 s.",
    ),
    (
        AvaraError(ErrorKind.SETUP, "connect", reason="there is no key"),
        "Could not connect: there is no key.",
    ),
]


@pytest.mark.parametrize(("error", "sentence"), WHOLE_SENTENCES)
def test_an_error_is_a_sentence_for_a_person(error: AvaraError, sentence: str) -> None:
    assert str(error) == sentence


@pytest.mark.parametrize("kind", ErrorKind)
@pytest.mark.parametrize("outcome", Outcome)
def test_every_kind_and_outcome_has_its_words(kind: ErrorKind, outcome: Outcome) -> None:
    text = str(AvaraError(kind, "do it", outcome=outcome))
    assert "do it" in text
    assert text.endswith(".")
    assert "None" not in text


@pytest.mark.parametrize(
    ("status", "is_said"), [(199, True), (200, False), (299, False), (300, True)]
)
def test_a_good_status_is_no_part_of_what_went_wrong(status: int, *, is_said: bool) -> None:
    error = AvaraError(ErrorKind.UNREADABLE, "list studies", status=status)
    assert (f"(HTTP {status})" in str(error)) is is_said


def test_the_representation_says_what_a_log_may_know() -> None:
    error = AvaraError(
        ErrorKind.SERVER,
        "update study",
        study_id="stu_1",
        status=500,
        outcome=Outcome.UNKNOWN,
        server_message="DOE",
    )
    assert repr(error) == "<AvaraError server 500: update study, unknown>"
    bare = AvaraError(ErrorKind.TIMEOUT, "list users")
    assert repr(bare) == "<AvaraError timeout: list users, nothing>"
    assert (error.study_id, error.server_message) == ("stu_1", "DOE")
    assert (bare.status, bare.retry_after, bare.study_id, bare.server_message) == (None,) * 4


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (1, "1 s"),
        (1.2, "2 s"),
        (119.5, "2 min"),
        (119, "119 s"),
        (120, "2 min"),
        (120.1, "3 min"),
        (121, "3 min"),
        (180, "3 min"),
        (7199, "120 min"),
        (7200, "2 h"),
        (7201, "3 h"),
        (10_800, "3 h"),
        (86_400, "24 h"),
    ],
)
def test_durations_are_rounded_up(seconds: float, text: str) -> None:
    assert describe_seconds(seconds) == text
