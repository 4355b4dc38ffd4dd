"""How long a study has waited, and whether that is too long by the site's own rules."""

from collections.abc import Callable
from enum import Enum
from functools import cache, lru_cache
from typing import Final, NamedTuple

from avara_tui.study import COMPLETE, HIGH, NORMAL, STAT, Study
from avara_tui.worklist.limits import NO_RULES, Limit, LimitRule, LimitRules
from avara_tui.worklist.timeline import Moment, Turn, created
from avara_tui.worklist.timestamps import timestamp

MINUTE: Final = 60.0
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
YEAR: Final = 365 * DAY
EARLIEST: Final = 0.0
"""Seconds since the epoch before which a time is what systems write for want of one."""
FUTURE: Final = DAY
"""Seconds that a time may lie ahead of our clock: no clock and no time zone is wrong by more."""
_RULES_IN_USE: Final = 8
"""Rules of which the moments are remembered: the site's, and some that it had before."""


class Thresholds(NamedTuple):
    """A site's rules. The defaults are placeholders; no standard sets such figures."""

    stat: Limit = Limit(15 * MINUTE, 30 * MINUTE)
    high: Limit = Limit(30 * MINUTE, 60 * MINUTE)
    routine: Limit = Limit(12 * HOUR, DAY)
    max_wait: float = 2 * DAY
    """Seconds after which a study goes before all but STAT ones, so that none waits for ever."""
    clock_key: str | None = None
    """The metadata key that says when waiting began, such as the end of the exam.

    Without it, or where a study has no time under it, waiting began when the study was created.
    """
    rules: LimitRules = NO_RULES
    """Which studies have limits of their own; where a rule gives none, the site's count."""
    by_deadline: bool = False
    """Whether the triage order goes by deadline within its bands, and not by waiting time."""

    def limit(self, study: Study) -> Limit:
        """Return the limit that a study is held to."""
        return self.limit_under(self.rules.of(study), study.severity)

    def limit_under(self, rule: LimitRule | None, severity: str) -> Limit:
        """Return the limit of the studies of ``severity`` that come under ``rule``."""
        own = None if rule is None else rule.limit(severity)
        return self.site_limit(severity) if own is None else own

    def site_limit(self, severity: str) -> Limit:
        """Return the limit where no rule says otherwise.

        A severity that we do not know is held to that of STAT.
        """
        if severity == STAT:
            return self.stat
        if severity == HIGH:
            return self.high
        return self.routine if severity == NORMAL else self.stat

    def ruling(self, study: Study) -> LimitRule | None:
        """Return the rule that gives a study its limit, or None where it is the site's."""
        rule = self.rules.of(study)
        return None if rule is None or rule.limit(study.severity) is None else rule

    def extremes(self, severity: str) -> tuple[Limit, Limit]:
        """Return the earliest and the latest that a study of ``severity`` can be held to."""
        own = (each.limit(severity) for each in self.rules.rules)
        limits = [self.site_limit(severity), *(each for each in own if each is not None)]
        warns, dues = [each.warn for each in limits], [each.due for each in limits]
        return Limit(min(warns), min(dues)), Limit(max(warns), max(dues))


class Timeliness(Enum):
    """Where a study stands against its limit."""

    ON_TIME = "on time"
    WARNING = "due soon"
    OVERDUE = "overdue"
    UNKNOWN = "unknown"
    """Open, and nobody knows since when: it may be the latest of all."""


def is_open(study: Study) -> bool:
    """Whether the study still waits to be read."""
    return study.status != COMPLETE and not study.is_cancelled


@cache
def waiting_since(clock_key: str | None) -> Moment:
    """Return when a study began to wait: always the same function for the same key.

    Whether what it returns is of any use depends on the time: :func:`is_usable`.
    """
    if clock_key is None:
        return created

    def since(study: Study) -> float | None:
        text = study.metadata.get(clock_key)
        moment = None if text is None else timestamp(text)
        return study.created_at if moment is None else moment

    return since


def has_clock(study: Study, clock_key: str) -> bool:
    """Whether a study has a time of its own under the metadata key ``clock_key``."""
    return timestamp(study.metadata.get(clock_key, "")) is not None


def is_usable(since: float, now: float) -> bool:
    """Whether a study can have begun to wait at ``since``, as far as one can tell at ``now``."""
    return EARLIEST <= since <= now + FUTURE


def age(study: Study, now: float, clock_key: str | None = None) -> float | None:
    """Return the seconds that the study has waited, or None if nobody knows since when."""
    since = waiting_since(clock_key)(study)
    return max(now - since, 0.0) if since is not None and is_usable(since, now) else None


def due_at(study: Study, thresholds: Thresholds) -> float | None:
    """Return when the study should have been read, in seconds since the epoch.

    None if it has no time; whether the time that it has is of any use, :func:`timeliness` says.
    """
    since = waiting_since(thresholds.clock_key)(study)
    return None if since is None else since + thresholds.limit(study).due


@lru_cache(maxsize=_RULES_IN_USE)
def due_moment(thresholds: Thresholds) -> Moment:
    """Return :func:`due_at` under ``thresholds``: the same function for the same ones."""
    since_of, limit = waiting_since(thresholds.clock_key), thresholds.limit
    return lambda study: None if (since := since_of(study)) is None else since + limit(study).due


@lru_cache(maxsize=_RULES_IN_USE)
def soon_moment(thresholds: Thresholds) -> Moment:
    """Return when a study comes to be near due; the same function for the same ``thresholds``."""
    since_of, limit = waiting_since(thresholds.clock_key), thresholds.limit
    return lambda study: None if (since := since_of(study)) is None else since + limit(study).warn


