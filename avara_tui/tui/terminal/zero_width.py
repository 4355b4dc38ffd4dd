"""Characters without width, and terminals that give them a cell all the same."""

from collections.abc import Iterable, Iterator

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from avara_tui.joiners import ZERO_WIDTH_NON_JOINER


def placed(segments: Iterable[Segment], x: int, y: int) -> Iterator[tuple[str, Style | None]]:
    """Yield texts and styles to write from a cell on; its column and row count from 0.

    Behind a non-joiner the terminal is told where to go on: one that gives it a cell must not
    move the rest of the row, nor one that stops at it lose the rest.
    """
    for text, style, _ in segments:
        if text.isascii():
            yield text, style
            x += len(text)
            continue
        parts = iter(text.split(ZERO_WIDTH_NON_JOINER))
        written = next(parts)
        x += cell_len(written)
        for part in parts:
            written += f"{ZERO_WIDTH_NON_JOINER}\x1b[{y + 1};{x + 1}H{part}"
            x += cell_len(part)
        yield written, style
