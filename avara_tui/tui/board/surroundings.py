"""What stands around the table: whose it is, how far it may be believed, how much is shown."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from avara_tui.triage.reading.health import Health
from avara_tui.tui.board.board import Board
from avara_tui.tui.lines import Line, join
from avara_tui.tui.masking import veiled
from avara_tui.tui.presentation.empty_states import empty_state
from avara_tui.tui.presentation.heading import in_minutes
from avara_tui.tui.presentation.masthead import (
    Tags,
    fresh_forms,
    header,
    is_known,
    profile_forms,
    read_forms,
    shown_forms,
    tag_forms,
)
from avara_tui.tui.presentation.open_counts import chip_forms
from avara_tui.tui.presentation.tabs import Tab, tabs
from avara_tui.tui.protocols import Drawing, Keyed, Pointing, Started, Telling

if TYPE_CHECKING:
    from avara_tui.triage.journal.on_demand import JournalOnDemand
    from avara_tui.triage.reading.session import TriageSession
    from avara_tui.tui.board.arranging import Arranging
    from avara_tui.tui.board.news import News
    from avara_tui.tui.widgets.filter_bar import FilterBar
    from avara_tui.tui.widgets.pane import Pane
    from avara_tui.tui.widgets.table_rule import TableRule


class Others(Protocol):
    """Other profiles that are watched."""

    def header_forms(self) -> Sequence[Line]:
        """Return their counts for the header line, from the fullest form down."""
        ...


class Urgent(Protocol):
    """What is urgent."""

    @property
    def is_start_seen(self) -> bool:
        """Whether the person has taken notice of what was urgent at the start."""
        ...


class Shown(Protocol):
    """What there is to show around the table."""

    board: Board
    session: "TriageSession"
    arranging: "Arranging"
    news: "News"
    journal: "JournalOnDemand"

    @property
    def alarms(self) -> Urgent:
        """What is urgent."""
        ...

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
    def rule(self) -> "TableRule":
        """The line beside the table."""
        ...

    @property
    def filter_bar(self) -> "FilterBar":
        """Where the filter is typed and shown."""
        ...


def show_around(shown: Shown, screen: SurroundingsScreen) -> None:
    """Draw everything around the table again; what has not changed costs nothing."""
    board, health = shown.board, shown.session.health
    show_count(shown, screen)
    clears = screen.keymap.key("clear_filter")
    screen.filter_bar.show_filter(board.filter_text, clears, masked=screen.masked)
    connection = shown.session.connection
    screen.table.show_empty_state(
        empty_state(
            health,
            worklist=board.active.name,
            server=connection.base_url if connection else "",
            filter_text=veiled(board.filter_text, masked=screen.masked),
            unsure=board.unsure_shown,
            lacks_me=board.lacks_me,
            can_log_in=health.wants_key and screen.options.login is not None,
            width=screen.table.size.width,
            keymap=screen.keymap,
        )
    )


def show_count(shown: Shown, screen: SurroundingsScreen) -> None:
    """Draw again how many rows there are, and what is out of sight."""
    if screen.rule.display:
        screen.rule.show_bar(screen.table.bar(shown.board.stat_rows))
    tabs = tabs_line(shown.board, shown.session.health, screen.size.width)
    screen.masthead.show([header_line(shown, screen), tabs])


def header_line(shown: Shown, screen: SurroundingsScreen) -> Line:
    """Return what is urgent, how far it may be believed, and whose it is."""
    options, health, board = screen.options, shown.session.health, shown.board
    if screen.row_context.is_slow:
        health = in_minutes(health)
    chip: Sequence[Line] = [()]
    rows: Sequence[Line] = [()]
    if is_known(health):
        is_seen = shown.alarms.is_start_seen
        chip = chip_forms(board.load, is_certain=health.is_complete, is_seen=is_seen)
        rows = shown_forms(
            len(board.ids),
            board.count(board.active),
            screen.table.out_of_sight,
            is_filtered=bool(board.filter_text),
            unsure=board.unsure_shown,
            lacks_me=board.lacks_me,
        )
    news = shown.news.line()
    return header(
        {
            "chip": chip,
            "others": [()] if shown.others is None else shown.others.header_forms(),
            "news": [join([shown.arranging.order_line(), news]), news, ()],
            "shown": rows,
            "read": read_forms(health),
            "fresh": fresh_forms(health),
            "tags": tag_forms(
                Tags(options.is_demo, options.read_only, screen.masked, shown.journal.problem)
            ),
            "profile": profile_forms(
                options.profile, is_demo=options.is_demo, has_colour=_has_colour(screen)
            ),
        },
        screen.size.width,
    )


def _has_colour(screen: SurroundingsScreen) -> bool:
    config = screen.options.config
    return config is not None and config.profile(screen.options.profile).colour is not None


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
