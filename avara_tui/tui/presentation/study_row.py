"""One study as a row of a card: enough to tell it from any other, wherever the cursor is."""

from typing import Final

from avara_tui.study import Study
from avara_tui.text import clean
from avara_tui.tui.lines import Line, Role, crop, fit, line, truncate, width_of
from avara_tui.tui.masking import veiled
from avara_tui.tui.presentation.columns import NOBODY, assignee_name, priority_text, short_age
from avara_tui.tui.presentation.detail_head import assignee_role, severity_role
from avara_tui.tui.presentation.row_context import RowContext

_LONGEST: Final = 60
"""Cells of a description that nothing else limits."""
_LISTED: Final = 36
"""Cells of a description in a list: what is said of the studies stands in one column."""
_LEAST: Final = 12
"""Cells that a description keeps, whatever is to be said of its study."""
_SAID: Final = 26
"""Cells that are kept for what is said of a study."""
_GAP: Final = 2
_PRIORITY: Final = 6
_AGE: Final = 6
_NARROW: Final = 80
"""Cells below which a list shows no ages: what is said of the studies needs the room."""
_TAIL: Final = 6
"""Characters of the study id that are shown: descriptions repeat all day long."""


def study_row(study: Study, context: RowContext) -> Line:
    """Return priority, age, description, who has the study, and the end of its id."""
    description = veiled(truncate(clean(study.description), _LONGEST), masked=context.masked)
    return line(
        "   ",
        (priority_text(study.told_severity), severity_role(study)),
        f"  {short_age(study, context).strip()}  ",
        (description, Role.STRONG),
        "  ",
        (holder_name(study, context), assignee_role(study, context.me)),
        id_end(study),
    )


def listed_row(
    study: Study, context: RowContext, width: int, said: Line, head: Line | None = None
) -> Line:
    """Return a study as one row of several, in ``width`` cells, with what is ``said`` of it.

    ``head`` takes the place of its priority, such as where that is to change. The end of the id
    stays, whatever the description and whatever is said.
    """
    if head is None:
        priority = fit(priority_text(study.told_severity), _PRIORITY)
        head = line((priority, severity_role(study)))
    age = "" if width < _NARROW else f" {fit(short_age(study, context), _AGE, right=True)}"
    left, end = line("   ", *head, age, "  "), line(id_end(study), " ")
    room = width - width_of(left) - width_of(end) - _GAP
    name = min(_LISTED, room - max(_SAID, width_of(said)))
    name = max(name, min(_LEAST, room))
    description = veiled(clean(study.description), masked=context.masked)
    said = crop(said, max(room - name, 0))
    gap = " " * min(max(_SAID - width_of(said), 0), room - name - width_of(said))
    return line(*left, fit(description, name), " " * _GAP, *said, gap, *end)


def holder_name(study: Study, context: RowContext) -> str:
    """Return who has a study, and that nobody has it in words."""
    return NOBODY if study.assignee is None else assignee_name(study, masked=context.masked)


def id_end(study: Study) -> tuple[str, Role]:
    """Return the end of a study's id, with the gap before it."""
    return f"  …{clean(study.study_id[-_TAIL:])}", Role.DIM
