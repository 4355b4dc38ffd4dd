"""Opening a study by hand: who has it is said first, and nobody's is claimed as it opens."""

from collections.abc import Awaitable, Callable
from typing import Final, Protocol

from avara_tui.config import Config, OpenClaims
from avara_tui.study import Study
from avara_tui.triage.aside import InHand
from avara_tui.triage.writing.claiming import Claim, Claimer, ClaimStanding
from avara_tui.tui.choices import Answer
from avara_tui.tui.commands.consent import Consent, ConsentScreen
from avara_tui.tui.keys.actions import StudyActions
from avara_tui.tui.lines import Line, Role, line
from avara_tui.tui.notices import Kind
from avara_tui.tui.presentation.detail import name_line
from avara_tui.tui.protocols import Started
from avara_tui.worklist.clocks import is_open

_CLAIM: Final = (Answer("y", "yes, claim it"), Answer("n", "no, only open"))


class OpenScreen(ConsentScreen, Started, Protocol):
    """What opening a study by hand needs of the screen."""


class OpenCommand:
    """Opens the study that a key means, and remembers what was opened."""

    def __init__(
        self,
        screen: OpenScreen,
        consent: Consent,
        claimer: Claimer,
        opened: InHand,
        *,
        show: Callable[[Study, Line], Awaitable[bool]],
        report: Callable[[Study, Claim], None],
        config: Config,
    ) -> None:
        """``show`` opens a study in the viewer; ``report`` tells how a claim has failed."""
        self._screen = screen
        self._consent = consent
        self._claimer = claimer
        self._opened = opened
        self._show = show
        self._report = report
        self.take_settings(config)

    def take_settings(self, config: Config) -> None:
        """Let other settings count."""
        self._claims = config.open_claims

    @property
    def study_actions(self) -> StudyActions:
        """What can be done to one study, by action id."""
        return {"open": self.open}

    async def open(self, study: Study) -> None:
        """Open the study; first name who else has it and ask, or claim it where nobody has.

        Who may not write, or of whom nobody knows who it is, claims nothing and is not asked to.
        """
        me = self._consent.me
        may_claim = me is not None and not self._screen.options.read_only
        if me is None or not may_claim or study.assignee is not None or not is_open(study):
            if await self._consent.to_look(study):
                await self.show(study)
            return
        claims: bool | None = self._claims is OpenClaims.YES
        if self._claims is OpenClaims.ASK:
            claims = await self._is_to_claim(study)
        if claims is None:
            return
        if claims:
            await self._claim_and_open(study, me)
        else:
            await self.show(study)

    async def show(self, study: Study, said: Line = ()) -> None:
        """Open the study; ``said`` is what there is to say of it besides."""
        self._opened.put(study.study_id)
        if not await self._show(study, said):
            self._opened.bring_back(study.study_id)

    async def _is_to_claim(self, study: Study) -> bool | None:
        question = line(("Nobody has this study. Claim it as it opens?", Role.STRONG))
        answer = await self._screen.ask(question, _CLAIM, keep="do not open it", about=study)
        return None if answer is None else answer == "y"

    async def _claim_and_open(self, study: Study, me: str) -> None:
        self._screen.notice(line("claiming ") + self._name(study), kind=Kind.NAMING)
        pressed = self._screen.pressed
        claim = await self._claimer.claim(study.study_id, me, only_open=True)
        now = claim.result.study or study
        if claim.is_mine:
            await self.show(now, line("is yours"))
        elif claim.standing is ClaimStanding.FAILED or self._screen.pressed != pressed:
            # Who has gone on to something else is asked nothing.
            self._report(now, claim)
        elif claim.standing is ClaimStanding.CLOSED or await self._consent.to_look(now):
            await self.show(now)

    def _name(self, study: Study) -> Line:
        return name_line(study, masked=self._screen.masked)
