"""What the worklist's screen tells whoever stands behind it, and who does at first."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple, Protocol

from avara_tui.tui.lines import Line


class Refused(NamedTuple):
    """An action that cannot be done at this moment."""

    reason: str


class Unsaved(Protocol):
    """Counts what is not saved when the program is told to end."""

    @property
    def losses(self) -> list[str]:
        """What is lost or may be, a clause each, without a word of what it says."""
        ...


class Controller(Protocol):
    """Whoever stands behind the screen: what keys and widgets say goes there."""

    def show(self) -> None:
        """Draw everything around the table again; what has not changed costs nothing."""
        ...

    def show_count(self) -> None:
        """Show how many rows there are, and how many are out of sight."""
        ...

    def show_alarms(self) -> None:
        """Draw the alarms where they fit by now."""
        ...

    def keys(self) -> Line:
        """Return the keys that fit the moment."""
        ...

    def cursor_moved(self, study_id: str | None) -> None:
        """Take note of the study under the table's cursor."""
        ...

    async def detail_follows(self) -> None:
        """Show the study under the cursor in the detail, unless a draft is in the way."""
        ...

    def title_clicked(self, column_id: str | None, *, adds: bool) -> None:
        """Sort by the column whose title was clicked; None stands for the triage order."""
        ...

    def mark_clicked(self, *, up_to: bool) -> None:
        """Mark the study that was clicked, or all up to it."""
        ...

    @property
    def has_target(self) -> bool:
        """Whether there is a study that a key means at this moment."""
        ...

    def filter_edited(self, text: str) -> None:
        """Filter by what is typed."""
        ...

    def filter_asked(self, key: str, text: str) -> None:
        """Complete what is typed, or bring a former filter back."""
        ...

    async def filter_finished(self, text: str | None) -> None:
        """End the typing of a filter; None takes it back."""
        ...

    def end_tour(self) -> bool:
        """Take away what came unasked; return whether it was there."""
        ...

    def choose(self, index: int) -> None:
        """Show the saved worklist on the number key ``index`` + 1."""
        ...

    def refusal(self, action_id: str) -> str | None:
        """Return why an action cannot be done at this moment, or None if it can."""
        ...

    def act(self, action_id: str) -> Awaitable[object] | Refused | None:
        """Do what a key stands for, if it can be done; return what is left to be waited for."""
        ...

    def leave(self) -> Unsaved | None:
        """Send nothing more; return what counts what is not saved, once there is anything."""
        ...

    async def stop(self) -> None:
        """Close what is open before the program ends."""
        ...


class NoController:
    """Stands behind the screen before the first frame is drawn: one can only leave."""

    has_target = False

    def __init__(self, leave: Callable[[], object]) -> None:
        self._leave = leave

    def show(self) -> None:
        """There is nothing to draw."""

    def show_count(self) -> None:
        """There is nothing to count."""

    def show_alarms(self) -> None:
        """There are no alarms."""

    def keys(self) -> Line:
        """No key fits."""
        return ()

    def cursor_moved(self, study_id: str | None) -> None:
        """There is no study."""

    async def detail_follows(self) -> None:
        """There is no study."""

    def title_clicked(self, column_id: str | None, *, adds: bool) -> None:
        """There is nothing to sort."""

    def mark_clicked(self, *, up_to: bool) -> None:
        """There is nothing to mark."""

    def filter_edited(self, text: str) -> None:
        """There is nothing to filter."""

    def filter_asked(self, key: str, text: str) -> None:
        """There is nothing to offer."""

    async def filter_finished(self, text: str | None) -> None:
        """There is nothing to filter."""

    def end_tour(self) -> bool:
        """Nothing came unasked."""
        return False

    def choose(self, index: int) -> None:
        """There are no worklists."""

    def refusal(self, action_id: str) -> str | None:
        """Nothing can be done yet but to leave."""
        return None if action_id == "quit" else "not yet"

    def act(self, action_id: str) -> Awaitable[object] | Refused | None:
        """Leave, if that is what is wanted."""
        reason = self.refusal(action_id)
        if reason is not None:
            return Refused(reason)
        self._leave()
        return None

    def leave(self) -> Unsaved | None:
        """There is nothing to save."""
        return None

    async def stop(self) -> None:
        """There is nothing to close."""
