"""What a person types finds what they mean, the likeliest first."""

import pytest

from avara_tui.tui.choices import Choice
from avara_tui.tui.controller.fuzzy import fuzzy
from avara_tui.tui.lines import line

NAMES = [
    "claim assign the study to me",
    "cancel the study",
    "worklist unassigned",
    "theme textual-dark",
    "filter by assignee okafor adaeze",
    "assign to okafor adaeze",
]
CHOICES = [Choice(name, line(name), name) for name in NAMES]


def found(text: str) -> list[str]:
    return [each.key for each in fuzzy(CHOICES, text)]


def test_no_text_finds_everything_in_its_order() -> None:
    assert found("") == NAMES


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("cla", "claim assign the study to me"),
        ("CANCEL", "cancel the study"),
        ("unas", "worklist unassigned"),
        ("assign okaf", "assign to okafor adaeze"),
        ("okafor filter", "filter by assignee okafor adaeze"),
        ("txd", "theme textual-dark"),
        ("wklst", "worklist unassigned"),
    ],
)
def test_the_likeliest_comes_first(text: str, first: str) -> None:
    assert found(text)[0] == first


@pytest.mark.parametrize("text", ["zebra", "okafor zebra", "mialc", "tmdoteeo"])
def test_what_nothing_is_called_finds_nothing(text: str) -> None:
    assert found(text) == []


def test_every_word_must_be_found() -> None:
    assert found("assign adaeze") == ["assign to okafor adaeze", "filter by assignee okafor adaeze"]
