"""What tests of every room share."""

from collections.abc import Iterator

import pytest

from avara_tui.emulator.embedded import EmbeddedEmulator


@pytest.fixture
def emulator() -> Iterator[EmbeddedEmulator]:
    """An Avara Viewer API with 120 studies, of this test's own."""
    with EmbeddedEmulator(studies=120, seed=1) as running:
        yield running
