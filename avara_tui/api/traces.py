"""What a walk over studies that nobody keeps remembers of them: enough to know them again."""

from typing import Final, TypeAlias

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
