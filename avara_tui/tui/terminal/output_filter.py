"""The last gate before the terminal: no widget writes a control character, whoever wrote it."""

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from avara_tui.joiners import ZERO_WIDTH_NON_JOINER, belongs
from avara_tui.text import clean


class CleanOutput(LineFilter):
    """Makes control characters visible in every segment that carries text."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """Return ``segments`` with nothing in them that a terminal would obey."""
        if all(text.isprintable() for text, _, control in segments if not control):
            return segments
        row = "".join(text for text, _, control in segments if not control)
        cleaned: list[Segment] = []
        place = 0
        for segment in segments:
            text, style, control = segment
            if control:
                cleaned.append(segment)
                continue
            is_clean = text.isprintable()
            cleaned.append(segment if is_clean else Segment(_cleaned(text, row, place), style))
            place += len(text)
        return cleaned


def _cleaned(text: str, row: str, place: int) -> str:
    """Return ``text``, which begins at ``place`` of ``row``, as it may be written.

    A non-joiner may have lost its word to the edge of a column: it takes no cell, and goes.
    """
    shown: list[str] = []
    for part in text.split(ZERO_WIDTH_NON_JOINER):
        if shown and belongs(row, place - 1):
            shown.append(ZERO_WIDTH_NON_JOINER)
        shown.append(part if part.isprintable() else clean(part))
        place += len(part) + 1
    return "".join(shown)
