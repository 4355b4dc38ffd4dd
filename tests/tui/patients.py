"""A board whose studies are of patients, and the key that shows one patient's."""

from typing import Any, Final, cast

from avara_tui.clock import ManualClock
from avara_tui.config import Config, WorklistSetting
from avara_tui.study import Study
from avara_tui.triage.site import saved_worklists
from avara_tui.tui.board.board import Board
from avara_tui.tui.board.switching import Switching
from avara_tui.tui.commands.same_patient import SamePatient
from avara_tui.tui.options import RunOptions
from avara_tui.tui.presentation.row_context import RowContext
from avara_tui.worklist.clocks import DAY, HOUR
from avara_tui.worklist.saved import BUILT_IN
from avara_tui.worklist.studies import ChangeSet, StudySet
from tui.fake_screen import FakeScreen
from tui.without_screen import CONNECTION
from worklist.making import CITY, ME, NOW, study, study_id

CONFIG: Final = Config(patient_key="mrn")
VALUE: Final = "ZQ-7731"
"""A number that nothing else on the screen or in a file is made of."""
MINE: Final = {"mrn": VALUE}


class Place:
    """A board with its studies, and the key that shows one patient's."""

    def __init__(self, config: Config = CONFIG, own: tuple[WorklistSetting, ...] = ()) -> None:
        self.studies = StudySet()
        self.config = config
        self.screen = FakeScreen(RunOptions(lambda: CONNECTION, "test", config))
        self.board = Board(
            self.studies,
            ManualClock(NOW),
            self.screen.row_context,
            config,
            saved_worklists(config, own),
        )
        self.board.set_me(ME)
        screen = cast("Any", self.screen)
        self.keys = SamePatient(screen, self.board, lambda: None, self._show)
        self.switching = Switching(screen, self.board, own, config=config, shown_anew=lambda: None)
        self.switching.choose(BUILT_IN[4])

    def _show(self, study_id: str) -> None:
        self.board.pin(study_id)
        self.screen.table.go_to(study_id)

    def tell(self, change: ChangeSet) -> None:
        self.board.apply(change)

    def read(self, *studies: Study) -> None:
        self.tell(self.studies.merge(studies))

    def whole(self) -> None:
        self.board.patients.tell_whole(is_whole=True)

    async def press(self, number: int) -> None:
        found = self.studies.get(study_id(number))
        assert found is not None
        self.screen.table.go_to(found.study_id)
        await self.keys.show(found)

    @property
    def shown(self) -> set[str]:
        return set(self.board.ids)


def ids(*numbers: int) -> set[str]:
    return {study_id(each) for each in numbers}


def family() -> tuple[Study, ...]:
    """Return four studies of one patient in every state, and two that are not theirs."""
    return (
        study(1, metadata=MINE, severity="stat"),
        study(2, metadata=MINE, age=2 * HOUR),
        study(3, metadata=MINE, status="complete", age=800 * DAY),
        study(4, metadata=MINE, is_cancelled=True, age=3 * DAY),
        study(5, metadata=MINE, customer=CITY),
        study(6, metadata={"mrn": VALUE.lower()}),
    )


def everything_in(thing: object, seen: set[int] | None = None) -> str:
    """Return all texts that can be reached from ``thing``, and from nothing but it."""
    seen = set() if seen is None else seen
    if id(thing) in seen or isinstance(thing, (StudySet, RowContext)):
        return ""
    seen.add(id(thing))
    if isinstance(thing, str):
        return f"{thing}\n"
    if isinstance(thing, dict):
        parts = [*thing.keys(), *thing.values()]
    elif isinstance(thing, (set, frozenset, list, tuple)):
        parts = list(thing)
    else:
        parts = list(getattr(thing, "__dict__", {}).values())
    return "".join(everything_in(each, seen) for each in parts)
