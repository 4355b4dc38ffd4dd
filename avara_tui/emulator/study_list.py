"""The list of studies: any filter, in order, page by page, at a cost that hardly grows.

Studies are told apart by *lane*: one for each severity, status and cancellation. The filters pick
*arms*: for every lane that may match, the studies of one assignee, customer and description. An
index keeps each arm in the order of the list, so that a page is a merge of the arms' heads.
"""

import heapq
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Final, NamedTuple

from avara_tui.emulator.behaviour import Behaviour, Order
from avara_tui.emulator.cursors import Cursor
from avara_tui.emulator.pages import Page, cut_page
from avara_tui.emulator.requests import StudyQuery, Unset
from avara_tui.emulator.schema import DOCUMENTED_LANES, lane_of
from avara_tui.emulator.ties import Dated, tied_page

_DESCENDING: Final[Mapping[Order, bool]] = {
    "newest": True,
    "oldest": False,
    "updated": True,
    "shuffled": False,
    "ties": True,
}
_SEVERITIES: Final = ("stat", "high", "normal")
_STATUSES: Final = ("incomplete", "complete")
_OTHER: Final = ""
"""Stands for every severity, and for every status, that is not documented."""

_MAX_HEADS: Final = 2_000
"""How many arms are merged head by head; of more, the studies themselves are looked through."""
_MAX_SKIPPED: Final = 2_000
"""How many rows a merge may skip for a cursor that counts rows."""
_TRIGRAM: Final = 3
_ALL: Final = 2**31
"""More rows than there are."""


class _Selection(NamedTuple):
    """What of the table a query selects, and from where on."""

    condition: str
    """On the columns that all arms share."""
    values: Sequence[str | int | None]
    """For the marks in ``condition``."""
    lanes: Sequence[int]
    is_everything: bool
    """Whether all lanes, and all assignees and customers, may match."""
    is_descending: bool

    @property
    def direction(self) -> str:
        return "DESC" if self.is_descending else "ASC"

    @property
    def beyond(self) -> str:
        """The comparison that holds for what comes later in the list."""
        return "<" if self.is_descending else ">"


