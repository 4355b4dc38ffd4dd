"""Which modules a program has imported, and which of those that there are it has not."""

import subprocess
import sys
from collections.abc import Collection, Iterable
from importlib.util import find_spec


def modules_after(source: str) -> set[str]:
    """Return the modules that are loaded once a fresh interpreter has run ``source``."""
    answer = subprocess.run(
        [sys.executable, "-P", "-c", f"{source}\nimport sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return set(answer.stdout.split())


def assert_not_loaded(names: Iterable[str], loaded: Collection[str]) -> None:
    """Check that none of the modules ``names``, all of which exist, is in ``loaded``."""
    for name in names:
        assert find_spec(name) is not None, f"there is no module {name}"
        assert name not in loaded
