"""The settings file: what it may say, and what is said of a mistake in it."""

from pathlib import Path

import pytest

from avara_tui.config import (
    Alarm,
    Clipboard,
    Config,
    ConfigError,
    Desktop,
    Settings,
    SettingsError,
    Threshold,
    load_config,
)

ME = "usr_0123456789abcdef0123456789abcdef"

WHOLE = f"""
default_profile = "northside"
columns = ["age", "description", "meta.modality"]
link_seconds = 10
clipboard = "off"
theme = "textual-dark"
load_limit = 5000

[profiles.northside]
base_url = "https://north.example.org/api/"
me = "{ME}"
colour = "cyan"
ca_file = "/etc/ssl/north.pem"
credential_command = ["pass", "show", "avara/north"]
credential_timeout = 20
browser_command = ["firefox", "{{page}}"]
viewer_hosts = ["viewer.example.org", "*.example.net"]

[profiles.test]
base_url = "http://127.0.0.1:8080"
read_only = true

[thresholds]
stat = {{ warn = 10, due = 20 }}
max_wait = 600

clock_key = "exam_end"

[refresh]
stat = 15

[alarm]
filter = "severity:stat ct"
bell = false
repeat = 0
desktop = "osc9"
quiet_from = "22:00"
quiet_until = "06:30"

[[worklists]]
name = "Mine CT"
filter = "assignee:me ct"

[[worklists]]
name = "Newest"
filter = "is:new"
order = "-updated, meta.modality"
columns = ["age", "uid"]
"""


