"""What the comparison with other programs claims of this one has a test that holds it."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "avara_tui" / "tui" / "README.md"
COLUMNS = (
    *("Feature", "avara-tui", "k9s", "lazygit", "gh-dash", "posting", "harlequin"),
    "Held by",
)
FEATURES = """
    Filter box on list, Server query language, Saved views / sections, Arbitrary marks,
    Bulk action on marks, Undo of a remote change, Auto-refresh, Command palette / `:`,
    Contextual key help, Reason when disabled, Column config, Interactive sort, Copy to clipboard,
    …works over SSH (OSC 52), Open item in browser, …SSH-aware open, Toasts, Mouse,
    Themes / user themes, Terminal-palette colours, NO_COLOR, Colour-blind preset, Config schema,
    Key remap of built-ins, User commands, Loading / empty / error states, Responsive layout,
    Read-only mode, ETag / edit-conflict check
"""


def rows() -> list[list[str]]:
    """Return the cells of the table, its titles first."""
    lines = [line for line in PAGE.read_text().splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" |")] for line in lines]


TITLES, _, *BODY = rows()
CLAIMS = [
    (row[0], test)
    for row in BODY
    if row[1] != "N"
    for test in re.findall(r"`(tests/\S+)`", row[-1]) or ["no test is named"]
]


def functions(path: Path) -> set[str]:
    """Return the names of the functions that a file of tests defines."""
    nodes = ast.parse(path.read_text()).body
    return {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_every_feature_and_every_program_is_there() -> None:
    assert tuple(TITLES) == COLUMNS
    assert [row[0] for row in BODY] == [each.strip() for each in FEATURES.split(",")]
    for row in BODY:
        assert len(row) == len(COLUMNS), row
        for verdict in row[1:-1]:
            assert set(verdict.split("/")) <= {"Y", "P", "N"}, row


@pytest.mark.parametrize(("feature", "test"), CLAIMS)
def test_what_is_claimed_is_held_by_a_test(feature: str, test: str) -> None:
    file, _, name = test.partition("::")
    assert (ROOT / file).is_file(), f"{feature}: {test}"
    assert name in functions(ROOT / file), f"{feature}: {test}"


def test_a_state_of_three_is_held_by_three_tests() -> None:
    for row in BODY:
        verdicts = row[1].split("/") if "states" in row[0] else row[1:2]
        tests = re.findall(r"`(tests/\S+)`", row[-1])
        assert len(tests) == (0 if verdicts == ["N"] else len(verdicts)), row[0]


def test_the_readme_leads_here() -> None:
    assert f"({PAGE.relative_to(ROOT)})" in (ROOT / "README.md").read_text()
