"""Random shifts of eight hours: no urgent study falls silent, none rings twice or for oneself."""

import pytest

from triage.alarm_shift import Shift

SEEDS = range(200)
FEW = SEEDS[:10]


def wrongs_of(seeds: range) -> tuple[dict[str, list[str]], int]:
    """Return what went wrong in shifts, by kind and with its seed, and how often anything rang."""
    found: dict[str, list[str]] = {"silent": [], "missed": [], "twice": [], "own doing": []}
    rung = 0
    for seed in seeds:
        model = Shift(seed).run()
        rung += model.rung
        kinds = (model.silences, model.missed, model.twice, model.of_own_doing)
        for wrongs, kind in zip(found.values(), kinds, strict=True):
            wrongs.extend(f"seed {seed}: {each}" for each in kind)
    return found, rung


def test_in_ten_shifts_nothing_falls_silent_or_rings_twice() -> None:
    wrongs, rung = wrongs_of(FEW)
    assert not any(wrongs.values()), wrongs
    assert rung > 50 * len(FEW)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_in_200_shifts_nothing_falls_silent_or_rings_twice() -> None:
    wrongs, rung = wrongs_of(SEEDS)
    assert not any(wrongs.values()), wrongs
    assert rung > 50 * len(SEEDS)
