"""Who does what: for each action the one handler that carries it out."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from avara_tui.study import Study
from avara_tui.tui.keys.actions import Actions, BulkActions, StudyActions


class TwoHandlersError(Exception):
    """Two would do the same action, and it would be chance which of them does."""


class Handlers:
    """The handlers of all actions, by action id.

    An action is done either to a study or to none in particular. What is done to a study may be
    done to several at once besides.
    """

    def __init__(self) -> None:
        self._actions: Final[dict[str, Callable[[], object]]] = {}
        self._for_study: Final[dict[str, Callable[[Study], Awaitable[object]]]] = {}
        self._for_many: Final[dict[str, Callable[[Sequence[Study]], Awaitable[object]]]] = {}
        self._owners: Final[dict[str, str]] = {}
        self._owners_for_many: Final[dict[str, str]] = {}

    def add(self, owner: object, actions: Actions) -> None:
        """Let ``owner`` do what needs no study. Raises TwoHandlersError."""
        _claim(self._owners, owner, actions)
        self._actions.update(actions)

    def add_for_study(self, owner: object, actions: StudyActions) -> None:
        """Let ``owner`` do what is done to one study. Raises TwoHandlersError."""
        _claim(self._owners, owner, actions)
        self._for_study.update(actions)

    def add_for_many(self, owner: object, actions: BulkActions) -> None:
        """Let ``owner`` do what is done to several studies at once. Raises TwoHandlersError."""
        _claim(self._owners_for_many, owner, actions)
        self._for_many.update(actions)

    def handle(self, action_id: str, studies: Sequence[Study]) -> Awaitable[object] | None:
        """Do an action to ``studies``; return what is left to be waited for."""
        if len(studies) > 1:
            return self._for_many[action_id](studies)
        if studies and action_id in self._for_study:
            return self._for_study[action_id](studies[0])
        result = self._actions[action_id]()
        return result if isinstance(result, Awaitable) else None

    @property
    def for_study(self) -> AbstractSet[str]:
        """What is done to a study: nobody can do it without one."""
        return self._for_study.keys()

    @property
    def owners(self) -> dict[str, str]:
        """Who does each action, by its class."""
        return dict(self._owners)

    @property
    def owners_for_many(self) -> dict[str, str]:
        """Who does an action to several studies at once, by its class."""
        return dict(self._owners_for_many)


def _claim(owners: dict[str, str], owner: object, ids: Iterable[str]) -> None:
    name = type(owner).__name__
    for action_id in ids:
        if action_id in owners:
            raise TwoHandlersError(f"{action_id}: {owners[action_id]} and {name}")
        owners[action_id] = name
