"""The Textual app: it only wires. What it shows is the screen's, what it does the commands'."""

import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events
from textual.binding import Binding, BindingType
from textual.filter import LineFilter, NoColor

from avara_tui.triage.process.crash import crash_report
from avara_tui.tui.keys.key_turn import types
from avara_tui.tui.lines import Role, line
from avara_tui.tui.options import RunOptions
from avara_tui.tui.screens.worklist import WorklistScreen
from avara_tui.tui.terminal.app import bound_action
from avara_tui.tui.terminal.bursts import Arrivals
from avara_tui.tui.terminal.ending import MustEnd
from avara_tui.tui.terminal.host import DEFAULT_TRAITS, Host
from avara_tui.tui.terminal.output_filter import CleanOutput
from avara_tui.tui.terminal.themes import SAFE, own_themes
from avara_tui.tui.terminal.traits import Letters, TerminalTraits
from avara_tui.tui.terminal.translation import EscapedKey

if TYPE_CHECKING:
    from avara_tui.tui.controller_protocol import Unsaved

TICK: Final = 5.0
"""Seconds between two looks at the clock, and at the settings file."""
_COLOURLESS: Final = NoColor()


class WorklistApp(Host, inherit_bindings=False):
    """The worklist in a terminal."""

    TITLE = "avara-tui"
    CSS_PATH = "screens/worklist.tcss"
    ENABLE_COMMAND_PALETTE = False
    # Not Textual's ctrl+q: flow control takes it, and it would leave a draft without asking.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c,ctrl+backslash", "help_quit", show=False, system=True),
        Binding("ctrl+z", "suspend_process", show=False, system=True, priority=True),
    ]

    def __init__(self, options: RunOptions, traits: TerminalTraits = DEFAULT_TRAITS) -> None:
        super().__init__(traits, options.clock)
        self.options = options
        for theme in (SAFE, *own_themes(options.config)):
            self.register_theme(theme)
        self.arrivals = Arrivals()
        """When each key came. The driver notes them as it reads them."""
        self.crash_error: BaseException | None = None
        """The mistake of its own that it ended by."""
        self.end_reason = ""
        """What it was ended by, if not by the person: "ended by SIGTERM"."""
        self._leaving: list[Unsaved] = []
        self._own_filters: list[LineFilter] = [CleanOutput()]
        if traits.letters is not Letters.ALL:
            from avara_tui.tui.terminal.ascii_output import AsciiOutput  # noqa: PLC0415 - most need it not

            self._own_filters.insert(0, AsciiOutput(traits.letters))

    async def on_event(self, event: events.Event) -> None:
        """Take note that somebody is there; draw again on request, wherever the person is.

        What something else has written over is to be seen again before anybody types into it.
        """
        if isinstance(event, events.Key):
            self.arrivals.note(event)
        if isinstance(event, (events.InputEvent, events.Paste)):
            self.last_input = self._clock.now()
        if isinstance(event, EscapedKey):
            for key in self._meant_by(event):
                key.time = event.time
                await self._dispatch_event(key)
        else:
            await self._dispatch_event(event)

    async def _dispatch_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key) and self._asks_to_draw_anew(event):
            self.draw_anew()
        else:
            await super().on_event(event)

    def _meant_by(self, event: EscapedKey) -> Sequence[events.Key]:
        """Return a key with alt if that means something where the person is, else esc and the key.

        Terminals send the same for both.
        """
        whole, second = event.whole, event.second
        differs = whole.key != second.key
        taker, screen = self.focused, self.screen
        if taker is not None and types(taker):
            writes = whole.is_printable and whole.character != second.character
            if differs and (writes or bound_action(taker, whole.key)):
                return (whole,)
        elif isinstance(screen, WorklistScreen) and screen.is_at_rest:
            for key in (event.with_alt, whole) if differs else ():
                if screen.means(key):
                    return (key,)
        return event.parts

    async def show_profile(self, options: RunOptions) -> None:
        """Close what is open, drop its studies, and start again as ``options`` say."""
        self.options = options
        await self.replace_screen(WorklistScreen(options, self._begin))

    def get_default_screen(self) -> WorklistScreen:
        """Return the worklist: it is there from the first frame on."""
        return WorklistScreen(self.options, self._begin)

    def _begin(self, screen: WorklistScreen) -> None:
        """Put the controller behind a screen, once its first frame is drawn."""
        from avara_tui.triage.reading.connector import Connector  # noqa: PLC0415 - not needed for the first frame

        options = screen.options
        connector = Connector(options.connect)
        connector.start_early()
        from avara_tui.tui.controller.worklist import WorklistController  # noqa: PLC0415 - while the key is looked for

        controller = WorklistController(screen, connector)
        screen.attach(controller)
        controller.start()
        screen.set_interval(TICK, controller.tick)
        if options.config is not None and options.settings_file is not None:
            from avara_tui.tui.controller.settings_watch import SettingsWatch  # noqa: PLC0415 - not before

            watch = SettingsWatch(
                screen, controller.settings_takers, options.config, options.settings_file
            )
            screen.set_interval(TICK, watch.look)
        if options.tour and not screen.is_too_small:
            controller.guide.offer_tour()

    def get_line_filters(self) -> list[LineFilter]:
        """Return Textual's filters and, last, ours."""
        if self.no_color:
            # Textual's own would draw the theme in greys, which are colours too.
            return [_COLOURLESS, *self._own_filters]
        return [*super().get_line_filters(), *self._own_filters]

    def _asks_to_draw_anew(self, event: events.Key) -> bool:
        """Whether a key means that here: one with ctrl or alt or F, that means nothing else."""
        may_be_meant = "+" in event.key or event.key[1:].isdigit()
        worklist = self.screen_stack[0] if self.screen_stack else None
        if not may_be_meant or not isinstance(worklist, WorklistScreen):
            return False
        focused = self.focused
        nodes = () if focused is None else focused.ancestors_with_self
        return worklist.keymap.has_key("redraw", event) and not any(
            bound_action(node, event.key) for node in nodes
        )

    def action_help_quit(self) -> None:
        """Say how to quit, in the status line: a toast would repaint half the screen."""
        if isinstance(self.screen, WorklistScreen):
            self.screen.notice(line("press ", (self.screen.key("quit"), Role.KEY), " to quit"))

    def on_must_end(self, event: MustEnd) -> None:
        """End at once, asking nobody; count first what is lost by it."""
        if not self.end_reason:
            self.end_reason = f"ended by {event.number.name}"
            self._count_losses()
        self.exit(return_code=128 + event.number)

    def _count_losses(self) -> None:
        for screen in self.screen_stack:
            if not isinstance(screen, WorklistScreen):
                continue
            leaving = screen.controller.leave()
            if leaving is not None:
                self._leaving.append(leaving)

    @property
    def losses(self) -> list[str]:
        """What was lost with the program, a clause each; to be asked when it has ended."""
        return [each for leaving in self._leaving for each in leaving.losses]

    @property
    def crash_report(self) -> str | None:
        """Types and places of the mistake that ended it; None if none did."""
        return None if self.crash_error is None else crash_report(self.crash_error)

    def crashed(self, error: BaseException | None) -> None:
        """Take note of the error, and count what is lost by it."""
        self.crash_error = error
        with contextlib.suppress(Exception):  # whatever is broken by now: the error is told
            self._count_losses()
