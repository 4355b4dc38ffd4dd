"""How the worklist starts with each profile: at the command line, and from the one before."""

from typing import TYPE_CHECKING, Final

from avara_tui.cli.options import WorklistOptions
from avara_tui.config import BASE_URL_VARIABLE, Config, Settings, load_config
from avara_tui.config.own_worklists import read_own_worklists
from avara_tui.config.paths import config_file, journal_file
from avara_tui.tui.options import RunOptions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from avara_tui.triage.access.connection import Connection
    from avara_tui.triage.access.login import Login

_KEY_VARIABLE: Final = "AVARA_API_KEY"
_OF_THE_START: Final = (_KEY_VARIABLE, BASE_URL_VARIABLE)
"""What the environment says of the profile that the program was started with, and of no other."""


class Profiles:
    """Settles everything about a profile before the screen shows it."""

    def __init__(self, options: WorklistOptions, environ: "Mapping[str, str]") -> None:
        self._options = options
        self._environ = environ
        self._first = ""

    def at_start(self, config: Config) -> RunOptions:
        """Return how to start with the profile that was asked for, or the default one.

        Raises :class:`avara_tui.config.SettingsError`.
        """
        settings = Settings.resolve(config, self._environ, profile=self._options.profile)
        self._first = settings.profile.name
        return self._run_options(settings, self._environ, is_first=True)

    def another(self, name: str) -> RunOptions:
        """Read the settings again and return how to start with the profile ``name``.

        A key and an address from the environment were meant for the profile of the start: another
        server must not get that key. Raises :class:`avara_tui.config.ConfigError` or
        :class:`avara_tui.config.SettingsError`.
        """
        from avara_tui.cli.filter_check import check_filters

        config = load_config()
        check_filters(config)
        environ = self._environ
        if name != self._first:
            environ = {key: environ[key] for key in environ if key not in _OF_THE_START}
        settings = Settings.resolve(config, environ, profile=name)
        return self._run_options(settings, environ, is_first=False)

    def _run_options(
        self, settings: Settings, environ: "Mapping[str, str]", *, is_first: bool
    ) -> RunOptions:
        options, config, profile = self._options, settings.config, settings.profile
        return RunOptions(
            connect=_connector(settings, environ),
            profile=profile.name,
            config=config,
            settings_file=config_file(),
            view=options.view if is_first else None,
            filter_text=options.filter_text if is_first else None,
            own_worklists=read_own_worklists(),
            read_only=options.read_only or profile.read_only,
            mouse=options.mouse,
            journal=journal_file() if config.journal else None,
            profiles=tuple(config.profiles),
            for_profile=self.another,
            tour=is_first,
            login=_login(settings, environ),
        )


def _connector(settings: Settings, environ: "Mapping[str, str]") -> "Callable[[], Connection]":
    def connect() -> "Connection":
        from avara_tui.triage.access.credentials import connect
        from avara_tui.triage.process.hygiene import forbid_inspection

        forbid_inspection()
        return connect(settings, environ)

    return connect


def _login(settings: Settings, environ: "Mapping[str, str]") -> "Callable[[], Login] | None":
    """Return what makes a login; None where a key in the keyring would not count."""
    if _KEY_VARIABLE in environ or settings.profile.credential_command is not None:
        return None

    def make() -> "Login":
        from avara_tui.triage.access.login import Login

        return Login(settings, environ)

    return make
