"""Sends the terminal the cells that changed, and no more: over a slow line every byte is felt.

Textual's own update sends a row from the left edge of its widget on, and sets the colours of every
piece anew: a hundred bytes for a clock that ticks by one digit. This one sends a dozen.
"""

from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import Console, RenderableType
from rich.style import Style
from textual._compositor import ChopsUpdate, Compositor, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from avara_tui.tui.shadow import Shadow
from avara_tui.tui.terminal.zero_width import placed

if TYPE_CHECKING:
    from textual.screen import Screen

_RESET: Final = "\x1b[0m"


class LeanUpdate(ChopsUpdate):
    """An update of some spans of the screen's rows, in as few bytes as it takes."""

    shadow = Shadow()
    """What the terminal shows; this one knows nothing."""

    def render_segments(self, console: Console) -> str:
        """Return what to write to the terminal."""
        pen = _Pen(console)
        for y, first, end in self.spans:
            for x, strip in self._pieces(y, first, end):
                pen.draw_changes(x, y, strip, self.shadow)
        return pen.written()

    def _pieces(self, y: int, first: int, end: int) -> Iterator[tuple[int, Strip]]:
        """Yield what lies between two columns of a row, each piece with its own column."""
        for piece_end, (x, strip) in zip(self.chop_ends[y], self.chops[y].items(), strict=False):
            if strip is None or x >= end or piece_end <= first:
                continue
            left, right = _between_characters(strip, max(first - x, 0), min(end, piece_end) - x)
            is_whole = (left, right) == (0, strip.cell_length)
            yield x + left, strip if is_whole else strip.crop(left, right)


class WholeUpdate(LayoutUpdate):
    """An update of the whole screen, of which only what differs is sent."""

    def __init__(self, strips: list[Iterable[Strip]], region: Region, shadow: Shadow) -> None:
        super().__init__(strips, region)
        self._shadow = shadow

    def render_segments(self, console: Console) -> str:
        """Return what to write to the terminal."""
        self._shadow.begin(self.region.size)
        pen = _Pen(console)
        for y, row in enumerate(self._rows()):
            pen.draw_changes(0, y, row, self._shadow)
        return pen.written()

    def _rows(self) -> Iterator[Strip]:
        """Yield the rows. Many are blank ones of the same pieces, and then the same strip."""
        pieces = [list(each) for each in self.strips]
        joined: dict[tuple[int, ...], Strip] = {}
        for each in pieces:
            key = tuple(map(id, each))
            if key not in joined:
                joined[key] = Strip.join(each)
            yield joined[key]


def _between_characters(strip: Strip, left: int, right: int) -> tuple[int, int]:
    """Return two columns of a strip, moved apart where they would cut a wide character in half."""
    text = strip.text
    if strip.cell_length == len(text):
        return left, right
    edges = list(accumulate(map(cell_len, text), initial=0))
    if edges[-1] != strip.cell_length:
        # Characters that are drawn as one, such as a flag: nobody can say where they end.
        return 0, strip.cell_length
    return (
        max(edge for edge in edges if edge <= left),
        min((edge for edge in edges if edge >= right), default=strip.cell_length),
    )


class _Pen:
    """Writes text at places, and sets the style only where it changes."""

    def __init__(self, console: Console) -> None:
        self._colours = console._color_system or ColorSystem.TRUECOLOR
        self._parts: list[str] = []
        self._style = ""

    def move_to(self, x: int, y: int) -> None:
        """Go to a cell."""
        self._parts.append(f"\x1b[{y + 1};{x + 1}H")

    def draw_changes(self, x: int, y: int, strip: Strip, shadow: Shadow) -> None:
        """Write what a strip has that is not on the screen already."""
        for first, end in shadow.take(x, y, strip):
            self.move_to(x + first, y)
            if (first, end) == (0, strip.cell_length):
                for text, style in placed(strip, x, y):
                    self._write(text, style)
            else:
                self._draw_part(strip, first, end)

    def _draw_part(self, strip: Strip, first: int, end: int) -> None:
        """Write some cells of a strip in which every character takes one."""
        place = 0
        for text, style, _ in strip:
            part = text[max(first - place, 0) : max(end - place, 0)]
            place += len(text)
            if part:
                self._write(part, style)

    def written(self) -> str:
        """Return everything, leaving the terminal in its own style."""
        if self._style:
            self._parts.append(_RESET)
        return "".join(self._parts)

    def _write(self, text: str, style: Style | None) -> None:
        ansi = "" if style is None else _ansi(style, self._colours)
        if ansi != self._style:
            self._parts.append(f"\x1b[0;{ansi}m" if ansi and self._style else f"\x1b[{ansi or 0}m")
            self._style = ansi
        if style is not None and style._link:
            text = f"\x1b]8;id={style._link_id};{style._link}\x1b\\{text}\x1b]8;;\x1b\\"
        self._parts.append(text)


def _ansi(style: Style, colours: ColorSystem) -> str:
    return style._ansi if style._ansi is not None else Strip.render_ansi(style, colours)


class LeanCompositor(Compositor):
    """Textual's compositor, but it draws and tells the terminal only what changed."""

    def __init__(self) -> None:
        super().__init__()
        self.shadow = Shadow()

    def render_update(
        self,
        full: bool = False,  # noqa: FBT001, FBT002 - Textual's signature
        screen_stack: "list[Screen[Any]] | None" = None,
        simplify: bool = False,  # noqa: FBT001, FBT002
    ) -> RenderableType | None:
        """Return what has changed since the last update; everything, if it is asked for."""
        if full:
            self.shadow.forget()
        return super().render_update(full, screen_stack, simplify)

    def render_full_update(self, simplify: bool = False) -> LayoutUpdate:  # noqa: FBT001, FBT002
        """Return the whole screen, to be compared with what the terminal shows."""
        update = super().render_full_update(simplify)
        return WholeUpdate(update.strips, update.region, self.shadow)

    def render_partial_update(self) -> ChopsUpdate | None:
        """Return what has changed since the last update, or None."""
        update = super().render_partial_update()
        if update is None:
            return None
        lean = LeanUpdate(update.chops, update.spans, update.chop_ends)
        lean.shadow = self.shadow
        return lean

    def _get_renders(
        self, crop: Region | None = None
    ) -> Iterable[tuple[Region, Region, list[Strip]]]:
        """Yield the widgets in ``crop``: of each only the rows that are in it.

        Textual's own asks every widget for all of its rows, also those behind another one.
        """
        if not crop:
            yield from super()._get_renders(crop)
            return
        rows = Region(0, crop.y, self.size.width, crop.height)
        covered: list[Region] = []
        for widget, (region, clip) in self.visible_widgets.items():
            shown = region.intersection(clip)
            if not crop.overlaps(shown):
                continue
            shown = shown.intersection(rows)
            if any(each.contains_region(shown.intersection(crop)) for each in covered):
                continue
            covered.append(shown)
            yield (
                region,
                clip.intersection(rows),
                widget.render_lines(shown.translate((-region.x, -region.y))),
            )
