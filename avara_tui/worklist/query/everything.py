"""Where a text is in all that is said of a study: ids, words, metadata values, people, customers.

Texts are compared as the words of a filter are. Ids and UIDs are mostly digits, in which a few
typed ones are somewhere by chance: they are found by the whole, by their beginning or their end
from four characters on, and a UID by any part with a dot in it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import IntEnum
from functools import lru_cache
from typing import Final, NamedTuple

from avara_tui.study import Study, UserRef
from avara_tui.worklist.query.folding import fold_case, sought
from avara_tui.worklist.query.terms import METADATA_PREFIX

LEAST_OF_ID: Final = 4
"""Characters by which the beginning or the end of an id is found."""
MOST_PEOPLE: Final = 1024
"""People whose names are remembered put together; studies share them."""
_END: Final = "\0"
"""Stands between texts. DICOM pads values with it, so that it ends one wherever it is."""
_REFERENCES: Final = ("usr_", "cus_")


class Fit(IntEnum):
    """How well a text fits, the best first."""

    WHOLE = 0
    """A value is the text."""
    BEGINS = 1
    """A value begins with it."""
    HOLDS = 2
    """A value holds it."""
    WORDS = 3
    """Every word of it is in a value, though not all of them together in one."""


class Place(NamedTuple):
    """A value that a text was found in."""

    field: str
    """``description``, ``meta.KEY``, ``assignee``, ``creator``, ``customer``, ``id`` or ``uid``."""
    value: str
    """As the server sent it; a person by the name, or the mail address, that fits."""


class Sought:
    """A text that is looked for in everything that is said of studies."""

    def __init__(self, text: str) -> None:
        """Take ``text`` as a person types it; blanks stand between words."""
        words = fold_case(text.replace(_END, " ")).split()
        self._whole = _Part(" ".join(words))
        parts = dict.fromkeys(words) if len(words) > 1 else ()
        self._words = [_Part(word) for word in parts]
        self._called = lru_cache(maxsize=MOST_PEOPLE)(_called)

    def fit(self, study: Study) -> Fit | None:
        """Return how well the text fits a study; None if it does not, and where there is none."""
        if not self._whole.text:
            return None
        texts = self._texts(study)
        said = _END.join(texts)
        held = _Held(texts, said.lower() if said.isascii() else None)
        found = self._whole.fit(study, held)
        if found is not None or not self._words:
            return found
        for word in self._words:
            if word.fit(study, held) is None:
                return None
        return Fit.WORDS

    def places(self, study: Study) -> tuple[Place, ...]:
        """Return where the text is: the value that it fits best, or those that hold its words.

        Nowhere, if the text does not fit the study.
        """
        if self.fit(study) is None:
            return ()
        best = self._whole.place(study)
        if best is not None:
            return (best,)
        found = [word.place(study) for word in self._words]
        return tuple(dict.fromkeys(each for each in found if each is not None))

    def _texts(self, study: Study) -> list[str]:
        """Return all texts that are said of a study; the forms of a name are put together."""
        texts = [study.description, *study.metadata.values()]
        if study.assignee is not None:
            texts.append(self._called(study.assignee))
        if study.created_by_user is not None:
            texts.append(self._called(study.created_by_user))
        if study.customer is not None:
            texts.append(study.customer.name)
        return texts


class _Held:
    """All texts that are said of a study, in the forms in which words are looked for in them."""

    __slots__ = ("_forms", "_lower", "_texts")

    def __init__(self, texts: Sequence[str], lower: str | None) -> None:
        """``lower`` is all of the texts in lower case, where they are ASCII."""
        self._texts = texts
        self._lower = lower
        self._forms: dict[Callable[[str], str], str] = {}

    def in_form(self, form: Callable[[str], str]) -> str:
        """Return the texts, an end between them."""
        if self._lower is not None:
            return self._lower
        found = self._forms.get(form)
        if found is None:
            found = self._forms[form] = _in_form(self._texts, form)
        return found


class _Part:
    """A word, or all of them, in the form in which texts are compared."""

    def __init__(self, folded: str) -> None:
        self.text, self._form = sought(folded)
        self._is_long = len(self.text) >= LEAST_OF_ID
        self._has_dot = "." in self.text
        self._may_be_part = self._is_long or self._has_dot
        self._is_reference = self.text.startswith(_REFERENCES)

    def fit(self, study: Study, texts: _Held) -> Fit | None:
        """Return how well this fits the texts of a study, or what identifies it."""
        text, held = self.text, texts.in_form(self._form)
        found = self._fit_in(held) if text in held else None
        if self._may_name(study):
            named = (self._fit_of(field, each.lower()) for field, each in _identifiers(study))
            return min((each for each in (found, *named) if each is not None), default=None)
        return found

    def _may_name(self, study: Study) -> bool:
        """Whether it is worth looking at what identifies a study, which takes longer."""
        if not self._may_be_part:
            return self.text in (study.uid, study.study_id.lower())
        is_in = self.text in study.uid or self.text in study.study_id.lower()
        return is_in or self._is_reference

    def place(self, study: Study) -> Place | None:
        """Return the value that this fits best, or None if it fits none."""
        found: list[tuple[Fit, Place]] = []
        for field, forms in _values(study):
            for value in forms:
                held = _in_form([value], self._form)
                if self.text in held:
                    found.append((self._fit_in(held), Place(field, value)))
        for field, value in _identifiers(study):
            fit = self._fit_of(field, value.lower())
            if fit is not None:
                found.append((fit, Place(field, value)))
        return min(found, key=lambda each: each[0])[1] if found else None

    def _fit_in(self, held: str) -> Fit:
        """Return how well this fits the best of the texts ``held``, one of which has it."""
        ended = f"{_END}{held}{_END}"
        if f"{_END}{self.text}{_END}" in ended:
            return Fit.WHOLE
        return Fit.BEGINS if f"{_END}{self.text}" in ended else Fit.HOLDS

    def _fit_of(self, field: str, identifier: str) -> Fit | None:
        text = self.text
        if text == identifier:
            return Fit.WHOLE
        if self._is_long and identifier.startswith(text):
            return Fit.BEGINS
        if field not in {"id", "uid"}:
            return None
        is_end = self._is_long and identifier.endswith(text)
        is_part = field == "uid" and self._has_dot and text in identifier
        return Fit.HOLDS if is_end or is_part else None


def _in_form(texts: Iterable[str], form: Callable[[str], str]) -> str:
    return _END.join(each.lower() if each.isascii() else form(each) for each in texts)


def _values(study: Study) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield the same texts by their fields, each in all its forms."""
    for key, value in study.metadata.items():
        yield f"{METADATA_PREFIX}{key}", (value,)
    yield "description", (study.description,)
    for field, person in (("assignee", study.assignee), ("creator", study.created_by_user)):
        if person is not None:
            yield field, _called(person).split(_END)
    if study.customer is not None:
        yield "customer", (study.customer.name,)


def _identifiers(study: Study) -> Iterator[tuple[str, str]]:
    """Yield what identifies a study, and the people and the customer that it names."""
    yield "id", study.study_id
    yield "uid", study.uid
    for field, person in (("assignee", study.assignee), ("creator", study.created_by_user)):
        if person is not None:
            yield field, person.user_id
    if study.customer is not None:
        yield "customer", study.customer.customer_id


def _called(person: UserRef) -> str:
    """Return what a person is called, an end between: family name first and last, and the mail."""
    first, middle, last = person.first_name, person.middle_name, person.last_name
    orders = ((last, first), (first, middle, last))
    names = [" ".join(name for name in order if name) for order in orders]
    return _END.join(dict.fromkeys(each for each in (*names, person.email) if each))
