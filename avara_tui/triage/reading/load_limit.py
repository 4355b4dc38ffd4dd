"""How many studies may be held: which walks end, and which studies go, once there are so many."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from avara_tui.server_filter import selector
from avara_tui.triage.reading.lanes import LaneState
from avara_tui.worklist.studies import ChangeSet, StudySet

if TYPE_CHECKING:
    from avara_tui.api.pages import StudyPage


class LoadLimit:
    """Keeps the studies of all lanes to ``limit``, open ones before those that are read already."""

    def __init__(
        self,
        studies: StudySet,
        lanes: Sequence[LaneState],
        limit: int,
        notify: Callable[[ChangeSet], None],
    ) -> None:
        """``notify`` is told of studies that had to go."""
        self._studies = studies
        self._lanes = lanes
        self._limit = limit
        self._tell = notify
        self._unread = {
            each.lane.name for each in lanes if each.lane.is_open and not each.lane.is_rest
        }
        self._open_read = asyncio.Event()

    def has_read(self, name: str) -> None:
        """Take note that the lane called ``name`` has been tried once."""
        self._unread.discard(name)
        if not self._unread:
            self._open_read.set()

    async def goes_on(
        self, state: LaneState, page: "StudyPage", change: ChangeSet, looked_at: int
    ) -> bool:
        """Whether the load limit lets a walk go on after a page.

        What the lane for the rest does not take in needs no room; but it looks through no more
        studies than may be held, however many there are.
        """
        if not state.lane.is_rest:
            return await self._has_room(state)
        if page.cursor is not None and looked_at >= max(self._limit, len(self._studies)):
            return False
        return not (change.added or change.returned) or await self._has_room(state)

    async def _has_room(self, state: LaneState) -> bool:
        """Whether the load limit leaves room for another page of a lane.

        Open STAT studies are read whatever the limit. Studies that are read already take at most
        half of the room while open ones wait, and make room for those that come later.
        """
        if state.lane.is_vital:
            return True
        if not state.lane.is_open and len(self._studies) >= self._limit // 2:
            await self._open_read.wait()
        if len(self._studies) < self._limit:
            return True
        if not state.lane.is_open:
            return False
        change = self._make_room(max(self._limit // 10, 1))
        if change:
            self._tell(change)
        return bool(change)

    def _make_room(self, number: int) -> ChangeSet:
        """Let go of closed studies, those first that were changed longest ago."""
        closed = [state for state in self._lanes if not state.lane.is_open]
        is_closed = [selector(state.lane.query) for state in closed]
        candidates = [study for study in self._studies if any(test(study) for test in is_closed)]
        candidates.sort(key=lambda study: study.updated_at or 0.0)
        change = ChangeSet()
        for study in candidates[:number]:
            change |= self._studies.drop(study.study_id)
        for state in closed:
            state.is_truncated = state.is_truncated or bool(change)
        return change
