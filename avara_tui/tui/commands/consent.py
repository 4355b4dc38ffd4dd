"""Who has a study before it is acted on: names the holder, and asks once, all the same or not."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

from avara_tui.study import UNREADABLE_USER, Study, UserRef
from avara_tui.text import clean
from avara_tui.tui.choices import LEAVE_IT, yes
from avara_tui.tui.commands.going_on import GoingOn, GoingOnScreen
from avara_tui.tui.lines import Role, line
from avara_tui.tui.masking import veiled
from avara_tui.tui.presentation.columns import person_name
from avara_tui.tui.protocols import Asking
from avara_tui.worklist.clocks import is_open

if TYPE_CHECKING:
    from avara_tui.triage.reading.session import TriageSession


class ConsentScreen(GoingOnScreen, Asking, Protocol):
    """What asking before an act needs of the screen."""

    @property
    def pressed(self) -> int:
        """How many keys there have been: more than before means that the person has gone on."""
        ...


class Consent:
    """Asks before a key does what the person may not mean. One question at most.

    Who has a study is as known at the key press; what a write finds then is for its own guard.
    """

    def __init__(self, screen: ConsentScreen, session: "TriageSession", going_on: GoingOn) -> None:
        self._screen = screen
        self._session = session
        self._going_on = going_on

    @property
    def me(self) -> str | None:
        """Who sits at the keys, as far as it is known; nobody is asked."""
        return self._session.me

    def holder(self, study: Study) -> UserRef | None:
        """Return who else has an open study; None if nobody has, or the person at the keys."""
        return other_holder(study, self.me)

    async def to_act(self, study: Study, deed: str) -> bool:
        """Ask, where it is somebody else's or done with, whether to do ``deed`` all the same.

        ``deed`` is how a question begins: ``Set severity``.
        """
        return await self._all_the_same(self._held(study) or self._done_with(study), study, deed)

    async def to_look(self, study: Study) -> bool:
        """Ask whether to open what somebody else has; what is done with anybody may look at."""
        return await self._all_the_same(self._held(study), study, "Open")

    async def to_complete(self, study: Study, deed: str) -> bool:
        """Ask as :meth:`to_act`, and also before what the same key made the cursor come to."""
        if self._going_on.is_left_over(study):
            question = "This study is complete. Make it incomplete again?"
            return await self._agreed(question, study, "Reopen")
        if not self._held(study) and self._going_on.came_to(study):
            return await self._agreed("Complete this study too?", study, deed)
        return await self.to_act(study, deed)

    async def if_done_with(self, study: Study, deed: str) -> bool:
        """Ask only where the study is done with and shown no longer for its own sake."""
        return await self._all_the_same(self._done_with(study), study, deed)

    def held_by(self, study: Study) -> str:
        """Return, as a warning beside a question, who else has a study; empty if nobody has."""
        holder = self.holder(study)
        if holder is None:
            return ""
        if holder == UNREADABLE_USER:
            return "who has it could not be read"
        return f"{self._person(holder)} has it"

    def _held(self, study: Study) -> str:
        holder = self.holder(study)
        if holder is None:
            return ""
        if holder == UNREADABLE_USER:
            return "Who has this study could not be read."
        return f"{self._person(holder)} has this study."

    def _done_with(self, study: Study) -> str:
        if not self._going_on.is_left_over(study):
            return ""
        return f"This study is {'cancelled' if study.is_cancelled else clean(study.status)}."

    async def _all_the_same(self, why_not: str, study: Study, deed: str) -> bool:
        return not why_not or await self._agreed(f"{why_not} {deed} all the same?", study, deed)

    async def _agreed(self, question: str, study: Study, deed: str) -> bool:
        answers = yes(deed[0].lower() + deed[1:])
        asked = line((question, Role.STRONG))
        return await self._screen.ask(asked, answers, keep=LEAVE_IT, about=study) == "y"

    def _person(self, user: UserRef) -> str:
        return veiled(person_name(user), masked=self._screen.masked)


def other_holder(study: Study, me: str | None) -> UserRef | None:
    """Return who has an open study other than ``me``; None if nobody else has it.

    Where nobody says who ``me`` is, anybody who has it is somebody else.
    """
    holder = study.assignee
    if holder is None or not is_open(study) or holder.user_id == me:
        return None
    return holder


def holders_text(studies: Sequence[Study], me: str | None, *, masked: bool) -> str:
    """Return how many of several open studies somebody else has, by name; empty for none.

    For example ``2 of the 5 are Okafor A's`` or ``3 of the 5 are others': Okafor A 2, Smith J 1``.
    """
    counts = _counted(filter(None, (other_holder(each, me) for each in studies)))
    count, whole = sum(counts.values()), len(studies)
    if not counts:
        return ""
    names = {
        user: veiled(
            "somebody unknown" if user == UNREADABLE_USER else person_name(user), masked=masked
        )
        for user in counts
    }
    if len(counts) == 1:
        (name,) = names.values()
        if whole == 1:
            return f"{name} has it"
        return f"{count:,} of the {whole:,} {'is' if count == 1 else 'are'} {name}'s"
    if masked:
        return f"{count:,} of the {whole:,} are others'"
    listed = ", ".join(f"{names[user]} {counts[user]:,}" for user in counts)
    return f"{count:,} of the {whole:,} are others': {listed}"


def _counted(holders: Iterable[UserRef]) -> dict[UserRef, int]:
    """Return how often each comes, who comes most first."""
    counts: dict[UserRef, int] = {}
    by_id: dict[str, UserRef] = {}
    for each in holders:
        user = by_id.setdefault(each.user_id, each)
        counts[user] = counts.get(user, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], person_name(item[0]))))
