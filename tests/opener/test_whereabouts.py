"""Where the person sits, by what the machine tells of processes; real tmux and screen: see
``tests/terminal/test_where_opened.py``."""

import os
import sys
import time
from pathlib import Path
from typing import Final

import pytest

from avara_tui.triage.opener.place import (
    ELSEWHERE,
    NO_DISPLAY,
    has_display,
    has_lent_display,
    is_remote,
)
from avara_tui.triage.opener.processes import look
from avara_tui.triage.opener.whereabouts import find_place
from needs import need_program

SSH = {"SSH_CONNECTION": "192.0.2.1 5 192.0.2.2 22"}
HERE = {"DISPLAY": ":0"}
LENT = {"DISPLAY": "localhost:10.0"}
INIT, LOGIN, SHELL, US = 1, 20, 30, 40

NO_PTY_HERE: Final = 200 << 8
"""A terminal of a kind that no test opens."""


class Machine:
    """A machine of our own making, as its /proc would show it."""

    def __init__(self, proc: Path) -> None:
        self.proc = proc
        self.run(os.getpid(), 0, "here")
        (proc / str(os.getpid())).rename(proc / "self")
        self.run(INIT, 0, "systemd")

    def run(
        self,
        pid: int,
        parent: int,
        name: str,
        environ: dict[str, str] | None = None,
        *,
        terminal: int = NO_PTY_HERE,
    ) -> None:
        """Have a process; its environment cannot be seen if it is not given."""
        folder = self.proc / str(pid)
        folder.mkdir()
        (folder / "stat").write_text(f"{pid} ({name}) S {parent} {pid} {pid} {terminal} -1 0\n")
        if environ is not None:
            pairs = (f"{variable}={value}" for variable, value in environ.items())
            (folder / "environ").write_bytes("\0".join([*pairs, ""]).encode())

    def sits(self, environ: dict[str, str]) -> tuple[str, str, str]:
        """Return why nothing may be opened, where it would be, and on which display."""
        place = find_place({"PATH": "/nonexistent", **environ}, pid=US, proc=self.proc)
        return place.why_not, place.shown_on, place.environ.get("DISPLAY", "")


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    monkeypatch.setattr(sys, "platform", "linux")
    return Machine(tmp_path)


