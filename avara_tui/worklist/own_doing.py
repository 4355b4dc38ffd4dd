"""What the person at the keys is doing to studies, told from what others do to them.

A write of one's own comes into sight with some reading: its own answer, or another that was
quicker, or a much later one where nobody knew how the write had ended. It is that one reading in
which the field is the person's own doing, and none before and after.
"""

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from avara_tui.study import UNREADABLE, Study
from avara_tui.worklist.merge import FieldChange, told_value

REMEMBERED: Final = 600.0
"""Seconds for which a write that has not come into sight is waited for after it has ended."""
_NOTHING: Final = frozenset[str]()


@dataclass(slots=True)
class _Doing:
    number: int
    unseen: dict[str, FieldChange]
    """The fields that no reading has shown yet as they were wanted."""
    ended_at: float | None = None


class OwnDoing:
    """The person's writes, each until it has come into sight or is known to have failed."""

    def __init__(self, value_on: Callable[[Study, str], str | None] = told_value) -> None:
        """``value_on`` returns what a field of a write holds on a study."""
        self._value_on = value_on
        self._doings: dict[str, list[_Doing]] = {}

    def __bool__(self) -> bool:
        return bool(self._doings)

    @property
    def ids(self) -> AbstractSet[str]:
        """What is being written to."""
        return self._doings.keys()

    def begin(self, number: int, study_id: str, fields: Iterable[FieldChange]) -> None:
        """Expect what the write ``number`` to a study brings."""
        self._remove(number, study_id)
        unseen = {each.field: each for each in fields}
        self._doings.setdefault(study_id, []).append(_Doing(number, unseen))

    def rename(self, name: str, study_id: str) -> None:
        """Take it that what was written under a ``name`` has been given an id."""
        doings = self._doings.pop(name, None)
        if doings is not None:
            self._doings.setdefault(study_id, []).extend(doings)

    def end(self, number: int, study_id: str, now: float, *, is_done: bool | None) -> None:
        """Take in how a write has ended; None: nobody knows.

        One that was done may still have to come into sight, and then nothing before it does.
        """
        doings = self._doings.get(study_id, [])
        ended = next((each for each in doings if each.number == number), None)
        if ended is None:
            return
        if is_done is False:
            self._remove(number, study_id)
            return
        ended.ended_at = now
        for former in doings[: doings.index(ended)] if is_done else ():
            for field in ended.unseen:
                former.unseen.pop(field, None)
        self._keep(study_id, [each for each in doings if each.unseen or each.ended_at is None])

    def seen(self, study: Study) -> AbstractSet[str]:
        """Return which fields of a study that was read are of the person's doing just now."""
        doings = self._doings.get(study.study_id)
        if not doings:
            return _NOTHING
        found = set()
        for each in doings:
            for field, change in list(each.unseen.items()):
                value = self._value_on(study, field)
                if value == change.new:
                    found.add(field)
                    del each.unseen[field]
                elif each.ended_at is not None and value not in (change.old, UNREADABLE):
                    # Somebody else was quicker than any reading.
                    del each.unseen[field]
        left = [each for each in doings if each.unseen or each.ended_at is None]
        self._keep(study.study_id, left)
        return found

    def expire(self, now: float) -> None:
        """Wait no more for what should have come into sight long ago."""
        for study_id, doings in list(self._doings.items()):
            left = [
                each
                for each in doings
                if each.ended_at is None or 0 <= now - each.ended_at < REMEMBERED
            ]
            self._keep(study_id, left)

    def _remove(self, number: int, study_id: str) -> None:
        doings = self._doings.get(study_id, [])
        self._keep(study_id, [each for each in doings if each.number != number])

    def _keep(self, study_id: str, doings: list[_Doing]) -> None:
        if doings:
            self._doings[study_id] = doings
        else:
            self._doings.pop(study_id, None)
