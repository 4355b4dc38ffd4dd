"""Plain HTTP: what the emulator answers is looked at without our own client between."""

import ssl

import httpx

from avara_tui.emulator.embedded import EmbeddedEmulator

# Loading the certificate authorities takes longer than most tests; nothing here uses TLS.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def client_at(base_url: str, headers: dict[str, str] | None = None) -> httpx.Client:
    return httpx.Client(base_url=base_url, headers=headers, verify=NO_TLS, trust_env=False)


def client_of(emulator: EmbeddedEmulator) -> httpx.Client:
    """Return a client with the right key."""
    return client_at(emulator.base_url, {"Authorization": f"Bearer {emulator.api_key}"})


def fetch(url: str, headers: dict[str, str] | None = None) -> httpx.Response:
    """Return the answer to a GET, as a browser without the key would see it."""
    return httpx.get(url, headers=headers, verify=NO_TLS, trust_env=False)
