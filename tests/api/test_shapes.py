"""The hand-made validators check what pydantic makes of the classes that describe the wire."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config

from avara_tui.api import schema
from avara_tui.api.schema import Shape

SHAPES: dict[type, Shape[Any]] = {
    schema.UserReference: schema.USER_REFERENCE,
    schema.ApiKeyReference: schema.API_KEY_REFERENCE,
    schema.CustomerReference: schema.CUSTOMER_REFERENCE,
    schema.UserRow: schema.USER,
    schema.CustomerRow: schema.CUSTOMER,
    schema.Success: schema.SUCCESS,
    schema.ViewerLink: schema.VIEWER_LINK,
}
ADAPTERS: dict[type, TypeAdapter[Any]] = {
    row: TypeAdapter(with_config(ConfigDict(strict=True))(row)) for row in SHAPES
}
IDENTIFIERS = {"userId", "apiKeyId", "expressCustomerId", "studyId", "url"}

plain: st.SearchStrategy[object] = st.sampled_from(
    ["x", "", "é", None, True, False, 0, 1.5, b"x", [], {}]
)
nested: st.SearchStrategy[object] = st.dictionaries(
    st.sampled_from(
        ["userId", "email", "apiKeyId", "expressCustomerId", "expressCustomerName", "k"]
    ),
    plain,
    max_size=3,
)


@st.composite
def answers(draw: st.DrawFn, row: type) -> object:
    """Objects that nearly fit ``row``, and now and then something else altogether."""
    if draw(st.integers(0, 19)) == 0:
        return draw(plain | nested)
    hints = row.__annotations__
    fitting = {name: draw(_fitting(str(hint))) for name, hint in hints.items()}
    for name in draw(st.lists(st.sampled_from(sorted(hints)), max_size=3)):
        fitting.pop(name, None)
    for name in draw(st.lists(st.sampled_from([*sorted(hints), "unknown"]), max_size=2)):
        fitting[name] = draw(plain | nested)
    return fitting


def _fitting(hint: str) -> st.SearchStrategy[object]:
    if "Reference" in hint or "dict" in hint:
        return nested | st.none()
    return st.sampled_from([True, None]) if "bool" in hint else st.sampled_from(["x", None])


@pytest.mark.parametrize("row", SHAPES, ids=lambda row: row.__name__)
@given(data=st.data())
def test_a_shape_takes_what_pydantic_takes_for_its_class(row: type, data: st.DataObject) -> None:
    value = data.draw(answers(row))
    try:
        expected = ADAPTERS[row].validate_python(value)
    except ValidationError:
        expected = None
    if _has_empty_identifier(expected):
        expected = None
    assert SHAPES[row].fit(value) == expected


def _has_empty_identifier(value: object) -> bool:
    """Whether a thing is identified by nothing, which the classes cannot forbid."""
    if not isinstance(value, dict):
        return False
    return any(
        (key in IDENTIFIERS and item == "") or (key != "metadata" and _has_empty_identifier(item))
        for key, item in value.items()
    )


@pytest.mark.parametrize("shape", SHAPES.values(), ids=[row.__name__ for row in SHAPES])
def test_a_shape_names_the_keys_of_its_class(shape: Shape[Any]) -> None:
    row = next(row for row, each in SHAPES.items() if each is shape)
    assert shape.schema["type"] == "typed-dict"
    assert set(shape.schema["fields"]) == set(row.__annotations__)
