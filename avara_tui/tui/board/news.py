"""What came or changed by somebody else's hand since the person last looked."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from avara_tui.clock import Clock
from avara_tui.tui.lines import Line, Role, join, line
from avara_tui.worklist.studies import ChangeSet

if TYPE_CHECKING:
    from avara_tui.tui.presentation.row_context import RowContext


class News:
    """Marks studies as new or changed until the cursor has been on them."""

    def __init__(self, context: "RowContext", clock: Clock) -> None:
        self._clock = clock
        self.new: set[str] = set()
        self.changed: set[str] = set()
        context.show_news(self.new, self.changed)
        self._away: dict[str, bool] = {}
        """The marked studies that are not held at the moment, and whether they are new."""
        self._came: dict[str, float] = {}
        """When the new studies came, also those that are not held at the moment."""
        self._cursor: str | None = None
        self.revision = 0
        """Grows with everything that is taken in, and with every mark that goes."""

    @property
    def came(self) -> Mapping[str, float]:
        """When each new study came, in seconds since the epoch, by its id."""
        return {each: self._came[each] for each in self.new}

    def note(self, change: ChangeSet) -> None:
        """Take in what the server brought."""
        self.follow(change)
        self.new |= change.added
        self._came |= dict.fromkeys(change.added, self._clock.now())
        self.changed |= change.changed - self.new

    def follow(self, change: ChangeSet) -> None:
        """Keep the marks to the studies that are held: what comes back has its mark again."""
        self.revision += 1
        for study_id in change.dropped & (self.new | self.changed):
            self._away[study_id] = study_id in self.new
        self.new -= change.removed
        self.changed -= change.removed
        for study_id in change.gone & self._away.keys():
            del self._away[study_id]
        for study_id in change.gone & self._came.keys():
            del self._came[study_id]
        for study_id in change.read & self._away.keys():
            (self.new if self._away.pop(study_id) else self.changed).add(study_id)

    def look_at(self, study_id: str | None) -> ChangeSet:
        """Take the study under the cursor, and the one it left, as seen; return whose mark went."""
        seen = {each for each in (study_id, self._cursor) if each is not None}
        self._cursor = study_id
        marked = seen & (self.new | self.changed)
        self.new -= marked
        self.changed -= marked
        for each in marked:
            self._came.pop(each, None)
        self.revision += bool(marked)
        return ChangeSet(changed=marked)

    def line(self) -> Line:
        """Return how many studies are marked, in words."""
        return join(
            [
                line((f"+{len(self.new):,} new", Role.STRONG)) if self.new else (),
                line((f"~{len(self.changed):,} changed", Role.STRONG)) if self.changed else (),
            ],
            " ",
        )
