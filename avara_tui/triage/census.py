"""The studies of one list, as walk after walk over it brings them, and what each walk lacked."""

from typing import TYPE_CHECKING

from avara_tui.study import Study
from avara_tui.study_requests import StudyFilter
from avara_tui.triage.certainty import Certainty, Tally, Verdict
from avara_tui.worklist.server_filter import selector
from avara_tui.worklist.studies import fingerprint

if TYPE_CHECKING:
    from avara_tui.api.pages import StudyPage


class Census:
    """Takes in the pages of walks over the list that one request asks for, and counts.

    It keeps the id of each study and a fingerprint by which to tell whether it has changed, and
    nothing of what it says.
    """

    def __init__(self, request: StudyFilter) -> None:
        self._fits = selector(request)
        self._certainty = Certainty()
        self._known: dict[str, int] = {}
        self._unlisted: set[str] = set()
        self._pages = self._served = self._repeats = self._unreadable = 0
        self._found = self._left_out = self._moved = 0
        self._latest = 0.0
        """The last moment that any study tells of, in seconds since the epoch."""
        self._began: float | None = None
        """The same when this walk began; None between two walks."""
        self._began_before = 0.0
        """The same when the walk before it began: what is younger has come or changed since."""

    @property
    def first_page(self) -> int:
        """How many studies the next walk is to have on its first page."""
        return self._certainty.first_page

    @property
    def walks(self) -> int:
        """How many walks have come to their end."""
        return self._certainty.walks

    @property
    def unreadable(self) -> int:
        """Rows of the walk under way, or of the last one, that could not be understood."""
        return self._unreadable

    @property
    def unlisted(self) -> list[str]:
        """The studies that are known, and that the walk under way has not listed so far."""
        return sorted(self._unlisted)

    def take(self, page: "StudyPage") -> list[Study]:
        """Take in the next page of a walk, and return its studies that were not known."""
        if page.is_first:
            self._begin()
        self._pages += 1
        self._served += page.served
        self._repeats += page.repeats
        self._unreadable += page.unreadable
        new = [study for study in page.studies if self._note(study)]
        self._latest = max([self._latest, *map(_latest, page.studies)])
        if self._began is None:
            # Nothing was known before the first page of all.
            self._began = self._latest
        return new

    def _begin(self) -> None:
        self._pages = self._served = self._repeats = self._unreadable = 0
        self._found = self._left_out = self._moved = 0
        self._unlisted = set(self._known)
        if self.walks:
            self._began = self._latest

    def _note(self, study: Study) -> bool:
        """Take note of a study that was listed, and return whether it was not known."""
        mark = fingerprint(study)
        former = self._known.get(study.study_id)
        self._known[study.study_id] = mark
        self._unlisted.discard(study.study_id)
        if former is not None:
            self._moved += former != mark
            return False
        is_younger = _latest(study) > self._began_before
        self._moved += bool(self.walks) and is_younger
        self._found += bool(self.walks) and not is_younger
        return True

    def may_settle(self) -> bool:
        """Whether to ask what has become of those that were not listed can settle anything.

        While more come again than are known besides, some are not known yet.
        """
        return len(self._unlisted) >= self._repeats

    def answered(self, study_id: str, study: Study | None) -> None:
        """Take note of what has become of a study that was not listed; None if it is gone."""
        if study is not None and fingerprint(study) == self._known[study_id]:
            self._left_out += 1
            return
        self._moved += 1
        self._unlisted.discard(study_id)
        if study is None or not self._fits(study):
            del self._known[study_id]
        else:
            self._known[study_id] = fingerprint(study)

    def end(self) -> Verdict:
        """End a walk, and return what may be said of the list."""
        self._began_before, self._began = self._began or 0.0, None
        return self._certainty.take(
            Tally(
                self._pages,
                self._served,
                self._repeats,
                found=self._found,
                left_out=self._left_out,
                unasked=len(self._unlisted) - self._left_out,
                moved=self._moved,
            )
        )


def _latest(study: Study) -> float:
    return max(study.created_at or 0.0, study.updated_at or 0.0)
