"""The viewer's pages, as HTML."""

import math
import random
from html import escape
from typing import Final, NamedTuple

from avara_tui.emulator.rendering import Json
from avara_tui.emulator.viewer.anatomy import choose

_STYLE: Final = """
:root { color-scheme: dark; }
* { box-sizing: border-box; }
body { margin: 0; background: #0b0e12; color: #d8e0e8; font: 14px/1.45 "DejaVu Sans", sans-serif; }
header { display: flex; gap: 1rem; align-items: center; padding: .6rem 1rem; background: #141a21;
  border-bottom: 1px solid #25303b; }
header h1 { margin: 0; font-size: 1.05rem; font-weight: 600; flex: 1; overflow-wrap: anywhere; }
.badge { padding: .1rem .6rem; border-radius: .8rem; font-weight: 700; font-size: .8rem; }
.stat { background: #c62828; color: #fff; } .high { background: #e69500; color: #1b1200; }
.normal { background: #2d3b49; color: #d8e0e8; }
.time { font-variant-numeric: tabular-nums; color: #9fb3c8; }
.cancelled { background: #5a1616; color: #ffd9d9; padding: .4rem 1rem; text-align: center; }
main { display: grid; grid-template-columns: 7.5rem minmax(20rem, 1fr) 25rem;
  height: calc(100vh - 3.2rem); }
nav { border-right: 1px solid #25303b; padding: .6rem; overflow: auto; }
nav figure { margin: 0 0 .7rem; } nav figcaption { font-size: .72rem; color: #8fa3b8; }
nav svg { width: 100%; background: #000; border: 1px solid #25303b; }
nav figure:first-child svg { border-color: #4aa3ff; }
.image { position: relative; background: #000; display: grid; place-items: center; min-height: 0; }
.image svg { width: 100%; height: 100%; max-height: calc(100vh - 3.2rem); }
.corner { position: absolute; font: 12px/1.4 "DejaVu Sans Mono", monospace; color: #b7d7a8;
  white-space: pre; background: #000a; padding: 0 .3rem; }
.tl { top: .7rem; left: .8rem; } .tr { top: .7rem; right: .8rem; text-align: right; }
.bl { bottom: .7rem; left: .8rem; } .br { bottom: .7rem; right: .8rem; text-align: right; }
aside { border-left: 1px solid #25303b; padding: .8rem 1rem; overflow: auto; }
h2 { font-size: .75rem; letter-spacing: .08em; text-transform: uppercase; color: #8fa3b8;
  margin: 1rem 0 .3rem; } h2:first-child { margin-top: 0; }
dl { margin: 0; display: grid; grid-template-columns: 9rem 1fr; gap: .15rem .6rem; }
dt { color: #8fa3b8; overflow-wrap: anywhere; } dd { margin: 0; overflow-wrap: anywhere; }
.refused { max-width: 34rem; margin: 18vh auto 0; padding: 0 2rem; text-align: center; }
@media (max-width: 60rem) { main { grid-template-columns: 1fr; height: auto; }
  nav { display: none; } .image { height: 60vh; } aside { border-left: 0; } }
"""

_COUNTDOWN: Final = """
const end = performance.now() + Number(document.currentScript.dataset.seconds) * 1000;
const place = document.getElementById("left");
const show = () => {
  const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
  place.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  if (left > 0) { setTimeout(show, 250); } else { location.reload(); }
};
show();
"""

_SERIES: Final = {
    "CT": ("5 mm soft", "1 mm soft", "1 mm bone"),
    "MR": ("T1", "T2", "FLAIR"),
    "DX": ("Frontal",),
    "MG": ("MLO",),
    "US": ("Long axis",),
}
_WINDOWS: Final = {"CT": "W 350  L 40", "MR": "W 900  L 450", "DX": "W 4096  L 2048"}


class Page(NamedTuple):
    """A page, and the nonce that its Content-Security-Policy must allow."""

    html: str
    nonce: str


def render_viewer(study: Json, *, seconds_left: float, nonce: str) -> Page:
    """Return the page that shows ``study`` to the holder of a token."""
    metadata = study["metadata"]
    modality = metadata.get("modality", "")
    rng = random.Random(study["studyId"])  # noqa: S311 - a picture, not a secret
    drawing = choose(modality, metadata.get("bodyPart", ""))(rng)
    content = (
        f"<header><h1>{escape(study['studyDescription'])}</h1>"
        f"{_badge(study['severity'])}"
        '<span class="time">link valid for <b id="left">'
        f"{_clock(seconds_left)}</b></span></header>"
        + ('<div class="cancelled">This study is cancelled.</div>' if study["isCancelled"] else "")
        + f"<main>{_series(modality)}{_image(study, drawing, rng)}{_facts(study)}</main>"
        f'<script nonce="{nonce}" data-seconds="{seconds_left:.3f}">{_COUNTDOWN}</script>'
    )
    return Page(_document(study["studyDescription"], content), nonce)


