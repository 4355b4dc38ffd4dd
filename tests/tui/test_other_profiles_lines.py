"""The header tells of other profiles at every width, the more important part first."""

import itertools
from collections.abc import Iterator

import pytest

from avara_tui.config import Colour
from avara_tui.triage.reading.profile_watch import ProfileCount, Trouble
from avara_tui.tui.lines import Line, Role, line, text_of, width_of
from avara_tui.tui.presentation.masthead import Forms
from avara_tui.tui.presentation.masthead import header as masthead
from avara_tui.tui.presentation.open_counts import OpenCounts, chip_forms
from avara_tui.tui.presentation.other_profiles import (
    age_words,
    alarm_line,
    header_forms,
    offer_line,
)

LOAD = OpenCounts(stat=11, unclaimed=4, overdue=15, oldest=1200.0)
COLOURS = {"northside": Colour.CYAN, "eastside": Colour.RED, "westside": None}

CALM = ProfileCount("northside", 0)
OPEN = ProfileCount("northside", 2)
NEW = ProfileCount("northside", 3, new=1, new_at=1_700_000_000.0)
MORE = ProfileCount("eastside", 100, is_sure=False)
SILENT = ProfileCount("eastside", 0, silent=190.0, trouble=Trouble.UNREAD)
NO_KEY = ProfileCount("westside", trouble=Trouble.NO_KEY)
FIRST = ProfileCount("westside")
KINDS = (CALM, OPEN, NEW, MORE, SILENT, NO_KEY, FIRST)


def header(width: int, *others: ProfileCount, load: OpenCounts | None = LOAD) -> Line:
    chip = [()] if load is None else chip_forms(load, is_certain=True, is_seen=False)
    forms: Forms = {
        "chip": chip,
        "others": header_forms(others, COLOURS),
        "news": [()],
        "shown": [line("180 shown"), ()],
        "read": [line("1,234 read, complete"), ()],
        "fresh": [line(("live", Role.GOOD))],
        "tags": [()],
        "profile": [line((" lakeside ", Role.PROFILE))],
    }
    return masthead(forms, width)


def roles(content: Line, text: str) -> set[Role]:
    return {role for each, role in content if text in each}


def test_on_a_wide_screen_everything_is_there() -> None:
    said = text_of(header(160, OPEN, SILENT))
    own = " ▲ STAT 11  4 unassigned, oldest 20m   15 overdue"
    assert said.startswith(f" {own}   northside 2 STAT   eastside ?")
    assert said.endswith("180 shown  1,234 read, complete  live   lakeside  ")


@pytest.mark.parametrize(
    ("width", "said"),
    [
        (120, "▲ STAT 11  4 unassigned, oldest 20m    northside 2 STAT "),
        (80, "▲ STAT 11  4 unassigned, oldest 20m    northside 2 STAT "),
        (60, "▲ STAT 11   2 STAT elsewhere "),
        (48, "▲ STAT 11   2 STAT elsewhere "),
    ],
)
def test_what_matters_less_goes_first(width: int, said: str) -> None:
    assert said in text_of(header(width, OPEN))


def test_a_calm_zero_gives_way_to_ones_own_counts() -> None:
    assert "northside 0 STAT" in text_of(header(120, CALM))
    narrow = text_of(header(60, CALM))
    assert "northside" not in narrow
    assert "▲ STAT 11" in narrow


def test_without_counts_of_its_own_the_others_are_shown_as_well() -> None:
    assert text_of(header(80, OPEN, load=None)).startswith("  northside 2 STAT")


def combinations() -> Iterator[tuple[ProfileCount, ...]]:
    for number in range(4):
        for each in itertools.combinations(KINDS, number):
            yield tuple(one._replace(name=f"{one.name}{i}") for i, one in enumerate(each))


@pytest.mark.parametrize("width", [60, 80, 100, 120, 200])
def test_nothing_that_may_be_stat_elsewhere_is_hidden_at_any_width(width: int) -> None:
    for others in combinations():
        content = header(width, *others)
        said = text_of(content)
        assert width_of(content) == width
        assert said.endswith("live   lakeside  ")
        studies = sum(each.open or 0 for each in others)
        by_name = all(
            f"{each.open:,}{'' if each.is_sure else '+'} STAT" in said
            for each in others
            if each.open
        )
        assert not studies or by_name or f"{studies:,}" in said.partition("elsewhere")[0], said
        if any(each.trouble for each in others):
            assert "?" in said or "+ STAT elsewhere" in said, said
        if any(each.new for each in others):
            assert roles(content, "NEW") == {Role.ALARM}, said
        assert "▲ STAT 11" in said or not others or width < 80


@pytest.mark.parametrize("others", list(itertools.combinations(KINDS, 2)))
def test_what_is_not_known_is_no_calm_zero(others: tuple[ProfileCount, ...]) -> None:
    said = text_of(header(200, *others))
    for each in others:
        if each.trouble is not None:
            assert f"{each.name} ?" in said or f"{each.name}  ?" in said
            assert f"{each.name} 0" not in said


def test_each_name_has_the_colour_of_its_profile() -> None:
    content = header(120, OPEN, MORE, NO_KEY)
    assert roles(content, "northside") == {Role.IN_CYAN}
    assert roles(content, "eastside") == {Role.IN_RED}
    assert roles(content, "westside") == {Role.STRONG}
    assert roles(content, "2 STAT") == {Role.STAT}
    assert roles(content, "? no key") == {Role.WARNING}


def test_a_number_that_cannot_be_read_any_more_keeps_its_last_value_and_its_age() -> None:
    old = OPEN._replace(silent=7200.0, trouble=Trouble.UNREAD)
    assert "northside 2 STAT ? 2 h" in text_of(header(120, old))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "<1 min"), (59, "<1 min"), (60, "1 min"), (3599, "59 min"), (3600, "1 h"), (2e5, "2 d")],
)
def test_ages_are_cut_off_and_change_seldom(seconds: float, words: str) -> None:
    assert age_words(seconds) == words


def test_the_alarm_says_whose_it_is_since_when_and_the_way() -> None:
    content = alarm_line(NEW, "! go there", 80)
    assert width_of(content) == 80
    assert text_of(content).startswith(" ▲ northside: NEW STAT  ")
    assert text_of(content).endswith("! go there ")
    two = text_of(alarm_line(NEW._replace(new=2), "", 60))
    assert two.startswith(" ▲ northside: 2 NEW STAT  since ")
    assert text_of(offer_line(NEW)) == "Go to northside (3 STAT, 1 NEW)?"
