"""One study by what was pasted, and its identifiers to the clipboard."""

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from avara_tui.config import Clipboard
from avara_tui.study import UNREADABLE, Study
from avara_tui.text import clean
from avara_tui.triage.reading.finding import Found, find, identifier_meant, identifier_problem
from avara_tui.tui.choices import Choice, yes
from avara_tui.tui.commands.study import WritingScreen
from avara_tui.tui.commands.viewer import SENT, SWITCHED_OFF
from avara_tui.tui.lines import Line, Role, line, truncate_middle
from avara_tui.tui.notices import Kind
from avara_tui.tui.presentation.detail import name_line, short_name
from avara_tui.worklist.naming import status_word

if TYPE_CHECKING:
    from avara_tui.triage.reading.session import TriageSession

_ID: Final = "study id"
_UID: Final = "UID"
_LONGEST_SHOWN: Final = 60
_HIDDEN: Final = "•••"


class FindCommands:
    """Finds one study, and copies what identifies some."""

    def __init__(
        self,
        screen: WritingScreen,
        session: "TriageSession",
        clipboard: Clipboard,
        *,
        show: Callable[[str], str | None],
        send: Callable[[str], None],
    ) -> None:
        """``show`` puts the cursor on a study and says why the worklist would not hold it.

        ``send`` sends the terminal a control sequence of ours.
        """
        self._screen = screen
        self._session = session
        self.clipboard = clipboard
        """Whether anything may go to the terminal's clipboard."""
        self._show = show
        self._send = send

    async def find(self) -> None:
        """Ask for a study id or a UID, and go to that study."""
        typed = await self._screen.prompt("study id or UID", "", check=self._problem)
        if typed is None:
            return
        text = identifier_meant(self._session, typed)
        self._screen.notice(line(("asking the server …", Role.DIM)), kind=Kind.PASSING)
        self.go_to(await find(self._session, text), text)

    def _problem(self, typed: str) -> str | None:
        # A server may hold UIDs that are none: what is in the list can be found by them.
        text = identifier_meant(self._session, typed)
        is_held = any(text in (each.study_id, each.uid) for each in self._session.studies)
        return None if is_held else identifier_problem(text)

    def go_to(self, found: Found, text: str) -> None:
        """Put the cursor on a study that was found, or say why there is none."""
        study = found.study
        if study is None:
            self._screen.notice(_absence(found, text))
            return
        why = self._show(study.study_id)
        parts = [name_line(study, masked=self._screen.masked)]
        if not found.is_fresh:
            parts.append(line(("as last read: the server cannot be asked", Role.WARNING)))
        if why is not None:
            parts.append(line((why, Role.WARNING)))
        elif found.is_fresh:
            parts.append(line(f"found, {status_word(study)}"))
        self._screen.notice(*parts)

    async def copy(self, studies: Sequence[Study]) -> None:
        """Ask which identifier, and send it to the terminal's clipboard."""
        if self.clipboard is Clipboard.OFF:
            self._screen.notice(line((SWITCHED_OFF, Role.WARNING)))
            return
        of = (
            short_name(studies[0], masked=self._screen.masked)
            if len(studies) == 1
            else f"{len(studies):,} studies"
        )
        offers = self._offers(studies)
        picked = await self._screen.pick(f"Copy of {of}", [choice for choice, _ in offers])
        if picked is None:
            return
        text = next(text for choice, text in offers if choice.key == picked)
        if self.clipboard is Clipboard.ASK:
            warning = ("every program there can read it", Role.DIM)
            question = line(f"Copy {clean(picked)}? ", warning)
            if await self._screen.ask(question, yes("copy it"), keep="do not copy") != "y":
                return
        self._screen.notice(self._sent(picked, text))

    def _offers(self, studies: Sequence[Study]) -> list[tuple[Choice, str]]:
        """Return what can be copied: what to choose, and the text that it stands for."""
        values = [
            (_ID, [each.study_id for each in studies]),
            (_UID, [each.uid for each in studies]),
        ]
        if len(studies) == 1:
            # Accession numbers and the like are what people paste elsewhere.
            pairs = sorted(studies[0].metadata.items(), key=_likeliest_first)
            values += [(key, [value]) for key, value in pairs]
        values = [(name, texts) for name, texts in values if UNREADABLE not in texts]
        return [(self._choice(name, texts), "\n".join(texts)) for name, texts in values]

    def _choice(self, name: str, texts: Sequence[str]) -> Choice:
        shown = truncate_middle(clean(texts[0]), _LONGEST_SHOWN)
        if self._screen.masked and name not in {_ID, _UID}:
            shown = _HIDDEN
        if len(texts) > 1:
            shown += f" and {len(texts) - 1:,} more, a line each"
        label = line(clean(name), (f"  {shown}", Role.DIM))
        return Choice(name, label, f"{name} {shown}".lower())

    def _sent(self, name: str, text: str) -> Line:
        from avara_tui.triage.opener.clipboard import osc52  # noqa: PLC0415 - on request only
        from avara_tui.triage.opener.links import OpenerError  # noqa: PLC0415 - on request only

        try:
            self._send(osc52(text, os.environ))
        except OpenerError as error:
            return line((str(error), Role.WARNING))
        return line(f"{clean(name)} {SENT}")


def _absence(found: Found, text: str) -> Line:
    if found.is_absent:
        return line((f"the server knows no study {clean(text, 80)}", Role.WARNING))
    why = clean(str(found.error)) if found.error is not None else "there is no connection yet"
    return line((f"not looked up: {why}", Role.WARNING))


def _likeliest_first(pair: tuple[str, str]) -> tuple[bool, str]:
    return "accession" not in pair[0].casefold(), pair[0]
