"""The operating system's keyring: asked in a thread, for a limited time, and only a real one."""

import logging
import queue
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeVar

from avara_tui.text import clean
from avara_tui.triage.access.connection import ConnectionProblem, ProblemKind

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE: Final = "avara-tui"
TIMEOUT: Final = 3.0
"""Seconds."""
WITHOUT_KEYRING: Final = (
    "Without a keyring, set AVARA_API_KEY, or let the profile's credential_command fetch the key."
)

_BUILT_IN: Final = (
    "keyring.backends.SecretService.Keyring",
    "keyring.backends.kwallet.DBusKeyring",
    "keyring.backends.macOS.Keyring",
    "keyring.backends.Windows.WinVaultKeyring",
)
"""What is looked for unasked. Anything else, a person has to configure: a package that merely
happens to be installed must not decide where the key goes."""
_REFUSED: Final = {
    "keyring.backends.null": "keeps nothing",
    "keyring.backends.fail": "keeps nothing",
    "keyrings.alt": "may keep the key as plain text in a file, or ask for a password in the "
    "middle of the screen",
    "keyrings.cryptfile": "asks for a password in the middle of the screen",
}

_Result = TypeVar("_Result")


def account(profile: str, base_url: str) -> str:
    """Return the name that a key is stored under: it is good for one profile and one server."""
    return f"{profile}@{base_url}"


def read(profile: str, base_url: str, *, timeout: float = TIMEOUT) -> str | None:
    """Return the stored key, or None if none is stored. Raises :class:`ConnectionProblem`."""
    name = account(profile, base_url)
    return _within(timeout, lambda: _backend().get_password(SERVICE, name))


def write(profile: str, base_url: str, key: str, *, timeout: float = TIMEOUT) -> None:
    """Store a key and make sure that the keyring gives it back.

    Raises :class:`ConnectionProblem`.
    """
    name = account(profile, base_url)

    def store_and_compare() -> bool:
        backend = _backend()
        backend.set_password(SERVICE, name, key)
        return backend.get_password(SERVICE, name) == key

    if not _within(timeout, store_and_compare):
        raise _problem("The keyring took the key, but does not give it back.", WITHOUT_KEYRING)


def delete(profile: str, base_url: str, *, timeout: float = TIMEOUT) -> bool:
    """Remove a stored key; return whether there was one. Raises :class:`ConnectionProblem`."""
    name = account(profile, base_url)

    def remove() -> bool:
        backend = _backend()
        if backend.get_password(SERVICE, name) is None:
            return False
        backend.delete_password(SERVICE, name)
        return backend.get_password(SERVICE, name) is None

    return _within(timeout, remove)


def describe(*, timeout: float = TIMEOUT) -> str:
    """Return which keyring would be used, by its technical name.

    Raises :class:`ConnectionProblem`.
    """
    return _within(timeout, lambda: _dotted_name(_backend()))


def _within(seconds: float, call: Callable[[], _Result]) -> _Result:
    """Return what ``call`` returns, or raise after ``seconds``, leaving it to itself.

    A keyring that waits for a password which nobody is asked for never returns. A daemon thread
    is the only one that does not keep the process alive then.
    """
    outcome: queue.SimpleQueue[tuple[_Result] | Exception] = queue.SimpleQueue()

    def run() -> None:
        try:
            outcome.put((call(),))
        except Exception as error:  # noqa: BLE001 - whatever a backend raises is its answer
            outcome.put(error)

    threading.Thread(target=run, name="keyring", daemon=True).start()
    try:
        answer = outcome.get(timeout=seconds)
    except queue.Empty:
        raise _problem(
            f"The keyring did not answer within {seconds:g} s.",
            "It may be waiting for a password: look for its window, unlock it, and try again.\n"
            + WITHOUT_KEYRING,
        ) from None
    if isinstance(answer, tuple):
        return answer[0]
    raise _translated(answer) from None


def _backend() -> "KeyringBackend":
    """Return the keyring to use: the one configured for Python programs, else the desktop's."""
    from keyring import core  # noqa: PLC0415 - takes long, and the first frame goes before

    # Without a handler, what keyring has to complain of would be written across the screen.
    logging.getLogger("keyring").addHandler(logging.NullHandler())
    try:
        chosen = core.load_env() or core.load_config()
    except (ImportError, AttributeError, TypeError, ValueError, RuntimeError) as error:
        raise _problem(
            f"The keyring that is configured for Python programs cannot be used: {_said(error)}.",
            "Look at PYTHON_KEYRING_BACKEND and keyringrc.cfg, or leave both out: then the "
            f"desktop's own is used.\n{WITHOUT_KEYRING}",
        ) from None
    if chosen is not None and not _dotted_name(chosen).startswith("keyring.backends.chainer"):
        _refuse_unfit(_dotted_name(chosen))
        return chosen
    best: tuple[float, KeyringBackend] | None = None
    for name in _BUILT_IN:
        try:
            backend = core.load_keyring(name)
            priority = float(type(backend).priority)
        except Exception:  # noqa: BLE001, S112 - whatever it raises, it cannot be used here
            continue
        if best is None or priority > best[0]:
            best = (priority, backend)
    if best is None:
        raise _problem(
            "This session has no keyring.",
            "Start one that speaks the Secret Service protocol, such as gnome-keyring.\n"
            + WITHOUT_KEYRING,
        )
    return best[1]


def _refuse_unfit(name: str) -> None:
    for prefix, reason in _REFUSED.items():
        if name.startswith(prefix):
            raise _problem(
                f"The configured keyring {name} is refused: it {reason}.",
                "Choose another one in PYTHON_KEYRING_BACKEND or keyringrc.cfg, or none: then the "
                f"desktop's own is used.\n{WITHOUT_KEYRING}",
            )


def _translated(error: Exception) -> ConnectionProblem:
    """Return what went wrong in a backend, in words; the error's own text is only quoted."""
    if isinstance(error, ConnectionProblem):
        return error
    if type(error).__name__ == "KeyringLocked":
        return _problem(
            "The keyring is locked.",
            "Unlock it, for example by logging in to the desktop, and try again.\n"
            + WITHOUT_KEYRING,
        )
    return _problem(
        f"The keyring failed: {_said(error)}.",
        f"Check it with `python -m keyring diagnose`.\n{WITHOUT_KEYRING}",
    )


def _said(error: Exception) -> str:
    text = clean(str(error).strip().partition("\n")[0].rstrip("."), 160)
    return f"{type(error).__name__} ({text})" if text else type(error).__name__


def _problem(sentence: str, remedy: str) -> ConnectionProblem:
    return ConnectionProblem(sentence, remedy=remedy, kind=ProblemKind.KEYRING)


def _dotted_name(backend: "KeyringBackend") -> str:
    return f"{type(backend).__module__}.{type(backend).__qualname__}"
