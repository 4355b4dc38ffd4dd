"""A command of the site's own: a key, a program, and which of a study's fields it gets."""

import re
from typing import Final

from avara_tui.config.declaring import Settable, setting
from avara_tui.config.values import Flag, ListOf, Number, Text

FIELDS: Final = (
    "study_id",
    "uid",
    "severity",
    "status",
    "assignee_id",
    "customer_id",
    "description",
)
"""The fields of a study that an argument can hold; ``meta.KEY`` is one more for a metadata key."""
METADATA_FIELD: Final = "meta."
_DESCRIPTION: Final = "description"
_PLACE: Final = re.compile(r"\{([A-Za-z_]+(?:\.[^{}]+)?)\}")


def fields_of(part: str) -> list[str]:
    """Return the fields that an argument holds places for, such as ``uid`` for ``{uid}``."""
    return _PLACE.findall(part)


def filled(part: str, values: dict[str, str]) -> str:
    """Return an argument with each place filled from ``values``, once: values hold no places."""
    return _PLACE.sub(lambda found: values[found[1]], part)


class OwnCommand(Settable):
    """A program that a key starts for the study under the cursor."""

    name: str = setting(Text(most=24), "What help and footer call it.", example="Phone the site")
    key: str = setting(Text(most=30), "The key that starts it.", example="F6")
    argv: tuple[str, ...] = setting(
        ListOf(Text(), least=1, most=50),
        "The program and its arguments. No shell is used. {study_id}, {uid}, {severity}, {status}, "
        "{assignee_id}, {customer_id} and {meta.KEY} stand for the study's own; other users of "
        "the machine can read the arguments of a running program.",
        example=("notify-site", "--accession", "{meta.accessionNumber}", "{study_id}"),
    )
    ask: str | None = setting(
        Text(most=100),
        "A question to answer with yes before it starts; the study is named beside it.",
        default=None,
        example="Phone the site about",
    )
    seconds: float = setting(
        Number(1, 3600), "Seconds after which it is ended if it still runs.", default=30
    )
    writes: bool = setting(
        Flag(), "Whether it may change something: then not with --read-only.", default=True
    )
    description: bool = setting(
        Flag(),
        "Whether {description} may stand in an argument: it can name a patient.",
        default=False,
    )

    @property
    def fields(self) -> frozenset[str]:
        """The fields of a study that it gets."""
        return frozenset(field for part in self.argv for field in fields_of(part))

    @property
    def problem(self) -> str | None:
        """What the values contradict each other in, if they do."""
        if self.argv[0].startswith("-") or fields_of(self.argv[0]):
            return f"must start with a program, not with {self.argv[0]!r}"
        for field in sorted(self.fields):
            if field not in FIELDS and not field.startswith(METADATA_FIELD):
                return f"argv holds {{{field}}}, {_nearest(field)}"
        if _DESCRIPTION in self.fields and not self.description:
            return (
                "argv holds {description}, which can name a patient: "
                "say description = true if that is meant"
            )
        return None


def _nearest(field: str) -> str:
    import difflib  # noqa: PLC0415 - only needed after a mistake

    near = difflib.get_close_matches(field, FIELDS, n=1)
    known = ", ".join(FIELDS)
    return f"did you mean {{{near[0]}}}?" if near else f"but there are {known} and meta.KEY"
