"""Reports the steps of .ci/run in its last summary, so that none can fail unseen."""

import os
from pathlib import Path

import pytest

_RECORD = os.environ.get("AVARA_TUI_CI_STEPS", "")
_STEPS = [line.split("\t") for line in Path(_RECORD).read_text().splitlines()] if _RECORD else []
_LAST_LINES = 60


def _last_words(output: str) -> str:
    """Return what a failed step's tests are called, and the end of what it printed."""
    lines = Path(output).read_text(errors="replace").splitlines()
    failed = [line for line in lines if line.startswith(("FAILED ", "ERROR "))]
    return "\n".join([*failed, f"-- the last {_LAST_LINES} lines:", *lines[-_LAST_LINES:]])


def test_steps_were_recorded() -> None:
    assert _STEPS, "to be run by .ci/run"


@pytest.mark.parametrize(("status", "name", "output"), _STEPS, ids=[name for _, name, _ in _STEPS])
def test_step(status: str, name: str, output: str) -> None:
    if status != "0":
        pytest.fail(f"{name} ended with status {status}\n{_last_words(output)}", pytrace=False)
