"""Makes the pictures in this folder from the demo: ``python screenshots/make.py``.

The studies come from an embedded emulator with a fixed seed, the time from a clock that stands
still, so that the same program draws the same pictures. ``--check`` writes nothing and says which
pictures are not what the program draws. PNG files need rsvg-convert and DejaVu Sans Mono.
"""

import argparse
import asyncio
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from textual.pilot import Pilot

from avara_tui.clock import ManualClock
from avara_tui.config import Config
from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.triage.access.connection import Connection, ConnectionProblem, ProblemKind
from avara_tui.triage.access.login import Login
from avara_tui.tui.app import WorklistApp
from avara_tui.tui.options import RunOptions
from avara_tui.tui.screens.worklist import WorklistScreen
from picture import svg

FOLDER: Final = Path(__file__).parent
NOW: Final = "2026-03-16T10:30:00Z"
SEED: Final = 1
STUDIES: Final = 400
WAIT: Final = 30.0
QUIET: Final = 0.3
"""Seconds without any change after which a picture is taken."""
ZOOM: Final = "1"

KEY_NAMES: Final = {" ": "space", ":": "colon", ">": "greater_than_sign", "-": "minus"}

Keys = Callable[[Pilot[Any]], Awaitable[None]]


class Picture(NamedTuple):
    """A picture to make."""

    name: str
    columns: int
    rows: int
    keys: Keys
    theme: str = "textual-dark"
    changes: Callable[[EmbeddedEmulator], None] | None = None
    """What others do to the studies before the picture is taken."""


async def until(pilot: Pilot[Any], text: str) -> None:
    """Wait until the screen shows ``text``."""
    limit = time.monotonic() + WAIT
    while text not in shown(pilot):
        if time.monotonic() > limit:
            raise TimeoutError(f"{text!r} never came:\n{shown(pilot)}")
        await pilot.pause(0.02)
    await pilot.pause()


def shown(pilot: Pilot[Any]) -> str:
    """Return what the screen shows, as text."""
    strips = pilot.app.screen._compositor.render_strips()
    return "\n".join(strip.text for strip in strips)


def has_followed(pilot: Pilot[Any]) -> bool:
    """Whether the detail shows the study under the cursor."""
    screen = pilot.app.screen
    if not isinstance(screen, WorklistScreen):
        return True
    study = screen.detail.study
    return (None if study is None else study.study_id) == screen.table.cursor_id


async def settle(pilot: Pilot[Any]) -> None:
    """Wait until the detail has followed the cursor and nothing changes any more."""
    limit = time.monotonic() + WAIT
    before, since = shown(pilot), time.monotonic()
    while time.monotonic() - since < QUIET:
        if time.monotonic() > limit:
            raise TimeoutError(f"never at rest:\n{before}")
        await pilot.pause(0.02)
        now = shown(pilot)
        if now != before or not has_followed(pilot):
            before, since = now, time.monotonic()


async def load(pilot: Pilot[Any]) -> None:
    """Wait until everything there is has been read and stands still."""
    await until(pilot, "live")
    limit = time.monotonic() + WAIT
    while "loading" in shown(pilot):
        if time.monotonic() > limit:
            raise TimeoutError(f"never read whole:\n{shown(pilot)}")
        await pilot.pause(0.02)
    await settle(pilot)


async def rest(pilot: Pilot[Any]) -> None:
    """Let the detail follow the cursor."""
    await load(pilot)
    await pilot.press("j", "j", "j")
    await settle(pilot)


async def narrowed(pilot: Pilot[Any]) -> None:
    """Type a filter."""
    await load(pilot)
    await pilot.press("/")
    await settle(pilot)
    await pilot.press(*(KEY_NAMES.get(each, each) for each in "ct age:>1h -severity:stat"))
    await pilot.press("enter")
    await until(pilot, " of ")
    await settle(pilot)


async def question(pilot: Pilot[Any]) -> None:
    """Ask before cancelling."""
    await rest(pilot)
    await pilot.press("x")
    await until(pilot, "Cancel this study")


async def holder(pilot: Pilot[Any]) -> None:
    """Complete a study that somebody else has: who that is, is asked about first."""
    await rest(pilot)
    await pilot.press("k", "k")
    await settle(pilot)
    await pilot.press("v")
    await until(pilot, "y yes, complete")


async def marked(pilot: Pilot[Any]) -> None:
    """Ask before three marked studies are no longer STAT."""
    await rest(pilot)
    for key in ("space", "j", "space", "j", "space"):
        await pilot.press(key)
        await settle(pilot)
    await pilot.press("s")
    await until(pilot, "Severity of 3")
    await pilot.press("h")
    await until(pilot, "y yes, set")


async def worked(pilot: Pilot[Any]) -> None:
    """Claim two studies, and set the priority of one."""
    await rest(pilot)
    for keys, said in ((("m",), "claimed"), (("j", "m"), "claimed"), (("s", "h"), "now ")):
        for key in keys:
            await pilot.press(key)
            await settle(pilot)
        await until(pilot, said)
    await pilot.press("escape")


