"""What is sent between two styles looks on a terminal as if each had been set from the start."""

from itertools import product
from typing import Final

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st

from avara_tui.tui.terminal.drawing import change

ATTRIBUTES: Final = ("1", "2", "3", "4", "7", "9")
INKS: Final = ("", "31", "39", "97", "38;5;7", "38;5;48", "38;2;1;2;3", "38;2;38;48;1")
GROUNDS: Final = ("", "41", "49", "107", "48;5;7", "48;5;38", "48;2;1;2;3", "48;2;48;38;1")
SOME: Final = st.builds(
    lambda attributes, ink, ground: ";".join(filter(None, (*attributes, ink, ground))),
    st.lists(st.sampled_from(ATTRIBUTES), unique=True),
    st.sampled_from(INKS),
    st.sampled_from(GROUNDS),
)


class Terminal(pyte.Screen):
    """A terminal that knows dim text, too: bold and dim are switched off together."""

    def __init__(self) -> None:
        super().__init__(3, 1)
        self.is_dim = False

    def select_graphic_rendition(self, *attrs: int, **kwargs: object) -> None:
        numbers = list(attrs or (0,))
        while numbers:
            count = {38: 5, 48: 5}.get(numbers[0], 1)
            if count > 1 and numbers[1] == 5:
                count = 3
            if numbers[0] in {0, 22}:
                self.is_dim = False
            elif numbers[0] == 2:
                self.is_dim = True
            numbers = numbers[count:]
        super().select_graphic_rendition(*attrs, **kwargs)


def look(*sent: str) -> tuple[object, bool]:
    """Return what a character looks like after some parameters, sent one after the other."""
    terminal = Terminal()
    pyte.Stream(terminal).feed("".join(f"\x1b[{each}m" for each in sent) + "x")
    return terminal.buffer[0][0], terminal.is_dim


@given(st.lists(SOME, min_size=1, max_size=5))
def test_the_way_to_a_style_does_not_matter(styles: list[str]) -> None:
    sent = [change(before, after) for before, after in zip(["", *styles], styles, strict=False)]
    assert look(*sent) == look("0" + f";{styles[-1]}" * bool(styles[-1]))


def test_no_change_takes_more_than_to_set_everything() -> None:
    styles = [";".join(filter(None, each)) for each in product(("", "1", "1;4"), INKS, GROUNDS)]
    for before, after in product(styles, styles):
        assert len(change(before, after)) <= len(f"0;{after}")


@pytest.mark.parametrize(
    ("before", "after", "sent"),
    [
        ("38;2;1;1;1;48;2;9;9;9", "38;2;2;2;2;48;2;9;9;9", "38;2;2;2;2"),
        ("1;38;2;1;1;1;48;2;9;9;9", "38;2;1;1;1;48;2;9;9;9", "22"),
        ("38;2;1;1;1;48;2;9;9;9", "1;38;2;1;1;1;48;2;9;9;9", "1"),
        ("", "1;31", "1;31"),
        ("1;31", "", "0"),
        ("1;2;38;2;1;1;1;48;2;9;9;9", "2;38;2;1;1;1;48;2;9;9;9", "22;2"),
        # What nobody has heard of is left by the one way that is sure.
        ("53;38;2;1;1;1", "38;2;1;1;1", "0;38;2;1;1;1"),
    ],
)
def test_what_two_styles_share_is_not_sent_again(before: str, after: str, sent: str) -> None:
    assert change(before, after) == sent
