"""The worklist on the screen: a saved worklist, narrowed by a filter, in order."""

from collections.abc import Callable, Collection, Sequence
from typing import Final

from avara_tui.clock import Clock
from avara_tui.config import Config
from avara_tui.study import Study
from avara_tui.text import clean
from avara_tui.triage.selecting import first_worklist, worklist_called
from avara_tui.triage.site import thresholds_of
from avara_tui.tui.board.elsewhere import Elsewhere
from avara_tui.tui.board.longest import Longest
from avara_tui.tui.board.patients import ONE_PATIENT, Patients
from avara_tui.tui.board.workload import Workload
from avara_tui.tui.presentation.columns import DEFAULT_COLUMNS, METADATA_PREFIX
from avara_tui.tui.presentation.groups import Group, groups
from avara_tui.tui.presentation.open_counts import OpenCounts
from avara_tui.tui.presentation.row_context import RowContext
from avara_tui.worklist.order import Order
from avara_tui.worklist.query import Query, QueryContext, parse, spelled_out
from avara_tui.worklist.saved import (
    LOAD,
    Counts,
    SavedWorklist,
)
from avara_tui.worklist.studies import ChangeSet, StudySet
from avara_tui.worklist.view import View

INDICATION: Final = "indication"
"""The metadata key under which systems say why a study was ordered (HL7's reason for study)."""
_OPEN: Final = frozenset({("open",), ("overdue",), ("soon",), ("untimed",)})
"""The values of ``is:`` that only incomplete studies meet."""


def _asks_for_marks(text: str) -> bool:
    return any(term.field == "is" and "marked" in term.values for term in parse(text).terms)


