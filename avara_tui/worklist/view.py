"""A selection of the studies in order, kept true while studies and time move on."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from typing import overload

from avara_tui.worklist.order import TRIAGE, Band, Key, Order
from avara_tui.worklist.query import Query, QueryContext
from avara_tui.worklist.reevaluation import Reevaluation
from avara_tui.worklist.studies import ChangeSet, StudySet


class View:
    """The ids of the studies that a query selects, in an order.

    After every call the view is what building it from nothing would give, but for a study that is
    pinned, as long as it is told of every change of the studies before anything else. A study that
    was marked, or is not new any more, is a changed study. To pin takes in no time that has passed.
    """

    def __init__(self, studies: StudySet) -> None:
        self._studies = studies
        self._reevaluation = Reevaluation(studies)
        self._query = Query()
        self._order = TRIAGE
        self._pinned: str | None = None
        self._is_held = False
        """Whether the pinned study may be shown, or be where it is, only because it is pinned."""
        self._keys: dict[str, Key] = {}
        """Of all studies, shown or not: another query needs no others."""
        self._sorted: list[Key] = []
        self.ids: Sequence[str] = _Ids(self._sorted)

    def select(self, query: Query, order: Order, context: QueryContext) -> None:
        """Show what ``query`` selects, in ``order``.

        Another selection lets go of the study that is pinned.
        """
        let_go: set[str] = set()
        if self._pinned is not None and (query, order) != (self._query, self._order):
            let_go, self._pinned = {self._pinned}, None
        if order != self._order:
            self._reevaluation.forget()
        self._query, self._order = query, order
        turns = order.turns(context.thresholds)
        self._find_keys(self._reevaluation.touched(let_go, turns, context), context)
        self._show(context)

    def position(self, study_id: str) -> int | None:
        """Return the row of a study, or None if it is not shown."""
        key = self._keys.get(study_id)
        return None if key is None else self._row(key)

    def bands(self) -> list[tuple[int, Band]]:
        """Return the first row of every band that is shown in the triage order, and which it is.

        Nothing in any other order.
        """
        if not self._order.is_triage:
            return []
        rows = [(bisect_left(self._sorted, (each.first_key,)), each) for each in Band]
        ends = [*(row for row, _ in rows[1:]), len(self._sorted)]
        return [found for found, end in zip(rows, ends, strict=True) if found[0] < end]

    def pin(self, study_id: str | None, context: QueryContext) -> bool:
        """Keep a study shown, and in its place, whatever becomes of it; let go of the one before.

        A study that is pinned again stays where it is. Returns whether that changed what is shown.
        """
        let_go, self._pinned = self._pinned, study_id
        is_held, self._is_held = self._is_held, False
        affected = set()
        if let_go is not None and is_held:
            affected.add(let_go)
        if study_id is not None and self.position(study_id) is None:
            affected.add(study_id)
        return self._place_each(affected, context) if affected else False

    def update(self, change: ChangeSet, context: QueryContext) -> bool:
        """Take in a change of the studies; return whether other rows are shown than before."""
        return self._place(change.read | change.removed, context)

    def retime(self, context: QueryContext) -> bool:
        """Take in that time has passed; return whether other rows are shown than before."""
        return self._place(set(), context)

    def _row(self, key: Key) -> int | None:
        row = bisect_left(self._sorted, key)
        return row if self._sorted[row : row + 1] == [key] else None

    def _place(self, changed: set[str], context: QueryContext) -> bool:
        """Put the studies ``changed``, and those that time touched, where they belong."""
        thresholds = context.thresholds
        turns = self._query.turns(thresholds) | self._order.turns(thresholds)
        touched = self._reevaluation.touched(changed, turns, context)
        if touched is not None:
            return self._place_each(touched, context)
        before = self._sorted.copy()
        self._find_keys(None, context)
        self._show(context)
        return self._sorted != before

    def _place_each(self, study_ids: Iterable[str], context: QueryContext) -> bool:
        matches = self._query.matcher(context)
        key_of = self._order.key(context.now, context.thresholds)
        is_changed = False
        for study_id in study_ids:
            study, former = self._studies.get(study_id), self._keys.pop(study_id, None)
            row = None if former is None else self._row(former)
            key = None
            if study is not None:
                is_pinned = study_id == self._pinned
                self._is_held = self._is_held or is_pinned
                key = former if is_pinned and former is not None else key_of(study)
                self._keys[study_id] = key
                if not is_pinned and not matches(study):
                    key = None
            if (former if row is not None else None) == key:
                continue
            is_changed = True
            if row is not None:
                del self._sorted[row]
            if key is not None:
                insort(self._sorted, key)
        return is_changed

    def _find_keys(self, study_ids: Iterable[str] | None, context: QueryContext) -> None:
        """Find the keys of some studies, or of all, anew."""
        key_of = self._order.key(context.now, context.thresholds)
        kept = None if self._pinned is None else self._keys.get(self._pinned)
        if study_ids is None:
            self._keys = {study.study_id: key_of(study) for study in self._studies}
        else:
            for study in filter(None, map(self._studies.get, study_ids)):
                self._keys[study.study_id] = key_of(study)
        if kept is not None and kept[-1] in self._studies:
            self._keys[kept[-1]] = kept

    def _show(self, context: QueryContext) -> None:
        """Select and sort everything anew; what is pinned goes where its key says, and only there.

        The key is from before a change, so that sorting by what the study says now would put it
        elsewhere.
        """
        self._is_held = self._pinned is not None
        selected = self._query.select(self._studies, context)
        pinned = None if self._pinned is None else self._keys.get(self._pinned)
        if pinned is not None:
            selected = (study for study in selected if study.study_id != self._pinned)
        self._sorted[:] = self._order.sort(selected, self._keys, context.thresholds)
        if pinned is not None:
            insort(self._sorted, pinned)


class _Ids(Sequence[str]):
    """The last parts of sorted keys: the study ids."""

    def __init__(self, keys: list[Key]) -> None:
        self._keys = keys

    def __len__(self) -> int:
        return len(self._keys)

    @overload
    def __getitem__(self, index: int) -> str: ...

    @overload
    def __getitem__(self, index: slice) -> list[str]: ...

    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [key[-1] for key in self._keys[index]]
        study_id: str = self._keys[index][-1]
        return study_id
