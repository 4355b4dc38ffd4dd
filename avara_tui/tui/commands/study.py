"""What the keys do to studies: each command keeps to the study that was meant at the key press."""

from typing import TYPE_CHECKING, Final, Protocol

from avara_tui.study import (
    COMPLETE,
    HIGH,
    INCOMPLETE,
    NORMAL,
    STAT,
    UNREADABLE,
    UNREADABLE_USER,
    Study,
    UserRef,
)
from avara_tui.text import clean
from avara_tui.triage.writing.editing import Editor, Result
from avara_tui.triage.writing.ending import Ending
from avara_tui.tui.choices import LEAVE_IT, Answer, yes
from avara_tui.tui.commands.consent import Consent
from avara_tui.tui.commands.going_on import GoingOn
from avara_tui.tui.commands.people import People
from avara_tui.tui.keys.actions import StudyActions
from avara_tui.tui.lines import Line, Role, join, line
from avara_tui.tui.masking import veiled
from avara_tui.tui.notices import Kind
from avara_tui.tui.presentation.columns import person_name, priority_role, priority_text
from avara_tui.tui.presentation.detail import full_name, name_line, short_name
from avara_tui.tui.presentation.values import Clash, field_name
from avara_tui.tui.protocols import Asking
from avara_tui.worklist.drafts import Drafts
from avara_tui.worklist.merge import Draft, differences, rebase

if TYPE_CHECKING:
    from avara_tui.triage.reading.session import TriageSession

SEVERITY_ANSWERS: Final = (Answer("s", "STAT"), Answer("h", "high"), Answer("r", "routine"))
SEVERITY_OF: Final = {"s": STAT, "h": HIGH, "r": NORMAL}


class WritingScreen(Asking, Protocol):
    """What commands need of the screen: somebody to ask and to tell."""

    async def resolve_conflict(self, clash: Clash) -> frozenset[str] | None:
        """Show both sides of a conflict; return the fields that mine wins, None to leave it."""
        ...

    @property
    def pressed(self) -> int:
        """How many keys there have been: more than before means that the person has gone on."""
        ...

    def drafts_changed(self) -> None:
        """Show the drafts as they are by now."""
        ...


