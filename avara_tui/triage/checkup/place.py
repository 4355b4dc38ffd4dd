"""Where the program runs: terminal, colours, size, letters, SSH, tmux or screen, clipboard."""

import contextlib
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from typing import Final

from avara_tui.config import Clipboard
from avara_tui.text import clean
from avara_tui.triage.checkup.verdicts import Finding, note, ok, problem
from avara_tui.triage.opener.clipboard import osc52
from avara_tui.triage.opener.links import OpenerError
from avara_tui.triage.opener.place import NO_DISPLAY, Place, has_lent_display
from avara_tui.triage.process.hygiene import child_environment

SMALLEST: Final = (60, 15)
COMFORTABLE: Final = (80, 24)
TMUX_TIMEOUT: Final = 2.0
"""Seconds that tmux may take to answer."""
_PLAIN_TERMINALS: Final = frozenset({"dumb", "unknown", "vt100", "vt102", "vt220"})
_TMUX_REMEDY: Final = "Put  set -s set-clipboard on  into ~/.tmux.conf, or use the link or QR code."


def place_findings(
    environ: Mapping[str, str],
    *,
    is_terminal: bool,
    size: tuple[int, int],
    clipboard: Clipboard,
    seat: Place,
) -> Iterator[Finding]:
    """Yield what there is to say of the terminal. ``size`` is columns and rows.

    ``seat`` is where the person sits.
    """
    yield _terminal(environ, is_terminal=is_terminal)
    yield _colours(environ)
    yield _size(size, is_terminal=is_terminal)
    yield _letters(environ)
    yield _distance(environ, seat)
    yield from _multiplexer(environ)
    yield _clipboard(environ, clipboard)


def _terminal(environ: Mapping[str, str], *, is_terminal: bool) -> Finding:
    name = environ.get("TERM", "")
    if not name:
        return problem(
            "terminal", "TERM is not set.", "Set it to what your terminal is: xterm-256color, say."
        )
    shown = clean(name, 60)
    if name in _PLAIN_TERMINALS:
        return problem(
            "terminal",
            f"TERM is {shown}: that has no colours and cannot be drawn on as needed.",
            "Set TERM to what your terminal is, such as xterm-256color.",
        )
    if not is_terminal:
        return note(
            "terminal",
            f"TERM is {shown}, but this is not running in a terminal.",
            "Run it where you run the worklist: the size is guessed here.",
        )
    if name == "linux":
        return note(
            "terminal",
            "TERM is linux: the console has few signs and colours, and no clipboard.",
            "A terminal window shows more.",
        )
    return ok("terminal", f"TERM is {shown}.")


def _colours(environ: Mapping[str, str]) -> Finding:
    if environ.get("NO_COLOR"):
        return note(
            "colours",
            "NO_COLOR is set: everything is shown without colour.",
            "Unset it for colours; priorities have signs and words as well.",
        )
    if environ.get("COLORTERM", "").lower() in {"truecolor", "24bit"}:
        return ok("colours", "True colour.")
    if "256color" in environ.get("TERM", "") or environ.get("TERM", "").startswith("tmux"):
        return ok("colours", "256 colours.")
    return note(
        "colours",
        "16 colours, as far as the terminal says.",
        'Set COLORTERM=truecolor if it can do more, or theme = "ansi-dark" in the settings.',
    )


def _size(size: tuple[int, int], *, is_terminal: bool) -> Finding:
    columns, rows = size
    shown = f"{columns}x{rows}"
    if not is_terminal:
        return note("size", f"{shown}, as far as can be told without a terminal.")
    if columns < SMALLEST[0] or rows < SMALLEST[1]:
        need = f"{SMALLEST[0]}x{SMALLEST[1]}"
        return problem(
            "size", f"{shown} is too small to show a study safely.", f"Make it {need} or larger."
        )
    if columns < COMFORTABLE[0] or rows < COMFORTABLE[1]:
        wish = f"{COMFORTABLE[0]}x{COMFORTABLE[1]}"
        return note("size", f"{shown}: the least important columns are left out.", f"Try {wish}.")
    return ok("size", f"{shown}.")


