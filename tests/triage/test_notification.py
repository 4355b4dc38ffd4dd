"""Desktop notifications: only to terminals that are known to understand them, and without text."""

import pytest

from avara_tui.config import Desktop
from avara_tui.triage.notification import known_way, notification


@pytest.mark.parametrize(
    ("environ", "way"),
    [
        ({"TERM": "xterm-kitty"}, Desktop.OSC99),
        ({"TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"}, Desktop.OSC99),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, Desktop.OSC9),
        ({"TERM": "xterm-256color", "LC_TERMINAL": "iTerm2"}, Desktop.OSC9),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, Desktop.OSC9),
        ({"TERM": "foot"}, Desktop.OSC777),
        ({"TERM": "foot-extra"}, Desktop.OSC777),
        ({"TERM": "rxvt-unicode-256color"}, Desktop.OSC777),
        ({"TERM": "xterm-256color"}, Desktop.OFF),
        ({"TERM": "linux"}, Desktop.OFF),
        ({"TERM": "football"}, Desktop.OFF),
        ({}, Desktop.OFF),
        ({"TERM": "tmux-256color", "TMUX": "/tmp/t", "KITTY_WINDOW_ID": "1"}, Desktop.OFF),
        ({"TERM": "screen", "STY": "1", "TERM_PROGRAM": "WezTerm"}, Desktop.OFF),
    ],
)
def test_the_terminal_is_asked_in_its_own_way(environ: dict[str, str], way: Desktop) -> None:
    assert known_way(environ) is way
    assert bool(notification(1, Desktop.AUTO, environ)) is (way is not Desktop.OFF)


@pytest.mark.parametrize(
    ("wanted", "sequence"),
    [
        (Desktop.OSC9, "\x1b]9;avara-tui: 2 alarms wait\x07"),
        (Desktop.OSC777, "\x1b]777;notify;avara-tui;2 alarms wait\x07"),
        (Desktop.OSC99, "\x1b]99;i=avara-tui:d=1;avara-tui: 2 alarms wait\x1b\\"),
        (Desktop.OFF, ""),
    ],
)
def test_the_way_can_be_chosen(wanted: Desktop, sequence: str) -> None:
    assert notification(2, wanted, {"TERM": "xterm-256color"}) == sequence


def test_a_chosen_way_goes_through_tmux_and_screen() -> None:
    inside = notification(1, Desktop.OSC9, {"TERM": "tmux-256color", "TMUX": "/tmp/t"})
    assert inside == "\x1bPtmux;\x1b\x1b]9;avara-tui: an alarm waits\x07\x1b\\"
    inside = notification(1, Desktop.OSC9, {"TERM": "screen", "STY": "1"})
    assert inside == "\x1bP\x1b]9;avara-tui: an alarm waits\x07\x1b\\"
