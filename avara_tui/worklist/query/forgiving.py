"""What people write for what the language calls otherwise, and what it is taken for."""

import difflib
import re
from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

from avara_tui.identifiers import mend_identifier, uid_problem
from avara_tui.study import STATUSES
from avara_tui.worklist.query.folding import fold_case
from avara_tui.worklist.query.signs import COMMAS, seen

MEANT_FIELDS: Final = {
    "assignee": "assigned assignedto assigned_to assigned-to owner reader radiologist user who",
    "customer": "client site hospital clinic facility institution",
    "severity": "sev prio urgency acuity level",
    "status": "state",
    "age": "created wait waiting older",
    "updated": "changed modified",
    "uid": "suid studyuid study_uid studyinstanceuid",
    "id": "studyid study_id",
}
"""Words that people write for a field; they are offered, not taken: it may be a metadata key."""
_MEANT: Final = {each: field for field, words in MEANT_FIELDS.items() for each in words.split()}
_BELONGS: Final = {
    **dict.fromkeys(("stat", "high", "urgent", "normal", "routine"), "severity"),
    **dict.fromkeys(STATUSES, "status"),
    **dict.fromkeys(("open", "overdue", "cancelled", "untimed", "new", "marked", "aside"), "is"),
}
"""The field that a word is a value of."""
_COMMA: Final = re.compile(f"[{COMMAS}]")
_WILDCARDS: Final = ("*", "\N{FULLWIDTH ASTERISK}")


class KeyMeant(NamedTuple):
    """A metadata key that was written in another way than studies have it."""

    key: str
    """As studies have it."""
    start: int
    end: int
    """Where in the filter the field stands, from and up to which character."""


def plain(text: str) -> str:
    """Return a word of the language as it is compared: folded, without what has no width."""
    return fold_case(seen(text))


def apart(text: str) -> list[str]:
    """Return the words between commas of any width; the words of the language hold none."""
    return [each for each in _COMMA.split(text) if each]


def key_meant(written: str, known: Iterable[str]) -> str | None:
    """Return which of the ``known`` metadata keys is ``written``, whatever its capitals and width.

    The one that is written so, if there is one; else the first.
    """
    wanted, first = plain(written), None
    for each in known:
        if each == written:
            return each
        if first is None and plain(each) == wanted:
            first = each
    return first


def nearest(written: str, known: Collection[str]) -> str | None:
    """Return which of the ``known`` words is written nearly so, or None."""
    near = difflib.get_close_matches(plain(written), [plain(each) for each in known], n=1)
    return next((each for each in known if near and plain(each) == near[0]), None)


def field_of(written: str) -> str | None:
    """Return the field that people call ``written``, or None."""
    return _MEANT.get(plain(written))


def field_of_value(value: str) -> str | None:
    """Return the field that a folded ``value`` is one of, or None."""
    return _BELONGS.get(value)


def identifiers(written: str) -> tuple[str, ...]:
    """Return the identifiers that a value of ``uid:`` or ``id:`` may be: mended, and as it stands.

    A server may hold UIDs that are none: where digits and dots were mended, they count as they
    stand too. Only the beginning of an identifier is what ends with a wildcard.
    """
    start = written.rstrip("".join(_WILDCARDS))
    if start != written:
        return (f"{mend_identifier(start, is_whole=False) or start}*",)
    mended = mend_identifier(written) or written
    odd = written if set(written) <= set("0123456789.") and uid_problem(written) else mended
    return tuple(dict.fromkeys((odd, mended)))
