"""What is typed into the filter: it narrows the worklist at once, and can be taken back."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Protocol

from avara_tui.tui.board.board import Board
from avara_tui.tui.keys.actions import Actions
from avara_tui.tui.lines import Line, Role, line
from avara_tui.tui.presentation.filter_hints import Hint, mistake, understood
from avara_tui.tui.protocols import Pointing, Telling
from avara_tui.worklist.query import QueryError, Vocabulary, parse, settled, without_mistakes
from avara_tui.worklist.studies import StudySet

if TYPE_CHECKING:
    from avara_tui.tui.widgets.filter_bar import FilterBar

REMEMBERED: Final = 50
"""Filters of this session that can be had again. None is written down: they may name patients."""
NOT_FILTERED: Final = "the table is not filtered"
BY_THE_REST: Final = "filtered by the rest only"
"""What the table shows while something of a filter is a mistake, which does not count."""
_NOTHING: Final = Hint((), None)


class FilterScreen(Telling, Pointing, Protocol):
    """What filtering needs of the screen."""

    @property
    def filter_bar(self) -> "FilterBar":
        """Where the filter is typed and shown."""
        ...

    def hint(self, content: Line) -> None:
        """Show a line below the filter while it is typed; an empty one takes it away."""
        ...

    async def type_filter(self, vocabulary: Callable[[], Vocabulary]) -> None:
        """Open the filter's input."""
        ...


class Filtering:
    """The filter of the person at the keys, on top of the saved worklist's own."""

    def __init__(
        self,
        screen: FilterScreen,
        board: Board,
        studies: StudySet,
        shown_anew: Callable[[], None],
    ) -> None:
        self._screen = screen
        self._board = board
        self._studies = studies
        self._shown_anew = shown_anew
        self._text_before = ""
        self._study_before: str | None = None
        self._history: list[str] = []
        self._place = 0
        self._unfinished = ""

    @property
    def actions(self) -> Actions:
        """What can be done with the filter, by action id."""
        return {"filter": self.type}

    def edited(self, text: str) -> None:
        """Filter by what is typed so far, but for half the name of a field."""
        self._narrow(text, settled(text, self._screen.filter_bar.cursor))

    def narrow(self, text: str) -> bool:
        """Filter by ``text``; return whether it could be understood."""
        return self._narrow(text, text)

    def _narrow(self, text: str, counts: str) -> bool:
        """Filter by ``counts``, which is what counts of ``text``; return whether it is a filter."""
        bar, keys = self._screen.filter_bar, self.vocabulary().metadata_keys
        is_typing, is_filter, said = bar.is_typing, True, ""
        try:
            self._board.narrow(counts, keys)
        except QueryError as error:
            if not is_typing:
                self._screen.notice(line((f"the filter is not taken: {error}", Role.WARNING)))
                return False
            # What was typed on the way to a mistake was not meant: not what it found is shown.
            rest = without_mistakes(counts, keys)
            self._board.narrow(rest, keys)
            is_filter, said = False, (BY_THE_REST if rest.strip() else NOT_FILTERED)
        self._screen.clear_notice()
        self._shown_anew()
        if is_typing:
            bar.say(said)
            self._show(self._hint_for(text))
            if self._study_before is not None:
                # Half a word may have left it out for a moment.
                self._screen.table.go_to(self._study_before)
        return is_filter

    def clear(self) -> bool:
        """Show the whole worklist again; return whether there was a filter."""
        if not self._board.filter_text:
            return False
        self._remember(self._board.filter_text)
        self.narrow("")
        self._screen.notice(line("filter cleared"))
        return True

    async def type(self) -> None:
        """Open the line to type in, with the present filter in it."""
        text = self._text_before = self._board.filter_text
        self._study_before = self._screen.table.cursor_id
        self._place = len(self._history)
        await self._screen.type_filter(self.vocabulary)
        self._show(self._hint_for(text))

    async def finish(self, text: str | None) -> None:
        """Keep the filter typed, or go back to the one before if None."""
        if self.narrow(self._text_before if text is None else text):
            self._remember(text or "")
            self._show(_NOTHING)
            await self._screen.filter_bar.close()
            if not self._board.ids:
                # What can be done about an empty table is another thing from here on.
                self._shown_anew()
            self._screen.set_focus(self._screen.table, scroll_visible=False)

    def asked(self, key: str, text: str) -> None:
        """Take what is offered, or have a former filter again, in place of the ``text`` typed."""
        if key == "tab":
            # Not what is shown: fast fingers are ahead of it.
            offer = self._hint_for(text).offer
            if offer is not None:
                self._screen.filter_bar.put(offer.applied_to(text), typed=text)
            return
        if self._place == len(self._history):
            self._unfinished = text
        place = self._place + (-1 if key == "up" else 1)
        if 0 <= place <= len(self._history):
            self._place = place
            former = [*self._history, self._unfinished]
            self._screen.filter_bar.put(former[place], typed=text)

    def vocabulary(self) -> Vocabulary:
        """Return what the studies that are loaded can be filtered by."""
        if self._screen.masked:
            return Vocabulary()
        studies = self._studies
        return Vocabulary(studies.people(), studies.customers(), studies.metadata_keys())

    def _remember(self, text: str) -> None:
        if text.strip():
            others = [each for each in self._history if each != text]
            self._history = [*others, text][-REMEMBERED:]

    def _hint_for(self, text: str) -> Hint:
        place, room = self._screen.filter_bar.text_column, self._screen.table.size.width
        vocabulary = self.vocabulary()
        try:
            parse(text, vocabulary.metadata_keys)
        except QueryError as error:
            return mistake(text, error, place, room)
        return understood(text, vocabulary, place, room)

    def _show(self, hint: Hint) -> None:
        self._screen.hint(hint.content)
