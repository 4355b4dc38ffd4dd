"""Synthetic anatomy as SVG shapes in a field of 512 by 512: nobody's body.

Grey levels are tissue as a viewer's window shows it: bone bright and air dark, as on CT and
radiographs. ``rng`` varies sizes and places, so that two studies do not look the same.
"""

import random
from collections.abc import Callable
from typing import Final

_AIR: Final = "#060606"
_FAT: Final = "#3c3c3c"
_MUSCLE: Final = "#6d6d6d"
_ORGAN: Final = "#858585"
_VESSEL: Final = "#b4b4b4"
_BONE: Final = "#ececec"

Drawing = Callable[[random.Random], str]


def _ellipse(x: float, y: float, rx: float, ry: float, fill: str, *, more: str = "") -> str:
    return f'<ellipse cx="{x:.0f}" cy="{y:.0f}" rx="{rx:.0f}" ry="{ry:.0f}" fill="{fill}" {more}/>'


def _path(d: str, fill: str, more: str = "") -> str:
    return f'<path d="{d}" fill="{fill}" {more}/>'


def _line(d: str, stroke: str, width: float, more: str = "") -> str:
    return _path(d, "none", f'stroke="{stroke}" stroke-width="{width:g}" {more}')


def _vertebra(x: float, y: float) -> str:
    return (
        _ellipse(x, y, 40, 30, _BONE, more='opacity="0.92"')
        + _ellipse(x, y, 33, 24, "#bdbdbd")
        + _ellipse(x, y + 40, 16, 13, _FAT)
        + _line(f"M{x - 48},{y + 44} L{x},{y + 62} L{x + 48},{y + 44}", _BONE, 11)
        + _line(f"M{x},{y + 60} L{x},{y + 88}", _BONE, 11)
    )


def head_axial(rng: random.Random) -> str:
    """A brain between its skull's tables, at the height of the lateral ventricles."""
    width = rng.uniform(150, 166)
    lean = rng.uniform(-6, 6)
    ventricles = "".join(
        _path(
            f"M{256 + side * 8},196 q{side * 34},-22 {side * 30},18 q{side * -6},36 {side * -18},52"
            f" q{side * 8},44 {side * 34},66 q{side * -34},4 {side * -42},-48 z",
            "#2b2b2b",
        )
        for side in (-1, 1)
    )
    folds = "".join(
        _line(
            f"M{256 + side * (width - 34 - 7 * (number % 3)):.0f},{150 + number * 24}"
            f" q{-side * rng.uniform(12, 30):.0f},{rng.uniform(4, 14):.0f}"
            f" {-side * rng.uniform(20, 44):.0f},{rng.uniform(-6, 10):.0f}",
            "#4d4d4d",
            3,
            'opacity="0.5"',
        )
        for side in (-1, 1)
        for number in range(10)
    )
    return (
        f'<g transform="rotate({lean:.1f} 256 256)">'
        + _ellipse(256, 256, width + 22, 214, _FAT)
        + _ellipse(256, 256, width + 14, 206, _BONE)
        + _ellipse(256, 256, width, 190, "#7b7b7b")
        + _ellipse(256, 250, width - 26, 158, "#707070")
        + folds
        + _line("M256,66 L256,180 M256,330 L256,446", "#a0a0a0", 3)
        + ventricles
        + _ellipse(256, 256, 7, 26, "#333333")
        + "</g>"
    )


def chest_axial(rng: random.Random) -> str:
    """Both lungs, the heart and the aorta, at the height of the ventricles."""
    heart = rng.uniform(66, 84)
    vessels = "".join(
        _ellipse(
            256 + side * rng.uniform(70, 150),
            rng.uniform(180, 330),
            rng.uniform(1.5, 5),
            rng.uniform(1.5, 5),
            "#9a9a9a",
        )
        for side in (-1, 1)
        for _ in range(26)
    )
    ribs = "".join(
        _line(
            f"M{256 + side * 196:.0f},{y} q{side * 10},26 {-side * 4},50",
            _BONE,
            11,
            'opacity="0.9"',
        )
        for side in (-1, 1)
        for y in (176, 246, 306)
    )
    return (
        _ellipse(256, 262, 236, 168, _FAT)
        + _ellipse(256, 262, 218, 152, _MUSCLE)
        + _path("M228,140 q-130,-10 -168,96 q-16,86 58,142 q78,10 96,-70 q8,-104 14,-168z", _AIR)
        + _path("M284,140 q130,-10 168,96 q16,86 -58,142 q-70,10 -86,-60 q-12,-104 -24,-178z", _AIR)
        + vessels
        + ribs
        + _path("M216,160 h80 l10,150 h-100z", _MUSCLE)
        + _ellipse(278, 224, heart, heart * 0.82, _ORGAN)
        + _ellipse(292, 232, heart * 0.5, heart * 0.4, _VESSEL)
        + _ellipse(248, 188, 22, 20, _VESSEL)
        + _ellipse(288, 320, 19, 19, _VESSEL)
        + _vertebra(256, 350)
        + _ellipse(256, 118, 34, 9, _BONE)
    )


