"""The header line: what is urgent at the left, and at the right how far that may be believed.

Every part has several forms. Where the room does not do, parts give way in a fixed order: what
only tells how many, before what tells where one is, before what one must not miss.
"""

from collections.abc import Mapping, Sequence
from typing import Final, Literal, NamedTuple, TypeAlias

from avara_tui.text import clean
from avara_tui.triage.reading.health import Health, State
from avara_tui.tui.lines import Line, Role, join, line, spread, truncate, width_of
from avara_tui.tui.presentation.heading import (
    freshness,
    freshness_word,
    lack,
    loaded,
    loaded_briefly,
)

Part: TypeAlias = Literal["chip", "others", "news", "shown", "read", "fresh", "tags", "profile"]
Forms: TypeAlias = Mapping[Part, Sequence[Line]]
"""The forms of each part, the fullest first."""

_LEFT: Final[Sequence[Part]] = ("chip", "others")
_RIGHT: Final[Sequence[Part]] = ("news", "shown", "read", "fresh", "tags", "profile")
_GAP: Final = 2
_GIVES_WAY: Final[Sequence[Part]] = (
    *("news", "news", "chip", "others", "read", "shown", "profile", "tags", "fresh"),
    *("chip", "others", "read", "profile", "others", "shown", "chip", "tags", "others"),
)
"""Whose next form is taken where the room does not do, one after the other."""
_SHORT_NAME: Final = 8
"""Cells of the profile's name where there is not room for all of it."""
DEFAULT_PROFILE: Final = "default"
"""The name of a profile that nobody has named."""


class Tags(NamedTuple):
    """What a person must know of the session, besides the data."""

    is_demo: bool = False
    read_only: bool = False
    masked: bool = False
    journal_problem: str | None = None


def header(forms: Forms, width: int) -> Line:
    """Return the header line in ``width`` cells, of the fullest forms that fit."""
    shown = dict.fromkeys((*_LEFT, *_RIGHT), 0)
    widths = {part: [width_of(each) for each in forms[part]] for part in shown}
    for part in _GIVES_WAY:
        if _needed(widths, shown) <= width:
            break
        shown[part] = min(shown[part] + 1, len(forms[part]) - 1)
    left, right = ([forms[part][shown[part]] for part in side] for side in (_LEFT, _RIGHT))
    return spread(line(" ") + join(left), join(right) + line(" "), width)


def _needed(widths: Mapping[Part, Sequence[int]], shown: Mapping[Part, int]) -> int:
    """Return the cells that the forms ``shown`` take, with what stands between and around them."""
    taken = [widths[part][index] for part, index in shown.items() if widths[part][index]]
    return sum(taken) + _GAP * max(len(taken) - 1, 0) + 2


def read_forms(health: Health) -> Sequence[Line]:
    """Return how much was read; that it is not all is never left out."""
    count, briefly, lacks = loaded(health), loaded_briefly(health), lack(health)
    if not lacks:
        return [count, ()]
    return [count, briefly, lacks] if briefly else [count, lacks]


def fresh_forms(health: Health) -> Sequence[Line]:
    """Return how fresh that is; the word is never left out."""
    return [freshness(health), freshness_word(health)]


def profile_forms(name: str, *, is_demo: bool, has_colour: bool) -> Sequence[Line]:
    """Return whose worklist it is; a name that somebody gave is never left out."""
    called = clean(name)
    if has_colour:
        short = truncate(called, _SHORT_NAME)
        return [line((f" {each} ", Role.PROFILE)) for each in (called, short)]
    if is_demo:
        # The tag says it.
        return [()]
    if name == DEFAULT_PROFILE:
        return [line((called, Role.DIM)), ()]
    return [line(called), line(truncate(called, _SHORT_NAME))]


def tag_forms(tags: Tags) -> Sequence[Line]:
    """Return what is special about the session, in full and in a word each."""
    full: list[Line] = []
    short: list[Line] = []
    for is_so, text, word, role in (
        (tags.is_demo, "demo: synthetic data", "demo", Role.OWN),
        (tags.read_only, "read-only", "read-only", Role.WARNING),
        (tags.masked, "masked", "masked", Role.WARNING),
    ):
        if is_so:
            full.append(line((text, role)))
            short.append(line((word, role)))
    if tags.journal_problem is not None:
        why = clean(tags.journal_problem, 60)
        full.append(line((f"JOURNAL NOT WRITTEN: {why}", Role.WARNING)))
        short.append(line(("JOURNAL NOT WRITTEN", Role.WARNING)))
    return [join(full), join(short)]


def shown_forms(
    shown: int,
    total: int | None,
    out_of_sight: tuple[int, int],
    *,
    is_filtered: bool,
    unsure: int,
    lacks_me: bool = False,
) -> Sequence[Line]:
    """Return how many studies are shown, and how many of them are out of sight.

    ``lacks_me``: more may belong there, or fewer, as nobody has said who sits at the keys.
    """
    above, below = out_of_sight
    arrows = [f"↑{above:,}"] if above else []
    arrows += [f"↓{below:,}"] if below else []
    moved = (f" {' '.join(arrows)}" if arrows else "", Role.DIM)
    if lacks_me or total is None:
        rows = line((f"{shown:,} shown", Role.DIM)) + line(moved) if shown else ()
        unknown = line(("yours unknown", Role.WARNING))
        return [join([rows, unknown], ", "), unknown]
    untimed: Line = line((f", {unsure:,} without a time", Role.WARNING)) if unsure else ()
    if is_filtered:
        count = (f"{shown:,} of {total:,}", Role.STRONG)
        return [
            line(count, (" shown", Role.STRONG)) + untimed + line(moved),
            line(count) + untimed,
            line(count),
        ]
    arrows_alone = line((" ".join(arrows), Role.DIM)) if arrows else ()
    full = line((f"{shown:,} shown", Role.DIM))
    if unsure:
        return [full + untimed + line(moved), full + untimed]
    return [full + line(moved), arrows_alone, ()]


def is_known(health: Health) -> bool:
    """Whether anything is known of the studies that could be counted."""
    return health.state is not State.CONNECTING and bool(health.loaded or health.is_complete)
