"""Who has a study that a command is about to act on: said on standard error, nobody is asked."""

import sys
from typing import TYPE_CHECKING

from avara_tui.cli.plain import name
from avara_tui.study import UNREADABLE_USER
from avara_tui.worklist.clocks import is_open
from avara_tui.worklist.naming import family_name_first

if TYPE_CHECKING:
    from avara_tui.study import Study
    from avara_tui.triage.client_session import ClientSession


def report_holder(session: "ClientSession", study: "Study") -> None:
    """Say who has an open study, if it is somebody else than the person of the profile."""
    holder = study.assignee
    if holder is None or not is_open(study) or holder.user_id == session.me:
        return
    said = f"{family_name_first(holder)} has it"
    if holder == UNREADABLE_USER:
        said = "who has it could not be read"
    print(f"Note: {name(study)}: {said}.", file=sys.stderr, flush=True)
