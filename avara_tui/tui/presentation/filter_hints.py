"""What is said under the word that is being typed: what is wrong with it, or how it can go on."""

from typing import Final, NamedTuple

from rich.cells import cell_len

from avara_tui.text import clean
from avara_tui.tui.lines import Line, Role, line, width_of
from avara_tui.worklist.query import KeyWritten, QueryError, Vocabulary, complete, keys_written
from avara_tui.worklist.query.signs import CURLED, QUOTE

_QUOTES: Final = QUOTE + CURLED
_TAKES: Final = "   tab takes it"
GAP: Final = 2
"""Cells between two things to choose."""


class Offer(NamedTuple):
    """What to put in place of a part of the filter, when the person takes it."""

    start: int
    end: int
    insert: str

    def applied_to(self, text: str) -> str:
        """Return the filter with the offer taken."""
        return f"{text[: self.start]}{self.insert}{text[self.end :]}"


class Hint(NamedTuple):
    """A line below the filter, and what taking it does."""

    content: Line
    offer: Offer | None


def mistake(text: str, error: QueryError, column: int, width: int) -> Hint:
    """Return what is wrong, under the word where it is; ``column`` is where the filter begins."""
    at = column + cell_len(clean(text[: error.start]))
    marks = "^" * max(cell_len(clean(text[error.start : error.end])), 1)
    said = f" {clean(str(error))}"
    if error.suggestion is not None and at + cell_len(f"{marks}{said}{_TAKES}") <= width:
        said += _TAKES
    indent = _indent(at, cell_len(marks) + cell_len(said), width)
    content = line(" " * indent, (marks, Role.OVERDUE), (said, Role.WARNING))
    if indent < at and cell_len(said) < at:
        # The room is on the left of the word.
        before = " " * (at - cell_len(said) - 1)
        content = line(before, (f"{said} ", Role.WARNING), (marks, Role.OVERDUE))
    if error.suggestion is None:
        return Hint(content, None)
    return Hint(content, Offer(error.start, error.end, error.suggestion))


def choices(text: str, vocabulary: Vocabulary, column: int, width: int) -> Hint:
    """Return how the last word could go on, the likeliest first, under that word."""
    found = [each for each in complete(text, len(text), vocabulary) if each.insert]
    typed = found[0] if found else None
    if typed is None or text[typed.start :].strip(_QUOTES) == typed.insert.strip(_QUOTES):
        return Hint((), None)
    at = column + cell_len(clean(text[: typed.start]))
    words = [clean(each.insert) for each in found]
    room = width - min(at, width // 2) - cell_len("tab ")
    while len(words) > 1 and sum(cell_len(each) + GAP for each in words) > room:
        words.pop()
    indent = _indent(at, sum(cell_len(each) + GAP for each in words) + 4, width)
    rest = "".join(f"{' ' * GAP}{each}" for each in words[1:])
    content = line(" " * indent, (words[0], Role.KEY), (rest, Role.DIM), ("  tab", Role.DIM))
    return Hint(content, Offer(typed.start, typed.end, found[0].insert))


def understood(text: str, vocabulary: Vocabulary, column: int, width: int) -> Hint:
    """Return how the last word could go on, and what a metadata key is taken for.

    ``text`` has no mistake. What is taken as meant is said beside the choices if there is room;
    it is in the filter as soon as that is kept.
    """
    hint = choices(text, vocabulary, column, width)
    written = next(iter(keys_written(text, vocabulary.metadata_keys)), None)
    if written is None:
        return hint
    said = _key_said(text, written)
    if hint.content:
        if width_of(hint.content) + GAP + width_of(said) <= width:
            return hint._replace(content=hint.content + line(" " * GAP) + said)
        return hint
    at = column + cell_len(clean(text[: written.start]))
    offer = None
    if written.insert is not None:
        offer = Offer(written.start, written.end, written.insert)
        said += line(("  tab", Role.DIM))
    return Hint(line(" " * _indent(at, width_of(said), width)) + said, offer)


def _key_said(text: str, written: KeyWritten) -> Line:
    typed = clean(text[written.start : written.end])
    if written.insert is None:
        return line((f"no study has {typed}", Role.WARNING))
    meant = clean(written.insert)
    if not written.is_taken:
        return line((f"no study has {typed}; did you mean {meant}?", Role.WARNING))
    return line((f"{typed}: is read as ", Role.DIM), (f"{meant}:", Role.KEY))


def _indent(at: int, needed: int, width: int) -> int:
    """Return where a text begins that is to stand at a column, and to be read whole."""
    return max(min(at, width - needed), 0)
