"""The line at the foot: the keys of the moment, a notice, an alert, or a question to answer."""

import asyncio
from collections.abc import Callable, Sequence
from typing import NamedTuple

from textual import events

from avara_tui.tui.choices import YES_NO, Answer
from avara_tui.tui.key_turn import hand_over, keeps
from avara_tui.tui.lines import Line, Role, crop, join, line, spread, squeeze, truncate, width_of
from avara_tui.tui.terminal.layouts import pressed
from avara_tui.tui.widgets.pane import Pane

_LEAST_QUESTION = 16
"""Cells that a question keeps beside a remark."""


class Alert(NamedTuple):
    """Something that is said until the person has seen it."""

    said: Line
    about: str
    """What it is about, so that it can be withdrawn."""
    is_masked: bool
    """Whether it was put in words while names were hidden."""


class StatusLine(Pane, can_focus=True):
    """Shows one thing: a question before a notice before an alert before the keys."""

    DEFAULT_CSS = """
    StatusLine { dock: bottom; background: $surface; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._keys: Line = ()
        self._notice: Line = ()
        self._alerts: list[Alert] = []
        self.hides_names: Callable[[], bool] = lambda: False
        """Whether descriptions and names are hidden."""
        self._question: Line = ()
        self._remark: Line = ()
        self._answers: Sequence[Answer] = ()
        self._answered: asyncio.Future[str | None] | None = None

    def show_keys(self, keys: Line) -> None:
        """Set what stands here when there is nothing else to say."""
        self._keys = keys
        self._compose_line()

    def notice(self, *parts: Line) -> None:
        """Say something until the next key."""
        self._notice = join(parts)
        self._compose_line()

    def clear_notice(self) -> None:
        """Give the line back to the keys."""
        if self._notice:
            self._notice = ()
            self._compose_line()

    def alert(self, said: Line, about: str = "") -> None:
        """Say something until it is acknowledged, also when other keys come first.

        ``about`` names what it is about, so that it can be withdrawn.
        """
        self._alerts.append(Alert(said, about, self.hides_names()))
        self._notice = ()
        self._compose_line()

    def acknowledge(self) -> bool:
        """Take the alert that is shown as seen; return whether one is shown."""
        if not self._alerts or self._notice or self.is_asking:
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

    async def ask(self, question: Line, answers: Sequence[Answer] = YES_NO) -> str | None:
        """Ask, and return the key of the answer; None for escape, or when the focus is lost."""
        self._question = question
        self._remark = ()
        self._answers = answers
        self._answered = asyncio.get_running_loop().create_future()
        self._compose_line()
        try:
            return await self._answered
        finally:
            self._answered = None
            self._question = ()
            self._compose_line()

    def remark(self, said: Line) -> None:
        """Say something beside the question, until the next key."""
        self._remark = said
        self._compose_line()

    def on_key(self, event: events.Key) -> None:
        """Take the answer."""
        self._remark = ()
        if keeps(self, event) or self._answered is None or self._answered.done():
            return
        event.stop()
        event.prevent_default()
        key = pressed(event.key, event.character)
        if event.key == "escape" or key in {each.key for each in self._answers}:
            hand_over(self)
            self._answered.set_result(None if event.key == "escape" else key)
        self._compose_line()

    def on_blur(self) -> None:
        """Take a click elsewhere as no answer: nothing happens that was not said."""
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
            remark = crop(self._remark, max(room - _LEAST_QUESTION, 0))
            question = squeeze(self._question, room - width_of(remark) - 2 * bool(remark))
            left = line(" ") + join([question, remark])
            self.show([spread(left, choices, self.size.width)])
        elif self._notice:
            self.show([line(" ") + squeeze(self._notice, self.size.width - 1)])
        elif self._alerts:
            more = len(self._alerts) - 1
            count = line((f"+{more} ", Role.WARNING)) if more else ()
            hints = join([count, line(("esc", Role.KEY), " seen ")])
            room = self.size.width - width_of(hints) - 2
            said = line((" ! ", Role.WARNING)) + _condensed(self._said(self._alerts[0]), room - 2)
            self.show([spread(said, hints, self.size.width)])
        else:
            self.show([line(" ") + self._keys])

    def _said(self, alert: Alert) -> Line:
        """Return what an alert says, without the names that have come to be hidden since."""
        if self.hides_names() and not alert.is_masked:
            return line(("one of your edits needs a look: the history shows it", Role.WARNING))
        return alert.said

    def _choices(self) -> Line:
        """Return the answers: the question gives way to them when room is short."""
        answers = [line((each.key, Role.KEY), f" {each.word}") for each in self._answers]
        return join([*answers, line(("esc", Role.KEY), " back ")])


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
