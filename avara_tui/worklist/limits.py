"""Limits of how long a study may wait, and rules by which some studies have their own."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Final, NamedTuple, TypeAlias

from avara_tui.study import HIGH, NORMAL, Study

Matcher: TypeAlias = Callable[[Study], bool]
MOST_REMEMBERED: Final = 1 << 17
"""Kinds of studies of which it is remembered which rule they come under."""


class Limit(NamedTuple):
    """When a study should have been read, in seconds since it began to wait."""

    warn: float
    due: float


class LimitRule(NamedTuple):
    """The limits of the studies that a filter selects."""

    filter: str
    """Which studies it is for, in the filter language."""
    name: str
    """What it is called on the screen."""
    stat: Limit | None = None
    """None, here and below, where the rule leaves it to the site's own limit."""
    high: Limit | None = None
    routine: Limit | None = None

    def limit(self, severity: str) -> Limit | None:
        """Return the limit for ``severity``; one that we do not know is held to that of STAT."""
        if severity == HIGH:
            return self.high
        return self.routine if severity == NORMAL else self.stat


class LimitRules:
    """Rules in order: the first that matches a study counts for it.

    Which one that is, is found once for all versions of studies that are alike in what the rules
    look at, and remembered by a hash of that, so that no text of a study is kept. Equal ones hold
    equal rules.
    """

    def __init__(
        self,
        rules: Sequence[LimitRule] = (),
        matchers: Callable[[], Iterable[Matcher]] = tuple,
        looked_at: Callable[[Study], Hashable] = lambda _: None,
    ) -> None:
        """``matchers`` returns for each rule in turn what tells whether a study comes under it.

        ``looked_at`` returns everything of a study that they go by.
        """
        self.rules = tuple(rules)
        self._matchers = matchers
        self._looked_at = looked_at
        self._found: dict[int, LimitRule | None] = {}

    def __bool__(self) -> bool:
        return bool(self.rules)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LimitRules) and self.rules == other.rules

    def __hash__(self) -> int:
        return hash(self.rules)

    def of(self, study: Study) -> LimitRule | None:
        """Return the rule that a study comes under, or None if there is none."""
        if not self.rules:
            return None
        seen, found = hash(self._looked_at(study)), self._found
        return found[seen] if seen in found else self._find(study, seen)

    def like(self, rule: LimitRule | None) -> LimitRule | None:
        """Return the rule that is for the same studies as one of other rules, or None."""
        if rule is None:
            return None
        return next((each for each in self.rules if each.filter == rule.filter), None)

    def _find(self, study: Study, seen: int) -> LimitRule | None:
        if len(self._found) >= MOST_REMEMBERED:
            self._found.clear()
        # Matchers remember names: they are made anew, and are gone with the call.
        pairs = zip(self.rules, self._matchers(), strict=False)
        rule = next((each for each, matches in pairs if matches(study)), None)
        self._found[seen] = rule
        return rule


NO_RULES: Final = LimitRules()
