"""The settings of the STAT alarm."""

import re
from enum import StrEnum
from typing import Final

from avara_tui.config.declaring import Settable, setting
from avara_tui.config.values import Choice, Flag, Number, Text

_TIME_OF_DAY: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


class Desktop(StrEnum):
    """How the terminal is asked for a desktop notification."""

    OFF = "off"
    AUTO = "auto"
    """As the terminal is known to want it; not at all where it is not known."""
    OSC9 = "osc9"
    OSC777 = "osc777"
    OSC99 = "osc99"


def minutes_of_day(text: str) -> int:
    """Return the minutes from midnight to a time of day such as 22:30."""
    match = _TIME_OF_DAY.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return int(match[1]) * 60 + int(match[2])


def _time_problem(text: str) -> str | None:
    return None if _TIME_OF_DAY.fullmatch(text) else "must be a time of day such as 22:00"


_TIME: Final = Text(_time_problem, pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")


class Alarm(Settable):
    """What raises the alarm, and how it makes itself noticed."""

    filter: str = setting(
        Text(most=500),
        "Which open studies raise the alarm, in the filter language; it can say nothing of time.",
        default="severity:stat",
        example="severity:stat -customer:lakeside",
    )
    bell: bool = setting(Flag(), "Ring the terminal's bell.", default=True)
    repeat: float = setting(
        Number(0, 3600),
        "Seconds from one bell to the next until an alarm is acknowledged; 0 rings once.",
        default=30,
    )
    desktop: Desktop = setting(
        Choice(Desktop),
        "Ask the terminal for a desktop notification: a count, never a word of a study. auto does "
        "where the terminal is known to show them; osc9, osc777 and osc99 choose the way by hand, "
        "also inside tmux.",
        default=Desktop.AUTO,
    )
    no_reader: bool = setting(
        Flag(),
        "Raise it again when a study had somebody and has nobody any more.",
        default=True,
    )
    unclaimed: bool = setting(
        Flag(),
        "Raise it again when a study, new or noticed, stays nobody's for unclaimed_minutes.",
        default=True,
    )
    unclaimed_minutes: float = setting(
        Number(1, 1440), "Minutes for which a study may be nobody's.", default=5
    )
    overdue: bool = setting(
        Flag(),
        "Raise it again when a study passes its deadline, and once more at twice its time; the "
        "thresholds say when that is.",
        default=True,
    )
    lost: bool = setting(
        Flag(),
        "Say when somebody else cancels, completes, reassigns or lowers an open study of yours, "
        "whatever its severity.",
        default=True,
    )
    quiet_from: str | None = setting(
        _TIME,
        "The local time from which there is no bell and no notification; the banner stays.",
        default=None,
        example="22:00",
    )
    quiet_until: str | None = setting(
        _TIME, "The local time at which quiet ends.", default=None, example="06:00"
    )

    @property
    def problem(self) -> str | None:
        """What the values contradict each other in, if they do."""
        if (self.quiet_from is None) is not (self.quiet_until is None):
            return "needs both quiet_from and quiet_until, or neither"
        return None

    def is_quiet(self, minute_of_day: int) -> bool:
        """Whether there is to be no sound at a minute of the day, counted from local midnight."""
        if self.quiet_from is None or self.quiet_until is None:
            return False
        start, end = minutes_of_day(self.quiet_from), minutes_of_day(self.quiet_until)
        if start <= end:
            return start <= minute_of_day < end
        return minute_of_day >= start or minute_of_day < end
