"""The line that a filter is typed in: tab takes what is offered, up and down bring former ones."""

from typing import ClassVar

from avara_tui.tui.keys.actions import FREE, Meaning
from avara_tui.tui.widgets.quiet_input import QuietInput


class FilterInput(QuietInput):
    """Asks whoever knows what can be meant, and what was typed before."""

    asked_keys: ClassVar[frozenset[str]] = frozenset({"tab", "up", "down"})
    # A filter writes nothing, and is no text that one goes on writing.
    ends_in: ClassVar[Meaning] = FREE
    may_go_on: ClassVar[bool] = False
