"""One study by what was pasted or said, and its identifiers to the clipboard."""

import asyncio
import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, Protocol

from avara_tui.config import Clipboard
from avara_tui.identifiers import strip_pasted
from avara_tui.study import METADATA_MAX_VALUE, UNREADABLE, Study
from avara_tui.text import clean
from avara_tui.triage.reading.finding import Found, find, identifier_meant, identifier_problem
from avara_tui.tui.choices import Choice, yes
from avara_tui.tui.commands.study import WritingScreen
from avara_tui.tui.commands.viewer import SENT, SWITCHED_OFF
from avara_tui.tui.lines import Line, Role, line, truncate_middle
from avara_tui.tui.masking import veiled
from avara_tui.tui.notices import Kind
from avara_tui.tui.presentation.detail import name_line, short_name
from avara_tui.tui.presentation.found import (
    found_choices,
    matched_text,
    read_text,
    unread_text,
)
from avara_tui.tui.protocols import Drawing, Pointing
from avara_tui.worklist.naming import status_word
from avara_tui.worklist.query import Sought
from avara_tui.worklist.searching import Hit, best_first, hits_in_steps

if TYPE_CHECKING:
    from avara_tui.triage.reading.session import TriageSession

LABEL: Final = "find"
NOTE: Final = "accession, name, id, UID, any text"
AT_ONCE: Final = 20_000
"""Studies up to which keys typed ahead wait for the choice; looking through more would be felt."""
MOST: Final = 200
"""Studies that are offered to choose from; whoever has more of them types more."""
_ID: Final = "study id"
_UID: Final = "UID"
_LONGEST_SHOWN: Final = 60
_HIDDEN: Final = "•••"


class FindScreen(WritingScreen, Drawing, Pointing, Protocol):
    """What finding needs of the screen."""


class FindCommands:
    """Finds one study, and copies what identifies some."""

    def __init__(
        self,
        screen: FindScreen,
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
        """Ask for a text, and go to the study that it names, or to one of those that have it."""
        typed = await self._screen.prompt(LABEL, "", check=_problem, note=NOTE)
        if typed is None:
            return
        text = identifier_meant(self._session, typed)
        found = None
        if self._is_named(text):
            self._screen.notice(line(("asking the server …", Role.DIM)), kind=Kind.PASSING)
            found = await find(self._session, text)
            if found.study is not None:
                self._go_to(found.study, is_fresh=found.is_fresh)
                return
        await self._search(text, found)

    def _is_named(self, text: str) -> bool:
        # A server may hold UIDs that are none: what is in the list can be found by them.
        is_held = any(text in (each.study_id, each.uid) for each in self._session.studies)
        return is_held or identifier_problem(text) is None

    async def _search(self, text: str, asked: Found | None) -> None:
        """Look for ``text`` in all that was read, once the server was ``asked`` for it, if it was.

        A study of which the server has just said that it is not there is not one that was found.
        """
        sought, held = Sought(text), self._session.studies
        found: list[Hit] = []
        for step in hits_in_steps(list(held), sought):
            found += step
            if len(held) > AT_ONCE:
                await asyncio.sleep(0)
        is_absent = asked is not None and asked.is_absent
        found = [
            each
            for each in best_first(found)
            if each.study.study_id in held and not (is_absent and each.study.uid == text)
        ]
        if not found:
            self._screen.notice(*self._nothing(text, asked))
            return
        study_id: str | None = found[0].study.study_id
        if len(found) > 1:
            study_id = await self._choose(found, sought, text)
        study = None if study_id is None else held.get(study_id)
        if study is not None:
            what = matched_text(sought.places(study), text, masked=self._screen.masked)
            self._go_to_hit(study, what, is_only=len(found) == 1)

    async def _choose(self, found: Sequence[Hit], sought: Sought, text: str) -> str | None:
        screen = self._screen
        shown = found[:MOST]
        choices = found_choices(shown, sought, text, screen.row_context, screen.size.width)
        count = f"{len(found):,} studies"
        title = f"Found {count}" if len(shown) == len(found) else f"The best {MOST} of {count}"
        lacking = unread_text(self._session.health)
        title = f"{title}; not all read: {lacking}" if lacking else title
        return await screen.pick(title, choices, deed="go to it", order="the best first")

    def _go_to_hit(self, study: Study, what: str, *, is_only: bool) -> None:
        """Put the cursor on a study that holds what was typed, and say where it holds it."""
        why = self._show(study.study_id)
        lacking = unread_text(self._session.health) if is_only else ""
        parts = [
            name_line(study, masked=self._screen.masked),
            line(f"{status_word(study)}, {what}" if what else status_word(study)),
        ]
        parts += [line((why, Role.WARNING))] if why is not None else []
        parts += [line((f"there may be more: {lacking}", Role.WARNING))] if lacking else []
        self._screen.notice(*parts)

    def _nothing(self, text: str, asked: Found | None) -> list[Line]:
        """Return that nothing was found, and how far that may be believed."""
        told, read = self._told(text), f"({read_text(self._session.health)})"
        if asked is not None:
            return [_absence(asked, told), line(f"nothing that was read has it {read}")]
        parts = [line((f"nothing that was read has {told}", Role.WARNING), f" {read}")]
        problem = identifier_problem(text)
        if problem is not None and text.startswith("stu_"):
            parts.append(line((problem, Role.WARNING)))
        return parts

    def _told(self, text: str) -> str:
        """Return a text as it was typed, or what stands for it while texts are hidden."""
        return f"“{veiled(clean(text, 80), masked=self._screen.masked)}”"

    def _go_to(self, study: Study, *, is_fresh: bool) -> None:
        """Put the cursor on the study that was named, and say how far it may be believed."""
        why = self._show(study.study_id)
        parts = [name_line(study, masked=self._screen.masked)]
        if not is_fresh:
            parts.append(line(("as last read: the server cannot be asked", Role.WARNING)))
        if why is not None:
            parts.append(line((why, Role.WARNING)))
        elif is_fresh:
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


def _problem(typed: str) -> str | None:
    text = strip_pasted(typed)
    if len(text) > METADATA_MAX_VALUE:
        return f"too long: at most {METADATA_MAX_VALUE:,} characters can be looked for"
    return None if text else "type a part of what you look for"


def _absence(found: Found, told: str) -> Line:
    if found.is_absent:
        return line((f"the server knows no study {told}", Role.WARNING))
    why = clean(str(found.error)) if found.error is not None else "there is no connection yet"
    return line((f"not looked up: {why}", Role.WARNING))


def _likeliest_first(pair: tuple[str, str]) -> tuple[bool, str]:
    return "accession" not in pair[0].casefold(), pair[0]
