"""Finding studies by a text that somebody said: the ones that fit best come first."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from avara_tui.study import HIGH, NORMAL, STAT, Study, touched_at
from avara_tui.worklist.clocks import is_open
from avara_tui.worklist.query import Fit, Sought

STEP: Final = 2_000
"""Studies that are looked at before others may run: some milliseconds' work."""
_UNKNOWN: Final = 1
_URGENCY: Final = {STAT: 0, HIGH: 2, NORMAL: 3}
"""A severity that we do not know may be the most urgent but one: it goes before high."""


class Hit(NamedTuple):
    """A study that a text was found in."""

    fit: Fit
    study: Study


def hits(studies: Iterable[Study], sought: Sought) -> list[Hit]:
    """Return those of ``studies`` that fit, the best first."""
    return best_first(hit for step in hits_in_steps(list(studies), sought) for hit in step)


def hits_in_steps(studies: Sequence[Study], sought: Sought) -> Iterator[list[Hit]]:
    """Yield those of ``studies`` that fit, in their order, a step of them at a time."""
    fit_of = sought.fit
    for start in range(0, len(studies), STEP):
        fitting = ((fit_of(study), study) for study in studies[start : start + STEP])
        yield [Hit(fit, study) for fit, study in fitting if fit is not None]


def best_first(found: Iterable[Hit]) -> list[Hit]:
    """Return hits in order: by how well they fit, then what waits, then by severity.

    What waits longest comes first; of what nobody waits for, what was touched last.
    """
    return sorted(found, key=_place)


def _place(hit: Hit) -> tuple[int, bool, int, float, str]:
    fit, study = hit
    urgency = _URGENCY.get(study.severity, _UNKNOWN)
    if is_open(study):
        created = study.created_at
        return fit, False, urgency, 0.0 if created is None else created, study.study_id
    return fit, True, urgency, -touched_at(study), study.study_id
