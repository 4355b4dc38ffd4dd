"""What the search for the rest tells of the other lanes: it looks at their studies again."""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet

from avara_tui.server_filter import selector
from avara_tui.study import Study, touched_at
from avara_tui.triage.reading.lanes import LaneState, unlisted
from avara_tui.worklist.studies import StudySet


class RestCheck:
    """Tells which studies the search takes in: those of no lane, and those that one has lost."""

    def __init__(self, studies: StudySet, lanes: Sequence[LaneState]) -> None:
        self._studies = studies
        self._lanes = [(lane, selector(lane.lane.query)) for lane in lanes if not lane.lane.is_rest]
        self.is_unlisted = unlisted(state.lane for state in lanes)

    def takes(self, study: Study) -> bool:
        """Whether no lane lists a study, or listed it when it was last read, or one has lost it.

        Whose studies were lost is in doubt from then on.
        """
        known = self._studies.get(study.study_id)
        if self.is_unlisted(study):
            return True
        return self._is_lost(study) if known is None else self.is_unlisted(known)

    def _is_lost(self, study: Study) -> bool:
        """Whether a study was there, as it is, when its lane was last read, and did not come."""
        for state, lists in self._lanes:
            if not lists(study) or state.is_truncated:
                continue
            until = state.certainty.known_until
            if until is not None and touched_at(study) <= until:
                state.certainty.lose()
                return True
        return False

    def look_for_restored(self, studies: Iterable[Study]) -> None:
        """Doubt the first walk over the cancelled studies if any of these has left them meanwhile.

        The study that took its place on the page before may never have come, and no other lane
        lists that. Whichever lane brings a restored study, it must be told before it is taken in.
        """
        for study in studies:
            known = None if study.is_cancelled else self._studies.get(study.study_id)
            if known is None or not known.is_cancelled:
                continue
            for state, lists in self._lanes:
                if lists(known):
                    state.certainty.leave(touched_at(study), state.pages)

    def overlooked(self, listed: AbstractSet[str], until: float) -> Iterator[str]:
        """Yield the studies of other lanes that were there at ``until`` and are not ``listed``."""
        for study in self._studies:
            if study.is_cancelled or study.study_id in listed or self.is_unlisted(study):
                continue
            if touched_at(study) <= until:
                yield study.study_id
