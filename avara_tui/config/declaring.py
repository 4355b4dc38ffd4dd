"""Classes whose fields are settings: what each may be and what it means stands beside it.

They behave as frozen, slotted dataclasses do. Those are written as text and compiled at import,
half a millisecond each, and the first frame would wait for it.
"""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple, Protocol, Self, dataclass_transform

_REQUIRED: Any = object()

Path = tuple[str | int, ...]
"""Where a value stands in the file: names of tables and keys, and positions in lists."""


class InvalidValueError(Exception):
    """A value that the settings do not allow."""

    def __init__(self, path: Path, sentence: str) -> None:
        super().__init__(sentence)
        self.path = path


class Kind(Protocol):
    """What a setting's value must be."""

    def read(self, value: object, path: Path) -> Any:  # noqa: ANN401 - what a dataclass takes
        """Return ``value`` as the program uses it. Raises :class:`InvalidValueError`."""
        ...

    def schema(self) -> dict[str, Any]:
        """Return the kind as a JSON Schema (draft 2020-12)."""
        ...


class Setting(NamedTuple):
    """One field that a settings file can set."""

    kind: Kind | None
    """What the value must be; None for a field that no file can set."""
    text: str
    """What it means to a person, and in which unit."""
    default: Any
    example: Any
    """Shown to a person where the default says nothing."""

    @property
    def is_required(self) -> bool:
        """Whether there is no default."""
        return self.default is _REQUIRED


def setting(
    kind: Kind | None,
    text: str,
    *,
    default: Any = _REQUIRED,  # noqa: ANN401 - what the kind reads
    example: Any = None,  # noqa: ANN401
) -> Any:  # noqa: ANN401 - the field's annotation says what it is
    """Declare a field of a :class:`Settable`; without a default, it must be given."""
    return Setting(kind, text, default, example)


@dataclass_transform(frozen_default=True, field_specifiers=(setting,))
class _Declared(type):
    """Takes the declared settings out of the class body, and makes slots of them."""

    def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> _Declared:
        declared = {key: value for key, value in body.items() if isinstance(value, Setting)}
        kept = {key: value for key, value in body.items() if key not in declared}
        return type.__new__(
            cls, name, bases, {**kept, "__slots__": tuple(declared), "settings": declared}
        )


class Settable(metaclass=_Declared):
    """A group of settings. Instances do not change; equal ones hold equal values."""

    settings: ClassVar[dict[str, Setting]]

    def __init__(self, *values: Any, **named: Any) -> None:  # noqa: ANN401 - as declared
        given = dict(zip(self.settings, values, strict=False))
        if len(values) > len(self.settings) or named.keys() & given.keys():
            raise TypeError(f"{type(self).__name__} got a value twice, or too many")
        given.update(named)
        for name, declared in self.settings.items():
            value = given.pop(name, declared.default)
            if value is _REQUIRED:
                raise TypeError(f"{type(self).__name__} needs {name}")
            object.__setattr__(self, name, value)
        if given:
            raise TypeError(f"{type(self).__name__} has no {', '.join(given)}")

    @property
    def problem(self) -> str | None:
        """What the values contradict each other in, if they do."""
        return None

    def with_values(self, **values: Any) -> Self:  # noqa: ANN401 - as declared
        """Return a copy in which some values are others."""
        return type(self)(**{**{name: getattr(self, name) for name in self.settings}, **values})

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__}.{name} cannot be changed")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__}.{name} cannot be changed")

    def _values(self) -> tuple[Any, ...]:
        # A field that no file can set is about the file, and not a part of the value.
        return tuple(
            getattr(self, name) for name, each in self.settings.items() if each.kind is not None
        )

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self._values() == other._values()

    def __hash__(self) -> int:
        return hash(self._values())

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.settings)
        return f"{type(self).__name__}({shown})"
