"""How a card says which study it is for."""

from avara_tui.study import Study
from avara_tui.text import clean
from avara_tui.tui.lines import Line, Role, line
from avara_tui.tui.masking import veiled
from avara_tui.tui.presentation.columns import priority_role, priority_text


def meant_line(study: Study, *, masked: bool, with_priority: bool = False) -> Line:
    """Return the description and the end of the study id, which tells two of a kind apart."""
    description = veiled(clean(study.description), masked=masked) or "no description"
    parts: Line = line((description, Role.STRONG))
    if with_priority:
        severity = study.told_severity
        parts += line("  ", (priority_text(severity).strip(), priority_role(severity)))
    return parts + line((f"  …{clean(study.study_id[-6:])}", Role.DIM))
