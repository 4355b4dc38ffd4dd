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
def emulator(request: pytest.FixtureRequest) -> Iterator[EmbeddedEmulator]:
    """An Avara Viewer API of a test's own: 120 studies, or its module's EMULATED_STUDIES.

    What many studies cost, every test pays that reads them all: where few will do, say so.
    """
    studies: int = getattr(request.module, "EMULATED_STUDIES", 120)
    with EmbeddedEmulator(studies=studies, seed=1) as running:
        yield running
