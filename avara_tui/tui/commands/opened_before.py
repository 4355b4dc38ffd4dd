"""Back to the study that was opened before, and to those before it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from avara_tui.text import clean
from avara_tui.triage.opener.openings import Openings
from avara_tui.tui.keys.actions import Actions
from avara_tui.tui.lines import Line, Role, line
from avara_tui.tui.presentation.detail import name_line
from avara_tui.tui.protocols import Pointing, Telling

if TYPE_CHECKING:
    from avara_tui.triage.reading.session import TriageSession


class OpenedBeforeScreen(Telling, Pointing, Protocol):
    """What going back to a study needs of the screen."""


class OpenedBefore:
    """Puts the cursor on the studies that were opened in this session, from the last one back.

    Where it goes on from is where the cursor is: from a study that was opened to the one opened
    before it, and from any other to the last one.
    """

    def __init__(
        self,
        screen: OpenedBeforeScreen,
        session: "TriageSession",
        openings: Openings,
        show: Callable[[str], str | None],
    ) -> None:
        """``show`` puts the cursor on a study and says why the worklist would not hold it."""
        self._screen = screen
        self._session = session
        self._openings = openings
        self._show = show

    @property
    def actions(self) -> Actions:
        """What is done with no study in particular, by action id."""
        return {"previous_opened": self.go_back}

    def go_back(self) -> None:
        """Put the cursor on the study opened before, or say why it stays."""
        trail, here = self._openings.trail(), self._screen.table.cursor_id
        older = trail[trail.index(here) + 1 :] if here in trail else trail
        gone: list[str] = []
        for study_id in older:
            study = self._session.studies.get(study_id)
            if study is None:
                gone.append(study_id)
                continue
            why = self._show(study_id)
            parts = [name_line(study, masked=self._screen.masked), _place(trail, study_id)]
            if why is not None:
                parts.append(line((why, Role.WARNING)))
            self._screen.notice(*parts, *_gone(gone))
            return
        if gone:
            self._screen.notice(*_gone(gone))
        elif trail:
            self._screen.notice(line("no study was opened before this one"))
        else:
            self._screen.notice(line("no study was opened in this session"))


def _place(trail: list[str], study_id: str) -> Line:
    back = trail.index(study_id)
    if not back:
        return line("opened last")
    return line("opened before that" if back == 1 else f"opened {back} before the last")


def _gone(study_ids: list[str]) -> list[Line]:
    """Say which studies are passed over."""
    if not study_ids:
        return []
    named = f"…{clean(study_ids[0][-6:])}"
    more = f" and {len(study_ids) - 1} more" if len(study_ids) > 1 else ""
    are = "are" if more else "is"
    return [line((f"opened before: {named}{more} {are} no longer here", Role.WARNING))]
