"""The keys that the settings ask for, and everything that is wrong with them."""

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Final

from avara_tui.config import Config, ConfigError, KeyPreset, error_at
from avara_tui.text import clean
from avara_tui.tui.keys.actions import BY_ID, Action
from avara_tui.tui.keys.key_names import key_name, key_problem, textual_name
from avara_tui.tui.keys.keymap import Keymap, Keys, default_keys
from avara_tui.tui.keys.own_actions import action_id, own_actions
from avara_tui.tui.keys.places import Place

PRESETS: Final[Mapping[KeyPreset, Mapping[str, Keys]]] = {
    KeyPreset.STANDARD: {},
    # What vi's own h, l, i and colon would do here, beside what j, k, g and G do anyway.
    KeyPreset.VI: {
        "page_down": ("ctrl+f", "ctrl+d", "pagedown"),
        "page_up": ("ctrl+u", "pageup"),
        "detail": ("l", "enter", "right"),
        "edit_field": ("i", "e", "enter"),
        "back": ("h", "escape", "left"),
    },
    # For hands that know no vi: cursor and function keys, and letters only for what they begin.
    KeyPreset.PLAIN: {
        "down": ("down",),
        "up": ("up",),
        "page_down": ("pagedown",),
        "page_up": ("pageup",),
        "top": ("home",),
        "bottom": ("end",),
        "detail": ("enter", "right"),
        "field_down": ("down",),
        "field_up": ("up",),
        "edit_field": ("f2", "enter"),
        "back": ("escape", "left"),
        "filter": ("f3", "slash"),
        "refresh": ("f5", "r"),
        "help": ("f1", "question_mark"),
    },
}
_LAST_WAY_OUT: Final = "quit"


def keymap_of(config: Config | None) -> Keymap:
    """Return the keys that the settings ask for; :func:`key_problems` says if they will do."""
    if config is None:
        return Keymap()
    own = {name: tuple(map(textual_name, keys)) for name, keys in config.keys.items()}
    known = {name: keys for name, keys in own.items() if name in BY_ID}
    return Keymap({**PRESETS[config.key_preset], **known}, more=own_actions(config))


def key_problems(config: Config) -> Iterator[ConfigError]:
    """Yield everything that is wrong with the keys in the settings, each with its line."""
    sound = True
    first: dict[str, int] = {}
    for index, command in enumerate(config.commands):
        same = first.setdefault(action_id(command), index)
        if same != index:
            sound = False
            name = clean(config.commands[same].name)
            sentence = f"is the same as {name!r}, but for spaces, capitals or _"
            yield error_at(config, ("commands", index, "name"), sentence)
        problem = key_problem(command.key)
        if problem is not None:
            sound = False
            where = ("commands", index, "key")
            yield error_at(config, where, f"{clean(command.key)!r} {problem}")
    for name, keys in config.keys.items():
        for sentence in _entry_problems(name, keys):
            sound = False
            yield error_at(config, ("keys", name), sentence)
    if sound:
        yield from _clashes(config)


def _entry_problems(name: str, keys: tuple[str, ...]) -> Iterator[str]:
    if name not in BY_ID:
        import difflib  # noqa: PLC0415 - only needed after a mistake

        near = difflib.get_close_matches(name, BY_ID, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(sorted(BY_ID))}"
        yield f"is no action; {hint}"
        return
    if not keys and name == _LAST_WAY_OUT:
        yield "needs a key: without one nobody can leave the program"
    for key in keys:
        problem = key_problem(key)
        if problem is not None:
            yield f"{clean(key)!r} {problem}"


def _clashes(config: Config) -> Iterator[ConfigError]:
    """Yield the keys that two actions want where both work, if the settings have caused it."""
    keymap = keymap_of(config)
    commands = {action_id(each): index for index, each in enumerate(config.commands)}
    for one, other in combinations(keymap.actions.values(), 2):
        shared = [key for key in keymap.keys(one.id) if key in keymap.keys(other.id)]
        if not shared or not _overlap(one, other) or _is_intended(one, other, shared):
            continue
        # The later of the two, if the settings name both: that is the one just written.
        named = [each for each in (*config.keys, *commands) if each in {one.id, other.id}]
        mine = named[-1] if named else one.id
        theirs = other.id if mine == one.id else one.id
        sentence = (
            f"takes {key_name(shared[0])!r}, which stands for {theirs} "
            f"({_place_text(keymap.actions[theirs].place)}): "
        )
        if mine in commands:
            yield error_at(config, ("commands", commands[mine], "key"), f"{sentence}choose another")
        else:
            remedy = f"give {theirs} another key, or [] for none"
            yield error_at(config, ("keys", mine), sentence + remedy)


def _overlap(one: Action, other: Action) -> bool:
    return one.place is other.place or Place.WORKLIST in {one.place, other.place}


def _is_intended(one: Action, other: Action, shared: list[str]) -> bool:
    """Whether a place's own action goes before one of everywhere by default."""
    if one.place is other.place or not {one.id, other.id} <= BY_ID.keys():
        return False
    return set(shared) <= set(default_keys(one)) & set(default_keys(other))


def _place_text(place: Place) -> str:
    return {Place.TABLE: "in the table", Place.DETAIL: "in the detail"}.get(place, "everywhere")
