"""The studies of one list, as walk after walk over it brings them, and what each walk lacked."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from avara_tui.api.paging import Fresh
from avara_tui.api.traces import Trace, id_of, trace_of
from avara_tui.server_filter import selector
from avara_tui.study import Study, fingerprint, touched_at
from avara_tui.study_requests import StudyFilter
from avara_tui.triage.reading.certainty import Certainty, Tally, Verdict

if TYPE_CHECKING:
    from avara_tui.api.pages import StudyPage


class Census:
    """Is shown the pages of walks over the list that one request asks for, and counts.

    A walk over the list takes it for its memory of what it has brought. It keeps a trace of each
    study and a fingerprint by which to tell whether it has changed, and nothing of what it says.
    """

    def __init__(self, request: StudyFilter) -> None:
        self._fits = selector(request)
        self._certainty = Certainty()
        self._known: dict[Trace, int] = {}
        self._unlisted: set[Trace] = set()
        self._new: set[str] = set()
        """The ids on the last page that were not known."""
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
    def repeats(self) -> int:
        """How many studies of the walk under way came again as they were."""
        return self._repeats

    @property
    def unreadable(self) -> int:
        """Rows of the walk under way, or of the last one, that could not be understood."""
        return self._unreadable

    @property
    def unlisted(self) -> list[str]:
        """The studies that are known, and that the walk under way has not listed so far."""
        return sorted(map(id_of, self._unlisted))

    # What a walk says while it goes on.

    def start(self) -> None:
        """Begin a walk, or begin the one under way again."""
        self._pages = self._served = self._repeats = self._unreadable = 0
        self._found = self._left_out = self._moved = 0
        self._unlisted = set(self._known)
        if self.walks:
            self._began = self._latest

    def add(self, studies: Iterable[Study]) -> Fresh[Study]:
        """Take in the rows of a page; return those that this walk had not brought as they are."""
        fresh: list[Study] = []
        here: set[Trace] = set()
        repeats = 0
        self._new = set()
        for study in studies:
            trace = trace_of(study.study_id)
            if self._note(trace, study):
                fresh.append(study)
            else:
                repeats += trace not in here
            here.add(trace)
            self._latest = max(self._latest, touched_at(study))
        if self._began is None:
            # Nothing was known before the first page of all.
            self._began = self._latest
        return Fresh(fresh, len(here), repeats)

    def _note(self, trace: Trace, study: Study) -> bool:
        """Take note of a row, and return whether this walk had not brought it as it is."""
        mark, former = fingerprint(study), self._known.get(trace)
        self._known[trace] = mark
        if former is None:
            is_younger = touched_at(study) > self._began_before
            self._moved += bool(self.walks) and is_younger
            self._found += bool(self.walks) and not is_younger
            self._new.add(study.study_id)
            return True
        self._moved += former != mark
        if trace in self._unlisted:
            self._unlisted.discard(trace)
            return True
        return former != mark

    def page(self, page: "StudyPage") -> list[Study]:
        """Count a page, and return its studies that no walk had brought before."""
        self._pages += 1
        self._served += page.served
        self._repeats += page.repeats
        self._unreadable += page.unreadable
        return [study for study in page.studies if study.study_id in self._new]

    # What became of what it did not bring.

    def is_worth_asking(self) -> bool:
        """Whether to ask what has become of those that were not listed can settle anything.

        While more come again than are known besides, some are not known yet.
        """
        return len(self._unlisted) >= self._repeats

    def answered(self, study_id: str, study: Study | None) -> None:
        """Take note of what has become of a study that was not listed; None if it is gone."""
        trace = trace_of(study_id)
        if study is not None and fingerprint(study) == self._known[trace]:
            self._left_out += 1
            return
        self._moved += 1
        self._unlisted.discard(trace)
        if study is None or not self._fits(study):
            del self._known[trace]
        else:
            self._known[trace] = fingerprint(study)

    def end(self) -> Verdict:
        """End a walk, and return what may be said of the list."""
        self._began_before, self._began = self._began or 0.0, None
        return self._certainty.add_walk(
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
