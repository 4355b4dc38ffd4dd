"""Puts the widgets of a screen together, and tells the terminal only what changed."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from textual._compositor import Compositor, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from avara_tui.tui.terminal.drawing import RowsUpdate, WholeUpdate
from avara_tui.tui.terminal.front_buffer import FrontBuffer


class RowCompositor(Compositor):
    """Textual's compositor, but it draws the rows that changed and compares them as wholes.

    Comparing costs no byte, and whatever stands beside a change is right as well: half of a wide
    character, or what something else has left there.
    """

    def __init__(self, front_buffer: Callable[[], FrontBuffer]) -> None:
        """``front_buffer`` returns the one of the terminal."""
        super().__init__()
        self._front_buffer = front_buffer

    def render_full_update(self, simplify: bool = False) -> LayoutUpdate:  # noqa: FBT001, FBT002
        """Return the whole screen, to be compared with what the terminal shows."""
        update = super().render_full_update(simplify)
        rows = self._complete(dict(enumerate(update.strips)))
        return WholeUpdate(update, rows, self, self._front_buffer())

    # Textual's update is made of spans; nothing but its own drawing looks into them.
    def render_partial_update(self) -> RowsUpdate | None:  # type: ignore[override]
        """Return the rows in which something has changed since the last update, or None."""
        screen = self.size.region
        changed = [each.intersection(screen) for each in self._dirty_regions]
        self._dirty_regions.clear()
        numbers = sorted({y for region in changed if region for y in region.line_range})
        if not numbers:
            return None
        rows: dict[int, Iterable[Strip | None]] = {}
        for together in _neighbours(numbers):
            crop = Region(0, together.start, screen.width, len(together))
            chops = self._render_chops(crop, together.__contains__)
            rows |= {y: chops[y].values() for y in together}
        return RowsUpdate(self._complete(rows), self._front_buffer())

    def _complete(self, rows: Mapping[int, Iterable[Strip | None]]) -> dict[int, list[Strip]]:
        """Return the rows that can be drawn; the others stay to be drawn.

        A widget that has just been removed draws nothing, and has its place until the next layout.
        """
        width = self.size.width
        complete: dict[int, list[Strip]] = {}
        for y, pieces in rows.items():
            drawn = [each for each in pieces if each is not None]
            if sum(each.cell_length for each in drawn) == width:
                complete[y] = drawn
            else:
                self._dirty_regions.add(Region(0, y, width, 1))
        return complete

    @property
    def is_shown(self) -> bool:
        """Whether the terminal shows what this one sent last."""
        return self._front_buffer().shows(self, self.size)

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


def _neighbours(numbers: Sequence[int]) -> Iterator[range]:
    """Yield ``numbers``, which ascend, as ranges: no row between them is drawn for nothing."""
    first = last = numbers[0]
    for number in numbers[1:]:
        if number != last + 1:
            yield range(first, last + 1)
            first = number
        last = number
    yield range(first, last + 1)
