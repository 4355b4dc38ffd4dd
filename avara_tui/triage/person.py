"""Who the program writes for."""

from typing import NamedTuple


class Person(NamedTuple):
    """For whom the program writes."""

    profile: str
    me: str | None
    """The user id that the profile or the person gave, if any."""
