"""The site's own rules of how long a study may wait."""

from typing import Final

from avara_tui.config.declaring import Settable, setting
from avara_tui.config.values import ListOf, Number, Table, Text

DAY: Final = 1440
"""Minutes."""
MOST_RULES: Final = 100


class Threshold(Settable):
    """When studies of one severity should have been read, in minutes since they began to wait."""

    warn: float = setting(Number(0, 60 * DAY), "Minutes until a study counts as due soon.")
    due: float = setting(Number(0, 60 * DAY), "Minutes until a study counts as overdue.")

    @property
    def problem(self) -> str | None:
        """What the values contradict each other in, if they do."""
        return None if self.warn <= self.due else "warn must not be later than due"


class ThresholdRule(Settable):
    """The limits of the studies that a filter selects."""

    filter: str = setting(
        Text(most=500),
        "Which studies it is for, in the filter language, without anything that time changes.",
        example="customer:lakeside meta.modality:ct",
    )
    name: str | None = setting(
        Text(most=40),
        "What the detail calls it; without one, by its filter.",
        default=None,
        example="Lakeside CT",
    )
    stat: Threshold | None = setting(
        Table(Threshold),
        "For STAT studies; without it, here and below, the site's own limit counts.",
        default=None,
        example=Threshold(10, 20),
    )
    high: Threshold | None = setting(
        Table(Threshold),
        "For studies of high severity.",
        default=None,
        example=Threshold(20, 40),
    )
    normal: Threshold | None = setting(
        Table(Threshold), "For routine studies.", default=None, example=Threshold(180, 240)
    )

    @property
    def called(self) -> str:
        """What the rule is called on the screen."""
        return self.name or self.filter

    @property
    def problem(self) -> str | None:
        """What the values contradict each other in, if they do."""
        if self.stat is self.high is self.normal is None:
            return "gives no limit: add stat, high or normal, such as stat = {warn = 10, due = 20}"
        return None


class Thresholds(Settable):
    """The site's own rules. The defaults are placeholders that no standard stands behind."""

    stat: Threshold = setting(Table(Threshold), "For STAT studies.", default=Threshold(15, 30))
    high: Threshold = setting(
        Table(Threshold), "For studies of high severity.", default=Threshold(30, 60)
    )
    normal: Threshold = setting(
        Table(Threshold),
        "For routine studies. A severity that is not known is held to the limits of STAT.",
        default=Threshold(720, DAY),
    )
    max_wait: float = setting(
        Number(0, 365 * DAY),
        "Minutes after which a study goes before all but STAT ones, so that none waits for ever.",
        default=2880,
    )
    clock_key: str | None = setting(
        Text(most=100),
        "The metadata key that holds when waiting began, such as the end of the exam, in ISO 8601 "
        "or as DICOM writes it. Without it, or where a study has no such time, waiting begins when "
        "the study is created.",
        default=None,
        example="exam_end",
    )
    rules: tuple[ThresholdRule, ...] = setting(
        ListOf(Table(ThresholdRule), most=MOST_RULES),
        "Limits of their own for some studies: the first rule that matches a study counts for it.",
        default=(),
    )

    @property
    def are_placeholders(self) -> bool:
        """Whether the site has set no limits, but for the studies that its rules are for."""
        return self.with_values(clock_key=None, rules=()) == Thresholds()
