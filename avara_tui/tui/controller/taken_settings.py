"""For whom settings count that are saved while the worklist is on the screen."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Final, Protocol

from avara_tui.config import Config
from avara_tui.tui.terminal.themes import own_themes

if TYPE_CHECKING:
    from avara_tui.tui.terminal.host import Host

DEFAULT_THEME: Final = "textual-dark"


class TakesSettings(Protocol):
    """Takes over some settings as soon as they are saved."""

    @property
    def takes(self) -> Sequence[str]:
        """The names of the settings that it takes: it is told when one of them has changed."""
        ...

    def take_settings(self, config: Config) -> None:
        """Let its settings count as they are in ``config``."""
        ...


class ThemeSetting:
    """The colours of everything."""

    takes: ClassVar[tuple[str, ...]] = ("theme", "themes")

    def __init__(self, app: "Host") -> None:
        self._app = app

    def take_settings(self, config: Config) -> None:
        """Show another theme, or the same in other colours."""
        for theme in own_themes(config):
            self._app.register_theme(theme)
        # Even if it has the name of the one before, it may have other colours.
        self._app.theme = DEFAULT_THEME
        self._app.theme = config.theme or DEFAULT_THEME
