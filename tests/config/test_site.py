"""Saved worklists from the settings file, and names that file and screen must agree on."""

from collections.abc import Callable
from pathlib import Path

import pytest

from avara_tui.cli import plain
from avara_tui.config import COLUMNS, Alarm, Config, ConfigError, load_config
from avara_tui.config.model import SORT_COLUMNS
from avara_tui.study import Study
from avara_tui.triage.site import (
    check_alarm,
    check_settings,
    order_text,
    saved_worklists,
    sort_order,
    thresholds_of,
)
from avara_tui.tui.presentation import columns
from avara_tui.worklist.clocks import Thresholds
from avara_tui.worklist.limits import Limit, LimitRule
from avara_tui.worklist.order import TRIAGE
from avara_tui.worklist.saved import BUILT_IN


def study(study_id: str, **fields: object) -> Study:
    bare = Study(study_id, "1.2", "CT", "normal", "incomplete", is_cancelled=False)
    return bare._replace(**fields)  # type: ignore[arg-type]


def test_without_worklists_the_built_in_ones_count() -> None:
    assert saved_worklists(Config()) == BUILT_IN


def test_the_sites_worklists_replace_them_in_order(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    tables = [f"[[worklists]]\nname = 'W{n}'\nfilter = 'ct {n}'\n" for n in range(11)]
    tables[1] += "order = '-updated, meta.modality'\ncolumns = ['age', 'meta.modality']\n"
    file.write_text("\n".join(tables))
    saved = saved_worklists(load_config(file))
    assert [each.name for each in saved] == [f"W{n}" for n in range(11)]
    assert "".join(each.key for each in saved) == "123456789"
    assert (saved[0].query_text, saved[0].order, saved[0].columns) == ("ct 0", TRIAGE, ())
    assert saved[1].columns == ("age", "meta.modality")
    assert saved[1].order == sort_order("-updated,meta.modality")


def test_a_filter_that_cannot_be_understood_is_named_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("[[worklists]]\nname = 'A'\nfilter = 'ct'\n[[worklists]]\nname = 'B'\n")
    with file.open("a") as text:
        text.write("filter = 'ct severty:stat'\n")
    config = load_config(file)
    with pytest.raises(ConfigError) as caught:
        saved_worklists(config)
    message = str(caught.value)
    assert message.startswith(f"{file}:6: worklists[2].filter cannot be understood")
    assert "from character 4 on" in message
    assert "severity" in message
    file.unlink()
    with pytest.raises(ConfigError, match=r"config.toml: worklists\[2\].filter"):
        saved_worklists(config)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("severty:stat", "did you mean severity"),
        ("severity:stat age:>5m", "says something of time"),
    ],
)
def test_an_alarm_that_can_not_be_raised_is_named_with_its_line(
    tmp_path: Path, text: str, message: str
) -> None:
    file = tmp_path / "config.toml"
    file.write_text(f"[alarm]\nfilter = '{text}'\n")
    with pytest.raises(ConfigError) as caught:
        check_alarm(load_config(file))
    assert str(caught.value).startswith(f"{file}:2: alarm.filter ")
    assert message in str(caught.value)


RULES = """
[thresholds]
normal = {warn = 60, due = 120}
[[thresholds.rules]]
filter = "customer:lakeside meta.modality:ct"
name = "Lakeside CT"
stat = {warn = 5, due = 10}
[[thresholds.rules]]
filter = "FILTER"
normal = {warn = 1, due = 2}
"""


