"""A worklist saved at the screen is one for every command, and a mistake in it is found."""

from pathlib import Path

import pytest

from avara_tui.emulator.embedded import EmbeddedEmulator
from cli.commands import Shell, shell_at
from homes import settings_file


@pytest.fixture
def shell(emulator: EmbeddedEmulator, tmp_path: Path) -> Shell:
    return shell_at(emulator, tmp_path)


def own(shell: Shell, text: str) -> Path:
    file = settings_file(shell.home).with_name("worklists.toml")
    file.write_text(f"[[worklists]]\nname = 'Urgent CT'\nfilter = '{text}'\n")
    return file


def test_it_can_be_listed(shell: Shell) -> None:
    own(shell, "is:open severity:stat,high ct")
    by_name = shell.run("list", "--view", "urgent ct", "--json")
    by_filter = shell.run("list", "--filter", "severity:stat,high ct", "--json")
    assert by_name.status == by_filter.status == 0
    assert by_name.objects
    names = [each["studyId"] for each in by_name.objects]
    assert names == [each["studyId"] for each in by_filter.objects]


def test_a_mistake_in_it_is_named_with_its_file_and_line(shell: Shell) -> None:
    file = own(shell, "severty:stat")
    for command in (("config", "check"), ("list",)):
        ended = shell.run(*command)
        assert ended.status != 0
        assert f"{file}:3: worklists[1].filter cannot be understood" in ended.err
