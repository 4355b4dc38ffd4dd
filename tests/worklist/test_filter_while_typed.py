"""Half the name of a field is no word: on the way to a term, nothing is looked for by it."""

import pytest

from avara_tui.worklist.query import parse, settled
from avara_tui.worklist.query.terms import ALIASES, FIELDS

NAMES = [*ALIASES, *FIELDS[:-1], "meta."]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("before", ["", "ct ", "-customer:none "])
@pytest.mark.parametrize("after", ["", " chest"])
@pytest.mark.parametrize("sign", ["", "-"])
def test_no_part_of_a_field_s_name_counts(name: str, before: str, after: str, sign: str) -> None:
    for end in range(1, len(name) + 1):
        for typed in (name[:end], name[:end].upper()):
            text = f"{before}{sign}{typed}{after}"
            cursor = len(text) - len(after)
            assert parse(settled(text, cursor)) == parse(before + after)


def test_nor_does_half_a_metadata_key() -> None:
    assert settled("ct meta.moda", 12).split() == ["ct"]


@pytest.mark.parametrize(
    "text", ["head", "ct", "chest pe", "sternum", '"sev', '"age"', "ct severity:stat", "is:o", "x-"]
)
def test_all_else_counts_as_it_is_typed(text: str) -> None:
    assert settled(text, len(text)) == text


def test_a_word_counts_once_one_has_gone_on_behind_it() -> None:
    assert settled("age", 3) == ""
    assert settled("age ", 4) == "age "
    assert settled("age ct", 6) == "age ct"
