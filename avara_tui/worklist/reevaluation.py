"""Which studies have to be looked at again because they, the time or the rules have changed."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import Final

from avara_tui.worklist.query import QueryContext
from avara_tui.worklist.studies import StudySet
from avara_tui.worklist.timeline import Turn

_FEW: Final = 20
"""How many times fewer than all studies it takes to be sooner done one by one than all at once."""


class Reevaluation:
    """Keeps in mind what was known when something was last worked out from the studies."""

    def __init__(self, studies: StudySet) -> None:
        self._studies = studies
        self._last: QueryContext | None = None

    def forget(self) -> None:
        """Have everything looked at again next time."""
        self._last = None

    def touched(
        self, changed: AbstractSet[str], turns: Iterable[Turn], context: QueryContext
    ) -> AbstractSet[str] | None:
        """Return the studies to look at again since the last call, or None for all of them.

        ``changed`` are those that are known to have changed, and ``turns`` say when time alone
        changes something.
        """
        last, self._last = self._last, context
        if last is not None and last.thresholds != context.thresholds:
            self._studies.forget_timelines()
            return None
        if last is None or last.me != context.me:
            return None
        touched = changed | self._studies.turned(turns, last.now, context.now)
        return None if len(touched) * _FEW > len(self._studies) else touched
