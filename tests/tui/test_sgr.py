"""However a look follows another, the terminal shows it as if it were set afresh."""

from random import Random

import pyte
import pytest
from rich.color import ColorSystem
from rich.style import Style

from avara_tui.tui.terminal.sgr import change


def drawn(*codes: str) -> object:
    """Return the cell that a terminal draws after these sequences."""
    screen = pyte.Screen(4, 1)
    stream = pyte.Stream(screen)
    for each in codes:
        stream.feed(f"\x1b[{each}m")
    stream.feed("x")
    return screen.buffer[0][0]


def random_codes(chance: Random) -> str:
    attributes = [each for each in ("1", "3", "4", "7", "9") if chance.random() < 0.3]
    colours = []
    for kind in ("3", "4"):
        match chance.randrange(5):
            case 0:
                numbers = ";".join(str(chance.randrange(256)) for _ in range(3))
                colours.append(f"{kind}8;2;{numbers}")
            case 1:
                colours.append(f"{kind}8;5;{chance.randrange(256)}")
            case 2:
                colours.append(f"{kind}{chance.randrange(8)}")
            case 3:
                colours.append(f"{'9' if kind == '3' else '10'}{chance.randrange(8)}")
    return ";".join([*attributes, *colours])


@pytest.mark.parametrize("seed", range(40))
def test_each_look_is_what_it_would_be_afresh(seed: int) -> None:
    chance = Random(seed)
    looks = [random_codes(chance) for _ in range(60)]
    written: list[str] = []
    before = ""
    for after in looks:
        if after != before:
            written.append(change(before, after))
        before = after
        assert drawn(*written) == drawn("0", *([after] if after else []))


def test_no_more_is_sent_than_setting_it_afresh_takes() -> None:
    chance = Random(7)
    for _ in range(500):
        before, after = random_codes(chance), random_codes(chance)
        assert len(change(before, after)) <= len(f"0;{after}")


def test_only_what_differs_is_sent() -> None:
    plain, bold = "38;2;1;2;3;48;2;9;9;9", "1;38;2;1;2;3;48;2;9;9;9"
    assert change(plain, bold) == "1"
    assert change(bold, plain) == "22"
    assert change(plain, "38;2;7;7;7;48;2;9;9;9") == "38;2;7;7;7"
    assert change("1;31", "2;31") == "22;2"
    assert change("31", "") == "0"
    assert change("", "31") == "31"


def test_what_is_not_known_is_set_afresh() -> None:
    assert change("21;31", "31") == "0;31"
    assert change("31", "53;31") == "0;53;31"


def test_every_style_of_rich_is_known() -> None:
    for style in (Style(color="red", bgcolor="#010203", bold=True), Style(dim=True, reverse=True)):
        codes = style._make_ansi_codes(ColorSystem.TRUECOLOR)
        assert change("1", codes) != ""
        assert change(codes, codes) == ""
