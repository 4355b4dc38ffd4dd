"""A link as a QR code, for the telephone or workstation beside the terminal."""

from typing import Final

from avara_tui.triage.opener.links import OpenerError

QUIET_ZONE: Final = 2
"""Modules of white around the code. ISO/IEC 18004 asks for 4; readers of screens manage with 2."""
_HALVES: Final = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


def qr(url: str) -> list[str]:
    """Return the lines of a QR code of ``url``: two rows of modules a line, one column a cell.

    What is drawn is dark, and has to be shown black on white whatever the theme: few readers
    understand an inverted code. Raises :class:`OpenerError` for a link that is too long.
    """
    import segno  # noqa: PLC0415 - only needed on request

    try:
        code = segno.make(url, error="l", micro=False)
    except segno.DataOverflowError:
        raise OpenerError("The link is too long for a QR code.") from None
    rows = [[bool(module) for module in row] for row in code.matrix_iter(border=QUIET_ZONE)]
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    return [
        "".join(_HALVES[pair] for pair in zip(upper, lower, strict=True))
        for upper, lower in zip(rows[::2], rows[1::2], strict=True)
    ]
