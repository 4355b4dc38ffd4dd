"""What the settings say about a site's worklists, rules and alarm, in the worklist's own terms."""

from collections.abc import Sequence
from pathlib import Path

from avara_tui.config import TRIAGE_ORDER, Config, Threshold, TriageOrder, WorklistSetting, error_at
from avara_tui.config.loading import error_in
from avara_tui.config.model import DEADLINE_ORDER
from avara_tui.config.own_worklists import own_worklists_file
from avara_tui.worklist.alarm_rule import rule_problem
from avara_tui.worklist.clocks import MINUTE, Thresholds
from avara_tui.worklist.limit_rules import limit_problem, limit_rules
from avara_tui.worklist.limits import Limit, LimitRule, LimitRules
from avara_tui.worklist.order import DEADLINE, TRIAGE, Order, SortKey
from avara_tui.worklist.query import Query, QueryError, parse
from avara_tui.worklist.saved import BUILT_IN, SavedWorklist

NUMBER_KEYS = "123456789"
_TRIAGE_ORDERS = {TRIAGE_ORDER: TRIAGE, DEADLINE_ORDER: DEADLINE}


def saved_worklists(
    config: Config, own: Sequence[WorklistSetting] = ()
) -> tuple[SavedWorklist, ...]:
    """Return the worklists to choose from: the site's or the built-in ones, then the person's own.

    The first nine get the number keys. Raises :class:`avara_tui.config.ConfigError` for a filter
    that cannot be understood.
    """
    site = Path(config.path or "the settings")
    found = list(BUILT_IN)
    if config.worklists:
        found = [_saved(each, site, index) for index, each in enumerate(config.worklists)]
    taken = {each.name.casefold() for each in found}
    for index, setting in enumerate(own):
        mine = _saved(setting, own_worklists_file(), index)._replace(own_name=setting.name)
        if mine.name.casefold() in taken:
            # The site has come to use the name since.
            mine = mine._replace(name=f"{mine.name} (own)")
        found.append(mine)
    keys = [*NUMBER_KEYS, *[""] * len(found)]
    return tuple(each._replace(key=key) for each, key in zip(found, keys, strict=False))


def check_settings(config: Config, own: Sequence[WorklistSetting] = ()) -> None:
    """Raise :class:`avara_tui.config.ConfigError` for a filter that will not do.

    ``own`` are the worklists that the person saved.
    """
    saved_worklists(config, own)
    check_alarm(config)
    thresholds_of(config)


def check_alarm(config: Config) -> None:
    """Raise :class:`avara_tui.config.ConfigError` for a filter that can raise no alarm."""
    key = ("alarm", "filter")
    site = Path(config.path or "the settings")
    problem = rule_problem(_parsed(site, key, config.alarm.filter))
    if problem is not None:
        raise error_at(config, key, problem)


def _parsed(file: Path, key: tuple[str | int, ...], text: str, whose: str = "") -> Query:
    try:
        return parse(text)
    except QueryError as error:
        where = f"from character {error.start + 1} on"
        raise error_in(file, key, f"{whose}cannot be understood {where}: {error}") from None


def _saved(setting: WorklistSetting, file: Path, index: int) -> SavedWorklist:
    _parsed(file, ("worklists", index, "filter"), setting.filter)
    return SavedWorklist(
        setting.name,
        setting.filter,
        order=sort_order(setting.order),
        columns=setting.columns or (),
    )


def order_text(order: Order) -> str:
    """Return the name of an order, as :func:`sort_order` reads it."""
    if order.is_triage:
        return DEADLINE_ORDER if order.by_deadline else TRIAGE_ORDER
    return ",".join(f"{'-' if down else ''}{column}" for column, down in order.keys)


def sort_order(text: str) -> Order:
    """Return the order that ``text`` names.

    That is ``triage``, ``deadline``, or columns such as ``-updated,age``.
    """
    if text in _TRIAGE_ORDERS:
        return _TRIAGE_ORDERS[text]
    parts = [part.strip() for part in text.split(",")]
    return Order(
        tuple(SortKey(part.removeprefix("-"), descending=part.startswith("-")) for part in parts)
    )


def thresholds_of(config: Config) -> Thresholds:
    """Return the site's rules in seconds, from the configuration's minutes.

    Raises :class:`avara_tui.config.ConfigError` for a rule whose filter will not do.
    """
    rules = config.thresholds
    return Thresholds(
        _limit(rules.stat),
        _limit(rules.high),
        _limit(rules.normal),
        rules.max_wait * MINUTE,
        rules.clock_key,
        _rules(config),
        by_deadline=config.order is TriageOrder.DEADLINE,
    )


def _limit(setting: Threshold) -> Limit:
    return Limit(setting.warn * MINUTE, setting.due * MINUTE)


def _rules(config: Config) -> LimitRules:
    site = Path(config.path or "the settings")
    rules = []
    for index, each in enumerate(config.thresholds.rules):
        key = ("thresholds", "rules", index, "filter")
        said = f"of the rule “{each.called}” "
        problem = limit_problem(_parsed(site, key, each.filter, said))
        if problem is not None:
            raise error_in(site, key, f"{said}{problem}")
        own = (None if one is None else _limit(one) for one in (each.stat, each.high, each.normal))
        rules.append(LimitRule(each.filter, each.called, *own))
    return limit_rules(rules)
