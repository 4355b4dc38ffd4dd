"""A filter as a value: read from text, printed back, brought together with another, matched."""

from collections.abc import Collection, Iterable, Iterator
from typing import Final, NamedTuple

from avara_tui.identifiers import mend_identifier
from avara_tui.study import Study
from avara_tui.study_requests import StudyFilter
from avara_tui.worklist.clocks import Thresholds, turns_overdue, turns_soon, turns_usable
from avara_tui.worklist.query.matching import (
    LENGTHS,
    Predicate,
    QueryContext,
    measured_from,
    predicate,
)
from avara_tui.worklist.query.server import server_filters
from avara_tui.worklist.query.spans import span
from avara_tui.worklist.query.terms import (
    ANY,
    CANCELLED,
    ME,
    METADATA_PREFIX,
    SOON,
    TEXT,
    UNTIMED,
    WILDCARD,
    Term,
    term,
)
from avara_tui.worklist.query.tokens import tokens
from avara_tui.worklist.timeline import Turn

_NAMING: Final = frozenset({"uid", "id"})


class Query(NamedTuple):
    """Conditions that a study has to meet, all of them.

    Cancelled studies are left out unless the query speaks of them (``is:cancelled``, ``is:any``),
    or names studies by their whole UIDs or ids (``uid:``, ``id:``): nobody shall mistake one for
    work to be done.
    """

    terms: tuple[Term, ...] = ()
    takes_cancelled: bool = False
    """Whether cancelled studies can match though no term speaks of them."""

    def __str__(self) -> str:
        return " ".join(str(each) for each in self.terms)

    @property
    def speaks_of_cancelled(self) -> bool:
        """Whether cancelled studies can match at all."""
        return self.takes_cancelled or any(
            _names_studies(each)
            or _takes_any_state(each)
            or (each.field == "is" and CANCELLED in each.values)
            for each in self.terms
        )

    @property
    def takes_any_state(self) -> bool:
        """Whether it asks for studies in whatever state (``is:any``), open and closed alike."""
        return any(map(_takes_any_state, self.terms))

    @property
    def named(self) -> tuple[str, tuple[str, ...]] | None:
        """The field ``uid`` or ``id`` and the whole values that every match must have, if any."""
        naming = next(filter(_names_studies, self.terms), None)
        if naming is None:
            return None
        return naming.field, tuple(
            each for each in naming.values if not _is_mended_too(each, naming)
        )

    @property
    def words(self) -> tuple[str, ...]:
        """The words that a description has to hold."""
        return tuple(
            word
            for each in self.terms
            if each.field == TEXT and not each.negated
            for word in each.values
        )

    @property
    def is_timed(self) -> bool:
        """Whether time alone changes what matches."""
        return bool(self.turns(Thresholds()))

    @property
    def names_me(self) -> bool:
        """Whether it speaks of the person at the keys: unknown, nobody knows what matches."""
        return any(each.field == "assignee" and ME in each.values for each in self.terms)

    def and_also(self, other: "Query") -> "Query":
        """Return this query narrowed by the terms of ``other``.

        Whether cancelled studies can match stays as it is: a filter never widens a worklist, but
        for ``is:any``, which takes the place of what this query says of the states of studies.
        """
        if other.takes_any_state:
            kept = [each for each in self.terms if not _is_of_state(each)]
            return Query(tuple(dict.fromkeys((*kept, *other.terms))), self.takes_cancelled)
        terms = [*self.terms, *other.terms]
        if other.speaks_of_cancelled and not self.speaks_of_cancelled:
            terms.append(Term("is", (CANCELLED,), negated=True))
        return Query(tuple(dict.fromkeys(terms)), self.takes_cancelled)

    def without_time(self) -> "Query":
        """Return what of this query time alone does not change.

        Whatever matches this query, at whatever time, matches that one.
        """
        terms = (_without_time(each) for each in self.terms)
        return Query(tuple(each for each in terms if each is not None), self.speaks_of_cancelled)

    def server_filters(self, me: str | None) -> tuple[StudyFilter, ...]:
        """Return requests whose answers together hold every study that the query can match.

        They may hold more: :meth:`matcher` settles it. ``me`` is the id of the person at the keys.
        """
        return server_filters(self.terms, me, with_cancelled=self.speaks_of_cancelled)

    def matcher(self, context: QueryContext) -> Predicate:
        """Return whether a study matches, at the time and for the person of ``context``."""
        conditions = self._conditions(context)

        def matches(study: Study) -> bool:
            for condition in conditions:  # noqa: SIM110 - a generator costs as much as a condition
                if not condition(study):
                    return False
            return True

        return matches

    def select(self, studies: Iterable[Study], context: QueryContext) -> Iterator[Study]:
        """Yield those of ``studies`` that match: many, in less time than one after the other."""
        selected = iter(studies)
        for condition in self._conditions(context):
            selected = filter(condition, selected)
        return selected

    def turns(self, thresholds: Thresholds) -> set[Turn]:
        """Return when time alone changes whether studies match."""
        found: set[Turn] = set()
        for each in self.terms:
            if each.field in LENGTHS:
                since = measured_from(each.field, thresholds)
                found |= {Turn(since, span(value).seconds) for value in each.values}
            elif each.field == "is" and _OVERDUE in each.values:
                found |= turns_overdue(thresholds)
            if each.field == "is" and SOON in each.values:
                found |= turns_soon(thresholds)
            if each.field == "age" or (each.field == "is" and UNTIMED in each.values):
                found |= turns_usable(thresholds)
        return found

    def unsure(self) -> "Query | None":
        """Return what selects the open studies that would match if they had waited long enough.

        Nobody knows how long they have; where that is asked, what matches is not all there is.
        None where it is not asked.
        """
        found: list[Term] = []
        for each in self.terms:
            if not _asks_how_long(each):
                found.append(each)
                continue
            found.append(_IS_UNTIMED)
            others = tuple(value for value in each.values if value not in _LATE)
            if each.field == "is" and others:
                # What meets the term in another way matches, and is no matter of doubt.
                found.append(Term("is", others, negated=True))
        is_asked = any(map(_asks_how_long, self.terms))
        return Query(tuple(dict.fromkeys(found))) if is_asked else None

    def _conditions(self, context: QueryContext) -> list[Predicate]:
        # Last what takes longest to find out, and what is true of nearly all. What is overdue is
        # open, and not cancelled: of tens of thousands that need not be asked as well.
        are_open = not _WAITING.isdisjoint(self.terms)
        terms = sorted(self.terms, key=_takes_long)
        conditions = [
            predicate(each, context) for each in terms if not (are_open and each == _OPEN)
        ]
        is_settled = are_open or self.speaks_of_cancelled
        return conditions if is_settled else [*conditions, _is_not_cancelled]


