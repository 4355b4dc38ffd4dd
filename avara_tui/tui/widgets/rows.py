"""What the table shows rows of."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from avara_tui.tui.lines import Line, Role

if TYPE_CHECKING:
    from avara_tui.study import Study


class Rows(Protocol):
    """What the table shows: study ids in order, and the studies behind them."""

    @property
    def ids(self) -> Sequence[str]:
        """The ids of the studies shown, in order."""
        ...

    def position(self, study_id: str) -> int | None:
        """Return the row of a study, or None if it is not shown."""
        ...

    def study(self, study_id: str) -> "Study | None":
        """Return the study behind a row."""
        ...


class NoRows:
    """The rows of a table that nobody has given any."""

    ids: Sequence[str] = ()

    def position(self, study_id: str) -> int | None:  # noqa: ARG002 - as the protocol has it
        """Return None: no study is shown."""
        return None

    def study(self, study_id: str) -> "Study | None":  # noqa: ARG002 - as the protocol has it
        """Return None: no study is known."""
        return None


def empty_lines(empty_state: Sequence[Line], height: int) -> list[Line]:
    """Return what stands in place of rows, a third of the way down a table of ``height`` rows."""
    above = max((height - len(empty_state)) // 3, 0)
    lines: list[Line] = [()] * above + [
        (("  ", Role.PLAIN), *content) for content in empty_state[:height]
    ]
    return lines + [()] * (height - len(lines))
