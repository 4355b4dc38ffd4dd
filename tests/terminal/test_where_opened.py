"""Where a study opens is decided when it is, by who is attached to a real tmux or screen then."""

import json
import os
import shlex
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import pytest

from homes import write_settings
from needs import need_program
from terminal.attaching import Attached, until
from terminal.harness import WAIT, environment, program
from terminal.tmux import Tmux
from terminal.workplace import CURSOR, Workplace

pytestmark = [
    pytest.mark.terminal,
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc"),
]

SSH = {"SSH_CONNECTION": "192.0.2.1 5 192.0.2.2 22", "SSH_TTY": "/dev/pts/99"}
DESK, OTHER_DESK = {"DISPLAY": ":97"}, {"DISPLAY": ":98"}
LENT = SSH | {"DISPLAY": "localhost:10.0"}
ASKED = """
import json, os, sys
from pathlib import Path
from avara_tui.triage.opener.whereabouts import find_place
folder = Path(sys.argv[1])
print("ready", flush=True)
for _ in sys.stdin:
    place = find_place(os.environ)
    told = {"why": place.why_not, "on": place.shown_on, "display": place.environ.get("DISPLAY"),
            "ssh": place.environ.get("SSH_CONNECTION"), "own": os.environ.get("DISPLAY")}
    part = folder / "part"
    part.write_text(json.dumps(told))
    part.rename(folder / "told")
"""
"""Says where the person sits, each time a line is sent to it."""


class Session:
    """A tmux with a program in it that is asked where the person sits."""

    def __init__(self, tmux: Tmux, directory: Path, base: dict[str, str]) -> None:
        self.tmux = tmux
        self._told = directory / "told"
        self._base = base

    @contextmanager
    def attached(self, place: dict[str, str], *flags: str, more: int = 1) -> Iterator[Attached]:
        """Attach somebody who sits at ``place``; ``more`` are attached after that."""
        argv = [*self.tmux.server, "attach-session", "-t", "main", *flags]
        with Attached(argv, self._base | place) as client:
            until(lambda: str(client.pid) in self.clients)
            assert len(self.clients) == more
            yield client
        until(lambda: str(client.pid) not in self.clients)

    @property
    def clients(self) -> list[str]:
        """Who is attached."""
        return self.tmux.tell("list-clients", "-F", "#{client_pid}").split()

    def asked(self) -> Any:
        """Return what the program finds now."""
        self._told.unlink(missing_ok=True)
        self.tmux.press("Enter")
        until(self._told.exists)
        return json.loads(self._told.read_text())


@contextmanager
def session(directory: Path, begun: dict[str, str]) -> Iterator[Session]:
    """Begin a tmux at a place."""
    base = environment(directory / "home")
    argv = [sys.executable, "-c", ASKED, str(directory)]
    with Tmux(argv, environ=base | begun) as tmux:
        tmux.wait_for("ready")
        yield Session(tmux, directory, base)


def opens_on(told: Any, display: str) -> bool:
    return (told["why"], told["display"]) == ("", display)


def test_begun_at_the_desk_and_attached_from_elsewhere(tmp_path: Path) -> None:
    with session(tmp_path, DESK) as begun:
        assert begun.asked()["why"] == "Nobody is attached to tmux."
        with begun.attached(DESK):
            told = begun.asked()
            assert opens_on(told, ":97")
            assert told["on"] == "on this machine's display :97"
        with begun.attached(SSH):
            told = begun.asked()
            assert told["why"] == "Your browser is on another machine."
            # What it was begun with says nothing of that.
            assert (told["own"], told["ssh"]) == (":97", None)
        with begun.attached(LENT):
            told = begun.asked()
            assert opens_on(told, "localhost:10.0")
            assert told["on"] == "on display localhost:10.0"


def test_begun_from_elsewhere_and_attached_at_the_desk(tmp_path: Path) -> None:
    with session(tmp_path, SSH) as begun:
        with begun.attached(SSH):
            assert begun.asked()["why"] == "Your browser is on another machine."
        with begun.attached(DESK):
            told = begun.asked()
            assert opens_on(told, ":97")
            assert (told["own"], told["ssh"]) == (None, None)
        with begun.attached({}):
            assert begun.asked()["why"] == "No browser here."


