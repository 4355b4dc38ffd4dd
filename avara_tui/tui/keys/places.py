"""Where keys work."""

from enum import StrEnum


class Place(StrEnum):
    """Where the keys of an action work."""

    WORKLIST = "worklist"
    """On the table and on the detail alike."""
    TABLE = "table"
    DETAIL = "detail"
