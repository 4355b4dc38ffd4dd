"""The viewer's page, in a real browser and as a browser's engine is told to treat it."""

import re
import struct
import subprocess
import zlib
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.emulator.seeding.vocabulary import PROCEDURES
from emulator.plain_http import fetch
from emulator.raw_socket import eventually
from needs import need_program

STUDIES = "/v1/viewer/studies"
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&amp;"


def link(http: httpx.Client, study: dict[str, Any]) -> str:
    answer = http.post(f"{STUDIES}/reroute-url", json={"studyId": study["studyId"]})
    return str(answer.json()["url"])


class Browser:
    """Headless Chromium with a profile of its own."""

    def __init__(self, program: str, folder: Path) -> None:
        self._command = [
            *(program, "--headless", "--no-sandbox", "--disable-gpu"),
            *("--disable-background-networking", "--disable-component-update", "--no-first-run"),
            *(f"--user-data-dir={folder / 'profile'}", "--window-size=1000,400"),
        ]

    def dom(self, url: str, seconds: int = 3) -> str:
        """Return the page as it stands after ``seconds`` of its own time, which runs fast."""
        return self._run(f"--virtual-time-budget={seconds * 1000}", "--dump-dom", url)

    def picture(self, url: str, file: Path) -> list[bytes]:
        """Return the rows of the page's picture, RGB."""
        self._run("--virtual-time-budget=3000", f"--screenshot={file}", url)
        return rows_of_png(file.read_bytes())

    def _run(self, *arguments: str) -> str:
        done = subprocess.run(
            [*self._command, *arguments], capture_output=True, text=True, timeout=60, check=True
        )
        return done.stdout


def rows_of_png(data: bytes) -> list[bytes]:
    """Return the pixel rows of an 8-bit RGB or RGBA PNG, RGB only (PNG specification, clause 9)."""
    width, _height, _depth, colour = struct.unpack(">IIBB", data[16:26])
    size = {2: 3, 6: 4}[colour]
    compressed = b""
    position = 8
    while position < len(data):
        (length,) = struct.unpack(">I", data[position : position + 4])
        if data[position + 4 : position + 8] == b"IDAT":
            compressed += data[position + 8 : position + 8 + length]
        position += length + 12
    raw = zlib.decompress(compressed)
    stride = width * size
    above = bytearray(stride)
    rows = []
    for start in range(0, len(raw), stride + 1):
        row = bytearray(raw[start + 1 : start + 1 + stride])
        unfilter(raw[start], row, above, size)
        rows.append(bytes(each for number, each in enumerate(row) if number % size < 3))
        above = row
    return rows