class StudyList:
    """Reads pages of the table of studies."""

    def __init__(
        self, connection: sqlite3.Connection, behaviour: Behaviour, source: int | None = None
    ) -> None:
        """``source`` is the number of the key that must have created a study; None is any."""
        self._connection = connection
        self._behaviour = behaviour
        self._source = source

    def page(self, query: StudyQuery, limit: int, cursor: Cursor | None) -> Page:
        """Return ``limit`` studies that ``query`` lets through, from ``cursor`` on."""
        if self._behaviour.order == "ties":
            return self._tied_page(query, limit, cursor)
        offset = (cursor.offset if cursor is not None else None) or 0
        selection = self._select(query, cursor.after if cursor is not None else None)
        positions = self._positions(selection, query.description, limit + 1, offset)
        page = cut_page(self._rows(positions), limit, offset)
        if page.next is not None and self._behaviour.cursors == "keyset":
            return Page(page.rows, Cursor(after=page.rows[-1]["position"]))
        return page

    def _tied_page(self, query: StudyQuery, limit: int, cursor: Cursor | None) -> Page:
        positions = self._positions(self._select(query, None), query.description, _ALL, 0)
        found = self._connection.execute(
            "SELECT position, created_at FROM json_each(?) AS wanted"
            " CROSS JOIN studies ON studies.position = wanted.value",
            (json.dumps(positions),),
        )
        chosen, following = tied_page(
            (Dated(*row) for row in found),
            limit,
            cursor,
            self._behaviour.tie_seconds,
            keyset=self._behaviour.cursors == "keyset",
        )
        return Page(self._rows(chosen), following)

    def _select(self, query: StudyQuery, after: int | None) -> _Selection:
        conditions = ["TRUE"]
        values: list[str | int | None] = []
        for column, table, name, wanted in (
            ("assignee", "users", "user_id", query.assigned_to),
            ("customer", "customers", "customer_id", query.customer_id),
        ):
            if wanted is not Unset.UNSET:
                conditions.append(f"{column} IS ?")
                values.append(self._number(table, name, wanted))
        if self._source is not None:
            conditions.append("created_by_api_key = ?")
            values.append(self._source)
        selection = _Selection(
            " AND ".join(conditions),
            values,
            self._lanes(query),
            is_everything=not values and self._is_of_any_kind(query),
            is_descending=_DESCENDING[self._behaviour.order],
        )
        if after is None:
            return selection
        return _narrowed(selection, f"position {selection.beyond} ?", after)

    def _number(self, table: str, column: str, wanted: str | None) -> int | None:
        """Return the number of a user or customer; 0, which none has, if there is none such."""
        if wanted is None:
            return None
        row = self._connection.execute(
            f"SELECT number FROM {table} WHERE {column} = ?",
            (wanted,),
        ).fetchone()
        return 0 if row is None else int(row[0])

    def _is_cancelled(self, query: StudyQuery) -> bool | None:
        if query.is_cancelled is None and self._behaviour.cancelled_by_default == "excluded":
            return False
        return query.is_cancelled

    def _is_of_any_kind(self, query: StudyQuery) -> bool:
        return {query.severity, query.status, self._is_cancelled(query)} == {None}

    def _lanes(self, query: StudyQuery) -> list[int]:
        is_cancelled = self._is_cancelled(query)
        # Every lane costs an arm: those of undocumented values only where there are any.
        others = (_OTHER,) if self._has_others() else ()
        return [
            lane_of(severity, status, is_cancelled=cancelled)
            for severity in (*_SEVERITIES, *others)
            for status in (*_STATUSES, *others)
            for cancelled in (False, True)
            if query.severity in {None, severity}
            and query.status in {None, status}
            and is_cancelled in {None, cancelled}
        ]

    def _has_others(self) -> bool:
        (lane,) = self._connection.execute("SELECT max(lane) FROM studies").fetchone()
        return lane is not None and lane >= DOCUMENTED_LANES

    def _positions(
        self, selection: _Selection, description: str | None, number: int, offset: int
    ) -> list[int]:
        """Return the positions of the ``number`` studies that follow the first ``offset``."""
        if not description:
            return self._merge(selection, number, offset)
        if self._behaviour.description_case == "exact":
            column, pattern = "text", description
        else:
            column, pattern = "folded", description.casefold()
        most = _MAX_HEADS // len(selection.lanes)
        matching = self._matching(column, pattern, most + 1)
        if len(matching) <= most and offset <= _MAX_SKIPPED:
            heads = self._merge_heads(selection, matching)
            return list(islice(heads, offset, offset + number))
        text = f"(SELECT {column} FROM descriptions WHERE number = studies.description)"
        return self._merge(_narrowed(selection, f"instr({text}, ?)", pattern), number, offset)

    def _merge(self, selection: _Selection, number: int, offset: int) -> list[int]:
        arm = f"SELECT position FROM studies WHERE {selection.condition}"
        if selection.is_everything:
            arms = [arm]
        else:
            arms = [f"{arm} AND lane = {lane}" for lane in selection.lanes]
        rows = self._connection.execute(
            f"{' UNION ALL '.join(arms)} ORDER BY position {selection.direction} LIMIT ? OFFSET ?",
            (*(value for _ in arms for value in selection.values), number, offset),
        )
        return [position for (position,) in rows]

    def _matching(self, column: str, pattern: str, most: int) -> list[int]:
        """Return the numbers of at most ``most`` descriptions that contain ``pattern``."""
        folded = pattern.casefold()
        if len(folded) >= _TRIGRAM and "\0" not in folded:
            found = "number IN (SELECT rowid FROM description_search WHERE folded MATCH ?)"
            values = ['"' + folded.replace('"', '""') + '"']
        else:
            found, values = "TRUE", []
        rows = self._connection.execute(
            f"SELECT number FROM descriptions WHERE {found} AND instr({column}, ?) LIMIT ?",
            (*values, pattern, most),
        )
        return [number for (number,) in rows]

    def _merge_heads(self, selection: _Selection, matching: Sequence[int]) -> Iterator[int]:
        """Yield the positions of all studies with a description of ``matching``, in order."""
        one = (
            "SELECT position FROM studies WHERE description = {} AND lane = {} AND "
            f"{selection.condition} {{}} ORDER BY position {selection.direction} LIMIT 1"
        )
        heads = self._connection.execute(
            f"SELECT d.value, l.value, ({one.format('d.value', 'l.value', '')}) AS head"
            " FROM json_each(?) AS d CROSS JOIN json_each(?) AS l WHERE head IS NOT NULL",
            (*selection.values, json.dumps(matching), json.dumps(selection.lanes)),
        )
        # A heap gives the least first: positions that descend are turned round.
        sign = -1 if selection.is_descending else 1
        heap = [(sign * head, description, lane) for description, lane, head in heads]
        heapq.heapify(heap)
        following = one.format("?", "?", f"AND position {selection.beyond} ?")
        while heap:
            signed, description, lane = heap[0]
            yield sign * signed
            row = self._connection.execute(
                following, (description, lane, *selection.values, sign * signed)
            ).fetchone()
            if row is None:
                heapq.heappop(heap)
            else:
                heapq.heapreplace(heap, (sign * row[0], description, lane))

    def _rows(self, positions: Sequence[int]) -> list[sqlite3.Row]:
        return self._connection.execute(
            "SELECT studies.*, descriptions.text FROM json_each(?) AS wanted"
            " CROSS JOIN studies ON studies.position = wanted.value"
            " CROSS JOIN descriptions ON descriptions.number = studies.description",
            (json.dumps(positions),),
        ).fetchall()


def _narrowed(selection: _Selection, condition: str, value: str | int) -> _Selection:
    return selection._replace(
        condition=f"{selection.condition} AND {condition}", values=[*selection.values, value]
    )
