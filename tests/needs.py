"""What some tests need from the machine: missing, they are skipped; in CI they fail."""

import os
import shutil
from typing import NoReturn

import pytest


def need_program(program: str, package: str) -> str:
    """Return the path of ``program``, or skip the test: ``package`` is the one to install.

    With AVARA_TUI_CI=1 in the environment the test fails instead, so that CI misses nothing.
    """
    found = shutil.which(program)
    if found is None:
        lack(f"needs {program}, of the package {package}")
    return found


def lack(reason: str) -> NoReturn:
    """Skip the test for want of something on this machine; with AVARA_TUI_CI=1, fail it."""
    if os.environ.get("AVARA_TUI_CI") == "1":
        pytest.fail(reason)
    pytest.skip(reason)
