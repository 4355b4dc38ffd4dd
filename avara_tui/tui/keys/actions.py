"""Every action a person can take, and everything there is to know of it before it is done.

Help, palette, footer and the settings are made from this table; README's table of keys is held
against it. Why an action cannot be done at some moment stands in
:mod:`avara_tui.tui.keys.refusals`, and who does it in :mod:`avara_tui.tui.keys.handlers`.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from enum import Enum, auto
from typing import Final, NamedTuple

from avara_tui.study import Study
from avara_tui.tui.keys.places import Place

Actions = Mapping[str, Callable[[], object]]
"""What is done with no study in particular, by action id. What can be awaited is awaited."""
StudyActions = Mapping[str, Callable[[Study], Awaitable[object]]]
"""What is done to the study that a key means, by action id."""
BulkActions = Mapping[str, Callable[[Sequence[Study]], Awaitable[object]]]
"""What is done to several studies at once, by action id."""


class Scope(Enum):
    """Which studies an action is for."""

    NONE = auto()
    """For none in particular: it can be done without a study."""
    ONE = auto()
    """For the one that a key means, whatever is marked."""
    SINGLE = auto()
    """For one only: it cannot be done while several are marked in the table."""
    MARKED = auto()
    """For all that are marked in the table, if any are, else for the one that a key means."""


class Does(Enum):
    """What a key does where it is pressed."""

    MOVES = auto()
    """It moves, draws, leaves or types: no harm comes from it, however the key came."""
    FILTERS = auto()
    """It opens the line of the filter, which takes any text and writes nothing."""
    ASKS = auto()
    """It asks for more keys before anything is done, or shows something."""
    ACTS = auto()
    """It writes, opens, answers or ends something by itself."""


class Meaning(NamedTuple):
    """What a key means where it is pressed."""

    does: Does
    name: str = ""
    """What to call it when it does nothing."""
    action_id: str | None = None
    """The action that it stands for."""
    worklist: int | None = None
    """The saved worklist that it stands for, counted from 0."""


FREE: Final = Meaning(Does.MOVES)
"""The meaning of a key that does no harm, however it came."""


class Action(NamedTuple):
    """One thing that a person can do."""

    id: str
    keys: str
    """Default keys, in Textual's names, separated by commas."""
    label: str
    """One or two words, for the footer."""
    help: str
    """What it does, in one sentence."""
    place: Place
    scope: Scope = Scope.NONE
    does: Does = Does.ACTS
    writes: bool = False
    """Whether it changes something on the server."""
    shows_text: bool = False
    """Whether it has to show what is hidden while the screen is masked."""
    opens: bool = False
    """Whether it gives a study to a program outside, which nothing takes back."""

    @property
    def needs_study(self) -> bool:
        """Whether it cannot be done without a study."""
        return self.scope is not Scope.NONE