def test_several_who_are_attached_at_once(tmp_path: Path) -> None:
    several = "You are attached in more than one place."
    with session(tmp_path, DESK) as begun, begun.attached(DESK):
        # A shell's start file may name the desk's display for who came from elsewhere too.
        for place, why in (
            (SSH, several),
            (SSH | DESK, several),
            (OTHER_DESK, several),
            (LENT, several),
            (DESK, ""),
        ):
            with begun.attached(place, more=2):
                assert begun.asked()["why"] == why
        assert opens_on(begun.asked(), ":97")
        # By a session of its own that shows the same windows; and to another session altogether.
        begun.tmux.tell("new-session", "-d", "-s", "grouped", "-t", "main")
        begun.tmux.tell("new-session", "-d", "-s", "apart", "cat")
        with begun.attached(SSH, "-t", "apart", more=2):
            assert opens_on(begun.asked(), ":97")
        with begun.attached(SSH, "-t", "grouped", more=2):
            assert begun.asked()["why"] == several


def test_a_tmux_within_a_tmux(tmp_path: Path) -> None:
    base = environment(tmp_path / "home")
    with session(tmp_path, DESK) as inner:
        attach = shlex.join([*inner.tmux.server, "attach-session", "-t", "main"])
        # With and without a shell around it that still knows of the outer one.
        for script in (f"env -u TMUX {attach}; :", f"TMUX= exec {attach}"):
            with Tmux(["sh", "-c", script], environ=base | DESK) as tmux:
                until(lambda: len(inner.clients) == 1)
                outer = Session(tmux, tmp_path, base)
                assert inner.asked()["why"] == "Nobody is attached to tmux."
                for place, why in ((SSH, "Your browser is on another machine."), (DESK, "")):
                    with outer.attached(place):
                        assert inner.asked()["why"] == why
            until(lambda: not inner.clients)


class Screen:
    """A GNU screen with a program in it that is asked where the person sits."""

    def __init__(self, directory: Path, begun: dict[str, str]) -> None:
        self._program = need_program("screen", "screen")
        self._told = directory / "told"
        self._begun = begun
        directory.mkdir()
        self._base = environment(directory / "home")
        self._name = f"avara-tui-{uuid.uuid4().hex[:8]}"
        argv = [sys.executable, "-c", ASKED, str(directory)]
        self._begin = [self._program, "-c", "/dev/null", "-dmS", self._name, *argv]

    def __enter__(self) -> Self:
        # The way to a socket may have a hundred letters, and that of a test's directory has more.
        self._sockets = TemporaryDirectory(prefix="avara-")
        self._base["SCREENDIR"] = self._sockets.name
        subprocess.run(self._begin, env=self._base | self._begun, check=True, timeout=WAIT)
        until(lambda: "Detached" in self.tell("-ls"))
        return self

    def __exit__(self, *_: object) -> None:
        self.tell("-X", "quit")
        until(lambda: self._name not in self.tell("-ls"))
        self._sockets.cleanup()

    def tell(self, *command: str) -> str:
        argv = [self._program, "-S", self._name, *command]
        done = subprocess.run(argv, env=self._base, check=False, capture_output=True, timeout=WAIT)
        return done.stdout.decode()

    @contextmanager
    def attached(self, place: dict[str, str]) -> Iterator[None]:
        """Attach somebody who sits at ``place``."""
        with Attached([self._program, "-r", self._name], self._base | place):
            until(lambda: "Attached" in self.tell("-ls"))
            yield
        until(lambda: "Detached" in self.tell("-ls"))

    def asked(self) -> Any:
        """Return what the program finds now."""
        self._told.unlink(missing_ok=True)
        self.tell("-X", "stuff", "x\r")
        until(self._told.exists)
        return json.loads(self._told.read_text())


def test_screen_begun_at_the_desk_and_attached_from_elsewhere(tmp_path: Path) -> None:
    with Screen(tmp_path / "one", DESK) as one, Screen(tmp_path / "two", DESK) as two:
        assert one.asked()["why"] == "Nobody is attached to screen."
        with one.attached(SSH), two.attached(OTHER_DESK):
            assert one.asked()["why"] == "Your browser is on another machine."
            assert opens_on(two.asked(), ":98")
        with one.attached(OTHER_DESK):
            assert opens_on(one.asked(), ":98")


