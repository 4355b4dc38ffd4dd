"""Studies of the emulator: how tests add them, and find those that they need."""

from typing import Any

from avara_tui.emulator.embedded import EmbeddedEmulator

Json = Any


def add_study(emulator: EmbeddedEmulator, description: str, **fields: object) -> str:
    """Add a study as somebody else would, by default a STAT one; return its id."""
    number = len(emulator.studies()) + 1
    study = emulator.create(
        **{
            "studyDescription": description,
            "severity": "stat",
            "studyInstanceUid": f"1.2.840.99999.{number}",
            **fields,
        }
    )
    return str(study["studyId"])


def is_open(study: Json) -> bool:
    """Whether a study waits for somebody: neither complete nor cancelled."""
    return study["studyViewerStatus"] == "incomplete" and not study["isCancelled"]


def is_out_of_sight(study: Json) -> bool:
    """Whether a key of the study scope Self does not see a study."""
    key = study.get("createdByApiKey")
    return key is None or key["description"] != "Production API Key"


def open_studies(emulator: EmbeddedEmulator, **wanted: object) -> list[Json]:
    """Return the open studies of which ``wanted`` is true, in the order of the server.

    ``assignee`` is a user id, or None for nobody's; everything else is a field of the API.
    """
    return [
        each
        for each in emulator.studies()
        if is_open(each) and all(_value(each, name) == value for name, value in wanted.items())
    ]


def open_study(emulator: EmbeddedEmulator, **wanted: object) -> Json:
    """Return the first of :func:`open_studies`, of which there must be one."""
    return open_studies(emulator, **wanted)[0]


def _value(study: Json, name: str) -> object:
    if name == "assignee":
        return study["assignedTo"]["userId"] if study.get("assignedTo") else None
    return study[name]
