"""A pane that lies over the worklist for a while and has the keys."""

from typing import ClassVar, Final

from textual import events
from textual.message import Message
from textual.widget import Widget

from avara_tui.tui.keys.actions import Meaning
from avara_tui.tui.keys.key_turn import card_meaning, hand_over, keeps
from avara_tui.tui.widgets.pane import Pane

LEAVING_KEYS: Final = frozenset({"escape", "q"})
"""The keys that close every card but those in which one can type."""
CLOSING_KEYS: Final = LEAVING_KEYS | {"enter", "question_mark"}
"""The keys that close a card in which there is nothing to choose."""


def takes(widget: Widget, event: events.Key, meaning: Meaning | None = None) -> bool:
    """Whether ``event`` is for ``widget`` to act on. If so, nothing else will act on it.

    Unless ``meaning`` says otherwise, whatever does not move acts.
    """
    if keeps(widget, event, card_meaning(event) if meaning is None else meaning):
        return False
    event.stop()
    event.prevent_default()
    return True


class Card(Pane, can_focus=True):
    """Something shown on request. It goes when it is closed or loses the keys."""

    covers_all: ClassVar[bool] = False
    """Whether it lies over everything, the alarms too: those are then shown on top of it."""

    _returns_to: Widget | None = None

    class Closed(Message):
        """The card is done and may be taken away."""

        def __init__(self, card: "Card") -> None:
            super().__init__()
            self.card = card

    @property
    def returns_to(self) -> Widget | None:
        """Who had the keys before, and gets them back."""
        return self._returns_to

    def return_to(self, widget: Widget | None) -> None:
        """Say who has the keys before the card gets them."""
        self._returns_to = widget

    def on_key(self, event: events.Key) -> None:
        """Go at the keys that close cards."""
        if keeps(self, event, card_meaning(event)) or event.key not in CLOSING_KEYS:
            return
        event.stop()
        event.prevent_default()
        self.close_by_key()

    def close_by_key(self) -> None:
        """Close; the keys that follow are for the worklist."""
        hand_over(self)
        self.close()

    def close(self) -> None:
        """Say that the card is done."""
        self.post_message(self.Closed(self))

    def on_blur(self) -> None:
        """Go when the person goes on elsewhere."""
        self.close()
