"""What is asked for often is done at most so often, and the last time for certain."""

from collections.abc import Callable

from avara_tui.tui.controller.throttle import Throttle


class Timers:
    """Timers that go off when the test says so."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []

    def set_timer(self, delay: float, callback: Callable[[], None]) -> None:
        assert 0 < delay <= 60
        self.waiting.append(callback)


def test_the_first_is_done_at_once_and_those_that_follow_once_together() -> None:
    timers, done = Timers(), list[int]()
    throttle = Throttle(timers, lambda: done.append(1), 60)
    for _ in range(5):
        throttle()
    assert (len(done), len(timers.waiting)) == (1, 1)
    timers.waiting.pop()()
    assert len(done) == 2
    throttle()
    assert (len(done), len(timers.waiting)) == (2, 1)


def test_without_an_interval_everything_is_done_at_once() -> None:
    timers, done = Timers(), list[int]()
    throttle = Throttle(timers, lambda: done.append(1), 0)
    for _ in range(3):
        throttle()
    assert (len(done), len(timers.waiting)) == (3, 0)
