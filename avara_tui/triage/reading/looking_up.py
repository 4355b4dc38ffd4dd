"""Reading one by one the studies that a list should have brought and did not."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from avara_tui.api.errors import AvaraError, ErrorKind
from avara_tui.clock import Clock
from avara_tui.triage.reading.walk_record import Unlisted
from avara_tui.worklist.studies import ChangeSet, StudySet

if TYPE_CHECKING:
    from avara_tui.api.client import AvaraClient

LOOK_UPS: Final = 25
"""Studies that left a lane and are looked up one by one after a walk; the rest wait a walk."""
LOOK_UP_TIME: Final = 3.0
"""Seconds after which no further study is looked up after a walk: the next walk must not wait."""
NO_ANSWER: Final = frozenset(
    {
        ErrorKind.UNREACHABLE,
        ErrorKind.TIMEOUT,
        ErrorKind.SERVER,
        ErrorKind.RATE_LIMITED,
        ErrorKind.PAUSED,
        ErrorKind.UNREADABLE,
    }
)
"""Errors after which nothing is known about the study that was asked for."""


async def look_up(
    client: "AvaraClient",
    missing: Sequence[str],
    studies: StudySet,
    clock: Clock,
    say: Callable[[ChangeSet], None],
) -> Unlisted:
    """Read some of the studies ``missing`` one by one; return what became of them.

    What there was no time to ask about counts as seen: only an answer makes a study go.
    """
    there, unasked = set[str](), set(missing[LOOK_UPS:])
    until = clock.monotonic() + LOOK_UP_TIME
    for study_id in missing[:LOOK_UPS]:
        if clock.monotonic() > until:
            unasked.add(study_id)
            continue
        asked_at = studies.revision
        try:
            study = await client.retrieve(study_id)
        except AvaraError as error:
            if error.kind is ErrorKind.NOT_FOUND:
                say(studies.discard(study_id))
            elif error.kind in NO_ANSWER:
                unasked.add(study_id)
        else:
            change = studies.merge([study], asked_at=asked_at)
            say(change)
            if not change:
                there.add(study_id)
    return Unlisted(there, unasked)
