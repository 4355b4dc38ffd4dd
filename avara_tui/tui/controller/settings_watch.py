"""Takes over what is saved in the settings file while the worklist is on the screen."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from avara_tui.config import Config, ConfigError, load_config
from avara_tui.config.watching import WatchedFile
from avara_tui.text import clean
from avara_tui.triage.process.background import in_daemon_thread
from avara_tui.triage.site import check_settings
from avara_tui.tui.controller.taken_settings import TakesSettings
from avara_tui.tui.keys.key_settings import key_problems
from avara_tui.tui.lines import Line, Role, join, line
from avara_tui.tui.protocols import Noticing
from avara_tui.tui.terminal.themes import theme_problem


class SettingsWatch:
    """Looks at the settings file now and then; what will not do changes nothing."""

    def __init__(
        self,
        screen: Noticing,
        takers: Sequence[TakesSettings],
        config: Config,
        file: Path,
    ) -> None:
        """``takers`` are told of the settings that they take, in their order."""
        self._screen = screen
        self._takers = takers
        self._config = config
        self._file = WatchedFile(file)

    async def look(self) -> None:
        """Take over what was saved since the last look, and say what came of it."""
        try:
            # In a thread: a home directory on a server that is away must hold up nobody.
            config = await in_daemon_thread(self._read)
            if config is None:
                return
            for problem in self._problems(config):
                raise problem
        except ConfigError as error:
            said = str(error).removeprefix(f"{error.path.parent}/")
            self._screen.notice(line((f"settings stay as they were: {clean(said)}", Role.WARNING)))
            return
        told = self._apply(config)
        if told:
            self._screen.notice(told)

    @property
    def live(self) -> frozenset[str]:
        """The settings that count as soon as they are saved.

        The others say where studies come from and what may leave the program: those are read once,
        at the start.
        """
        return frozenset(name for taker in self._takers for name in taker.takes)

    def _read(self) -> Config | None:
        return load_config() if self._file.has_changed() else None

    def _problems(self, config: Config) -> Iterator[ConfigError]:
        """Yield what the file's own reader cannot tell."""
        check_settings(config)
        yield from key_problems(config)
        theme = theme_problem(config)
        if theme is not None:
            yield theme

    def _apply(self, config: Config) -> Line:
        """Let ``config`` count, as far as it can; return what to say."""
        before = self._config
        changed = [
            name
            for name, declared in Config.settings.items()
            if declared.kind is not None and getattr(config, name) != getattr(before, name)
        ]
        taken = self.live
        live = [name for name in changed if name in taken and not _must_wait(name, before, config)]
        self._config = before.with_values(**{name: getattr(config, name) for name in live})
        for taker in self._takers:
            if not set(live).isdisjoint(taker.takes):
                taker.take_settings(self._config)
        later = [name for name in changed if name not in live]
        said_later = line((f"counts after a restart: {', '.join(later)}", Role.WARNING))
        return join(
            [
                line(f"settings changed: {', '.join(live)}") if live else (),
                said_later if later else (),
            ],
            "; ",
        )


def _must_wait(name: str, before: Config, after: Config) -> bool:
    """Whether a setting depends on another one that counts only after a restart."""
    if name in {"keys", "key_preset"}:
        # The keys were checked together with the site's own commands.
        return after.commands != before.commands
    # Which studies have raised the alarm already was settled by its filter.
    return name == "alarm" and after.alarm.filter != before.alarm.filter
