"""State has one owner: nothing is hung on an object from outside once it is made.

What a record holds, such as how far a walk has come, is written by whoever keeps the record; so are
Textual's own attributes. An attribute that an object makes for itself, its owner alone may set: all
others give it by the constructor, or by a method whose name says what for.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import avara_tui

SOURCE = Path(avara_tui.__file__).parent
ROOMS = ("tui", "triage", "worklist")
TEXTUALS = {
    # What Textual lets one set: it has no method for it.
    "styles", "theme", "driver_class", "value", "cursor_position", "suggester", "time",
    "terminal_size", "terminal_pixel_size", "mouse_pixels",
}  # fmt: skip
RECORDS = {
    "tui/commands/people.py": {"workload"},
    "tui/terminal/bursts.py": {"run"},
    "triage/opener/openings.py": {"opening"},
    "triage/reading/once.py": {"reading", "self._reading"},
    "triage/reading/streaming.py": {"reading", "self.completeness"},
    "triage/reading/walks.py": {"state"},
    "triage/reading/load_limit.py": {"state"},
    "triage/reading/session.py": {"state", "self.lanes[0]"},
    "triage/journal/reading.py": {"attempt", "self._reading"},
    "triage/writing/bulk.py": {"row"},
    "triage/writing/ledger.py": {"each", "watch"},
    "tui/commands/claim.py": {"self._looking"},
    "worklist/alarm.py": {"wait"},
    "worklist/deadlines.py": {"wait"},
    "worklist/own_doing.py": {"ended"},
    "worklist/waiting_alarms.py": {"waiting"},
    # A table is made of these two, and nobody else has them.
    "tui/widgets/study_table.py": {"self._cursor", "self._drawing"},
    "worklist/drafts.py": {"draft", "self._drafts[study_id]"},
}
"""Which names stand for records, in the modules that keep them."""


def assigned(tree: ast.AST) -> Iterator[ast.Attribute]:
    """Yield the attributes that are set, of whatever object."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node


def own_attributes(tree: ast.AST) -> Iterator[str]:
    """Yield what the classes of a module declare, or make for themselves when they are made."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == "__init__":
            yield from (each.attr for each in assigned(node) if ast.unparse(each.value) == "self")
        elif isinstance(node, ast.ClassDef):
            for each in node.body:
                if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name):
                    yield each.target.id


def test_nothing_is_hung_on_an_object_from_outside() -> None:
    files = [file for room in ROOMS for file in sorted((SOURCE / room).rglob("*.py"))]
    trees = {str(file.relative_to(SOURCE)): ast.parse(file.read_text("utf-8")) for file in files}
    owned = {name for tree in trees.values() for name in own_attributes(tree)}
    assert {"_when_moved", "_watched", "_edits", "marked"} <= owned
    hung = [
        f"{name}:{each.lineno}: {ast.unparse(each)}"
        for name, tree in trees.items()
        for each in assigned(tree)
        if ast.unparse(each.value) not in {"self", "cls"} | RECORDS.get(name, set())
        and each.attr in owned
        and not {each.attr, *ast.unparse(each.value).split(".")} & TEXTUALS
    ]
    assert not hung
    unused = {
        (name, record)
        for name, records in RECORDS.items()
        for record in records
        if record not in {ast.unparse(each.value) for each in assigned(trees[name])}
    }
    assert not unused, "records that nobody writes any more"
