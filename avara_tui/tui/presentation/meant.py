"""How a card says which study it is for."""

from avara_tui.study import Study
from avara_tui.text import clean
from avara_tui.tui.lines import Line, Role, line
from avara_tui.tui.masking import veiled
from avara_tui.tui.presentation.columns import priority_text


def meant_line(study: Study, *, masked: bool) -> Line:
    """Return the description and the end of the study id, which tells two of a kind apart."""
    return line((_description(study, masked), Role.STRONG), (f"  {_id(study)}", Role.DIM))


def meant_text(study: Study, *, masked: bool, is_narrow: bool) -> str:
    """Return description, priority and the end of the id; with little room the id stands first.

    What is cut is cut at the end.
    """
    parts = [_description(study, masked), priority_text(study.told_severity).strip(), _id(study)]
    return "  ".join(reversed(parts) if is_narrow else parts)


def _description(study: Study, masked: bool) -> str:  # noqa: FBT001 - for two
    return veiled(clean(study.description), masked=masked) or "no description"


def _id(study: Study) -> str:
    return f"…{clean(study.study_id[-6:])}"