def abdomen_axial(rng: random.Random) -> str:
    """Liver, spleen, kidneys, aorta and bowel."""
    liver = rng.uniform(0.94, 1.06)
    bowel = "".join(
        _ellipse(rng.uniform(250, 390), rng.uniform(150, 240), rng.uniform(14, 26), 18, "#707070")
        + _ellipse(rng.uniform(250, 390), rng.uniform(140, 200), rng.uniform(6, 13), 7, _AIR)
        for _ in range(7)
    )
    kidneys = "".join(
        _ellipse(
            256 + side * 112, 316, 34, 46, _VESSEL, more=f'transform="rotate({side * 18} 256 316)"'
        )
        + _ellipse(256 + side * 100, 316, 12, 22, _FAT)
        for side in (-1, 1)
    )
    return (
        _ellipse(256, 262, 236, 172, _FAT)
        + _ellipse(256, 264, 208, 148, _MUSCLE)
        + _ellipse(256, 256, 190, 130, "#474747")
        + _path(
            f"M{86 / liver:.0f},222 q10,-92 116,-86 q78,4 96,44 q-20,60 -86,84 q-92,62 -116,20z",
            "#929292",
        )
        + _ellipse(420, 268, 30, 54, "#8c8c8c", more='transform="rotate(16 420 268)"')
        + bowel
        + kidneys
        + _ellipse(256, 306, 17, 17, _VESSEL)
        + _ellipse(216, 304, 15, 12, "#9d9d9d")
        + _vertebra(256, 352)
    )


def spine_sagittal(rng: random.Random) -> str:
    """Vertebral bodies with their discs, and the cord behind them."""
    bodies = []
    for number in range(8):
        y = 40 + number * 56
        x = 214 + 26 * ((number - 3.5) / 3.5) ** 2 - rng.uniform(0, 6)
        bodies.append(
            f'<rect x="{x:.0f}" y="{y}" width="88" height="42" rx="7" fill="#b9b9b9"/>'
            + _ellipse(x + 44, y + 49, 42, 6, rng.choice(("#8f8f8f", "#5a5a5a")))
            + _path(f"M{x + 142:.0f},{y + 8} l62,18 l-6,20 l-60,-12z", "#a5a5a5")
        )
    return (
        '<rect width="512" height="512" fill="#232323"/>'
        + _path("M330,0 q-26,256 10,512 h-38 q-34,-256 -6,-512z", "#161616")
        + _line("M318,0 q-28,230 2,400", "#8d8d8d", 15)
        + "".join(bodies)
    )


def chest_frontal(rng: random.Random) -> str:
    """A radiograph: lungs, ribs, clavicles, heart and diaphragm."""
    heart = rng.uniform(0.92, 1.1)
    ribs = "".join(
        _line(
            f"M{256 + side * 26},{92 + number * 36} q{side * 128},-8 {side * 172},"
            f"{58 + number * 5}",
            "#d6d6d6",
            7,
            'opacity="0.34"',
        )
        for side in (-1, 1)
        for number in range(9)
    )
    return (
        '<rect width="512" height="512" fill="#8a8a8a"/>'
        + _path(
            "M216,70 q-110,20 -138,190 q-14,110 -8,150 q70,-30 140,2 q24,-150 6,-342z", "#1b1b1b"
        )
        + _path(
            "M296,70 q110,20 138,190 q14,120 8,160 q-60,-32 -112,2 q-44,-130 -34,-352z", "#1b1b1b"
        )
        + ribs
        + _line("M238,96 q-90,-30 -168,-6 M274,96 q90,-30 168,-6", "#e0e0e0", 11, 'opacity="0.6"')
        + _path(
            f"M240,196 q-30,90 -18,190 q{70 * heart:.0f},40 {128 * heart:.0f},-6 q4,-90 -74,-190z",
            "#bcbcbc",
        )
        + _line("M256,30 L256,500", "#d0d0d0", 34, 'opacity="0.28"')
        + _path("M250,20 h12 l-2,140 h-8z", "#3a3a3a")
    )


def limb_frontal(rng: random.Random) -> str:
    """A radiograph of a hinge joint: two long bones, with cortex and marrow."""
    gap = rng.uniform(7, 13)
    return (
        _path("M150,0 q-22,256 8,512 h196 q30,-256 8,-512z", "#4a4a4a")
        + _path("M214,0 q6,150 -30,212 q-12,30 26,34 h92 q38,-4 26,-34 q-36,-62 -30,-212z", _BONE)
        + _path(
            "M226,0 q4,150 -26,206 q-4,16 20,20 h72 q24,-4 20,-20 q-30,-56 -26,-206z", "#b0b0b0"
        )
        + f'<g transform="translate(0 {gap:.0f})">'
        + _path("M186,252 q-12,34 20,60 q18,80 14,200 h72 q-4,-120 14,-200 q32,-26 20,-60z", _BONE)
        + _path(
            "M202,264 q-6,26 16,46 q20,80 14,202 h48 q-6,-122 14,-202 q22,-20 16,-46z", "#adadad"
        )
        + "</g>"
        + _path("M330,276 q18,4 14,30 q-16,90 -14,206 h-22 q0,-120 8,-206z", "#cfcfcf")
    )


