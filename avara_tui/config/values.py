"""The kinds of value that a setting can have: each reads one, describes one, and says no."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from avara_tui.config.declaring import InvalidValueError, Path, Settable, Setting

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from enum import StrEnum

    from avara_tui.config.declaring import Kind


class Text(NamedTuple):
    """A string."""

    problem: Callable[[str], str | None] | None = None
    """Says what is wrong with a string, or None when nothing is."""
    most: int = 4096
    pattern: str | None = None
    """A regular expression for the JSON Schema, where one says what ``problem`` checks."""

    def read(self, value: object, path: Path) -> str:
        """Return the string."""
        if not isinstance(value, str):
            raise InvalidValueError(path, f"must be a text in quotes, not {_a_kind(value)}")
        if not value.strip():
            raise InvalidValueError(path, "must not be empty")
        if len(value) > self.most:
            raise InvalidValueError(path, f"has {len(value)} characters, more than {self.most}")
        if not value.isprintable():
            raise InvalidValueError(path, "holds a control character or another invisible one")
        if self.problem is not None and (sentence := self.problem(value)) is not None:
            raise InvalidValueError(path, sentence)
        return value

    def schema(self) -> dict[str, Any]:
        """Return the kind as a JSON Schema."""
        return {
            "type": "string",
            "minLength": 1,
            "maxLength": self.most,
            **({"pattern": self.pattern} if self.pattern else {}),
        }


class Choice(NamedTuple):
    """One of a few words."""

    words: type[StrEnum]

    def read(self, value: object, path: Path) -> StrEnum:
        """Return the member of the enumeration."""
        names = [str(member) for member in self.words]
        if value in names:
            return self.words(value)
        raise InvalidValueError(path, f"must be {_either(names)}{_nearest(value, names)}")

    def schema(self) -> dict[str, Any]:
        """Return the kind as a JSON Schema."""
        return {"enum": [str(member) for member in self.words]}


class Number(NamedTuple):
    """A number within limits, in the unit that the setting's text names."""

    least: float
    most: float
    whole: bool = False

    def read(self, value: object, path: Path) -> float | int:
        """Return the number."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise InvalidValueError(path, f"must be a number, not {_a_kind(value)}")
        if self.whole and not isinstance(value, int):
            raise InvalidValueError(path, f"must be a whole number, not {value}")
        if not self.least <= value <= self.most:
            raise InvalidValueError(
                path, f"must be from {self.least:g} to {self.most:g}, not {value}"
            )
        return value

    def schema(self) -> dict[str, Any]:
        """Return the kind as a JSON Schema."""
        kind = "integer" if self.whole else "number"
        return {"type": kind, "minimum": self.least, "maximum": self.most}


class Flag(NamedTuple):
    """True or false."""

    def read(self, value: object, path: Path) -> bool:
        """Return the flag."""
        if not isinstance(value, bool):
            raise InvalidValueError(path, f"must be true or false, not {_a_kind(value)}")
        return value

    def schema(self) -> dict[str, Any]:
        """Return the kind as a JSON Schema."""
        return {"type": "boolean"}


class ListOf(NamedTuple):
    """Several values of one kind, in order."""

    kind: Kind
    least: int = 0
    most: int = 100

    def read(self, value: object, path: Path) -> tuple[Any, ...]:
        """Return the values."""
        if not isinstance(value, list):
            raise InvalidValueError(path, f"must be a list in brackets, not {_a_kind(value)}")
        if not self.least <= len(value) <= self.most:
            allowed = f"from {self.least} to {self.most}"
            raise InvalidValueError(path, f"must have {allowed} entries, not {len(value)}")
        return tuple(self.kind.read(entry, (*path, index)) for index, entry in enumerate(value))

    def schema(self) -> dict[str, Any]:
        """Return the kind as a JSON Schema."""
        return {
            "type": "array",
            "items": self.kind.schema(),
            "minItems": self.least,
            "maxItems": self.most,
        }


class Table(NamedTuple):
    """A table whose keys are the settings of a group."""

    model: type[Settable]
    keyed_by: str | None = None
    """The setting that takes the table's own name, which stands outside of it."""

    @property
    def keys(self) -> dict[str, Setting]:
        """What stands in the table, by name."""
        return {
            name: each
            for name, each in self.model.settings.items()
            if each.kind is not None and name != self.keyed_by
        }

    def read(self, value: object, path: Path) -> Settable:
        """Return an instance of the group."""
        if not isinstance(value, dict):
            raise InvalidValueError(path, f"must be a table, not {_a_kind(value)}")
        keys = self.keys
        for key in value:
            if key not in keys:
                raise InvalidValueError((*path, key), unknown_key(key, path, list(keys)))
        read = {key: kind_of(keys[key]).read(value[key], (*path, key)) for key in value}
        if self.keyed_by is not None:
            name = self.model.settings[self.keyed_by]
            read[self.keyed_by] = kind_of(name).read(path[-1], path)
        for key, each in keys.items():
            if key not in read and each.is_required:
                raise InvalidValueError(path, f"needs the key {key!r}")
        group = self.model(**read)
        if (problem := group.problem) is not None:
            raise InvalidValueError(path, problem)
        return group

    def schema(self) -> dict[str, Any]:
        """Return the kind as a JSON Schema."""
        required = [name for name, each in self.keys.items() if each.is_required]
        return {
            "type": "object",
            "additionalProperties": False,
            "properties": {name: _described(each) for name, each in self.keys.items()},
            **({"required": required} if required else {}),
        }


