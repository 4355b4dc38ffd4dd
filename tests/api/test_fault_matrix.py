"""No fault brings out a foreign exception, a write done twice, an untruth, or a call without end.

The whole matrix, with the official SDK's beside it:
``pytest -m slow tests/api/test_fault_matrix.py``
"""

import pytest

from api.fault_matrix import DEADLINE, REACHES, Ours, Sdk, fill, table
from avara_tui.emulator.faults.catalogue import KINDS

ONE_OF_EACH_SORT = (
    "refuse",
    "reset-after-write",
    "close-in-body",
    "status-500-after-write",
    "rate-limit-long",
    "html-200",
    "success-false",
    "repeated-cursor",
)


async def test_one_fault_of_each_sort() -> None:
    matrix = await fill(Ours(), ONE_OF_EACH_SORT, ["always"])
    assert len(matrix.cells) > 50
    assert [str(cell) for cell in matrix.bad] == []


@pytest.mark.slow
@pytest.mark.timeout(1800)
# anyio says so of a connection that is given up before it was begun.
@pytest.mark.filterwarnings("ignore:.*connect_tcp.*:pytest.PytestUnraisableExceptionWarning")
async def test_every_fault_on_every_call_beside_the_official_sdk(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ours = await fill(Ours(), KINDS, REACHES)
    sdk = await fill(Sdk(), KINDS, REACHES, at_once=24)
    with capsys.disabled():
        print(f"\n{len(ours.cells)} cells: {len(KINDS)} faults, each once, always and everywhere")
        print(table(ours, sdk, KINDS))
        longest = max(ours.cells, key=lambda cell: cell.seconds)
        print(f"our longest call, with a deadline of {DEADLINE} s: {longest}")
    assert [str(cell) for cell in ours.bad] == []
    assert longest.seconds <= DEADLINE + 2
