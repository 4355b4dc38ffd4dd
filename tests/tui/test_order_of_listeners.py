"""What follows a change of the studies, and in which order: each goes by what went before."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.tui.controller_protocol import Refused
from studies import open_studies
from tui.driver import Driver, worklist

EMULATED_STUDIES = 30

OF_A_CHANGE = [
    # The signs of rows, and then the rows: both are drawn with them.
    "news.follow",
    "board.apply",
    # The alarm looks up its studies on the board, and may ring before anything is drawn.
    "alarms.studies_changed",
    # A study that is gone has no mark, so that none is counted among those not shown.
    "marks.forget",
    "table.rows_changed",
    "marks.rows_changed",
    # Writes are held against what came, drafts move along, and the detail shows them as they are.
    "edits.studies_changed",
    "detail.show_again",
]


class Heard:
    """Keeps the order in which parts of the worklist are told of something."""

    def __init__(self, driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
        self.names: list[str] = []
        controller, screen = driver.controller, driver.screen
        parts = {
            "news": controller.news,
            "board": controller.board,
            "alarms": controller.alarms,
            "marks": controller.marks,
            "edits": controller.edits,
            "guide": controller.guide,
            "table": screen.table,
            "detail": screen.detail,
        }
        for name in [*OF_A_CHANGE, "news.note", "guide.end_tour", "board.set_me"]:
            part, method = name.split(".")
            told = self._hearing(name, getattr(parts[part], method))
            monkeypatch.setattr(parts[part], method, told)

    def _hearing(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def told(*args: Any, **kwargs: Any) -> Any:
            self.names.append(name)
            return method(*args, **kwargs)

        return told


async def test_a_change_is_told_in_this_order(
    emulator: EmbeddedEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    study_id = open_studies(emulator, severity="normal")[0]["studyId"]
    async with worklist(emulator) as driver:
        await driver.go_to(study_id)
        heard = Heard(driver, monkeypatch)
        known = driver.session.studies.get(study_id)
        assert known is not None
        # An answer to an edit, which is no news.
        driver.session.merge([known._replace(description="else", updated_at=9e9)])
        assert heard.names == OF_A_CHANGE
        assert driver.screen.detail.study is not None
        assert driver.screen.detail.study.description == "else"
        heard.names.clear()
        # What a lane brings is news before it is told as a change, and STAT ends the tour.
        emulator.create(severity="stat", studyDescription="CT", studyInstanceUid="1.2.3.4")
        driver.session.refresh()
        await driver.until(lambda: "guide.end_tour" in heard.names, "a new STAT study")
        first = heard.names.index("guide.end_tour")
        assert heard.names[first - 2 : first] == ["news.note", "news.follow"]
        assert heard.names[first + 1 :][: len(OF_A_CHANGE) - 1] == OF_A_CHANGE[:-1]
        heard.names.clear()
        driver.session.say_who(None)
        assert heard.names[:2] == ["board.set_me", "table.rows_changed"]


async def test_a_key_means_the_study_under_the_cursor_when_it_is_pressed(
    emulator: EmbeddedEmulator,
) -> None:
    """Nothing is waited for between that question and the first line of the command."""
    nobodys = open_studies(emulator, severity="normal", assignee=None)
    one, other = (each["studyId"] for each in nobodys[:2])
    async with worklist(emulator) as driver:
        await driver.go_to(one)
        meant = driver.controller.target()
        left = driver.controller.act("cancel")
        driver.screen.table.go_to(other)
        assert left is not None
        assert not isinstance(left, Refused)
        asking = asyncio.ensure_future(left)
        await driver.until(lambda: driver.says("Cancel this study") and driver.says(one[-6:]))
        assert meant is not None
        assert meant.study_id == one
        await driver.press("escape")
        await asking
        assert emulator.counts["studies.cancel"] == 0
