import pytest

from avara_tui.api.client import AvaraClient
from avara_tui.api.endpoint import Endpoint, parse_base_url
from avara_tui.api.errors import AvaraError, ErrorKind, Outcome

KEY = "sk_live_0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    ("base_url", "endpoint"),
    [
        (
            "https://api.avarasoftware.com",
            Endpoint("https://api.avarasoftware.com", "", "api.avarasoftware.com", is_tls=True),
        ),
        (
            " https://API.example:8443/gateway/avara/ \n",
            Endpoint("https://api.example:8443", "/gateway/avara", "api.example", is_tls=True),
        ),
        (
            "http://127.0.0.1:8080/",
            Endpoint("http://127.0.0.1:8080", "", "127.0.0.1", is_tls=False),
        ),
        ("http://[::1]:80", Endpoint("http://[::1]:80", "", "::1", is_tls=False)),
        ("http://localhost", Endpoint("http://localhost", "", "localhost", is_tls=False)),
        ("http://127.9.8.7", Endpoint("http://127.9.8.7", "", "127.9.8.7", is_tls=False)),
    ],
)
def test_where_the_server_is(base_url: str, endpoint: Endpoint) -> None:
    assert parse_base_url(base_url) == endpoint


@pytest.mark.parametrize(
    ("base_url", "reason"),
    [
        ("", "is no web address"),
        ("api.avarasoftware.com", "is no web address"),
        ("ftp://api.example", "is no web address"),
        ("https://", "is no web address"),
        ("https:///v1", "is no web address"),
        ("https://[::1", "is no web address"),
        ("https://api.example:99999", "is no web address"),
        ("https://api.example:x", "is no web address"),
        ("http://api.example", "must start with https://"),
        ("http://10.0.0.1", "must start with https://"),
        ("http://127.0.0.1.evil.example", "must start with https://"),
        ("http://localhost.evil.example", "must start with https://"),
        ("http://127.1", "must start with https://"),
        ("https://user:word@api.example", "must not hold a user name"),
        ("https://api.example?x=1", "without ? or #"),
        ("https://api.example#x", "without ? or #"),
        ("https://\u0430pi.example", "not plain ASCII"),
        ("https://a b.example", "not plain ASCII"),
        ("https://api.example/\u00e9", "not plain ASCII"),
        ("https://api.example/a b", "not plain ASCII"),
    ],
)
def test_where_no_key_is_sent(base_url: str, reason: str) -> None:
    with pytest.raises(AvaraError) as caught:
        AvaraClient(base_url, KEY)
    error = caught.value
    assert (error.kind, error.outcome) == (ErrorKind.SETUP, Outcome.NOTHING)
    assert str(error).startswith("Could not connect: ")
    assert reason in str(error)
    assert "word" not in str(error).replace("password", "")
    assert error.__context__ is None


@pytest.mark.parametrize("key", ["", "  ", "\n"])
def test_without_a_key_it_says_how_to_get_one(key: str) -> None:
    with pytest.raises(AvaraError, match="sign in with: avara-tui auth login") as caught:
        AvaraClient("https://api.example", key)
    assert caught.value.kind is ErrorKind.SETUP


@pytest.mark.parametrize("key", ["sk live", "sk\u00e9", "sk\r\nX-Injected: 1", "sk\x00"])
def test_a_key_that_would_break_the_request_is_refused_unseen(key: str) -> None:
    with pytest.raises(AvaraError) as caught:
        AvaraClient("https://api.example", key)
    assert caught.value.kind is ErrorKind.SETUP
    assert key not in str(caught.value)


def test_blanks_around_a_key_are_no_part_of_it() -> None:
    client = AvaraClient("http://127.0.0.1", f" {KEY}\n")
    assert client._transport._base.headers["Authorization"] == f"Bearer {KEY}"