def timeliness(study: Study, now: float, thresholds: Thresholds) -> Timeliness:
    """Return where a study stands; one that is not open is never late."""
    if not is_open(study):
        return Timeliness.ON_TIME
    since = waiting_since(thresholds.clock_key)(study)
    if since is None or not is_usable(since, now):
        return Timeliness.UNKNOWN
    limit = thresholds.limit(study)
    if now >= since + limit.due:
        return Timeliness.OVERDUE
    return Timeliness.WARNING if now >= since + limit.warn else Timeliness.ON_TIME


def overdue_test(now: float, thresholds: Thresholds) -> Callable[[Study], bool]:
    """Return whether :func:`timeliness` finds a study overdue, made once to be asked often."""
    if thresholds.rules:
        return _ruled_test(now, thresholds, is_overdue=True)
    unknown = thresholds.stat.due
    waits_since, earliest = waiting_since(thresholds.clock_key), EARLIEST
    due = {STAT: unknown, HIGH: thresholds.high.due, NORMAL: thresholds.routine.due}.get
    if thresholds.clock_key is None:
        # Without a call for the time at which each began to wait.
        def is_overdue_since_created(study: Study) -> bool:
            since = study.created_at
            if since is None or now < since + due(study.severity, unknown) or since < earliest:
                return False
            return study.status != COMPLETE and not study.is_cancelled

        return is_overdue_since_created

    def is_overdue(study: Study) -> bool:
        since = waits_since(study)
        if since is None or now < since + due(study.severity, unknown) or since < earliest:
            return False
        return study.status != COMPLETE and not study.is_cancelled

    return is_overdue


def soon_test(now: float, thresholds: Thresholds) -> Callable[[Study], bool]:
    """Return whether :func:`timeliness` finds a study near due, made once to be asked often."""
    return _ruled_test(now, thresholds, is_overdue=False)


def _ruled_test(now: float, thresholds: Thresholds, *, is_overdue: bool) -> Callable[[Study], bool]:
    """Return whether a study is overdue, or else near due, where its rule has to be looked for.

    Of most it need not be: they are in time, or late, by whichever rule.
    """
    waits_since, limit = waiting_since(thresholds.clock_key), thresholds.limit
    extremes = {each: thresholds.extremes(each) for each in (STAT, HIGH, NORMAL)}
    unknown = extremes[STAT]

    def is_late(study: Study) -> bool:
        since = waits_since(study)
        if since is None or since < EARLIEST:
            return False
        least, most = extremes.get(study.severity, unknown)
        if is_overdue:
            is_it = now >= since + least.due and (
                now >= since + most.due or now >= since + limit(study).due
            )
        else:
            can_be = since + least.warn <= now < since + most.due
            is_it = can_be and _is_within(limit(study), since, now)
        return is_it and is_open(study)

    return is_late


def _is_within(limit: Limit, since: float, now: float) -> bool:
    return since + limit.warn <= now < since + limit.due


def untimed_test(now: float, thresholds: Thresholds) -> Callable[[Study], bool]:
    """Return whether a study is open and nobody knows since when, made once to be asked often."""
    waits_since = waiting_since(thresholds.clock_key)
    earliest, latest, is_by_creation = EARLIEST, now + FUTURE, thresholds.clock_key is None

    def is_untimed(study: Study) -> bool:
        since = study.created_at if is_by_creation else waits_since(study)
        if since is not None and earliest <= since <= latest:
            return False
        return study.status != COMPLETE and not study.is_cancelled

    return is_untimed


def turns_usable(thresholds: Thresholds) -> set[Turn]:
    """Return when time alone makes the times of studies usable that lay too far ahead."""
    return {Turn(waiting_since(thresholds.clock_key), -FUTURE)}


def turns_overdue(thresholds: Thresholds) -> set[Turn]:
    """Return when time alone makes studies overdue."""
    if thresholds.rules:
        return {Turn(due_moment(thresholds), 0.0)}
    limits = (thresholds.stat, thresholds.high, thresholds.routine)
    since = waiting_since(thresholds.clock_key)
    return {Turn(since, limit.due) for limit in limits}


def turns_soon(thresholds: Thresholds) -> set[Turn]:
    """Return when time alone makes studies near due, or takes them out of that again."""
    if thresholds.rules:
        return {Turn(soon_moment(thresholds), 0.0), *turns_overdue(thresholds)}
    limits = (thresholds.stat, thresholds.high, thresholds.routine)
    since = waiting_since(thresholds.clock_key)
    return {Turn(since, limit.warn) for limit in limits} | turns_overdue(thresholds)


def age_text(seconds: float) -> str:
    """Return a length of time in at most five cells.

    For example ``<1m``, ``12m``, ``3h05``, ``2d4h``, ``31d``, ``27y``. The parts left out are cut
    off, not rounded: a study is never shown older than it is.
    """
    if seconds < MINUTE:
        return "<1m"
    if seconds < HOUR:
        return f"{int(seconds // MINUTE)}m"
    if seconds < DAY:
        return f"{int(seconds // HOUR)}h{int(seconds % HOUR // MINUTE):02}"
    days, hours = int(seconds // DAY), int(seconds % DAY // HOUR)
    if days < 10 and hours:
        return f"{days}d{hours}h"
    return f"{days}d" if days < 10_000 else f"{int(seconds // YEAR)}y"
