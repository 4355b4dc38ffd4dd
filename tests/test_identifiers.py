"""An identifier that is pasted with what stood round it is the one that is meant, and no other."""

import random
from typing import Final

import pytest

from avara_tui.identifiers import is_study_id, mend_identifier, strip_pasted, uid_problem

STUDY_ID: Final = "stu_" + "0a1B" * 8
SEEDS: Final = range(1000)
_ROUND: Final = (
    ("", ""), ('"', '"'), ("'", "'"), ("“", "”"), ("\u2018", "\u2019"), ("«", "»"), ("„", "“"),
    ("(", ")"), ("[", "]"), ("<", ">"), ("`", "`"), ("", ","), ("", "."), ("", ";"), ('"', '",'),
)  # fmt: skip
_NAMES: Final = (
    "", "UID:", "uid: ", "UID ", "Study UID: ", "Study Instance UID: ", "StudyInstanceUID=", "id:",
    '"studyInstanceUid": ', "study id: ", "urn:oid:",
)  # fmt: skip
_UNSEEN: Final = ("\u200b", "\u200c", "\u2060", "\ufeff", "\u00ad", "\u202a", "\u202c")


def disturbed(identifier: str, draw: random.Random) -> str:
    """Return ``identifier`` as another program may show it."""
    signs = [
        chr(ord(each) + 0xFEE0) if draw.random() < 0.1 else each + draw.choice(_UNSEEN) * (
            draw.random() < 0.1
        )
        for each in identifier
    ]  # fmt: skip
    start, end = draw.choice(_ROUND)
    text = f"{draw.choice(_NAMES)}{start}{''.join(signs)}{end}"
    before, behind = draw.choice(_ROUND)
    blank = draw.choice(("", " ", "\t", "\n", "\0", "\u00a0", "\u200b"))
    return f"{blank}{before}{text}{behind}{blank}"


def test_a_thousand_disturbed_identifiers_are_the_one_that_was_meant() -> None:
    for seed in SEEDS:
        draw = random.Random(seed)
        groups = [str(draw.randrange(10 ** draw.randrange(1, 9))) for _ in range(4)]
        identifier = draw.choice((".".join(groups), STUDY_ID))
        text = disturbed(identifier, draw)
        assert mend_identifier(text) == identifier, (seed, text)
        assert uid_problem(identifier) is None or is_study_id(identifier)


@pytest.mark.parametrize(
    "text",
    ["1.2.3 4.5.6", "1.2.3, 4.5.6", "1.2.3-4", "1.2.a", "CT head.", "uid", "", ".", "stu", "²1.2"],
)
def test_what_may_be_something_else_is_left_as_it_is(text: str) -> None:
    assert mend_identifier(text) == strip_pasted(text)


def test_what_is_mended_stays_so() -> None:
    for seed in SEEDS:
        once = mend_identifier(disturbed("1.2.840.1", random.Random(seed)))
        assert mend_identifier(once) == once


def test_how_an_identifier_begins_keeps_its_dot() -> None:
    assert mend_identifier("“1.2.”", is_whole=False) == "1.2."