@pytest.mark.parametrize(
    ("environ", "remote", "lent", "display"),
    [
        ({"SSH_CONNECTION": "1.2.3.4 5 6.7.8.9 22"}, True, False, False),
        ({"SSH_TTY": "/dev/pts/3"}, True, False, False),
        ({"SSH_TTY": "/dev/pts/3", "DISPLAY": "localhost:10.0"}, False, True, True),
        ({"SSH_TTY": "/dev/pts/3", "DISPLAY": "pc.example.org:0"}, False, True, True),
        # A shell's start file may name the display of the machine: nobody sits there.
        ({"SSH_TTY": "/dev/pts/3", "DISPLAY": ":0"}, True, False, False),
        ({"SSH_TTY": "/dev/pts/3", "DISPLAY": "unix:0.0"}, True, False, False),
        ({"SSH_TTY": "/dev/pts/3", "WAYLAND_DISPLAY": "wayland-0"}, True, False, False),
        (
            {"SSH_TTY": "/dev/pts/3", "WAYLAND_DISPLAY": "wayland-0", "DISPLAY": "localhost:10.0"},
            True,
            False,
            False,
        ),
        ({"SSH_TTY": "/dev/pts/3", "WAYLAND_DISPLAY": "wayland-x1YzAbQ9"}, False, True, True),
        ({"SSH_TTY": "", "DISPLAY": ""}, False, False, False),
        ({"DISPLAY": ":0"}, False, False, True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, False, False, True),
        ({}, False, False, False),
        ({"WSL_DISTRO_NAME": "Debian"}, False, False, True),
        # Windows shows the browser there, whatever display is lent.
        ({"WSL_DISTRO_NAME": "Debian", "DISPLAY": "localhost:10.0", **SSH}, True, False, False),
    ],
)
def test_what_the_environment_tells(
    monkeypatch: pytest.MonkeyPatch,
    environ: dict[str, str],
    remote: bool,
    lent: bool,
    display: bool,
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    assert is_remote(environ) is remote
    assert has_lent_display(environ) is lent
    assert has_display(environ) is display


def test_on_a_mac_a_display_that_was_lent_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert has_display({})
    assert is_remote(SSH | LENT)


def test_at_the_desk_nothing_need_be_said(machine: Machine) -> None:
    machine.run(SHELL, INIT, "bash", HERE)
    machine.run(US, SHELL, "python (x) y)")
    assert machine.sits(HERE) == ("", "", ":0")
    assert machine.sits({})[0] == NO_DISPLAY


@pytest.mark.parametrize(
    "server", ["sshd", "sshd-session", "mosh-server", "dropbear", "in.telnetd", "ttyd"]
)
def test_whose_child_one_is_tells_even_if_the_variables_are_gone(
    machine: Machine, server: str
) -> None:
    # sudo -i and su - start with an environment of their own.
    machine.run(LOGIN, INIT, server)
    machine.run(SHELL, LOGIN, "sudo")
    machine.run(US, SHELL, "python3")
    assert machine.sits(HERE) == (ELSEWHERE, "", ":0")
    assert machine.sits({})[0] == ELSEWHERE
    assert machine.sits(LENT) == ("", "on display localhost:10.0", "localhost:10.0")


def test_variables_of_ssh_tell_even_if_the_server_is_unknown(machine: Machine) -> None:
    machine.run(US, INIT, "python3")
    assert machine.sits(HERE | SSH)[0] == ELSEWHERE
    assert machine.sits(LENT | SSH) == ("", "on display localhost:10.0", "localhost:10.0")


def attach(machine: Machine, pid: int, shell_environ: dict[str, str], server: str = "") -> None:
    """Attach somebody to screen, whose own environment cannot be seen: it is setgid."""
    if server:
        machine.run(pid + 2, INIT, server)
    machine.run(pid + 1, pid + 2 if server else INIT, "bash", shell_environ)
    machine.run(pid, pid + 1, "screen")


def screen(machine: Machine) -> dict[str, str]:
    """Have a screen with us in it, begun at the desk; return our environment."""
    machine.run(SHELL, INIT, "screen", terminal=0)
    machine.run(US, SHELL, "python3")
    return HERE | {"STY": "30.pts-0.here"}


def test_screen_begun_at_the_desk_and_attached_from_elsewhere(machine: Machine) -> None:
    environ = screen(machine)
    assert machine.sits(environ)[0] == "Nobody is attached to screen."
    attach(machine, 100, SSH | HERE)
    assert machine.sits(environ)[0] == ELSEWHERE
    attach(machine, 200, {"DISPLAY": ":1"})
    assert machine.sits(environ)[0] == "You are attached in more than one place."


def test_screen_attached_from_elsewhere_by_somebody_with_other_variables(machine: Machine) -> None:
    environ = screen(machine)
    attach(machine, 100, HERE, server="sshd")
    assert machine.sits(environ)[0] == ELSEWHERE


def test_screen_begun_from_elsewhere_and_attached_at_the_desk(machine: Machine) -> None:
    environ = screen(machine) | SSH
    del environ["DISPLAY"]
    attach(machine, 100, {"DISPLAY": ":1", "XAUTHORITY": "/x"})
    assert machine.sits(environ) == ("", "on this machine's display :1", ":1")
    place = find_place(environ, pid=US, proc=machine.proc)
    assert place.environ["XAUTHORITY"] == "/x"
    assert "SSH_CONNECTION" not in place.environ


def test_screen_has_the_terminals_open_of_those_who_are_attached_to_it(machine: Machine) -> None:
    environ = screen(machine)
    attach(machine, 100, SSH)
    (machine.proc / str(SHELL) / "fd").mkdir()
    # What is attached is attached to another session.
    assert machine.sits(environ)[0] == "Nobody is attached to screen."
    master, slave = os.openpty()
    try:
        number = os.fstat(slave).st_rdev
        (machine.proc / str(SHELL) / "fd" / "5").symlink_to(os.ttyname(slave))
        major, minor = os.major(number), os.minor(number)
        machine.run(200, INIT, "screen", {"DISPLAY": ":1"}, terminal=major << 8 | minor & 0xFF)
        assert machine.sits(environ)[2] == ":1"
    finally:
        os.close(master)
        os.close(slave)


def test_screen_of_which_nothing_can_be_seen(machine: Machine) -> None:
    environ = screen(machine)
    machine.run(100, INIT, "screen")
    assert machine.sits(environ)[0] == "screen does not say where you sit."


def test_sudo_in_a_session_that_is_attached_from_elsewhere(machine: Machine) -> None:
    # sudo takes the variables of tmux and screen away, and keeps the display.
    screen(machine)
    attach(machine, 100, SSH)
    assert machine.sits(HERE)[0] == ELSEWHERE
    assert machine.sits(HERE | SSH)[0] == ELSEWHERE


def test_sudo_in_a_session_that_is_attached_at_the_desk(machine: Machine) -> None:
    screen(machine)
    attach(machine, 100, {"DISPLAY": ":0"})
    assert machine.sits(HERE) == ("", "", ":0")


def test_ssh_from_within_a_session_is_nearer_than_the_session(machine: Machine) -> None:
    environ = HERE | {"STY": "30.pts-0.here"}
    machine.run(SHELL, INIT, "screen", terminal=0)
    machine.run(LOGIN, SHELL, "sshd")
    machine.run(US, LOGIN, "python3")
    attach(machine, 100, HERE)
    assert machine.sits(environ)[0] == ELSEWHERE


def test_one_session_in_another(machine: Machine) -> None:
    environ = screen(machine)
    # Attached from a pane of a zellij that is itself attached from elsewhere.
    machine.run(60, INIT, "zellij", terminal=0)
    machine.run(61, 60, "bash", HERE | {"ZELLIJ": "0"})
    machine.run(62, 61, "screen")
    machine.run(70, INIT, "sshd")
    machine.run(71, 70, "zellij", SSH)
    assert machine.sits(environ)[0] == ELSEWHERE


def test_sessions_that_are_attached_in_a_ring_are_given_up(machine: Machine) -> None:
    environ = screen(machine)
    machine.run(50, INIT, "screen", terminal=0)
    machine.run(51, SHELL, "screen", HERE | {"STY": "30.x"})
    machine.run(52, 50, "screen", HERE | {"STY": "50.x"})
    assert machine.sits(environ)[0] == "It is not known where you sit."


def test_who_is_attached_from_within_to_another_session_is_not_attached_to_this(
    machine: Machine,
) -> None:
    environ = screen(machine)
    machine.run(51, SHELL, "screen", HERE | {"STY": "30.x"})
    assert machine.sits(environ)[0] == "Nobody is attached to screen."


def test_two_kinds_of_session_at_once_without_a_word_of_which_is_nearer(machine: Machine) -> None:
    machine.run(US, INIT, "python3")
    environ = HERE | {"STY": "30.x", "TMUX": "/tmp/x,1,0"}
    assert machine.sits(environ)[0] == "It is not known where you sit."


def test_a_tmux_that_cannot_be_asked(machine: Machine) -> None:
    machine.run(SHELL, INIT, "tmux: server", terminal=0)
    machine.run(US, SHELL, "python3")
    environ = HERE | {"TMUX": "/tmp/x,1,0"}
    assert machine.sits(environ)[0] == "tmux does not say where you sit."


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("exec sleep 300", "tmux does not say where you sit."),
        ("sleep 300 & exec sleep 300", "tmux does not say where you sit."),
        ("exit 1", "tmux does not say where you sit."),
        ("echo nonsense; echo client x y", "tmux does not say where you sit."),
        ("echo 'pane $1 %3'", "Nobody is attached to tmux."),
        # It shows other panes to somebody, and ours to nobody.
        ("echo 'pane $1 %3'; echo 'pane $2 %4'; echo 'client $2 100'", "Nobody is attached"),
        # Nothing is to be seen of the client but what tmux itself says.
        ("echo 'pane $1 %3'; echo 'client $1 100'; echo SSH_CONNECTION=1; echo DISPLAY=:0",
         ELSEWHERE),
        ("echo 'pane $1 %3'; echo 'client $1 100'; echo -SSH_CONNECTION; echo DISPLAY=:0", ""),
        ("echo 'pane $1 %3'; echo 'client $1 100'; echo -DISPLAY", NO_DISPLAY),
        ("echo 'pane $1 %3'; echo 'client $1 1'; echo 'client $1 2'; echo DISPLAY=:0",
         "tmux does not say where you sit."),
    ],
)  # fmt: skip
def test_what_tmux_answers(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, said: str
) -> None:
    hangs = "sleep" in script
    monkeypatch.setattr("avara_tui.triage.opener.processes.LIMIT", 0.5 if hangs else 30)
    program = tmp_path / "tmux"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    machine.run(SHELL, INIT, "tmux: server", terminal=0)
    machine.run(US, SHELL, "python3")
    environ = HERE | {
        "TMUX": "/tmp/x,1,0",
        "TMUX_PANE": "%3",
        "PATH": f"{tmp_path}:/usr/bin:/bin",
    }
    started = time.monotonic()
    why, where, display = machine.sits(environ)
    assert why.startswith(said) if said else why == ""
    if not why:
        assert (where, display) == ("on this machine's display :0", ":0")
    # It waits for nothing that hangs: far from the 300 s of it.
    assert time.monotonic() - started < 100


def test_a_machine_without_proc_is_asked_by_ps(tmp_path: Path) -> None:
    need_program("ps", "procps")
    running = look(tmp_path / "absent")
    above = list(running.above(os.getpid()))
    assert above[0].pid == os.getpid()
    assert above[0].owner == os.getuid()
    assert above[1].pid == os.getppid()
    assert running.environ(os.getpid()) is None


def test_the_processes_of_this_machine() -> None:
    (own, parent, *_) = look().above(os.getpid())
    assert (own.pid, own.owner, parent.pid) == (os.getpid(), os.getuid(), os.getppid())


def test_what_is_said_of_a_place_holds_no_variable(machine: Machine) -> None:
    machine.run(US, INIT, "python3")
    place = find_place({"SECRET": "planted"}, pid=US, proc=machine.proc)
    assert "planted" not in repr(place)
