"""Tokens of viewer links: bearer credentials for one study, for a short time."""

import hashlib
import hmac
import secrets
from typing import Final

_MAC_HEX: Final = 64


class TokenForge:
    """Makes and checks tokens. Each forge has a key of its own: no other forge's tokens pass."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def issue(self, study_id: str, expires_ms: int) -> str:
        """Return a token that opens ``study_id`` until ``expires_ms``."""
        return f"{expires_ms:x}.{self._mac(study_id, expires_ms)}"

    def expiry(self, token: str, study_id: str) -> int | None:
        """Return when ``token`` expires, in milliseconds, or None if it is not for ``study_id``."""
        deadline, _, mac = token.partition(".")
        if len(mac) != _MAC_HEX or not mac.isascii() or not 0 < len(deadline) <= 16:
            return None
        try:
            expires_ms = int(deadline, 16)
        except ValueError:
            return None
        if not hmac.compare_digest(mac, self._mac(study_id, expires_ms)):
            return None
        return expires_ms

    def _mac(self, study_id: str, expires_ms: int) -> str:
        return hmac.new(self._key, f"{study_id} {expires_ms}".encode(), hashlib.sha256).hexdigest()
