"""Server text becomes display text: what a terminal would obey or a person could not see shows."""

import re
import sys
import unicodedata
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avara_tui import text
from avara_tui.text import MARKS_PER_CHARACTER, REPLACEMENT, clean, clean_lines, hidden_characters

UNFIT_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})

SPELLED_WITH_JOINERS = re.compile(
    "[\u0620-\u065f\u0670-\u06d3\u06d5-\u06ef\u06fa-\u06ff\u0710-\u085f\u08a0-\u109f\u1780-\u17d3"
    "\u1807-\u18af\u1b00-\u1b4b\ua840-\ua877\ua980-\ua9c0\ufb50-\ufdff\ufe70-\ufefc"
    "\U00010a00-\U00010fff\U00011000-\U000119ff\U0001e900-\U0001e943\ua8e0-\ua8ff\uaa60-\uaa7f\ua9e0-\ua9ff\u1cd0-\u1cff]"
)

# Whole surrogate range included: json.loads makes lone surrogates out of "\ud800".
ANY_TEXT = st.text(
    st.one_of(
        st.characters(),
        st.characters(categories=["Cs"]),
        st.sampled_from(
            "\x00\x07\x08\t\n\r\x1b[];m\x7f\x84\x85\x90\x9b\x9c\x9d\u00a0\u00ad\u0301\u034f\u061c"
            "\u1112\u1161\u11ab\u1160\u200b\u200d\u200e\u202e\u2028\u2066\u2800\u3000\u3164\u200c\u0645\u06cc\u0647\u094d\u0915\u0937"
            "\ufe0e\ufe0f\ufeff\ufffd\U000e0041\U000e0100\U0001f468\U0001f1e9 aé葛ส1"
        ),
    ),
    max_size=120,
)


def is_within_a_word(text: str, index: int) -> bool:
    """Whether what stands around an index is of a script that is spelled with joiners."""
    before, after = text[:index][-1:], text[index + 1 : index + 2]
    return bool(SPELLED_WITH_JOINERS.match(before) and SPELLED_WITH_JOINERS.match(after))


def problems(shown: str) -> list[str]:
    """What makes a text unfit for one line of a terminal, found without the code under test."""
    found = []
    stacked = 0
    for index, char in enumerate(shown):
        category = unicodedata.category(char)
        if char == "\u200c" and is_within_a_word(shown, index):
            continue
        if category in UNFIT_CATEGORIES:
            found.append(f"{category} U+{ord(char):04X} at {index}")
        if category == "Zs" and char != " ":
            found.append(f"space U+{ord(char):04X}")
        if char in "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800" or (
            0xFE00 <= ord(char) <= 0xFE0F or 0xE0000 <= ord(char) <= 0xE0FFF
        ):
            found.append(f"invisible U+{ord(char):04X}")
        if category in ("Mn", "Me"):
            stacked += 1
            if index == 0:
                found.append("a mark without a base")
            if stacked > MARKS_PER_CHARACTER:
                found.append("a tower of marks")
        else:
            stacked = 0
    return found


