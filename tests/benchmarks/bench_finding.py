"""What it costs to look through everything that is said of 10,000 studies, as ``f`` does.

CPU time of this process, beside the least that any search has to do: one pass over the same texts.
"""

import random
import statistics
import time
from collections.abc import Callable

import pytest

from avara_tui.study import CustomerRef, Study, UserRef
from avara_tui.worklist.query import Sought
from avara_tui.worklist.searching import hits

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(300)]

STUDIES = 10_000
ROUNDS = 9
BAR = 50.0
"""Milliseconds of CPU for a text that few studies have."""
RATIO = 8.0
ACCESSION = "A00004711"


def made(*, is_ascii: bool) -> list[Study]:
    """Return studies with six metadata values each, one of which is a patient's name."""
    draw = random.Random(1)
    people = [UserRef(f"usr_{n:032x}", f"u{n}@example.org", f"F{n}", f"L{n}") for n in range(40)]
    customers = [CustomerRef(f"cus_{n:032x}", f"Clinic {n}") for n in range(10)]
    name = "Miller" if is_ascii else "M\u00fcller"
    return [
        Study(
            f"stu_{draw.getrandbits(128):032x}",
            f"1.2.840.113619.2.55.3.{draw.randrange(10**9)}.{each}",
            f"{draw.choice(('CT', 'MR', 'XR'))} {draw.choice(('Head', 'Knee'))} without contrast",
            draw.choice(("stat", "high", "normal")),
            draw.choice(("incomplete", "complete")),
            is_cancelled=False,
            created_at=draw.random() * 1e9,
            assignee=draw.choice((None, *people)),
            customer=draw.choice(customers),
            metadata={
                "accession": f"A{each:08}",
                "mrn": f"{draw.randrange(10**7):07}",
                "name": f"{name}^{draw.randrange(999)}",
                "modality": "CT",
                "bodyPart": "HEAD",
                "indication": "fall from height, rule out bleed",
            },
        )
        for each in range(STUDIES)
    ]


def plainly(studies: list[Study], text: str) -> list[Study]:
    """Return the studies with ``text`` in a description or a metadata value, and nothing more."""
    return [
        each
        for each in studies
        if text in "\0".join((each.description, *each.metadata.values())).lower()
    ]


def cost(work: Callable[[], object]) -> float:
    """Return the milliseconds of CPU that ``work`` takes."""
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1000


@pytest.mark.parametrize("is_ascii", [True, False])
@pytest.mark.parametrize("text", [ACCESSION, "4711", "f7 l7", "no such text"])
def test_a_text_is_looked_for_in_everything(text: str, *, is_ascii: bool) -> None:
    studies = made(is_ascii=is_ascii)
    hits(studies, Sought(text))
    ours, least = [], []
    for _ in range(ROUNDS):
        ours.append(cost(lambda: hits(studies, Sought(text))))
        least.append(cost(lambda: plainly(studies, text.lower())))
    own, pass_ = statistics.median(ours), statistics.median(least)
    print(f"\n{text!r}, ASCII {is_ascii}: {own:.1f} ms, {own / pass_:.1f} x one pass ({pass_:.1f})")
    assert own <= BAR
    assert own <= RATIO * pass_
