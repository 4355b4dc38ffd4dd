"""The QR code of a link: what is drawn is what the encoder meant, with its quiet zone."""

import pytest
import segno

from avara_tui.triage.opener.links import OpenerError
from avara_tui.triage.opener.qr_code import QUIET_ZONE, qr

URL = "https://viewer.avarasoftware.com/study/stu_1234?token=abc123"


def modules(lines: list[str]) -> list[list[bool]]:
    rows = []
    for line in lines:
        rows.append([cell in "▀█" for cell in line])
        rows.append([cell in "▄█" for cell in line])
    return rows


@pytest.mark.parametrize("url", [URL, "https://x.example/", URL + "&x=" + "y" * 500])
def test_every_module_is_drawn_where_it_belongs(url: str) -> None:
    code = segno.make(url, error="l", micro=False)
    expected = [[bool(module) for module in row] for row in code.matrix_iter(border=QUIET_ZONE)]
    lines = qr(url)
    drawn = modules(lines)
    assert drawn[: len(expected)] == expected
    assert not any(any(row) for row in drawn[len(expected) :])
    assert {len(line) for line in lines} == {len(expected)}
    assert len(lines) == (len(expected) + 1) // 2


def test_a_link_that_no_code_can_hold_is_refused() -> None:
    with pytest.raises(OpenerError, match="too long for a QR code"):
        qr("https://x.example/" + "y" * 8000)
