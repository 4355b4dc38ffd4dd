"""A pane sends the terminal only the cells that changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.strip import Strip

from avara_tui.tui.lines import Role, line
from avara_tui.tui.terminal.changed_cells import changed_cells
from avara_tui.tui.widgets.pane import Pane

RED, PLAIN = Style(color="red"), Style()


def strip(*parts: tuple[str, Style]) -> Strip:
    return Strip([Segment(text, style) for text, style in parts])


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ([("4 s old", PLAIN)], [("4 s old", PLAIN)], None),
        ([("4 s old", PLAIN)], [("9 s old", PLAIN)], (0, 1)),
        ([("age 4 s", PLAIN)], [("age 5 m", PLAIN)], (4, 3)),
        ([("STAT", PLAIN)], [("STAT", RED)], (0, 4)),
        ([("ab", PLAIN), ("cd", PLAIN)], [("abcd", PLAIN)], None),
        ([("胸部 1", PLAIN)], [("胸部 2", PLAIN)], (5, 1)),
        ([("short", PLAIN)], [("longer", PLAIN)], (0, 6)),
    ],
)
def test_changed_cells_are_found(
    old: list[tuple[str, Style]], new: list[tuple[str, Style]], changed: tuple[int, int] | None
) -> None:
    assert changed_cells(strip(*old), strip(*new)) == changed


SEGMENTS = st.lists(
    st.tuples(st.text(alphabet="abc胸é", max_size=8), st.sampled_from([RED, PLAIN])), max_size=4
)


@given(old=SEGMENTS, new=SEGMENTS)
def test_repainting_the_changed_cells_is_enough(
    old: list[tuple[str, Style]], new: list[tuple[str, Style]]
) -> None:
    before, after = strip(*old), strip(*new)
    width = max(before.cell_length, after.cell_length)
    before, after = before.adjust_cell_length(width), after.adjust_cell_length(width)
    changed = changed_cells(before, after)
    if changed is None:
        assert _cells(before) == _cells(after)
        return
    start, length = changed
    patched = [*_cells(before)[:start], *_cells(after)[start : start + length]]
    assert [*patched, *_cells(before)[start + length :]] == _cells(after)


def _cells(content: Strip) -> list[tuple[str, Style | None]]:
    cells: list[tuple[str, Style | None]] = []
    for text, style, _ in content:
        for character in text:
            cells.append((character, style))
            cells.extend([("", style)] * (Segment(character).cell_length - 1))
    return cells


class PaneApp(App[None]):
    def compose(self) -> ComposeResult:
        yield Pane()


async def test_a_pane_shows_its_lines_and_only_them() -> None:
    app = PaneApp()
    async with app.run_test(size=(20, 4)) as pilot:
        pane = app.query_one(Pane)
        pane.show([line(("▲ STAT", Role.STAT), " CT Head")])
        await pilot.pause()
        assert pane.render_line(0).text == "▲ STAT CT Head".ljust(20)
        pane.show([line("x" * 30)])
        await pilot.pause()
        assert pane.render_line(0).text == "x" * 19 + "…"
