"""What differs between two drawings of one row, so that no more than that is sent."""

from collections.abc import Iterator

from rich.cells import cell_len
from rich.style import Style
from textual.strip import Strip

from avara_tui.tui.terminal.row_cells import are_narrow


def changed_cells(old: Strip, new: Strip) -> tuple[int, int] | None:
    """Return the first changed cell and how many cells on from it may differ, or None."""
    if old is new or old == new:
        return None
    before, after = old.text, new.text
    if old.cell_length != new.cell_length or len(before) != len(after):
        return 0, max(old.cell_length, new.cell_length)
    if not after:
        return None
    ends = [*_ends_of_texts(before, after), *_ends_of_styles(old, new)]
    if not ends:
        return None
    first, last = min(ends), max(ends)
    if after.isascii() and before.isascii():
        return first, last - first + 1
    # A mark is drawn in the cell of the character before it.
    while first and not cell_len(after[first]):
        first -= 1
    start = cell_len(after[:first])
    changed = set(after[first : last + 1]).union(before[first : last + 1])
    if not are_narrow(changed):
        return start, new.cell_length - start
    return start, last - first + 1


def _ends_of_texts(before: str, after: str) -> Iterator[int]:
    """Yield the first and the last place where two texts of the same length differ, if any."""
    if before == after:
        return
    places = range(len(after))
    yield next(place for place in places if before[place] != after[place])
    yield next(place for place in reversed(places) if before[place] != after[place])


def _ends_of_styles(old: Strip, new: Strip) -> Iterator[int]:
    """Yield where differences of style begin and end."""
    before, after = _runs(old), _runs(new)
    (end_before, style_before), (end_after, style_after) = next(before), next(after)
    place = 0
    while True:
        end = min(end_before, end_after)
        if end > place and style_before != style_after:
            yield place
            yield end - 1
        place = end
        try:
            if end_before == end:
                end_before, style_before = next(before)
            if end_after == end:
                end_after, style_after = next(after)
        except StopIteration:
            return


def _runs(strip: Strip) -> Iterator[tuple[int, Style | None]]:
    """Yield where each piece of a row ends, and its style."""
    end = 0
    for text, style, _ in strip:
        end += len(text)
        yield end, style
