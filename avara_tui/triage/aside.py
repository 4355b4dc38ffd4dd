"""Studies that are left alone for a while: on this machine only, nobody else sees it."""

from collections.abc import Set as AbstractSet
from typing import Final

from avara_tui.clock import Clock

ASIDE_FOR: Final = 900.0
"""Seconds for which a study stays aside."""


class Aside:
    """Remembers which studies are put aside, and until when."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until: dict[str, float] = {}

    @property
    def ids(self) -> AbstractSet[str]:
        """The studies that are aside, as far as :meth:`returned` has been asked."""
        return self._until.keys()

    def put(self, study_id: str) -> None:
        """Put a study aside, from now on."""
        self._until[study_id] = self._clock.monotonic() + ASIDE_FOR

    def bring_back(self, study_id: str) -> None:
        """Bring a study back before its time."""
        self._until.pop(study_id, None)

    def returned(self) -> set[str]:
        """Let those whose time is up come back; return which these are."""
        now = self._clock.monotonic()
        back = {study_id for study_id, until in self._until.items() if until <= now}
        for study_id in back:
            del self._until[study_id]
        return back


class InHand(Aside):
    """Remembers which studies were opened from here a short while ago.

    Who asks for the next one then means another: a site may complete studies in another program.
    """
