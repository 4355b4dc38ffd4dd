"""Settings in the environment: each plain one has a variable, which goes before the file."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from avara_tui.config.declaring import InvalidValueError
from avara_tui.config.errors import FILE_VARIABLE, ConfigError
from avara_tui.config.values import Choice, Flag, Number, Text, kind_of

if TYPE_CHECKING:
    from avara_tui.config.declaring import Setting
    from avara_tui.config.model import Config

PREFIX: Final = "AVARA_TUI_"
_PLAIN: Final = (Text, Choice, Number, Flag)
_NOT_OURS: Final = "AVARA_TUI_CI"
"""How the variables begin that continuous integration has of its own."""


def variables() -> dict[str, str]:
    """Return the settings that the environment can give, by the names of their variables."""
    from avara_tui.config.model import Config  # noqa: PLC0415 - that room's settings come first

    return {
        f"{PREFIX}{name.upper()}": name
        for name, declared in Config.settings.items()
        if isinstance(declared.kind, _PLAIN)
    }


def with_environment(config: "Config", environ: Mapping[str, str]) -> "Config":
    """Return ``config`` with what ``environ`` says besides; an empty variable says nothing.

    Raises :class:`avara_tui.config.ConfigError`, which names the variable.
    """
    given = {name: text for name, text in environ.items() if name.startswith(PREFIX) and text}
    values = {}
    for variable, name in variables().items() if given else ():
        if variable in given:
            values[name] = _read(variable, given[variable], config.settings[name])
    if not values:
        return config
    changed = config.with_values(**values)
    if changed.problem is not None:
        named = ", ".join(f"{PREFIX}{name.upper()}" for name in values)
        raise _error(named, changed.problem)
    return changed


def unknown_variables(environ: Mapping[str, str]) -> Iterator[str]:
    """Yield a sentence for each variable that looks like one of ours and is none."""
    import difflib  # noqa: PLC0415 - only needed to look for mistakes

    known = [FILE_VARIABLE, *variables()]
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in known and not name.startswith(_NOT_OURS):
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
            yield f"{name} is no variable of this program; {hint}"


def _read(variable: str, text: str, declared: "Setting") -> object:
    kind = kind_of(declared)
    value: object = text
    if isinstance(kind, Flag):
        value = {"true": True, "false": False}.get(text.lower(), text)
    elif isinstance(kind, Number):
        value = _number(text)
    try:
        return cast("object", kind.read(value, ()))
    except InvalidValueError as error:
        raise _error(variable, str(error)) from None


def _number(text: str) -> float | int | str:
    converters: tuple[type[int], type[float]] = (int, float)
    for convert in converters:
        try:
            return convert(text)
        except ValueError:
            continue
    return text


def _error(variable: str, sentence: str) -> ConfigError:
    return ConfigError(Path(variable), sentence)
