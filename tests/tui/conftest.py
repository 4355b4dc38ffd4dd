"""What tests of the screen share."""

from itertools import count
from typing import Final

import pytest

from avara_tui.tui.screens.worklist import WorklistScreen

_HOMES: Final = count()


@pytest.fixture(autouse=True)
def own_places(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what the screen saves from whoever runs the tests, and from the next test."""
    home = tmp_path_factory.getbasetemp() / f"home-{next(_HOMES)}"
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "state"))


@pytest.fixture
def no_desktop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let there be no desktop here that a browser could be shown on."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what the screen sends to the terminal besides frames."""
    sent: list[str] = []
    monkeypatch.setattr(
        WorklistScreen, "write_to_terminal", lambda _, sequence: sent.append(sequence)
    )
    return sent
