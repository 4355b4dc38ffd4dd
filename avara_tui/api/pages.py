"""Pages of a list, as the client hands them out."""

from typing import NamedTuple

from avara_tui.study import Customer, Study, User


class StudyPage(NamedTuple):
    """A page of studies, every one of which fits the filter that was asked for."""

    studies: list[Study]
    cursor: str | None
    """What to ask for the next page with; None on the last one."""
    unreadable: int = 0
    """Rows that could not be understood and were left out: a person must be told."""
    ignored_filters: tuple[str, ...] = ()
    """Filters that the server evidently did not apply, so that rows were left out here."""
    is_cut_off: bool = False
    """Whether the server said that there is more, but not how to get it."""
    served: int = 0
    """Studies that came, whether they fit the filter or not."""
    repeats: int = 0
    """How many of them former pages of the walk had, just as they were. On a list that nobody
    changes, and that is paged by counting rows, so many others never come."""
    is_first: bool = False
    """Whether the list begins with it: once, or again where the server had lost its place."""


class UserPage(NamedTuple):
    """A page of users."""

    users: list[User]
    cursor: str | None
    """What to ask for the next page with; None on the last one."""
    unreadable: int = 0
    """Rows that could not be understood and were left out."""
    is_cut_off: bool = False
    """Whether the server said that there is more, but not how to get it."""


class CustomerPage(NamedTuple):
    """A page of Express customers."""

    customers: list[Customer]
    cursor: str | None
    """What to ask for the next page with; None on the last one."""
    unreadable: int = 0
    """Rows that could not be understood and were left out."""
    is_cut_off: bool = False
    """Whether the server said that there is more, but not how to get it."""