def render_refusal(reason: str) -> Page:
    """Return the page that says why no study is shown."""
    content = (
        f'<div class="refused"><h1>{escape(reason)}</h1>'
        "<p>Ask for a new link in the worklist: links are for one study, and for a short time.</p>"
        "</div>"
    )
    return Page(_document("No access", content), "")


def _document(title: str, content: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>{content}</body></html>"
    )


def _badge(severity: str) -> str:
    word = {"stat": "▲ STAT", "high": "● HIGH", "normal": "routine"}.get(severity, severity)
    return f'<span class="badge {escape(severity)}">{escape(word)}</span>'


def _clock(seconds: float) -> str:
    minutes, rest = divmod(max(0, math.ceil(seconds)), 60)
    return f"{minutes}:{rest:02d}"


def _series(modality: str) -> str:
    figures = "".join(
        '<figure><svg viewBox="0 0 512 512" role="img" aria-hidden="true">'
        f'<use href="#slice"/></svg><figcaption>{number} {name}</figcaption></figure>'
        for number, name in enumerate(_SERIES.get(modality, ("Series",)), 1)
    )
    return f"<nav>{figures}</nav>"


def _image(study: Json, drawing: str, rng: random.Random) -> str:
    metadata = study["metadata"]
    count = rng.randrange(24, 200)
    corners = {
        "tl": f"{metadata.get('modality', '')} {metadata.get('bodyPart', '')}\nSYNTHETIC IMAGE",
        "tr": f"{metadata.get('referringSite', '')}\n{metadata.get('accessionNumber', '')}",
        "bl": f"Im {rng.randrange(1, count)}/{count}\n{_window(metadata.get('modality', ''))}",
        "br": f"{(study['createdAt'] or '')[:10]}\nzoom 1.00",
    }
    texts = "".join(
        f'<div class="corner {place}">{escape(text.strip())}</div>'
        for place, text in corners.items()
    )
    # Noise that grows with the signal, as a scanner's does: without any it looks drawn.
    return (
        '<div class="image"><svg viewBox="0 0 512 512" role="img" aria-label="synthetic image">'
        '<defs><filter id="noise" x="0" y="0" width="1" height="1">'
        f'<feTurbulence type="fractalNoise" baseFrequency="0.8" seed="{rng.randrange(999)}"'
        ' numOctaves="2"/><feColorMatrix type="saturate" values="0"/>'
        '<feColorMatrix values="1 0 0 0 0  0 1 0 0 0  0 0 1 0 0  0 0 0 0 1"/>'
        '<feComposite in2="SourceGraphic" operator="arithmetic" k1="0.7" k3="0.62"/></filter>'
        '<filter id="soft"><feGaussianBlur stdDeviation="1.6"/></filter></defs>'
        '<g id="slice"><g filter="url(#noise)"><g filter="url(#soft)">'
        f'<rect width="512" height="512" fill="#000"/>{drawing}</g></g></g></svg>{texts}</div>'
    )


def _window(modality: str) -> str:
    return _WINDOWS.get(modality, "W 255  L 128")


def _facts(study: Json) -> str:
    person, customer = study["assignedTo"], study["expressCustomer"]
    name = " ".join(person.get(part, "") for part in ("firstName", "lastName")) if person else ""
    groups = {
        "Study": {
            "status": study["studyViewerStatus"],
            "assignee": name or "unassigned",
            "customer": customer["expressCustomerName"] if customer else "none",
            "created": study["createdAt"],
            "updated": study["updatedAt"],
            "study id": study["studyId"],
            "UID": study["studyInstanceUid"],
        },
        "Metadata": study["metadata"],
    }
    lists = "".join(
        f"<h2>{title}</h2><dl>"
        + "".join(
            f"<dt>{escape(key)}</dt><dd>{escape(str(value))}</dd>" for key, value in facts.items()
        )
        + "</dl>"
        for title, facts in groups.items()
    )
    return f"<aside>{lists}</aside>"
