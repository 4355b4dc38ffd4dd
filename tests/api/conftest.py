import pytest

from avara_tui.api import retry, writes


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten the pauses between tries, which no behaviour here depends on."""
    monkeypatch.setattr(retry, "_FIRST_PAUSE", 0.01)
    monkeypatch.setattr(writes, "_SECOND_LOOK", 0.05)
