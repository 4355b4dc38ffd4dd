"""Where studies come from, and what is read of them goes to."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

from avara_tui.study import Study

if TYPE_CHECKING:
    from avara_tui.api.client import AvaraClient


class Source(Protocol):
    """Where studies come from and what is read of them goes to, such as a session."""

    @property
    def client(self) -> "AvaraClient | None":
        """The way to the server; None as long as there is none."""
        ...

    def merge(self, studies: Iterable[Study]) -> None:
        """Take in studies as they were read."""
        ...

    def forget(self, study_id: str) -> None:
        """Drop a study that the server says does not exist."""
        ...
