"""Change the code in a thousand small ways and see whether the tests notice.

``python tests/mutation/run.py api`` takes half an hour on two cores, in a copy of the work tree
that it leaves behind for ``mutmut browse``. It prints the share of mutants killed and every
survivor that ``tests/mutation/ROOM.txt`` does not account for, and fails below 90 per cent.
"""

import argparse
import fnmatch
import json
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parents[2]
COPIED: Final = ("avara_tui", "tests", "pyproject.toml", "README.md", "LICENSE")
BAR: Final = 0.90


class Room(NamedTuple):
    """What is changed, and the tests that should notice."""

    sources: list[str]
    tests: list[str]
    without: list[str]
    """Tests that take long and look at what others look at more closely."""


ROOMS: Final = {
    "api": Room(
        ["avara_tui/api/"],
        ["tests/api"],
        ["tests/api/test_arbitrary_answers.py", "tests/api/test_fault_matrix.py"],
    ),
}

STATUSES: Final = {0: "survived", 1: "killed", 3: "killed", 5: "no tests", 33: "no tests"}
"""What mutmut notes as a mutant's exit code; a mutant that never ends is killed as well."""


def prepare(room: Room, work: Path) -> None:
    """Copy the project to ``work`` and tell mutmut there what to do."""
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, work / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, work / name)
    arguments = [
        "-x",
        "-q",
        "-p",
        "no:cacheprovider",
        # Mutants are run side by side, and only tests in its own process tell what they reach.
        "-n",
        "0",
        # Many mutants wait for what never comes.
        "--timeout",
        "20",
        *(f"--ignore={path}" for path in room.without),
    ]
    settings = {
        "source_paths": room.sources,
        "also_copy": ["avara_tui/"],
        "pytest_add_cli_args_test_selection": room.tests,
        "pytest_add_cli_args": arguments,
    }
    lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
    with (work / "pyproject.toml").open("a") as file:
        file.write("\n[tool.mutmut]\n" + "\n".join(lines) + "\n")


def results(work: Path) -> dict[str, str]:
    """Return what became of every mutant, by its name."""
    found: dict[str, str] = {}
    for path in (work / "mutants").rglob("*.meta"):
        codes = json.loads(path.read_text())["exit_code_by_key"]
        for name, code in codes.items():
            found[name] = "not run" if code is None else STATUSES.get(code, "killed")
    return found


def accounted_for(room: str) -> list[str]:
    """Return the patterns of the survivors that need not be killed."""
    path = Path(__file__).with_name(f"{room}.txt")
    lines = path.read_text().splitlines() if path.exists() else []
    return [line.split()[0] for line in lines if line and not line.startswith(("#", " "))]


def report(room: str, found: dict[str, str]) -> int:
    """Print what became of the mutants; return the exit code."""
    counts = Counter(found.values())
    judged = counts["killed"] + counts["survived"] + counts["no tests"]
    share = counts["killed"] / judged if judged else 0.0
    print(", ".join(f"{count} {status}" for status, count in counts.most_common()))
    print(f"{share:.1%} of {judged} mutants killed")
    patterns = accounted_for(room)
    for name, status in sorted(found.items()):
        is_explained = any(fnmatch.fnmatch(name, each) for each in patterns)
        if status in {"survived", "no tests"} and not is_explained:
            print(f"  {status}: {name}")
    return 0 if share >= BAR else 1


def main() -> int:
    """Run mutmut on a room, or report on the last run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("room", choices=ROOMS)
    parser.add_argument("mutants", nargs="*", help="names or patterns; all of the room's if none")
    parser.add_argument("--work", type=Path, default=None, help="where the copy goes")
    parser.add_argument("--children", type=int, default=4, help="at once: most of them wait")
    parser.add_argument("--report", action="store_true", help="only report on the last run")
    arguments = parser.parse_args()
    work: Path = arguments.work or ROOT / "mutants" / arguments.room
    if not arguments.report:
        prepare(ROOMS[arguments.room], work)
        command = [sys.executable, "-m", "mutmut", "run", "--max-children", str(arguments.children)]
        with (work / "mutmut.log").open("wb") as log:
            subprocess.run(
                [*command, *arguments.mutants], cwd=work, stdout=log, stderr=log, check=False
            )
    return report(arguments.room, results(work))


if __name__ == "__main__":
    sys.exit(main())