_OPEN: Final = Term("is", ("open",))
_OVERDUE: Final = "overdue"
_IS_UNTIMED: Final = Term("is", (UNTIMED,))
_LATE: Final = frozenset({_OVERDUE, SOON})
_TIMED: Final = _LATE | {UNTIMED}
_BY_STATE: Final = _TIMED | {"open", CANCELLED, ANY}
_WAITING: Final = frozenset({Term("is", (_OVERDUE,)), Term("is", (SOON,)), _IS_UNTIMED})
"""Terms that only open studies meet."""


def _asks_how_long(term: Term) -> bool:
    is_late = term.field == "is" and not _LATE.isdisjoint(term.values)
    return not term.negated and (is_late or term.field == "age")


def _without_time(term: Term) -> Term | None:
    if term.field in LENGTHS:
        return None
    if term.field != "is" or _TIMED.isdisjoint(term.values):
        return term
    # What is late, soon will be, or has no time is open; what is none of it may be anything.
    return _OPEN if not term.negated and _TIMED.issuperset({*term.values} - {"open"}) else None


def _takes_any_state(term: Term) -> bool:
    return term.field == "is" and ANY in term.values and not term.negated


def _is_of_state(term: Term) -> bool:
    """Whether a term says which studies are meant by whether they wait to be read."""
    return term.field == "status" or (term.field == "is" and _BY_STATE.issuperset(term.values))


def _takes_long(term: Term) -> bool:
    return term.field in {TEXT, ANY} or term.field.startswith(METADATA_PREFIX)


def _is_not_cancelled(study: Study) -> bool:
    return not study.is_cancelled


def _names_studies(term: Term) -> bool:
    is_whole = not any(value.endswith(WILDCARD) for value in term.values)
    return term.field in _NAMING and is_whole and not term.negated


def _is_mended_too(value: str, term: Term) -> bool:
    """Whether a value stands there mended as well: a server refuses to look for what is no UID."""
    mended = mend_identifier(value)
    return mended != value and mended in term.values


def parse(text: str, metadata_keys: Collection[str] = ()) -> Query:
    """Return the query that ``text`` says. Raises :class:`QueryError`.

    With the ``metadata_keys`` that studies have, ``modality:ct`` says ``meta.modality:ct``.
    """
    return Query(tuple(term(token, metadata_keys) for token in tokens(text)))
