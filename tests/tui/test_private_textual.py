"""What is private to Textual is used in the terminal's room only: a release may change it."""

import ast
import importlib
import inspect
import pkgutil
import textwrap
from collections.abc import Iterator
from functools import cache

import pytest
from textual.message_pump import MessagePump

import avara_tui.tui

ROOM = "avara_tui.tui.terminal."


def names(cls: type) -> Iterator[str]:
    """Yield what a class's own text defines, and what it reaches for on ``self``."""
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(cls))).body
    assert isinstance(definition, ast.ClassDef)
    for line in definition.body:
        match line:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
                yield name
    for node in ast.walk(definition):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "self":
            yield node.attr


@cache
def private_names(cls: type) -> frozenset[str]:
    return frozenset(
        name for name in names(cls) if name.startswith("_") and not name.startswith("__")
    )


def screen_classes() -> list[type]:
    """Return our widgets, screens and apps, but for those of the terminal's room."""
    modules = pkgutil.walk_packages(avara_tui.tui.__path__, "avara_tui.tui.")
    found = {
        cls
        for info in modules
        if not info.name.startswith(ROOM)
        for _, cls in inspect.getmembers(importlib.import_module(info.name), inspect.isclass)
        if issubclass(cls, MessagePump) and cls.__module__ == info.name
    }
    return sorted(found, key=lambda cls: cls.__qualname__)


@pytest.mark.parametrize("cls", screen_classes(), ids=lambda cls: cls.__qualname__)
def test_no_class_touches_or_overrides_what_is_private_to_textual(cls: type) -> None:
    bases = [base for base in cls.__mro__ if base.__module__.startswith("textual.")]
    theirs = {name for base in bases for name in private_names(base)}
    assert {"_message_queue", "_running"} <= theirs
    assert not private_names(cls) & theirs
