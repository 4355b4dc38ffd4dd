"""A screen whose keys stand for actions, which whoever stands behind it does."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, ClassVar

from textual import events

from avara_tui.config import KeyPreset
from avara_tui.tui.controller_protocol import Controller, NoController, Refused
from avara_tui.tui.keys.actions import FREE, Does, Meaning
from avara_tui.tui.keys.places import Place
from avara_tui.tui.lines import Role, line
from avara_tui.tui.notices import PRESS, Press
from avara_tui.tui.options import RunOptions
from avara_tui.tui.screens.asking import AskingScreen
from avara_tui.tui.widgets.card import LEAVING_KEYS

if TYPE_CHECKING:
    from avara_tui.config import Config
    from avara_tui.tui.keys.keymap import Keymap


class ActingScreen(AskingScreen):
    """Looks up what a key stands for, and lets it be done or says why it cannot be."""

    takes: ClassVar[tuple[str, ...]] = ("key_preset", "keys")

    def __init__(self, options: RunOptions) -> None:
        super().__init__()
        self.options = options
        self.controller: Controller = NoController(self._exit)
        self._keymap: Keymap | None = None
        self.keys_pressed = 0
        """How many keys the table and the detail have had."""

    def _exit(self) -> None:
        self.app.exit()

    def take_settings(self, config: "Config") -> None:
        """Let the keys of other settings count."""
        self._keymap = _keymap(config)
        self.controller.show()
        self.show_keys()

    @property
    def keymap(self) -> "Keymap":
        """Which key stands for what."""
        if self._keymap is None:
            self._keymap = _keymap(self.options.config)
        return self._keymap

    def key(self, action_id: str) -> str:
        """Return the key of an action as a person reads it."""
        return self.keymap.key(action_id)

    @property
    def place(self) -> Place:
        """Where the person is."""
        raise NotImplementedError

    def meaning(self, event: events.Key, place: Place) -> Meaning:
        """Return what a key means in ``place``."""
        action_id = self.keymap.action(event, place)
        if action_id is not None:
            action = self.keymap.actions[action_id]
            return Meaning(action.does, f"{self.key(action_id)} {action.label}", action_id)
        index = self.keymap.worklist(event)
        if index is None:
            return FREE
        return Meaning(Does.ACTS, f"{event.key} worklist", worklist=index)

    def do_key(self, event: events.Key, meaning: Meaning) -> None:
        """Do what a key was found to mean, before the next key is looked at."""
        if not self.is_active:
            return
        self.keys_pressed += 1
        if self.is_too_small:
            # What lies under that cannot be seen: no key may act on it, or take it as seen.
            if meaning.action_id == "quit":
                self.act("quit")
            return
        PRESS.set(Press(self.pressed))
        if self.controller.end_tour() and self._only_closes(event, meaning):
            event.stop()
            return
        if event.key == "escape" and self.status.acknowledge():
            event.stop()
            return
        if not self.key_turn.hand.is_told_of(event):
            self.clear_notice()
        if meaning.action_id is not None:
            self.act(meaning.action_id)
        elif meaning.worklist is not None:
            self.controller.choose(meaning.worklist)
        else:
            self.warn_of_layout(event)
            return
        event.stop()
        event.prevent_default()

    def _only_closes(self, event: events.Key, meaning: Meaning) -> bool:
        """Whether a key that took the tour away has done all that it may do.

        Under the tour nobody has seen what would be written to or opened.
        """
        if event.key in LEAVING_KEYS:
            return True
        if meaning.action_id is None:
            return False
        action = self.keymap.actions[meaning.action_id]
        if not (action.writes or action.opens):
            return False
        self.notice(line(f"that key closed the welcome: press {meaning.name} again to do it"))
        return True

    def means(self, event: events.Key) -> bool:
        """Whether a key stands for an action where the person is."""
        return self.keymap.action(event, self.place) is not None

    def act(self, action_id: str) -> None:
        """Do an action, or say why it cannot be done."""
        if not self.is_too_small or action_id == "quit":
            self._end(action_id, self.controller.act(action_id))

    def do(self, action_id: str, command: Callable[[], Awaitable[object] | None]) -> None:
        """Do what an action stands for by ``command``, or say why the action cannot be done."""
        reason = self.controller.refusal(action_id)
        self._end(action_id, command() if reason is None else Refused(reason))

    def _end(self, action_id: str, left: Awaitable[object] | Refused | None) -> None:
        """Run what is left of an action, or say why there was none."""
        if isinstance(left, Refused):
            label = self.keymap.actions[action_id].label
            self.notice(line((f"{label}: {left.reason}", Role.WARNING)))
        elif left is not None:
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
