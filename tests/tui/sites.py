"""Several profiles, each with a server of its own, and the program started at one of them."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

from avara_tui.config import Config, SettingsError, load_config
from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.triage.access.connection import Connection, ConnectionProblem
from avara_tui.tui.app import WorklistApp
from avara_tui.tui.options import RunOptions
from tui.driver import Driver, driving

if TYPE_CHECKING:
    import threading
    from pathlib import Path

    from avara_tui.clock import Clock


class Sites:
    """The servers by the names of their profiles, and the ways to start at each."""

    def __init__(self, servers: dict[str, EmbeddedEmulator], config: Config) -> None:
        self.servers = servers
        self.config = config
        self.keys_asked: list[str] = []
        """The profiles whose keys were looked for, in order."""
        self.problems: dict[str, ConnectionProblem] = {}
        """Why the key of a profile is not to be had."""
        self.mistakes: dict[str, SettingsError] = {}
        """What is wrong with the settings of a profile."""
        self.waits: dict[str, threading.Event] = {}
        """What the search for a profile's key waits for."""
        self.file: Path | None = None
        """The settings file to watch, which then says what counts."""
        self.clock: Clock | None = None

    def __getitem__(self, name: str) -> EmbeddedEmulator:
        return self.servers[name]

    def options(self, name: str) -> RunOptions:
        server = self.servers[name]
        if name in self.mistakes:
            raise self.mistakes[name]
        config = self.config if self.file is None else load_config()

        def connect() -> Connection:
            self.keys_asked.append(name)
            if name in self.waits:
                self.waits[name].wait(30)
            if name in self.problems:
                raise self.problems[name]
            return Connection(server.base_url, server.api_key, "the test", DEMO_USER_ID, name)

        return RunOptions(
            connect=connect,
            profile=name,
            config=config,
            settings_file=self.file,
            profiles=tuple(config.profiles),
            for_profile=self.options,
            clock=self.clock,
        )

    @asynccontextmanager
    async def at(self, name: str, size: tuple[int, int] = (120, 36)) -> AsyncIterator[Driver]:
        """Run the program at a profile, and wait until all is loaded."""
        async with driving(WorklistApp(self.options(name)), size) as driver:
            await there(driver, name)
            yield driver


async def there(driver: Driver, name: str) -> None:
    """Wait until a profile is on the screen, with all its studies."""
    await driver.until(lambda: driver.lines[0].rstrip().endswith(f" {name}"), name)
    await driver.until(lambda: driver.is_loaded, "loaded")


@contextmanager
def sites(names: Sequence[str], config: Config, studies: int = 12) -> Iterator[Sites]:
    """Give a server to each of ``names``: with so many studies, none of them STAT."""
    with ExitStack() as stack:
        servers = {
            name: stack.enter_context(EmbeddedEmulator(studies=studies, seed=seed))
            for seed, name in enumerate(names, 1)
        }
        for server in servers.values():
            for each in server.studies():
                if each["severity"] == "stat":
                    server.change(each["studyId"], severity="high")
        yield Sites(servers, config)
