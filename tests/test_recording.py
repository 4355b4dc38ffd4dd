"""The recording: each picture is seen for its time, whole, and nothing else is."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "screenshots"
SVG = "{http://www.w3.org/2000/svg}"


def parsed(document: str) -> ET.Element:
    return ET.fromstring(document)  # noqa: S314 - our own


def rows_at(document: str, share: float) -> list[str]:
    """Return the texts that are visible after ``share`` (0 to 1) of the recording."""
    root = parsed(document)
    style = "".join(each.text or "" for each in root.iter(f"{SVG}style"))
    changes = {
        name: [
            (float(at) / 100, word) for at, word in re.findall(r"([\d.]+)%{visibility:(\w+)}", body)
        ]
        for name, body in re.findall(r"@keyframes (\w+){((?:[\d.]+%{visibility:\w+})+)}", style)
    }
    (canvas,) = root.findall(f"{SVG}g")
    shown = []
    for part in canvas:
        name = part.get("style", "").removeprefix("animation-name:")
        word = "visible"
        for at, becomes in changes[name] if name else ():
            word = becomes if at <= share else word
        if word == "visible":
            shown += [text.text or "" for text in part.iter(f"{SVG}text")]
    return shown


def test_each_picture_is_shown_whole_for_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(FOLDER))
    from picture import Shot
    from record import Frame, recording

    pictures = [["a", "b", "c"], ["a", "x", ""], ["a", "b", "y"], ["z", "b", "c"]]
    seconds = [2.0, 0.1, 1.5, 0.4]
    frames = [
        Frame(Shot(10, [f"<text>{row}</text>" if row else "" for row in rows], "#000000"), length)
        for rows, length in zip(pictures, seconds, strict=True)
    ]
    document = recording(frames)
    moment, total = 0.0, sum(seconds)
    for rows, length in zip(pictures, seconds, strict=True):
        for within in (0.05, 0.5, 0.95):
            shown = rows_at(document, (moment + within * length) / total)
            assert sorted(shown) == sorted(filter(None, rows))
        moment += length
    # Whoever sees no motion sees the first picture.
    first = [
        (part.findtext(f"{SVG}text") if part.tag == f"{SVG}g" else part.text)
        for part in parsed(document).findall(f"{SVG}g")[0]
        if part.get("visibility") != "hidden"
    ]
    assert sorted(filter(None, first)) == sorted(pictures[0])
    assert "@media(prefers-reduced-motion:reduce){.f{animation:none}}" in document


def test_the_recording_is_small_and_asks_nobody_for_anything() -> None:
    document = (FOLDER / "recording.svg").read_text(encoding="utf-8")
    assert len(document.encode()) < 1_000_000
    tags = {each.tag.removeprefix(SVG) for each in parsed(document).iter()}
    assert tags == {"svg", "title", "style", "rect", "g", "text"}
    assert "url(" not in document
    assert rows_at(document, 0.0)