class StudyCommands:
    """One-key changes to one study."""

    def __init__(
        self,
        screen: WritingScreen,
        session: "TriageSession",
        editor: Editor,
        *,
        people: People,
        drafts: Drafts,
        consent: Consent,
        going_on: GoingOn,
    ) -> None:
        self._screen = screen
        self._session = session
        self._editor = editor
        self._people = people
        self._drafts = drafts
        self._consent = consent
        self._going_on = going_on

    @property
    def actions(self) -> StudyActions:
        """What can be done to one study, by action id."""
        return {
            "assign": self.assign,
            "unassign": self.unassign,
            "severity": self.set_severity,
            "status": self.toggle_status,
            "description": self.edit_description,
            "cancel": self.cancel,
            "uncancel": self.uncancel,
        }

    def name(self, study: Study) -> Line:
        """Return a study's name for a question or a notice."""
        return name_line(study, masked=self._screen.masked)

    def _titled(self, question: str, study: Study) -> Line:
        """Return a question's title, with a warning if somebody else has the study."""
        held = self._consent.held_by(study)
        return line((question, Role.STRONG)) + (line("  ", (held, Role.WARNING)) if held else ())

    async def _agreed(
        self, question: Line, deed: str, study: Study, *, keep: str = LEAVE_IT
    ) -> bool:
        return await self._screen.ask(question, yes(deed), keep=keep, about=study) == "y"

    @property
    def _restores(self) -> str:
        return f"{self._screen.key('uncancel')} restores it"

    async def set_severity(self, study: Study) -> None:
        """Ask for a severity and set it."""
        if not await self._consent.to_act(study, "Set severity"):
            return
        told = "" if study.told_severity != UNREADABLE else " could not be read. Set it to"
        question = line("Severity of ") + self.name(study) + line(f"{told}?")
        answer = await self._screen.ask(question, SEVERITY_ANSWERS)
        if answer is not None:
            severity = SEVERITY_OF[answer]
            done = line(
                ("now ", Role.PLAIN), (priority_text(severity).strip(), priority_role(severity))
            )
            await self._change("severity", study, done, severity=severity)

    async def toggle_status(self, study: Study) -> None:
        """Complete the study, or make it incomplete again.

        From what is completed, and leaves the worklist, the cursor goes on to the next study.
        """
        if study.is_cancelled:
            self._screen.notice(
                self.name(study),
                line(f"is cancelled: {self._screen.key('uncancel')} restores it first"),
            )
            return
        status = INCOMPLETE if study.status == COMPLETE else COMPLETE
        if study.status == UNREADABLE:
            question = self._titled("The status could not be read. Set it complete?", study)
            if not await self._agreed(question, "complete it", study):
                return
        elif not await self._consent.to_complete(study, "Complete"):
            return
        if status == COMPLETE:
            self._going_on.leave(study._replace(status=COMPLETE))
        await self._change(
            "status", study, line("completed" if status == COMPLETE else "reopened"), status=status
        )

    async def edit_description(self, study: Study) -> None:
        """Ask for a description and set it. What was typed and not saved stays as a draft."""
        value = self._drafts.of(study).description
        note = "the old one could not be read" if value == UNREADABLE else ""
        value = "" if note else value
        text = await self._screen.prompt("description", value, check=description_problem, note=note)
        if text is not None and text != study.description:
            base = Draft.of(study)
            mine, done = base._replace(description=text), line("description changed")
            await self.save(study, base, mine, done, action="description", is_typed=True)

    async def assign(self, study: Study) -> None:
        """Ask for a person and assign the study."""
        if not await self._may_assign(study):
            return
        user_id = await self.pick_person(study)
        if user_id is not None:
            await self._assign_to(study, user_id)

    async def assign_to(self, study: Study, user_id: str) -> None:
        """Assign the study to a person."""
        if await self._may_assign(study):
            await self._assign_to(study, user_id)

    async def _may_assign(self, study: Study) -> bool:
        if study.assignee == UNREADABLE_USER:
            question = line(("Who has this study could not be read. Assign it?", Role.STRONG))
            return await self._agreed(question, "assign it", study)
        return await self._consent.to_act(study, "Assign")

    async def _assign_to(self, study: Study, user_id: str) -> None:
        name = veiled(full_name(self.people().get(user_id)), masked=self._screen.masked)
        done = line(f"assigned to {name}")
        await self._change("assign", study, done, assigned_to=user_id)

    async def unassign(self, study: Study) -> None:
        """Assign the study to nobody."""
        if study.assignee is None:
            self._screen.notice(self.name(study), line("is assigned to nobody already"))
            return
        holder = veiled(person_name(study.assignee), masked=self._screen.masked)
        question = line((f"Take this study from {holder}?", Role.STRONG))
        if study.assignee == UNREADABLE_USER:
            question = line(("Who has this study could not be read. Unassign it?", Role.STRONG))
        if await self._agreed(question, "unassign it", study):
            await self._change("unassign", study, line("assigned to nobody"), assigned_to=None)

    async def cancel(self, study: Study) -> None:
        """Cancel the study after asking."""
        if study.is_cancelled and "is_cancelled" not in study.unreadable:
            self._screen.notice(
                self.name(study),
                line(f"is cancelled already: {self._screen.key('uncancel')} restores it"),
            )
            return
        question = self._titled("Cancel this study for everybody?", study)
        question += line((f"  {self._screen.key('uncancel')} brings it back", Role.DIM))
        if await self._agreed(question, "cancel it", study, keep="keep it"):
            self.saving(study)
            entry = self._editor.history.begin("cancel")
            result = await self._editor.cancel(study.study_id, seen=study, entry=entry)
            self.report(study, result, line("cancelled; ", self._restores))

    async def uncancel(self, study: Study) -> None:
        """Restore a cancelled study after asking."""
        if not study.is_cancelled and "is_cancelled" not in study.unreadable:
            self._screen.notice(self.name(study), line("is not cancelled"))
            return
        question = line(("Restore this study?", Role.STRONG))
        if await self._agreed(question, "restore it", study, keep="leave it cancelled"):
            self.saving(study)
            entry = self._editor.history.begin("uncancel")
            result = await self._editor.uncancel(study.study_id, seen=study, entry=entry)
            self.report(study, result, line("restored"))

    async def save(
        self,
        study: Study,
        base: Draft,
        mine: Draft,
        done: Line,
        *,
        action: str = "save",
        is_typed: bool = False,
    ) -> bool:
        """Write what differs between ``base`` and ``mine``; return whether the server has it now.

        What somebody else changed meanwhile is shown beside one's own, and the person chooses.
        ``action`` is what the history calls it. A draft that says the same ends with success; an
        edit that ``is_typed`` becomes one if it cannot be saved. A STAT goes to somebody who does
        not read only after a yes.
        """
        if not await self._may_go_to(mine.assigned_to, study, base, mine):
            return False
        wanted = differences(base, mine)
        result, has_gone_on = await self._write(study, base, mine, action)
        if result.is_good:
            self._drafts.saved(study.study_id, wanted, result.study)
        elif is_typed or has_gone_on:
            self._drafts.keep(study, base, mine)
            self._drafts.move_along(self.held(study))
        self._screen.drafts_changed()
        if result.study is not None and result.study.is_cancelled and not study.is_cancelled:
            done += line(("; somebody cancelled the study meanwhile", Role.WARNING))
        self.report(study, result, done, is_late=has_gone_on)
        return result.is_good

    async def _may_go_to(self, user_id: str | None, study: Study, base: Draft, mine: Draft) -> bool:
        if user_id is None or user_id == base.assigned_to:
            return True
        severity = study.severity if mine.severity == UNREADABLE else mine.severity
        wanted = study._replace(severity=severity, status=mine.status)
        return await self._people.may_have(user_id, [wanted])

    async def _write(
        self, study: Study, base: Draft, mine: Draft, action: str
    ) -> tuple[Result, bool]:
        """Write, and let the person choose where somebody else was quicker.

        Nobody who has gone on to something else is asked. Returns whether that was so.
        """
        entry = self._editor.history.begin(action)
        while True:
            self.saving(study)
            pressed = self._screen.pressed
            result = await self._editor.save(study.study_id, base, mine, entry=entry)
            if not result.conflicts or result.study is None:
                return result, False
            if self._screen.pressed != pressed:
                return result, True
            clash = Clash(study, result.study, result.conflicts, self.people())
            self._screen.notice()
            winners = await self._screen.resolve_conflict(clash)
            if winners is None:
                return result, False
            theirs_win = tuple(each for each in result.conflicts if each.field not in winners)
            base = rebase(base, result.conflicts)
            mine = rebase(mine, theirs_win)

    def saving(self, study: Study) -> None:
        """Say that something is on its way to the server, and for which study."""
        self._screen.notice(line(("saving ", Role.DIM)) + self.name(study), kind=Kind.NAMING)

    def held(self, study: Study) -> Study:
        """Return a study as it was last read."""
        return self._session.studies.get(study.study_id) or study

    def people(self) -> dict[str, UserRef]:
        """Return whom a study can be assigned to."""
        return self._people.known()

    async def pick_person(self, study: Study) -> str | None:
        """Ask whom to assign the study to."""
        return await self._people.pick(f"Assign {short_name(study, masked=self._screen.masked)} to")

    async def _change(self, action: str, study: Study, done: Line, **fields: str | None) -> None:
        base = Draft.of(study)
        mine = base._replace(**fields)  # type: ignore[arg-type]
        await self.save(study, base, mine, done, action=action)

    def report(self, study: Study, result: Result, done: Line, *, is_late: bool = False) -> None:
        """Say how a write ended. What went wrong is said until the person has seen it."""
        said = ending_line(result, done, masked=self._screen.masked)
        if study.study_id in self._drafts.ids and not result.is_good:
            said += line(", kept as a draft")
        why = line((clean(str(result.error)), Role.DIM)) if result.error is not None else ()
        whole = join([self.name(study), said, why])
        if result.is_good or (result.ending is Ending.CONFLICT and not is_late):
            self._screen.notice(whole, kind=Kind.WRITTEN)
        else:
            about = unknown(study.study_id) if result.ending is Ending.UNKNOWN else ""
            self._screen.alert(whole, about)


def unknown(study_id: str) -> str:
    """Return what an alert is about that says that a write may or may not have been made."""
    return f"unknown {study_id}"


def ending_line(result: Result, done: Line, *, masked: bool = False) -> Line:
    """Return how a write ended; ``done`` says what is so if it went well."""
    match result.ending:
        case Ending.DONE:
            return done
        case Ending.NOTHING_TO_DO:
            return line("no change needed")
        case Ending.CONFLICT:
            names = (field_name(each.field, masked=masked) for each in result.conflicts)
            fields = ", ".join(dict.fromkeys(names))
            what = fields or "it"
            return line((f"not saved: somebody else changed {what} meanwhile", Role.WARNING))
        case Ending.GONE:
            return line(("not saved: the server no longer knows this study", Role.WARNING))
        case Ending.DIFFERENT:
            return line(("saved, but the server shows other values: check it", Role.WARNING))
        case Ending.UNKNOWN:
            return line(("not sure it was saved: checking", Role.WARNING))
        case _:
            why = "" if result.error else ": there is no connection to the server"
            return line((f"not saved{why}", Role.WARNING))


def description_problem(text: str) -> str | None:
    """Return why ``text`` is no description, or None if it is one."""
    return None if text.strip() else "a description needs at least one character"
