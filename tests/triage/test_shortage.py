"""What the machine is short of is told in a sentence, and nothing else is taken for it."""

import errno
import os
import resource
from collections.abc import Iterator

import pytest

from avara_tui.triage.process.shortage import SPARE_DESCRIPTORS, make_room, shortage


@pytest.fixture
def limit() -> Iterator[tuple[int, int]]:
    """Return the limit of descriptors, soft and hard; the soft one is restored afterwards."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield before
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def lowest_free() -> int:
    """Return the number that the next descriptor gets."""
    free = os.dup(2)
    os.close(free)
    return free


def test_where_there_is_room_nothing_changes(limit: tuple[int, int]) -> None:
    free = lowest_free()
    assert make_room() is None
    assert lowest_free() == free
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == limit


def test_a_low_soft_limit_is_raised(limit: tuple[int, int]) -> None:
    free = lowest_free()
    resource.setrlimit(resource.RLIMIT_NOFILE, (free + 5, limit[1]))
    assert make_room() is None
    assert lowest_free() == free
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] >= free + SPARE_DESCRIPTORS


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.EMFILE, "Too many open files"), "too few file descriptors"),
        (OSError(errno.ENFILE, "Too many open files in system"), "the machine has no file"),
        (RuntimeError("can't start new thread"), "no thread"),
        (MemoryError(), "no memory"),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), "no memory"),
    ],
)
def test_each_shortage_has_its_sentence(error: BaseException, said: str) -> None:
    found = shortage([ValueError(), error])
    assert found is not None
    assert said in found
    assert "start again" in found


@pytest.mark.parametrize(
    "error", [ValueError("24"), OSError(errno.EACCES, "denied"), RuntimeError("thread"), KeyError()]
)
def test_nothing_else_is_a_shortage(error: BaseException) -> None:
    assert shortage([error]) is None
