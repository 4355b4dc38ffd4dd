"""The edits that a person has begun and not saved, study by study.

A draft outlives refreshes, failed saves and the loss of the server. It ends when the server has
what it says, or when the person lets go of it.
"""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from avara_tui.study import Study, UserRef
from avara_tui.worklist.merge import Draft, FieldChange, differences, moved_on, with_values


@dataclass(slots=True)
class OpenDraft:
    """The draft of one study."""

    study: Study
    """The study as it was last read."""
    base: Draft
    """The study as it was when the draft was begun: what a merge starts from."""
    mine: Draft
    """What the person wants the study to be."""
    people: dict[str, UserRef] = field(default_factory=dict)
    """The people to whom the draft has assigned the study, by user id."""
    meanwhile: dict[str, FieldChange] = field(default_factory=dict)
    """What has changed on the server since the draft was begun, by field."""
    is_put_by: bool = False
    """Whether the person has said that the draft shall wait."""

    @property
    def changes(self) -> tuple[FieldChange, ...]:
        """What the draft changes."""
        return differences(self.base, self.mine)

    @property
    def conflicts(self) -> Mapping[str, str | None]:
        """The fields that somebody else has changed to something else, with their values."""
        moved = {each.field: each.new for each in differences(self.base, Draft.of(self.study))}
        return {each.field: moved[each.field] for each in self.changes if each.field in moved}


class Drafts:
    """All drafts that there are, at most one a study."""

    def __init__(self) -> None:
        self._drafts: dict[str, OpenDraft] = {}

    def __iter__(self) -> Iterator[OpenDraft]:
        return iter(self._drafts.values())

    def __len__(self) -> int:
        return len(self._drafts)

    @property
    def ids(self) -> AbstractSet[str]:
        """The studies that have a draft."""
        return self._drafts.keys()

    def get(self, study_id: str) -> OpenDraft | None:
        """Return the draft of a study, or None."""
        return self._drafts.get(study_id)

    def of(self, study: Study) -> Draft:
        """Return what the person wants ``study`` to be: the study itself if there is no draft."""
        draft = self._drafts.get(study.study_id)
        return Draft.of(study) if draft is None else draft.mine

    def change(self, study: Study, mine: Draft, person: UserRef | None = None) -> None:
        """Take ``mine`` as what the person wants ``study`` to be.

        ``person`` is whom it assigns the study to. A draft that changes nothing is none.
        """
        draft = self._drafts.get(study.study_id)
        if draft is None:
            base = Draft.of(study)
            draft = self._drafts[study.study_id] = OpenDraft(study, base, base)
        draft.mine, draft.is_put_by = mine, False
        if person is not None:
            draft.people[person.user_id] = person
        self._drop_if_empty(draft)

    def keep(self, study: Study, base: Draft, mine: Draft) -> None:
        """Keep an edit that could not be saved, on top of the draft that there may be."""
        draft = self._drafts.get(study.study_id)
        if draft is None:
            self._drafts[study.study_id] = OpenDraft(study, base, mine)
            return
        changes = {each.field: each.new for each in differences(base, mine)}
        draft.mine = with_values(draft.mine, changes)

    def move_along(self, study: Study) -> None:
        """Take in a study as it was read: what the draft has not touched moves along."""
        draft = self._drafts.get(study.study_id)
        if draft is None:
            return
        for each in differences(Draft.of(draft.study), Draft.of(study)):
            before = draft.meanwhile.get(each.field, each)
            draft.meanwhile[each.field] = each._replace(old=before.old)
        draft.study = study
        draft.base, draft.mine = moved_on(draft.base, draft.mine, Draft.of(study))
        self._drop_if_empty(draft)

    def saved(
        self, study_id: str, changes: Iterable[FieldChange], study: Study | None = None
    ) -> None:
        """Take note that the server has ``changes``: what was edited since stays a draft.

        ``study`` is what it answered.
        """
        draft = self._drafts.get(study_id)
        if draft is None:
            return
        new = {each.field: each.new for each in changes}
        touched = {each.field for each in draft.changes}
        draft.base = with_values(draft.base, new)
        untouched = {name: value for name, value in new.items() if name not in touched}
        draft.mine = with_values(draft.mine, untouched)
        if study is not None:
            draft.study = study
            draft.base, draft.mine = moved_on(draft.base, draft.mine, Draft.of(study))
        draft.meanwhile.clear()
        self._drop_if_empty(draft)

    def put_by(self, study_id: str) -> None:
        """Let a draft wait: the person has said so, and is not asked again until it changes."""
        self._drafts[study_id].is_put_by = True

    def drop(self, study_id: str) -> None:
        """Let go of a draft."""
        self._drafts.pop(study_id, None)

    def _drop_if_empty(self, draft: OpenDraft) -> None:
        if draft.mine == draft.base:
            self._drafts.pop(draft.study.study_id, None)
