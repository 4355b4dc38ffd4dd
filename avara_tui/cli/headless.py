"""What every command without a screen shares: the way to the server, and how it ends."""

import argparse
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Final

from avara_tui.api.errors import AvaraError, ErrorKind, Outcome
from avara_tui.cli.complaining import complain, complain_of_start
from avara_tui.cli.exit_codes import ExitCode
from avara_tui.config import ConfigError, Settings, SettingsError, load_config
from avara_tui.identifiers import (
    is_spelled_as_uid,
    is_study_id,
    mend_identifier,
    strip_pasted,
    uid_problem,
)
from avara_tui.text import clean
from avara_tui.triage.access.connection import ConnectionProblem
from avara_tui.triage.process.hygiene import forbid_inspection, harden
from avara_tui.triage.process.shortage import SPARE_FOR_A_COMMAND, make_room
from avara_tui.triage.writing.ending import Ending

if TYPE_CHECKING:
    from pathlib import Path

    from avara_tui.study import Study
    from avara_tui.triage.client_session import ClientSession
    from avara_tui.triage.reading.patient import Patience
    from avara_tui.triage.writing.editing import Result

_CODES: Final = {
    ErrorKind.UNAUTHORIZED: ExitCode.KEY,
    ErrorKind.FORBIDDEN: ExitCode.KEY,
    ErrorKind.NOT_FOUND: ExitCode.NOT_FOUND,
    ErrorKind.CONFLICT: ExitCode.CONFLICT,
    ErrorKind.UNREACHABLE: ExitCode.UNREACHABLE,
    ErrorKind.TIMEOUT: ExitCode.UNREACHABLE,
    ErrorKind.PAUSED: ExitCode.UNREACHABLE,
}
_GATEWAYS: Final = frozenset({502, 503, 504})
_ENDINGS: Final = {
    Ending.DONE: ExitCode.DONE,
    Ending.NOTHING_TO_DO: ExitCode.DONE,
    Ending.CONFLICT: ExitCode.CONFLICT,
    Ending.GONE: ExitCode.NOT_FOUND,
}


class Refusal(Exception):  # noqa: N818 - most of them are no error of anybody's
    """The command ends here: the text says why in a sentence."""

    def __init__(self, sentence: str, remedy: str = "", code: ExitCode = ExitCode.USAGE) -> None:
        super().__init__(sentence)
        self.remedy = remedy
        self.code = code


Work = Callable[["ClientSession"], Awaitable[int]]


def run(
    args: argparse.Namespace,
    work: Work,
    *,
    check: Callable[[Settings], None] | None = None,
    writes: bool = False,
) -> int:
    """Connect as ``args`` and the environment ask, do ``work``, and return the exit code.

    ``check`` sees the settings before a key is looked for, and may raise :class:`Refusal`.
    """
    if sys.stdout is not None and hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    environ = harden()
    shortage = make_room(SPARE_FOR_A_COMMAND)
    if shortage is not None:
        return complain(f"avara-tui: {shortage}", "", ExitCode.FAILED)
    try:
        settings = Settings.resolve(load_config(), environ, profile=args.profile)
        if settings.config.thresholds.rules:
            from avara_tui.triage.site import thresholds_of

            thresholds_of(settings.config)
        if writes:
            _require_writable(settings)
        if check is not None:
            check(settings)
        return _connect_and(work, settings, environ)
    except Refusal as refusal:
        return complain(str(refusal), refusal.remedy, refusal.code)
    except (ConfigError, SettingsError, ConnectionProblem) as error:
        return complain_of_start(error)
    except AvaraError as error:
        return complain_of(error)


def _require_writable(settings: Settings) -> None:
    if settings.profile.read_only:
        raise Refusal(
            f"The profile {settings.profile.name} is read-only: nothing was changed.",
            "Use another profile, or take read_only out of this one.",
        )


def _connect_and(work: Work, settings: Settings, environ: Mapping[str, str]) -> int:
    import asyncio

    from avara_tui.triage.access.credentials import connect
    from avara_tui.triage.client_session import open_session

    forbid_inspection()
    connection = connect(settings, environ)

    sessions: list[ClientSession] = []

    async def go() -> int:
        async with open_session(settings, connection, _journal(settings)) as session:
            sessions.append(session)
            code = await work(session)
        if session.journal is not None and session.journal.problem is not None:
            said = (
                f"The journal {session.journal.path} cannot be written: {session.journal.problem}."
            )
            print(said, file=sys.stderr)
        return code

    try:
        return asyncio.run(go())
    except KeyboardInterrupt:
        for session in sessions:
            _report_unknown(session)
        raise


def _report_unknown(session: "ClientSession") -> None:
    """Name the studies that an interrupt left in the middle of a write."""
    changes = [change for entry in session.history.entries for change in entry.changes]
    for change in changes:
        if change.ending in {None, Ending.UNKNOWN}:
            sentence = f"{clean(change.study_id)}: it is not known whether it was written."
            complain(sentence, "Look at it before you repeat the command.", ExitCode.FAILED)


def _journal(settings: Settings) -> "Path | None":
    if not settings.config.journal:
        return None
    from avara_tui.config.paths import journal_file

    return journal_file()


def complain_of(error: AvaraError) -> int:
    """Say on standard error what the server or the way to it did; return the exit code."""
    said = f"It said: {error.server_message}" if error.server_message else ""
    return complain(str(error), said, code_of(error))


def code_of(error: AvaraError) -> ExitCode:
    """Return the exit code of a command that ended with ``error``."""
    if error.outcome in {Outcome.UNKNOWN, Outcome.APPLIED}:
        return ExitCode.FAILED
    if error.outcome is Outcome.CONFLICT:
        return ExitCode.CONFLICT
    if error.kind is ErrorKind.SERVER and error.status in _GATEWAYS:
        return ExitCode.UNREACHABLE
    return _CODES.get(error.kind, ExitCode.FAILED)


def code_of_result(result: "Result") -> ExitCode:
    """Return the exit code of a command that wrote with this result."""
    if result.error is not None:
        return code_of(result.error)
    return _ENDINGS.get(result.ending, ExitCode.FAILED)


def patience(session: "ClientSession", timeout: float) -> "Patience":
    """Return the patience with the server that one command has, told on standard error."""
    from avara_tui.triage.reading.patient import Patience

    def say(sentence: str) -> None:
        print(clean(sentence), file=sys.stderr, flush=True)

    return Patience(session.clock, say, timeout=timeout)


def require_identifier(text: str) -> str:
    """Return ``text`` as a study id or a UID. Raises :class:`Refusal` if it can be neither."""
    identifier = mend_identifier(text)
    # A UID that is none may still be what the server has.
    as_it_is = strip_pasted(text)
    if is_spelled_as_uid(as_it_is) and uid_problem(identifier) is not None:
        identifier = as_it_is
    if is_study_id(identifier) or is_spelled_as_uid(identifier):
        return identifier
    raise Refusal(
        f"“{clean(text, 80)}” is neither a study id nor a Study Instance UID.",
        "A study id is stu_ and 32 hexadecimal digits; a UID is digits and dots.",
    )


async def find(session: "ClientSession", identifier: str) -> "Study":
    """Return the study with an id or UID, afresh from the server. Raises AvaraError."""
    if is_study_id(identifier):
        return await session.read(identifier)
    return await session.read_by_uid(identifier)
