"""Where the card of keys lies: what must stay in sight does, on every screen."""

import pytest

from avara_tui.tui.widgets.help_card import spot

SIZES = [15, 20, 24, 36, 50, 100]


@pytest.mark.parametrize("screen", SIZES)
@pytest.mark.parametrize("foot", [0, 2, 4])
@pytest.mark.parametrize("wanted", [5, 20, 60])
def test_the_card_leaves_head_foot_and_cursor_in_sight(screen: int, foot: int, wanted: int) -> None:
    first = 3
    for cursor in [None, *range(first, screen - foot)]:
        top, height = spot(wanted, screen, foot=foot, first=first, cursor=cursor)
        assert top >= first
        assert top + height <= screen - foot
        assert height <= wanted
        assert cursor is None or not top <= cursor < top + height
        # The title and something below it, wherever the cursor is.
        assert height >= min(wanted, 4)


@pytest.mark.parametrize("screen", SIZES)
def test_the_card_is_as_high_as_it_wants_to_be_where_there_is_room(screen: int) -> None:
    wanted = screen // 3
    for cursor in range(3, screen):
        assert spot(wanted, screen, foot=0, first=3, cursor=cursor).height == wanted


@pytest.mark.parametrize("screen", SIZES)
def test_the_card_lies_at_the_foot_while_the_cursor_is_near_the_top(screen: int) -> None:
    top, height = spot(screen, screen, foot=0, first=3, cursor=4)
    assert top + height == screen
    assert top > 4
