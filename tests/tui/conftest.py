"""What tests of the screen share."""

import pytest


@pytest.fixture
def no_desktop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let there be no desktop here that a browser could be shown on."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
