"""An update of a study on its way: what it is to change by now, and what it is compared with."""

from collections.abc import Callable

from avara_tui.api import routes
from avara_tui.api.checks import changes_problem, overwriting_problem
from avara_tui.api.errors import ErrorKind, Outcome
from avara_tui.api.parse import Parser
from avara_tui.api.standing import WriteStanding, after_sent_update, after_update
from avara_tui.api.wire import Effect, Problem, Request
from avara_tui.study import Study
from avara_tui.study_requests import StudyChanges

Revise = Callable[[Study], StudyChanges | None]
"""Returns what is to be changed on a study as it is by now; None if nothing is."""


class SentUpdate:
    """An update of the study that stood as ``untouched`` before.

    After a wait ``revise`` says what is to be changed by then. Without it, that is the same as long
    as nobody else has changed any of it.
    """

    def __init__(
        self,
        study_id: str,
        changes: StudyChanges,
        untouched: Study,
        revise: Revise | None,
        parser: Parser,
    ) -> None:
        self.untouched = untouched
        self._study_id = study_id
        self._wanted = changes
        self._revise = revise
        self._parser = parser
        self.answer: Study | None = None
        """The study as the server's answer shows it."""

    @property
    def request(self) -> Request:
        """What is to be sent."""
        return routes.update_study(self._study_id, self._wanted)

    def parse(self, body: bytes) -> Study | None:
        """Return the study in the server's answer."""
        self.answer = self._parser.study_with_id(body, self._study_id)
        return self.answer

    def compare(self, study: Study) -> WriteStanding:
        """Return how ``study``, read after it was sent, stands to it."""
        return after_sent_update(study, self._wanted, self.untouched)

    def recheck(self, study: Study) -> Request | Study | Problem:
        """Return what is to be sent after a wait, ``study`` being as it is by then.

        The study itself is returned if nothing is to be changed on it any more.
        """
        if self._revise is None:
            return self._unless_touched(study)
        revised = self._revise(study)
        if revised is None:
            return study
        reason = changes_problem(revised) or overwriting_problem(revised, study)
        if reason is not None:
            return Problem(ErrorKind.INVALID, Effect.NONE, reason=reason)
        self.untouched, self._wanted = study, revised
        return self.request

    def _unless_touched(self, study: Study) -> Request | Study | Problem:
        match after_update(study, self._wanted, self.untouched):
            case WriteStanding.WANTED:
                return study
            case WriteStanding.UNTOUCHED:
                return self.request
            case _:
                return Problem(ErrorKind.CONFLICT, Effect.NONE, outcome=Outcome.CONFLICT)
