"""The filter language: one line of words and ``field:value`` terms, read, printed and matched."""

from avara_tui.worklist.query.completion import Completion, Vocabulary, complete
from avara_tui.worklist.query.errors import QueryError
from avara_tui.worklist.query.everything import Fit, Place, Sought
from avara_tui.worklist.query.finding import occurrences
from avara_tui.worklist.query.matching import QueryContext
from avara_tui.worklist.query.meaning import (
    KeyWritten,
    keys_written,
    spelled_out,
    without_mistakes,
)
from avara_tui.worklist.query.parsing import Query, parse
from avara_tui.worklist.query.terms import Term
from avara_tui.worklist.query.unfinished import settled

__all__ = [
    "Completion",
    "Fit",
    "KeyWritten",
    "Place",
    "Query",
    "QueryContext",
    "QueryError",
    "Sought",
    "Term",
    "Vocabulary",
    "complete",
    "keys_written",
    "occurrences",
    "parse",
    "settled",
    "spelled_out",
    "without_mistakes",
]
