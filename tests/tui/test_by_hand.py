"""What a key may do, by what it means and by when it came; what it may not do is told of."""

import pytest
from textual import events
from textual.app import App

from avara_tui.tui.keys.actions import FREE, Does, Meaning
from avara_tui.tui.keys.by_hand import PAUSE, HandCheck, is_by_hand
from avara_tui.tui.lines import Line, text_of
from avara_tui.tui.terminal.bursts import TOGETHER, Arrivals

ACTS = Meaning(Does.ACTS, "x cancel")
ASKS = Meaning(Does.ASKS, "s severity")
FILTERS = Meaning(Does.FILTERS, "/ filter")


class NotingApp(App[object]):
    """Takes note of when each key came."""

    def __init__(self, arrivals: Arrivals) -> None:
        super().__init__()
        self.arrivals = arrivals


class Keyboard:
    """A keyboard whose keys come when the test says, and a screen that keeps what it was told."""

    def __init__(self) -> None:
        self.now = 100.0
        self.arrivals = Arrivals(lambda: self.now)
        self.app: App[object] = NotingApp(self.arrivals)
        self.is_at_rest = True
        self.told: list[str] = []
        self.hand = HandCheck(self)

    def show_refusal(self, said: Line) -> None:
        self.told.append(text_of(said))

    def press(self, keys: str, gap: float = 0.001, after: float = 2.0) -> list[events.Key]:
        """Return keys that came ``gap`` seconds one behind the other, the last one long enough ago
        to be known."""
        pressed = []
        for index, key in enumerate(keys):
            self.now += gap if index else after
            pressed.append(events.Key(key, key))
            self.arrivals.note(pressed[-1])
        self.now += TOGETHER
        return pressed

    def may(self, keys: str, meaning: Meaning, **when: float) -> list[bool | None]:
        return [self.hand.may(each, meaning) for each in self.press(keys, **when)]


def test_a_single_key_may_do_anything() -> None:
    keyboard = Keyboard()
    for meaning in (ACTS, ASKS, FILTERS, FREE):
        assert keyboard.may("x", meaning) == [True]
    assert keyboard.told == []


def test_of_a_burst_only_what_does_no_harm_is_done() -> None:
    keyboard = Keyboard()
    assert keyboard.may("xyz", FREE) == [True, True, True]
    assert keyboard.told == []
    assert keyboard.may("xyz", ACTS) == [False, False, False]
    assert keyboard.told[-1].startswith("3 keys at once were taken for a paste")
    assert keyboard.told[-1].endswith("if you meant x cancel, press again")
    assert keyboard.may("xyz", FILTERS) == [True, False, False]
    assert keyboard.may("xy", ASKS) == [True, False]
    assert keyboard.may("xyz", ASKS) == [False, False, False]


def test_all_keys_of_a_burst_that_would_have_acted_are_named_once() -> None:
    keyboard = Keyboard()
    pressed = keyboard.press("abcdea")
    for each in pressed:
        keyboard.hand.may(each, Meaning(Does.ACTS, each.key))
    assert keyboard.told[-1].endswith("if you meant a, b, c and 2 more, press again")
    assert all(map(keyboard.hand.is_told_of, pressed))
    assert not keyboard.hand.is_told_of(keyboard.press("a")[0])


def test_what_cannot_be_told_yet_can_be_told_after_the_wait() -> None:
    keyboard = Keyboard()
    key = keyboard.press("x")[0]
    keyboard.now -= TOGETHER
    assert keyboard.hand.may(key, ACTS) is None
    assert is_by_hand(keyboard.app, key)
    wait = keyboard.hand.wait(key)
    assert wait == pytest.approx(TOGETHER)
    keyboard.now += wait + 0.001
    assert keyboard.hand.may(key, ACTS) is True
    keyboard.now += 1
    assert keyboard.hand.wait(key) == 0


@pytest.mark.parametrize("ends", ["pause", "escape", "text goes on"])
def test_who_types_on_after_a_text_does_nothing_until_it_is_clear_that_they_stopped(
    ends: str,
) -> None:
    keyboard = Keyboard()
    keyboard.press("t")
    keyboard.hand.text_ended()
    assert keyboard.may("x", ACTS, after=PAUSE / 2) == [False]
    assert keyboard.told[-1].startswith("still typing? ")
    pause = PAUSE / 2
    match ends:
        case "pause":
            pause = PAUSE + TOGETHER
        case "escape":
            assert keyboard.hand.may(events.Key("escape", None), ACTS) is True
        case _:
            keyboard.hand.text_goes_on()
    assert keyboard.may("x", ACTS, after=pause) == [True]


def test_what_a_question_leads_to_may_be_a_question_again() -> None:
    keyboard = Keyboard()
    keyboard.press("t")
    keyboard.hand.text_ended()
    keyboard.is_at_rest = False
    assert keyboard.may("y", ACTS, after=PAUSE + 1) == [True]
    assert keyboard.may("x", ACTS, after=PAUSE / 2) == [False]
    keyboard.is_at_rest = True
    assert keyboard.may("x", ACTS, after=PAUSE + 1) == [True]
    assert keyboard.may("x", ACTS, after=PAUSE / 2) == [True]


def test_without_a_note_of_when_keys_came_they_are_a_hands() -> None:
    assert is_by_hand(App(), events.Key("x", "x"))