@pytest.fixture
def write(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def problem(path: Path, text: str) -> str:
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    message = str(caught.value)
    assert message.startswith(str(path))
    return message.removeprefix(str(path))


def test_everything_that_can_be_set_arrives(write: Path) -> None:
    write.write_text(WHOLE)
    config = load_config(write)
    profile = config.profile()
    assert profile.name == "northside"
    assert profile.me == ME
    assert profile.credential_command == ("pass", "show", "avara/north")
    assert profile.credential_timeout == 20
    assert profile.viewer_hosts == ("viewer.example.org", "*.example.net")
    assert not profile.read_only
    assert config.profile("test").read_only
    assert config.thresholds.stat == Threshold(10, 20)
    assert config.thresholds.high == Config().thresholds.high
    assert config.thresholds.max_wait == 600
    assert config.thresholds.clock_key == "exam_end"
    assert config.alarm == Alarm(
        filter="severity:stat ct",
        bell=False,
        repeat=0,
        desktop=Desktop.OSC9,
        quiet_from="22:00",
        quiet_until="06:30",
    )
    assert (config.refresh.stat, config.refresh.high) == (15, 30)
    assert [each.name for each in config.worklists] == ["Mine CT", "Newest"]
    assert config.worklists[1].order == "-updated, meta.modality"
    assert config.clipboard is Clipboard.OFF
    assert config.columns == ("age", "description", "meta.modality")
    assert config.path == str(write)


def test_without_a_file_the_defaults_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert load_config() == Config()
    (tmp_path / "avara-tui").mkdir()
    (tmp_path / "avara-tui" / "config.toml").write_text("link_seconds = 2\n")
    assert load_config().link_seconds == 2


def test_a_file_that_was_asked_for_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        load_config(tmp_path / "absent.toml")
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "link_secnds = 5",
            ":1: link_secnds is no setting of the file; did you mean 'link_seconds'?",
        ),
        (
            "\n[profiles.a]\nbase_ulr = 'https://x.example'",
            ":3: profiles.a.base_ulr is no setting of [profiles.a]; did you mean 'base_url'?",
        ),
        ("clipboard = 'of'", ":1: clipboard must be off, ask or on; did you mean 'off'?"),
        ("\ncolumns = [\n 'age',\n 'descripton']", ":2: columns[2] is no column; "),
        ("link_seconds = '5'", ":1: link_seconds must be a number, not a text"),
        ("link_seconds = 90", ":1: link_seconds must be from 1 to 60, not 90"),
        ("link_seconds = nan", ":1: link_seconds must be from 1 to 60, not nan"),
        ("load_limit = 500.5", ":1: load_limit must be a whole number, not 500.5"),
        ("load_limit = true", ":1: load_limit must be a number, not true"),
        ("[alarm]\nquiet_from = '25:00'\n", ":2: alarm.quiet_from must be a time of day"),
        ("[alarm]\nquiet_from = '22:00'\n", ":1: alarm needs both quiet_from and quiet_until"),
        ("[alarm]\nunclaimed_minutes = 0\n", ":2: alarm.unclaimed_minutes must be from 1 to 1440"),
        ("[alarm]\noverdue = 30\n", ":2: alarm.overdue must be true or false, not a number"),
        ("[alarm]\nunassigned = true\n", ":2: alarm.unassigned is no setting of [alarm]"),
        ("[alarm]\ndesktop = 'osc'\n", ":2: alarm.desktop must be off, auto, osc9"),
        ("theme = ''", ":1: theme must not be empty"),
        ('theme = "a\\u0007b"', ":1: theme holds a control character"),
        ("columns = 'age'", ":1: columns must be a list in brackets, not a text"),
        ("columns = []", ":1: columns must have from 1 to 20 entries, not 0"),
        ("refresh = 5", ":1: refresh must be a table, not a number"),
        ("[thresholds]\nstat = {warn = 5}", ":2: thresholds.stat needs the key 'due'"),
        ("[thresholds]\nstat = {warn = 9, due = 5}", ":2: thresholds.stat warn must not be later"),
        ("[profiles.a]\nme = 'smith'", ":2: profiles.a.me must be usr_ and 32"),
        ("[profiles.a]\nread_only = 'no'", ":2: profiles.a.read_only must be true or false"),
        ("[profiles.'a b']", ":1: profiles.a b is no profile name"),
        ("[profiles.a]\nviewer_hosts = ['*']", ":2: profiles.a.viewer_hosts[1] must be a host"),
        (
            "[profiles.a]\ncredential_command = 'pass x'",
            ":2: profiles.a.credential_command must be",
        ),
        ("[profiles.a]\ncredential_command = []", ":2: profiles.a.credential_command must have"),
        ("[profiles.a]\nbrowser_command = ['-x']", ":1: profiles.a must start with a program"),
        ("[profiles.a]", ": default_profile names 'default', but the profiles are a"),
        (
            "watch = ['north']",
            ": watch names 'north', but there are no profiles; add [profiles.north]",
        ),
        (
            "default_profile = 'a'\nwatch = ['b', 'c']\n[profiles.a]\n[profiles.b]",
            ": watch names 'c', but the profiles are a, b; name one of them, or add [profiles.c]",
        ),
        (
            "default_profile = 'a'\nwatch = ['b', 'b']\n[profiles.a]\n[profiles.b]",
            ": watch names 'b' twice; name each profile once",
        ),
        (
            "default_profile = 'a'\nwatch = ['a']\n[profiles.a]",
            ": watch names 'a', the only profile there is, and a profile does not watch itself;",
        ),
        ("watch = 'north'", ":1: watch must be a list in brackets, not a text"),
        ("watch = ['a b']", ":1: watch[1] is no profile name"),
        ("[[worklists]]\nname = 'A'\nfilter='x'\n[[worklists]]\nname = 'a'\nfilter='y'", ": two"),
        (
            "[[worklists]]\nname = 'A'\nfilter = 'x'\norder = '-updatd'",
            ":4: worklists[1].order 'updatd' is no column; did you mean 'updated'?",
        ),
        (
            "[[worklists]]\nname = 'A'\nfilter = 'x'\norder = 'age,'",
            ":4: worklists[1].order names no column after a comma",
        ),
        ("[[worklists]]\nname = 'A'", ":1: worklists[1] needs the key 'filter'"),
        ("a = [1,\n", ":2: is no TOML: "),
        ("link_seconds = 5\nlink_seconds = 6\n", ":2: is no TOML: Cannot overwrite a value"),
        ("x = " + "[" * 5000, ": is no TOML"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_a_remedy(
    write: Path, text: str, message: str
) -> None:
    assert problem(write, text).startswith(message)


@pytest.mark.parametrize("key", ["api_key", "key", "token", "AVARA_API_KEY", "client_secret"])
def test_a_key_in_the_file_is_refused_and_not_repeated(write: Path, key: str) -> None:
    secret = "sk_live_" + "0" * 32
    message = problem(write, f'[profiles.a]\n{key} = "{secret}"')
    assert message.startswith(f":2: profiles.a.{key} a key has no place")
    assert "avara-tui auth login" in message
    assert secret not in message


def test_a_file_that_is_no_text_is_refused(write: Path) -> None:
    write.write_bytes(b"theme = 'a'\n\xff\xfe")
    with pytest.raises(ConfigError, match=r":2: is not UTF-8"):
        load_config(write)
    write.write_bytes(b"#" * 2_000_000)
    with pytest.raises(ConfigError, match="2,000,000 bytes"):
        load_config(write)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://api.example.org", "must be https"),
        ("http://127.0.0.1.example.org", "must be https"),
        ("ftp://example.org", "must be an address"),
        ("api.example.org", "must be an address"),
        ("https://", "must be an address"),
        ("https://me:pw@example.org", "user name"),
        ("https://@example.org", "user name"),
        ("https://example.org/?x=1", "before any"),
        ("https://example.org/#x", "before any"),
        ("https://exa mple.org", "no web address"),
        ("https://example.org\\@evil.example", "no web address"),
        ("https://example.org:99999", "no web address"),
        ("https://[::1", "no web address"),
        ("https://exämple.org", "no web address"),
        ("https://example.org/\x07", "no web address"),
        ("https://example.org:0", "port 0"),
    ],
)
def test_a_key_is_never_sent_to_an_address_like(url: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message) as caught:
        Settings.resolve(Config(), {}, base_url=url)
    assert str(caught.value).startswith("The address in --base-url ")
    assert "https://api.avarasoftware.com" in caught.value.remedy


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("https://API.Example.org:443/", "https://api.example.org"),
        ("https://api.example.org/prefix//", "https://api.example.org/prefix"),
        ("http://localhost:80", "http://localhost"),
        ("http://[::1]:8080/", "http://[::1]:8080"),
        (" https://api.example.org. ", "https://api.example.org"),
    ],
)
def test_an_address_has_one_spelling(url: str, normal: str) -> None:
    assert Settings.resolve(Config(), {}, base_url=url).base_url == normal