@pytest.mark.parametrize(
    "ordinary",
    [
        "",
        "CT Chest/Abdomen/Pelvis",
        "CT [STAT] [/ X] [@click=app.quit]x[/]",
        "Röntgen Schädel — größer 5 µm",
        "\u041a\u0422 грудной клетки",
        "頭部 CT 造影 カルテ",
        "흉부 엑스레이",
        "สวัสดี",
        "नमस्ते",
        "cafe\u0301",
        "שלום",
        "☀ 👍 →",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "\u062f\u0627\u0631\u0648\u200c\u0647\u0627",
        "\u0995\u09cd\u200c\u09b7",
        "\u1820\u200c\u1821",
    ],
)
def test_ordinary_text_comes_back_unchanged(ordinary: str) -> None:
    assert clean(ordinary) == ordinary
    assert hidden_characters(ordinary) == ()


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("CT\x1b]0;owned\x07Head", "CT�]0;owned�Head"),
        ("\x1b[2Jx", "�[2Jx"),
        ("\x9b2Jx", "�2Jx"),
        ("a\x00b\x7fc", "a�b�c"),
        ("a\nb\r\nc\rd\u2028e\u2029f\x85g\vh", "a↵b↵c↵d↵e↵f↵g↵h"),
        ("a\tb", "a→b"),
        ("a\u00a0b\u2003c\u3000d", "a b c d"),
        ("\u202edaeH TC", "�daeH TC"),
        ("a\u200bb\ufeffc\u00add", "a�b�c�d"),
        ("a\U000e0041\U000e007fb", "a��b"),
        ("x\ud800y", "x�y"),
        ("x\ue000y\U0010fffey", "x�y�y"),
        ("a\u3164\u2800\u115f", "a���"),
        ("e" + "\u0301" * 50 + "x", "e" + "\u0301" * 4 + "�x"),
        ("e" + "\u0301" * 5, "e" + "\u0301" * 4 + "�"),
        ("\u0301x", "◌\u0301x"),
        ("\u0301" * 4, "◌" + "\u0301" * 4),
        ("1\ufe0f\u20e3", "1\u20e3"),
        ("☀\ufe0f", "☀"),
        ("葛\U000e0100城", "葛城"),
        ("☀\ufe0f\ufe0f", "☀�"),
        ("a\ufe0f", "a�"),
        ("X\ufe0f", "X�"),
        ("-\ufe0f", "-�"),
        ("\ufe0fa", "�a"),
        ("a\U000e0100", "a�"),
        ("a\u200db", "a�b"),
        ("1\u200c2", "1�2"),
        ("\u0645\u200c\u200c\u06cc", "\u0645��\u06cc"),
        ("\u0645\u200c1", "\u0645�1"),
        ("\u200c\u0645", "�\u0645"),
        ("\u0645\u200c", "\u0645�"),
        ("\u0645\u200cb", "\u0645�b"),
        ("胸\u200d部", "胸�部"),
        ("👩\u200da", "👩�a"),
        ("a\u200d👩", "a�👩"),
        ("👩\u200c👩", "👩�👩"),
    ],
)
def test_what_a_terminal_would_obey_or_hide_is_shown(raw: str, shown: str) -> None:
    assert clean(raw) == shown
    assert problems(shown) == []


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\u0915\u094d\u200d\u0937", "\u0915\u094d\u0937"),
        ("\u09b0\u200d\u09cd\u09af\u09be\u09ae", "\u09b0\u09cd\u09af\u09be\u09ae"),
        ("\u0d28\u0d4d\u200d", "\u0d28\u0d4d"),
        ("\u0915\u094d\u200c", "\u0915\u094d"),
        ("\u0647\u200d\u0634", "\u0647\u0634"),
        ("👨\u200d👩", "👨👩"),
        ("👩🏽\u200d⚕\ufe0f", "👩🏽⚕"),
        ("❤\ufe0f\u200d🔥", "❤🔥"),
    ],
)
def test_what_joiners_join_is_shown_apart_and_is_no_damage(raw: str, shown: str) -> None:
    # Terminals disagree about how wide a joined form is; the letters are the same.
    assert clean(raw) == shown
    assert not any("ZERO WIDTH" in each for each in hidden_characters(raw))


def test_a_joiner_between_letters_of_other_scripts_or_digits_is_named() -> None:
    for around in "ab", "12", "胸部", "αβ", "жд", "a\u0645", "\u0915\u0645":
        for joiner in "\u200c\u200d":
            raw = f"{around[0]}{joiner}{around[1]}"
            assert clean(raw) == f"{around[0]}�{around[1]}"
            assert hidden_characters(raw)[0].startswith(f"U+{ord(joiner):04X} ZERO WIDTH")


def test_joiners_hide_no_tower_of_marks() -> None:
    shown = clean("\u0915" + ("\u094d\u200c" * 50) + "\u0937")
    assert problems(shown) == []
    assert sum(unicodedata.category(each) == "Mn" for each in shown) <= 50


@pytest.mark.parametrize("vowel", ["\u1161", "\u11ff", "\ud7b0", "\ud7c6", "\ud7fb"])
def test_hangul_vowels_and_finals_cannot_be_stacked_without_width(vowel: str) -> None:
    shown = clean("\u1112" + vowel * 100)
    assert shown == "\u1112" + vowel * MARKS_PER_CHARACTER + REPLACEMENT


