"""Reports the steps of .ci/run in its last summary, so that none can fail unseen."""

import os
from pathlib import Path

import pytest

_RECORD = os.environ.get("AVARA_TUI_CI_STEPS", "")
_STEPS = [line.split("\t") for line in Path(_RECORD).read_text().splitlines()] if _RECORD else []


def test_steps_were_recorded() -> None:
    assert _STEPS, "to be run by .ci/run"


@pytest.mark.parametrize(("status", "name"), _STEPS, ids=[name for _, name in _STEPS])
def test_step(status: str, name: str) -> None:
    assert status == "0", f"{name} ended with status {status}: see its output above"