class Board:
    """Which studies are shown, in which order, and how many every saved worklist holds."""

    def __init__(
        self,
        studies: StudySet,
        clock: Clock,
        row_context: RowContext,
        config: Config,
        worklists: Sequence[SavedWorklist],
    ) -> None:
        self.worklists = worklists
        self.active = worklists[0]
        self.filter_text = ""
        self.row_context = row_context
        self.studies = studies
        self.elsewhere = Elsewhere(studies)
        """How many studies a text is in, wherever they are."""
        self.longest = Longest(studies)
        """How long the names are that the columns show."""
        self.patients = Patients(studies, row_context)
        self._listed, self._filter_before = self.active, ""
        self._shown: Callable[[Study], Study] = lambda study: study
        self._clock = clock
        self._view = View(studies)
        self._workload = Workload(studies, row_context, self._view)
        self._apply(config)
        self.filter = parse("")
        self._orders: dict[str, Order] = {}
        self._columns: dict[str, Sequence[str]] = {}
        self._unsure: Counts | None = None
        self._unsure_text = ""
        self._pinned: str | None = None
        self._rebuild()

    def take_settings(self, config: Config, worklists: Sequence[SavedWorklist]) -> None:
        """Let other settings count; the worklist that is shown stays, if there still is one."""
        self.worklists = worklists
        self._listed = worklist_called(self.listed.name, worklists) or first_worklist(worklists)
        if config.patient_key != self.patients.key:
            self._leave_patient()
        self._apply(config)
        if not self.patients.is_shown:
            self.active = self._listed
        self._rebuild()

    def _apply(self, config: Config) -> None:
        self._config = config
        self.patients.take_settings(config)
        self._thresholds = thresholds_of(config)
        self.row_context.take_thresholds(
            self._thresholds, are_placeholders=config.thresholds.are_placeholders
        )
        self._counts = Counts(self.studies, self.worklists, LOAD)

    @property
    def ids(self) -> Sequence[str]:
        """The ids of the studies shown, in order."""
        return self._view.ids

    def position(self, study_id: str) -> int | None:
        """Return the row of a study, or None if it is not shown."""
        return self._view.position(study_id)

    @property
    def groups(self) -> Sequence[Group]:
        """The groups of rows that have a word above them, in order."""
        max_wait = self._thresholds.max_wait
        return groups(self._view.bands(), max_wait, by_deadline=self.goes_by_deadline)

    @property
    def goes_by_deadline(self) -> bool:
        """Whether what is due first goes first within a group of the triage order."""
        return self.order.is_triage and (self.order.by_deadline or self._thresholds.by_deadline)

    @property
    def stat_rows(self) -> list[tuple[int, bool]]:
        """The rows of open STAT studies, and whether nobody has them."""
        return self._workload.stat_rows(self._counts)

    def study(self, study_id: str) -> Study | None:
        """Return a study that the session holds, as what is under way will make it."""
        study = self.studies.get(study_id)
        return None if study is None else self.as_shown(study)

    def as_shown(self, study: Study) -> Study:
        """Return a study as what is under way will make it."""
        return self._shown(study)

    def show_as(self, shown: Callable[[Study], Study]) -> None:
        """Show every study as ``shown`` returns it: as what is under way will make it.

        Which studies are shown, and in which order, goes by what the server has.
        """
        self._shown = shown

    @property
    def order(self) -> Order:
        """How the worklist shown is sorted: as it was chosen in this session, or as it is saved."""
        return self._orders.get(self.active.name, self.active.order)

    def sort(self, order: Order) -> None:
        """Sort the worklist shown, for the rest of the session."""
        self._orders[self.active.name] = order
        self.pin(None)
        self._rebuild()

    @property
    def chose_columns(self) -> bool:
        """Whether the columns of the worklist shown were chosen in this session."""
        return self.active.name in self._columns

    def choose_columns(self, names: Sequence[str] | None) -> None:
        """Show these columns in the worklist shown, for the rest of the session.

        None stands for those that the settings name.
        """
        if names is None:
            self._columns.pop(self.active.name, None)
        else:
            self._columns[self.active.name] = tuple(names)

    @property
    def columns(self) -> Sequence[str]:
        """The columns chosen for the worklist shown, those that it asks for, or the table's own.

        The table's own leave out the status where the worklist fixes it: it would say the same in
        every row; and they have it where open and closed studies stand side by side.
        """
        if self.chose_columns:
            return self._columns[self.active.name]
        if self.active.columns:
            return self._with_state(self.active.columns)
        fixes_status = any(
            term.field == "status" or (term.field == "is" and term.values in _OPEN)
            for term in self.worklist_query.terms
        )
        own = [each for each in self._config.columns if each != "status" or not fixes_status]
        return self._with_state(own)

    def _with_state(self, columns: Sequence[str]) -> Sequence[str]:
        """Return ``columns`` with the status, where studies of any state are asked for."""
        if "status" in columns or not self._query().takes_any_state:
            return columns
        place = columns.index("description") + 1 if "description" in columns else len(columns)
        return [*columns[:place], "status", *columns[place:]]

    @property
    def knows_indications(self) -> bool:
        """Whether any study says why it was ordered."""
        return INDICATION in self.studies.metadata_keys()

    def wide(self, columns: Sequence[str]) -> Sequence[str]:
        """Return what stands in place of ``columns`` where there is much room.

        Nothing where somebody chose them.
        """
        if self.chose_columns or tuple(columns) != DEFAULT_COLUMNS:
            return ()
        more = {"age": "due"}
        if self.knows_indications:
            more["description"] = f"{METADATA_PREFIX}{INDICATION}"
        pairs = ((each, more.get(each)) for each in columns)
        return tuple(each for pair in pairs for each in pair if each is not None)

    def count(self, worklist: SavedWorklist) -> int | None:
        """Return how many of the loaded studies a saved worklist holds.

        None where it speaks of the person at the keys and nobody knows who that is.
        """
        if worklist is ONE_PATIENT:
            return len(self.patients.shown)
        is_unknown = self.row_context.me is None and worklist.names_me
        return None if is_unknown else self._counts.of(worklist.name)

    def unsure(self, worklist: SavedWorklist) -> int:
        """Return how many more it may hold: it asks how long, and nobody knows of these."""
        return 0 if self.count(worklist) is None else self._counts.unsure_of(worklist.name)

    @property
    def lacks_me(self) -> bool:
        """Whether it is not known what to show: nobody has said who sits at the keys."""
        speaks_of_me = self.active.names_me or self.filter.names_me
        return speaks_of_me and self.row_context.me is None

    @property
    def unsure_shown(self) -> int:
        """How many more studies worklist and filter may mean: nobody knows how long they wait."""
        return 0 if self._unsure is None else self._unsure.of_filter(self._unsure_text)

    @property
    def load(self) -> OpenCounts:
        """How much there is to do, whatever is shown."""
        return self._workload.open_counts(self._counts)

    def set_me(self, user_id: str | None) -> None:
        """Take over who the person at the keys is, which the session knows."""
        self.row_context.tell_me(user_id)
        self._rebuild()

    @property
    def listed(self) -> SavedWorklist:
        """The saved worklist that is shown, or was before one patient's studies are."""
        return self._listed if self.patients.is_shown else self.active

    def choose(self, worklist: SavedWorklist) -> None:
        """Show another saved worklist; the filter stays."""
        self._leave_patient()
        self.active = worklist
        self.pin(None)
        self._rebuild()

    def show_patient_of(self, study_id: str) -> None:
        """Show all studies of a study's patient, in whatever state they are, and nothing else."""
        if not self.patients.is_shown:
            self._listed, self._filter_before = self.active, self.filter_text
        self.patients.show(study_id)
        self.active = ONE_PATIENT
        self.narrow("")

    def _leave_patient(self) -> None:
        if self.patients.is_shown:
            self.patients.show(None)
            # What narrowed one patient's studies was not meant for a worklist.
            self.filter_text, self.filter = self._filter_before, parse(self._filter_before)

    def narrow(self, text: str, metadata_keys: Collection[str] = ()) -> None:
        """Show only what the filter ``text`` matches too; it may name ``metadata_keys`` loosely.

        Raises :class:`avara_tui.worklist.query.QueryError` and shows what it did before.
        """
        text = spelled_out(text, metadata_keys)
        self.filter = parse(text)
        self.filter_text = text
        self.pin(None)
        self._rebuild()

    def pin(self, study_id: str | None) -> bool:
        """Keep a study shown whatever becomes of it, and let go of the one kept before.

        The study under the cursor must not slip away between reading it and pressing a key.
        Returns whether letting go changed what is shown.
        """
        if study_id == self._pinned:
            return False
        self._pinned = study_id
        is_changed = bool(self._view.pin(study_id, self._tell_time()))
        if is_changed:
            self._workload.rows_changed()
        return is_changed

    def why_hidden(self, study_id: str) -> str | None:
        """Return why a study is not among those shown, or None if it is."""
        study, context = self.studies.get(study_id), self.context()
        if study is None or self._query().matcher(context)(study):
            return None
        if self.worklist_query.matcher(context)(study):
            return "hidden by the filter"
        return f"not in “{clean(self.active.name)}”"

    def selects(self, study: Study) -> bool:
        """Whether worklist and filter select a study as it is given, pinned or not."""
        return self._query().matcher(self.context())(study)

    def apply(self, change: ChangeSet) -> None:
        """Take in what changed in the studies."""
        self._workload.changed()
        moved = self.patients.follow(change)
        context = self._tell_time()
        self._view.update(change, context)
        if moved:
            self._view.update(ChangeSet(changed=moved), context)
        for counts in filter(None, (self._counts, self._unsure)):
            counts.update(change, context)

    def marks_changed(self, study_ids: set[str]) -> bool:
        """Take in that studies were marked or unmarked; return whether rows may have changed."""
        texts = (self.filter_text, *(each.query_text for each in self.worklists))
        if not any(_asks_for_marks(text) for text in texts):
            return False
        self.apply(ChangeSet(changed=set(study_ids)))
        return True

    def tick(self) -> None:
        """Take in that time has passed: studies grow old and overdue."""
        self._workload.changed()
        context = self._tell_time()
        self._view.retime(context)
        for counts in filter(None, (self._counts, self._unsure)):
            counts.retime(context)

    def _rebuild(self) -> None:
        self._workload.changed()
        context = self._tell_time()
        query = self._query()
        self.row_context.set_off(query.words)
        self._view.select(query, self.order, context)
        self._counts.retime(context)
        unsure = query.unsure()
        self._unsure_text = str(unsure)
        self._unsure = None if unsure is None else Counts(self.studies, (), (self._unsure_text,))
        if self._unsure is not None:
            self._unsure.retime(context)

    @property
    def worklist_query(self) -> Query:
        """What is shown without the filter."""
        return self.patients.query or parse(self.active.query_text)

    def _query(self) -> Query:
        return self.worklist_query.and_also(self.filter)

    def _tell_time(self) -> QueryContext:
        """Let rows be drawn by the time by which they are selected and sorted; return the rest."""
        context = self.context()
        self.row_context.tell_time(context.now)
        return context

    def context(self) -> QueryContext:
        """Return what a query needs to know at this moment."""
        return QueryContext(
            me=self.row_context.me,
            now=self._clock.now(),
            thresholds=self._thresholds,
            marked=self.row_context.marked,
            new=self.row_context.new,
            changed=self.row_context.changed,
            aside=self.row_context.aside,
            same_patient=self.patients.shown,
        )