def test_a_long_text_is_cut_and_says_so() -> None:
    assert clean("a" * 11, 10) == "a" * 9 + "…"
    assert clean("a" * 10, 10) == "a" * 10
    assert clean("\x1b" * 1_000_000, 10) == "�" * 9 + "…"
    assert clean("e" + "\u0301" * 1_000_000, 10) == "e" + "\u0301" * 4 + "�…"
    assert len(clean("b" * 1_000_000)) == text.LONGEST_LINE


def test_nothing_is_cut_off_without_a_sign() -> None:
    marks = "\u0301"
    assert clean("\x1b" * 10, 10) == "�" * 10
    assert clean("e" + marks * 18 + "x", 10) == "e" + marks * 4 + "�x"
    assert clean("e" + marks * 21, 10) == "e" + marks * 4 + "�"
    for length in range(1, 60):
        raw = "e" + marks * length
        assert clean(raw + "x", 10)[-1] in "x…"


def test_lines_keep_their_breaks() -> None:
    assert clean_lines("a\r\nb\n\nc\u2028d") == ["a", "b", "", "c", "d"]
    assert clean_lines("") == [""]
    assert clean_lines("a\tb\x1bc") == ["a   b�c"]
    assert clean_lines("a\nb\nc", most=2) == ["a", "…"]
    assert clean_lines("a\nb\nc\nd\ne", most=3) == ["a", "b", "…"]
    assert clean_lines("a\nb", most=2) == ["a", "b"]


def unfit_code_points(codes: Iterable[int]) -> list[str]:
    return [
        f"U+{code:04X}"
        for code in codes
        if problems(clean(chr(code))) or problems(clean(f"a{chr(code)}b"))
    ]


def test_every_code_point_in_use_is_fit_to_show() -> None:
    # Past these lie Han characters, private planes and nothing.
    assert unfit_code_points([*range(0x20000), *range(0xE0000, 0xE0200)]) == []


@pytest.mark.slow
def test_every_code_point_there_is_is_fit_to_show() -> None:
    assert unfit_code_points(range(sys.maxunicode + 1)) == []


def test_nothing_that_was_changed_is_missing_from_the_warning() -> None:
    for code in [*range(0x3000), *range(0x3001, 0x20000), *range(0xE0000, 0xE0200)]:
        raw = f"葛{chr(code)}b"
        if clean(raw) != raw:
            assert hidden_characters(raw), f"U+{code:04X}"


def test_the_ordinary_blank_of_east_asian_text_is_no_hidden_character() -> None:
    assert hidden_characters("頭部\u3000CT") == ()
    assert hidden_characters("CT\u00a0Head") == ("U+00A0 NO-BREAK SPACE",)


def test_hidden_characters_are_named_once_in_order() -> None:
    assert hidden_characters("a\x1bb\u200bc\x1b\n\u202e") == (
        "U+001B ESCAPE",
        "U+200B ZERO WIDTH SPACE",
        "U+000A LINE FEED",
        "U+202E RIGHT-TO-LEFT OVERRIDE",
    )
    assert hidden_characters("\ud800\ue000\x01\u0378") == (
        "U+D800 SURROGATE",
        "U+E000 PRIVATE USE",
        "U+0001 CONTROL",
        "U+0378 UNASSIGNED",
    )


def check_fit_and_stable(raw: str, limit: int) -> None:
    shown = clean(raw, limit)
    assert problems(shown) == []
    assert len(shown) <= limit
    assert clean(shown, limit) == shown
    for line in clean_lines(raw, limit):
        assert problems(line) == []
        assert len(line) <= limit


@given(raw=ANY_TEXT, limit=st.integers(min_value=1, max_value=150))
def test_any_text_becomes_fit_to_show(raw: str, limit: int) -> None:
    check_fit_and_stable(raw, limit)


@pytest.mark.slow
@settings(max_examples=20_000, deadline=None)
@given(raw=ANY_TEXT, limit=st.integers(min_value=1, max_value=150))
def test_twenty_thousand_texts_become_fit_to_show(raw: str, limit: int) -> None:
    check_fit_and_stable(raw, limit)
