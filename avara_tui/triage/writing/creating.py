"""Creating a study: looked up by its UID first, sent once, and kept in the history."""

from dataclasses import dataclass
from typing import Final

from avara_tui.api.errors import AvaraError, ErrorKind
from avara_tui.identifiers import uid_problem
from avara_tui.study import METADATA_MAX_PAIRS, Study
from avara_tui.study_requests import NewStudy
from avara_tui.triage.source import Source
from avara_tui.triage.writing.ending import Ending, ending_of
from avara_tui.triage.writing.history import History, StudyChange, name_of_new
from avara_tui.worklist.merge import METADATA_PREFIX, FieldChange

CREATE: Final = "create"
"""The id of the action."""
HIDDEN: Final = (
    "A study with this UID exists already, but this key cannot see it "
    "(its study scope may be Self)."
)
"""What to say where the server refuses a UID as taken, and knows no study by it."""


@dataclass(frozen=True, slots=True)
class Creation:
    """What became of an attempt to create a study."""

    ending: Ending
    study: Study | None = None
    """The study as the server has it; where the UID was taken, the one that has it."""
    error: AvaraError | None = None
    is_hidden: bool = False
    """Whether the UID is taken by a study that the server does not show to this key."""

    @property
    def is_taken(self) -> bool:
        """Whether there was a study with that UID before."""
        return self.error is not None and self.error.kind is ErrorKind.CONFLICT


def problem_of(new: NewStudy) -> str | None:
    """Return what is missing or wrong before ``new`` can be sent, or None."""
    if (problem := uid_problem(new.uid)) is not None:
        return problem
    if not new.description.strip():
        return "a study needs a description"
    if len(new.metadata) > METADATA_MAX_PAIRS:
        return f"a study has at most {METADATA_MAX_PAIRS} metadata pairs"
    return None


async def create(source: Source, history: History, new: NewStudy) -> Creation:
    """Create ``new``, unless there is a study with its UID. Raises nothing for the server.

    Before the server has given it an id, the history knows the study by a hash of its UID.
    """
    entry = history.begin(CREATE)
    name = name_of_new(new.uid)
    change = StudyChange(name, _fields(new))
    client = source.client
    if client is None:
        history.end(entry, change._replace(ending=Ending.FAILED))
        return Creation(Ending.FAILED)
    try:
        with history.attempt(entry, name, change.fields):
            study = await client.create(new)
    except AvaraError as error:
        ending = ending_of(error)
        history.end(entry, change._replace(ending=ending, error=error.kind))
        taken_by, is_hidden = await _taken_by(source, new, error)
        return Creation(ending, taken_by, error, is_hidden)
    source.merge([study])
    done = change._replace(study_id=study.study_id, ending=Ending.DONE, was=name)
    history.end(entry, done)
    return Creation(Ending.DONE, study)


def _fields(new: NewStudy) -> tuple[FieldChange, ...]:
    values = {"severity": new.severity, "description": new.description}
    fields = [FieldChange(name, None, value) for name, value in values.items()]
    if new.assigned_to is not None:
        fields.append(FieldChange("assigned_to", None, new.assigned_to))
    fields += [FieldChange(METADATA_PREFIX + key, None, new.metadata[key]) for key in new.metadata]
    return tuple(fields)


async def _taken_by(source: Source, new: NewStudy, error: AvaraError) -> tuple[Study | None, bool]:
    """Return the study that has the UID already, and whether there is one that is not shown.

    Whose study scope is Self is refused a UID of another source, and sees no study with it.
    """
    if error.kind is not ErrorKind.CONFLICT or source.client is None:
        return None, False
    try:
        study = await source.client.retrieve_by_uid(new.uid)
    except AvaraError as absent:
        return None, absent.kind is ErrorKind.NOT_FOUND
    source.merge([study])
    return study, False
