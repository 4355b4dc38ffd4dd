"""What stands below the detail on a large screen: what was done here, and what came in."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from avara_tui.moments import local_moment
from avara_tui.study import INCOMPLETE, STAT, Study
from avara_tui.text import clean
from avara_tui.triage.writing.history import Entry
from avara_tui.tui.lines import Line, Role, Span, crop, fit, join, line, spread
from avara_tui.tui.masking import veiled
from avara_tui.tui.presentation.columns import is_nobodys_stat, priority_role, priority_text
from avara_tui.tui.presentation.outcomes import outcome_of_all, verb
from avara_tui.worklist.clocks import is_open
from avara_tui.worklist.naming import status_word

MOST: Final = 15
"""Lines of both panes and the blank one between them, and no more where there is more room."""
_BOTH: Final = 6
"""Lines from which on there is room for both: what came in needs one more."""
_LEAST_DONE: Final = 2
_LEAST_IN: Final = 3
_PRIORITY: Final = 6
_VERB: Final = 11


class DoneHere(NamedTuple):
    """What was written from here in this session."""

    entries: Sequence[Entry] = ()
    """The newest last."""
    study: Callable[[str], Study | None] = lambda _: None
    """Returns a study by its id, None for one that is not held."""
    since: Callable[[Entry], int] = lambda _: 0
    """On how many of its studies somebody else has changed again what an entry wrote."""
    keys: Sequence[tuple[str, str]] = ()
    """The keys that tell more and take back, each with what it does."""


class JustIn(NamedTuple):
    """What came by somebody else's hand since the person looked."""

    came: Mapping[str, float] = {}
    """The ids of the new studies, with when each came, in seconds since the epoch."""
    study: Callable[[str], Study | None] = lambda _: None
    """Returns a study by its id, None for one that is not held."""
    changed: int = 0
    """How many studies have changed."""


def lower_panes(
    done: DoneHere, just_in: JustIn, width: int, room: int, *, masked: bool
) -> list[Line]:
    """Return both panes in as many of ``room`` lines as they have use for, ``width`` cells wide.

    A pane that has nothing to tell has no heading. Each has its place, however much it tells: what
    is read in one does not move as something comes into the other. Where there is room for one
    only, it is what came in.
    """
    height = min(room, MOST)
    above = height - 1 - height // 2
    below = height - 1 - above
    if height < _BOTH:
        above = below = height
    lower = just_in_lines(just_in, width, below, masked=masked)
    if height < _BOTH and lower:
        return _padded(lower, height)
    upper = done_lines(done, width, above, masked=masked)
    if not upper and not lower:
        return []
    if height < _BOTH:
        return _padded(upper, height)
    return [*_padded(upper, above), (), *_padded(lower, below)]


def _padded(lines: Sequence[Line], height: int) -> list[Line]:
    return [*lines, *[()] * (height - len(lines))]


def done_lines(done: DoneHere, width: int, room: int, *, masked: bool) -> list[Line]:
    """Return what was done in at most ``room`` lines, the newest on top; nothing without room."""
    if not done.entries or room < _LEAST_DONE:
        return []
    rows = [
        _done_line(each, done, width, masked=masked)
        for each in reversed(done.entries[-(room - 1) :])
    ]
    return [_heading("DONE HERE", "  ".join(map(" ".join, done.keys)), width), *rows]


def _done_line(entry: Entry, done: DoneHere, width: int, *, masked: bool) -> Line:
    left = line(
        (f" {_clock(entry.at)} ", Role.DIM),
        f"{fit(verb(entry), _VERB)} ",
        _name(entry, done.study, masked=masked),
    )
    return spread(left, (outcome_of_all(entry, done.since(entry)),), width)


def _name(entry: Entry, find: Callable[[str], Study | None], *, masked: bool) -> Span:
    changes = entry.changes
    if len(changes) > 1:
        return f"{len(changes):,} studies", Role.PLAIN
    (change,) = changes
    study = find(change.study_id)
    if study is None:
        return f"study …{clean(change.study_id[-6:])}" if change.has_id else "new study", Role.DIM
    return veiled(clean(study.description), masked=masked), Role.PLAIN


def just_in_lines(just_in: JustIn, width: int, room: int, *, masked: bool) -> list[Line]:
    """Return what came in at most ``room`` lines: open STAT studies first, then the newest.

    What has no line is counted, and how many of these are STAT. Nothing without room.
    """
    found = [(just_in.study(each), at, each) for each, at in just_in.came.items()]
    came = sorted(
        ((study, at, each) for study, at, each in found if study is not None),
        key=lambda each: (not _is_open_stat(each[0]), -each[1], each[2]),
    )
    if not (came or just_in.changed) or room < _LEAST_IN:
        return []
    rows = room - 1
    count = rows - 1 if just_in.changed or len(came) > rows else rows
    shown, rest = came[:count], [study for study, *_ in came[count:]]
    lines = [_came_line(study, at, width, masked=masked) for study, at, _ in shown]
    if rest or just_in.changed:
        lines.append(crop(_rest_line(rest, just_in.changed), width))
    return [_heading("JUST IN", "since you looked", width), *lines]


def _is_open_stat(study: Study) -> bool:
    return study.severity == STAT and is_open(study)


def _came_line(study: Study, at: float, width: int, *, masked: bool) -> Line:
    role = Role.ALARM if is_nobodys_stat(study) else priority_role(study.severity)
    word = status_word(study)
    left = line(
        " + ",
        (fit(priority_text(study.told_severity), _PRIORITY), role),
        (f" {_clock(at)}  ", Role.DIM),
        (
            veiled(clean(study.description), masked=masked),
            Role.DIM if study.is_cancelled else Role.PLAIN,
        ),
    )
    return crop(left, width) if word == INCOMPLETE else spread(left, line((word, Role.DIM)), width)


def _rest_line(rest: Sequence[Study], changed: int) -> Line:
    more: Line = line((f"+ {len(rest):,} more", Role.DIM)) if rest else ()
    stat = sum(map(_is_open_stat, rest))
    if stat:
        more += line((f", {stat:,} STAT", Role.STAT))
    said = join([more, line((f"~ changed {changed:,}", Role.DIM)) if changed else ()])
    return line(" ", *said)


def _heading(title: str, right: str, width: int) -> Line:
    return spread(line((f" {title}", Role.TITLE)), line((right, Role.DIM)), width)


def _clock(seconds: float) -> str:
    """Return a moment, in seconds since the epoch, by the clock on the wall: it does not tick."""
    moment = local_moment(seconds)
    return "--:--" if moment is None else moment.strftime("%H:%M")
