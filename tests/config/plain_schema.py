"""The part of JSON Schema that the schema of the settings uses, read by the letter."""

import re
from collections.abc import Iterator
from typing import Any

TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
}
KEYWORDS = {
    *("$schema", "title", "description", "default", "type", "enum", "properties", "required"),
    *("additionalProperties", "items", "minItems", "maxItems", "minLength", "maxLength"),
    *("pattern", "minimum", "maximum", "anyOf", "$defs"),
}


def violations(value: object, schema: dict[str, Any]) -> Iterator[str]:
    """Check a value against the part of JSON Schema that ours uses."""
    yield from violations_of(value, whole(schema, schema.get("$defs", {})), "")


def whole(part: Any, definitions: dict[str, Any]) -> Any:
    """Return a part of a schema with what it refers to in place of each reference."""
    if isinstance(part, list):
        return [whole(each, definitions) for each in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        target = definitions[part["$ref"].removeprefix("#/$defs/")]
        return {**target, **{name: said for name, said in part.items() if name != "$ref"}}
    return {name: whole(each, definitions) for name, each in part.items()}


def violations_of(value: object, schema: dict[str, Any], path: str) -> Iterator[str]:
    """Check one value, which stands at ``path``."""
    assert not set(schema) - KEYWORDS, set(schema) - KEYWORDS
    if "anyOf" in schema:
        ways = [list(violations_of(value, each, path)) for each in schema["anyOf"]]
        if all(ways):
            yield from ways[0]
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{path} is none of {schema['enum']}"
    if "type" in schema and not is_of_type(value, schema["type"]):
        yield f"{path} is no {schema['type']}"
        return
    match value:
        case dict():
            yield from violations_of_table(value, schema, path)
        case list():
            yield from violations_of_array(value, schema, path)
        case str():
            yield from violations_of_text(value, schema, path)
        case int() | float():
            if "minimum" in schema and not schema["minimum"] <= value <= schema["maximum"]:
                yield f"{path} is out of bounds"


def is_of_type(value: object, name: str) -> bool:
    """Whether JSON's type ``name`` has ``value``: Python's booleans are numbers, JSON's are not."""
    is_flag = isinstance(value, bool)
    return is_flag if name == "boolean" else not is_flag and isinstance(value, TYPES[name])


def violations_of_table(
    value: dict[str, object], schema: dict[str, Any], path: str
) -> Iterator[str]:
    known, rest = schema.get("properties", {}), schema["additionalProperties"]
    for name in set(schema.get("required", ())) - set(value):
        yield f"{path} lacks {name}"
    for name, entry in value.items():
        if name not in known and rest is False:
            yield f"{path}.{name} is unknown"
        else:
            yield from violations_of(entry, known.get(name, rest), f"{path}.{name}")


def violations_of_array(value: list[object], schema: dict[str, Any], path: str) -> Iterator[str]:
    if not schema["minItems"] <= len(value) <= schema["maxItems"]:
        yield f"{path} has {len(value)} entries"
    for entry in value:
        yield from violations_of(entry, schema["items"], f"{path}[]")


def violations_of_text(value: str, schema: dict[str, Any], path: str) -> Iterator[str]:
    if "minLength" in schema:
        if not schema["minLength"] <= len(value) <= schema["maxLength"]:
            yield f"{path} has {len(value)} characters"
        if "pattern" in schema and not re.search(schema["pattern"], value):
            yield f"{path} does not match"
