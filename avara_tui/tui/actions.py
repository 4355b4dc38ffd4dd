"""Every action a person can take: its id, its default keys, and what it says of itself."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final, NamedTuple

from avara_tui.study import Study
from avara_tui.tui.places import Place

Actions = Mapping[str, Callable[[], object]]
"""What is done with no study in particular, by action id. What can be awaited is awaited."""
StudyActions = Mapping[str, Callable[[Study], Awaitable[object]]]
"""What is done to the study that a key means, by action id."""


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
    writes: bool = False
    """Whether it changes something on the server."""
    on_study: bool = False
    """Whether it needs a study, for an action that the settings add."""


ACTIONS: Final = (
    Action("down", "j,down", "down", "Move to the study below.", Place.TABLE),
    Action("up", "k,up", "up", "Move to the study above.", Place.TABLE),
    Action("page_down", "pagedown,ctrl+d", "page down", "Move down a page.", Place.TABLE),
    Action("page_up", "pageup,ctrl+u", "page up", "Move up a page.", Place.TABLE),
    Action("top", "g,home", "top", "Move to the first study.", Place.TABLE),
    Action("bottom", "G,end", "bottom", "Move to the last study.", Place.TABLE),
    Action("sort", "S", "sort", "Choose by what the worklist is sorted.", Place.TABLE),
    Action("columns", "C", "columns", "Choose the table's columns.", Place.TABLE),
    Action(
        "scroll_right",
        "greater_than_sign,shift+right",
        "more columns",
        "Show the columns that are out of sight at the right.",
        Place.TABLE,
    ),
    Action(
        "scroll_left",
        "less_than_sign,shift+left",
        "columns back",
        "Go back to the columns at the left.",
        Place.TABLE,
    ),
    Action("detail", "enter", "detail", "Go into the study's detail.", Place.TABLE),
    Action("mark", "space", "mark", "Mark the study, or unmark it, and move down.", Place.TABLE),
    Action("mark_range", "V", "mark range", "Mark from the last mark to here.", Place.TABLE),
    Action("mark_all", "asterisk", "mark all", "Mark all shown, or unmark them.", Place.TABLE),
    Action("clear_filter", "escape", "clear", "Clear the marks, else the filter.", Place.TABLE),
    Action("next_worklist", "right_square_bracket", "next list", "Next worklist.", Place.TABLE),
    Action(
        "previous_worklist", "left_square_bracket", "last list", "Previous worklist.", Place.TABLE
    ),
    Action("save_worklist", "w", "save list", "Save this worklist and filter.", Place.TABLE),
    Action("forget_worklist", "W", "forget list", "Forget a worklist of yours.", Place.TABLE),
    Action("open", "o", "open", "Open the study in the Avara Viewer.", Place.WORKLIST),
    Action("next", "n", "next", "Claim and open the next study.", Place.WORKLIST, writes=True),
    Action("claim", "m", "claim", "Assign the study to me.", Place.WORKLIST, writes=True),
    Action("aside", "b", "put aside", "Put aside for 15 min, or bring back.", Place.WORKLIST),
    Action("assign", "a", "assign", "Assign the study to somebody.", Place.WORKLIST, writes=True),
    Action("unassign", "A", "unassign", "Assign the study to nobody.", Place.WORKLIST, writes=True),
    Action("severity", "s", "severity", "Set STAT, high or routine.", Place.WORKLIST, writes=True),
    Action(
        "status", "v", "complete", "Complete, or incomplete again.", Place.WORKLIST, writes=True
    ),
    Action("description", "d", "description", "Edit the description.", Place.WORKLIST, writes=True),
    Action("cancel", "x", "cancel", "Cancel the study.", Place.WORKLIST, writes=True),
    Action("uncancel", "X", "uncancel", "Restore a cancelled study.", Place.WORKLIST, writes=True),
    Action("metadata", "M", "metadata", "Set or delete metadata.", Place.WORKLIST, writes=True),
    Action("create", "plus", "new study", "Create a study.", Place.TABLE, writes=True),
    Action("find", "f", "find", "Find a study by its id or UID.", Place.WORKLIST),
    Action("copy", "y", "copy", "Copy an identifier of the study.", Place.WORKLIST),
    Action("undo", "z", "undo", "Take back the last change.", Place.WORKLIST, writes=True),
    Action("history", "H", "history", "Show what was done, and undo it.", Place.WORKLIST),
    Action("filter", "slash", "filter", "Filter the worklist.", Place.WORKLIST),
    Action(
        "acknowledge", "exclamation_mark", "alarm", "Notice an alarm: go to it.", Place.WORKLIST
    ),
    Action("acknowledge_all", "ampersand", "alarms", "Notice all alarms.", Place.WORKLIST),
    Action("handoff", "T", "hand-off", "Show what the next shift has to know.", Place.WORKLIST),
    Action("refresh", "r", "refresh", "Read everything again.", Place.WORKLIST),
    Action("pause", "p", "pause", "Pause refreshing all but STAT.", Place.WORKLIST),
    Action("profile", "P", "profile", "Go to another profile.", Place.WORKLIST),
    Action("lock", "L", "lock", "Lock: blank the screen, forget the studies.", Place.WORKLIST),
    Action(
        "mask",
        "number_sign",
        "mask",
        "Hide texts, names and identifiers, or show them.",
        Place.WORKLIST,
    ),
    Action("help", "question_mark,f1", "help", "Show and search the keys.", Place.WORKLIST),
    Action("palette", "ctrl+p,colon", "commands", "Find anything by name.", Place.WORKLIST),
    Action("tour", "f4", "tour", "Show the first things to know.", Place.WORKLIST),
    Action("output", "O", "output", "Show what your last command printed.", Place.WORKLIST),
    Action("redraw", "ctrl+l", "redraw", "Draw the whole screen again.", Place.WORKLIST),
    Action("quit", "q", "quit", "Leave the worklist.", Place.WORKLIST),
    Action("field_down", "j,down", "down", "Move to the next field.", Place.DETAIL),
    Action("field_up", "k,up", "up", "Move to the field above.", Place.DETAIL),
    Action("edit_field", "enter,e", "edit", "Edit the field.", Place.DETAIL, writes=True),
    Action("add_metadata", "plus", "add", "Add a metadata pair.", Place.DETAIL, writes=True),
    Action("rename_metadata", "R", "rename", "Rename the pair.", Place.DETAIL, writes=True),
    Action("delete_metadata", "delete", "delete", "Delete the pair.", Place.DETAIL, writes=True),
    Action("save", "w", "save", "Save the draft.", Place.DETAIL, writes=True),
    Action("back", "escape", "back", "Back to the table.", Place.DETAIL),
)
MOVES: Final = frozenset(
    {"down", "up", "page_down", "page_up", "top", "bottom", "scroll_right", "scroll_left",
     "field_down", "field_up", "redraw"}
)  # fmt: skip
"""Actions that only move or draw: they are done however the key came."""
ASKS: Final = frozenset(
    {"sort", "columns", "save_worklist", "forget_worklist", "assign", "unassign", "severity",
     "description", "cancel", "uncancel", "metadata", "create", "find", "copy", "history",
     "handoff", "profile", "help", "palette", "tour", "output", "add_metadata", "rename_metadata"}
)  # fmt: skip
"""Actions that by themselves change nothing: they ask for more keys, or show something."""
BY_ID: Final = {action.id: action for action in ACTIONS}
