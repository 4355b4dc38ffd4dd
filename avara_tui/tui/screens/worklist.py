"""The worklist screen: lays out the panes and forwards; what things mean is decided elsewhere."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from textual import events, on
from textual.app import ComposeResult

from avara_tui.tui.controller_protocol import Controller
from avara_tui.tui.keys.key_turn import forward_key
from avara_tui.tui.keys.places import Place
from avara_tui.tui.lines import Line, Role, line
from avara_tui.tui.options import RunOptions
from avara_tui.tui.presentation.row_context import RowContext
from avara_tui.tui.screens.acting import ActingScreen
from avara_tui.tui.terminal.palette import profile_style
from avara_tui.tui.widgets.alarm_banner import AlarmBanner
from avara_tui.tui.widgets.backdrop import Backdrop
from avara_tui.tui.widgets.card import Card
from avara_tui.tui.widgets.detail_pane import DetailPane
from avara_tui.tui.widgets.filter_bar import FilterBar
from avara_tui.tui.widgets.pane import Pane
from avara_tui.tui.widgets.study_table import StudyTable
from avara_tui.tui.widgets.table_rule import TableRule

if TYPE_CHECKING:
    from avara_tui.study import Study
    from avara_tui.tui.terminal.host import Host
    from avara_tui.worklist.query import Vocabulary

SMALLEST: Final = (60, 15)


class WorklistScreen(ActingScreen):
    """Masthead, filter, table, detail and status line."""

    AUTO_FOCUS = "StudyTable"
    HORIZONTAL_BREAKPOINTS = [(0, "-stacked"), (110, "-wide")]  # noqa: RUF012 - Textual's type
    VERTICAL_BREAKPOINTS = [(0, "-short"), (20, "-tall")]  # noqa: RUF012 - Textual's type
    app: "Host"

    def __init__(
        self, options: RunOptions, begin: "Callable[[WorklistScreen], None] | None" = None
    ) -> None:
        """``begin`` is called once the first frame is drawn, to put somebody behind the screen."""
        super().__init__(options)
        self._begin = begin
        self.row_context = RowContext()
        self.masthead = Pane(id="masthead")
        self.filter_bar = FilterBar(id="filter")
        self.table = StudyTable(self.row_context, id="table")
        self.rule = TableRule(id="rule")
        self.detail = DetailPane(self.row_context, id="detail")
        self.alarm_banner = AlarmBanner(id="alarms")
        self.alarms_over_card = AlarmBanner(classes="-over")
        self._too_small = Pane(id="too-small")
        self._detail_timer: asyncio.TimerHandle | None = None
        self._filter_hint: Line = ()

    def compose(self) -> ComposeResult:
        """Lay out the panes from top to bottom."""
        self.add_breakpoint_classes(self.app.size)
        yield self.masthead
        with Backdrop(id="body"):
            yield self.table
            yield self.rule
            yield self.detail
        yield self.alarm_banner
        # At the foot, where all else is typed: the studies stay where they are.
        yield self.filter_bar
        yield self.status

    def on_mount(self) -> None:
        """Paint what needs nothing, then begin in earnest."""
        config = self.options.config
        colour = config.profile(self.options.profile).colour if config else None
        if colour is not None:
            self.masthead.own_styles[Role.PROFILE] = profile_style(colour)
        self.masthead.show([line(("  starting …", Role.DIM))])
        self.row_context.save_bytes(is_slow=self.app.traits.is_slow)
        if self._begin is not None:
            self.call_after_refresh(self._begin, self)

    def attach(self, controller: Controller) -> None:
        """Let ``controller`` stand behind the screen from here on."""
        self.controller = controller
        self.table.call_when(moved=self._cursor_moved, scrolled=controller.show_count)
        controller.show()
        self.show_keys()

    async def on_unmount(self) -> None:
        """Close what is open before the program ends."""
        if self._detail_timer is not None:
            self._detail_timer.cancel()
        await self.controller.stop()

    def on_resize(self, event: events.Resize) -> None:
        """Say so when there is no room to show a study safely."""
        width, height = event.size
        self.set_class(self.is_too_small, "-too-small")
        if self.is_too_small:
            if not self._too_small.is_attached:
                self.mount(self._too_small)
            need = f"{SMALLEST[0]}x{SMALLEST[1]}"
            self._too_small.show(
                [
                    line((" Too small to be safe", Role.WARNING)),
                    line(f" terminal {width}x{height}, needed {need}"),
                    line(" make it larger, or ", (self.key("quit"), Role.KEY), " to quit"),
                ]
            )
        self.controller.show()
        self.show_keys()

    @property
    def is_too_small(self) -> bool:
        """Whether the terminal has no room to show a study safely."""
        return self.size.width < SMALLEST[0] or self.size.height < SMALLEST[1]

    @property
    def is_whole(self) -> bool:
        """Whether all its panes are there: as the program ends, they go one after the other."""
        panes = (self.masthead, self.table, self.detail, self.alarm_banner, self.status)
        return all(each.is_attached for each in panes)

    @property
    def alarm_rows(self) -> int:
        """How many rows the alarms take: nothing may lie over them."""
        return len(self.alarm_banner.lines)

    @property
    def is_typing(self) -> bool:
        """Whether a text or an answer has been begun and not ended."""
        taker = self.focused
        return taker not in {None, self.table, self.detail} and not isinstance(taker, Card)

    @property
    def hides_status(self) -> bool:
        """Whether something lies over the status line."""
        return not self.is_at_rest and not self.filter_bar.is_typing

    # What commands need of a screen.

    @property
    def masked(self) -> bool:
        """Whether descriptions and names are hidden."""
        return self.row_context.masked

    @property
    def home(self) -> StudyTable:
        """The table: it gets the keys when nothing else wants them."""
        return self.table

    def study_row(self, study: "Study") -> Line:
        """Return the row that shows which study a question is about."""
        from avara_tui.tui.presentation.study_row import study_row  # noqa: PLC0415 - on request only

        return study_row(study, self.row_context)

    def show_link(self, card: Card) -> None:
        """Lay a card with a link over the worklist, and give it the keys."""
        self.clear_notice()
        self.lay(card)

    @property
    def is_at_rest(self) -> bool:
        """Whether the keys go to the table or the detail, and nothing waits for an answer."""
        return self.focused in {self.table, self.detail}

    @property
    def place(self) -> Place:
        """Where the person is."""
        return Place.DETAIL if self.focused is self.detail else Place.TABLE

    def show_alarms_over_card(self, lines: Sequence[Line]) -> None:
        """Show alarms over a card that hides the place where they are shown else."""
        if lines and not self.alarms_over_card.is_attached:
            self.mount(self.alarms_over_card)
        if self.alarms_over_card.is_attached:
            self.alarms_over_card.show_alarms(lines)

    def write_to_terminal(self, sequence: str) -> None:
        """Send a control sequence of ours to the terminal."""
        self.app.write_to_terminal(sequence)

    def drafts_changed(self) -> None:
        """Show the drafts as they are by now."""
        self.detail.refresh_entries()
        self.table.repaint()

    # What the widgets say.

    def _cursor_moved(self) -> None:
        self.controller.cursor_moved(self.table.cursor_id)
        if self._detail_timer is not None:
            self._detail_timer.cancel()
        # Not a timer of Textual's: making one takes as long as drawing the row.
        loop = asyncio.get_running_loop()
        self._detail_timer = loop.call_later(self.app.traits.detail_delay, self._detail_follows)

    def _detail_follows(self) -> None:
        self._detail_timer = None
        if self.is_running and self.is_active:
            self.run_command(self.controller.detail_follows())

    @on(StudyTable.TitleClicked)
    def _title_clicked(self, event: StudyTable.TitleClicked) -> None:
        self.controller.title_clicked(event.column_id, adds=event.adds)

    @on(StudyTable.MarkClicked)
    def _mark_clicked(self, event: StudyTable.MarkClicked) -> None:
        self.controller.mark_clicked(up_to=event.up_to)

    @on(StudyTable.Chosen)
    @on(DetailPane.Clicked)
    def _into_detail(self) -> None:
        if self.controller.has_target:
            self.set_focus(self.detail, scroll_visible=False)

    @on(FilterBar.Edited)
    def _filter_edited(self, event: FilterBar.Edited) -> None:
        self.controller.filter_edited(event.text)

    @on(FilterBar.Altered)
    def _paste_altered(self, event: FilterBar.Altered) -> None:
        self.notice(line((event.said, Role.WARNING)))

    @on(FilterBar.Asked)
    def _filter_asked(self, event: FilterBar.Asked) -> None:
        self.controller.filter_asked(event.key, event.text)

    @on(FilterBar.Finished)
    async def _filter_finished(self, event: FilterBar.Finished) -> None:
        turn = self.key_turn.take_hold()
        await self.controller.filter_finished(event.text)
        self.key_turn.release(turn)

    async def type_filter(self, vocabulary: Callable[[], "Vocabulary"]) -> None:
        """Open the filter's input; the keys typed ahead are for it."""
        from avara_tui.tui.widgets.filter_suggester import FilterSuggester  # noqa: PLC0415 - on request only

        turn = self.key_turn.hold()
        await self.filter_bar.type(FilterSuggester(vocabulary))
        self.key_turn.release(turn)

    def hint(self, content: Line) -> None:
        """Show a line below the filter while it is typed; an empty one takes it away."""
        self._filter_hint = content
        self.show_keys()

    def watch_focused(self) -> None:
        """Show the keys of the place where the person is now, and the place itself."""
        if not self.is_whole:
            return
        if self.focused in {self.table, self.detail}:
            self.set_class(self.focused is self.detail, "-in-detail")
        self.show_keys()
        self.controller.show_alarms()

    @on(DetailPane.Changed)
    def show_keys(self) -> None:
        """Show the keys that fit the moment."""
        self.detail.keys_changed()
        has_own_keys = self.is_covered or isinstance(self.focused, Card)
        keys = () if has_own_keys else self.controller.keys()
        self.status.show_keys(self._filter_hint or keys)

    def on_key(self, event: events.Key) -> None:
        """Take the keys while no widget can have them, as on a terminal that is too small."""
        if self.focused is None:
            forward_key(self, event, Place.TABLE)
