"""Which studies were opened in this session, when and how: never by which link.

It is held in memory only. A journal that outlives the program subscribes to it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from avara_tui.api.errors import ErrorKind
from avara_tui.clock import Clock

MOST_OPENINGS: Final = 500
"""The oldest openings beyond these are forgotten: a shift's worth stays."""


class Way(StrEnum):
    """How a study came before the person's eyes. The values are words that a file can keep."""

    BROWSER = "browser"
    """A browser on this machine got a page that leads to the study."""
    PROGRAM = "program"
    """A program that the settings name, and that is no browser, got such a page."""
    LINK = "link"
    """A link was shown."""
    COPIED = "copied"
    """The link was sent to a clipboard."""
    QR = "qr"
    """The link was shown as a QR code."""


WAY_TEXTS: Final = {
    Way.BROWSER: "browser here",
    Way.PROGRAM: "page handed over",
    Way.LINK: "link shown",
    Way.COPIED: "link copied",
    Way.QR: "QR code shown",
}


class OpeningEnd(StrEnum):
    """How an opening ended, in the words that writes end with."""

    DONE = "done"
    FAILED = "failed"
    """Nobody here was shown the study. The server may have made a link that never arrived."""
    UNKNOWN = "unknown"
    """It was broken off: the study may have been shown."""


@dataclass(slots=True, eq=False)
class Opening:
    """One time that the person opened a study."""

    number: int
    """Counts from 1 in every session."""
    study_id: str
    at: float
    """When it was begun, in seconds since the epoch."""
    end: OpeningEnd | None = None
    """How it ended; None while it is under way."""
    ways: tuple[Way, ...] = ()
    """How the person got at the study, each way once, in the order that they came."""
    error: ErrorKind | None = None
    """What went wrong between here and the server, where something did."""


class OpeningWatcher(Protocol):
    """Whom to tell of openings: a journal. It must not raise."""

    def opening(self, opening: Opening) -> None:
        """Take note that a link to the study is about to be asked for."""
        ...

    def opened(self, opening: Opening, way: Way | None) -> None:
        """Take note of how an opening ended, or that its link was given in one ``way`` more."""
        ...


class Openings:
    """The openings of this session, oldest first."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._openings: list[Opening] = []
        self._watchers: list[OpeningWatcher] = []
        self._count = 0

    @property
    def all(self) -> Sequence[Opening]:
        """What was opened, oldest first."""
        return self._openings

    def subscribe(self, watcher: OpeningWatcher) -> None:
        """Tell ``watcher`` of every opening from here on."""
        self._watchers.append(watcher)

    @contextmanager
    def begin(self, study_id: str) -> Iterator[Opening]:
        """Around an opening: one that is cut off before its end is kept as not known."""
        self._count += 1
        opening = Opening(self._count, study_id, self._clock.now())
        self._openings.append(opening)
        del self._openings[:-MOST_OPENINGS]
        for watcher in tuple(self._watchers):
            watcher.opening(opening)
        try:
            yield opening
        finally:
            if opening.end is None:
                self._end(opening, OpeningEnd.UNKNOWN)

    def given(self, opening: Opening, way: Way) -> None:
        """Take note that the person got at the study in some way, the first or one more."""
        if way not in opening.ways:
            opening.ways += (way,)
        self._end(opening, OpeningEnd.DONE, way)

    def failed(self, opening: Opening, error: ErrorKind | None = None) -> None:
        """Take note that the study was not shown."""
        opening.error = error
        self._end(opening, OpeningEnd.FAILED)

    def _end(self, opening: Opening, end: OpeningEnd, way: Way | None = None) -> None:
        opening.end = end
        for watcher in tuple(self._watchers):
            watcher.opened(opening, way)

    def trail(self) -> list[str]:
        """Return the ids of the studies that were opened, the last one first, each once.

        One that was broken off counts: the person may have seen it.
        """
        opened = (each for each in self._openings if each.end is not OpeningEnd.FAILED)
        return list(dict.fromkeys(each.study_id for each in reversed(list(opened))))
