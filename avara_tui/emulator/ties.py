"""A list in the order of a coarse time, with nothing that breaks its ties.

A database that is asked for no more may give what is tied in another order for every page: the
order then depends on how many rows it had to sort out. Nothing changes, and yet pages that count
rows serve some studies twice and others never; pages that go on after a time lose what was left
of it.
"""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from avara_tui.emulator.cursors import Cursor

_MIX: Final = (2_654_435_761, 40_503, 2_246_822_519)
_MODULUS: Final = 2**32


class Dated(NamedTuple):
    """The place of a study in the table, and when it was created, in milliseconds."""

    position: int
    created_at: int


def tied_page(
    studies: Iterable[Dated], limit: int, cursor: Cursor | None, seconds: float, *, keyset: bool
) -> tuple[Sequence[int], Cursor | None]:
    """Return the positions on a page of at most ``limit``, and where the next one starts.

    The newest come first, told apart by times of ``seconds`` only. With ``keyset`` a page starts
    after the last time of the one before, else after as many rows.
    """
    step = max(round(seconds * 1000), 1)
    start = cursor or Cursor()
    candidates = [(each.created_at // step, each.position) for each in studies]
    if start.after is not None:
        candidates = [each for each in candidates if each[0] < start.after]
    skipped = start.offset or 0
    end = skipped + limit
    candidates.sort(key=lambda each: (-each[0], _shuffled(each[1], end)))
    page = candidates[skipped:end]
    if len(candidates) <= end:
        return [position for _, position in page], None
    following = Cursor(after=page[-1][0]) if keyset else Cursor(offset=end)
    return [position for _, position in page], following


def _shuffled(position: int, end: int) -> int:
    first, second, third = _MIX
    mixed = (position * first + end * second) % _MODULUS
    return (mixed ^ (mixed >> 15)) * third % _MODULUS
