"""A list of studies as servers page it, played in memory: with ties, and changing as it is read."""

import random
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from avara_tui.api.pages import StudyPage
from avara_tui.api.paging import Memory
from avara_tui.study import COMPLETE, INCOMPLETE, NORMAL, Study
from avara_tui.study_requests import StudyFilter

OPEN = StudyFilter(status=INCOMPLETE, is_cancelled=False)
START = 1_800_000_000.0
PAGE = 100


@dataclass
class Shelf:
    """A server's list of open studies, the newest first."""

    random: random.Random
    order: str = "newest"
    """newest, updated, shuffled or random; random is another order for every page."""
    tie: float = 0.0
    """How coarse the time is that the order goes by, in seconds; 0 leaves no ties."""
    keyset: bool = False
    """Whether a page goes on after the last time of the one before, else after so many rows."""
    changes: float = 0.0
    """How many times a study comes, changes or leaves from one page to the next."""
    kinds: tuple[str, ...] = ("arrive", "edit", "leave")
    studies: dict[str, Study] = field(default_factory=dict)
    now: float = START
    requests: int = 0
    touched: set[str] = field(default_factory=set)
    """The studies that came, changed or left."""

    def fill(self, number: int, days: float) -> None:
        for _ in range(number):
            self._put(START - self.random.random() * days * 86400)

    def _put(self, at: float) -> Study:
        name = f"stu_{self.random.getrandbits(128):032x}"
        study = Study(name, f"1.2.{len(self.studies)}", "CT", NORMAL, INCOMPLETE, False, at, at)
        self.studies[name] = study
        return study

    @property
    def open(self) -> set[str]:
        """The ids of what the list holds."""
        return {each.study_id for each in self.studies.values() if each.status == INCOMPLETE}

    def _place(self, study: Study) -> tuple[float, float, str]:
        if self.order == "random":
            return (0.0, self.random.random(), "")
        if self.order == "shuffled":
            return (0.0, 0.0, study.study_id)
        at = study.updated_at if self.order == "updated" else study.created_at
        assert at is not None
        if not self.tie:
            return (-at, 0.0, study.study_id)
        return (-float(at // self.tie), self.random.random(), "")

    def _move(self) -> None:
        number = int(self.changes) + (self.random.random() < self.changes % 1)
        for _ in range(number):
            self.now += 0.05
            kind = self.random.choice(self.kinds)
            if kind == "arrive":
                self.touched.add(self._put(self.now).study_id)
                continue
            name = self.random.choice(sorted(self.open))
            study = self.studies[name]
            self.touched.add(name)
            changed = study._replace(updated_at=self.now, description=f"MR {self.now}")
            self.studies[name] = changed if kind == "edit" else changed._replace(status=COMPLETE)

    async def walk(self, first: int, seen: Memory[Study]) -> AsyncIterator[StudyPage]:
        """Yield the pages of a walk, the first of which has ``first`` studies at most."""
        seen.start()
        skipped, after, size = 0, None, first
        while True:
            self.requests += 1
            rows = [
                (self._place(each), each)
                for each in self.studies.values()
                if each.status == INCOMPLETE
            ]
            rows.sort(key=lambda row: row[0])
            if after is not None:
                rows = [row for row in rows if self._mark(row[0]) > after]
            page = rows[skipped : skipped + size]
            is_last = len(rows) <= skipped + size
            taken = seen.add([study for _, study in page])
            yield StudyPage(
                taken.nouns,
                None if is_last else "more",
                served=taken.served,
                repeats=taken.repeats,
                is_first=size == first and skipped == 0 and after is None,
            )
            if is_last:
                return
            if self.keyset:
                after = self._mark(page[-1][0])
            else:
                skipped += size
            size = PAGE
            self._move()

    def _mark(self, place: tuple[float, float, str]) -> tuple[float, str]:
        return place[0], place[2]

    async def look_up(self, study_id: str) -> Study | None:
        """Return a study as it is by now."""
        self.requests += 1
        return self.studies.get(study_id)


def shelf(seed: int, *, number: int = 1948, days: float = 7.0, **how: object) -> Shelf:
    """Return a list of ``number`` studies that came within so many days."""
    made = Shelf(random.Random(seed), **how)  # type: ignore[arg-type]
    made.fill(number, days)
    return made


Make = Callable[[int], Shelf]
