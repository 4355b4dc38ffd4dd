"""Keys typed ahead reach what they were meant for, whatever else runs at that moment."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual import events
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widget import Widget

from avara_tui.tui.keys.actions import Does, Meaning
from avara_tui.tui.keys.key_turn import KeyScreen, forward_key, keeps
from avara_tui.tui.keys.places import Place


class Taker(Widget, can_focus=True):
    """Keeps the keys that it may act on."""

    def __init__(self, name: str) -> None:
        super().__init__(id=name)
        self.got: list[str] = []

    def on_key(self, event: events.Key) -> None:
        if not keeps(self, event):
            event.stop()
            self.got.append(event.key)


class Table(Widget, can_focus=True):
    """Leaves its keys to the screen."""

    def on_key(self, event: events.Key) -> None:
        forward_key(self, event, Place.TABLE)


class TwoTakers(KeyScreen):
    """A table, and an input that appears above it."""

    AUTO_FOCUS = "#table"

    def __init__(self) -> None:
        super().__init__()
        self.acted: list[str] = []
        self.table = Table(id="table")
        self.prompt = Taker("prompt")

    def compose(self) -> ComposeResult:
        yield self.table
        yield self.prompt

    def meaning(self, event: events.Key, place: Place) -> Meaning:  # noqa: ARG002
        return Meaning(Does.MOVES, str(place))

    def do_key(self, event: events.Key, meaning: Meaning) -> None:
        event.stop()
        self.acted.append(f"{meaning.name} {event.key}")


class TwoTakersApp(App[None]):
    def get_default_screen(self) -> TwoTakers:
        return TwoTakers()


@asynccontextmanager
async def running() -> AsyncIterator[tuple[Pilot[None], TwoTakers]]:
    app = TwoTakersApp()
    async with app.run_test() as pilot:
        screen = app.screen
        assert isinstance(screen, TwoTakers)
        yield pilot, screen


async def test_a_command_that_ends_does_not_let_go_of_keys_that_another_one_holds() -> None:
    async with running() as (pilot, screen):
        opening = screen.key_turn.hold()
        await pilot.press("1")
        ends_meanwhile = screen.key_turn.hold()
        screen.key_turn.release(ends_meanwhile)
        await pilot.press("2")
        screen.set_focus(screen.prompt)
        screen.key_turn.release(opening)
        await pilot.press("3")
        assert screen.prompt.got == ["1", "2", "3"]
        assert screen.acted == []


async def test_a_command_that_begins_does_not_take_the_hold_of_another_one() -> None:
    async with running() as (pilot, screen):
        opening = screen.key_turn.hold()
        begins_meanwhile = screen.key_turn.hold()
        screen.set_focus(screen.prompt)
        screen.key_turn.release(opening)
        await pilot.press("1")
        assert screen.prompt.got == []
        screen.key_turn.release(begins_meanwhile)
        await pilot.pause()
        assert screen.prompt.got == ["1"]
        assert screen.acted == []


async def test_who_ends_an_input_takes_over_its_hold() -> None:
    async with running() as (pilot, screen):
        screen.set_focus(screen.prompt)
        screen.key_turn.hand_over()
        screen.key_turn.hand_over()
        await pilot.press("1")
        ending = screen.key_turn.take_hold()
        screen.set_focus(screen.table)
        screen.key_turn.release(ending)
        await pilot.pause()
        assert screen.prompt.got == []
        assert screen.acted == ["table 1"]