def test_the_sites_rules_come_in_order_in_seconds_and_without_a_name_by_their_filter(
    tmp_path: Path,
) -> None:
    file = tmp_path / "config.toml"
    file.write_text('order = "deadline"\n' + RULES.replace("FILTER", "ct"))
    found = thresholds_of(load_config(file))
    assert found.by_deadline
    assert found.routine == Limit(3600.0, 7200.0)
    assert found.rules.rules == (
        LimitRule("customer:lakeside meta.modality:ct", "Lakeside CT", stat=Limit(300.0, 600.0)),
        LimitRule("ct", "ct", routine=Limit(60.0, 120.0)),
    )
    assert found == thresholds_of(load_config(file))
    assert not thresholds_of(Config()).rules
    assert not thresholds_of(Config()).by_deadline


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("custmer:lakeside", "cannot be understood from character 1 on: there is no field"),
        ("custmer:lakeside", "did you mean customer"),
        ("ct age:>5m", "says something of time (age:>5m), but limits are what time is held"),
        ("is:overdue", "says something of time (is:overdue)"),
        ("is:new", "nothing of the study's own: take it out"),
        ("assignee:me", "name the person"),
    ],
)
@pytest.mark.parametrize("check", [thresholds_of, check_settings])
def test_a_rule_that_will_not_do_is_named_with_its_line_and_what_to_do(
    tmp_path: Path, text: str, message: str, check: Callable[[Config], object]
) -> None:
    file = tmp_path / "config.toml"
    file.write_text(RULES.replace("FILTER", text))
    with pytest.raises(ConfigError) as caught:
        check(load_config(file))
    said = str(caught.value)
    assert said.startswith(f"{file}:9: thresholds.rules[2].filter of the rule “{text}” ")
    assert message in said


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("filter = 'ct'", "thresholds.rules[1] gives no limit: add stat, high or normal"),
        ("stat = {warn = 1, due = 2}", "thresholds.rules[1] needs the key 'filter'"),
        ("filter = 'ct'\nstat = {warn = 3, due = 2}", "warn must not be later than due"),
        ("filter = 'ct'\nroutine = {warn = 3, due = 4}", "no setting of [thresholds.rules[1]]"),
        ("filter = ''\nstat = {warn = 3, due = 4}", "thresholds.rules[1].filter must not be empty"),
    ],
)
def test_a_rule_that_says_too_little_or_too_much_is_refused(
    tmp_path: Path, text: str, message: str
) -> None:
    file = tmp_path / "config.toml"
    file.write_text(f"[[thresholds.rules]]\n{text}\n")
    with pytest.raises(ConfigError) as caught:
        load_config(file)
    assert message in str(caught.value)


@pytest.mark.parametrize("text", ["triage", "deadline", "-updated", "priority,-age"])
def test_an_order_is_written_as_it_is_read(text: str) -> None:
    assert order_text(sort_order(text)) == text


@pytest.mark.parametrize(
    ("quiet", "minute", "is_quiet"),
    [
        (("22:00", "06:00"), 22 * 60, True),
        (("22:00", "06:00"), 0, True),
        (("22:00", "06:00"), 6 * 60, False),
        (("22:00", "06:00"), 12 * 60, False),
        (("09:00", "17:30"), 17 * 60 + 29, True),
        (("09:00", "17:30"), 17 * 60 + 30, False),
        ((None, None), 0, False),
    ],
)
def test_quiet_hours_may_span_midnight(
    quiet: tuple[str | None, str | None], minute: int, *, is_quiet: bool
) -> None:
    assert Alarm(quiet_from=quiet[0], quiet_until=quiet[1]).is_quiet(minute) is is_quiet


def test_every_column_of_the_settings_is_one_of_the_screen() -> None:
    assert set(COLUMNS) == set(columns.COLUMNS)


def test_every_column_of_the_settings_is_printed_without_a_screen() -> None:
    # Any other name is taken for that of a metadata value, which most studies have not.
    assert set(COLUMNS) <= set(plain.CELLS)


@pytest.mark.parametrize("name", [*SORT_COLUMNS, "meta.x"])
def test_every_sort_column_of_the_settings_sorts(name: str) -> None:
    first = study(
        "a", created_at=1.0, updated_at=1.0, severity="stat", uid="1.1", metadata={"x": "a"}
    )
    last = study(
        "b",
        created_at=2.0,
        updated_at=2.0,
        uid="1.3",
        metadata={"x": "b"},
        description="MR",
        status="later",
    )
    for text, expected in ((name, ["a", "b"]), (f"-{name}", ["b", "a"])):
        key = sort_order(text).key(10.0, Thresholds())
        found = [each.study_id for each in sorted([last, first], key=key)]
        if name not in ("assignee", "customer"):
            assert found == expected
        else:
            # Neither has one: the older study goes first, whichever way round.
            assert found == ["a", "b"]
