"""What the keys do in the detail pane: they change a draft, and saving writes it."""

from dataclasses import replace
from functools import partial

from avara_tui.study import (
    COMPLETE,
    INCOMPLETE,
    METADATA_MAX_KEY,
    METADATA_MAX_PAIRS,
    METADATA_MAX_VALUE,
)
from avara_tui.text import clean
from avara_tui.tui.actions import Actions
from avara_tui.tui.choices import Answer
from avara_tui.tui.commands import SEVERITY_ANSWERS, SEVERITY_OF, Desk, StudyCommands
from avara_tui.tui.detail import METADATA
from avara_tui.tui.lines import Role, line
from avara_tui.tui.widgets.detail_pane import DetailPane

_LEAVE = (Answer("y", "discard"), Answer("s", "save"))


class DraftCommands:
    """Edits the draft of the study in the detail pane, one field at a time."""

    def __init__(self, desk: Desk, pane: DetailPane, studies: StudyCommands) -> None:
        self._desk = desk
        self._pane = pane
        self._studies = studies

    @property
    def actions(self) -> Actions:
        """What can be done in the detail pane, by action id."""
        return {
            "field_down": partial(self._pane.move_field, 1),
            "field_up": partial(self._pane.move_field, -1),
            "edit_field": self.edit_field,
            "add_metadata": self.add_metadata,
            "delete_metadata": self.delete_metadata,
            "save": self.save,
        }

    async def edit_field(self) -> None:
        """Edit the field under the pane's cursor."""
        entry = self._pane.entry
        if entry is None:
            return
        edits = {
            "severity": self._severity,
            "status": self._status,
            "assignee": self._assignee,
            "description": self._description,
            "add_metadata": self.add_metadata,
        }
        if entry.field == METADATA and entry.key is not None:
            await self._metadata_value(entry.key)
        elif entry.field in edits:
            await edits[entry.field]()

    async def _severity(self) -> None:
        answer = await self._desk.ask(line("Severity?"), SEVERITY_ANSWERS)
        if answer is not None:
            self._pane.change(replace(self._pane.begin(), severity=SEVERITY_OF[answer]))

    async def _status(self) -> None:
        draft = self._pane.begin()
        status = INCOMPLETE if draft.status == COMPLETE else COMPLETE
        self._pane.change(replace(draft, status=status))

    async def _assignee(self) -> None:
        study = self._pane.study
        if study is None:
            return
        user_id = await self._studies.pick_person(study)
        if user_id is not None:
            person = self._studies.people().get(user_id)
            self._pane.change(replace(self._pane.begin(), assigned_to=user_id), person)

    async def _description(self) -> None:
        draft = self._pane.begin()
        text = await self._desk.prompt("description", draft.description)
        if text is None:
            return
        if not text.strip():
            self._desk.notice(line(("a description needs at least one character", Role.WARNING)))
            return
        self._pane.change(replace(self._pane.begin(), description=text))

    async def _metadata_value(self, key: str) -> None:
        value = self._pane.begin().metadata.get(key, "")
        text = await self._desk.prompt(clean(key), value, METADATA_MAX_VALUE)
        if text is not None:
            self._pane.change_metadata(key, text)

    async def add_metadata(self) -> None:
        """Ask for a key and a value and put the pair into the draft."""
        pairs = self._pane.begin().metadata
        if len(pairs) >= METADATA_MAX_PAIRS:
            self._desk.notice(
                line((f"a study has at most {METADATA_MAX_PAIRS} metadata pairs", Role.WARNING))
            )
            return
        key = await self._desk.prompt("metadata key", "", METADATA_MAX_KEY)
        if not key or not key.strip():
            return
        key = key.strip()
        if key in pairs:
            self._desk.notice(
                line((f"{clean(key)} is there already: edit its value", Role.WARNING))
            )
            return
        value = await self._desk.prompt(clean(key), "", METADATA_MAX_VALUE)
        if value is not None:
            self._pane.change_metadata(key, value)

    async def delete_metadata(self) -> None:
        """Take the pair under the cursor out of the draft."""
        entry = self._pane.entry
        if entry is None or entry.field != METADATA or entry.key is None:
            self._desk.notice(line(("only a metadata pair can be deleted", Role.WARNING)))
            return
        self._pane.change_metadata(entry.key, None)

    async def save(self) -> bool:
        """Write the draft; return whether there is nothing left to save."""
        pane = self._pane
        if pane.study is None or pane.draft is None or pane.base is None or not pane.is_dirty:
            self._desk.notice(line("nothing to save"))
            return True
        saved = await self._studies.save(pane.study, pane.base, pane.draft, line("saved"))
        if saved:
            pane.drop_draft()
            pane.refresh_entries()
        return saved

    async def may_leave(self) -> bool:
        """Ask what shall become of a draft before anything takes its place."""
        pane = self._pane
        if not pane.is_dirty or pane.study is None:
            pane.drop_draft()
            return True
        count = pane.changed_fields
        changes = "1 change" if count == 1 else f"{count} changes"
        question = line(f"{changes} to ") + self._studies.name(pane.study)
        question += line((" not saved. ", Role.WARNING), "Discard?")
        answer = await self._desk.ask(question, _LEAVE)
        if answer == "s":
            return await self.save()
        if answer == "y":
            pane.drop_draft()
            pane.refresh_entries()
            return True
        return False
