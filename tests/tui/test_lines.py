"""Lines are cut and padded by the cells that a terminal gives them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from avara_tui.tui.lines import (
    Role,
    crop,
    fit,
    line,
    spread,
    text_of,
    truncate,
    truncate_middle,
    width_of,
    wrap,
)

PRINTABLE = st.text(
    alphabet=st.one_of(
        st.characters(min_codepoint=32, max_codepoint=126), st.sampled_from("胸部éΩ…")
    ),
    max_size=60,
)


@pytest.mark.parametrize(
    ("text", "width", "cut"),
    [
        ("CT Head", 7, "CT Head"),
        ("CT Head", 6, "CT He…"),
        ("CT Head", 4, "CT…"),
        ("CT Head", 1, "…"),
        ("CT Head", 0, ""),
        ("胸部CT", 4, "胸…"),
    ],
)
def test_truncate_shows_that_it_cut(text: str, width: int, cut: str) -> None:
    assert truncate(text, width) == cut


def test_identifiers_keep_both_ends() -> None:
    assert truncate_middle("1.2.840.113619.2.55.3", 11) == "1.2.8….55.3"


@given(text=PRINTABLE, width=st.integers(0, 40), right=st.booleans())
def test_fit_takes_exactly_its_width(text: str, width: int, right: bool) -> None:
    assert cell_len(fit(text, width, right=right)) == width


@given(texts=st.lists(PRINTABLE, max_size=4), width=st.integers(0, 40))
def test_crop_never_takes_more_than_its_width(texts: list[str], width: int) -> None:
    content = line(*((text, Role.DIM) for text in texts))
    cropped = crop(content, width)
    assert width_of(cropped) <= width
    if width_of(content) > width > 0:
        assert text_of(cropped).endswith("…")


@given(left=PRINTABLE, right=PRINTABLE, width=st.integers(0, 60))
def test_spread_fills_its_width_and_keeps_the_right_end(left: str, right: str, width: int) -> None:
    spread_out = spread(line(left), line(right), width)
    assert width_of(spread_out) == width
    if cell_len(right) <= width:
        assert text_of(spread_out).endswith(right)


@given(text=PRINTABLE, width=st.integers(2, 40))
def test_wrap_loses_no_word(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert all(cell_len(each) <= width for each in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
