"""``avara-tui config``: where the settings are, what counts, and what is wrong."""

import json
import os
import subprocess
from pathlib import Path

import pytest

import warm
from avara_tui.config import Config, ConfigError, load_config
from avara_tui.config.loading import parse_config
from avara_tui.config.paths import is_private, make_private, runtime_dir, state_dir
from homes import settings_file

LIMIT = 60
"""Seconds after which a command counts as hanging."""


class Person:
    """Somebody with a home of their own, who types ``avara-tui config``."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.file = settings_file(home)

    def config(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run the command."""
        own = {"PATH": os.environ["PATH"], "HOME": str(self.home)}
        return warm.run(["config", *arguments], {**own, **environ}, timeout=LIMIT)


@pytest.fixture
def person(tmp_path: Path) -> Person:
    return Person(tmp_path)


def test_path_says_where_the_file_is_looked_for(person: Person) -> None:
    assert person.config("path").stdout == f"{person.file}\n"
    elsewhere = person.config("path", XDG_CONFIG_HOME="/elsewhere").stdout
    assert elsewhere == "/elsewhere/avara-tui/config.toml\n"


def test_show_names_the_server_that_counts(person: Person) -> None:
    nothing = person.config("show")
    assert nothing.returncode == 0
    assert "No settings file" in nothing.stdout
    person.file.write_text("[profiles.default]\nbase_url = 'https://north.example.org'\n")
    shown = person.config("show", AVARA_API_KEY="sk_live_planted")
    assert "# The server is https://north.example.org, from the profile default." in shown.stdout
    assert "planted" not in shown.stdout
    assert parse_config(shown.stdout, person.file) == load_config(person.file)
    environment = person.config("show", AVARA_BASE_URL="https://x.example.org")
    assert "# The server is https://x.example.org, from AVARA_BASE_URL." in environment.stdout
    refused = person.config("show", AVARA_BASE_URL="http://x.example.org")
    assert (refused.returncode, "must be https" in refused.stderr) == (2, True)


def test_check_is_content_with_good_settings(person: Person) -> None:
    assert "the defaults count" in person.config("check").stdout
    person.file.write_text("link_seconds = 10\n")
    assert person.config("check").stdout == f"{person.file}: nothing is wrong.\n"


def test_check_finds_what_is_wrong_in_the_file_and_on_the_machine(person: Person) -> None:
    person.file.write_text("\nlink_secnds = 10\n")
    wrong = person.config("check")
    assert wrong.returncode == 1
    assert f"{person.file}:2: link_secnds is no setting of the file" in wrong.stderr

    w3m = person.home / "w3m"
    w3m.touch(mode=0o755)
    person.file.write_text(
        "[profiles.default]\n"
        "ca_file = '~/absent.pem'\n"
        "credential_command = ['no-such-program', 'x']\n"
        f"browser_command = ['{w3m}']\n"
    )
    lacking = person.config("check")
    assert lacking.returncode == 1
    found = [line.removeprefix(f"{person.file}:") for line in lacking.stderr.splitlines()]
    assert found == [
        f"2: profiles.default.ca_file names {person.home}/absent.pem, which cannot be read",
        (
            "3: profiles.default.credential_command names the program 'no-such-program', "
            "which is not installed"
        ),
        f"4: profiles.default.browser_command names '{w3m}', which would take over the terminal",
    ]


def test_check_knows_the_themes(person: Person) -> None:
    person.file.write_text("\ntheme = 'textual-drak'\n")
    wrong = person.config("check")
    assert wrong.returncode == 1
    assert wrong.stderr == (
        f"{person.file}:2: theme names no theme 'textual-drak'; did you mean 'textual-dark'?\n"
    )


def test_check_reads_the_filters_too(person: Person) -> None:
    person.file.write_text("\n[[worklists]]\nname = 'A'\nfilter = 'severity:urgnt'\n")
    wrong = person.config("check")
    assert wrong.returncode == 1
    assert wrong.stderr.startswith(f"{person.file}:4: worklists[1].filter cannot be understood")
    assert "urgent" in wrong.stderr


def test_check_looks_at_another_file(person: Person) -> None:
    other = person.home / "other.toml"
    assert person.config("check", str(other)).returncode == 1
    other.write_text("link_seconds = 10\n")
    assert person.config("check", str(other)).returncode == 0


def test_schema_and_example_can_be_used_as_they_come(person: Person) -> None:
    schema = json.loads(person.config("schema").stdout)
    assert schema["properties"]["link_seconds"]["maximum"] == 60
    person.file.write_text(person.config("example").stdout)
    assert load_config(person.file) == Config()
    assert person.config("check").returncode == 0


@pytest.mark.skipif(os.name != "posix", reason="other systems have other permissions")
def test_a_file_that_others_could_have_written_is_refused(person: Person) -> None:
    person.file.write_text("link_seconds = 10\n")
    person.file.chmod(0o666)
    with pytest.raises(ConfigError, match=r"can be written by everybody.*chmod o-w"):
        load_config(person.file)
    person.file.chmod(0o664)
    assert load_config(person.file).link_seconds == 10
    if os.geteuid() == 0:
        os.chown(person.file, 12345, -1)
        with pytest.raises(ConfigError, match="belongs to another user"):
            load_config(person.file)


def test_directories_for_state_are_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    old = os.umask(0)
    try:
        # A runtime directory that is not there, or not private, is not used.
        assert runtime_dir() == tmp_path / "state" / "avara-tui" / "run"
        (tmp_path / "run").mkdir(mode=0o755)
        assert runtime_dir() == tmp_path / "state" / "avara-tui" / "run"
        (tmp_path / "run").chmod(0o700)
        assert runtime_dir() == tmp_path / "run" / "avara-tui"
        for made in (state_dir(), runtime_dir()):
            assert is_private(made)
        state_dir().chmod(0o755)
        assert is_private(state_dir())
        (tmp_path / "link").symlink_to(tmp_path / "run")
        with pytest.raises(PermissionError):
            make_private(tmp_path / "link")
        (tmp_path / "file").touch()
        with pytest.raises(OSError, match="File exists"):
            make_private(tmp_path / "file")
    finally:
        os.umask(old)


def test_check_names_every_mistake_in_the_keys(person: Person) -> None:
    person.file.write_text('[keys]\nclam = "c"\nclaim = "ctrl+i"\n')
    checked = person.config("check")
    assert checked.returncode == 1
    assert f"{person.file}:2: keys.clam is no action; did you mean 'claim'?" in checked.stderr
    assert f"{person.file}:3: keys.claim 'ctrl+i' may never arrive" in checked.stderr
