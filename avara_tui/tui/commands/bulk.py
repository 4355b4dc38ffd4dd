"""What the keys do to all the studies that are marked: look first, say yes, watch, try again."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

from avara_tui.study import COMPLETE, INCOMPLETE, METADATA_MAX_KEY, METADATA_MAX_VALUE, Study
from avara_tui.text import clean
from avara_tui.triage.writing.bulk import BulkRun, Job, Obstacle, Row
from avara_tui.triage.writing.editing import Editor
from avara_tui.tui.choices import BACK, Answer, answers_line, yes
from avara_tui.tui.commands.consent import holders_text
from avara_tui.tui.commands.people import People
from avara_tui.tui.commands.study import SEVERITY_ANSWERS, SEVERITY_OF, WritingScreen
from avara_tui.tui.lines import Line, Role, join, line
from avara_tui.tui.presentation.bulk_lines import (
    by_need,
    change_head,
    change_line,
    deed,
    first_problem,
    keep,
    marked_line,
    no_longer_stat,
    obstacle_text,
    outcome_line,
    studies_text,
    summary,
    title,
)
from avara_tui.tui.presentation.study_row import listed_row
from avara_tui.tui.protocols import Drawing, Lending, Pointing
from avara_tui.worklist.merge import METADATA_PREFIX

if TYPE_CHECKING:
    from avara_tui.triage.reading.session import TriageSession
    from avara_tui.tui.widgets.bulk_card import BulkCard

STATUS_ANSWERS: Final = (Answer("c", "complete"), Answer("i", "incomplete"))
METADATA_ANSWERS: Final = (Answer("s", "set"), Answer("d", "delete"))
_GIVE_BACK: Final = Job("unassign", {"assigned_to": None})


class BulkScreen(WritingScreen, Lending, Drawing, Pointing, Protocol):
    """What bulk commands need of the screen."""


class BulkCommands:
    """Changes many studies at once."""

    def __init__(
        self,
        screen: BulkScreen,
        session: "TriageSession",
        editor: Editor,
        people: People,
        *,
        is_shown: Callable[[str], bool],
        unmark: Callable[[AbstractSet[str]], None],
    ) -> None:
        self._screen = screen
        self._session = session
        self._editor = editor
        self._people = people
        self._is_shown = is_shown
        self._unmark = unmark
        self._run: BulkRun | None = None

    @property
    def not_done(self) -> Iterator[tuple[str, str]]:
        """What a run that is on its way has not done: the ids of studies, each with a field."""
        return iter(()) if self._run is None else self._run.not_done

    @property
    def actions(self) -> Mapping[str, Callable[[Sequence[Study]], Awaitable[object]]]:
        """What can be done to many studies, by action id."""
        return {
            "severity": self.set_severity,
            "status": self.set_status,
            "assign": self.assign,
            "unassign": partial(self._carry_out, _GIVE_BACK),
            "claim": self.claim,
            "metadata": self.set_metadata,
            "cancel": partial(self._carry_out, Job("cancel", cancelled=True)),
            "uncancel": partial(self._carry_out, Job("uncancel", cancelled=False)),
        }

    async def set_severity(self, studies: Sequence[Study]) -> None:
        """Ask for a severity and set it."""
        question = line(f"Severity of {studies_text(len(studies))}?")
        answer = await self._screen.ask(question, SEVERITY_ANSWERS)
        if answer is not None:
            await self._carry_out(Job("severity", {"severity": SEVERITY_OF[answer]}), studies)

    async def set_status(self, studies: Sequence[Study]) -> None:
        """Ask whether the studies are complete and set it."""
        question = line(f"Status of {studies_text(len(studies))}?")
        answer = await self._screen.ask(question, STATUS_ANSWERS)
        if answer is not None:
            status = COMPLETE if answer == "c" else INCOMPLETE
            await self._carry_out(Job("status", {"status": status}), studies)

    async def assign(self, studies: Sequence[Study]) -> None:
        """Ask for a person and assign the studies."""
        user_id = await self._people.pick(f"Assign {studies_text(len(studies))} to")
        if user_id is not None:
            await self.assign_to(user_id, studies)

    async def assign_to(self, user_id: str, studies: Sequence[Study]) -> bool:
        """Assign the studies to a person; return whether all that was to be done is done."""
        if not await self._people.may_have(user_id, studies):
            return False
        return await self._carry_out(Job("assign", {"assigned_to": user_id}), studies)

    async def hand_over(self, studies: Sequence[Study]) -> bool:
        """Ask for a person who gets the studies; return whether that person has all of them."""
        user_id = await self._people.pick(f"Hand over {studies_text(len(studies))} to")
        return user_id is not None and await self.assign_to(user_id, studies)

    async def give_back(self, studies: Sequence[Study]) -> bool:
        """Assign the studies to nobody; return whether nobody has any of them."""
        return await self._carry_out(_GIVE_BACK, studies)

    async def claim(self, studies: Sequence[Study]) -> None:
        """Assign to the person at the keys what nobody else has."""
        me = await self._people.me()
        if me is not None:
            await self._carry_out(Job("claim", {"assigned_to": me}, is_claim=True), studies)

    async def set_metadata(self, studies: Sequence[Study]) -> None:
        """Ask for a metadata key and a value, and set or delete the pair."""
        count = studies_text(len(studies))
        key = await self._screen.prompt(f"metadata key, on {count}", "", METADATA_MAX_KEY)
        key = (key or "").strip(" ")
        if not key:
            return
        answer: str | None = "s"
        if any(key in study.metadata for study in studies):
            # Nothing is asked that is known: a key that none of them has can only be set.
            answer = await self._screen.ask(line(f"“{clean(key)}” on {count}?"), METADATA_ANSWERS)
        value: str | None = None
        if answer == "s":
            value = await self._screen.prompt(f"{clean(key)}, on {count}", "", METADATA_MAX_VALUE)
        if answer == "d" or value is not None:
            await self._carry_out(Job("metadata", {METADATA_PREFIX + key: value}), studies)

    async def _carry_out(self, job: Job, studies: Sequence[Study]) -> bool:
        """Show what would be done; do it if the person says so; show what came of it.

        Returns whether it was done to all that it was to be done to.
        """
        from avara_tui.tui.widgets.bulk_card import BulkCard  # noqa: PLC0415 - on request only

        run = BulkRun.of(self._editor, self._session, job, studies)
        left_out = [(each, why) for each in studies if (why := job.obstacle(each)) is not None]
        card = BulkCard()
        # What is asked is not about the study under the cursor.
        aside = self._screen.detail.set_aside(marked_line(studies) if len(studies) > 1 else ())
        with aside:
            async with self._screen.over(card):
                if await self._agreed(card, run, left_out):
                    self._run = run
                    await self._watch(card, run, run.run)
                    await self._show_outcome(card, run)
                    self._run = None
        self._report(run)
        return run.entry is not None and all(row.is_good for row in run.rows)

    # Before.

    async def _agreed(
        self, card: "BulkCard", run: BulkRun, left_out: Sequence[tuple[Study, Obstacle]]
    ) -> bool:
        """Show exactly which studies are meant, and return whether the person wants it."""
        people, context = self._people.known(), self._screen.row_context

        def row(index: int, width: int) -> Line:
            if index < len(run.rows):
                study = run.rows[index].study
                said = change_line(run.job, study, people, context)
                if not self._is_shown(study.study_id):
                    said = join([said, line(("not in view", Role.WARNING))])
                return listed_row(study, context, width, said, change_head(run.job, study))
            study, why = left_out[index - len(run.rows)]
            said = line(f"left out: {obstacle_text(why, study)}")
            listed = listed_row(study, context, width, said)
            return tuple((text, Role.DIM) for text, _ in listed)

        card.list_rows(len(run.rows) + len(left_out), row)
        return await self._answer(card, run, self._warning(run, len(left_out)))

    def _warning(self, run: BulkRun, left_out: int) -> Line:
        studies = [row.study for row in run.rows]
        hidden = sum(not self._is_shown(each.study_id) for each in studies)
        held = holders_text(studies, self._session.me, masked=self._screen.masked)
        fewer = no_longer_stat(run.job, studies)
        parts = [line((f" {fewer:,} will no longer be STAT ", Role.ALARM)) if fewer else ()]
        parts.append(line((held, Role.WARNING)) if held else ())
        parts.append(line((f"{left_out:,} left out", Role.DIM)) if left_out else ())
        parts.append(line((f"{hidden:,} not in view", Role.WARNING)) if hidden else ())
        return join(parts)

    async def _answer(self, card: "BulkCard", run: BulkRun, warning: Line) -> bool:
        count = len(run.rows)
        what = title(run.job, studies_text(count), self._people.known())
        heading = line((f"{what}?" if count else "Nothing to do", Role.STRONG))
        must_type = bool(run.job.cancelled) and count > 1
        answers = yes(deed(run.job, count)) if count else ()
        keys = answers_line(answers, keep(count) if count else BACK)
        typed = ""
        while True:
            if must_type:
                ask = line(f"type {count} and ", ("enter", Role.KEY), f" to cancel them: {typed}▁")
                keys = join([ask, line(("esc", Role.KEY), " keep them")], "   ")
            card.describe(heading, warning, keys)
            key = await card.next_key()
            if must_type and key.isdecimal() and key.isascii():
                typed = (typed + key)[-len(f"{count}") :]
            elif must_type and key == "backspace":
                typed = typed[:-1]
            elif key == ("enter" if must_type else "y") and count:
                if not must_type or typed == f"{count}":
                    return True
            elif key in {"escape", "n", "q"} or (not count and key == "enter"):
                return False
            else:
                card.scroll_by_key(key)

    # Meanwhile and after.

    async def _watch(
        self, card: "BulkCard", run: BulkRun, work: Callable[[], Awaitable[None]]
    ) -> None:
        """Show a run on its way; escape stops it."""
        self._list(card, run, run.rows)
        run.tell(lambda _: self._show_progress(card, run))
        working = asyncio.ensure_future(work())
        try:
            while not working.done():
                key = asyncio.ensure_future(card.next_key())
                await asyncio.wait({working, key}, return_when=asyncio.FIRST_COMPLETED)
                if not key.done():
                    key.cancel()
                    await asyncio.wait({key})
                elif key.result() == "escape":
                    run.stop()
                    self._show_progress(card, run)
                else:
                    card.scroll_by_key(key.result())
            await working
        finally:
            run.tell(None)
            working.cancel()

    def _show_progress(self, card: "BulkCard", run: BulkRun) -> None:
        total = len(run.rows)
        said = "stopping; what was sent comes to its end" if run.is_stopped else ""
        stop = answers_line((), "stop")
        heading = line((title(run.job, studies_text(total), self._people.known()), Role.STRONG))
        heading += line(f"  {run.ended:,} of {total:,} …")
        card.describe(heading, summary(run.rows), line((said, Role.WARNING)) if said else stop)

    async def _show_outcome(self, card: "BulkCard", run: BulkRun) -> None:
        """Show what came of every study until the person goes on."""
        self._list(card, run, by_need(run.rows))
        while True:
            retries = sum(row.can_be_retried for row in run.rows)
            conflicts = sum(row.is_conflict for row in run.rows)
            answers = [Answer("r", f"retry {retries:,}")] if retries else []
            if conflicts:
                answers.append(Answer("o", f"overwrite {conflicts:,} all the same"))
            what = title(run.job, studies_text(len(run.rows)), self._people.known())
            heading = line((what, Role.STRONG), "  ") + summary(run.rows)
            why = first_problem(run)
            warning = line((why, Role.WARNING)) if why else ()
            card.describe(heading, warning, answers_line(answers, "close"))
            key = "" if card.is_left else await card.next_key()
            if card.is_left:
                # The screen is being locked. What was not done has to be seen by somebody.
                card.come_back()
                if all(row.is_good for row in run.rows):
                    return
                continue
            if key == "r" and retries:
                await self._watch(card, run, run.retry)
                self._list(card, run, by_need(run.rows))
            elif key == "o" and conflicts:
                await self._watch(card, run, run.overwrite)
                self._list(card, run, by_need(run.rows))
            elif key in {"escape", "enter", "q"}:
                return
            else:
                card.scroll_by_key(key)

    def _list(self, card: "BulkCard", run: BulkRun, rows: Sequence[Row]) -> None:
        people, context = self._people.known(), self._screen.row_context

        def row(index: int, width: int) -> Line:
            shown = rows[index]
            said = outcome_line(shown, run.job, people, context)
            return listed_row(shown.study, context, width, said)

        card.list_rows(len(rows), row)

    def _report(self, run: BulkRun) -> None:
        """Say in one line what was done, and take back the marks of what went well."""
        if run.entry is None:
            return
        self._unmark({row.study.study_id for row in run.rows if row.is_good})
        what = title(run.job, studies_text(len(run.rows)), self._people.known())
        self._screen.notice(line(what), summary(run.rows))
