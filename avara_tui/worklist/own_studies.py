"""The person's own open studies, and what others do to them."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import Final

from avara_tui.study import COMPLETE, SEVERITIES, Study
from avara_tui.worklist.clocks import is_open
from avara_tui.worklist.query.terms import CANCELLED
from avara_tui.worklist.rungs import Loss

_RANKS: Final = {severity: rank for rank, severity in enumerate(SEVERITIES)}


class OwnStudies:
    """Which open studies are the person's, of whatever severity. Only ids and ranks are kept."""

    def __init__(self) -> None:
        self.me: str | None = None
        self._ranks: dict[str, int | None] = {}
        """The rank of each, None where its severity is none that we know."""

    def __contains__(self, study_id: str) -> bool:
        return study_id in self._ranks

    @property
    def ids(self) -> AbstractSet[str]:
        """The studies that were the person's and open when they were last read."""
        return self._ranks.keys()

    def belong_to(self, me: str | None, studies: Iterable[Study]) -> None:
        """Say who the person is. That is no news about any of ``studies``."""
        self.me = me
        self._ranks.clear()
        for study in studies:
            if self._is_mine(study):
                self._ranks[study.study_id] = _RANKS.get(study.told_severity)

    def take(self, study: Study, own: AbstractSet[str]) -> Loss | None:
        """Take in a study that was read; return what somebody else has done to the person's own.

        ``own`` are the fields that are of the person's own doing.
        """
        study_id = study.study_id
        if self._is_mine(study):
            rank = _RANKS.get(study.told_severity)
            was = self._ranks.get(study_id)
            self._ranks[study_id] = rank
            is_lower = was is not None and rank is not None and rank > was
            return Loss.LOWERED if is_lower and "severity" not in own else None
        if study_id not in self._ranks:
            return None
        del self._ranks[study_id]
        return _loss(study, own)

    def gone(self, study_id: str) -> Loss | None:
        """Take in that the server does not know a study any more."""
        if study_id not in self._ranks:
            return None
        del self._ranks[study_id]
        return Loss.GONE

    def _is_mine(self, study: Study) -> bool:
        holder = study.assignee
        return holder is not None and holder.user_id == self.me and is_open(study)


def _loss(study: Study, own: AbstractSet[str]) -> Loss | None:
    """Return why a study is the person's no more; None if it is for the person's own hand."""
    if study.is_cancelled:
        return None if CANCELLED in own else Loss.CANCELLED
    if study.status == COMPLETE:
        return None if "status" in own else Loss.COMPLETED
    if "assigned_to" in own:
        return None
    return Loss.UNASSIGNED if study.assignee is None else Loss.REASSIGNED
