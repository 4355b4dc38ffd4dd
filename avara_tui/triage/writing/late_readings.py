"""Readings of a study from a copy that does not have the last write to it yet.

A server that reads from a copy of its data may show a study, moments after a write, as it was
before. Somebody who put the old value back would have changed the study later than the write did.
"""

import asyncio
from typing import TYPE_CHECKING, Final

from avara_tui.study import Study
from avara_tui.triage.writing.ledger import value_on
from avara_tui.triage.writing.under_way import Fields

if TYPE_CHECKING:
    from avara_tui.api.client import AvaraClient

PAUSES: Final = (0.5, 1.5)
"""Seconds before a study is read again that was read too early; copies are seldom later."""
_MOST: Final = 200
"""Studies whose last write is remembered."""


class LateReadings:
    """Remembers what was written, and tells what was read of it from before."""

    def __init__(self) -> None:
        self._written: dict[str, tuple[float, Fields]] = {}

    def note(self, study: Study, fields: Fields) -> None:
        """Take note that ``fields`` were written, which made the study what it is."""
        self._written.pop(study.study_id, None)
        if study.updated_at is not None:
            self._written[study.study_id] = (study.updated_at, fields)
            while len(self._written) > _MOST:
                del self._written[next(iter(self._written))]

    def is_late(self, study: Study) -> bool:
        """Whether ``study`` is as it was before the last write to it."""
        updated_at, fields = self._written.get(study.study_id, (0.0, ()))
        if study.updated_at is None or study.updated_at >= updated_at:
            return False
        return any(value_on(study, each.field) == each.old != each.new for each in fields)

    async def read(self, client: "AvaraClient", study_id: str) -> Study:
        """Return a study as it is now; read again for a while if it is late.

        One that stays late is returned all the same. Raises AvaraError.
        """
        study = await client.retrieve(study_id)
        for pause in PAUSES:
            if not self.is_late(study):
                break
            await asyncio.sleep(pause)
            study = await client.retrieve(study_id)
        return study
