"""What tests of every room share."""

import contextlib
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from avara_tui.emulator.embedded import EmbeddedEmulator


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Return how many tests run at once: most wait for a program or a server, and need no core.

    What measures runs alone.
    """
    return 0 if config.option.markexpr == "benchmark" else 6


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Import the tests, each worker from another place on, so that no two make the same bytecode.

    Every worker needs all tests. Rewriting their asserts takes most of that, and is kept on disk,
    even where bytecode is otherwise not to be.
    """
    worker: dict[str, Any] | None = getattr(session.config, "workerinput", None)
    if worker is None:
        return
    share = int(worker["workerid"].removeprefix("gw")) / worker["workercount"]
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, False
    try:
        _import_tests([Path(each) for each in session.config.args], share)
    finally:
        sys.dont_write_bytecode = before


def _import_tests(folders: list[Path], share: float) -> None:
    """Import what tests are in ``folders``, beginning after a ``share`` of them."""
    files = sorted(file for folder in folders for file in folder.rglob("test_*.py"))
    first = int(len(files) * share)
    for file in [*files[first:], *files[:first]]:
        if str(file.parent) not in sys.path:
            sys.path.insert(0, str(file.parent))
        # Whatever is wrong with it comes again when it is collected, and is told then.
        with contextlib.suppress(Exception, pytest.skip.Exception):
            importlib.import_module(file.stem)


@pytest.fixture
def emulator(request: pytest.FixtureRequest) -> Iterator[EmbeddedEmulator]:
    """An Avara Viewer API of a test's own: 120 studies, or its module's EMULATED_STUDIES.

    What many studies cost, every test pays that reads them all: where few will do, say so.
    """
    studies: int = getattr(request.module, "EMULATED_STUDIES", 120)
    with EmbeddedEmulator(studies=studies, seed=1) as running:
        yield running
