"""The actions that the settings add: one for each command of the site's own."""

from typing import Final

from avara_tui.config import Config, OwnCommand
from avara_tui.text import clean
from avara_tui.tui.keys.actions import Action, Scope
from avara_tui.tui.keys.key_names import textual_name
from avara_tui.tui.keys.places import Place

PREFIX: Final = "command."


def action_id(command: OwnCommand) -> str:
    """Return the id of a command's action: what it is called, in one word."""
    return PREFIX + "_".join(clean(command.name).casefold().split())


def own_actions(config: Config | None) -> list[Action]:
    """Return the actions that the settings add."""
    return [
        Action(
            action_id(each),
            textual_name(each.key),
            clean(each.name),
            f"{clean(each.name)}: run {clean(each.argv[0])}.",
            Place.WORKLIST,
            Scope.ONE,
            writes=each.writes,
            opens=True,
        )
        for each in (config.commands if config else ())
    ]
