"""What a lean walk remembers: no two ids are confused, and a changed study is no old one."""

import random
import string
from typing import Any, Final

from hypothesis import example, given
from hypothesis import strategies as st

from avara_tui.api.traces import Traces, trace_of
from avara_tui.study import Study

ID: Final = "stu_1234567890abcdef1234567890abcdef"
digits = st.text("0123456789abcdefABCDEF \t\n", min_size=30, max_size=34)
study_ids = st.one_of(
    digits.map("stu_{}".format), digits.map("Stu_{}".format), st.text(max_size=40), st.just(ID)
)


def study(study_id: str, **fields: Any) -> Study:
    return Study(study_id, "1.2", "CT", "stat", "incomplete", False)._replace(**fields)


@given(study_ids, study_ids)
@example(ID, ID.upper())
@example(ID, ID.replace("abcdef", "ABCDEF"))
@example("stu_" + "1" * 32, "stu_" + "1" * 30 + " 1")
@example("stu_" + "1 " * 16, "stu_" + "1 " * 15 + " 1")
def test_no_two_ids_have_the_same_trace(one: str, other: str) -> None:
    assert (trace_of(one) == trace_of(other)) is (one == other)


def test_an_id_as_documented_takes_little_room() -> None:
    draw = random.Random(1)
    for _ in range(100):
        study_id = "stu_" + "".join(draw.choices(string.hexdigits.lower(), k=32))
        assert isinstance(trace_of(study_id), bytes)


def test_what_came_before_is_told_from_what_changed() -> None:
    traces = Traces()
    first, other = study(ID), study("stu_x", metadata={"a": "1"})
    assert traces.take([first, other, first]) == ([first, other], 2, 0)
    assert traces.take([first, study("stu_x", metadata={"a": "1"})]) == ([], 2, 2)
    changed = [study(ID, severity="high"), study("stu_x", metadata={"a": "2"})]
    assert traces.take(changed) == (changed, 2, 0)
    assert traces.take(changed) == ([], 2, 2)
    traces.start()
    assert traces.take(changed) == (changed, 2, 0)
