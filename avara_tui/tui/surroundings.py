"""What stands around the table about its rows: the worklists' counts, and how much is shown."""

from avara_tui.triage.health import Health, State
from avara_tui.tui.board import Board
from avara_tui.tui.heading import Tab, tabs
from avara_tui.tui.lines import Line, Role, join, line


def tabs_line(board: Board, health: Health, width: int) -> Line:
    """Return the row of saved worklists, with counts once anything is known."""
    is_known = bool(health.loaded) or health.is_complete
    items = [
        Tab(each.key, each.name, board.count(each) if is_known else None, health.is_complete)
        for each in board.worklists
    ]
    return tabs(items, board.active.name, width)


def count_line(
    board: Board, health: Health, order: Line, news: Line, out_of_sight: tuple[int, int]
) -> Line:
    """Return how the rows are sorted, what is new, how many there are and how many out of sight."""
    shown, total = len(board.ids), board.count(board.active)
    count = line((f"{shown:,} shown", Role.DIM))
    if board.filter_text:
        count = line((f"{shown:,} of {total:,} shown", Role.STRONG))
    if not health.is_complete and health.state is not State.UNCONNECTED:
        why = ", still loading" if health.loading else ", cut off"
        count += line((why, Role.WARNING))
    above, below = out_of_sight
    if above:
        count += line((f"  ↑{above:,}", Role.DIM))
    if below:
        count += line((f"  ↓{below:,}", Role.DIM))
    return join([order, news, count])
