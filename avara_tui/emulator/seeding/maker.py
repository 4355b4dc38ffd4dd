"""Drawing one study at a time."""

import json
import random
from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate
from typing import Final
from uuid import UUID

from avara_tui.emulator.clock import format_instant
from avara_tui.emulator.seeding.vocabulary import (
    CUSTOMERS,
    DEPARTMENTS,
    GENERAL_INDICATIONS,
    INDICATIONS,
    PEOPLE,
    PROCEDURES,
    Procedure,
)
from avara_tui.emulator.study_row import StudyRow

_MINUTE: Final = 60_000


class StudyMaker:
    """Draws studies. What it draws depends only on the generator and the calls made so far.

    People, customers and keys go by their numbers: their places in the vocabulary, from 1.
    """

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._procedures = {
            False: _cumulative([each.weight for each in PROCEDURES]),
            True: _cumulative([each.weight * each.is_urgent for each in PROCEDURES]),
        }
        modalities = {each.modality for each in PROCEDURES}
        self._readers = {
            modality: _cumulative([each.weight * (modality in each.reads) for each in PEOPLE])
            for modality in sorted(modalities)
        }
        self._sites = {
            modality: _cumulative([each.weight * (modality in each.sends) for each in CUSTOMERS])
            for modality in sorted(modalities)
        }
        self._departments = {
            False: _cumulative([each.routine for each in DEPARTMENTS]),
            True: _cumulative([each.stat for each in DEPARTMENTS]),
        }

    def draw(
        self,
        severity: str,
        created_at: int,
        now_ms: int,
        *,
        unassigned: float = 1.0,
        completed_at: int | None = None,
        cancelled_at: int | None = None,
    ) -> StudyRow:
        """Draw a study; ``unassigned`` is the chance that nobody is assigned to it."""
        rng = self._rng
        is_stat = severity == "stat"
        procedure = PROCEDURES[self._pick(self._procedures[is_stat])]
        modality = procedure.modality
        reader = self._pick(self._readers[modality])
        is_assigned = rng.random() >= unassigned
        # One study in seven comes from the department's own scanners: it has no customer.
        customer = self._pick(self._sites[modality]) if rng.random() < 0.86 else None
        by_user = rng.random() < 0.09
        touched_at = completed_at or cancelled_at
        if touched_at is None:
            assigning = rng.random() * min(now_ms - created_at, 5 * _MINUTE)
            touched_at = created_at + round(assigning * is_assigned)
        return StudyRow(
            study_id=f"stu_{_hex(self._rng)}",
            uid=self._uid(),
            description=procedure.description,
            severity=severity,
            status="incomplete" if completed_at is None else "complete",
            is_cancelled=cancelled_at is not None,
            assignee=1 + reader if is_assigned else None,
            customer=None if customer is None else 1 + customer,
            created_at=created_at,
            updated_at=touched_at,
            cancelled_at=cancelled_at,
            created_by_user=15 + rng.randrange(6) if by_user else None,
            created_by_api_key=None if by_user else 1 + rng.randrange(3),
            metadata=self._metadata(procedure, created_at, customer, is_stat=is_stat),
        )

    def draw_reader(self) -> int:
        """Draw the number of a radiologist."""
        return 1 + self._pick(self._readers["CT"])

    def _metadata(
        self, procedure: Procedure, created_at: int, customer: int | None, *, is_stat: bool
    ) -> str:
        rng = self._rng
        if rng.random() < 0.03:  # an interface that sends nothing but the study
            return "{}"
        department = DEPARTMENTS[self._pick(self._departments[is_stat])]
        exam_end = created_at - round((2 + 10 * rng.random()) * _MINUTE)
        pairs = {
            "modality": procedure.modality,
            "bodyPart": procedure.body_part,
            "accessionNumber": f"A{rng.randrange(10_000_000, 100_000_000)}",
            "department": department.name,
            "patientClass": department.patient_class,
            "referringSite": "Main campus" if customer is None else CUSTOMERS[customer].name,
            "examEnd": format_instant(exam_end),
        }
        if rng.random() < 0.55:
            reasons = INDICATIONS.get(procedure.body_part, GENERAL_INDICATIONS)
            pairs["indication"] = reasons[rng.randrange(len(reasons))]
        if rng.random() < 0.40:
            pairs["priors"] = str(1 + rng.randrange(6))
        if is_stat and rng.random() < 0.5:
            pairs["callback"] = f"555-01{rng.randrange(100):02d}"
        return json.dumps(pairs, ensure_ascii=False, separators=(",", ":"))

    def _pick(self, cumulative: Sequence[int]) -> int:
        return bisect(cumulative, self._rng.random() * cumulative[-1])

    def _uid(self) -> str:
        rng = self._rng
        if rng.random() < 0.25:
            # A UUID as an integer under 2.25 is a UID that needs no registration (PS3.5 B.2).
            return f"2.25.{UUID(int=rng.getrandbits(128), version=4).int}"
        return (
            f"1.2.840.113619.2.55.3.{rng.randrange(1, 10**9)}."
            f"{rng.randrange(1, 1000)}.{rng.randrange(1, 10**10)}.{rng.randrange(1, 1000)}"
        )


def _hex(rng: random.Random) -> str:
    return f"{rng.getrandbits(128):032x}"


def _cumulative(weights: Sequence[int]) -> list[int]:
    return list(accumulate(weights))
