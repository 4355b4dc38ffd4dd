"""A keyring of the test's own, as somebody would configure one for Python programs."""

from typing import ClassVar

import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked


class KeptKeyring(KeyringBackend):
    """Keeps keys in memory, whoever makes it."""

    priority = 1.0
    kept: ClassVar[dict[str, str]] = {}
    """The keys, by the names they are stored under."""
    is_locked: ClassVar[bool] = False

    def get_password(self, service: str, username: str) -> str | None:  # noqa: ARG002
        if self.is_locked:
            raise KeyringLocked
        return self.kept.get(username)

    def set_password(self, service: str, username: str, password: str) -> None:  # noqa: ARG002
        if self.is_locked:
            raise KeyringLocked
        self.kept[username] = password


def use_kept_keyring(monkeypatch: pytest.MonkeyPatch) -> type[KeptKeyring]:
    """Let keys go into an empty keyring of the test's own; return it."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "kept_keyring.KeptKeyring")
    monkeypatch.setattr(KeptKeyring, "kept", {})
    monkeypatch.setattr(KeptKeyring, "is_locked", False)
    return KeptKeyring
