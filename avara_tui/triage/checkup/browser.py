"""What studies are opened with, and whether it may read the page that leads it to them."""

from collections.abc import Iterator, Sequence
from typing import Final

from avara_tui.config import Profile
from avara_tui.text import clean
from avara_tui.triage.checkup.verdicts import Finding, note, ok, problem
from avara_tui.triage.opener.links import OpenerError
from avara_tui.triage.opener.local import PAGE, choose_opener, is_browser
from avara_tui.triage.opener.page_folders import page_folder
from avara_tui.triage.opener.place import Place
from avara_tui.triage.opener.sandbox import sandbox_of

_BY_LINK: Final = "None is started here: a link, the clipboard or a QR code opens a study."


def browser_findings(profile: Profile, seat: Place) -> Iterator[Finding]:
    """Yield what there is to say of the browser. ``seat`` is where the person sits."""
    command = profile.browser_command
    try:
        argv = choose_opener(seat.environ, command)
    except OpenerError as error:
        if command is None and seat.why_not:
            yield note("browser", _BY_LINK, error.remedy)
        else:
            yield problem("browser", str(error), error.remedy)
        return
    if seat.why_not and is_browser(argv[0]):
        said = f"{clean(argv[0], 80)} would be shown on this machine. {_BY_LINK}"
        yield note("browser", said, "See ssh above for where you sit.")
        return
    source = "browser_command" if command is not None else "found"
    yield ok("browser", f"{clean(argv[0], 80)} ({source}).")
    if any(PAGE in part for part in argv):
        yield _page(argv, seat)


def _page(argv: Sequence[str], seat: Place) -> Finding:
    shut_in = sandbox_of(argv, seat.environ)
    try:
        folder = page_folder(argv, seat.environ)
    except OpenerError as error:
        return problem("page", f"{error} Studies open by a link.", error.remedy)
    where = f"The private page that leads to a study lies in {clean(str(folder.path), 200)}"
    if folder.doubt:
        remedy = "If the page is not found, name another browser in browser_command."
        return note("page", f"{where}, but {folder.doubt}.", remedy)
    if shut_in is not None:
        name = f"{clean(shut_in.name, 40)} is {shut_in.described}"
        return ok("page", f"{where}: {name}, and may read it there.")
    return ok("page", f"{where}.")
