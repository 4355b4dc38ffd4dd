"""The client for servers that are only looked at lists, cannot write, and takes nothing for all."""

import subprocess
import sys
from contextlib import aclosing

import pytest

from avara_tui.api.errors import AvaraError, ErrorKind
from avara_tui.api.listing_only import StudyLister
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.emulator.faults.catalogue import KINDS
from avara_tui.study_requests import StudyFilter
from loaded import assert_not_loaded
from studies import add_study

EMULATED_STUDIES = 3
OPEN_STAT = StudyFilter(severity="stat", status="incomplete", is_cancelled=False)
STAT = 4


@pytest.fixture
def ward(emulator: EmbeddedEmulator) -> EmbeddedEmulator:
    for each in emulator.studies():
        emulator.change(each["studyId"], severity="normal")
    for number in range(STAT):
        add_study(emulator, f"Zebra {number}")
    return emulator


async def test_it_lists_one_page_in_one_request(ward: EmbeddedEmulator) -> None:
    async with aclosing(StudyLister(ward.base_url, ward.api_key)) as lister:
        page = await lister.first_page(OPEN_STAT)
        assert len(page.studies) == STAT
        assert (page.cursor, page.is_cut_off, page.unreadable) == (None, False, 0)
        part = await lister.first_page(OPEN_STAT, limit=3)
        assert len(part.studies) == 3
        assert part.cursor is not None
    assert [each.method for each in ward.requests] == ["GET", "GET"]


@pytest.mark.parametrize("kind", KINDS)
async def test_no_fault_makes_it_list_less_and_call_that_all(
    ward: EmbeddedEmulator, kind: str
) -> None:
    ward.arm(kind, count=1000)
    async with aclosing(StudyLister(ward.base_url, ward.api_key, deadline=0.6)) as lister:
        try:
            page = await lister.first_page(OPEN_STAT)
        except AvaraError:
            return
    is_whole = page.cursor is None and not page.is_cut_off and not page.unreadable
    assert not is_whole or len({each.study_id for each in page.studies}) == STAT


async def test_a_key_that_is_not_taken_is_told(ward: EmbeddedEmulator) -> None:
    key = "sk_live_" + "0" * 32
    async with aclosing(StudyLister(ward.base_url, key)) as lister:
        assert key not in f"{lister!r} {lister}"
        with pytest.raises(AvaraError) as caught:
            await lister.first_page(OPEN_STAT)
    assert caught.value.kind is ErrorKind.UNAUTHORIZED
    assert key not in f"{caught.value} {caught.value!r}"


def test_nothing_that_writes_is_even_imported() -> None:
    source = "import sys, avara_tui.api.listing_only; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-P", "-c", source], capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert "avara_tui.api.listing_only" in loaded
    assert_not_loaded(["avara_tui.api.writes", "avara_tui.api.client"], loaded)
    public = {name for name in vars(StudyLister) if not name.startswith("_")}
    assert public == {"aclose", "first_page"}
