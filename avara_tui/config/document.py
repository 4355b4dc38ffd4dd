"""The settings written out: as a JSON Schema, as a commented example, and as they count."""

import json
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any, Final

from avara_tui.config.declaring import Settable, Setting
from avara_tui.config.environment import variables
from avara_tui.config.model import Config
from avara_tui.config.values import Choice, ListOf, Table, TablesByName, TextsByName, kind_of

SCHEMA_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_KEYS_OF_ONE: Final = "#/$defs/keys_of_one_action"
_WIDTH: Final = 92
_MOST_IN_LINE: Final = 2
"""Keys that a table on one line has at most."""
_EXAMPLE_PROFILE: Final = "northside"
_HEAD: Final = """\
avara-tui settings, in TOML. A line that starts with #name is a setting, shown with its default, \
or with an example where there is none: take off the # to use it. An API key has no place here: \
store it with `avara-tui auth login`."""
_VARIABLES: Final = """\
The environment goes before this file: {variables}. AVARA_TUI_CONFIG names another file."""


def schema(actions: Mapping[str, str]) -> dict[str, Any]:
    """Return a JSON Schema of the settings file, for editors and checkers.

    ``actions`` tells, by its id, what each action does that ``[keys]`` may give other keys.
    """
    table = Table(Config).schema()
    keys = table["properties"]["keys"]
    definition = keys.pop("additionalProperties")
    keys["properties"] = {
        action_id: {"$ref": _KEYS_OF_ONE, "description": text}
        for action_id, text in actions.items()
    }
    keys["additionalProperties"] = False
    return {
        "$schema": SCHEMA_DIALECT,
        "title": "avara-tui settings",
        **table,
        "$defs": {_KEYS_OF_ONE.rpartition("/")[2]: definition},
    }


def example() -> str:
    """Return a settings file that explains every setting there is.

    All of them are commented out, so the file means the same as none.
    """
    said = _VARIABLES.format(variables=", ".join(variables()))
    blocks = [
        f"{_comment(_HEAD)}\n#\n{_comment(said)}",
        *_values(Table(Config)),
        *_tables(Table(Config)),
    ]
    return "\n\n".join(blocks) + "\n"


def effective(config: Config) -> str:
    """Return the settings as they count, defaults included, as TOML."""
    lines: list[str] = []
    _write(config, Table(Config), "", lines)
    return "\n".join(lines) + "\n"


def toml_value(value: object) -> str:
    """Return a value as TOML writes it. Raises TypeError for one that settings cannot have."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            # JSON escapes what TOML's basic strings escape, in the same way.
            return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
        case int() | float():
            return str(int(value)) if value == int(value) else repr(value)
        case tuple() | list():
            return f"[{', '.join(map(toml_value, value))}]"
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{_key(name)} = {toml_value(value[name])}' for name in value)} }}"
    if isinstance(value, Settable):
        pairs = (f"{name} = {toml_value(getattr(value, name))}" for name in value.settings)
        return f"{{ {', '.join(pairs)} }}"
    raise TypeError(f"no setting is a {type(value).__name__}")


def _values(table: Table) -> Iterator[str]:
    """Yield a commented block for each setting of ``table`` that has no header of its own."""
    for name, declared in table.keys.items():
        if _header_table(declared) is not None or isinstance(declared.kind, TextsByName):
            continue
        text = declared.text
        if isinstance(kind := kind_of(declared), Choice):
            text += f" One of: {', '.join(kind.words)}."
        shown = declared.default if declared.example is None else declared.example
        yield f"{_comment(text)}\n#{name} = {toml_value(shown)}"


def _tables(table: Table, path: str = "") -> Iterator[str]:
    for name, declared in table.keys.items():
        if isinstance(declared.kind, TextsByName):
            pairs = [
                f"#{_key(key)} = {toml_value(declared.example[key])}" for key in declared.example
            ]
            yield "\n".join([_comment(declared.text), f"#[{path}{name}]", *pairs])
        if (below := _header_table(declared)) is None:
            continue
        header = f"[{path}{name}]"
        if isinstance(declared.kind, TablesByName):
            header = f"[{path}{name}.{_EXAMPLE_PROFILE}]"
        elif isinstance(declared.kind, ListOf):
            header = f"[[{path}{name}]]"
        yield f"{_comment(declared.text)}\n#{header}"
        yield from _values(below)
        yield from _tables(below, f"{name}.")


def _header_table(declared: Setting) -> Table | None:
    """Return the table that a setting opens with a header, or None if it fits on a line."""
    kind = declared.kind
    if isinstance(kind, TablesByName):
        return kind.table
    if isinstance(kind, ListOf):
        return kind.kind if isinstance(kind.kind, Table) else None
    if isinstance(kind, Table) and len(kind.keys) > _MOST_IN_LINE:
        return kind
    return None


def _write(group: Settable, table: Table, path: str, lines: list[str]) -> None:
    headers = []
    for name, declared in table.keys.items():
        value = getattr(group, name)
        if (below := _header_table(declared)) is not None:
            headers.append((f"{path}{name}", value, below))
        elif value is not None:
            lines.append(f"{name} = {toml_value(value)}")
    for header, value, below in headers:
        for line, entry in _entries(header, value):
            lines += ["", line]
            _write(entry, below, f"{line.strip('[]')}.", lines)


def _entries(header: str, value: object) -> Iterator[tuple[str, Settable]]:
    """Yield the tables of a setting, each with the line that opens it."""
    match value:
        case Settable():
            yield f"[{header}]", value
        case Mapping():
            for key, entry in value.items():
                yield f"[{header}.{key}]", entry
        case tuple():
            for entry in value:
                yield f"[[{header}]]", entry


def _key(name: str) -> str:
    is_bare = name.isascii() and name.replace("-", "").replace("_", "").isalnum()
    return name if is_bare else toml_value(name)


def _comment(text: str) -> str:
    return "\n".join(f"# {line}" for line in textwrap.wrap(text, _WIDTH))
