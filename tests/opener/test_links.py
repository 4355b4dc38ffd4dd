"""Which links may be opened, and what is said of the others without repeating them."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from avara_tui.triage.opener.links import OpenerError, allowed_hosts, check_url

API = "https://api.avarasoftware.com"
TOKEN = "planted-token"


@pytest.mark.parametrize(
    ("base_url", "url"),
    [
        (API, f"https://viewer.avarasoftware.com/study/stu_1234?token={TOKEN}"),
        (API, f"https://avarasoftware.com/study?token={TOKEN}"),
        (API, f"https://VIEWER.avarasoftware.com:8443/x?token={TOKEN}#part"),
        (API, "https://eu.viewer.avarasoftware.com/x"),
        ("https://viewer-api.example.org", "https://viewer.example.org/x"),
        ("https://pacs.example.org", "https://pacs.example.org/x"),
        ("http://127.0.0.1:8000", f"http://127.0.0.1:8000/viewer?token={TOKEN}"),
        ("http://localhost:8000", "http://127.0.0.1:8000/viewer"),
        ("http://127.0.0.1:8000", "http://[::1]:9000/viewer"),
    ],
)
def test_links_of_the_own_service_may_be_opened(base_url: str, url: str) -> None:
    check_url(url, allowed_hosts(base_url))


@pytest.mark.parametrize(
    ("base_url", "url", "message"),
    [
        (API, f"http://viewer.avarasoftware.com/?token={TOKEN}", "is http"),
        (
            API,
            f"https://evil.example/?token={TOKEN}",
            "its host is evil.example, not one of api.ava",
        ),
        (API, "https://viewer.avarasoftware.com.evil.example/", "its host is"),
        (API, "https://evilavarasoftware.com/", "its host is"),
        (API, "https://viewer.avarasoftware.com@evil.example/", "user name"),
        (API, "https://viewer.avarasoftware.com:x/", "no web address"),
        (API, "https://viewer.avarasoftware.com\\@evil.example/", "no web address"),
        (API, "https://viewer.avarasoftwаre.com/", "no web address has such letters"),  # noqa: RUF001
        (API, "https://viewer.avarasoftware.com/\x1b]0;x\x07", "no web address"),
        (API, "https://viewer.avarasoftware.com/\nx", "no web address"),
        (API, "https://viewer.avarasoftware.com/a b", "no web address"),
        (API, " https://viewer.avarasoftware.com/", "no web address"),
        (API, "-https://viewer.avarasoftware.com/", "no web address"),
        (API, "--new-window", "no web address"),
        (API, "", "no web address"),
        (API, f"https://evil.example%2F{TOKEN}/", "its host is evil.example, not one of"),
        (API, f"https://evil.example;{TOKEN}/", "its host is evil.example, not one of"),
        (API, f"ftp://viewer.avarasoftware.com/{TOKEN}", "its scheme is ftp, not https"),
        (API, "file:///etc/passwd", "not https"),
        (API, "javascript:alert(1)", "not https"),
        (API, "https:///x", "names no host"),
        (API, "//viewer.avarasoftware.com/", "not https"),
        (API, "https://viewer.avarasoftware.com/" + "x" * 9000, "9,033 characters"),
        (API, "http://127.0.0.1:8000/", "its host is"),
        ("https://avara.co.uk", "https://other.co.uk/", "its host is"),
        ("https://site.example.org", "https://viewer.example.org/", "its host is"),
        ("https://api.co", "https://evil.co/", "its host is"),
        ("http://127.0.0.1:8000", "https://viewer.avarasoftware.com/", "its host is"),
    ],
)
def test_other_links_are_refused_and_not_repeated(base_url: str, url: str, message: str) -> None:
    with pytest.raises(OpenerError, match=message) as caught:
        check_url(url, allowed_hosts(base_url))
    assert TOKEN not in str(caught.value) + caught.value.remedy
    assert str(caught.value).isprintable()


def test_a_site_can_allow_hosts_of_its_own() -> None:
    allowed = allowed_hosts(API, ["viewer.example.org", "*.example.net"])
    check_url("https://viewer.example.org/x", allowed)
    check_url("https://a.b.example.net/x", allowed)
    for url in ("https://example.net/x", "https://x.viewer.example.org/", "https://xexample.net/"):
        with pytest.raises(OpenerError, match="not one of") as caught:
            check_url(url, allowed)
        assert "viewer_hosts" in caught.value.remedy


def refusal(url: str) -> str | None:
    try:
        check_url(url, allowed_hosts(API))
    except OpenerError as error:
        return str(error)
    return None


@given(st.text(max_size=80))
@example("https://[")
@example("https://[::1]]")
@example("https://viewer.avarasoftware.com:99999999")
def test_any_text_is_opened_or_refused_with_a_clean_sentence(text: str) -> None:
    for url in (text, f"https://{text}", f"https://viewer.avarasoftware.com/{text}"):
        if (sentence := refusal(url)) is not None:
            assert sentence.isprintable()
        else:
            assert url.isascii()
            assert url.isprintable()
            assert url.startswith("https://")
