"""Who does what: one handler for every action, and none for anything else."""

from collections.abc import Sequence

import pytest

from avara_tui.config import Config, OwnCommand
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.study import Study
from avara_tui.tui.keys.actions import ACTIONS, Scope
from avara_tui.tui.keys.handlers import Handlers, TwoHandlersError
from tui.driver import worklist
from worklist.making import study

ONE, OTHER = study(1), study(2)


class Owner:
    """Remembers what it was asked for."""

    def __init__(self) -> None:
        self.done: list[object] = []

    def plain(self) -> None:
        self.done.append(None)

    async def one(self, each: Study) -> None:
        self.done.append(each)

    async def many(self, studies: Sequence[Study]) -> None:
        self.done.append(list(studies))


class Rival(Owner):
    """Wants to do the same."""


async def test_each_number_of_studies_goes_to_its_own_handler() -> None:
    handlers, owner = Handlers(), Owner()
    handlers.add(owner, {"help": owner.plain})
    handlers.add_for_study(owner, {"claim": owner.one})
    handlers.add_for_many(owner, {"claim": owner.many})
    assert handlers.handle("help", []) is None
    assert handlers.handle("help", [ONE]) is None
    for studies in ([ONE], [ONE, OTHER]):
        left = handlers.handle("claim", studies)
        assert left is not None
        await left
    assert owner.done == [None, None, ONE, [ONE, OTHER]]
    assert handlers.owners == {"help": "Owner", "claim": "Owner"}


@pytest.mark.parametrize("first", ["add", "add_for_study", "add_for_many"])
@pytest.mark.parametrize("second", ["add", "add_for_study", "add_for_many"])
def test_a_second_handler_for_an_action_is_refused(first: str, second: str) -> None:
    """One study and many are the one pair that may have a handler each."""
    handlers, owner, rival = Handlers(), Owner(), Rival()
    ways = {
        "add": lambda who: handlers.add(who, {"claim": who.plain}),
        "add_for_study": lambda who: handlers.add_for_study(who, {"claim": who.one}),
        "add_for_many": lambda who: handlers.add_for_many(who, {"claim": who.many}),
    }
    ways[first](owner)
    if (first == "add_for_many") is (second == "add_for_many"):
        with pytest.raises(TwoHandlersError, match=r"claim: Owner and Rival"):
            ways[second](rival)
    else:
        ways[second](rival)


async def test_every_action_has_a_handler_and_every_handler_is_of_an_action(
    emulator: EmbeddedEmulator,
) -> None:
    own = OwnCommand(name="Phone the site", key="F6", argv=("true",))
    async with worklist(emulator, config=Config(commands=(own,))) as driver:
        handlers = driver.controller.handlers
        actions = driver.screen.keymap.actions
        assert actions.keys() == {*(each.id for each in ACTIONS), "command.phone_the_site"}
        assert handlers.owners.keys() == actions.keys()
        marked = {each.id for each in ACTIONS if each.scope is Scope.MARKED}
        assert handlers.owners_for_many.keys() == marked
        assert handlers.owners["command.phone_the_site"] == "OwnCommands"
        # Without a study nobody could do what is done to one: it has to be refused before.
        assert all(actions[each].needs_study for each in handlers.for_study)
        assert marked <= handlers.for_study
