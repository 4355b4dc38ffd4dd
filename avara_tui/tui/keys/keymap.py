"""Which key stands for which action, in which place."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from textual import events

from avara_tui.tui.keys.actions import BY_ID, Action
from avara_tui.tui.keys.key_names import key_name
from avara_tui.tui.keys.places import Place
from avara_tui.tui.terminal.layouts import is_foreign

_EVERYWHERE: Final = Place.WORKLIST
Keys = tuple[str, ...]
"""The keys of one action, in Textual's names, the one that is shown first."""


def default_keys(action: Action) -> Keys:
    """Return the keys that an action has unless the settings say otherwise."""
    return tuple(action.keys.split(",")) if action.keys else ()


class Keymap:
    """Finds the action that a key press means, and the key that an action has."""

    def __init__(
        self, changed: Mapping[str, Keys] | None = None, *, more: Iterable[Action] = ()
    ) -> None:
        """``changed`` holds, by action id, the keys that differ from the defaults.

        ``more`` are actions besides the built-in ones.
        """
        self.actions: Final[Mapping[str, Action]] = {**BY_ID, **{each.id: each for each in more}}
        """Every action there is, by its id."""
        self._keys_of = {each.id: default_keys(each) for each in self.actions.values()}
        self._keys_of.update(changed or {})
        self._actions = {
            (self.actions[action_id].place, key): action_id
            for action_id, keys in self._keys_of.items()
            for key in keys
        }

    def action(self, event: events.Key, place: Place) -> str | None:
        """Return the action id of a key in a place: the place's own keys go first."""
        for where in (place, _EVERYWHERE):
            for name in _names(event):
                found = self._actions.get((where, name))
                if found is not None:
                    return found
        return None

    def keys(self, action_id: str) -> Keys:
        """Return the keys of an action, the one that is shown first."""
        return self._keys_of.get(action_id, ())

    def has_key(self, action_id: str, event: events.Key) -> bool:
        """Whether a key press is one of an action's, wherever that works."""
        return any(name in self.keys(action_id) for name in _names(event))

    def key(self, action_id: str) -> str:
        """Return an action's first key as a person reads it; its name if it has no key."""
        keys = self.keys(action_id)
        return key_name(keys[0]) if keys else f"“{self.actions[action_id].label}”"

    def text(self, action_id: str) -> str:
        """Return all the keys of an action as a person reads them."""
        return " ".join(key_name(key) for key in self.keys(action_id))

    @staticmethod
    def worklist(event: events.Key) -> int | None:
        """Return which saved worklist a number key stands for, counted from 0."""
        is_number = len(event.key) == 1 and event.key in "123456789"
        return int(event.key) - 1 if is_number else None


def _names(event: events.Key) -> Iterator[str]:
    """Return what a key is called in the settings: by its letter, or by its place."""
    if event.character is not None and is_foreign(event.character):
        yield event.character
    yield event.key
    yield from event.aliases


DEFAULT_KEYMAP: Final = Keymap()
"""The keys of somebody who has changed none."""
