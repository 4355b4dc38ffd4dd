"""What stands around the table: whose it is, how far it may be believed, how much is shown."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from avara_tui.triage.reading.health import Health, State
from avara_tui.tui.board.board import Board
from avara_tui.tui.lines import Line, Role, join, line, spread, width_of
from avara_tui.tui.masking import veiled
from avara_tui.tui.presentation.empty_states import empty_state
from avara_tui.tui.presentation.heading import Tab, header, in_minutes, tabs
from avara_tui.tui.presentation.open_counts import open_counts_line
from avara_tui.tui.protocols import Drawing, Keyed, Pointing, Started, Telling

if TYPE_CHECKING:
    from avara_tui.triage.journal.on_demand import JournalOnDemand
    from avara_tui.triage.reading.session import TriageSession
    from avara_tui.tui.board.arranging import Arranging
    from avara_tui.tui.board.news import News
    from avara_tui.tui.widgets.filter_bar import FilterBar
    from avara_tui.tui.widgets.pane import Pane


class Others(Protocol):
    """Other profiles that are watched."""

    def header(
        self, heads: Sequence[Line], core: int, counts: Callable[[int], Line], width: int
    ) -> Line:
        """Return the header line with their counts before one's own ``counts``.

        ``heads`` are what may stand at the left, the fullest first; ``core`` cells of it stay.
        """
        ...


class Shown(Protocol):
    """What there is to show around the table."""

    board: Board
    session: "TriageSession"
    arranging: "Arranging"
    news: "News"
    journal: "JournalOnDemand"

    @property
    def others(self) -> Others | None:
        """Other profiles, where any is watched."""
        ...


class SurroundingsScreen(Telling, Pointing, Drawing, Started, Keyed, Protocol):
    """Where it is shown."""

    @property
    def masthead(self) -> "Pane":
        """The line that says whose worklist it is, and that of the saved worklists."""
        ...

    @property
    def filter_bar(self) -> "FilterBar":
        """Where the filter is typed and shown."""
        ...


def show_around(shown: Shown, screen: SurroundingsScreen) -> None:
    """Draw everything around the table again; what has not changed costs nothing."""
    width, board, health = screen.size.width, shown.board, shown.session.health
    screen.masthead.show([header_line(shown, screen), tabs_line(board, health, width)])
    show_count(shown, screen)
    connection = shown.session.connection
    screen.table.show_empty_state(
        empty_state(
            health,
            worklist=board.active.name,
            server=connection.base_url if connection else "",
            filter_text=veiled(board.filter_text, masked=screen.masked),
            unsure=board.unsure_shown,
            width=screen.table.size.width,
            keymap=screen.keymap,
        )
    )


def show_count(shown: Shown, screen: SurroundingsScreen) -> None:
    """Show how many rows there are, and how many are out of sight."""
    order, news = shown.arranging.order_line(), shown.news.line()
    count = count_line(shown.board, shown.session.health, order, news, screen.table.out_of_sight)
    base = f"{shown.board.active.name}: {shown.board.active.query_text}"
    screen.filter_bar.show_filter(shown.board.filter_text, count, base, masked=screen.masked)


def header_line(shown: Shown, screen: SurroundingsScreen) -> Line:
    """Return whose worklist it is, how far it may be believed, and how much there is to do."""
    width, health = screen.size.width, shown.session.health
    left = _left(shown, screen, is_full=True)

    def counts(room: int) -> Line:
        if health.state is State.CONNECTING or not health.loaded:
            return ()
        return open_counts_line(shown.board.load, room, is_certain=health.is_complete)

    if shown.others is None:
        return spread(left, counts(width - width_of(left) - 2), width)
    short = _left(shown, screen, is_full=False)
    core = min(width_of(short), width // 2)
    # What is not complete is said as long as there is any room for it.
    heads = [left, short] if health.is_complete else [left]
    return shown.others.header(heads, core, counts, width)


def _left(shown: Shown, screen: SurroundingsScreen, *, is_full: bool) -> Line:
    health = shown.session.health
    return header(
        screen.options.profile,
        in_minutes(health) if screen.row_context.is_slow else health,
        is_demo=screen.options.is_demo,
        read_only=screen.options.read_only,
        masked=screen.masked,
        journal_problem=shown.journal.problem,
        is_full=is_full,
    )


def tabs_line(board: Board, health: Health, width: int) -> Line:
    """Return the row of saved worklists, with counts once anything is known."""
    is_known = bool(health.loaded) or health.is_complete
    items = [
        Tab(
            each.key,
            each.name,
            board.count(each) if is_known else None,
            health.is_complete,
            board.unsure(each),
        )
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
    if board.unsure_shown:
        count += line((f", {board.unsure_shown:,} without a time", Role.WARNING))
    if not health.is_complete and health.state is not State.UNCONNECTED:
        count += line((_lack(health), Role.WARNING))
    above, below = out_of_sight
    if above:
        count += line((f"  ↑{above:,}", Role.DIM))
    if below:
        count += line((f"  ↓{below:,}", Role.DIM))
    return join([order, news, count])


def _lack(health: Health) -> str:
    """Return in a few words why what is shown may not be all."""
    if health.loading:
        return ", not all read" if health.state is State.OFFLINE else ", still loading"
    if health.cut_off:
        return ", cut off"
    if health.is_checking:
        return ", checking"
    return ", some may be missing" if health.missing else ", some unreadable"
