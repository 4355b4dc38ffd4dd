"""What was urgent when the alarm began to watch: one summary, which counts down as it is done."""

from collections.abc import Iterable, Sequence


class AtStart:
    """The studies of the start that are open and urgent still, until somebody has noticed them."""

    def __init__(self) -> None:
        self._left: dict[str, None] | None = None
        self.count = 0
        """How many there were."""

    @property
    def has_begun(self) -> bool:
        """Whether the watch has."""
        return self._left is not None

    @property
    def left(self) -> Sequence[str]:
        """Those that are open and urgent still; nothing once they were noticed."""
        return tuple(self._left or ())

    def add(self, study_ids: Iterable[str]) -> None:
        """Begin with these, or take in that these were there as well."""
        left = self._left if self._left is not None else {}
        more = [each for each in study_ids if each not in left]
        self.count += len(more)
        self._left = left | dict.fromkeys(more)

    def forget(self, study_id: str) -> None:
        """Take in that nobody waits for a study any more, or that it is not urgent."""
        if self._left is not None:
            self._left.pop(study_id, None)

    def notice(self) -> None:
        """Take it that the summary has been noticed."""
        if self._left is not None:
            self._left = {}
