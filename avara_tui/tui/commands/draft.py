"""What the keys do in the detail pane: they change a draft, and saving writes it."""

from collections.abc import Set as AbstractSet
from functools import partial

from avara_tui.study import (
    COMPLETE,
    INCOMPLETE,
    METADATA_MAX_KEY,
    METADATA_MAX_PAIRS,
    METADATA_MAX_VALUE,
    UNREADABLE,
    Study,
)
from avara_tui.text import clean
from avara_tui.tui.choices import Answer, Check, yes
from avara_tui.tui.commands.study import (
    SEVERITY_ANSWERS,
    SEVERITY_OF,
    StudyCommands,
    WritingScreen,
    description_problem,
)
from avara_tui.tui.keys.actions import Actions
from avara_tui.tui.lines import Line, Role, line
from avara_tui.tui.presentation.detail import METADATA
from avara_tui.tui.widgets.detail_pane import DetailPane
from avara_tui.worklist.drafts import Drafts
from avara_tui.worklist.merge import METADATA_PREFIX, Draft, with_values

_LEAVE = (Answer("s", "save"), Answer("k", "keep for later"), Answer("y", "discard"))
_QUIT = yes("discard them")


class DraftCommands:
    """Edits the draft of the study in the detail pane, one field at a time.

    Each edit belongs to the study that was shown at the key press, whatever is shown when the
    person has answered.
    """

    def __init__(
        self, screen: WritingScreen, pane: DetailPane, studies: StudyCommands, drafts: Drafts
    ) -> None:
        self._screen = screen
        self._pane = pane
        self._studies = studies
        self._drafts = drafts

    @property
    def actions(self) -> Actions:
        """What can be done in the detail pane, by action id."""
        return {
            "field_down": partial(self._pane.move_field, 1),
            "field_up": partial(self._pane.move_field, -1),
            "edit_field": self.edit_field,
            "add_metadata": self.add_metadata,
            "rename_metadata": self.rename_metadata,
            "delete_metadata": self.delete_metadata,
            "save": self.save,
            "times": self._pane.turn_times,
        }

    async def edit_field(self) -> None:
        """Edit the field under the pane's cursor."""
        entry, study = self._pane.entry, self._pane.study
        if entry is None or study is None:
            return
        edits = {
            "severity": self._severity,
            "status": self._status,
            "assigned_to": self._assignee,
            "description": self._description,
            "add_metadata": self._add,
        }
        if entry.field == METADATA and entry.key is not None:
            await self._metadata_value(study, entry.key)
        elif entry.field in edits:
            await edits[entry.field](study)

    def _mine(self, study: Study) -> Draft:
        return self._drafts.of(study)

    def _change(self, study: Study, **values: str | None) -> None:
        self._put(study, with_values(self._mine(study), values))

    def _change_metadata(self, study: Study, values: dict[str, str | None]) -> None:
        fields = {METADATA_PREFIX + key: value for key, value in values.items()}
        self._put(study, with_values(self._mine(study), fields))

    def _put(self, study: Study, mine: Draft) -> None:
        user_id = mine.assigned_to or ""
        self._drafts.change(study, mine, self._studies.people().get(user_id))
        # It may have changed on the server while the person was typing.
        self._drafts.move_along(self._studies.held(study))
        self._screen.drafts_changed()

    async def _severity(self, study: Study) -> None:
        answer = await self._screen.ask(line("Severity?"), SEVERITY_ANSWERS)
        if answer is not None:
            self._change(study, severity=SEVERITY_OF[answer])

    async def _status(self, study: Study) -> None:
        is_complete = self._mine(study).status == COMPLETE
        self._change(study, status=INCOMPLETE if is_complete else COMPLETE)

    async def _assignee(self, study: Study) -> None:
        user_id = await self._studies.pick_person(study)
        if user_id is not None:
            self._change(study, assigned_to=user_id)

    async def _description(self, study: Study) -> None:
        value = self._mine(study).description
        note = "the old one could not be read" if value == UNREADABLE else ""
        value = "" if note else value
        text = await self._screen.prompt("description", value, check=description_problem, note=note)
        if text is not None:
            self._change(study, description=text)

    def _may_change_metadata(self, study: Study) -> bool:
        """Whether the metadata may be changed: they are written whole, or not at all."""
        if "metadata" not in study.unreadable:
            return True
        said = "not to be changed: the metadata could not be read whole, and would be overwritten"
        self._screen.notice(line((said, Role.WARNING)))
        return False

    async def _metadata_value(self, study: Study, key: str) -> None:
        if not self._may_change_metadata(study):
            return
        value = self._mine(study).metadata.get(key, "")
        text = await self._screen.prompt(clean(key), value, METADATA_MAX_VALUE)
        if text is not None:
            self._change_metadata(study, {key: text})

    async def add_metadata(self) -> None:
        """Ask for a key and a value and put the pair into the draft."""
        if self._pane.study is not None:
            await self._add(self._pane.study)

    async def _add(self, study: Study) -> None:
        if not self._may_change_metadata(study):
            return
        if len(self._mine(study).metadata) >= METADATA_MAX_PAIRS:
            self._screen.notice(
                line((f"a study has at most {METADATA_MAX_PAIRS} metadata pairs", Role.WARNING))
            )
            return
        note = f"pair {len(self._mine(study).metadata) + 1} of {METADATA_MAX_PAIRS}"
        key = await self._ask_key(study, "metadata key", "", note)
        if key is not None:
            value = await self._screen.prompt(clean(key), "", METADATA_MAX_VALUE)
            if value is not None:
                self._change_metadata(study, {key: value})

    async def rename_metadata(self) -> None:
        """Give the pair under the cursor another key; its value stays."""
        entry, study = self._pane.entry, self._pane.study
        key = None if entry is None or entry.field != METADATA else entry.key
        if study is None or key is None:
            self._screen.notice(line(("only a metadata pair can be renamed", Role.WARNING)))
            return
        if not self._may_change_metadata(study):
            return
        value = self._mine(study).metadata.get(key)
        if value is None:
            self._screen.notice(line((f"{clean(key)} is deleted in this draft", Role.WARNING)))
            return
        renamed = await self._ask_key(study, f"{clean(key)}: new key", key)
        value = self._mine(study).metadata.get(key)
        if renamed is not None and renamed != key and value is not None:
            self._change_metadata(study, {key: None, renamed: value})

    async def _ask_key(self, study: Study, label: str, key: str, note: str = "") -> str | None:
        """Return the metadata key typed, None if the person gave up."""
        problem: Check = partial(key_problem, taken=self._mine(study).metadata.keys() - {key})
        text = await self._screen.prompt(label, key, METADATA_MAX_KEY, problem, note)
        return None if text is None else text.strip(" ")

    async def delete_metadata(self) -> None:
        """Take the pair under the cursor out of the draft, or put a deleted one back."""
        entry, study = self._pane.entry, self._pane.study
        if entry is None or study is None or entry.field != METADATA or entry.key is None:
            self._screen.notice(line(("only a metadata pair can be deleted", Role.WARNING)))
            return
        if not self._may_change_metadata(study):
            return
        is_there = entry.key in self._mine(study).metadata
        value = None if is_there else study.metadata.get(entry.key)
        self._change_metadata(study, {entry.key: value})

    async def save(self) -> bool:
        """Write the draft; return whether there is nothing left to save."""
        draft = self._pane.draft
        if draft is None:
            self._screen.notice(line("nothing to save"))
            return True
        saved = await self._studies.save(draft.study, draft.base, draft.mine, line("saved"))
        self._pane.refresh_entries()
        return saved

    async def may_leave(self) -> bool:
        """Ask what shall become of a draft before another study takes its place."""
        draft = self._pane.draft
        if draft is None or draft.is_put_by:
            return True
        count = _counted(len(draft.changes), "change")
        question = line(f"{count} to ") + self._studies.name(draft.study)
        question += line((" not saved.", Role.WARNING))
        answer = await self._screen.ask(question, _LEAVE, keep="go on editing")
        if answer == "s":
            return await self.save()
        if answer == "y":
            self._drafts.drop(draft.study.study_id)
        elif answer == "k":
            self._drafts.put_by(draft.study.study_id)
        self._screen.drafts_changed()
        return answer is not None

    async def may_quit(self) -> bool:
        """Ask before drafts are lost with the program."""
        if not await self.may_leave():
            return False
        left = list(self._drafts)
        if not left:
            return True
        names: Line = self._studies.name(left[0].study)
        if len(left) > 1:
            names += line(f" and {_counted(len(left) - 1, 'other')}")
        question = (
            line("Drafts not saved: ") + names + line((". Leave without them?", Role.WARNING))
        )
        return await self._screen.ask(question, _QUIT, keep="stay") == "y"


def key_problem(text: str, *, taken: AbstractSet[str]) -> str | None:
    """Return why ``text`` is no key for another metadata pair, or None if it is one."""
    key = text.strip(" ")
    if not key.strip():
        return "a key needs at least one character"
    return "there is a pair with this key: edit its value instead" if key in taken else None


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
