"""A settings file is read again when it was saved, and not while it is being saved."""

import os
import time
from pathlib import Path

import pytest

from avara_tui.config.watching import WatchedFile


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    write(path, "one")
    return path


def write(path: Path, text: str, age: float = 60.0) -> None:
    path.write_text(text)
    moment = time.time() - age
    os.utime(path, (moment, moment))


def test_a_file_that_nobody_saves_never_changes(file: Path) -> None:
    watched = WatchedFile(file)
    assert not watched.has_changed()
    assert not watched.has_changed()


def test_a_saved_file_has_changed_once(file: Path) -> None:
    watched = WatchedFile(file)
    write(file, "other")
    assert watched.has_changed()
    assert not watched.has_changed()


def test_a_file_put_in_its_place_is_another_even_if_it_is_alike(file: Path) -> None:
    watched = WatchedFile(file)
    before = file.stat()
    new = file.with_suffix(".new")
    new.write_text("two")
    os.utime(new, ns=(before.st_atime_ns, before.st_mtime_ns))
    new.replace(file)
    assert watched.has_changed()


def test_a_file_that_is_being_written_is_left_until_it_rests(file: Path) -> None:
    watched = WatchedFile(file)
    write(file, "", age=0.0)
    assert not watched.has_changed()
    write(file, "half", age=0.0)
    assert not watched.has_changed()
    write(file, "whole", age=0.0)
    assert not watched.has_changed()
    assert watched.has_changed()


def test_a_file_that_is_away_for_a_moment_has_not_changed(file: Path) -> None:
    watched = WatchedFile(file)
    kept = file.rename(file.with_suffix(".kept"))
    assert not watched.has_changed()
    kept.rename(file)
    assert not watched.has_changed()


def test_a_file_that_comes_and_goes_for_good_has_changed(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    watched = WatchedFile(path)
    assert not watched.has_changed()
    write(path, "new")
    assert watched.has_changed()
    path.unlink()
    assert not watched.has_changed()
    assert watched.has_changed()
