"""What the emulator does where the API's documentation is silent, as switches.

Clients must survive every setting; the README beside this module says what each one means.
"""

from dataclasses import dataclass, fields
from typing import Final, Literal, get_args, get_origin, get_type_hints

Order = Literal["newest", "oldest", "updated", "shuffled", "ties"]


@dataclass(slots=True)
class Behaviour:
    """One setting for each undocumented behaviour. The defaults are the likeliest ones."""

    metadata: Literal["replace", "merge"] = "replace"
    """What a metadata map in a PATCH does to the stored one."""
    cursors: Literal["offset", "keyset"] = "offset"
    """Whether a cursor counts rows (rows shift while the list changes) or names the last one."""
    order: Order = "newest"
    """The order of the study list; that of ``ties`` is another one for every page."""
    tie_seconds: float = 60.0
    """How coarse the time is that ``ties`` goes by."""
    has_more: Literal["always", "never"] = "always"
    """Whether a page says ``hasMore``."""
    null_filters: Literal["honoured", "ignored"] = "honoured"
    """Whether ``assignedTo=`` and ``assignedTo=null`` mean unassigned or are lost."""
    cancelled_by_default: Literal["included", "excluded"] = "included"
    """Whether a list without ``isCancelled`` holds cancelled studies."""
    description_case: Literal["ignored", "exact"] = "ignored"
    """Whether the contains match of ``studyDescription`` minds upper and lower case."""
    duplicate_uids: Literal["refused", "accepted"] = "refused"
    """Whether a second study may have the Study Instance UID of another."""
    cancel_refusals: Literal["conflict", "success-false"] = "conflict"
    """How a cancel or uncancel in the wrong state is refused."""
    cancelled_edits: Literal["accepted", "refused"] = "accepted"
    """Whether a cancelled study can be changed."""
    created_status: Literal["201", "200"] = "201"
    """The status of a successful create."""
    user_listing: Literal["allowed", "forbidden"] = "allowed"
    """Whether the key may read users."""
    error_bodies: Literal["json", "text", "html", "empty"] = "json"
    """The shape of an error's body."""
    rate_limit: float = 0.0
    """Requests in any one second before 429; 0 is no limit."""
    untimed: float = 0.0
    """The share of the studies, from 0 to 1, whose ``createdAt`` is null."""
    viewer_link_seconds: float = 300.0
    """How long a reroute URL lives."""

    def set(self, name: str, value: str) -> None:
        """Set the switch ``name`` (dashes or underscores) from text.

        Raises :class:`ValueError` with a sentence that names the choices.
        """
        attribute = name.replace("-", "_")
        known = [field.name for field in fields(self)]
        if attribute not in known:
            names = ", ".join(sorted(each.replace("_", "-") for each in known))
            raise ValueError(f"There is no switch {name!r}. The switches are: {names}.")
        kind = _KINDS[attribute]
        if get_origin(kind) is Literal:
            if value not in get_args(kind):
                choices = ", ".join(get_args(kind))
                raise ValueError(f"{name} is one of: {choices}; not {value!r}.")
            setattr(self, attribute, value)
            return
        try:
            number = float(value)
        except ValueError:
            number = -1.0
        if not 0.0 <= number < float("inf"):
            raise ValueError(f"{name} is a number from 0 up, not {value!r}.")
        setattr(self, attribute, number)


_KINDS: Final = get_type_hints(Behaviour)


def parse_switches(texts: list[str]) -> Behaviour:
    """Return the behaviour that ``--switch`` options ask for; raise ValueError if one is wrong."""
    behaviour = Behaviour()
    for text in texts:
        name, _, value = text.partition("=")
        behaviour.set(name, value)
    return behaviour