def test_a_flag_beats_the_environment_which_beats_the_file(write: Path) -> None:
    write.write_text(WHOLE)
    config = load_config(write)
    assert Settings.resolve(Config(), {}).base_url_source == "the default"
    file = Settings.resolve(config, {})
    assert file.base_url_source == "the profile northside"
    assert file.config is config
    assert (file.base_url, file.is_profiles_server) == ("https://north.example.org/api", True)
    environ = {"AVARA_BASE_URL": "https://env.example.org"}
    from_environment = Settings.resolve(config, environ)
    assert from_environment.base_url == "https://env.example.org"
    assert from_environment.base_url_source == "AVARA_BASE_URL"
    assert not from_environment.is_profiles_server
    flag = Settings.resolve(config, environ, base_url="https://flag.example.org")
    assert flag.base_url == "https://flag.example.org"
    assert Settings.resolve(config, {"AVARA_BASE_URL": " "}, profile="test").base_url == (
        "http://127.0.0.1:8080"
    )


def test_a_profile_that_the_file_does_not_have_is_refused(write: Path) -> None:
    write.write_text(WHOLE)
    with pytest.raises(SettingsError, match="no profile 'nrth'") as caught:
        Settings.resolve(load_config(write), {}, profile="nrth")
    assert caught.value.remedy == "Use one of: northside, test."
    assert Settings.resolve(Config(), {}, profile="anything").profile.name == "anything"
    for name in ("", "a b", "a\nb", "x" * 41):
        with pytest.raises(SettingsError, match="no profile name"):
            Settings.resolve(Config(), {}, profile=name)
