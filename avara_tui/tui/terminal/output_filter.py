"""The last gate before the terminal: no widget writes a control character, whoever wrote it."""

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from avara_tui.text import clean


class CleanOutput(LineFilter):
    """Makes control characters visible in every segment that carries text."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """Return ``segments`` with nothing in them that a terminal would obey."""
        if all(text.isprintable() for text, _, control in segments if not control):
            return segments
        return [
            segment
            if segment.control or segment.text.isprintable()
            else Segment(clean(segment.text), segment.style)
            for segment in segments
        ]
