"""In which order the detail shows a study's metadata: what decides first."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from avara_tui.tui.presentation.columns import METADATA_PREFIX

_FIRST: Final = (
    "indication",
    "reasonForExam",
    "clinicalHistory",
    "history",
    "priors",
    "comparison",
    "patientClass",
    "callback",
    "accessionNumber",
    "accession",
    "modality",
    "bodyPart",
    "laterality",
    "department",
    "referringSite",
    "referringPhysician",
    "examEnd",
)
"""Keys by what one wants to know before one reads a study, however a site spells them."""


@lru_cache(maxsize=1024)
def spelled_alike(key: str) -> str:
    """Return a key as it is compared: ``patient_class`` and ``Patient Class`` are one."""
    return "".join(each for each in key.casefold() if each.isalnum())


_RANKS: Final = {spelled_alike(key): rank for rank, key in enumerate(_FIRST)}


def in_order(keys: Iterable[str], first: Sequence[str] = ()) -> list[str]:
    """Return metadata ``keys`` as the detail shows them: those of ``first``, then by importance.

    Keys that nothing is known of come last, by the alphabet. ``first`` may name a key as a column
    does, with ``meta.`` before it.
    """
    wanted: dict[str, int] = {}
    for rank, key in enumerate(first):
        wanted.setdefault(key, rank)
        wanted.setdefault(key.removeprefix(METADATA_PREFIX), rank)

    def place(key: str) -> tuple[int, int, str]:
        rank = wanted.get(key, len(wanted) + len(first))
        return rank, _RANKS.get(spelled_alike(key), len(_RANKS)), key

    return sorted(keys, key=place)
