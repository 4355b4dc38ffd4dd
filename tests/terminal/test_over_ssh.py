"""The viewer from a terminal on another machine: by a link, by the clipboard, never written out."""

import base64
import re
import urllib.request

import pytest

from homes import write_settings
from terminal.harness import LEAVE, Terminal
from terminal.workplace import Workplace, wait_for_cursor_on

pytestmark = pytest.mark.terminal


def remote(workplace: Workplace, clipboard: str) -> Terminal:
    """Return the worklist of somebody who came over SSH and has no browser command."""
    write_settings(workplace.environ["HOME"], f'clipboard = "{clipboard}"\n')
    workplace.environ["SSH_CONNECTION"] = "192.0.2.1 5 192.0.2.2 22"
    return workplace.worklist("--filter", "zebra")


def opens(url: str) -> bool:
    with urllib.request.urlopen(url, timeout=20) as answer:  # noqa: S310 - our own emulator
        return "Zebra head" in answer.read().decode()


def test_a_link_that_ones_own_terminal_opens(workplace: Workplace) -> None:
    workplace.create("Zebra head")
    with remote(workplace, "ask") as terminal:
        wait_for_cursor_on(terminal, "Zebra head")
        terminal.press("o")
        terminal.wait_for("open in the Avara Viewer")
        terminal.wait_for(lambda shown: bool(shown.output.links))
        url = terminal.output.links[0].decode()
        assert opens(url)
        token = url.partition("token=")[2]
        assert token
        assert token not in terminal.text
        terminal.press("c")
        terminal.wait_for("once more")
        assert terminal.output.clipboard == []
        terminal.press("c")
        terminal.wait_for("sent to the terminal's clipboard")
        assert base64.b64decode(terminal.output.clipboard[0]).decode() == url
        terminal.press("escape")
        terminal.wait_for(lambda shown: "open in the Avara Viewer" not in shown.text)
        # Keys go on, and the link is not written a second time.
        links = len(terminal.output.links)
        terminal.press("s")
        terminal.wait_for(re.compile("Severity of Zebra head"))
        assert terminal.leave("escape", "q", timeout=LEAVE) == 0
        terminal.assert_restored()
        assert len(terminal.output.links) == links


def test_a_clipboard_that_is_switched_off_gets_nothing(workplace: Workplace) -> None:
    workplace.create("Zebra head")
    with remote(workplace, "off") as terminal:
        wait_for_cursor_on(terminal, "Zebra head")
        terminal.press("o")
        terminal.wait_for("open in the Avara Viewer")
        terminal.press("c", "c")
        terminal.wait_for("clipboard is switched off")
        assert terminal.output.clipboard == []
