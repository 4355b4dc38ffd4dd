"""How long the names are that the table shows, so that where there is room they are whole."""

from collections.abc import Mapping

from rich.cells import cell_len

from avara_tui.tui.presentation.columns import person_name
from avara_tui.worklist.naming import customer_name
from avara_tui.worklist.studies import StudySet


class Longest:
    """Counts the cells of names when studies have been read, and not more often."""

    def __init__(self, studies: StudySet) -> None:
        self._studies = studies
        self._counted_at = -1
        self._cells: Mapping[str, int] = {}

    @property
    def cells(self) -> Mapping[str, int]:
        """The cells of the longest customer and person seen on studies, by column."""
        studies = self._studies
        if studies.revision != self._counted_at:
            self._counted_at = studies.revision
            customers = map(customer_name, studies.customers().values())
            people = map(person_name, studies.people().values())
            self._cells = {
                "customer": max(map(cell_len, customers), default=0),
                "assignee": max(map(cell_len, people), default=0),
            }
        return self._cells
