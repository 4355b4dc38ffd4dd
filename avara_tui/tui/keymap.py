"""Which key stands for which action, in which place."""

from collections.abc import Mapping
from typing import Final

from textual import events

from avara_tui.tui.actions import ACTIONS, Place

_EVERYWHERE: Final = Place.WORKLIST


def default_keymap() -> Mapping[tuple[Place, str], str]:
    """Return the action ids by place and key."""
    return {(action.place, key): action.id for action in ACTIONS for key in action.keys.split(",")}


class Keymap:
    """Finds the action that a key press means."""

    def __init__(self, keys: Mapping[tuple[Place, str], str] | None = None) -> None:
        self._keys = keys if keys is not None else default_keymap()

    def action(self, event: events.Key, place: Place) -> str | None:
        """Return the action id of a key in a place: the place's own keys go first."""
        for where in (place, _EVERYWHERE):
            for name in (event.key, *event.aliases):
                found = self._keys.get((where, name))
                if found is not None:
                    return found
        return None

    @staticmethod
    def worklist(event: events.Key) -> int | None:
        """Return which saved worklist a number key stands for, counted from 0."""
        is_number = len(event.key) == 1 and event.key in "123456789"
        return int(event.key) - 1 if is_number else None
