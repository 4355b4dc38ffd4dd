"""What people call an action who do not know what it is called here; help and palette look there.

Each word stands with the one action that it means first; an action whose label it is goes before.
What the program does not do has no word.
"""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

ACTION_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "sort": ("order", "order by", "deadline", "due", "due date", "oldest first"),
    "columns": ("fields", "show column", "hide column", "layout"),
    "detail": ("details", "view", "info", "properties", "show study"),
    "mark": ("select", "tick", "check", "multiselect"),
    "mark_range": ("select range",),
    "mark_all": ("select all", "tick all"),
    "clear_filter": ("reset", "unselect", "deselect", "remove filter", "show all"),
    "next_worklist": ("next tab",),
    "previous_worklist": ("previous tab",),
    "save_worklist": ("bookmark", "favourite", "favorite", "save filter", "save view"),
    "forget_worklist": ("delete worklist", "remove worklist"),
    "open": ("images", "view images", "viewer", "launch", "browser", "link", "url"),
    "next": ("start", "begin", "take next", "read next"),
    "claim": ("take", "grab", "mine", "take over", "own", "accept", "pick up", "assign to me"),
    "aside": ("snooze", "later", "defer", "postpone", "skip", "park", "on hold"),
    "assign": ("reassign", "delegate", "transfer", "forward", "hand to", "give", "give to"),
    "unassign": ("release", "give back", "unclaim", "drop", "return", "let go"),
    "severity": (
        "priority", "urgent", "urgency", "emergency", "critical", "escalate", "upgrade",
        "downgrade", "prioritise", "prioritize",
    ),
    "status": (
        "done", "sign off", "sign", "finish", "finished", "finalise", "finalize", "report",
        "reported", "close study",
    ),
    "description": ("exam name", "study name", "title"),
    "cancel": ("delete", "remove", "discard", "reject", "void", "trash"),
    "uncancel": ("undelete", "recover", "bring back", "reinstate", "uncancel"),
    "metadata": ("comment", "note", "remark", "annotate", "tag"),
    "create": ("new", "add study", "register"),
    "find": ("lookup", "look up", "uid", "study id", "jump to"),
    "copy": ("clipboard", "yank", "copy id", "copy uid"),
    "undo": ("revert", "take back", "oops", "mistake"),
    "history": ("log", "audit", "my changes", "recent"),
    "previous_opened": ("last study", "previous study"),
    "filter": ("search", "narrow", "query", "accession", "mrn", "patient"),
    "acknowledge": ("silence", "quiet", "ack", "bell", "sound"),
    "acknowledge_all": ("silence all",),
    "handoff": ("shift", "handover", "hand over", "shift change", "end of shift", "summary"),
    "refresh": ("reload", "sync", "update now", "fetch"),
    "pause": ("freeze", "stop refreshing"),
    "profile": ("server", "account", "site", "switch user"),
    "login": ("login", "password", "api key", "credentials", "sign in"),
    "lock": ("lock screen", "away", "break"),
    "mask": ("hide", "privacy", "anonymise", "anonymize", "blur", "hide names", "phi"),
    "times": ("timezone", "time zone", "clock", "utc", "local time"),
    "help": ("keys", "shortcuts", "hotkeys", "keyboard", "manual"),
    "tour": ("introduction", "tutorial", "getting started"),
    "output": ("result",),
    "redraw": ("repaint", "garbled", "broken screen"),
    "quit": ("exit", "close program", "bye"),
    "edit_field": ("change", "modify"),
    "add_metadata": ("add field",),
    "rename_metadata": ("rename key",),
    "delete_metadata": ("remove field", "remove metadata"),
    "save": ("store", "submit", "write"),
    "back": ("close detail", "return to table"),
}  # fmt: skip
"""By action id."""
WORKLIST_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "is:open": ("unread", "pending", "backlog", "to do", "todo"),
    "severity:stat is:open": ("emergencies",),
    "assignee:me is:open": ("my list", "my studies", "my work"),
    "assignee:none is:open": ("unclaimed", "nobody", "free"),
    "is:overdue": ("late", "breached", "sla"),
    "status:complete": ("read studies", "finished studies", "archive"),
    "is:cancelled": ("deleted", "removed", "bin"),
}
"""By what a saved worklist is filtered by."""
DARK: Final = ("dark mode", "dark theme", "night")
LIGHT: Final = ("light mode", "light theme", "bright")


class Elsewhere(NamedTuple):
    """Something that is done, but not on this screen."""

    name: str
    words: tuple[str, ...]
    how: str
    """Where and how, in a few words."""


ELSEWHERE: Final = (
    Elsewhere(
        "Export or print the list",
        ("export", "csv", "excel", "json", "download", "print"),
        "in a shell: avara-tui list --json",
    ),
    Elsewhere(
        "Log out, and remove the key",
        ("log out", "logout", "sign out"),
        "in a shell: avara-tui auth logout",
    ),
    Elsewhere(
        "Settings",
        ("settings", "preferences", "options", "configuration", "config"),
        "in a shell: avara-tui config path",
    ),
    Elsewhere(
        "Font and size of letters",
        ("font", "font size", "zoom", "text size", "bigger"),
        "your terminal's own setting",
    ),
)


def words_of(ids: Iterable[str]) -> str:
    """Return what people call the actions with these ids, one behind the other."""
    return " ".join(word for each in ids for word in ACTION_WORDS.get(each, ()))
