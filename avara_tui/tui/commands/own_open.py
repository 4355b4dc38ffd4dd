"""What becomes of one's own open studies when one leaves: nobody reads what somebody gone has."""

from collections.abc import Awaitable, Callable, Sequence
from enum import Enum, auto
from typing import TYPE_CHECKING, Final, Protocol

from avara_tui.study import STAT, Study
from avara_tui.tui.choices import Answer
from avara_tui.tui.lines import Line, Role, line
from avara_tui.tui.protocols import Asking, Started
from avara_tui.worklist.clocks import is_open

if TYPE_CHECKING:
    from avara_tui.triage.reading.session import TriageSession

_GIVE_BACK: Final = Answer("g", "give back")
_HAND_OVER: Final = Answer("a", "hand over")
_LEAVE: Final = "q"


class OwnOpenScreen(Asking, Started, Protocol):
    """What asking for one's own open studies needs of the screen."""


class GivesAway(Protocol):
    """Gives studies to nobody, or to somebody else, with the person looking on."""

    def __call__(self, studies: Sequence[Study], *, hand_over: bool) -> Awaitable[bool]:
        """Return whether all of them went."""
        ...


class Parting(Enum):
    """What the person wants, who is about to leave."""

    LEAVES = auto()
    STAYS = auto()
    ASKED_FOR_MORE = auto()
    """Something was written, or was to be: whatever is asked on leaving is to be asked again."""


class OwnOpen:
    """Offers to give back or hand over what one has, once one leaves."""

    def __init__(
        self,
        screen: OwnOpenScreen,
        session: "TriageSession",
        me: Callable[[], str | None],
        give_away: GivesAway,
    ) -> None:
        """``me`` says who sits at the keys, as far as that is known."""
        self._screen = screen
        self._session = session
        self._me = me
        self._give_away = give_away

    def studies(self) -> list[Study]:
        """Return the open studies of the person at the keys, as far as they have been read."""
        me = self._me()
        if me is None:
            return []
        return [
            each
            for each in self._session.studies
            if each.assignee is not None and each.assignee.user_id == me and is_open(each)
        ]

    async def part(self) -> Parting:
        """Ask what becomes of them, if there are any and they can be given away."""
        mine = [] if self._screen.options.read_only else self.studies()
        if not mine:
            return Parting.LEAVES
        leave = Answer(self._quit_key, "leave")
        answers = (_GIVE_BACK, _HAND_OVER, leave)
        answer = await self._screen.ask(self._question(mine), answers)
        if answer == leave.key:
            return Parting.LEAVES
        if answer is None:
            return Parting.STAYS
        went = await self._give_away(mine, hand_over=answer == _HAND_OVER.key)
        held = self._session.studies
        if went or all(held.get(each.study_id) is not None for each in mine):
            return Parting.ASKED_FOR_MORE
        # What did not go is out of sight by now, as behind a lock: nobody leaves by chance.
        why = f"not all of them went: {self._screen.key('history')} shows which"
        self._screen.notice(line((why, Role.WARNING)))
        return Parting.STAYS

    @property
    def _quit_key(self) -> str:
        """The key that leaves at once: the one that asked for the end, where that is a letter."""
        key = self._screen.key("quit")
        is_free = len(key) == 1 and key not in {_GIVE_BACK.key, _HAND_OVER.key}
        return key if is_free else _LEAVE

    def _question(self, mine: Sequence[Study]) -> Line:
        more = "+" if self._session.health.loading else ""
        stat = sum(each.severity == STAT for each in mine)
        are = "study is" if len(mine) == 1 and not more else "studies are"
        said = line(f"{len(mine):,}{more} open {are} yours")
        return said + (line(", ", (f"{stat:,} STAT", Role.STAT)) if stat else ())
