"""What is wrong with a filter, and where."""


class QueryError(Exception):
    """A filter that cannot be understood. The text says why, in a sentence."""

    def __init__(
        self, message: str, *, start: int, end: int, suggestion: str | None = None
    ) -> None:
        super().__init__(f"{message}; did you mean {suggestion}?" if suggestion else message)
        self.start = start
        """Where in the filter the mistake begins, in characters from 0."""
        self.end = end
        self.suggestion = suggestion
        """What was probably meant in place of those characters."""
