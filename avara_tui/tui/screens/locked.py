"""The screen of a locked worklist: numbers, and how to get back. No text of any study."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from rich.style import Style
from textual import events
from textual.app import ComposeResult

from avara_tui.clock import Clock
from avara_tui.text import clean
from avara_tui.triage.access.connection import ConnectionProblem
from avara_tui.triage.reading.stat_count import StatCount
from avara_tui.tui.keys.by_hand import is_by_hand
from avara_tui.tui.lines import Line, Role, line, wrap
from avara_tui.tui.presentation.heading import span_text
from avara_tui.tui.terminal.screen import TerminalScreen
from avara_tui.tui.widgets.pane import Pane

_TICK: Final = 5.0


class LockedScreen(TerminalScreen[None]):
    """Lies over the worklist, and takes every key."""

    DEFAULT_CSS = """
    LockedScreen > Pane { height: 100%; }
    """

    def __init__(
        self,
        profile: str,
        styles: Mapping[Role, Style],
        *,
        clock: Clock,
        unlock: Callable[[], Awaitable[ConnectionProblem | None]],
        unsaved: int,
        is_typing: bool,
        alarms: Callable[[], int],
        others: Callable[[], Sequence[Line]],
    ) -> None:
        """``unsaved`` counts the changes of a draft; ``is_typing``: a text has been begun.

        ``alarms`` tells how many alarms nobody has noticed, ``others`` what other profiles have.
        """
        super().__init__()
        self._profile = profile
        self._clock = clock
        self._unlock = unlock
        self._unsaved = unsaved
        self._is_typing = is_typing
        self._alarms = alarms
        self._others = others
        self._count = StatCount()
        self._said: Line = ()
        self._problem: ConnectionProblem | None = None
        self._is_unlocking = False
        self._pane = Pane()
        self._pane.own_styles.update(styles)

    def compose(self) -> ComposeResult:
        """Lay out the one pane that there is."""
        yield self._pane

    def on_mount(self) -> None:
        """Draw, and keep the age of the count true."""
        self._draw()
        self.set_interval(_TICK, self._draw)

    def on_resize(self) -> None:
        """Draw for the room there is."""
        self.call_after_refresh(self._draw)

    def show_count(self, count: StatCount) -> None:
        """Show how many open STAT studies there are by now."""
        self._count = count
        self._draw()

    def on_key(self, event: events.Key) -> None:
        """Unlock at enter; say so at any other key."""
        event.stop()
        event.prevent_default()
        if self._is_unlocking:
            return
        if event.key == "enter" and not is_by_hand(self.app, event):
            self._show_line(
                line(
                    ("keys that came at once were taken for a paste: ", Role.WARNING),
                    ("enter", Role.KEY),
                    " unlocks",
                )
            )
        elif event.key == "enter":
            self._is_unlocking = True
            self.run_worker(self._try(), group="unlock", description="unlocking")
        else:
            self._show_line(line(("enter", Role.KEY), " unlocks"))

    def on_paste(self, event: events.Paste) -> None:
        """Do nothing with a pasted text, and say what unlocks."""
        event.stop()
        if not self._is_unlocking:
            self._show_line(line(("enter", Role.KEY), " unlocks"))

    async def _try(self) -> None:
        self._problem = None
        self._show_line(line(("asking for the key …", Role.DIM)))
        self._problem = await self._unlock()
        if self._problem is not None:
            self._is_unlocking = False
            self._show_line(())

    def _show_line(self, said: Line) -> None:
        self._said = said
        self._draw()

    def _draw(self) -> None:
        width = max(self.size.width - 4, 20)
        alarms = self._alarms()
        waiting = "1 alarm waits" if alarms == 1 else f"{alarms:,} alarms wait"
        lines = [
            line((f" {clean(self._profile)} ", Role.PROFILE), ("  locked", Role.STRONG)),
            (),
            *([line("  ", (f" {waiting} to be noticed ", Role.ALARM))] if alarms else []),
            *(line("  ") + each for each in self._stat_lines()),
            *(line("  ") + each for each in self._others()),
            (),
            *(line("  ") + each for each in self._kept_lines(width)),
            *(line("  ") + each for each in self._problem_lines(width)),
            line("  ") + (self._said or line(("enter", Role.KEY), " unlocks")),
        ]
        self._pane.show(lines)

    def _stat_lines(self) -> list[Line]:
        count, now = self._count, self._clock.now()
        if count.open is None or count.read_at is None:
            said = "open STAT studies: not known"
            if count.problem is None:
                return [line((f"{said} yet", Role.DIM))]
            return [line((said, Role.WARNING)), line((clean(str(count.problem)), Role.WARNING))]
        studies = "study" if count.open == 1 and count.is_sure else "studies"
        more = "" if count.is_sure else " or more"
        role = Role.STAT if count.open or more else Role.DIM
        lines = [line((f"▲ {count.open:,}{more} open STAT {studies}", role))]
        if count.arrived:
            lines.append(line((f"  {count.arrived:,} of them new since it was locked", Role.STAT)))
        seconds = max(now - count.read_at, 0.0)
        ago = f"{span_text(seconds)} ago" if seconds >= _TICK else "just now"
        if count.problem is None:
            lines.append(line((f"  counted {ago}", Role.DIM)))
        else:
            lines.append(line((f"  counted {ago}, and not since:", Role.WARNING)))
            lines.append(line((f"  {clean(str(count.problem))}", Role.WARNING)))
        return lines

    def _kept_lines(self, width: int) -> list[Line]:
        kept = []
        if self._unsaved:
            changes = "1 change is" if self._unsaved == 1 else f"{self._unsaved} changes are"
            kept.append(f"{changes} not saved")
        if self._is_typing:
            kept.append("a text or an answer is not finished")
        if not kept:
            return []
        said = f"{' and '.join(kept)}: it stays in memory, and is there when you unlock."
        return [*(line((part, Role.WARNING)) for part in wrap(said, width)), ()]

    def _problem_lines(self, width: int) -> list[Line]:
        problem = self._problem
        if problem is None:
            return []
        lines = [line((each, Role.WARNING)) for each in wrap(clean(str(problem)), width)]
        for remedy in problem.remedy.splitlines():
            lines += [line(each) for each in wrap(clean(remedy), width)]
        return [*lines, ()]
