"""Claiming, taking the next study, and putting one aside: the keys of somebody who reads."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, NamedTuple

from avara_tui.study import UNREADABLE_USER, Study, UserRef
from avara_tui.text import clean
from avara_tui.triage.aside import ASIDE_FOR, Aside
from avara_tui.triage.writing.claiming import Claim, Claimer, ClaimStanding
from avara_tui.triage.writing.ending import Ending
from avara_tui.tui.choices import LEAVE_IT, yes
from avara_tui.tui.commands.consent import Consent
from avara_tui.tui.commands.next_study import NextStudies
from avara_tui.tui.commands.people import People
from avara_tui.tui.commands.study import StudyCommands, WritingScreen
from avara_tui.tui.keys.actions import Actions, StudyActions
from avara_tui.tui.lines import Line, Role, join, line
from avara_tui.tui.masking import veiled
from avara_tui.tui.notices import PRESS, Kind, Press
from avara_tui.tui.presentation.columns import person_name

if TYPE_CHECKING:
    from avara_tui.triage.reading.session import TriageSession

MINE = line("claimed: it is yours")


class ClaimEffects(NamedTuple):
    """What these commands set in motion beyond the study itself."""

    may_leave: Callable[[], Awaitable[bool]]
    """Asks what shall become of a draft before another study is shown."""
    go_to: Callable[[str], object]
    """Moves the cursor to a study."""
    open: Callable[[Study, Line], Awaitable[object]]
    """Opens a study in the viewer; the line is said of it besides."""
    aside_changed: Callable[[set[str]], None]
    """Shows that studies were put aside or came back."""


class ClaimCommands:
    """Gives studies to the person at the keys, and says when somebody else was quicker."""

    def __init__(
        self,
        screen: WritingScreen,
        session: "TriageSession",
        studies: StudyCommands,
        *,
        people: People,
        claimer: Claimer,
        aside: Aside,
        candidates: NextStudies,
        consent: Consent,
        effects: ClaimEffects,
    ) -> None:
        self._screen = screen
        self._session = session
        self._studies = studies
        self._people = people
        self._claimer = claimer
        self._aside = aside
        self._candidates = candidates
        self._consent = consent
        self._effects = effects
        self._looking: Press | None = None
        """The key that the next study is being claimed for at this moment."""

    @property
    def study_actions(self) -> StudyActions:
        """What can be done to one study, by action id."""
        return {"claim": self.claim, "aside": self.put_aside}

    @property
    def actions(self) -> Actions:
        """What is done with no study in particular, by action id."""
        return {"next": self.next}

    async def claim(self, study: Study) -> None:
        """Assign the study to the person at the keys, unless somebody else has it."""
        me = await self._people.me()
        if me is None:
            return
        holder = study.assignee
        if holder is not None and holder.user_id == me:
            self._screen.notice(self._studies.name(study), line("is yours already"))
            return
        if holder is None and not await self._consent.if_done_with(study, "Claim"):
            return
        await self._claim(study, me, holder)

    async def _claim(self, study: Study, me: str, holder: UserRef | None) -> None:
        while True:
            if holder is not None:
                who = f"{self._person(holder)} has this study"
                if holder == UNREADABLE_USER:
                    who = "Who has this study could not be read"
                question = line((f"{who}. Take it over?", Role.STRONG))
                answers = yes("take it over")
                if await self._screen.ask(question, answers, keep=LEAVE_IT, about=study) != "y":
                    return
            self._studies.saving(study)
            pressed = self._screen.pressed
            claim = await self._claimer.claim(
                study.study_id, me, holder=holder.user_id if holder else None
            )
            if claim.standing is not ClaimStanding.HELD or self._screen.pressed != pressed:
                break
            holder = claim.holder
        self.report(study, claim)

    async def next(self) -> None:
        """Open the most urgent study that is mine or nobody's; nobody's is claimed first."""
        me = await self._people.me()
        if me is None or not await self._effects.may_leave():
            return
        press = PRESS.get() or Press(self._screen.pressed)
        if self._looking is not None:
            # One study for all the keys that came before it was known: the last is answered.
            self._looking.number = press.number
            return
        self._looking = press
        self._screen.notice(line(("looking for the next study …", Role.DIM)), kind=Kind.PASSING)
        tried: dict[str, Study] = {}

        def trying(study: Study) -> None:
            tried[study.study_id] = study
            self._name_study(study, me)

        try:
            claim = await self._claimer.next(self._candidates, me, trying)
        finally:
            self._looking = None
        if claim is None:
            why = self._candidates.why_none(tried)
            self._screen.notice(line(("none to take: ", Role.WARNING)) + why)
            return
        study = claim.result.study or self._session.studies.get(claim.study_id)
        if study is None:
            self._screen.alert(line(("not claimed: the study is gone", Role.WARNING)))
        elif claim.is_mine:
            self._effects.go_to(study.study_id)
            is_claimed = claim.standing is ClaimStanding.YOURS
            said = line("is yours" if is_claimed else "is yours already")
            passed = self._candidates.passed(tried[study.study_id], tried)
            await self._effects.open(study, said + passed)
        elif _is_of(tried[claim.study_id], me) and claim.result.ending is Ending.FAILED:
            error = claim.result.error
            why = line((clean(str(error)), Role.DIM)) if error is not None else ()
            said = line(("not opened: whether it is still yours could not be read", Role.WARNING))
            self._screen.alert(join([self._studies.name(study), said, why]))
        else:
            self.report(study, claim)

    def _name_study(self, study: Study, me: str) -> None:
        """Name the study that is about to be claimed: nothing is written to one nobody saw."""
        if not _is_of(study, me):
            name = self._studies.name(study)
            self._screen.notice(line(("claiming ", Role.DIM)) + name, kind=Kind.NAMING)

    async def put_aside(self, study: Study) -> None:
        """Leave the study out of what is next for a while, or bring it back."""
        if study.study_id in self._aside.ids:
            self._aside.bring_back(study.study_id)
            said = "is back: it can be next again"
        else:
            self._aside.put(study.study_id)
            minutes = round(ASIDE_FOR / 60)
            key = self._screen.key("aside")
            said = f"put aside for {minutes} min, for you alone; {key} brings it back"
        self._effects.aside_changed({study.study_id})
        self._screen.notice(self._studies.name(study), line(said))

    def _person(self, user: UserRef | None) -> str:
        return veiled(person_name(user), masked=self._screen.masked)

    def report(self, study: Study, claim: Claim) -> None:
        """Say how a claim has ended."""
        name, holder = self._studies.name(study), self._person(claim.holder)
        match claim.standing:
            case ClaimStanding.YOURS:
                unsure = () if claim.is_verified else line("; it could not be read back yet")
                self._screen.notice(name, MINE + unsure, kind=Kind.WRITTEN)
            case ClaimStanding.YOURS_ALREADY:
                self._screen.notice(name, line("is yours already"))
            case ClaimStanding.HELD | ClaimStanding.TAKEN:
                was = (
                    "was quicker and has it" if claim.standing is ClaimStanding.TAKEN else "has it"
                )
                said = line((f"not yours: {holder} {was}", Role.WARNING))
                self._screen.alert(join([name, said]))
            case _:
                self._studies.report(study, claim.result, MINE)


def _is_of(study: Study, user_id: str) -> bool:
    return study.assignee is not None and study.assignee.user_id == user_id
