"""The worklist screen: lays out the panes and forwards; what things mean is decided elsewhere."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from textual import events, on
from textual.app import ComposeResult

from avara_tui.config import KeyPreset
from avara_tui.tui.controller_protocol import Controller, NoController
from avara_tui.tui.keys.actions import Does
from avara_tui.tui.keys.key_turn import FREE, Meaning, take
from avara_tui.tui.keys.places import Place
from avara_tui.tui.lines import Line, Role, line
from avara_tui.tui.notices import PRESS, Press
from avara_tui.tui.options import RunOptions
from avara_tui.tui.presentation.row_context import RowContext
from avara_tui.tui.screens.asking import AskingScreen
from avara_tui.tui.terminal.palette import profile_style
from avara_tui.tui.widgets.alarm_banner import AlarmBanner
from avara_tui.tui.widgets.backdrop import Backdrop
from avara_tui.tui.widgets.card import LEAVING_KEYS, Card
from avara_tui.tui.widgets.detail_pane import DetailPane
from avara_tui.tui.widgets.filter_bar import FilterBar
from avara_tui.tui.widgets.pane import Pane
from avara_tui.tui.widgets.study_table import StudyTable

if TYPE_CHECKING:
    from avara_tui.config import Config
    from avara_tui.tui.keys.keymap import Keymap
    from avara_tui.tui.terminal.host import Host
    from avara_tui.worklist.drafts import Drafts
    from avara_tui.worklist.query import Vocabulary

SMALLEST: Final = (60, 15)


class WorklistScreen(AskingScreen):
    """Masthead, filter, table, detail and status line."""

    AUTO_FOCUS = "StudyTable"
    HORIZONTAL_BREAKPOINTS = [(0, "-stacked"), (110, "-wide")]  # noqa: RUF012 - Textual's type
    VERTICAL_BREAKPOINTS = [(0, "-short"), (20, "-tall")]  # noqa: RUF012 - Textual's type
    app: "Host"

    def __init__(
        self, options: RunOptions, begin: "Callable[[WorklistScreen], None] | None" = None
    ) -> None:
        """``begin`` is called once the first frame is drawn, to put somebody behind the screen."""
        super().__init__()
        self.controller: Controller = NoController(self._exit)
        self._begin = begin
        self.options = options
        self._keymap: Keymap | None = None
        self.row_context = RowContext()
        self.masthead = Pane(id="masthead")
        self.filter_bar = FilterBar(id="filter")
        self.table = StudyTable(self.row_context, id="table")
        self.detail = DetailPane(self.row_context, id="detail")
        self.alarm_banner = AlarmBanner(id="alarms")
        self.alarms_over_card = AlarmBanner(classes="-over")
        self._too_small = Pane(id="too-small")
        self._detail_timer: asyncio.TimerHandle | None = None
        self.status.is_covered = lambda: not self.is_at_rest and not self.filter_bar.is_typing
        self.keys_pressed = 0
        """How many keys the table and the detail have had."""

    def compose(self) -> ComposeResult:
        """Lay out the panes from top to bottom."""
        # Textual would do this after the first frame, and then lay out and draw all once more.
        size = self.app.size
        for length, breakpoints in (
            (size.width, self.HORIZONTAL_BREAKPOINTS),
            (size.height, self.VERTICAL_BREAKPOINTS),
        ):
            self.add_class(*self._get_breakpoint_classes(length, breakpoints), update=False)
        yield self.masthead
        yield self.filter_bar
        with Backdrop(id="body"):
            yield self.table
            yield self.detail
        yield self.alarm_banner
        yield self.status

    def on_mount(self) -> None:
        """Paint what needs nothing, then begin in earnest."""
        config = self.options.config
        colour = config.profile(self.options.profile).colour if config else None
        if colour is not None:
            self.masthead.own_styles[Role.PROFILE] = profile_style(colour)
        name = line((f" {self.options.profile} ", Role.PROFILE), ("  starting …", Role.DIM))
        self.masthead.show([name])
        self.row_context.is_slow = self.app.traits.is_slow
        if self._begin is not None:
            self.call_after_refresh(self._begin, self)

    def take_over(self, controller: Controller) -> None:
        """Let ``controller`` stand behind the screen from here on."""
        self.controller = controller
        self.table.when_moved = self._cursor_moved
        self.table.when_scrolled = controller.show_count
        controller.show()
        self.show_keys()

    def take_settings(self, config: "Config") -> None:
        """Let the keys of other settings count."""
        self._keymap = _keymap(config)
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
    def keymap(self) -> "Keymap":
        """Which key stands for what."""
        if self._keymap is None:
            self._keymap = _keymap(self.options.config)
        return self._keymap

    @property
    def alarm_rows(self) -> int:
        """How many rows the alarms take: nothing may lie over them."""
        return len(self.alarm_banner.lines)

    @property
    def is_typing(self) -> bool:
        """Whether a text or an answer has been begun and not ended."""
        taker = self.focused
        return taker not in {None, self.table, self.detail} and not isinstance(taker, Card)

    def _exit(self) -> None:
        self.app.exit()

    # What commands need of a screen.

    @property
    def masked(self) -> bool:
        """Whether descriptions and names are hidden."""
        return self.row_context.masked

    def key(self, action_id: str) -> str:
        """Return the key of an action as a person reads it."""
        return self.keymap.key(action_id)

    @property
    def home(self) -> StudyTable:
        """The table: it gets the keys when nothing else wants them."""
        return self.table

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

    @property
    def drafts(self) -> "Drafts":
        """The edits that are begun and not saved."""
        return self.detail.drafts

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
        turn = self.key_turn.take_over()
        await self.controller.filter_finished(event.text)
        self.key_turn.release(turn)

    async def type_filter(self, vocabulary: Callable[[], "Vocabulary"]) -> None:
        """Open the filter's input; the keys typed ahead are for it."""
        from avara_tui.tui.widgets.filter_suggester import FilterSuggester  # noqa: PLC0415 - on request only

        turn = self.key_turn.hold()
        await self.filter_bar.type(FilterSuggester(vocabulary))
        self.key_turn.release(turn)

    def watch_focused(self) -> None:
        """Show the keys of the place where the person is now, and the place itself."""
        if self.focused in {self.table, self.detail}:
            self.set_class(self.focused is self.detail, "-in-detail")
        self.show_keys()
        self.controller.show_alarms()

    @on(DetailPane.Changed)
    def show_keys(self) -> None:
        """Show the keys that fit the moment."""
        self.status.show_keys(() if self.is_covered else self.controller.keys())

    # Keys.

    def on_key(self, event: events.Key) -> None:
        """Take the keys while no widget can have them, as on a terminal that is too small."""
        if self.focused is None:
            take(self, event, Place.TABLE)

    def meaning(self, event: events.Key, place: Place) -> Meaning:
        """Return what a key means in ``place``."""
        action_id = self.keymap.action(event, place)
        index = self.keymap.worklist(event)
        if action_id is None:
            return FREE if index is None else Meaning(Does.ACTS, f"{event.key} worklist")
        action = self.keymap.actions[action_id]
        if action.does is Does.MOVES:
            return FREE
        return Meaning(action.does, f"{self.key(action_id)} {action.label}")

    def take_key(self, event: events.Key, place: Place) -> None:
        """Do what a key stands for in ``place``, before the next key is looked at."""
        if not self.is_active:
            return
        self.keys_pressed += 1
        if self.is_too_small:
            # What lies under that cannot be seen: no key may act on it, or take it as seen.
            if self.keymap.action(event, place) == "quit":
                self.act("quit")
            return
        PRESS.set(Press(self.pressed))
        if self.controller.end_tour() and self._only_closes(event, place):
            event.stop()
            return
        if event.key == "escape" and self.status.acknowledge():
            event.stop()
            return
        if not self.key_turn.is_told_of(event):
            self.clear_notice()
        action_id = self.keymap.action(event, place)
        index = self.keymap.worklist(event)
        if action_id is not None:
            self.act(action_id)
        elif index is not None:
            self.controller.choose(index)
        else:
            self.tell_layout(event)
            return
        event.stop()
        event.prevent_default()

    def _only_closes(self, event: events.Key, place: Place) -> bool:
        """Whether a key that took the tour away has done all that it may do.

        Under the tour nobody has seen what would be written to or opened.
        """
        if event.key in LEAVING_KEYS:
            return True
        action_id = self.keymap.action(event, place)
        action = None if action_id is None else self.keymap.actions[action_id]
        if action is None or not (action.writes or action.opens):
            return False
        name = f"{self.key(action.id)} {action.label}"
        self.notice(line(f"that key closed the welcome: press {name} again to do it"))
        return True

    def means(self, event: events.Key) -> bool:
        """Whether a key stands for an action where the person is."""
        return self.keymap.action(event, self.place) is not None

    def act(self, action_id: str) -> None:
        """Do an action, or say why it cannot be done."""
        if not self.is_too_small or action_id == "quit":
            self.do(action_id, partial(self.controller.act, action_id))

    def do(self, action_id: str, command: Callable[[], Awaitable[object] | None]) -> None:
        """Do what an action stands for by ``command``, or say why the action cannot be done."""
        reason = self.controller.refusal(action_id)
        if reason is not None:
            self.notice(line((f"{self.keymap.actions[action_id].label}: {reason}", Role.WARNING)))
            return
        left = command()
        if left is not None:
            self.run_command(left)


def _keymap(config: "Config | None") -> "Keymap":
    """Return the keys that the settings ask for; few ask for any."""
    from avara_tui.tui.keys.keymap import Keymap  # noqa: PLC0415 - not for the first frame

    if config is None:
        return Keymap()
    if not config.keys and not config.commands and config.key_preset is KeyPreset.STANDARD:
        return Keymap()
    from avara_tui.tui.keys.key_settings import keymap_of  # noqa: PLC0415 - not for the first frame

    return keymap_of(config)
