"""Which hosts are this machine: the only ones that a key or a link may go to in the clear."""

import pytest

from avara_tui.api.endpoint import parse_base_url
from avara_tui.api.errors import AvaraError
from avara_tui.config.base_url import base_url_problem
from avara_tui.triage.opener.links import OpenerError, check_url
from avara_tui.viewer_links import is_loopback

OWN = ("127.0.0.1", "127.255.255.254", "::1", "localhost", "LOCALHOST")
OTHERS = (
    *("192.0.2.1", "10.0.0.1", "::", "example.com", "localhost.", "localhost.example"),
    # A name of some hosts files, and of nobody's standard: a name server may lead it anywhere.
    "ip6-localhost",
)


@pytest.mark.parametrize("host", OWN)
def test_this_machine_itself(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["", *OTHERS])
def test_other_machines(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize("host", [*OWN, *OTHERS])
def test_settings_client_and_opener_agree_where_http_may_lead(host: str) -> None:
    url = f"http://{f'[{host}]' if ':' in host else host}:8000/api"
    assert (base_url_problem(url) is None) is is_loopback(host)
    if is_loopback(host):
        parse_base_url(url)
        check_url(url, [host])
        return
    with pytest.raises(AvaraError, match="must start with https"):
        parse_base_url(url)
    with pytest.raises(OpenerError, match="can read"):
        check_url(url, [host])
