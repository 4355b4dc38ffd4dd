"""One thing that was looked at."""

from enum import StrEnum
from typing import NamedTuple


class Verdict(StrEnum):
    """What to make of a thing."""

    OK = "ok"
    NOTE = "note"
    """It works, but not as well as it could, or otherwise than one may think."""
    PROBLEM = "problem"
    """Something does not work."""


class Finding(NamedTuple):
    """One thing that was looked at. Nothing in it is secret."""

    name: str
    """What was looked at, in one word."""
    verdict: Verdict
    said: str
    """What was seen, in a sentence or less."""
    remedy: str = ""
    """What to do about it; empty when nothing needs doing."""


def ok(name: str, said: str) -> Finding:
    """Return a finding about which nothing needs doing."""
    return Finding(name, Verdict.OK, said)


def note(name: str, said: str, remedy: str = "") -> Finding:
    """Return a finding that is good to know."""
    return Finding(name, Verdict.NOTE, said, remedy)


def problem(name: str, said: str, remedy: str) -> Finding:
    """Return a finding about something that does not work."""
    return Finding(name, Verdict.PROBLEM, said, remedy)