# On the first line what is said of an action, below what it is.
# fmt: off
ACTIONS: Final = (
    Action("down", "j,down", "down", "Move to the study below.",
           Place.TABLE, does=Does.MOVES),
    Action("up", "k,up", "up", "Move to the study above.",
           Place.TABLE, does=Does.MOVES),
    Action("page_down", "pagedown,ctrl+d", "page down", "Move down a page.",
           Place.TABLE, does=Does.MOVES),
    Action("page_up", "pageup,ctrl+u", "page up", "Move up a page.",
           Place.TABLE, does=Does.MOVES),
    Action("top", "g,home", "top", "Move to the first study.",
           Place.TABLE, does=Does.MOVES),
    Action("bottom", "G,end", "bottom", "Move to the last study.",
           Place.TABLE, does=Does.MOVES),
    Action("sort", "S", "sort", "Sort the worklist.",
           Place.TABLE, does=Does.ASKS),
    Action("columns", "C", "columns", "Choose the columns.",
           Place.TABLE, does=Does.ASKS),
    Action("scroll_right", "greater_than_sign,shift+right", "more columns", "More columns, right.",
           Place.TABLE, does=Does.MOVES),
    Action("scroll_left", "less_than_sign,shift+left", "columns back", "More columns, left.",
           Place.TABLE, does=Does.MOVES),
    Action("detail", "enter", "detail", "Read or edit the study.",
           Place.TABLE, Scope.ONE),
    Action("mark", "space", "mark", "Mark or unmark, and move down.",
           Place.TABLE),
    Action("mark_range", "V", "mark range", "Mark from the last mark to here.",
           Place.TABLE),
    Action("mark_all", "asterisk", "mark all", "Mark or unmark all shown.",
           Place.TABLE),
    Action("clear_filter", "escape", "clear", "Clear marks, then the filter.",
           Place.TABLE),
    Action("next_worklist", "right_square_bracket", "next list", "Go to the next worklist.",
           Place.TABLE),
    Action("previous_worklist", "left_square_bracket", "last list", "Go to the previous worklist.",
           Place.TABLE),
    Action("save_worklist", "w", "save list", "Save this worklist and filter.",
           Place.TABLE, does=Does.ASKS),
    Action("forget_worklist", "W", "forget list", "Forget a worklist of yours.",
           Place.TABLE, does=Does.ASKS),
    Action("open", "o", "open", "Open in the Avara Viewer.",
           Place.WORKLIST, Scope.ONE, opens=True),
    Action("next", "n", "next", "Claim and open the next study.",
           Place.WORKLIST, writes=True, opens=True),
    Action("claim", "m", "claim", "Claim (assign to me).",
           Place.WORKLIST, Scope.MARKED, writes=True),
    Action("aside", "b", "put aside", "Put aside 15 min, or bring back.",
           Place.WORKLIST, Scope.ONE),
    Action("assign", "a", "assign", "Assign to somebody.",
           Place.WORKLIST, Scope.MARKED, Does.ASKS, writes=True, shows_text=True),
    Action("unassign", "A", "unassign", "Assign to nobody.",
           Place.WORKLIST, Scope.MARKED, Does.ASKS, writes=True),
    Action("severity", "s", "severity", "Set STAT, high or routine.",
           Place.WORKLIST, Scope.MARKED, Does.ASKS, writes=True),
    Action("status", "v", "complete", "Complete or reopen.",
           Place.WORKLIST, Scope.MARKED, writes=True),
    Action("description", "d", "description", "Edit the description.",
           Place.WORKLIST, Scope.SINGLE, Does.ASKS, writes=True, shows_text=True),
    Action("cancel", "x", "cancel", "Cancel the study.",
           Place.WORKLIST, Scope.MARKED, Does.ASKS, writes=True),
    Action("uncancel", "X", "restore", "Restore a cancelled study.",
           Place.WORKLIST, Scope.MARKED, Does.ASKS, writes=True),
    Action("metadata", "M", "metadata", "Set or delete metadata.",
           Place.WORKLIST, Scope.MARKED, Does.ASKS, writes=True, shows_text=True),
    Action("create", "plus", "new study", "Create a study.",
           Place.TABLE, does=Does.ASKS, writes=True),
    Action("find", "f", "find", "Find a study by id or UID.",
           Place.WORKLIST, does=Does.ASKS),
    Action("copy", "y", "copy", "Copy an identifier.",
           Place.WORKLIST, Scope.MARKED, Does.ASKS),
    Action("undo", "z", "undo", "Undo the last change.",
           Place.WORKLIST, writes=True),
    Action("history", "H", "history", "Show what was done, and undo it.",
           Place.WORKLIST, does=Does.ASKS),
    Action("previous_opened", "apostrophe", "opened before", "Go to the one opened before.",
           Place.WORKLIST, does=Does.MOVES),
    Action("filter", "slash", "filter", "Filter the worklist.",
           Place.WORKLIST, does=Does.FILTERS),
    Action("acknowledge", "exclamation_mark", "alarm", "Alarm seen: go to it.",
           Place.WORKLIST),
    Action("acknowledge_all", "ampersand", "alarms", "All alarms seen.",
           Place.WORKLIST),
    Action("handoff", "T", "hand-off", "Show what the next shift needs.",
           Place.WORKLIST, does=Does.ASKS),
    Action("refresh", "r", "refresh", "Read everything again.",
           Place.WORKLIST),
    Action("pause", "p", "pause", "Pause refreshing all but STAT.",
           Place.WORKLIST),
    Action("profile", "P", "profile", "Go to another profile.",
           Place.WORKLIST, does=Does.ASKS),
    Action("login", "K", "log in", "Log in with an API key.",
           Place.WORKLIST, does=Does.ASKS),
    Action("lock", "L", "lock", "Lock and blank the screen.",
           Place.WORKLIST),
    Action("mask", "number_sign", "mask", "Hide or show names and texts.",
           Place.WORKLIST),
    Action("times", "t", "times", "Tell times in UTC, or as here.",
           Place.WORKLIST, does=Does.MOVES),
    Action("help", "question_mark,f1", "help", "Show and search the keys.",
           Place.WORKLIST, does=Does.ASKS),
    Action("palette", "ctrl+p,colon", "commands", "Do anything by name.",
           Place.WORKLIST, does=Does.ASKS),
    Action("tour", "f4", "tour", "Show the first things to know.",
           Place.WORKLIST, does=Does.ASKS),
    Action("output", "O", "output", "Show your last command's output.",
           Place.WORKLIST, does=Does.ASKS, shows_text=True),
    Action("redraw", "ctrl+l", "redraw", "Draw the screen again.",
           Place.WORKLIST, does=Does.MOVES),
    Action("quit", "q", "quit", "Leave the worklist.",
           Place.WORKLIST),
    Action("field_down", "j,down", "down", "Move to the field below.",
           Place.DETAIL, does=Does.MOVES),
    Action("field_up", "k,up", "up", "Move to the field above.",
           Place.DETAIL, does=Does.MOVES),
    Action("edit_field", "enter,e", "edit", "Edit the field.",
           Place.DETAIL, Scope.ONE, writes=True, shows_text=True),
    Action("add_metadata", "plus", "add", "Add a metadata pair.",
           Place.DETAIL, Scope.ONE, Does.ASKS, writes=True, shows_text=True),
    Action("rename_metadata", "R", "rename", "Rename the pair.",
           Place.DETAIL, Scope.ONE, Does.ASKS, writes=True, shows_text=True),
    Action("delete_metadata", "delete", "delete", "Delete the pair.",
           Place.DETAIL, Scope.ONE, writes=True),
    Action("save", "w", "save", "Save the draft.",
           Place.DETAIL, writes=True),
    Action("back", "escape", "back", "Go back to the table.",
           Place.DETAIL),
)
# fmt: on
BY_ID: Final = {action.id: action for action in ACTIONS}
