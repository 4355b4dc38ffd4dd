"""Where in a text the words of a filter are, so that they can be shown."""

from collections.abc import Sequence

from avara_tui.worklist.query.folding import fold


def occurrences(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Return where ``words``, as :func:`fold` gives them, are in ``text``: starts and ends.

    They are in order, and those that touch or overlap are one.
    """
    folded, origins = _traced(text)
    found: list[tuple[int, int]] = []
    for word in words:
        start = folded.find(word) if word else -1
        while start >= 0:
            end = start + len(word)
            found.append((origins[start], origins[end - 1] + 1))
            start = folded.find(word, end)
    found.sort()
    apart: list[tuple[int, int]] = []
    for start, end in found:
        if apart and start <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(apart[-1][1], end))
        else:
            apart.append((start, end))
    return apart


def _traced(text: str) -> tuple[str, Sequence[int]]:
    """Return ``text`` folded, and for each of its characters where it came from."""
    if text.isascii():
        return text.lower(), range(len(text))
    folded: list[str] = []
    origins: list[int] = []
    for position, character in enumerate(text):
        part = fold(character)
        folded.append(part)
        origins += [position] * len(part)
    return "".join(folded), origins