def test_screen_begun_from_elsewhere_and_attached_at_the_desk(tmp_path: Path) -> None:
    with Screen(tmp_path / "one", SSH) as one, one.attached(DESK):
        told = one.asked()
        assert opens_on(told, ":97")
        assert (told["own"], told["ssh"]) == (None, None)


class Place:
    """A person's home with a browser that notes what it gets, for the whole program."""

    def __init__(self, workplace: Workplace, directory: Path) -> None:
        self.workplace = workplace
        self.notes = directory / "notes"
        tools = directory / "tools"
        tools.mkdir()
        opener = tools / "xdg-open"
        # It stands before the machine's own, and is run only where a display is.
        part = f"{self.notes}.part"
        opener.write_text(f'#!/bin/sh\necho "$DISPLAY $1" > {part}\nmv {part} {self.notes}\n')
        opener.chmod(0o755)
        self.tools = tools
        self.environ = {**workplace.environ, "PATH": f"{tools}:{workplace.environ['PATH']}"}
        write_settings(workplace.environ["HOME"], 'clipboard = "on"\n')

    def noted(self) -> str:
        """Return what the browser was started with, and forget it."""
        until(self.notes.exists)
        text = self.notes.read_text()
        self.notes.unlink()
        return text


def test_the_key_o_and_the_command_open(workplace: Workplace, tmp_path: Path) -> None:
    study_id = workplace.create("Zebra head")
    place = Place(workplace, tmp_path)
    argv = program("--filter", "zebra")
    with Tmux(argv, environ=place.environ | DESK) as tmux:
        tmux.tell("set-option", "-s", "set-clipboard", "on")
        tmux.wait_for(
            lambda shown: any(
                CURSOR in line and "Zebra" in line for line in shown.text.splitlines()
            )
        )
        begun = Session(tmux, tmp_path, place.environ)
        with begun.attached(SSH) as client:
            client.press(b"o")
            tmux.wait_for("Your browser is on another machine. Open this link")
            client.press(b"q")
            tmux.wait_for(lambda shown: "Open this link" not in shown.text)
            assert not place.notes.exists()
            out = tmp_path / "out"
            command = shlex.join(program("open", study_id))
            tmux.tell("new-window", "-d", f"{command} > {out}.part 2>&1; mv {out}.part {out}")
            until(out.exists)
            assert "another machine" in out.read_text()
            out.unlink()
        with begun.attached(OTHER_DESK) as client:
            client.press(b"o")
            tmux.wait_for("handed to xdg-open on this machine's display :98")
            display, page = place.noted().split()
            assert display == ":98"
            assert page.startswith("file://")
            tmux.tell("new-window", "-d", f"{command} > {out}.part 2>&1; mv {out}.part {out}")
            until(out.exists)
            assert "handed to xdg-open on this machine's display :98" in out.read_text()
            assert place.noted().startswith(":98 ")
            with begun.attached(SSH, more=2):
                client.press(b"o")
                tmux.wait_for("You are attached in more than one place. Open this link")
                assert not place.notes.exists()
                # Each terminal has a clipboard: that of the desk is nobody's at the moment.
                client.press(b"c")
                tmux.wait_for("press c once more: every terminal that is attached gets the link")
                assert tmux.tell("list-buffers") == ""
                client.press(b"c")
                tmux.wait_for("sent to the clipboard of every terminal that is attached")


def test_a_tmux_that_hangs_holds_nothing_up(workplace: Workplace, tmp_path: Path) -> None:
    for name in ("Zebra head", "Zebra foot"):
        workplace.create(name)
    place = Place(workplace, tmp_path)
    hung = tmp_path / "hung"
    fake = place.tools / "tmux"
    fake.write_text(f"#!/bin/sh\necho $$ > {hung}\nexec sleep 300\n")
    fake.chmod(0o755)
    real = {**place.environ, "PATH": os.environ["PATH"]}
    argv = ["env", f"PATH={place.environ['PATH']}", *program("--filter", "zebra")]
    with Tmux(argv, environ=real | DESK) as tmux:
        tmux.wait_for("Zebra foot")
        with Session(tmux, tmp_path, real).attached(DESK) as client:
            client.press(b"o")
            tmux.wait_for("tmux does not say where you sit. Open this link")
            assert not place.notes.exists()
            client.press(b"q")
            tmux.wait_for(lambda shown: "Open this link" not in shown.text)
    # It was ended, and not left.
    until(lambda: not Path(f"/proc/{hung.read_text().strip()}").exists())