def _letters(environ: Mapping[str, str]) -> Finding:
    name, value = next(
        ((each, environ[each]) for each in ("LC_ALL", "LC_CTYPE", "LANG") if environ.get(each)),
        ("LANG", ""),
    )
    if "utf8" in value.lower().replace("-", ""):
        return ok("letters", f"UTF-8, from {name}.")
    said = f"{name} is {clean(value, 40)}" if value else "No locale is set"
    return problem(
        "letters",
        f"{said}: not UTF-8, so that signs and names may come out wrong.",
        "Set LANG to a UTF-8 locale, such as C.UTF-8, here and in the SSH session.",
    )


def _distance(environ: Mapping[str, str], seat: Place) -> Finding:
    if seat.is_remote:
        return note(
            "ssh",
            "You are at another machine, and no display there is lent to this one: studies open "
            "by a link on your own machine.",
            "`ssh -C` makes the screen several times lighter on a slow line.",
        )
    if seat.why_not and seat.why_not != NO_DISPLAY:
        return note("ssh", f"{seat.why_not} Studies open by a link, to be on the safe side.")
    if has_lent_display(seat.environ):
        where = clean(seat.shown_on or "there", 80)
        return note("ssh", f"You are here over SSH with a display: a browser is shown {where}.")
    if environ.get("TMUX") or environ.get("STY"):
        return ok("ssh", "You are at this machine; it is looked at again for each study opened.")
    return ok("ssh", "You are at this machine.")


def _multiplexer(environ: Mapping[str, str]) -> Iterator[Finding]:
    if environ.get("TMUX"):
        yield _tmux(environ)
    elif environ.get("STY"):
        yield note(
            "screen",
            "GNU screen passes the clipboard on in pieces, and no links.",
            "Take the QR code where the clipboard stays empty, or use tmux.",
        )


def _tmux(environ: Mapping[str, str]) -> Finding:
    clipboard = _tmux_option(environ, "-s", "set-clipboard")
    passes = _tmux_option(environ, "-g", "allow-passthrough")
    if clipboard is None:
        return note(
            "tmux",
            "tmux did not say what it does with the clipboard.",
            "Run  tmux show -s set-clipboard  by hand.",
        )
    if clipboard == "on":
        return ok("tmux", "tmux passes the clipboard on (set-clipboard on).")
    if passes in {"on", "all"}:
        return ok("tmux", "tmux passes the clipboard on (allow-passthrough on).")
    return note(
        "tmux",
        f"tmux keeps the clipboard to itself (set-clipboard {clean(clipboard, 20)}).",
        _TMUX_REMEDY,
    )


def _tmux_option(environ: Mapping[str, str], scope: str, name: str) -> str | None:
    """Return the value of one of tmux's options; empty if it has none of that name."""
    program = shutil.which("tmux", path=environ.get("PATH"))
    if program is None:
        return None
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        answer = subprocess.run(  # noqa: S603 - fixed arguments, no shell
            [program, "show-options", f"{scope}qv", name],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TMUX_TIMEOUT,
            env=child_environment(environ),
            check=False,
        )
        if answer.returncode == 0:
            return answer.stdout.strip()
    return None


def _clipboard(environ: Mapping[str, str], policy: Clipboard) -> Finding:
    try:
        osc52("x", environ)
    except OpenerError as error:
        return note("clipboard", str(error), "Open studies by the link or the QR code.")
    if policy is Clipboard.OFF:
        return ok("clipboard", 'Switched off in the settings (clipboard = "off").')
    when = "after asking" if policy is Clipboard.ASK else "at once"
    return ok("clipboard", f"Sent to the terminal {when}; no terminal says whether it took it.")
