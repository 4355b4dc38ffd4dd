"""A key given to the real program: in the keyring, and in nothing else that is ever written."""

from pathlib import Path

import pytest

from avara_tui.emulator.embedded import EmbeddedEmulator
from masthead import READ_WHOLE
from secret_service.sessions import UNLOCKED, with_keyring
from terminal.harness import Terminal, program

EMULATED_STUDIES = 20

pytestmark = [pytest.mark.terminal, pytest.mark.secret_service]


def files_with(folder: Path, secret: str) -> list[Path]:
    """Return the files in ``folder`` that hold ``secret``."""
    files = (each for each in folder.rglob("*") if each.is_file())
    return [each for each in files if secret.encode() in each.read_bytes()]


def test_a_key_is_asked_for_kept_and_used_and_never_written(
    emulator: EmbeddedEmulator, environ: dict[str, str], tmp_path: Path
) -> None:
    runtime = tmp_path / "run"
    runtime.mkdir(mode=0o700)
    environ |= {"AVARA_BASE_URL": emulator.base_url, "XDG_RUNTIME_DIR": str(runtime)}
    argv = with_keyring(UNLOCKED, program())
    with Terminal(argv, environ=environ) as terminal:
        terminal.wait_for("K logs in here")
        terminal.press("K")
        terminal.wait_for("API key for default on")
        terminal.press("sk_live_wrong", "enter")
        terminal.wait_for("The server does not accept the key.")
        terminal.press("enter", "K")
        terminal.wait_for("API key for default on")
        # As a terminal sends a paste of a line that was copied whole.
        terminal.press(f"\x1b[200~{emulator.api_key}\r\x1b[201~")
        terminal.wait_for("•" * len(emulator.api_key))
        terminal.press("enter")
        terminal.wait_for(READ_WHOLE)
        assert terminal.leave() == 0
        terminal.assert_restored()
        written = bytes(terminal.written)
    for secret in (emulator.api_key, "sk_live_wrong"):
        assert secret.encode() not in written
        assert not files_with(tmp_path, secret)
    # Started again it needs nobody.
    with Terminal(argv, environ=environ) as terminal:
        terminal.wait_for(READ_WHOLE)
        assert emulator.api_key.encode() not in terminal.written
