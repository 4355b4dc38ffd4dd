"""Writing so that nothing happens twice, and so that what did happen is known.

The API has no idempotency key and no version of a study to write against. A write is therefore
sent again only where it provably did nothing: it never left this machine, or the server turned
it away. Whatever else went wrong, the study is read, and what stands there decides. It is also read
before a write that had to wait, whose study may have been changed by somebody else meanwhile; who
writes during that one round trip is found out only by reading afterwards.

A server may say that a write was made and show the study as it was before: its answer, or a copy of
the study that it reads from, is late. That is read again before anybody is told.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeVar

from avara_tui.api import routes
from avara_tui.api.budget import Budget
from avara_tui.api.calls import Calls, Parse, Recheck
from avara_tui.api.checks import changes_problem, overwriting_problem
from avara_tui.api.errors import ErrorKind, Outcome
from avara_tui.api.parse import Parser, success
from avara_tui.api.standing import (
    WriteStanding,
    after_cancelling,
    after_creation,
    after_sent_update,
    after_update,
    is_newer,
)
from avara_tui.api.wire import Effect, Problem, Request
from avara_tui.study import Study
from avara_tui.study_requests import NewStudy, StudyChanges

Value = TypeVar("Value")
Look = Callable[[Budget], Awaitable[Study | Problem | None]]
"""Reads the study concerned; None if it is not there, where that means that nothing was done."""
Revise = Callable[[Study], StudyChanges | None]
"""Returns what is to be changed on a study as it is by now; None if nothing is."""

_SHARE_OF_WRITING: Final = 0.6
"""The part of the time that may go by before the outcome is looked into."""
_SECOND_LOOK: Final = 1.0
"""Seconds before looking again for a write that the server may just be making."""


class Writes:
    """The calls that change studies."""

    def __init__(self, calls: Calls, parser: Parser) -> None:
        self._calls = calls
        self._parser = parser

    async def update(
        self, study_id: str, changes: StudyChanges, base: Study | None, revise: Revise | None
    ) -> Study:
        """Change a study that stood as ``base`` before; without a base, it is read first.

        After a wait ``revise`` says what is to be changed by then. Without it, that is the same as
        long as nobody else has changed any of it.
        """
        request = routes.update_study(study_id, changes)

        async def work(budget: Budget) -> Study | Problem:
            before = base or await self._read(study_id, budget)
            before = _unless_overwriting(before, changes)
            if isinstance(before, Problem):
                return before
            untouched, wanted = before, changes
            answer: Study | None = None

            def parse(body: bytes) -> Study | None:
                nonlocal answer
                answer = self._parser.study_with_id(body, study_id)
                return answer

            def compare(study: Study) -> WriteStanding:
                return after_sent_update(study, wanted, untouched)

            async def recheck(rest: Budget) -> Request | Study | Problem:
                nonlocal untouched, wanted
                study = await self._look(study_id, rest)
                if isinstance(study, Problem):
                    return study
                if revise is None:
                    standing = after_update(study, wanted, untouched)
                    return _unless_touched(request, standing, study)
                revised = _revision(study, revise)
                if not isinstance(revised, StudyChanges):
                    return revised
                untouched, wanted = study, revised
                return routes.update_study(study_id, revised)

            study = await self._write(
                request,
                parse,
                look=lambda rest: self._read(study_id, rest),
                compare=compare,
                budget=budget,
                recheck=recheck,
            )
            if isinstance(study, Problem) or study is not answer:
                return study
            study = await self._read_again_if_odd(study, budget)
            return await self._confirmed(study, compare, budget, untouched, (0.0, _SECOND_LOOK))

        return await self._calls.run(request, Outcome.NOT_APPLIED, work)

    async def _read_again_if_odd(self, answer: Study, budget: Budget) -> Study:
        """Return the study of an answer to a write, read again where the answer was odd.

        Some servers answer a write with the part of the study that it was about.
        """
        if not answer.unreadable:
            return answer
        study = await self._read(answer.study_id, budget)
        if isinstance(study, Problem) or len(study.unreadable) >= len(answer.unreadable):
            return answer
        return study

    async def set_cancelled(
        self, study_id: str, *, wanted: bool, may: Callable[[Study], bool] | None
    ) -> Study:
        """Cancel or restore a study, and return it as it then stands.

        After a wait ``may`` says of the study as it is by then whether it is still to be done; who
        gives it has read the study just before.
        """
        request = (routes.cancel_study if wanted else routes.uncancel_study)(study_id)

        def compare(study: Study) -> WriteStanding:
            return after_cancelling(study, wanted=wanted)

        async def recheck(budget: Budget) -> Request | Study | Problem:
            study = await self._look(study_id, budget)
            if isinstance(study, Problem):
                return study
            is_wanted = compare(study) is WriteStanding.WANTED
            return request if (not is_wanted if may is None else may(study)) else study

        async def work(budget: Budget) -> Study | Problem:
            answer = await self._write(
                request,
                success,
                look=lambda rest: self._read(study_id, rest),
                compare=compare,
                budget=budget,
                recheck=recheck,
                was_read=may is not None,
            )
            if isinstance(answer, Problem | Study):
                return answer
            if not answer["success"]:
                said = answer.get("message")
                return Problem(ErrorKind.REFUSED, Effect.NONE, server_message=said)
            study = await self._read(study_id, budget)
            if isinstance(study, Problem):
                return study._replace(outcome=Outcome.APPLIED)
            return await self._confirmed(study, compare, budget, None, (_SECOND_LOOK,))

        return await self._calls.run(request, Outcome.NOT_APPLIED, work)

    async def create(self, new: NewStudy) -> Study:
        """Create a study, unless there is one with its UID.

        The UID is looked up first: whether a study that is found after a failure is the one that
        was meant to be created can only be told if it was not there before.
        """
        request = routes.create_study(new)
        by_uid = routes.retrieve_study_by_uid(new.uid)

        def parse(body: bytes) -> Study | None:
            return self._parser.study_with_uid(body, new.uid)

        async def look(budget: Budget) -> Study | Problem | None:
            return _or_absent(await self._calls.attempt_read(by_uid, parse, budget))

        def unless_there(found: Study | Problem | None) -> Request | Problem:
            return _already_there(found) if isinstance(found, Study) else found or request

        async def recheck(budget: Budget) -> Request | Problem:
            return unless_there(_or_absent(await self._calls.look(by_uid, parse, budget)))

        async def work(budget: Budget) -> Study | Problem:
            found = unless_there(await look(budget.part(_SHARE_OF_WRITING)))
            if isinstance(found, Problem):
                return found
            return await self._write(
                request,
                parse,
                look=look,
                compare=lambda study: after_creation(study, new),
                budget=budget,
                recheck=recheck,
            )

        return await self._calls.run(request, Outcome.NOT_APPLIED, work)

    async def _confirmed(
        self,
        study: Study,
        compare: Callable[[Study], WriteStanding],
        budget: Budget,
        before: Study | None,
        pauses: Sequence[float],
    ) -> Study | Problem:
        """Return the study that a write, which the server said it made, has led to.

        ``study`` is its answer, or was read right after. As long as it does not show the write, nor
        that it was changed at all since it stood as ``before``, it is read again after each of
        ``pauses`` (seconds). The write is never sent again for that.
        """
        for pause in pauses:
            if compare(study) in {WriteStanding.WANTED, WriteStanding.UNTOLD}:
                return study
            if compare(study) is WriteStanding.OTHER and is_newer(study, before):
                return study
            if pause and (is_newer(study, before) or budget.left < 2 * pause):
                break
            await asyncio.sleep(pause)
            found = await self._read(study.study_id, budget)
            if isinstance(found, Problem):
                is_gone = found.kind is ErrorKind.NOT_FOUND
                return found if is_gone else found._replace(outcome=Outcome.UNKNOWN)
            study = found
        if compare(study) is WriteStanding.UNTOUCHED and not is_newer(study, before):
            return _NOT_SHOWN
        return study

    async def _read(self, study_id: str, budget: Budget) -> Study | Problem:
        return await self._calls.attempt_read(
            routes.retrieve_study(study_id),
            lambda body: self._parser.study_with_id(body, study_id),
            budget,
        )

    async def _look(self, study_id: str, budget: Budget) -> Study | Problem:
        """Read once, at once, before a write that had to wait."""
        return await self._calls.look(
            routes.retrieve_study(study_id),
            lambda body: self._parser.study_with_id(body, study_id),
            budget,
        )

    async def _write(
        self,
        request: Request,
        parse: Parse[Value],
        *,
        look: Look,
        compare: Callable[[Study], WriteStanding],
        budget: Budget,
        recheck: Recheck[Study],
        was_read: bool = True,
    ) -> Value | Study | Problem:
        """Send a write; return its answer, or the study where that shows it was done."""
        writing = budget.part(_SHARE_OF_WRITING)
        result = await self._calls.attempt_write(
            request, parse, writing, recheck, was_read=was_read
        )
        if not isinstance(result, Problem) or result.effect is Effect.NONE:
            return result
        return await self._check_effect(result, look, compare, budget)

    async def _check_effect(
        self,
        problem: Problem,
        look: Look,
        compare: Callable[[Study], WriteStanding],
        budget: Budget,
    ) -> Study | Problem:
        """Return the study if it is as wanted, else ``problem`` with what the study shows.

        An untouched study gets a second look, unless the server had finished with the write; and
        it proves nothing while the server may still be at work on it.
        """
        for is_last_look in (problem.effect is Effect.FINISHED, True):
            study = await look(budget)
            if isinstance(study, Problem):
                is_gone = study.kind is ErrorKind.NOT_FOUND
                return study if is_gone else problem._replace(outcome=Outcome.UNKNOWN)
            standing = WriteStanding.UNTOUCHED if study is None else compare(study)
            if study is not None and standing is WriteStanding.WANTED:
                return study
            if standing is WriteStanding.UNTOLD:
                return problem._replace(outcome=Outcome.UNKNOWN)
            if standing is WriteStanding.OTHER:
                return Problem(ErrorKind.CONFLICT, problem.effect, outcome=Outcome.CONFLICT)
            if is_last_look or budget.left < 2 * _SECOND_LOOK:
                break
            await asyncio.sleep(_SECOND_LOOK)
        pending = problem.effect is Effect.PENDING
        return problem._replace(outcome=Outcome.UNKNOWN if pending else Outcome.NOT_APPLIED)


_NOT_SHOWN: Final = Problem(
    ErrorKind.UNREADABLE,
    Effect.FINISHED,
    reason="the server said yes, and shows the study as it was before",
    outcome=Outcome.UNKNOWN,
)


def _unless_touched(
    request: Request, standing: WriteStanding, study: Study
) -> Request | Study | Problem:
    """Return what is to become of a write that had to wait, as its study stands to it."""
    match standing:
        case WriteStanding.WANTED:
            return study
        case WriteStanding.UNTOUCHED:
            return request
        case _:
            return Problem(ErrorKind.CONFLICT, Effect.NONE, outcome=Outcome.CONFLICT)


def _revision(study: Study, revise: Revise) -> StudyChanges | Study | Problem:
    """Return what is to be changed on ``study`` by now; the study itself if nothing is."""
    revised = revise(study)
    if revised is None:
        return study
    reason = changes_problem(revised) or overwriting_problem(revised, study)
    return revised if reason is None else Problem(ErrorKind.INVALID, Effect.NONE, reason=reason)


def _unless_overwriting(study: Study | Problem, changes: StudyChanges) -> Study | Problem:
    """Return a study that ``changes`` may be made on, or why they may not."""
    reason = None if isinstance(study, Problem) else overwriting_problem(changes, study)
    return study if reason is None else Problem(ErrorKind.INVALID, Effect.NONE, reason=reason)


def _or_absent(found: Study | Problem) -> Study | Problem | None:
    """Return None where ``found`` says that there is no such study."""
    is_absent = isinstance(found, Problem) and found.kind is ErrorKind.NOT_FOUND
    return None if is_absent else found


def _already_there(study: Study) -> Problem:
    return Problem(
        ErrorKind.CONFLICT,
        Effect.NONE,
        reason="there is a study with this UID already",
        study_id=study.study_id,
    )
