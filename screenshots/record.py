"""Makes the recording in this folder from the demo: ``python screenshots/record.py``.

A person's keys are played to the program, and what it then shows becomes one animated SVG file.
Studies and time are those of ``make.py``; every picture is taken once the program rests, so that
the same program makes the same file. ``--check`` writes nothing and says if the file is another.
``--frames FOLDER`` writes each picture there as a file of its own, to be looked at.
"""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple
from xml.sax.saxutils import escape

from avara_tui.clock import ManualClock
from avara_tui.config import Config
from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.triage.access.connection import Connection
from avara_tui.triage.reading.session import TriageSession
from avara_tui.tui.app import WorklistApp
from avara_tui.tui.controller.worklist import WorklistController
from avara_tui.tui.options import RunOptions
from avara_tui.tui.screens.worklist import WorklistScreen
from make import FOLDER, KEY_NAMES, NOW, SEED, STUDIES, load, settle, until
from picture import BASELINE, HEIGHT, WIDTH, Shot, document, shoot

FILE: Final = FOLDER / "recording.svg"
COLUMNS: Final = 110
ROWS: Final = 28
CAPTION_COLOUR: Final = "#e0e0e0"
KEY_COLOUR: Final = "#ffd75f"


class Step(NamedTuple):
    """Keys that are pressed, and the picture of what they did."""

    keys: str
    """Keys in Textual's names, separated by blanks."""
    seconds: float
    """How long the picture stays."""
    caption: str
    expected: str = ""
    """What the screen shows once it is done."""
    is_escalated: bool = False
    """Whether somebody else turns a routine study STAT just before."""


class Frame(NamedTuple):
    """A picture of the recording."""

    shot: Shot
    seconds: float


def typed(caption: str, *parts: str) -> list[Step]:
    """Return the steps of somebody who types, a picture a part."""
    return [
        Step(
            " ".join(KEY_NAMES.get(character, character) for character in part),
            0.35,
            caption,
        )
        for part in parts
    ]


STORY: Final = (
    Step(
        "",
        2.8,
        "The most urgent study is on top: STAT, overdue, high, then the oldest.",
    ),
    Step("exclamation_mark", 1.4, "!  the STAT studies of the start are noticed"),
    Step("j", 0.4, "j  down; the detail follows"),
    Step("j", 1.2, "j  down; the detail follows"),
    Step("m", 2.4, "m  claim the study: read afresh, written, checked", "claimed"),
    Step("s", 1.2, "s  severity: the question names the study", "STAT"),
    Step("h", 1.8, "s h  to high", "now"),
    Step("z", 2.4, "z  undo, by the same guarded way", "undo"),
    Step("3", 1.8, "3  a saved worklist: the studies that nobody has", "Unassigned"),
    Step("5", 0.8, "5  all open studies", "All open"),
    Step("slash", 0.6, "/  filter while you type", "severity:"),
    *typed("/  filter while you type", "c", "t", " age:>1h", " -severity:stat"),
    Step(
        "enter g",
        2.2,
        "/  words, fields, negation: the same in scripts and saved worklists",
        " of ",
    ),
    Step("escape", 0.8, "esc  the filter is cleared", "filter cleared"),
    Step(
        "",
        2.8,
        "Somebody turns a study STAT: a line and a bell; the cursor stays where it is",
        "NOW STAT",
        is_escalated=True,
    ),
    Step("exclamation_mark", 2.2, "!  goes to it"),
    Step("x", 2.2, "x  cancel asks first, and shows the study", "Cancel this study"),
    Step("escape", 0.6, "esc  keeps it"),
    Step("question_mark", 3.0, "?  every key, and why one does nothing at the moment"),
    Step("escape", 1.2, "esc  back"),
)


async def play() -> list[Frame]:
    """Play the story to the program; return its pictures."""
    with EmbeddedEmulator(studies=STUDIES, seed=SEED, now=NOW) as emulator:
        connection = Connection(
            emulator.base_url, emulator.api_key, "the demo", DEMO_USER_ID, "demo"
        )
        options = RunOptions(
            connect=lambda: connection,
            profile="demo",
            config=Config(),
            is_demo=True,
            clock=ManualClock(datetime.fromisoformat(NOW).timestamp()),
        )
        app = WorklistApp(options)
        frames: list[Frame] = []
        async with app.run_test(size=(COLUMNS, ROWS)) as pilot:
            await load(pilot)
            for step in STORY:
                if step.is_escalated:
                    escalate(emulator)
                    session_of(app).refresh()
                await pilot.press(*step.keys.split())
                if step.expected:
                    await until(pilot, step.expected)
                await settle(pilot)
                background = frames[0].shot.background if frames else None
                shot = shoot(app, background)
                shot.rows.extend(["", _caption(step.caption, len(shot.rows) + 1)])
                frames.append(Frame(shot, step.seconds))
        return frames


