"""What tests of every room share."""

from collections.abc import Iterator

import pytest

from avara_tui.emulator.embedded import EmbeddedEmulator


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Return how many tests run at once: most wait for a program or a server, and need no core.

    What measures runs alone.
    """
    return 0 if config.option.markexpr == "benchmark" else 6


@pytest.fixture
def emulator() -> Iterator[EmbeddedEmulator]:
    """An Avara Viewer API with 120 studies, of this test's own."""
    with EmbeddedEmulator(studies=120, seed=1) as running:
        yield running
