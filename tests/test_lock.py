"""The lock file: it fits pyproject.toml, pins by hash, and tells nothing of where it was made."""

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
LOCK = (ROOT / "requirements.lock").read_text()


def entries() -> list[str]:
    joined = LOCK.replace("\\\n", " ")
    return [line for line in joined.splitlines() if line and not line.startswith("#")]


def wanted() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = project["dependencies"] + [
        line for extra in project["optional-dependencies"].values() for line in extra
    ]
    found = [Requirement(line) for line in lines]
    return [each for each in found if each.name != project["name"]]


def test_every_dependency_is_locked_to_a_version_that_fits() -> None:
    locked: dict[str, list[Version]] = {}
    for entry in entries():
        match = re.match(r"([A-Za-z0-9_.-]+)==(\S+)", entry)
        assert match, f"not pinned: {entry[:80]}"
        locked.setdefault(canonicalize_name(match[1]), []).append(Version(match[2]))
    assert wanted()
    for requirement in wanted():
        versions = locked.get(canonicalize_name(requirement.name), [])
        assert any(requirement.specifier.contains(each) for each in versions), (
            f"{requirement} is locked to {versions}: run .ci/lock"
        )


def test_every_entry_has_a_hash() -> None:
    for entry in entries():
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry[:80]


def test_nothing_tells_where_it_was_made() -> None:
    assert "://" not in LOCK
    assert "--index" not in LOCK
    assert "--find-links" not in LOCK
    assert "file:" not in LOCK
    assert not re.search(r"^(?!#).*/", LOCK, re.MULTILINE)
