"""What the keys do to studies: each command keeps to the study that was meant at the key press."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Protocol

from avara_tui.study import COMPLETE, HIGH, INCOMPLETE, NORMAL, STAT, Study, UserRef
from avara_tui.text import clean
from avara_tui.triage.editing import Editor, Result
from avara_tui.triage.ending import Ending
from avara_tui.tui.actions import StudyActions
from avara_tui.tui.choices import YES_NO, Answer, Choice
from avara_tui.tui.columns import person_name, priority_role, priority_text
from avara_tui.tui.detail import full_name, name_line, short_name
from avara_tui.tui.lines import Line, Role, join, line, truncate
from avara_tui.worklist.merge import Draft, FieldConflict, rebase

if TYPE_CHECKING:
    from avara_tui.triage.session import TriageSession

SEVERITY_ANSWERS: Final = (Answer("s", "STAT"), Answer("h", "high"), Answer("r", "routine"))
CONFLICT_ANSWERS: Final = (Answer("t", "keep theirs"), Answer("m", "take mine"))
SEVERITY_OF: Final = {"s": STAT, "h": HIGH, "r": NORMAL}


class Desk(Protocol):
    """What commands need of the screen: somebody to ask and to tell."""

    @property
    def masked(self) -> bool:
        """Whether descriptions and names are hidden."""
        ...

    def key(self, action_id: str) -> str:
        """Return the key of an action as a person reads it."""
        ...

    async def ask(self, question: Line, answers: Sequence[Answer] = YES_NO) -> str | None:
        """Return the key of the answer, None for no answer."""
        ...

    async def prompt(self, label: str, value: str, limit: int = 0) -> str | None:
        """Return the text typed, None if the person gave up."""
        ...

    async def pick(self, title: str, choices: Sequence[Choice]) -> str | None:
        """Return the key of the choice, None for none."""
        ...

    def notice(self, *parts: Line) -> None:
        """Say something until the next key."""
        ...

    def set_unconfirmed(self, study_id: str, *, unconfirmed: bool) -> None:
        """Show, or no longer, that the server has not confirmed a change to a study."""
        ...


class StudyCommands:
    """One-key changes to one study."""

    def __init__(self, desk: Desk, session: "TriageSession", editor: Editor) -> None:
        self._desk = desk
        self._session = session
        self._editor = editor

    @property
    def actions(self) -> StudyActions:
        """What can be done to one study, by action id."""
        return {
            "claim": self.claim,
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
        return name_line(study, masked=self._desk.masked)

    @property
    def _restores(self) -> str:
        return f"{self._desk.key('uncancel')} restores it"

    async def set_severity(self, study: Study) -> None:
        """Ask for a severity and set it."""
        question = line("Severity of ") + self.name(study) + line("?")
        answer = await self._desk.ask(question, SEVERITY_ANSWERS)
        if answer is not None:
            severity = SEVERITY_OF[answer]
            done = line(
                ("now ", Role.PLAIN), (priority_text(severity).strip(), priority_role(severity))
            )
            await self._change("severity", study, done, severity=severity)

    async def toggle_status(self, study: Study) -> None:
        """Complete the study, or make it incomplete again."""
        if study.is_cancelled:
            self._desk.notice(
                self.name(study),
                line(f"is cancelled: {self._desk.key('uncancel')} restores it first"),
            )
            return
        status = INCOMPLETE if study.status == COMPLETE else COMPLETE
        await self._change("status", study, line(f"now {status}"), status=status)

    async def edit_description(self, study: Study) -> None:
        """Ask for a description and set it."""
        text = await self._desk.prompt("description", study.description)
        if text is None or text == study.description:
            return
        if not text.strip():
            self._desk.notice(line(("a description needs at least one character", Role.WARNING)))
            return
        await self._change("description", study, line("description changed"), description=text)

    async def claim(self, study: Study) -> None:
        """Assign the study to the person at the keys, unless somebody else has it."""
        connection = self._session.connection
        me = connection.me if connection is not None else None
        if me is None:
            self._desk.notice(
                line(("who you are is not known: ", Role.WARNING)),
                line('set me = "usr_..." for this profile in the configuration'),
            )
            return
        holder = study.assignee
        if holder is not None and holder.user_id == me:
            self._desk.notice(self.name(study), line("is yours already"))
            return
        if holder is not None:
            question = (
                line(f"{person_name(holder)} has ") + self.name(study) + line(". Take it over?")
            )
            if await self._desk.ask(question) != "y":
                return
        await self._change("claim", study, line("claimed: it is yours"), assigned_to=me)

    async def assign(self, study: Study) -> None:
        """Ask for a person and assign the study."""
        user_id = await self.pick_person(study)
        if user_id is not None:
            await self.assign_to(study, user_id)

    async def assign_to(self, study: Study, user_id: str) -> None:
        """Assign the study to a person."""
        done = line(f"assigned to {full_name(self.people().get(user_id))}")
        await self._change("assign", study, done, assigned_to=user_id)

    async def unassign(self, study: Study) -> None:
        """Assign the study to nobody."""
        if study.assignee is None:
            self._desk.notice(self.name(study), line("is assigned to nobody already"))
            return
        question = line(f"Take from {person_name(study.assignee)}: ") + self.name(study) + line("?")
        if await self._desk.ask(question) == "y":
            await self._change("unassign", study, line("assigned to nobody"), assigned_to=None)

    async def cancel(self, study: Study) -> None:
        """Cancel the study after asking."""
        if study.is_cancelled:
            self._desk.notice(
                self.name(study),
                line(f"is cancelled already: {self._desk.key('uncancel')} restores it"),
            )
            return
        question = line(("Cancel ", Role.WARNING)) + self.name(study) + line("?")
        if await self._desk.ask(question) == "y":
            with self._unconfirmed(study):
                result = await self._editor.cancel(study.study_id)
            self.report(study, result, line("cancelled; ", self._restores))

    async def uncancel(self, study: Study) -> None:
        """Restore a cancelled study after asking."""
        if not study.is_cancelled:
            self._desk.notice(self.name(study), line("is not cancelled"))
            return
        question = line("Restore ") + self.name(study) + line("?")
        if await self._desk.ask(question) == "y":
            with self._unconfirmed(study):
                result = await self._editor.uncancel(study.study_id)
            self.report(study, result, line("restored"))

    async def save(
        self, study: Study, base: Draft, mine: Draft, done: Line, *, action: str = "save"
    ) -> bool:
        """Write what differs between ``base`` and ``mine``; return whether the server has it now.

        What somebody else changed meanwhile is shown beside one's own, and the person chooses.
        ``action`` is what the history calls it.
        """
        entry = self._editor.history.begin(action)
        while True:
            with self._unconfirmed(study):
                result = await self._editor.save(study.study_id, base, mine, entry=entry)
            if not result.conflicts:
                break
            choices = await self._settle(study, result.conflicts)
            if choices is None:
                break
            base = rebase(base, result.conflicts)
            mine = rebase(mine, choices)
        self.report(study, result, done)
        return result.is_good

    async def _settle(
        self, study: Study, conflicts: Sequence[FieldConflict]
    ) -> tuple[FieldConflict, ...] | None:
        """Ask about each conflict; return those that theirs wins, or None for no answer."""
        theirs_win = []
        for conflict in conflicts:
            question = self.name(study) + line(f" {clean(conflict.field)}: ")
            question += line(
                ("theirs ", Role.WARNING), self._value(conflict.field, conflict.theirs)
            )
            question += line((", mine ", Role.WARNING), self._value(conflict.field, conflict.mine))
            answer = await self._desk.ask(question, CONFLICT_ANSWERS)
            if answer is None:
                return None
            if answer == "t":
                theirs_win.append(conflict)
        return tuple(theirs_win)

    def _value(self, field: str, value: str | None) -> str:
        """Return a value of a conflict as a person reads it."""
        if field == "assigned_to":
            return person_name(self.people().get(value)) if value else "nobody"
        if field == "severity" and value is not None:
            return priority_text(value).strip()
        return "nothing" if value is None else f"“{truncate(clean(value), 30)}”"

    def people(self) -> dict[str, UserRef]:
        """Return whom a study can be assigned to: users who may, and people seen on studies."""
        seen = dict(self._session.studies.people())
        seen.update(
            {u.user_id: u.ref for u in self._session.users.values() if u.can_manage_studies}
        )
        return seen

    async def pick_person(self, study: Study) -> str | None:
        """Ask whom to assign the study to."""
        people = sorted(self.people().values(), key=lambda each: (person_name(each), each.user_id))
        choices = [
            Choice(
                each.user_id,
                line(full_name(each), (f"  {clean(each.email)}", Role.DIM)),
                f"{full_name(each)} {each.email}".lower(),
            )
            for each in people
        ]
        if not choices:
            self._desk.notice(line(("nobody is known that a study could go to", Role.WARNING)))
            return None
        title = f"Assign {short_name(study, masked=self._desk.masked)} to"
        return await self._desk.pick(title, choices)

    async def _change(self, action: str, study: Study, done: Line, **fields: str | None) -> None:
        base = Draft.of(study)
        mine = replace(base, **fields)  # type: ignore[arg-type]
        await self.save(study, base, mine, done, action=action)

    def _unconfirmed(self, study: Study) -> "_Unconfirmed":
        return _Unconfirmed(self._desk, study.study_id)

    def report(self, study: Study, result: Result, done: Line) -> None:
        """Say how a write ended."""
        match result.ending:
            case Ending.DONE:
                said = done
            case Ending.NOTHING_TO_DO:
                said = line("was like that already")
            case Ending.CONFLICT:
                fields = ", ".join(dict.fromkeys(clean(each.field) for each in result.conflicts))
                what = fields or "it"
                said = line((f"not saved: somebody else changed {what} meanwhile", Role.WARNING))
            case Ending.GONE:
                said = line(("not saved: the server no longer knows this study", Role.WARNING))
            case Ending.DIFFERENT:
                said = line(("the server answered with other values: look again", Role.WARNING))
            case Ending.UNKNOWN:
                said = line(("may or may not be saved: look again before repeating", Role.WARNING))
            case _:
                said = line(("not saved", Role.WARNING))
        why = line(clean(str(result.error))) if result.error is not None else ()
        self._desk.notice(join([self.name(study), said, why]))


class _Unconfirmed:
    """Shows a study as unconfirmed for as long as a write is under way."""

    def __init__(self, desk: Desk, study_id: str) -> None:
        self._desk = desk
        self._study_id = study_id

    def __enter__(self) -> None:
        self._desk.set_unconfirmed(self._study_id, unconfirmed=True)

    def __exit__(self, *_: object) -> None:
        self._desk.set_unconfirmed(self._study_id, unconfirmed=False)
