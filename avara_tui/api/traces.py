"""What a walk over studies that nobody keeps remembers of them: enough to know them again."""

from collections.abc import Iterable
from typing import Final, TypeAlias

from avara_tui.api.paging import Fresh
from avara_tui.study import Study, fingerprint

Trace: TypeAlias = bytes | str
"""Stands for a study's id, in a third of its room where the id is what the contract says."""

_PREFIX: Final = "stu_"
_BYTES: Final = 16
_LENGTH: Final = len(_PREFIX) + 2 * _BYTES


def trace_of(study_id: str) -> Trace:
    """Return the trace of an id: no two ids have the same."""
    if len(study_id) == _LENGTH and study_id.startswith(_PREFIX) and study_id.islower():
        try:
            digits = bytes.fromhex(study_id[len(_PREFIX) :])
        except ValueError:
            return study_id
        # Between two digits a blank would be taken too.
        if len(digits) == _BYTES:
            return digits
    return study_id


def id_of(trace: Trace) -> str:
    """Return the id that a trace stands for."""
    return trace if isinstance(trace, str) else f"{_PREFIX}{trace.hex()}"


class Traces:
    """The studies that a walk has brought: their ids, and what tells two versions apart.

    It takes the place of the studies themselves where hundreds of thousands are looked through and
    few or none are held.
    """

    def __init__(self) -> None:
        self._versions: dict[Trace, int] = {}

    def start(self) -> None:
        """Take it that the list begins again: nothing that comes from here on has come before."""
        self._versions.clear()

    def take(self, studies: Iterable[Study]) -> Fresh[Study]:
        """Return what a page brings: each study that did not come before, or not as it is."""
        found: dict[Trace, Study] = {}
        here: set[Trace] = set()
        repeats = 0
        for study in studies:
            trace, version = trace_of(study.study_id), fingerprint(study)
            if self._versions.get(trace) != version:
                self._versions[trace] = version
                found[trace] = study
            else:
                repeats += trace not in here
            here.add(trace)
        return Fresh(list(found.values()), len(here), repeats)
