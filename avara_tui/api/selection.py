"""Holding what the server sent against what it was asked for.

A filter that the server ignores brings every study back, and a list that claims to be "unassigned"
and is not invites somebody to act on the wrong studies.
"""

from avara_tui.server_filter import field_checks
from avara_tui.study import Study
from avara_tui.study_requests import StudyFilter


def select(studies: list[Study], query: StudyFilter) -> tuple[list[Study], tuple[str, ...]]:
    """Return the studies that fit ``query``, and the names of the filters that some did not fit.

    A study of which nobody knows whether it fits is never left out: the server said that it does,
    and hiding a study that may be STAT is the worse mistake.
    """
    ignored: list[str] = []
    for name, check in field_checks(query).items():
        fitting = [study for study in studies if check(study) is not False]
        if len(fitting) < len(studies):
            ignored.append(name)
            studies = fitting
    return studies, tuple(ignored)