class TablesByName(NamedTuple):
    """Tables of one kind, each under a name that the person chooses."""

    table: Table

    def read(self, value: object, path: Path) -> Mapping[str, Any]:
        """Return the tables by name."""
        if not isinstance(value, dict):
            raise InvalidValueError(path, f"must be a table of tables, not {_a_kind(value)}")
        return MappingProxyType(
            {name: self.table.read(entry, (*path, name)) for name, entry in value.items()}
        )

    def schema(self) -> dict[str, Any]:
        """Return the kind as a JSON Schema."""
        return {"type": "object", "additionalProperties": self.table.schema()}


class TextsByName(NamedTuple):
    """Texts under names that the rooms above know: one text, or a list of them."""

    text: Text = Text(most=60)
    most: int = 10

    def read(self, value: object, path: Path) -> Mapping[str, tuple[str, ...]]:
        """Return the texts by name."""
        if not isinstance(value, dict):
            raise InvalidValueError(path, f"must be a table, not {_a_kind(value)}")
        several = ListOf(self.text, most=self.most)
        return MappingProxyType(
            {
                name: several.read(entry, (*path, name))
                if isinstance(entry, list)
                else (self.text.read(entry, (*path, name)),)
                for name, entry in value.items()
            }
        )

    def schema(self) -> dict[str, Any]:
        """Return the kind as a JSON Schema."""
        several = ListOf(self.text, most=self.most)
        return {
            "type": "object",
            "additionalProperties": {"anyOf": [self.text.schema(), several.schema()]},
        }


def kind_of(declared: Setting) -> Kind:
    """Return what the value of a setting must be. Raises TypeError if no file can set it."""
    if declared.kind is None:
        raise TypeError("no file can set this")
    return declared.kind


def unknown_key(key: str, path: Path, known: list[str]) -> str:
    """Return what to say of a key that nobody knows."""
    where = f"[{dotted(path)}]" if path else "the file"
    if "key" in key.lower().split("_") or "token" in key.lower() or "secret" in key.lower():
        return (
            "a key has no place in a settings file, where others can read it: "
            "store it with `avara-tui auth login`, or let credential_command fetch it"
        )
    near = _nearest(key, known)
    return f"is no setting of {where}{near}" + ("" if near else f"; there are {', '.join(known)}")


def dotted(path: Path) -> str:
    """Return a path as a person writes it: ``worklists[2].filter``."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part + 1}]"
        else:
            text += f".{part}" if text else part
    return text


def _described(declared: Setting) -> dict[str, Any]:
    schema = {**kind_of(declared).schema(), "description": declared.text}
    default = declared.default
    if isinstance(default, str | int | float):
        schema["default"] = default
    elif isinstance(default, tuple) and all(isinstance(each, str) for each in default):
        schema["default"] = list(default)
    return schema


def _a_kind(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    names = {str: "a text", int: "a number", float: "a number", list: "a list", dict: "a table"}
    return names.get(type(value), "a date or time")


def _either(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _nearest(value: object, words: list[str]) -> str:
    import difflib  # noqa: PLC0415 - only needed after a mistake

    near = difflib.get_close_matches(str(value), words, n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""
