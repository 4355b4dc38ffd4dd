"""What a row's look depends on, besides its study."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from avara_tui.worklist.clocks import Thresholds

CLOCK_STEP: Final = 60.0
"""Seconds between two ticks of the ages on the screen."""


@dataclass(eq=False, repr=False, match_args=False)
class RowContext:
    """What a row's look depends on, besides its study."""

    now: float = 0.0
    me: str | None = None
    marked: AbstractSet[str] = frozenset()
    new: AbstractSet[str] = frozenset()
    changed: AbstractSet[str] = frozenset()
    unconfirmed: AbstractSet[str] = frozenset()
    drafts: AbstractSet[str] = frozenset()
    aside: AbstractSet[str] = frozenset()
    masked: bool = False
    """Whether descriptions, names, identifiers and metadata are hidden."""
    words: tuple[str, ...] = ()
    """The words, in the form in which texts are compared, that a filter looks for."""
    is_slow: bool = False
    """Whether every byte counts."""
    are_placeholders: bool = False
    """Whether the thresholds are those that no site has set."""

    @property
    def clock(self) -> float:
        """The time that ages are told by: all of them tick together, on the minute.

        Each update of the terminal costs bytes of its own. What is overdue is told by :attr:`now`.
        """
        return self.now - self.now % CLOCK_STEP

    @cached_property
    def thresholds(self) -> "Thresholds":
        """When a study is due; those of no site until they are set."""
        # The first frame needs none, and need not wait for them.
        from avara_tui.worklist.clocks import Thresholds  # noqa: PLC0415

        return Thresholds()
