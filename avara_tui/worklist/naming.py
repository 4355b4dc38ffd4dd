"""What a study's values are called, on the screen, in lists and in a hand-off alike."""

from typing import Final

from avara_tui.study import HIGH, NORMAL, STAT, UNREADABLE, CustomerRef, Study, UserRef
from avara_tui.text import clean

PRIORITY_WORDS: Final = {STAT: "STAT", HIGH: "HIGH", NORMAL: "RTN"}


def priority_word(severity: str) -> str:
    """Return a severity as a word; one that we do not know, as it came.

    One that could not be read counts as STAT, and says that it is not sure.
    """
    if severity == UNREADABLE:
        return f"{PRIORITY_WORDS[STAT]}?"
    return PRIORITY_WORDS.get(severity) or f"{clean(severity)}?"


def status_word(study: Study) -> str:
    """Return a study's state in one word: cancelled goes before the viewer's status."""
    if "is_cancelled" in study.unreadable:
        return "cancelled?"
    return "cancelled" if study.is_cancelled else clean(study.status)


def customer_name(customer: CustomerRef) -> str:
    """Return what a customer is called; the id where there is no name."""
    return clean(customer.name or customer.customer_id)


def family_name_first(user: UserRef | None) -> str:
    """Return a person with the family name before the given one; else by mail address, or id."""
    if user is None:
        return "unassigned"
    named = " ".join(name for name in (user.last_name, user.first_name) if name)
    return clean(named or user.email or user.user_id)
