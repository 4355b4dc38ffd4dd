"""Of which studies all is known that there is, so that what comes besides is news."""

from collections.abc import Set as AbstractSet
from typing import Final

from avara_tui.study import Study
from avara_tui.worklist.alarm_rule import Standing, is_known
from avara_tui.worklist.clocks import MINUTE

SKEW: Final = 2 * MINUTE
"""Seconds by which the server's clock and ours may differ before a new study is called an old one.
"""


class Watched:
    """The severities that have been read whole, and whether those that nobody knows have been."""

    def __init__(self) -> None:
        self.severities: set[str] = set()
        self.others = False
        """Whether studies of severities and statuses that we do not know have been read as well."""
        self._since = 0.0

    def add(self, read: AbstractSet[str], now: float) -> bool:
        """Watch more severities; return whether there are any more."""
        if not self.severities:
            self._since = now
        is_more = not read <= self.severities
        self.severities |= read
        return is_more

    def add_others(self) -> None:
        """Watch those of severities and statuses that we do not know as well."""
        self.others = True

    def holds(self, standing: Standing) -> bool:
        """Whether studies such as this one are watched."""
        return standing.severity in self.severities if standing.is_known else self.others

    def takes(self, study: Study, *, is_new: bool) -> bool:
        """Whether a study that was just read is watched."""
        if is_known(study):
            return study.severity in self.severities
        if self.others or not self.severities or "severity" not in study.unreadable:
            return self.others
        # Any list may bring it, and its time tells what is new from what was there at the start.
        return not is_new or (study.created_at is not None and self.is_young(study))

    def is_young(self, study: Study) -> bool:
        """Whether a study can have come since the watch began, as far as its time tells."""
        return study.created_at is None or study.created_at >= self._since - SKEW