def unfilter(kind: int, row: bytearray, above: bytearray, size: int) -> None:
    for number in range(len(row)):
        left = row[number - size] if number >= size else 0
        up = above[number]
        corner = above[number - size] if number >= size else 0
        if kind == 4:
            nearest = left + up - corner
            predicted = min((left, up, corner), key=partial(distance, nearest))
        else:
            predicted = (0, left, up, (left + up) // 2)[kind]
        row[number] = (row[number] + predicted) & 0xFF


def distance(one: int, other: int) -> int:
    return abs(one - other)


@pytest.fixture
def browser(tmp_path: Path) -> Browser:
    return Browser(need_program("chromium", "chromium"), tmp_path)


@pytest.mark.slow
@pytest.mark.chromium
def test_a_browser_shows_the_study_the_slice_and_the_remaining_time(
    browser: Browser, http: httpx.Client, emulator: EmbeddedEmulator, tmp_path: Path
) -> None:
    study = next(each for each in emulator.studies() if each["metadata"].get("modality") == "CT")
    url = link(http, study)
    dom = browser.dom(url)
    for fact in (
        *(study["studyDescription"], study["studyInstanceUid"], study["studyId"]),
        *study["metadata"].values(),
    ):
        assert fact in dom
    # Three seconds have passed on the page: its script runs and counts down.
    minutes, seconds = re.findall(r'<b id="left">(\d+):(\d\d)</b>', dom)[0]
    assert 280 <= int(minutes) * 60 + int(seconds) <= 298
    rows = browser.picture(url, tmp_path / "page.png")
    # Where the slice is there are many levels of grey, and nothing but grey.
    middle = [row[3 * 240 : 3 * 480] for row in rows[100:300]]
    levels = {each for row in middle for each in row}
    assert len(levels) > 60
    coloured = sum(
        max(row[n : n + 3]) - min(row[n : n + 3]) > 12 for row in middle for n in range(0, 720, 3)
    )
    assert coloured < 0.01 * 240 * 200


@pytest.mark.slow
@pytest.mark.chromium
def test_hostile_text_is_shown_and_not_run(
    browser: Browser, http: httpx.Client, emulator: EmbeddedEmulator
) -> None:
    study = emulator.create(
        severity="stat",
        studyDescription=HOSTILE,
        studyInstanceUid="1.2.3",
        metadata={HOSTILE: HOSTILE, "modality": HOSTILE, "bodyPart": HOSTILE},
    )
    dom = browser.dom(link(http, study))
    assert dom.count("<script") == 1
    assert "<img" not in dom
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in dom


@pytest.mark.slow
@pytest.mark.chromium
def test_an_open_page_gives_way_to_the_refusal_when_its_time_is_up(
    browser: Browser, http: httpx.Client, emulator: EmbeddedEmulator
) -> None:
    study = emulator.studies()[0]
    url = link(http, study)

    def let_time_pass() -> None:
        eventually(lambda: emulator.count("viewer.open") > 0, seconds=30)
        emulator.clock.advance(301)

    with ThreadPoolExecutor() as pool:
        passing = pool.submit(let_time_pass)
        # The page reloads when its time is up; it has time for several rounds.
        shown = browser.dom(url, seconds=3_000)
        passing.result()
    for each in (shown, browser.dom(url)):
        assert "This link has expired." in each
        assert study["studyInstanceUid"] not in each
    opened = [each.status for each in emulator.requests if each.operation == "viewer.open"]
    assert opened[0] == 200
    assert opened[-2:] == [403, 403]


def test_the_page_may_load_nothing_and_run_only_its_own_script(
    http: httpx.Client, emulator: EmbeddedEmulator
) -> None:
    url = link(http, emulator.studies()[0])
    pages = [fetch(url) for _ in range(2)]
    nonces = set()
    for page in pages:
        policy = page.headers["content-security-policy"]
        (nonce,) = re.findall(r"script-src 'nonce-([^']+)'", policy)
        assert "default-src 'none'" in policy
        assert page.text.count(f'<script nonce="{nonce}"') == page.text.count("<script") == 1
        assert page.headers["referrer-policy"] == "no-referrer"
        assert page.headers["cache-control"] == "no-store"
        assert "src=" not in page.text
        assert 'href="http' not in page.text
        nonces.add(nonce)
    assert len(nonces) == 2


def test_a_cancelled_study_says_so(http: httpx.Client, emulator: EmbeddedEmulator) -> None:
    study = next(each for each in emulator.studies() if each["isCancelled"])
    assert "This study is cancelled." in fetch(link(http, study)).text


def test_each_procedure_has_a_picture_and_each_study_its_own(
    http: httpx.Client, emulator: EmbeddedEmulator
) -> None:
    study_id = emulator.studies()[0]["studyId"]
    for part in sorted({(each.modality, each.body_part) for each in PROCEDURES}):
        metadata = dict(zip(("modality", "bodyPart"), part, strict=True))
        study = emulator.change(study_id, metadata=metadata)
        page = fetch(link(http, study)).text
        assert len(re.findall(r"<(?:path|ellipse|rect) ", page)) >= 6, part
    one, other = (
        fetch(link(http, emulator.change(each["studyId"], metadata={"modality": "CT"}))).text
        for each in emulator.studies()[:2]
    )
    assert re.findall(r"<ellipse[^>]*>", one) != re.findall(r"<ellipse[^>]*>", other)
