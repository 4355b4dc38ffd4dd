"""``list``, ``next`` and ``show`` go by the site's rules, and say how long there is left."""

from datetime import datetime
from pathlib import Path

import pytest

from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from cli.commands import ME, Shell, shell_at
from studies import add_study, open_studies

NEVER = "{ warn = 86400, due = 86400 }"
SITE = f"[thresholds]\nstat = {NEVER}\nhigh = {NEVER}\nnormal = {NEVER}\n"


@pytest.fixture
def shell(emulator: EmbeddedEmulator, tmp_path: Path) -> Shell:
    return shell_at(emulator, tmp_path)


def rule(text: str, **limits: str) -> str:
    given = "".join(f"{name} = {limit}\n" for name, limit in limits.items())
    return f'[[thresholds.rules]]\nfilter = "{text}"\nname = "The rule"\n{given}'


def settings(*rules: str, head: str = "") -> str:
    return "".join((head, ME, SITE, *rules))


def test_the_column_says_how_long_there_is_left_or_for_how_long_it_is_late(
    emulator: EmbeddedEmulator, shell: Shell
) -> None:
    late = add_study(emulator, "LATE ONE", severity="normal")
    early = add_study(emulator, "EARLY ONE", severity="normal")
    closed = add_study(emulator, "CLOSED ONE", severity="normal")
    emulator.change(closed, studyViewerStatus="complete")
    now = "{ warn = 0, due = 0 }"
    shell.settings(settings(rule("late", normal=now), rule("early", normal="{warn = 0, due = 90}")))
    ended = shell.run("list", "--all", "--filter", "one", "--columns", "due,id", "--no-header")
    assert ended.status == 0, ended.err
    told = {line.split()[-1]: " ".join(line.split()[:-1]) for line in ended.lines}
    assert told[late] == "-<1m"
    assert told[early] in {"in 1h29", "in 1h30"}
    assert told[closed] == "-"
    assert "in " in shell.run("show", early).out.split("due", 1)[1].split("\n")[0]
    assert ", due soon" in shell.run("show", early).out
    assert "1h30 (The rule)" in shell.run("show", early).out
    assert ", overdue" in shell.run("show", late).out


def test_json_has_the_time_the_seconds_left_and_the_rule(
    emulator: EmbeddedEmulator, shell: Shell
) -> None:
    late, other = add_study(emulator, "LATE ONE"), add_study(emulator, "OTHER ONE")
    zero = "{ warn = 0, due = 0 }"
    shell.settings(settings(rule("late", stat=zero, high=zero, normal=zero)))
    found = {
        each["studyId"]: each
        for each in shell.run("list", "--all", "--filter", "one", "--json").objects
    }
    assert found[late]["isOverdue"] is True
    assert found[late]["dueInSeconds"] <= 0
    assert found[late]["dueAt"] == found[late]["createdAt"]
    assert found[late]["limitRule"] == "The rule"
    assert found[other]["isOverdue"] is False
    assert found[other]["limitRule"] is None
    due = datetime.fromisoformat(found[other]["dueAt"])
    created = datetime.fromisoformat(found[other]["createdAt"])
    assert (due - created).total_seconds() == 86400 * 60
    assert 0 < found[other]["dueInSeconds"] <= 86400 * 60
    assert {each["dueInSeconds"] is None for each in found.values() if not each["isOpen"]} <= {True}


def test_what_a_rule_brings_near_due_is_soon(emulator: EmbeddedEmulator, shell: Shell) -> None:
    soon = add_study(emulator, "NEAR DUE", severity="high")
    shell.settings(settings(rule("near", high="{ warn = 0, due = 86400 }")))
    (found,) = shell.run("list", "--filter", "is:soon", "--json").objects
    assert found["studyId"] == soon


def test_by_deadline_next_takes_what_is_due_first_and_list_shows_it_first(
    emulator: EmbeddedEmulator, shell: Shell
) -> None:
    for each in open_studies(emulator):
        emulator.change(each["studyId"], studyViewerStatus="complete")
    older = add_study(emulator, "OLDER", severity="high")
    urgent = add_study(emulator, "URGENT", severity="high")
    held = rule("urgent", high="{ warn = 60, due = 120 }")
    shell.settings(settings(held))

    def listed(*arguments: str) -> list[str]:
        return [each["studyId"] for each in shell.run("list", "--json", *arguments).objects]

    assert listed() == [older, urgent]
    assert listed("--sort", "deadline") == [urgent, older]
    shell.settings(settings(held, head='order = "deadline"\n'))
    assert listed() == [urgent, older]
    assert listed("--sort", "age") == [older, urgent]
    taken = shell.run("next", "--json")
    assert taken.status == 0, taken.err
    (told,) = taken.objects
    assert told["studyId"] == urgent
    assert told["study"]["assignedTo"]["userId"] == DEMO_USER_ID


@pytest.mark.parametrize(
    "command",
    [("list",), ("next",), ("handoff",), ("show", "1.2"), ("set", "1.2", "--severity", "high")],
)
def test_a_rule_that_will_not_do_is_told_before_anything_is_asked_or_written(
    emulator: EmbeddedEmulator, shell: Shell, command: tuple[str, ...]
) -> None:
    shell.settings(settings(rule("is:overdue", stat="{ warn = 1, due = 2 }")))
    before = len(emulator.requests)
    ended = shell.run(*command)
    assert ended.status != 0
    assert "thresholds.rules[1].filter of the rule “The rule” says something of time" in ended.err
    assert not ended.out
    assert len(emulator.requests) == before


def test_check_tells_of_it_and_the_hand_off_says_which_limits_are_assumed(shell: Shell) -> None:
    shell.settings(settings(rule("severty:stat", stat="{ warn = 1, due = 2 }")))
    ended = shell.run("config", "check")
    assert ended.status == 1
    assert "did you mean severity" in ended.err
    shell.settings(ME + rule("ct", stat="{ warn = 1, due = 2 }"))
    assert shell.run("config", "check").status == 0
    said = "Time limits are assumed where no rule of your site's gives one."
    assert said in shell.run("handoff").lines
