"""Who may read a study, as far as a user's clinical role tells.

The API documents 61 roles and asks to take them as open text. Physicians of every specialty may
read; whoever assists, nurses, tests, treats or administers does not. A role that is not among the
documented ones, or that says nothing, is no proof of either.
"""

from enum import Enum, auto
from typing import Final


class Reads(Enum):
    """Whether somebody reads studies."""

    YES = auto()
    NO = auto()
    NOT_SAID = auto()
    """The role says nothing of it."""
    NO_ROLE = auto()
    """No role is known: the key may not list the users, or does not list this one."""


READING: Final = frozenset(
    {
        *("doctor", "physician", "surgeon", "radiologist", "cardiologist", "neurologist"),
        *("urologist", "gynecologist", "endocrinologist", "oncologist", "radiation oncologist"),
        *("hematologist", "gastroenterologist", "pulmonologist", "nephrologist"),
        *("rheumatologist", "dermatologist", "ophthalmologist", "otolaryngologist"),
        *("pediatrician", "obstetrician", "psychiatrist", "anesthesiologist"),
        *("emergency medicine physician", "family medicine physician"),
        *("internal medicine physician", "pathologist", "nuclear medicine physician"),
        *("pain management specialist", "infectious disease specialist", "immunologist"),
    }
)
"""The documented roles of physicians, in lower case."""
NOT_READING: Final = frozenset(
    {
        *("physician assistant", "nurse practitioner", "certified registered nurse anesthetist"),
        *("psychologist", "medical assistant", "scribe", "registered nurse", "nurse manager"),
        *("patient care coordinator", "imaging technologist", "laboratory technician"),
        *("medical laboratory scientist", "pathologists' assistant", "phlebotomist"),
        *("pharmacist", "pharmacy technician", "physical therapist", "occupational therapist"),
        *("speech-language pathologist", "respiratory therapist", "nutritionist"),
        *("front desk operator", "revenue cycle manager", "administrative director"),
        *("administrative assistant", "legal administrator", "it administrator", "it support"),
        "software engineer",
    }
)
"""The documented roles of everybody else, in lower case."""


def reads(role: str | None) -> Reads:
    """Return whether somebody with a role reads studies; None where no role is known."""
    folded = " ".join((role or "").casefold().split())
    if not folded:
        return Reads.NO_ROLE
    if folded in READING:
        return Reads.YES
    return Reads.NO if folded in NOT_READING else Reads.NOT_SAID
