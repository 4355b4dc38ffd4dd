"""The program speaks TLS to servers that it can verify, and to no other."""

import asyncio
import contextlib
import datetime as dt
import ipaddress
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from api.raw_server import KEY, STUDY_ID, RawServer, reply, study_json
from avara_tui.api.client import AvaraClient
from avara_tui.api.endpoint import parse_base_url
from avara_tui.api.errors import AvaraError, ErrorKind, Outcome
from avara_tui.api.tls import proxy_url

PROXY_VARIABLES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXY_VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A PEM file with a key and a certificate for 127.0.0.1 that vouches for itself."""
    pytest.importorskip("cryptography")
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "loopback.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


@contextlib.asynccontextmanager
async def tls_server(certificate: Path) -> AsyncIterator[RawServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = RawServer(lambda _received: reply(study_json()))
    listening = await asyncio.start_server(server._connected, "127.0.0.1", 0, ssl=context)
    server.base_url = f"https://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    try:
        yield server
    finally:
        listening.close()


async def test_an_authority_of_ones_own_is_trusted_by_its_file(certificate: Path) -> None:
    async with (
        tls_server(certificate) as server,
        AvaraClient(server.base_url, KEY, ca_file=str(certificate)) as client,
    ):
        assert (await client.retrieve(STUDY_ID)).study_id == STUDY_ID


async def test_an_unknown_authority_is_refused_and_named_as_the_cause(certificate: Path) -> None:
    async with (
        tls_server(certificate) as server,
        AvaraClient(server.base_url, KEY) as client,
    ):
        with pytest.raises(AvaraError) as caught:
            await client.cancel(STUDY_ID)
    error = caught.value
    assert (error.kind, error.outcome) == (ErrorKind.SETUP, Outcome.NOT_APPLIED)
    assert "ca_file" in str(error)
    assert not server.received


async def test_a_certificate_for_another_host_is_refused(certificate: Path) -> None:
    async with (
        tls_server(certificate) as server,
        AvaraClient(
            server.base_url.replace("127.0.0.1", "localhost"), KEY, ca_file=str(certificate)
        ) as client,
    ):
        with pytest.raises(AvaraError) as caught:
            await client.retrieve(STUDY_ID)
    assert caught.value.kind is ErrorKind.SETUP
    assert not server.received


async def test_a_server_without_tls_is_told_apart() -> None:
    async def speak_first(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    listening = await asyncio.start_server(speak_first, "127.0.0.1", 0)
    base_url = f"https://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    async with listening, AvaraClient(base_url, KEY) as client:
        with pytest.raises(AvaraError) as caught:
            await client.cancel(STUDY_ID)
    assert (caught.value.kind, caught.value.outcome) == (
        ErrorKind.UNREACHABLE,
        Outcome.NOT_APPLIED,
    )
    assert "TLS" in str(caught.value)


async def test_the_keys_of_the_traffic_are_not_written_down(
    certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "keys.log"
    monkeypatch.setenv("SSLKEYLOGFILE", str(log))
    async with (
        tls_server(certificate) as server,
        AvaraClient(server.base_url, KEY, ca_file=str(certificate)) as client,
    ):
        await client.retrieve(STUDY_ID)
    assert not log.exists()


def test_a_ca_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(AvaraError, match=r"the CA file .*/no\.pem does not exist") as caught:
        AvaraClient("https://api.example", KEY, ca_file=str(tmp_path / "no.pem"))
    assert caught.value.kind is ErrorKind.SETUP
    assert caught.value.__context__ is None


def test_a_ca_file_without_certificates_is_named(tmp_path: Path) -> None:
    path = tmp_path / "ca.pem"
    path.write_text("nothing")
    with pytest.raises(AvaraError, match="holds no certificate in PEM form"):
        AvaraClient("https://api.example", KEY, ca_file=str(path))


def test_a_ca_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "ca.pem"
    path.touch()
    with pytest.raises(AvaraError, match="cannot be read"):
        AvaraClient("https://api.example", KEY, ca_file=str(path / "below"))


def test_a_directory_is_no_ca_file(tmp_path: Path) -> None:
    with pytest.raises(AvaraError, match="the CA file"):
        AvaraClient("https://api.example", KEY, ca_file=str(tmp_path))


@pytest.mark.parametrize(
    ("base_url", "environment", "expected"),
    [
        ("https://api.example", {}, None),
        ("https://api.example", {"HTTPS_PROXY": "http://proxy:3128"}, "http://proxy:3128"),
        ("https://api.example", {"ALL_PROXY": "proxy:3128"}, "http://proxy:3128"),
        ("https://api.example", {"HTTP_PROXY": "http://proxy:3128"}, None),
        ("https://api.example", {"HTTPS_PROXY": "http://p:1", "NO_PROXY": ".example"}, None),
        ("http://127.0.0.1:1", {"HTTP_PROXY": "http://p:1", "ALL_PROXY": "http://p:1"}, None),
    ],
)
def test_the_proxies_of_the_environment_are_for_https_alone(
    base_url: str,
    environment: dict[str, str],
    expected: str | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert proxy_url(parse_base_url(base_url)) == expected


@pytest.mark.parametrize("url", ["socks5://proxy:1080", "http://proxy:port", "ftp://proxy"])
def test_a_proxy_that_cannot_be_used_is_said_to_be_one(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", url)
    with pytest.raises(AvaraError, match="HTTPS_PROXY") as caught:
        AvaraClient("https://api.example", KEY)
    assert caught.value.kind is ErrorKind.SETUP
    assert caught.value.__context__ is None


async def test_a_proxy_that_is_away_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    async with RawServer(lambda _received: reply({}, 407)).running() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.base_url)
        async with AvaraClient("https://api.example", KEY, deadline=2) as client:
            with pytest.raises(AvaraError) as refused:
                await client.cancel(STUDY_ID)
    assert refused.value.kind is ErrorKind.UNREACHABLE
    assert refused.value.outcome is Outcome.NOT_APPLIED
    assert "the proxy did not let the request through" in str(refused.value)
    assert all("authorization" not in received.headers for received in proxy.received)
    assert {received.method for received in proxy.received} == {"CONNECT"}