def escalate(emulator: EmbeddedEmulator) -> None:
    """Turn a routine study STAT, as somebody else would: always the same one."""
    routine = [
        each["studyId"]
        for each in emulator.studies()
        if each["severity"] == "normal"
        and each["studyViewerStatus"] == "incomplete"
        and each["assignedTo"] is None
        and not each["isCancelled"]
    ]
    emulator.change(min(routine), severity="stat")


def session_of(app: WorklistApp) -> TriageSession:
    """Return what reads the studies for the app."""
    screen = app.screen
    controller = screen.controller if isinstance(screen, WorklistScreen) else None
    if not isinstance(controller, WorklistController):
        raise TypeError("the worklist is not on the screen")
    return controller.session


def _caption(text: str, y: int) -> str:
    key, _, rest_of = text.partition("  ")
    place = f'y="{y * HEIGHT + BASELINE}"'
    if not rest_of:
        return f'<text x="{WIDTH}" {place} fill="{CAPTION_COLOUR}">{escape(text)}</text>'
    after = (len(key) + 3) * WIDTH
    return (
        f'<text x="{WIDTH}" {place} fill="{KEY_COLOUR}" font-weight="bold">{escape(key)}</text>'
        f'<text x="{after}" {place} fill="{CAPTION_COLOUR}">{escape(rest_of)}</text>'
    )


def recording(frames: Sequence[Frame]) -> str:
    """Return the pictures as one file, in which each row is drawn once for all that show it.

    Who wants no motion, and a viewer that knows none, sees the first picture.
    """
    style: list[str] = []
    content = [each for y in range(len(frames[0].shot.rows)) for each in _film(frames, y, style)]
    total = sum(frame.seconds for frame in frames)
    style.insert(0, f".f{{animation:{total:.2f}s step-end infinite}}")
    style.append("@media(prefers-reduced-motion:reduce){.f{animation:none}}")
    return document(frames[0].shot, "avara-tui, a recording of the demo", content, "".join(style))


def _film(frames: Sequence[Frame], y: int, style: list[str]) -> Iterator[str]:
    """Yield what row ``y`` shows over time, each content with the times at which it is seen."""
    contents = [frame.shot.rows[y] for frame in frames]
    for content in dict.fromkeys(filter(None, contents)):
        visible = [each == content for each in contents]
        if all(visible):
            yield content
            continue
        name = f"k{''.join('1' if each else '0' for each in visible)}"
        name = f"k{int(name[1:], 2):x}"
        rule = f"@keyframes {name}{{{_keyframes(frames, visible)}}}"
        if rule not in style:
            style.append(rule)
        hidden = "" if visible[0] else ' visibility="hidden"'
        yield f'<g class="f" style="animation-name:{name}"{hidden}>\n{content}\n</g>'


def _keyframes(frames: Sequence[Frame], visible: Sequence[bool]) -> str:
    total = sum(frame.seconds for frame in frames)
    moment, before, rules = 0.0, None, []
    for frame, is_visible in zip(frames, visible, strict=True):
        if is_visible is not before:
            word = "visible" if is_visible else "hidden"
            rules.append(f"{100 * moment / total:.3f}%{{visibility:{word}}}")
        moment, before = moment + frame.seconds, is_visible
    return "".join(rules)


def main() -> int:
    """Make or check the recording; return the process's exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only say whether it is current")
    parser.add_argument("--frames", type=Path, metavar="FOLDER", help="write each picture there")
    args = parser.parse_args()
    os.environ["TZ"] = "UTC"
    time.tzset()
    os.environ.pop("NO_COLOR", None)
    frames = asyncio.run(play())
    if args.frames is not None:
        args.frames.mkdir(parents=True, exist_ok=True)
        for number, frame in enumerate(frames):
            picture = document(frame.shot, f"picture {number}", filter(None, frame.shot.rows))
            (args.frames / f"{number:02}.svg").write_text(picture, encoding="utf-8")
        return 0
    content = recording(frames)
    if not args.check:
        FILE.write_text(content, encoding="utf-8")
        print(f"{FILE.name}: {len(frames)} pictures, {len(content.encode()):,} bytes")
        return 0
    if FILE.exists() and FILE.read_text(encoding="utf-8") == content:
        return 0
    print(f"not current, make it with python screenshots/{Path(__file__).name}: {FILE.name}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
