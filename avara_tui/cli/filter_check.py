"""Whether the settings' filters can be understood."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from avara_tui.config import Config


def check_filters(config: "Config") -> None:
    """Raise ConfigError for a filter that cannot be understood, while there is a line to say so.

    The built-in ones are known to be sound, and what reads filters takes its time to import.
    """
    from avara_tui.config import Alarm
    from avara_tui.config.own_worklists import read_own_worklists

    own = read_own_worklists()
    is_built_in = config.alarm.filter == Alarm().filter and not config.thresholds.rules
    if own or config.worklists or not is_built_in:
        from avara_tui.triage.site import check_settings

        check_settings(config, own)
