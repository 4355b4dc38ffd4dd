"""How far two colours are apart to the eye, for every kind of colour vision."""

from functools import cache
from typing import Final, TypeAlias

from textual.color import Color

Triple: TypeAlias = tuple[float, float, float]

APART: Final = 0.08
"""The least distance of two colours that mean different things: four times what a trained eye just
tells apart in OKLab (Ottosson 2020, "A perceptual color space for image processing")."""
_EYES: Final[tuple[tuple[Triple, Triple, Triple], ...]] = (
    ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
    ((0.11238, 0.88762, 0.0), (0.11238, 0.88762, 0.0), (0.00401, -0.00401, 1.0)),
    ((0.29275, 0.70725, 0.0), (0.29275, 0.70725, 0.0), (-0.02234, 0.02234, 1.0)),
    ((1.0, 0.14461, -0.14461), (0.0, 0.85924, 0.14076), (0.0, 0.85924, 0.14076)),
)
"""What becomes of linear RGB in the common eye, and without the first, second and third kind of
cones by two models that differ (Machado, Oliveira and Fernandes 2009, severity 1.0; Viénot, Brettel
and Mollon 1999, for the third kind Brettel, Viénot and Mollon 1997)."""


def distance(one: Color, other: Color) -> float:
    """Return how far two colours are apart in OKLab, for whose eyes they are the least apart."""
    pairs = zip(_seen(one.r, one.g, one.b), _seen(other.r, other.g, other.b), strict=True)
    return float(
        min(sum((a - b) ** 2 for a, b in zip(*pair, strict=True)) for pair in pairs) ** 0.5
    )


def are_apart(*colours: Color) -> bool:
    """Whether everybody tells every one of ``colours`` from every other."""
    return all(
        distance(one, other) >= APART
        for index, one in enumerate(colours)
        for other in colours[index + 1 :]
    )


@cache
def _seen(red: int, green: int, blue: int) -> tuple[Triple, ...]:
    """Return a colour in OKLab as each kind of eyes sees it."""
    linear = (_linear(red), _linear(green), _linear(blue))
    return tuple(_oklab(tuple(_clipped(row, linear) for row in eye)) for eye in _EYES)


def _clipped(row: Triple, linear: Triple) -> float:
    return min(max(sum(a * b for a, b in zip(row, linear, strict=True)), 0.0), 1.0)


def _linear(channel: int) -> float:
    share = channel / 255
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)


def _oklab(linear: tuple[float, ...]) -> Triple:
    red, green, blue = linear
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )
