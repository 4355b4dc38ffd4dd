"""Finds what somebody means who types a part of its name, or only some of its letters."""

from collections.abc import Callable, Sequence
from typing import Final

from avara_tui.tui.choices import Choice
from avara_tui.worklist.query.folding import fold_case, sought

_CALLED: Final = -1
_START: Final = 0
_WORD: Final = 1
_INSIDE: Final = 2
_SCATTERED: Final = 3


def fuzzy(choices: Sequence[Choice], text: str) -> list[Choice]:
    """Return the choices that ``text`` could mean, the likeliest first.

    What is called so comes first. Every word must be found: at the start, at the start of a word,
    inside one, or as letters in their order; or at the start of a word of what people call it.
    Equals keep the order in which they were given.
    """
    words = [sought(word) for word in fold_case(text).split()]
    whole = " ".join(word for word, _ in words)
    ranked = []
    for choice in choices:
        if whole in choice.names:
            ranked.append((_CALLED, choice))
            continue
        costs = [_cost_by_name(choice, form, word) for word, form in words]
        if None not in costs:
            ranked.append((sum(cost for cost in costs if cost is not None), choice))
    ranked.sort(key=lambda pair: pair[0])
    return [choice for _, choice in ranked]


def _cost_by_name(choice: Choice, form: Callable[[str], str], word: str) -> int | None:
    cost = _cost(form(choice.search), word)
    if cost is not None and cost <= _WORD:
        return cost
    is_begun = any(f" {word}" in f" {name}" for name in choice.names)
    return _WORD if is_begun else cost


def _cost(search: str, word: str) -> int | None:
    """Return how far ``word`` is from being what ``search`` begins with, None if it is nothing."""
    if search.startswith(word):
        return _START
    if f" {word}" in search:
        return _WORD
    if word in search:
        return _INSIDE
    gaps = _gaps(search, word)
    return None if gaps is None else _SCATTERED + gaps


def _gaps(search: str, word: str) -> int | None:
    """Return over how many other characters the letters of ``word`` are scattered.

    They must begin at the start of a word, and lie closer than twice their number: with enough
    text around, any letters are found in any order.
    """
    best: int | None = None
    for start, letter in enumerate(search):
        if letter != word[0] or (start and search[start - 1].isalnum()):
            continue
        place = start
        for each in word[1:]:
            place = search.find(each, place + 1)
            if place < 0:
                break
        else:
            gaps = place - start + 1 - len(word)
            if gaps <= 2 * len(word) and (best is None or gaps < best):
                best = gaps
    return best
