"""What the settings say about a site's worklists, rules and alarm, in the worklist's own terms."""

from avara_tui.config import TRIAGE_ORDER, Config, WorklistSetting, error_at
from avara_tui.worklist.alarm import rule_problem
from avara_tui.worklist.clocks import MINUTE, Limit, Thresholds
from avara_tui.worklist.order import TRIAGE, Order, SortKey
from avara_tui.worklist.query import Query, QueryError, parse
from avara_tui.worklist.saved import BUILT_IN, SavedWorklist

NUMBER_KEYS = "123456789"


def saved_worklists(config: Config) -> tuple[SavedWorklist, ...]:
    """Return the worklists to choose from: the site's own, or else the built-in ones.

    The first nine get the number keys. Raises :class:`avara_tui.config.ConfigError` for a filter
    that cannot be understood.
    """
    if not config.worklists:
        return BUILT_IN
    keys = [*NUMBER_KEYS, *[""] * len(config.worklists)]
    saved = []
    for index, setting in enumerate(config.worklists):
        _parsed(config, ("worklists", index, "filter"), setting.filter)
        saved.append(_saved(setting, keys[index]))
    return tuple(saved)


def check_alarm(config: Config) -> None:
    """Raise :class:`avara_tui.config.ConfigError` for a filter that can raise no alarm."""
    key = ("alarm", "filter")
    problem = rule_problem(_parsed(config, key, config.alarm.filter))
    if problem is not None:
        raise error_at(config, key, problem)


def _parsed(config: Config, key: tuple[str | int, ...], text: str) -> Query:
    try:
        return parse(text)
    except QueryError as error:
        where = f"from character {error.start + 1} on"
        raise error_at(config, key, f"cannot be understood {where}: {error}") from None


def _saved(setting: WorklistSetting, key: str) -> SavedWorklist:
    return SavedWorklist(
        setting.name,
        setting.filter,
        order=sort_order(setting.order),
        columns=setting.columns or (),
        key=key,
    )


def sort_order(text: str) -> Order:
    """Return the order that ``text`` names: ``triage``, or columns such as ``-updated,age``."""
    if text == TRIAGE_ORDER:
        return TRIAGE
    parts = [part.strip() for part in text.split(",")]
    return Order(
        tuple(SortKey(part.removeprefix("-"), descending=part.startswith("-")) for part in parts)
    )


def thresholds_of(config: Config) -> Thresholds:
    """Return the site's rules in seconds, from the configuration's minutes."""
    rules = config.thresholds
    stat, high, routine = (
        Limit(each.warn * MINUTE, each.due * MINUTE)
        for each in (rules.stat, rules.high, rules.normal)
    )
    return Thresholds(stat, high, routine, rules.max_wait * MINUTE, rules.clock_key)
