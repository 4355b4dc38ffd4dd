"""Offers the rest of a filter while it is typed, in Textual's terms."""

from collections.abc import Callable

from textual.suggester import Suggester

from avara_tui.text import clean
from avara_tui.worklist.query import Vocabulary, complete


class FilterSuggester(Suggester):
    """Suggests the likeliest way to go on, as long as it only adds to what is typed."""

    def __init__(self, vocabulary: Callable[[], Vocabulary]) -> None:
        # Studies come and go: a suggestion from the cache could name somebody who left.
        super().__init__(use_cache=False, case_sensitive=True)
        self._vocabulary = vocabulary

    async def get_suggestion(self, value: str) -> str | None:
        """Return ``value`` with its last term completed, or None if nothing begins like it."""
        return self.offer(value)

    def offer(self, value: str) -> str | None:
        """Return what :meth:`get_suggestion` does.

        A name that cannot be shown as it is, is not offered: nobody could see what it says.
        """
        if not value or value[-1].isspace():
            return None
        for candidate in complete(value, len(value), self._vocabulary()):
            whole = value[: candidate.start] + candidate.insert
            if clean(candidate.insert) != candidate.insert:
                continue
            if len(whole) > len(value) and whole.startswith(value):
                return whole
        return None
