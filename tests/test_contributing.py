"""CONTRIBUTING: what it names is there, and what is there it names."""

import ast
import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text()
PATHS = sorted(set(re.findall(r"\b(?:avara_tui|tests|screenshots|\.ci)/[\w./-]*\w/?", TEXT)))
ROOMS = sorted(
    f"{path.parent.relative_to(ROOT)}/" for path in (ROOT / "avara_tui").rglob("*/__init__.py")
)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def part(heading: str) -> str:
    """Return what stands under a heading."""
    return TEXT.partition(f"## {heading}\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize("path", PATHS)
def test_every_path_is_there(path: str) -> None:
    assert (ROOT / path).is_dir() if path.endswith("/") else (ROOT / path).is_file()


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_is_named_where_the_rooms_are(room: str) -> None:
    assert f"`{room}`" in part("The rooms")


@pytest.mark.parametrize("container", ["avara_tui", "avara_tui.tui", "avara_tui.triage"])
def test_the_rooms_stand_as_the_import_contracts_have_them(container: str) -> None:
    contracts = PROJECT["tool"]["importlinter"]["contracts"]
    (layers,) = (each["layers"] for each in contracts if each.get("containers") == [container])
    floors = {name: floor for floor, names in enumerate(layers) for name in names.split(" | ")}
    folder = container.replace(".", "/")
    rows = re.findall(rf"^\| `{folder}/(\w+)(?:\.py|/)`", part("The rooms"), re.MULTILINE)
    found = [floors[row] for row in rows]
    assert len(found) > 4
    assert found == sorted(found)


def test_every_word_of_the_house_is_one_class() -> None:
    words = re.findall(r"`(\w+)`", part("The house's own words"))
    defined = Counter(
        node.name
        for path in (ROOT / "avara_tui").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef)
    )
    assert len(words) > 20
    # A line is a tuple that has a name.
    assert [word for word in words if defined[word] != 1] == ["Line"]


def test_what_is_said_to_be_in_a_file_is_there() -> None:
    named = re.findall(r"`(\w+)`\s+(?:of|in)\s+`([\w./]+\.py)`", TEXT)
    assert len(named) > 5
    for name, path in named:
        assert re.search(rf"\b{name}\b", (ROOT / path).read_text()), (name, path)


def test_it_is_part_of_the_source_distribution() -> None:
    included = PROJECT["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]
    assert "CONTRIBUTING.md" in included
