"""What our client puts on the wire differs from the official SDK's only where it is meant to."""

from pathlib import Path

import pytest

import avara_tui.emulator
from emulator.wire_comparison import CALLS, REASONS, Call, Compared, compare, render_table

MEANT = {
    "list studies by everything": ["spelling"],
    "list unassigned studies": ["null filter"],
    "list studies without a customer": ["null filter"],
    "change everything of a study": ["spelling"],
    "cancel a study": ["read back"],
    "restore a study": ["read back"],
    "create a study": ["look-up first", "spelling"],
}
README = Path(avara_tui.emulator.__file__).with_name("README.md")


@pytest.fixture(scope="module")
def known() -> dict[str, Compared]:
    """The calls that were compared already."""
    return {}


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
async def test_a_call_differs_only_as_meant(call: Call, known: dict[str, Compared]) -> None:
    compared = known[call.name] = await compare(call)
    assert compared.differences == MEANT.get(call.name, []), compared


async def test_the_documentation_has_the_table_as_it_is_now(known: dict[str, Compared]) -> None:
    text = README.read_text()
    rows = [known.get(call.name) or await compare(call) for call in CALLS]
    assert render_table(rows) in text
    for name, reason in REASONS.items():
        assert f"- *{name}*: {reason}." in text
