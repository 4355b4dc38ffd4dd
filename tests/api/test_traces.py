"""What walks remember of studies that nobody keeps: no two ids are confused."""

import random
import string
from typing import Final

from hypothesis import example, given
from hypothesis import strategies as st

from avara_tui.api.traces import id_of, trace_of

ID: Final = "stu_1234567890abcdef1234567890abcdef"
digits = st.text("0123456789abcdefABCDEF \t\n", min_size=30, max_size=34)
study_ids = st.one_of(
    digits.map("stu_{}".format), digits.map("Stu_{}".format), st.text(max_size=40), st.just(ID)
)


@given(study_ids, study_ids)
@example(ID, ID.upper())
@example(ID, ID.replace("abcdef", "ABCDEF"))
@example("stu_" + "1" * 32, "stu_" + "1" * 30 + " 1")
@example("stu_" + "1 " * 16, "stu_" + "1 " * 15 + " 1")
def test_no_two_ids_have_the_same_trace(one: str, other: str) -> None:
    assert (trace_of(one) == trace_of(other)) is (one == other)
    assert id_of(trace_of(one)) == one


def test_an_id_as_documented_takes_little_room() -> None:
    draw = random.Random(1)
    for _ in range(100):
        study_id = "stu_" + "".join(draw.choices(string.hexdigits.lower(), k=32))
        assert isinstance(trace_of(study_id), bytes)
