"""The form of a new study: nothing that was typed goes before the server has it."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

from avara_tui.api.errors import AvaraError, ErrorKind
from avara_tui.identifiers import strip_pasted, uid_problem
from avara_tui.study import (
    INCOMPLETE,
    METADATA_MAX_KEY,
    METADATA_MAX_PAIRS,
    METADATA_MAX_VALUE,
    NORMAL,
    Study,
)
from avara_tui.study_requests import NewStudy
from avara_tui.text import clean
from avara_tui.triage.writing.creating import HIDDEN, Creation, create, problem_of
from avara_tui.triage.writing.ending import Ending
from avara_tui.triage.writing.history import History
from avara_tui.tui.choices import Answer, Choice, yes
from avara_tui.tui.commands.draft import key_problem
from avara_tui.tui.commands.people import People
from avara_tui.tui.commands.study import (
    SEVERITY_ANSWERS,
    SEVERITY_OF,
    WritingScreen,
    description_problem,
)
from avara_tui.tui.lines import Line, Role, join, line
from avara_tui.tui.presentation.columns import priority_role, priority_text
from avara_tui.tui.presentation.detail import METADATA, Entry, full_name, short_name
from avara_tui.tui.protocols import Lending

if TYPE_CHECKING:
    from avara_tui.triage.reading.session import TriageSession
    from avara_tui.tui.widgets.create_card import CreateCard

_EMPTY: Final = NewStudy("", "", NORMAL)
_NOBODY: Final = "nobody"
_NONE: Final = "none"
_FREE: Final = "free: the server knows no study with it that this key can see"
_LEAVE: Final = (Answer("k", "keep for later"), Answer("d", "discard"))
_GO: Final = yes("go to it")


class CreateScreen(WritingScreen, Lending, Protocol):
    """What creating needs of the screen."""


class CreateCommands:
    """Creates studies. A form that was left with something in it is there again next time."""

    def __init__(
        self,
        screen: CreateScreen,
        session: "TriageSession",
        history: History,
        people: People,
        show: Callable[[str], str | None],
    ) -> None:
        """``show`` puts the cursor on a study and says why the worklist would not hold it."""
        self._screen = screen
        self._session = session
        self._history = history
        self._people = people
        self._show = show
        self._new = _EMPTY
        self._about_uid: Entry | None = None
        self._said: Line = ()
        self._is_sending = False
        self._card: CreateCard

    @property
    def is_unsent(self) -> bool:
        """Whether something was typed into the form that has not been sent."""
        return self._new != _EMPTY and not self._is_sending

    async def create(self) -> None:
        """Show the form until the study is there or the person goes elsewhere."""
        from avara_tui.tui.widgets.create_card import CreateCard  # noqa: PLC0415 - on request only

        self._card = card = CreateCard()
        self._said = ()
        there: tuple[Study, str] | None = None
        async with self._screen.over(card):
            while there is None:
                self._draw_card()
                key = await card.next_key()
                self._said = ()
                if key in _MOVES:
                    card.move(_MOVES[key])
                elif key in {"enter", "e"}:
                    await self._edit(card.entry)
                elif key == "+":
                    await self._add_pair()
                elif key == "delete":
                    self._delete(card.entry)
                elif key == "w":
                    there = await self._send()
                elif key in {"escape", "q"} and (card.is_left or await self._may_leave()):
                    # What was typed is there again next time, unless the person discarded it.
                    break
        if there is not None:
            self._go_to(*there)

    # What is shown.

    def _draw_card(self) -> None:
        keys = [
            (self._key("w"), "create"),
            (self._key("enter"), "edit"),
            (self._key("+"), "metadata"),
            (self._key("Del"), "delete"),
            (self._key("esc"), "back"),
        ]
        foot = join(key + line(f" {word}") for key, word in keys)
        self._card.describe(line(("New study", Role.STRONG)), self._entries(), self._said, foot)

    @staticmethod
    def _key(name: str) -> Line:
        return line((name, Role.KEY))

    def _entries(self) -> list[Entry]:
        new = self._new
        entries = [Entry("UID", clean(new.uid) or "required", _role(new.uid), "uid")]
        if self._about_uid is not None:
            entries.append(self._about_uid)
        person = self._people.known().get(new.assigned_to or "")
        customer = self._session.customers.get(new.customer_id or "")
        severity = priority_text(new.severity).strip()
        hidden = "•••" if self._screen.masked and new.description else clean(new.description)
        entries += [
            Entry("description", hidden or "required", _role(new.description), "description"),
            Entry("severity", severity, priority_role(new.severity), "severity"),
            Entry("assignee", full_name(person) if person else _NOBODY, field="assignee"),
            Entry("customer", clean(customer.ref.name) if customer else _NONE, field="customer"),
            Entry(METADATA, f"{len(new.metadata)} of {METADATA_MAX_PAIRS}", Role.DIM, "add"),
        ]
        for key, value in new.metadata.items():
            shown = "•••" if self._screen.masked else clean(value)
            entries.append(Entry(f"  {clean(key)}", shown, field=METADATA, key=key))
        return entries

    # What is typed.

    async def _edit(self, entry: Entry | None) -> None:
        if entry is None:
            return
        if entry.field == METADATA and entry.key is not None:
            await self._edit_pair(entry.key)
            return
        edits = {
            "uid": self._edit_uid,
            "description": self._edit_description,
            "severity": self._edit_severity,
            "assignee": self._edit_assignee,
            "customer": self._edit_customer,
            "add": self._add_pair,
        }
        await edits[entry.field or ""]()

    async def _edit_uid(self) -> None:
        text = await self._screen.prompt("UID", self._new.uid)
        if text is not None:
            self._new = self._new._replace(uid=strip_pasted(text))
            await self._look_up()

    async def _look_up(self) -> None:
        """Say what is wrong with the UID, or whether there is a study with it already."""
        uid = self._new.uid
        problem = uid_problem(uid)
        self._about_uid = None
        if problem is not None:
            self._about_uid = Entry("", problem, Role.WARNING) if uid else None
            return
        client = self._session.client
        if client is None:
            return
        self._about_uid = Entry("", "asking the server …", Role.DIM)
        self._draw_card()
        try:
            study = await client.retrieve_by_uid(uid)
        except AvaraError as error:
            is_free = error.kind is ErrorKind.NOT_FOUND
            said = _FREE if is_free else clean(str(error))
            self._about_uid = Entry("", said, Role.GOOD if is_free else Role.WARNING)
            return
        self._session.merge([study])
        self._about_uid = self._taken(study)

    def _taken(self, study: Study) -> Entry:
        name = short_name(study, masked=self._screen.masked)
        return Entry("", f"there is a study with it already: {name}", Role.WARNING)

    async def _edit_description(self) -> None:
        value = self._new.description
        text = await self._screen.prompt("description", value, check=description_problem)
        if text is not None:
            self._new = self._new._replace(description=text)

    async def _edit_severity(self) -> None:
        answer = await self._screen.ask(line("Severity?"), SEVERITY_ANSWERS)
        if answer is not None:
            self._new = self._new._replace(severity=SEVERITY_OF[answer])

    async def _edit_assignee(self) -> None:
        user_id = await self._people.pick("Assign the new study to", with_nobody=True)
        if user_id is not None:
            self._new = self._new._replace(assigned_to=user_id or None)

    async def _edit_customer(self) -> None:
        known = sorted(self._session.customers.values(), key=lambda each: each.ref.name.casefold())
        choices = [Choice("", line(_NONE), _NONE)]
        for each in known:
            note = line(("  not active", Role.DIM)) if not each.is_active else ()
            name = clean(each.ref.name)
            choices.append(Choice(each.customer_id, line(name) + note, name.lower()))
        picked = await self._screen.pick("Customer of the new study", choices)
        if picked is not None:
            self._new = self._new._replace(customer_id=picked or None)

    async def _add_pair(self) -> None:
        if len(self._new.metadata) >= METADATA_MAX_PAIRS:
            return
        problem = partial(key_problem, taken=self._new.metadata.keys())
        key = await self._screen.prompt("metadata key", "", METADATA_MAX_KEY, check=problem)
        if key is not None:
            await self._edit_pair(key.strip(" "))

    async def _edit_pair(self, key: str) -> None:
        value = self._new.metadata.get(key, "")
        text = await self._screen.prompt(clean(key), value, METADATA_MAX_VALUE)
        if text is not None:
            self._set_pairs({**self._new.metadata, key: text})

    def _delete(self, entry: Entry | None) -> None:
        if entry is not None and entry.field == METADATA:
            pairs = self._new.metadata.items()
            self._set_pairs({key: value for key, value in pairs if key != entry.key})

    def _set_pairs(self, pairs: Mapping[str, str]) -> None:
        self._new = self._new._replace(metadata=pairs)

    # The end.

    async def _send(self) -> tuple[Study, str] | None:
        """Create the study; return where to go and why, or None where the form stays."""
        problem = problem_of(self._new)
        if problem is not None:
            self._said = line((f"not created: {problem}", Role.WARNING))
            return None
        new = self._new
        if new.assigned_to is not None:
            like = Study(
                new.uid, new.uid, new.description, new.severity, INCOMPLETE, is_cancelled=False
            )
            if not await self._people.may_have(new.assigned_to, [like]):
                return None
        self._said = line(("creating …", Role.DIM))
        self._draw_card()
        self._is_sending = True
        creation = await create(self._session, self._history, self._new)
        self._is_sending = False
        self._said = ()
        if creation.ending is Ending.DONE and creation.study is not None:
            self._new, self._about_uid = _EMPTY, None
            return creation.study, "created"
        return await self._failed(creation)

    async def _failed(self, creation: Creation) -> tuple[Study, str] | None:
        study = creation.study
        if creation.is_taken and study is not None:
            self._about_uid = self._taken(study)
            self._draw_card()
            name = short_name(study, masked=self._screen.masked)
            question = line(("Not created, the UID is taken by ", Role.WARNING), name)
            is_wanted = await self._screen.ask(question, _GO, keep="stay") == "y"
            return (study, "has this UID; what you typed is kept") if is_wanted else None
        if creation.is_hidden:
            self._about_uid = Entry("", HIDDEN, Role.WARNING)
            self._said = line(("not created: the UID is taken, see there", Role.WARNING))
            return None
        why = clean(str(creation.error)) if creation.error else "there is no connection yet"
        said = f"not created: {why}"
        if creation.ending is Ending.UNKNOWN:
            find = self._screen.key("find")
            said = f"may or may not be there: look the UID up with {find} before you repeat it"
        self._said = line((said, Role.WARNING))
        return None

    def _go_to(self, study: Study, said: str) -> None:
        why = self._show(study.study_id)
        parts = [line(short_name(study, masked=self._screen.masked)), line(said)]
        if why is not None:
            parts.append(line((why, Role.WARNING)))
        self._screen.notice(*parts)

    async def _may_leave(self) -> bool:
        """Ask what shall become of what was typed."""
        if self._new == _EMPTY:
            return True
        question = line("The new study is not created.")
        answer = await self._screen.ask(question, _LEAVE, keep="go on")
        if answer == "d":
            self._new, self._about_uid = _EMPTY, None
        return answer is not None


_MOVES: Final = {"j": 1, "down": 1, "tab": 1, "k": -1, "up": -1}


def _role(text: str) -> Role:
    return Role.PLAIN if text else Role.DIM
