"""What doctor makes of terminals, letters, distance, tmux and the clipboard."""

from pathlib import Path

import pytest

from avara_tui.config import Clipboard
from avara_tui.triage.checkup.place import place_findings
from avara_tui.triage.checkup.verdicts import Finding, Verdict
from avara_tui.triage.opener.place import ELSEWHERE, NO_DISPLAY, Place

GOOD = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}


def looked_at(
    environ: dict[str, str],
    *,
    is_terminal: bool = True,
    size: tuple[int, int] = (120, 36),
    clipboard: Clipboard = Clipboard.ASK,
    seat: Place | None = None,
) -> dict[str, Finding]:
    found = place_findings(
        environ,
        is_terminal=is_terminal,
        size=size,
        clipboard=clipboard,
        seat=seat or Place(environ),
    )
    return {each.name: each for each in found}


def test_a_good_terminal_needs_nothing() -> None:
    found = looked_at(GOOD)
    assert {each.verdict for each in found.values()} == {Verdict.OK}
    assert all(not each.remedy for each in found.values())


@pytest.mark.parametrize(
    ("change", "name", "verdict", "said"),
    [
        ({"TERM": ""}, "terminal", Verdict.PROBLEM, "TERM is not set"),
        ({"TERM": "dumb"}, "terminal", Verdict.PROBLEM, "no colours"),
        ({"TERM": "linux"}, "terminal", Verdict.NOTE, "console"),
        ({"TERM": "x\x1b]0;t\x07"}, "terminal", Verdict.OK, "x�]0;t�"),
        ({"NO_COLOR": "1"}, "colours", Verdict.NOTE, "NO_COLOR"),
        ({"COLORTERM": ""}, "colours", Verdict.OK, "256"),
        ({"COLORTERM": "", "TERM": "xterm"}, "colours", Verdict.NOTE, "16 colours"),
        ({"LANG": "C"}, "letters", Verdict.PROBLEM, "LANG is C"),
        ({"LANG": ""}, "letters", Verdict.PROBLEM, "No locale"),
        ({"LC_ALL": "POSIX"}, "letters", Verdict.PROBLEM, "LC_ALL is POSIX"),
        ({"LC_CTYPE": "de_DE.utf8"}, "letters", Verdict.OK, "from LC_CTYPE"),
        ({"STY": "1.pts"}, "screen", Verdict.NOTE, "QR code"),
        ({"TERM": "linux"}, "clipboard", Verdict.NOTE, "has no clipboard"),
    ],
)
def test_what_is_said_of_a_place(
    change: dict[str, str], name: str, verdict: Verdict, said: str
) -> None:
    found = looked_at(GOOD | change)[name]
    assert found.verdict is verdict
    assert said in found.said + found.remedy
    assert bool(found.remedy) or verdict is not Verdict.PROBLEM


@pytest.mark.parametrize(
    ("seat", "verdict", "said"),
    [
        (Place({}, ELSEWHERE, is_remote=True), Verdict.NOTE, "link on your own machine"),
        (Place({}, "Nobody is attached to tmux."), Verdict.NOTE, "tmux. Studies open by a link"),
        (Place({}, NO_DISPLAY), Verdict.OK, "at this machine"),
        (Place({"DISPLAY": ":0"}), Verdict.OK, "at this machine"),
        (
            Place({"DISPLAY": "localhost:10.0"}, shown_on="on display localhost:10.0"),
            Verdict.NOTE,
            "a browser is shown on display localhost:10.0.",
        ),
    ],
)
def test_where_the_person_sits(seat: Place, verdict: Verdict, said: str) -> None:
    found = looked_at(GOOD, seat=seat)["ssh"]
    assert found.verdict is verdict
    assert said in found.said


def test_in_a_session_it_is_said_that_one_may_move(tmp_path: Path) -> None:
    found = looked_at(fake_tmux(tmp_path, "exit 1"), seat=Place({"DISPLAY": ":0"}))["ssh"]
    assert (found.verdict, "each study" in found.said) == (Verdict.OK, True)


@pytest.mark.parametrize(
    ("size", "verdict"),
    [((59, 40), "problem"), ((120, 14), "problem"), ((79, 24), "note"), ((80, 24), "ok")],
)
def test_the_size(size: tuple[int, int], verdict: str) -> None:
    assert looked_at(GOOD, size=size)["size"].verdict == verdict
    assert looked_at(GOOD, size=size, is_terminal=False)["size"].verdict is Verdict.NOTE


@pytest.mark.parametrize(
    ("policy", "said"),
    [(Clipboard.OFF, "Switched off"), (Clipboard.ASK, "after asking"), (Clipboard.ON, "at once")],
)
def test_the_clipboard_policy(policy: Clipboard, said: str) -> None:
    assert said in looked_at(GOOD, clipboard=policy)["clipboard"].said


def fake_tmux(directory: Path, script: str) -> dict[str, str]:
    program = directory / "tmux"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return GOOD | {"TMUX": "/tmp/tmux-1/default,1,0", "PATH": f"{directory}:/usr/bin:/bin"}


@pytest.mark.parametrize(
    ("clipboard", "passes", "verdict"),
    [
        ("on", "", Verdict.OK),
        ("external", "on", Verdict.OK),
        ("external", "all", Verdict.OK),
        ("external", "off", Verdict.NOTE),
        ("off", "", Verdict.NOTE),
    ],
)
def test_what_tmux_does_with_the_clipboard(
    tmp_path: Path, clipboard: str, passes: str, verdict: Verdict
) -> None:
    script = f'[ "$3" = set-clipboard ] && echo {clipboard} || echo {passes}'
    found = looked_at(fake_tmux(tmp_path, script))["tmux"]
    assert found.verdict is verdict
    assert ("set-clipboard on" in found.remedy) is (verdict is Verdict.NOTE)


@pytest.mark.parametrize("script", ["exit 1", "exec sleep 30"])
def test_a_tmux_that_fails_or_hangs_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    monkeypatch.setattr("avara_tui.triage.checkup.place.TMUX_TIMEOUT", 0.2)
    found = looked_at(fake_tmux(tmp_path, script))["tmux"]
    assert found.verdict is Verdict.NOTE
    assert "did not say" in found.said
