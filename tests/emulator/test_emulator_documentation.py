"""The emulator's documentation names everything there is, and nothing that there is not."""

import os
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Literal, get_args, get_origin, get_type_hints

import pytest

import avara_tui.emulator
from avara_tui.emulator.behaviour import Behaviour
from avara_tui.emulator.faults.catalogue import KINDS
from avara_tui.emulator.operations import OPERATIONS

README = Path(avara_tui.emulator.__file__).with_name("README.md").read_text()


@pytest.mark.parametrize("field", fields(Behaviour), ids=lambda field: field.name)
def test_each_switch_is_documented_with_its_values_the_default_first(
    field: "object",
) -> None:
    name = getattr(field, "name", "")
    default = getattr(Behaviour(), name)
    kind = get_type_hints(Behaviour)[name]
    values = [f"{default:g}"] if kind is float else [default]
    if get_origin(kind) is Literal:
        values += [each for each in get_args(kind) if each != default]
    first, *others = values
    documented = ", ".join(
        [f"`{name.replace('_', '-')}={first}`", *(f"`{each}`" for each in others)]
    )
    assert documented in README


def test_each_fault_is_documented() -> None:
    rows = re.findall(
        r"^\| `([a-z0-9-]+)` \| (.*) \| (applied|not applied) \|$", README, re.MULTILINE
    )
    assert rows == [
        (name, kind.summary, "applied" if kind.is_applied else "not applied")
        for name, kind in KINDS.items()
    ]


def test_each_operation_is_documented() -> None:
    for operation in OPERATIONS:
        assert f"`{operation.name}`" in README


@pytest.mark.parametrize("number", [0, 1])
def test_each_example_runs_as_it_stands(number: int) -> None:
    code = re.findall(r"```python\n(.*?)```", README, re.DOTALL)[number]
    commands = str(Path(sys.executable).parent)
    environment = {**os.environ, "PATH": f"{commands}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=environment,
    )
    assert (done.returncode, done.stderr) == (0, "")
    if number == 0:
        assert len(done.stdout.splitlines()) > 10