def breast_lateral(rng: random.Random) -> str:
    """A mammogram: the breast against air, with its glandular tissue."""
    strands = "".join(
        _line(
            f"M60,{rng.uniform(120, 400):.0f} q{rng.uniform(80, 150):.0f},"
            f"{rng.uniform(-60, 60):.0f} {rng.uniform(180, 260):.0f},{rng.uniform(-30, 30):.0f}",
            "#cfcfcf",
            rng.uniform(2, 9),
            'opacity="0.35"',
        )
        for _ in range(26)
    )
    return (
        _path("M0,30 q330,60 352,230 q-10,180 -352,226z", "#575757")
        + _path("M0,110 q220,40 262,150 q-30,120 -262,160z", "#8b8b8b", 'opacity="0.8"')
        + f'<g clip-path="inset(0)">{strands}</g>'
        + _path("M0,0 h120 q-40,110 -120,170z", "#a8a8a8", 'opacity="0.7"')
    )


def ultrasound_fan(rng: random.Random) -> str:
    """A sector with layers and one dark, fluid-filled structure."""
    x, y = rng.uniform(210, 300), rng.uniform(220, 320)
    layers = "".join(
        _line(
            f"M{256 - 60 - number * 22},{110 + number * 46} q{60 + number * 22},"
            f"{rng.uniform(16, 40):.0f} {120 + number * 44},0",
            "#a9a9a9",
            rng.uniform(3, 10),
            'opacity="0.4"',
        )
        for number in range(8)
    )
    return (
        _path("M226,40 h60 l176,380 q-206,110 -412,0z", "#5b5b5b")
        + layers
        + _ellipse(x, y, rng.uniform(44, 70), rng.uniform(32, 50), "#0c0c0c")
        + _path(f"M{x - 40:.0f},{y + 50:.0f} h80 l20,120 h-120z", "#9b9b9b", 'opacity="0.35"')
    )


def whole_body(rng: random.Random) -> str:
    """A projection of uptake: brain, heart, kidneys, bladder and a few spots."""
    spots = "".join(
        _ellipse(rng.uniform(216, 296), rng.uniform(150, 330), radius, radius, "#202020")
        for radius in (3, 5, 6, 8)
    )
    return (
        '<rect width="512" height="512" fill="#d9d9d9"/>'
        + _ellipse(256, 62, 36, 44, "#5c5c5c")
        + _path(
            "M206,112 h100 q34,8 34,60 l22,150 h-22 l-24,-96 v92 l-10,190 h-36 l-12,-180"
            " l-12,180 h-36 l-10,-190 v-92 l-24,96 h-22 l22,-150 q0,-52 30,-60z",
            "#a3a3a3",
        )
        + _ellipse(272, 176, 20, 17, "#4b4b4b")
        + _ellipse(226, 250, 11, 17, "#3a3a3a")
        + _ellipse(286, 250, 11, 17, "#3a3a3a")
        + _ellipse(256, 322, 18, 13, "#1f1f1f")
        + spots
    )


_BY_PART: Final[dict[str, Drawing]] = {
    **dict.fromkeys(("HEAD", "HEADNECK", "SINUS", "FACE"), head_axial),
    **dict.fromkeys(("CSPINE", "TSPINE", "LSPINE", "SPINE", "NECK"), spine_sagittal),
    **dict.fromkeys(("CHEST", "HEART", "AORTA"), chest_axial),
    **dict.fromkeys(
        ("ABDOMEN", "ABDPELVIS", "CHESTABDPELVIS", "LIVER", "PANCREAS", "KIDNEY", "PELVIS"),
        abdomen_axial,
    ),
    "PROSTATE": abdomen_axial,
    **dict.fromkeys(
        ("HAND", "WRIST", "ANKLE", "FOOT", "KNEE", "HIP", "SHOULDER", "LEG"), limb_frontal
    ),
    "BREAST": breast_lateral,
}
_BY_MODALITY: Final[dict[str, Drawing]] = {
    "US": ultrasound_fan,
    "MG": breast_lateral,
    "NM": whole_body,
    "PT": whole_body,
}


def choose(modality: str, body_part: str) -> Drawing:
    """Return the drawing for a DICOM modality and body part; there is one for any."""
    if modality == "DX" and body_part in {"CHEST", "ABDOMEN"}:
        return chest_frontal
    return _BY_MODALITY.get(modality) or _BY_PART.get(body_part, chest_axial)
