"""The reroute action: from a study to the Avara Viewer, wherever the person's browser is."""

import os
from typing import TYPE_CHECKING, ClassVar, Final, Protocol

from avara_tui.config import Clipboard, Config, Profile
from avara_tui.study import Study
from avara_tui.text import clean
from avara_tui.triage.opener.openings import Opening, Openings, Way
from avara_tui.triage.opener.viewing import (
    LinkToGive,
    NotOpenedError,
    open_and_record,
    sweep_soon,
    told_of,
)
from avara_tui.tui.lines import Line, Role, join, line, text_of
from avara_tui.tui.notices import Kind
from avara_tui.tui.presentation.detail import name_line, short_name
from avara_tui.tui.protocols import Noticing, Terminal

if TYPE_CHECKING:
    from avara_tui.triage.reading.session import TriageSession
    from avara_tui.tui.widgets.link_card import LinkCard

SENT: Final = "sent to the terminal's clipboard, if it has one"
ONCE_MORE: Final = "press c once more to send it: every program there can read a clipboard"
SENT_TO_ALL: Final = "sent to the clipboard of every terminal that is attached, if it has one"
ONCE_MORE_TO_ALL: Final = "press c once more: every terminal that is attached gets the link"
SWITCHED_OFF: Final = 'the clipboard is switched off: clipboard = "off" in the configuration'


class ViewerScreen(Noticing, Terminal, Protocol):
    """What opening needs of the screen."""

    @property
    def masked(self) -> bool:
        """Whether descriptions and names are hidden."""
        ...

    def show_link(self, card: "LinkCard") -> None:
        """Lay a card over the worklist."""
        ...


class ViewerController:
    """Opens studies in the viewer."""

    takes: ClassVar[tuple[str, ...]] = ("link_seconds", "clipboard")

    def __init__(
        self,
        counter: ViewerScreen,
        session: "TriageSession",
        config: Config,
        profile: Profile,
        openings: Openings,
    ) -> None:
        """``openings`` is where each opening is put down."""
        self._counter = counter
        self._session = session
        self.take_settings(config)
        self._profile = profile
        self._openings = openings
        self._was_asked = False
        sweep_soon()

    def take_settings(self, config: Config) -> None:
        """Let other settings count, from the next link on."""
        self._link_seconds, self._clipboard = config.link_seconds, config.clipboard

    async def open(self, study: Study, said: Line = ()) -> bool:
        """Open ``study`` in a browser here, or give the person the link; return whether that went.

        ``said`` is what there is to say of the study besides.
        """
        name = join([name_line(study, masked=self._counter.masked), said])
        self._counter.notice(line(("asking for a link to ", Role.DIM)) + name, kind=Kind.NAMING)
        try:
            opened, opening = await open_and_record(
                self._openings, self._session, study.study_id, self._profile
            )
        except NotOpenedError as error:
            why = line((f"not opened: {clean(str(error))}", Role.WARNING))
            self._counter.notice(name, why, kind=Kind.WRITTEN)
            return False
        if isinstance(opened, LinkToGive):
            self._counter.show_link(self._card(study, opened, opening, said))
            return True
        handed = line(f"handed to {told_of(opened)}")
        self._counter.notice(name, handed, kind=Kind.WRITTEN)
        return True

    def _card(self, study: Study, link: LinkToGive, opening: Opening, said: Line) -> "LinkCard":
        from avara_tui.tui.widgets.link_card import LinkCard  # noqa: PLC0415 - on request only

        self._was_asked = False
        name = f"{short_name(study, masked=self._counter.masked)}  {text_of(said)}".rstrip()
        lifetime = round(self._link_seconds)

        def copy(url: str) -> str:
            told = self._copy(url, to_all=link.is_shared)
            if told in {SENT, SENT_TO_ALL}:
                self._openings.given(opening, Way.COPIED)
            return told

        def code_shown() -> None:
            self._openings.given(opening, Way.QR)

        return LinkCard(name, link, copy=copy, code=_code, code_shown=code_shown, lifetime=lifetime)

    def _copy(self, url: str, *, to_all: bool) -> str:
        """Send the link to the terminal's clipboard; return what to tell the person.

        One that goes to terminals which nobody may watch is asked for twice in any case.
        """
        from avara_tui.triage.opener.clipboard import osc52  # noqa: PLC0415 - on request only
        from avara_tui.triage.opener.links import OpenerError  # noqa: PLC0415 - on request only

        if self._clipboard is Clipboard.OFF:
            return SWITCHED_OFF
        if not self._was_asked and (to_all or self._clipboard is Clipboard.ASK):
            self._was_asked = True
            return ONCE_MORE_TO_ALL if to_all else ONCE_MORE
        try:
            self._counter.write_to_terminal(osc52(url, os.environ))
        except OpenerError as error:
            return str(error)
        return SENT_TO_ALL if to_all else SENT


def _code(url: str) -> list[str]:
    from avara_tui.triage.opener.qr_code import qr  # noqa: PLC0415 - on request only

    return qr(url)
