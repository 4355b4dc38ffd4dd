"""A question about one study: what is asked, which study it is, and the keys that answer."""

from collections.abc import Sequence
from typing import Final

from textual.geometry import Size

from avara_tui.tui.choices import Answer, answers_line
from avara_tui.tui.lines import Line, Role, line, spread, squeeze, width_of
from avara_tui.tui.widgets.work_card import WorkCard

_APART: Final = 4
"""Cells between the study and the keys where they share a row."""


class QuestionCard(WorkCard):
    """Asks about a study that it shows. Nothing but an answer, or escape, takes it away."""

    def __init__(self, question: Line, study: Line, answers: Sequence[Answer], keep: str) -> None:
        """``study`` is the row of the study; ``keep`` says what escape leaves as it is."""
        super().__init__()
        self._question = question
        self._study = study
        self._answers = answers
        self._keep = keep

    async def answer(self) -> str | None:
        """Return the key of the answer, None for escape."""
        keys = {each.key for each in self._answers}
        while True:
            key = await self.next_key()
            if key == "escape":
                return None
            if key in keys:
                return key

    def body(self, room: Size) -> Sequence[Line]:
        """Return the question, the study, and the keys: in its row where they fit."""
        keys = answers_line(self._answers, self._keep)
        question = line(" ") + _told(self._question, room.width - 2)
        if width_of(self._study) + _APART + width_of(keys) + 1 <= room.width:
            return [question, spread(self._study, keys + line(" "), room.width)]
        study = squeeze(self._study, room.width - 1)
        return [question, study, line(" ") + squeeze(keys, room.width - 2)]


def _told(question: Line, width: int) -> Line:
    """Return a question in ``width`` cells: what is said beside it gives way first."""
    if width_of(question) > width:
        question = tuple((text, role) for text, role in question if role is not Role.DIM)
    return squeeze(question, width)
