"""Twenty thousand texts that want to move the terminal, all of them shown in a real one."""

import random
import re
import unicodedata
from functools import partial
from typing import Final

import pytest

from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.emulator.world import World
from homes import write_settings
from masthead import READ_WHOLE
from terminal.harness import Terminal, program

pytestmark = [pytest.mark.terminal, pytest.mark.slow, pytest.mark.timeout(600)]

TEXTS: Final = 20_000
ROWS: Final = 250
PIECES: Final = (
    "\x1b", "\x1b[", "\x1b]0;t\x07", "\x1b]52;c;YQ==\x07", "\x1b]8;;https://x\x1b\\",
    "\x1b[2J", "\x1b[H", "\x1b[31m", "\x1b[?1049l", "\x1b[6n", "\x1bc", "\x1bP1$q\x1b\\",
    "\x9b", "\x9d0;t\x9c", "\x90", "\x07", "\x08", "\r", "\n", "\t", "\x0b", "\x0c",
    "\x0e", "\x7f", "\x00", "\u202e", "\u2066", "\u200b", "\u200d", "\u2060", "\ufeff",
    "\u00ad", "\u2028", "\ufe0f", "\u0301", "\u0489", "\ue000", "\U000e0041",
    "\U0010fffd", "[@click=app.quit]", "[/]", "[red]", "[/x]", "[link=https://x]", "[",
    "]", "\\", "{x}", "$x", "%s", "CT Head", "STAT", "胸", "👩", "🇩", "\u1100", "é", "a",
    " ", ";", "m",
)  # fmt: skip
CONTROL: Final = re.compile(r"\x1b\[[0-?]*[ -/]*([@-~])")
USUAL: Final = frozenset("mHhl")
"""What ends the control sequences that draw: colours, places, modes."""
_FORBIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def text(source: random.Random) -> str:
    pieces = source.choices(PIECES, k=source.randint(1, 9))
    if source.random() < 0.5:
        # Any character at all, but for halves of surrogate pairs, which no database keeps.
        code = source.choice([source.randrange(0xD800), source.randrange(0xE000, 0x110000)])
        pieces.insert(source.randrange(len(pieces)), chr(code))
    return "".join(pieces)[:70]


def plant(emulator: EmbeddedEmulator, seed: int) -> None:
    source = random.Random(seed)

    def act(world: World) -> None:
        execute = world.connection.execute
        ids = [row[0] for row in execute("SELECT study_id FROM studies").fetchall()]
        texts = {text(source) for _ in range(TEXTS * 2)}
        assert len(texts) >= len(ids)
        for study_id, planted in zip(ids, texts, strict=False):
            insert = "INSERT INTO descriptions (text, folded) VALUES (?, ?) RETURNING number"
            (number,) = execute(insert, (planted, planted)).fetchone()
            execute("UPDATE studies SET description = ? WHERE study_id = ?", (number, study_id))

    emulator.run(act)


def has_moved(before: str, terminal: Terminal) -> bool:
    return terminal.lines[0] != before


def assert_only_drawing(written: bytes) -> None:
    """Check that nothing but text and sequences that draw was written."""
    shown = written.decode()
    finals = set(CONTROL.findall(shown))
    assert finals <= USUAL, finals - USUAL
    rest = CONTROL.sub("", shown)
    controls = {each for each in rest if unicodedata.category(each) in _FORBIDDEN} - {"\n"}
    assert not controls, sorted(map(hex, map(ord, controls)))


def test_every_text_is_shown_and_none_is_obeyed(environ: dict[str, str]) -> None:
    write_settings(
        environ["HOME"],
        "load_limit = 1_000_000\n"
        "[[worklists]]\nname = 'Everything'\nfilter = 'status:incomplete,complete'\n"
        "columns = ['description', 'priority']\n",
    )
    with EmbeddedEmulator(studies=TEXTS + 4000, seed=8) as emulator:
        plant(emulator, seed=8)
        environ |= {"AVARA_API_KEY": emulator.api_key, "AVARA_BASE_URL": emulator.base_url}
        argv = program("--view", "Everything")
        with Terminal(argv, environ=environ, columns=109, rows=ROWS) as terminal:
            terminal.wait_for(READ_WHOLE, 240)
            counted = re.search(r"([\d,]+) shown", terminal.text)
            assert counted is not None
            shown = int(counted[1].replace(",", ""))
            assert shown >= TEXTS
            before = terminal.byte_count
            for _ in range(shown):
                if "↓" not in terminal.lines[0]:
                    break
                above = terminal.lines[0]
                terminal.press("pagedown")
                terminal.wait_for(partial(has_moved, above))
            assert "↓" not in terminal.lines[0]
            terminal.wait_until_still()
            assert_only_drawing(bytes(terminal.written[before:]))
            assert terminal.output.titles == []
            assert terminal.output.clipboard == []
            assert terminal.output.links == []
            assert terminal.exit_status is None
            assert terminal.leave() == 0
            terminal.assert_restored()
            terminal.assert_no_traceback()
        writes = ("studies.update", "studies.cancel", "studies.uncancel", "studies.create")
        assert not any(emulator.counts[each] for each in writes)


def test_the_check_finds_what_it_looks_for() -> None:
    assert_only_drawing(b"\x1b[1;31mred\x1b[0m\x1b[5;1Hplace\x1b[?25l")
    for bad in (b"\x1b[2J", b"\x1b]0;t\x07", "\u202e".encode(), b"\x07", "\x9b".encode()):
        with pytest.raises(AssertionError):
            assert_only_drawing(b"CT Head " + bad)
