"""Which study comes next: the most urgent that is open, mine or nobody's, and not aside."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from avara_tui.config import Config, NextRule
from avara_tui.study import Study, UserRef
from avara_tui.text import clean
from avara_tui.triage.aside import Aside, InHand
from avara_tui.triage.taking import Reason, Search, passed_texts
from avara_tui.tui.board.board import Board
from avara_tui.tui.lines import Line, Role, join, line
from avara_tui.worklist.query import Query

if TYPE_CHECKING:
    from avara_tui.triage.reading.session import TriageSession

_NONE: Final[Mapping[str, Study]] = MappingProxyType({})


class NextStudies:
    """What can be next, the most urgent first, whatever order the table is in.

    The filter that the person typed counts. So does the saved worklist, unless it is one of
    studies that somebody else has or that are done, which can never hold the next one.
    """

    def __init__(
        self,
        board: Board,
        session: "TriageSession",
        aside: Aside,
        opened: InHand,
        config: Config,
    ) -> None:
        self._board = board
        self._session = session
        self._aside = aside
        self._opened = opened
        self.take_settings(config)

    def take_settings(self, config: Config) -> None:
        """Let other settings count."""
        self._takes_mine = config.next is NextRule.MINE_FIRST

    def __call__(self) -> Iterator[Study]:
        """Yield the studies to take, the first of them first."""
        return iter(self._search().candidates(self._board.studies, self._board.context()))

    def why_none(self, tried: Mapping[str, Study] = _NONE) -> Line:
        """Return why there is nothing to take, in words; ``tried`` proved to be taken or done."""
        search, context = self._search(tried), self._board.context()
        whose = "yours or nobody's" if self._takes_mine else "nobody's"
        parts = [f"no open study is {whose}"]
        if search.holds_next(context):
            parts.append(f"in “{clean(self._board.active.name)}”")
        if self._board.filter_text:
            parts.append("and matches the filter")
        everywhere = search._replace(worklist=Query(), filter=Query())
        elsewhere = len(everywhere.candidates(self._board.studies, context))
        aside = len(self._aside.ids)
        said = line(" ".join(parts))
        if elsewhere:
            said += line(f"; {elsewhere:,} elsewhere")
        if aside:
            said += line(f"; {aside} put aside")
        return said + self._told(search, None)

    def passed(self, chosen: Study, tried: Mapping[str, Study]) -> Line:
        """Return what is STAT or overdue and more urgent than ``chosen``, and why it is not next.

        ``chosen`` is as it was seen when it was chosen, and so is what was ``tried`` before it.
        """
        return self._told(self._search(tried), chosen)

    def _told(self, search: Search, chosen: Study | None) -> Line:
        board, context = self._board, self._board.context()
        passed = search.passed(board.studies, chosen, context, board.as_shown)
        # A span a reason: where room is short, the longest span gives way, which is no reason then.
        said = [line((each, Role.STAT)) for each in passed_texts(passed, context, self._in_words)]
        return line(("; passed over ", Role.WARNING)) + join(said, ", ") if said else ()

    def _in_words(self, reason: Reason) -> str:
        if reason is Reason.WORKLIST:
            return f"not in “{clean(self._board.active.name)}”"
        return str(reason.value)

    def _search(self, tried: Mapping[str, Study] = _NONE) -> Search:
        board, me = self._board, self._session.me
        return Search(
            board.worklist_query,
            board.filter,
            me=None if me is None else board.studies.people().get(me, UserRef(me, "")),
            takes_mine=self._takes_mine,
            aside=self._aside.ids,
            # What is being written to may be somebody's in a moment, such as one's own.
            saving=board.row_context.unconfirmed,
            opened=self._still_opened(),
            tried=tried,
        )

    def _still_opened(self) -> AbstractSet[str]:
        self._opened.returned()
        return self._opened.ids
