"""Opening a study from a command: in a browser here, or by a link that was asked for."""

from typing import TYPE_CHECKING, Final, NamedTuple

from avara_tui.cli.exit_codes import ExitCode
from avara_tui.cli.headless import Refusal
from avara_tui.cli.plain import name
from avara_tui.config import Settings
from avara_tui.study import Study
from avara_tui.text import clean
from avara_tui.triage.opener.viewing import (
    LinkToGive,
    NotOpenedError,
    open_and_record,
    told_of,
    why_not_here,
)

if TYPE_CHECKING:
    from avara_tui.triage.client_session import ClientSession

_REMEDY: Final = (
    "With --link the link is printed instead. Whoever has it can open the study: paste it into a "
    "browser, and keep it out of files, chats and logs."
)


class Told(NamedTuple):
    """What became of it, for a person and for another program."""

    sentence: str
    fields: dict[str, str | None]
    why: str = ""
    """Why there is a link and no browser."""


def require_way(settings: Settings, *, link: bool) -> None:
    """Refuse, before a link is made, what could only end in a link that nobody asked for."""
    reason = why_not_here(settings.profile)
    if reason is not None and not link:
        raise Refusal(f"{reason} The study was not opened.", _REMEDY, ExitCode.FAILED)


async def open_and_report(session: "ClientSession", study: Study, *, link: bool) -> Told:
    """Open ``study``; with ``link``, the link is told where no browser can be started.

    Raises :class:`Refusal`.
    """
    try:
        opened, _ = await open_and_record(
            session.openings,
            session,
            study.study_id,
            session.profile,
            ends_soon=True,
            shows_links=link,
        )
    except NotOpenedError as error:
        code = ExitCode.FAILED
        raise Refusal(f"{name(study)}: not opened: {error}", "", code) from None
    if not isinstance(opened, LinkToGive):
        sentence = f"{name(study)}: handed to {told_of(opened)}"
        return Told(sentence, {"program": clean(opened.program), "link": None})
    if not link:
        raise Refusal(f"{name(study)}: not opened: {opened.reason}", _REMEDY, ExitCode.FAILED)
    return Told(opened.url, {"program": None, "link": opened.url}, opened.reason)