def others(emulator: EmbeddedEmulator) -> None:
    """Take a STAT study from its reader and one of mine from me, and make another one STAT."""
    emulator.change(waiting(emulator, "stat", is_mine=False), assignedTo=None)
    emulator.change(waiting(emulator, "high", is_mine=True), assignedTo=None)
    emulator.change(waiting(emulator, "normal", is_mine=False), severity="stat")


def waiting(emulator: EmbeddedEmulator, severity: str, *, is_mine: bool) -> str:
    """Return the first open study of a priority that I have, or that somebody else has."""
    return next(
        str(each["studyId"])
        for each in emulator.studies()
        if not each["isCancelled"]
        and each["studyViewerStatus"] == "incomplete"
        and each["severity"] == severity
        and each["assignedTo"] is not None
        and (each["assignedTo"]["userId"] == DEMO_USER_ID) is is_mine
    )


def arrivals(emulator: EmbeddedEmulator) -> None:
    """Take a STAT study from its reader, and let a study come in.

    It is not STAT: an alarm would tell its id, which is another in every picture.
    """
    emulator.change(waiting(emulator, "stat", is_mine=False), assignedTo=None)
    emulator.create(
        studyDescription="CT Chest PE protocol",
        severity="high",
        studyInstanceUid="1.2.840.99999.1",
    )


async def helped(pilot: Pilot[Any]) -> None:
    """Show the keys."""
    await rest(pilot)
    await pilot.press("question_mark")
    await settle(pilot)


async def unconnected(pilot: Pilot[Any]) -> None:
    """Start without a key."""
    await until(pilot, "avara-tui --demo")


SIZES: Final = ((60, 15), (80, 24), (120, 36), (200, 50))
THEMES: Final = {
    "": "textual-dark",
    "-light": "textual-light",
    "-ansi": "ansi-dark",
    "-safe": "avara-safe",
}
"""How the names of their pictures end."""
PICTURES: Final = (
    *(
        Picture(f"worklist-{columns}x{rows}{ending}", columns, rows, rest, theme)
        for ending, theme in THEMES.items()
        for columns, rows in SIZES
    ),
    Picture("filter-120x36", 120, 36, narrowed),
    Picture("cancel-120x36", 120, 36, question),
    Picture("marked-120x36", 120, 36, marked),
    Picture("alarms-120x36", 120, 36, rest, changes=others),
    Picture("alarms-80x24", 80, 24, rest, changes=others),
    Picture("worked-200x50", 200, 50, worked, changes=arrivals),
    Picture("holder-120x36", 120, 36, holder),
    Picture("holder-80x24", 80, 24, holder),
    Picture("help-120x36", 120, 36, helped),
    Picture("no-key-80x24", 80, 24, unconnected),
)


def never() -> Login:
    """Log in, in a picture in which nobody presses a key."""
    raise NotImplementedError


async def draw(picture: Picture) -> str:
    """Return a picture of the demo as SVG."""
    now = datetime.fromisoformat(NOW).timestamp()
    with EmbeddedEmulator(studies=STUDIES, seed=SEED, now=NOW) as emulator:

        def connect() -> Connection:
            if picture.keys is unconnected:
                raise ConnectionProblem(
                    "No API key is stored for the profile default on https://api.avarasoftware.com.",
                    remedy="Store one:  avara-tui auth login\nor set AVARA_API_KEY.",
                    kind=ProblemKind.NO_KEY,
                )
            return Connection(emulator.base_url, emulator.api_key, "the demo", DEMO_USER_ID, "demo")

        options = RunOptions(
            connect=connect,
            profile="default" if picture.keys is unconnected else "demo",
            config=Config(),
            is_demo=picture.keys is not unconnected,
            login=never if picture.keys is unconnected else None,
            clock=ManualClock(now),
        )
        app = WorklistApp(options)
        async with app.run_test(size=(picture.columns, picture.rows)) as pilot:
            app.theme = picture.theme
            await picture.keys(pilot)
            if picture.changes is not None:
                picture.changes(emulator)
                await pilot.press("r")
                await until(pilot, "NO READER")
            await settle(pilot)
            return svg(app, f"avara-tui, {picture.name}: {datetime.fromtimestamp(now, UTC):%F}")


def png(path: Path) -> None:
    """Write the PNG beside an SVG file."""
    converter = shutil.which("rsvg-convert")
    if converter is None:
        sys.exit("rsvg-convert is missing: it is in the package librsvg2-bin")
    target = path.with_suffix(".png")
    subprocess.run([converter, "--zoom", ZOOM, "-o", target, path], check=True)  # noqa: S603 - ours


def main() -> int:
    """Make or check the pictures; return the process's exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only say which are not current")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these")
    args = parser.parse_args()
    os.environ["TZ"] = "UTC"
    time.tzset()
    os.environ.pop("NO_COLOR", None)
    wanted = [each for each in PICTURES if not args.names or each.name in args.names]
    stale = []
    for picture in wanted:
        path = FOLDER / f"{picture.name}.svg"
        content = asyncio.run(draw(picture))
        if args.check:
            is_current = path.exists() and path.read_text(encoding="utf-8") == content
            if not is_current or not path.with_suffix(".png").exists():
                stale.append(picture.name)
        else:
            path.write_text(content, encoding="utf-8")
            png(path)
            print(path.name)
    if stale:
        print(f"not current, make them with python screenshots/make.py: {', '.join(stale)}")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
