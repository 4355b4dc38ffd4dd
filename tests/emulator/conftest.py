"""Fixtures of the emulator's tests."""

from collections.abc import Iterator

import httpx
import pytest

from avara_tui.emulator.embedded import EmbeddedEmulator
from emulator.plain_http import client_of


@pytest.fixture
def http(emulator: EmbeddedEmulator) -> Iterator[httpx.Client]:
    """A plain client with the right key on the ``emulator``."""
    with client_of(emulator) as client:
        yield client
