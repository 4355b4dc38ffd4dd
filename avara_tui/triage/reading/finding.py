"""Finding one study by what somebody pasted: its id, or its DICOM Study Instance UID."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from avara_tui.api.errors import AvaraError, ErrorKind
from avara_tui.identifiers import (
    is_same_study,
    is_study_id,
    mend_identifier,
    strip_pasted,
    uid_problem,
)
from avara_tui.study import Study
from avara_tui.triage.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable


class Holder(Source, Protocol):
    """A source that also says which studies it holds."""

    @property
    def studies(self) -> "Iterable[Study]":
        """The studies that were read so far."""
        ...


@dataclass(frozen=True, slots=True)
class Found:
    """What became of a search."""

    study: Study | None = None
    is_fresh: bool = False
    """Whether the server was asked just now; else the study is as it was last read."""
    is_absent: bool = False
    """Whether the server says that there is none."""
    error: AvaraError | None = None
    """Why the server could not be asked."""


def identifier_problem(text: str) -> str | None:
    """Return why ``text`` can name no study, or None if it is a study id or a UID."""
    text = mend_identifier(text)
    if is_study_id(text):
        return None
    if text.startswith("stu_"):
        return f"a study id is stu_ and 32 digits or letters a to f; this one has {len(text) - 4}"
    problem = uid_problem(text)
    if problem is None:
        return None
    return f"neither a study id (stu_...) nor a UID: {problem}" if text else "paste an id or a UID"


def identifier_meant(source: Holder, text: str) -> str:
    """Return the id or UID that a pasted ``text`` is meant to be.

    A server may hold UIDs that are none: what is held already is meant as it stands.
    """
    as_it_is = strip_pasted(text)
    is_held = any(_is_named(each, as_it_is) for each in source.studies)
    return as_it_is if is_held else mend_identifier(text)


async def find(source: Holder, text: str) -> Found:
    """Ask the server for the study that ``text`` names; what it answers joins the ``source``.

    If the server cannot be asked, a study that is held already is found as it was last read.
    """
    text = identifier_meant(source, text)
    held = next((each for each in source.studies if _is_named(each, text)), None)
    client = source.client
    if client is None:
        return Found(held)
    try:
        if is_study_id(text):
            study = await client.retrieve(text)
        else:
            study = await client.retrieve_by_uid(text)
    except AvaraError as error:
        if error.kind is not ErrorKind.NOT_FOUND:
            return Found(held, error=error)
        if held is not None and is_same_study(held.study_id, text):
            source.forget(held.study_id)
        return Found(is_absent=True)
    source.merge([study])
    return Found(study, is_fresh=True)


def _is_named(study: Study, text: str) -> bool:
    return study.uid == text or is_same_study(study.study_id, text)
