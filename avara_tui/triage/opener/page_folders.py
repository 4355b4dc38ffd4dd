"""Where the private pages lie: where the browser may read them, and nobody else can enter."""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from avara_tui.text import clean
from avara_tui.triage.opener import sandbox
from avara_tui.triage.opener.links import OpenerError


class PageFolder(NamedTuple):
    """Where to put a page."""

    path: Path
    doubt: str = ""
    """Why the browser may not be able to read it there; empty if it should be."""


def page_folder(argv: Sequence[str], environ: Mapping[str, str]) -> PageFolder:
    """Return where to put a page for what ``argv`` starts; made if missing.

    By default it is the session's runtime directory, which is in memory. Raises
    :class:`OpenerError` if there is no place that the browser may read.
    """
    from avara_tui.config.paths import make_private, runtime_dir  # noqa: PLC0415 - on request only

    shut_in = sandbox.sandbox_of(argv, environ)
    try:
        if shut_in is None:
            return PageFolder(runtime_dir())
        folder = shut_in.folder(environ)
        if folder is not None:
            return PageFolder(make_private(folder))
        doubt = f"{clean(shut_in.name, 40)} is {shut_in.described}, which may hide the page from it"
        return PageFolder(runtime_dir(), doubt)
    except OSError as error:
        why = f"{error.strerror or error}"
    if shut_in is None:
        raise OpenerError(f"There is no private directory to use: {why}.")
    said = f"{clean(shut_in.name, 40)} is {shut_in.described}, and cannot be given a page: {why}."
    raise OpenerError(said, remedy="Make that directory yours alone, or use another browser.")


def page_folders(environ: Mapping[str, str]) -> Iterator[Path]:
    """Yield every folder in which pages of ours may lie; none is made."""
    from avara_tui.config.paths import APP, journal_file  # noqa: PLC0415 - on request only

    session = environ.get("XDG_RUNTIME_DIR", "")
    if os.path.isabs(session):  # noqa: PTH117 - it is no path yet
        yield Path(session) / APP
    yield journal_file().parent / "run"
    yield from sandbox.folders(environ)
