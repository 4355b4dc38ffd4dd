"""Where in a text the words of a filter are, so that they can be shown."""

from collections.abc import Callable, Sequence

from avara_tui.worklist.query.folding import goes_on, sought


def occurrences(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Return where folded ``words`` are in ``text``: starts and ends.

    They are in order, and those that touch or overlap are one.
    """
    found: list[tuple[int, int]] = []
    for word, form in map(sought, words):
        if not word:
            continue
        traced, origins = _traced(text, form)
        start = traced.find(word)
        while start >= 0:
            end = start + len(word)
            found.append((origins[start][0], origins[end - 1][1]))
            start = traced.find(word, end)
    found.sort()
    apart: list[tuple[int, int]] = []
    for start, end in found:
        if apart and start <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(apart[-1][1], end))
        else:
            apart.append((start, end))
    return apart


def _traced(text: str, form: Callable[[str], str]) -> tuple[str, Sequence[tuple[int, int]]]:
    """Return the form of ``text``, and for each of its characters from where to where it came.

    A letter comes from all that it is composed of, its accents too.
    """
    if text.isascii():
        return text.lower(), [(place, place + 1) for place in range(len(text))]
    parts: list[str] = []
    origins: list[tuple[int, int]] = []
    start = 0
    for end in range(1, len(text) + 1):
        if end < len(text) and goes_on(text[end]):
            continue
        part = form(text[start:end])
        parts.append(part)
        origins += [(start, end)] * len(part)
        start = end
    return "".join(parts), origins
