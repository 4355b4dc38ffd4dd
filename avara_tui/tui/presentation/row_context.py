"""What a row's look depends on, besides its study."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from avara_tui.study import Study
    from avara_tui.worklist.clocks import Thresholds

CLOCK_STEP: Final = 60.0
"""Seconds between two ticks of the ages on the screen."""


class Patients(Protocol):
    """Which studies are of one patient."""

    @property
    def key(self) -> str | None:
        """The metadata key that patients are known by."""
        ...

    @property
    def is_whole(self) -> bool:
        """Whether every study that there is has been read."""
        ...

    def count(self, study_id: str) -> int:
        """Return how many studies a study's patient has; 0 where nobody knows whose it is."""
        ...

    def others(self, study_id: str) -> "list[Study]":
        """Return the other studies of a study's patient."""
        ...


@dataclass(eq=False, repr=False, match_args=False)
class RowContext:
    """What a row's look depends on, besides its study.

    Each part is told by whoever owns it, by a method; who draws only reads.
    """

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
    exact_times: bool = False
    """Whether moments are told in UTC to the second, and not by the clock on the wall."""
    detail_keys: tuple[str, ...] = ()
    """The metadata keys that the detail shows first."""
    patients: Patients | None = None
    """Which studies are of one patient; None where the settings do not say how that is known."""

    @property
    def clock(self) -> float:
        """The time that ages are told by: all of them tick together, on the minute.

        Each update of the terminal costs bytes of its own. What is overdue is told by :attr:`now`.
        """
        return self.now - self.now % CLOCK_STEP

    def tell_time(self, now: float) -> None:
        """Say what time it is, in seconds since the epoch."""
        self.now = now

    def tell_me(self, user_id: str | None) -> None:
        """Say who sits at the keys."""
        self.me = user_id

    def hide_texts(self, *, masked: bool) -> None:
        """Hide descriptions, names, identifiers and metadata, or show them."""
        self.masked = masked

    def set_off(self, words: tuple[str, ...]) -> None:
        """Set off ``words`` where they stand."""
        self.words = words

    def tell_times(self, *, exact: bool) -> None:
        """Tell moments in UTC to the second, or by the clock on the wall."""
        self.exact_times = exact

    def show_first(self, keys: tuple[str, ...]) -> None:
        """Let the detail begin with these metadata ``keys``."""
        self.detail_keys = keys

    def save_bytes(self, *, is_slow: bool) -> None:
        """Say whether every byte counts."""
        self.is_slow = is_slow

    def take_thresholds(self, thresholds: "Thresholds", *, are_placeholders: bool) -> None:
        """Say when a study is due, and whether that is what no site has set."""
        self.thresholds = thresholds
        self.are_placeholders = are_placeholders

    def show_patients(self, patients: Patients | None) -> None:
        """Show which studies are of one patient; None shows it of none."""
        self.patients = patients

    # Sets that go on changing in the hands of whoever gives them.

    def show_marks(self, marked: AbstractSet[str]) -> None:
        """Show which studies are marked."""
        self.marked = marked

    def show_news(self, new: AbstractSet[str], changed: AbstractSet[str]) -> None:
        """Show which studies came or changed since the person last looked."""
        self.new, self.changed = new, changed

    def show_edits(
        self, *, unconfirmed: AbstractSet[str], drafts: AbstractSet[str], aside: AbstractSet[str]
    ) -> None:
        """Show of which studies something is under way, begun, or put aside."""
        self.unconfirmed, self.drafts, self.aside = unconfirmed, drafts, aside

    @cached_property
    def thresholds(self) -> "Thresholds":
        """When a study is due; those of no site until they are set."""
        # The first frame needs none, and need not wait for them.
        from avara_tui.worklist.clocks import Thresholds  # noqa: PLC0415

        return Thresholds()
