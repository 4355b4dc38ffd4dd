"""The line at the foot: the keys of the moment, a notice, an alert, or a question to answer."""

import asyncio
import time
from collections.abc import Callable, Sequence

from textual import events
from textual.geometry import Region
from textual.strip import Strip

from avara_tui.tui.choices import BACK, YES_NO, Answer, answers_line
from avara_tui.tui.keys.actions import Does, Meaning
from avara_tui.tui.keys.key_turn import hand_over, keeps
from avara_tui.tui.lines import Line, Role, crop, join, line, spread, squeeze, truncate, width_of
from avara_tui.tui.notices import LATEST, MOST_WAITING, ONE_FRAME, STANDS, Alert, Kind, Notice
from avara_tui.tui.terminal.layouts import pressed
from avara_tui.tui.widgets.pane import Pane


class StatusLine(Pane, can_focus=True):
    """Shows one thing: a question before a notice before an alert before the keys."""

    DEFAULT_CSS = """
    StatusLine { dock: bottom; background: $surface; }
    """

    def __init__(
        self,
        *,
        hides_names: Callable[[], bool] = lambda: False,
        is_covered: Callable[[], bool] = lambda: False,
        id: str | None = None,  # noqa: A002
    ) -> None:
        """``hides_names`` tells whether descriptions and names are hidden at the moment.

        ``is_covered`` tells whether something else lies over the line.
        """
        super().__init__(id=id)
        self._keys: Line = ()
        self._notice: Notice | None = None
        self._said_at = 0.0
        self._drawn_at: float | None = None
        """When the notice was first sent to the terminal."""
        self._waiting: list[Notice | None] = []
        """What follows the notice once it has stood long enough; None for nothing."""
        self._next: asyncio.TimerHandle | None = None
        self._alerts: list[Alert] = []
        self._hides_names = hides_names
        self._is_covered = is_covered
        self._was_out_of_sight = False
        self._question: Line = ()
        self._answers: Sequence[Answer] = ()
        self._keep = BACK
        self._answered: asyncio.Future[str | None] | None = None

    def show_keys(self, keys: Line) -> None:
        """Set what stands here when there is nothing else to say."""
        self._keys = keys
        self._compose_line()
        self._go_on()

    def notice(self, notice: Notice) -> None:
        """Say something until the next key.

        An answer to an older key never takes the place of one to a newer key: it is kept until
        the person has seen it, if it matters then.
        """
        newest = self._newest
        if newest is None or newest.press <= notice.press:
            self._follow(notice if notice.said else None)
        elif notice.kind.is_kept:
            self._alerts.append(Alert(notice.said, "", self._hides_names(), is_late=True))
            self._compose_line()

    def clear_notice(self, press: int) -> None:
        """Give the line back to the keys, unless it answers a newer key than ``press``."""
        newest = self._newest
        if newest is not None and newest.press <= press:
            self._follow(None)

    def alert(self, said: Line, press: int, about: str = "") -> None:
        """Say something until it is acknowledged, also when other keys come first.

        ``about`` names what it is about, so that it can be withdrawn.
        """
        self._alerts.append(Alert(said, about, self._hides_names()))
        self.clear_notice(press)
        self._compose_line()

    @property
    def _newest(self) -> Notice | None:
        """What was said last, be it shown already or not."""
        return next((each for each in reversed(self._waiting) if each), self._notice)

    def _follow(self, notice: Notice | None) -> None:
        """Show ``notice`` as soon as what must be seen before it has been."""
        said_anew = notice.press if notice is not None and notice.kind is Kind.WRITTEN else -1
        self._waiting = [
            each
            for each in self._waiting
            if each is not None and each.kind.stands and each.press != said_anew
        ]
        self._waiting.append(notice)
        self._go_on()

    def _go_on(self) -> None:
        """Show what waits, each for its time; the last of it stays."""
        if self._next is not None:
            self._next.cancel()
            self._next = None
        now = time.monotonic()
        is_out_of_sight = self.is_asking or self._is_covered()
        if self._was_out_of_sight and not is_out_of_sight:
            self._said_at, self._drawn_at = now, None
        self._was_out_of_sight = is_out_of_sight
        while self._waiting:
            if self._notice is not None and self._notice.kind.stands and is_out_of_sight:
                return
            left = self._left(now)
            if self._notice is not None and self._notice.kind.stands and left > 0:
                self._next = asyncio.get_running_loop().call_later(left, self._go_on)
                return
            self._notice = self._waiting.pop(0)
            self._said_at, self._drawn_at = now, None
            self._compose_line()

    def _left(self, now: float) -> float:
        """Return for how many seconds the notice must still stand; a busy program draws late."""
        if self._drawn_at is not None:
            is_hurried = len(self._waiting) > MOST_WAITING
            return self._drawn_at + (ONE_FRAME if is_hurried else STANDS) - now
        return STANDS if now < self._said_at + LATEST else 0.0

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return rows for the terminal, and take note that it gets them."""
        if self._drawn_at is None:
            self._drawn_at = time.monotonic()
        return super().render_lines(crop)

    def acknowledge(self) -> bool:
        """Take the alert that is shown as seen; return whether one is shown."""
        if not self._alerts or self._notice is not None or self.is_asking:
            return False
        del self._alerts[0]
        self._compose_line()
        return True

    def withdraw(self, about: str) -> None:
        """Take back the alerts about something that is no longer so."""
        self._alerts = [each for each in self._alerts if each.about != about]
        self._compose_line()

    def acknowledge_all(self) -> None:
        """Take all alerts as seen."""
        self._alerts.clear()
        self._compose_line()

    @property
    def alerts(self) -> Sequence[Line]:
        """What the person has not seen yet, the oldest first."""
        return [each.said for each in self._alerts]

    @property
    def is_asking(self) -> bool:
        """Whether a question waits for its answer."""
        return self._answered is not None

    async def ask(
        self, question: Line, answers: Sequence[Answer] = YES_NO, keep: str = BACK
    ) -> str | None:
        """Ask, and return the key of the answer; None for escape, or when the focus is lost.

        ``keep`` says what escape leaves as it is.
        """
        self._question, self._answers, self._keep = question, answers, keep
        self._answered = asyncio.get_running_loop().create_future()
        self._was_out_of_sight = True
        self._compose_line()
        try:
            return await self._answered
        finally:
            self._answered = None
            self._question = ()
            self._compose_line()
            self._go_on()

    def on_key(self, event: events.Key) -> None:
        """Take the answer."""
        key = pressed(event.key, event.character)
        word = next((each.word for each in self._answers if each.key == key), "")
        is_kept = keeps(self, event, Meaning(Does.ACTS, f"{key} {word}".rstrip()))
        if is_kept or self._answered is None or self._answered.done():
            return
        event.stop()
        event.prevent_default()
        if event.key == "escape" or key in {each.key for each in self._answers}:
            hand_over(self)
            self._answered.set_result(None if event.key == "escape" else key)

    def on_blur(self) -> None:
        """Take a click elsewhere as no answer: nothing happens that was not said.

        Where the line has the keys again by now, it lost them at the end of the question before.
        """
        if self.screen.focused is self:
            return
        if self._answered is not None and not self._answered.done():
            self._answered.set_result(None)

    def on_resize(self, event: events.Resize) -> None:
        """Draw for the room there is."""
        super().on_resize(event)
        self._compose_line()

    def _compose_line(self) -> None:
        if self._answered is not None:
            choices = self._choices()
            room = self.size.width - width_of(choices) - 2
            question = line(" ") + squeeze(self._question, room)
            self.show([spread(question, choices, self.size.width)])
        elif self._notice is not None:
            late = line((f"+{len(self._alerts)} ", Role.WARNING)) if self._alerts else ()
            said = squeeze(self._notice.said, self.size.width - 1 - width_of(late))
            self.show([spread(line(" ") + said, late, self.size.width)])
        elif self._alerts:
            more = len(self._alerts) - 1
            count = line((f"+{more} ", Role.WARNING)) if more else ()
            hints = join([count, line(("esc", Role.KEY), " seen ")])
            room = self.size.width - width_of(hints) - 2
            sign = (" + ", Role.KEY) if self._alerts[0].is_late else (" ! ", Role.WARNING)
            said = line(sign) + _condensed(self._said(self._alerts[0]), room - 2)
            self.show([spread(said, hints, self.size.width)])
        else:
            self.show([self._keys])

    def _said(self, alert: Alert) -> Line:
        """Return what an alert says, without the names that have come to be hidden since."""
        if self._hides_names() and not alert.is_masked:
            return line(("one of your edits needs a look: the history shows it", Role.WARNING))
        return alert.said

    def _choices(self) -> Line:
        """Return the answers: the question gives way to them when room is short."""
        return answers_line(self._answers, self._keep) + line(" ")


def _condensed(content: Line, width: int) -> Line:
    """Return ``content`` in ``width`` cells: details give way first, then the study's name."""
    for role, least in ((Role.DIM, 0), (Role.STRONG, 8)):
        spans = list(content)
        for index in reversed(range(len(spans))):
            excess = width_of(tuple(spans)) - width
            text, own = spans[index]
            if own is role and excess > 0:
                room = max(width_of((spans[index],)) - excess, least)
                spans[index] = (truncate(text, room), own)
        content = tuple(spans)
    return crop(content, width)
