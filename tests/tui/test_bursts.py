"""Whether a hand pressed a key is told by when the keys came, and by nothing else."""

import random

import pytest
from textual import events

from avara_tui.tui.terminal.bursts import AT_ONCE, HELD, TOGETHER, Arrivals, Verdict

HAND, FIRST, BURST, HELD_DOWN, OPEN = Verdict


class Line:
    """A keyboard whose keys come when the test says."""

    def __init__(self) -> None:
        self.now = 100.0
        self.arrivals = Arrivals(lambda: self.now)

    def key(self, key: str, after: float = 1.0) -> events.Key:
        """Return ``key``, that comes ``after`` so many seconds."""
        self.now += after
        event = events.Key(key, key)
        self.arrivals.note(event)
        return event

    def keys(self, keys: str, gap: float) -> list[events.Key]:
        """Return ``keys`` with ``gap`` seconds between them, long after what came before."""
        return [self.key(key, gap if index else 1.0) for index, key in enumerate(keys)]

    def verdicts(self, *events_: events.Key, later: float = 1.0) -> list[Verdict]:
        """Return what is known of keys ``later`` than the last of them."""
        self.now += later
        return [self.arrivals.verdict(each) for each in events_]


@pytest.mark.parametrize("gap", [0.0, 0.001, 0.005, 0.012, 0.02, 0.03, TOGETHER - 0.001])
def test_what_a_program_types_is_no_hands_however_it_is_split(gap: float) -> None:
    line = Line()
    assert line.verdicts(*line.keys("see note", gap)) == [FIRST, *[BURST] * 7]


@pytest.mark.parametrize("gap", [0.03, TOGETHER, 0.06, 0.1, 0.3])
def test_two_fingers_that_roll_are_a_hand(gap: float) -> None:
    line = Line()
    assert line.verdicts(*line.keys("sh", gap)) == [HAND, HAND]


@pytest.mark.parametrize("gap", [TOGETHER + 0.001, 0.05, 0.08, 0.2])
def test_fast_typing_is_a_hands(gap: float) -> None:
    line = Line()
    assert set(line.verdicts(*line.keys("jmkvshjn" * 20, gap))) == {HAND}


def test_two_keys_of_one_packet_are_told_apart() -> None:
    line = Line()
    assert line.verdicts(*line.keys("sh", 0.0)) == [FIRST, BURST]


@pytest.mark.parametrize("gap", [0.0, 0.001, AT_ONCE - 0.001])
def test_the_same_key_all_at_once_is_a_paste(gap: float) -> None:
    line = Line()
    assert line.verdicts(*line.keys("mmm", gap)) == [BURST] * 3


@pytest.mark.parametrize("rate", [60, 40, 33, 30, 25, 20, 15, 10.9])
@pytest.mark.parametrize("delay", [0.15, 0.25, 0.5])
def test_a_held_key_acts_once_or_twice_and_no_more(rate: float, delay: float) -> None:
    line = Line()
    first = line.key("m")
    repeats = [line.key("m", delay), *(line.key("m", 1 / rate) for _ in range(20))]
    verdicts = line.verdicts(first, *repeats)
    assert verdicts[0] is HAND
    # The first repeat comes as late as a second tap: only what follows it tells them apart.
    assert verdicts.count(HAND) == (1 if 1 / rate < TOGETHER else 2)
    assert HAND not in verdicts[2:]


def test_a_key_right_after_a_held_one_is_a_hands() -> None:
    line = Line()
    line.key("j")
    for _ in range(30):
        line.key("j", 1 / 30)
    assert line.verdicts(line.key("m", 0.03)) == [HAND]


def test_the_same_key_tapped_twice_is_a_hands() -> None:
    line = Line()
    assert line.verdicts(*line.keys("ss", HELD + 0.01)) == [HAND, HAND]


def test_nothing_is_known_of_a_key_until_none_can_follow_at_once() -> None:
    line = Line()
    key = line.key("m")
    assert line.verdicts(key, later=0) == [OPEN]
    assert line.verdicts(key, later=TOGETHER / 2) == [OPEN]
    assert 0 < line.arrivals.wait(key) < TOGETHER
    assert line.verdicts(key, later=TOGETHER) == [HAND]


def test_a_key_that_is_known_stays_known_when_others_come_later() -> None:
    line = Line()
    key = line.key("m")
    assert line.verdicts(key) == [HAND]
    line.keys("a whole paste", 0.0)
    assert line.verdicts(key) == [HAND]


def test_of_a_paste_larger_than_what_is_remembered_no_key_is_a_hands() -> None:
    line = Line()
    before = line.key("m")
    pasted = line.keys("jmx" * 5000, 0.0)
    assert HAND not in line.verdicts(*pasted)
    assert line.verdicts(before) == [BURST]


def test_a_key_that_nobody_noted_is_a_hands() -> None:
    assert Arrivals().verdict(events.Key("m", "m")) is HAND


def test_a_key_is_noted_once() -> None:
    line = Line()
    key = line.key("m")
    line.arrivals.note(key)
    assert line.arrivals.run(key).count == 1


@pytest.mark.parametrize("seed", range(200))
def test_no_key_of_a_burst_is_ever_taken_for_a_hands(seed: int) -> None:
    """Bursts of any letters, split anywhere, between honest keys, judged at any moment."""
    chance = random.Random(seed)
    line = Line()
    for _ in range(20):
        honest = line.key(chance.choice("jkmsxn"), chance.uniform(0.3, 3))
        line.now += chance.uniform(0, 0.2)
        burst = []
        for index in range(chance.randint(3, 60)):
            after = 0.3 if index == 0 else chance.choice([0.0, 0.0, 0.001, 0.01, 0.03])
            burst.append(line.key(chance.choice("abdhjkmnovxy"), after))
            seen = [line.arrivals.verdict(each) for each in burst]
            assert HAND not in seen
        assert HAND not in line.verdicts(*burst)
        assert line.arrivals.verdict(honest) is HAND
