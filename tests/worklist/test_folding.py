"""Words are found whatever accents, capitals, widths and joiners they are written with."""

import sys
import unicodedata
from typing import Final, Literal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from avara_tui.study import CustomerRef, UserRef
from avara_tui.worklist.query import complete, occurrences, parse
from avara_tui.worklist.query.completion import Vocabulary
from avara_tui.worklist.query.folding import (
    _accented,
    _folded,
    fold,
    fold_case,
    forget_forms,
    holds_all,
    sought,
)
from avara_tui.worklist.studies import StudySet
from worklist.making import context, study

PERSIAN = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
FORMS: Final[tuple[Literal["NFC", "NFD", "NFKC", "NFKD"], ...]] = ("NFC", "NFD", "NFKC", "NFKD")
# Letters with accents of many scripts, in one character or in two, and what they are folded from.
LETTERS = st.text(
    st.one_of(
        st.sampled_from(
            "aAöÖßéñøłæ\u0131İ\u0301\u0308\u0327Ά\u03c3ςйЙёא\u05b7ب\u064fがｶﾞ각กี่कि\u093c\ufb01\uff11"
        ),
        st.characters(categories=["L", "M", "N"]),
    ),
    max_size=12,
)


def finds(words: str, description: str) -> bool:
    """Whether a filter finds a description; what it finds is also shown to be there."""
    query = parse(words)
    found = query.matcher(context())(study(description=description))
    assert found is all(occurrences(description, [each]) for each in query.words)
    return found


@pytest.mark.parametrize(
    ("words", "description"),
    [
        ("muller", "CT Hans MÜLLER"),
        ("müller", "CT Hans MU\u0308LLER"),
        ("MÜLLER", "ct hans müller"),
        ("strasse", "Straße 5"),
        ("straße", "STRASSE 5"),
        ("schadel grosser", "Schädel größer"),
        ("wisniewski", "Wiśniewski"),
        ("lodz", "Łódź"),
        ("soren", "Søren"),
        ("aero", "Ærø"),
        ("istanbul", "İstanbul"),
        ("isik", "I\u015f\u0131k"),
        ("nguyen", "Nguyễn"),
        ("ct", "\uff23\uff34"),
        ("\uff43\uff54", "CT"),
        ("ημερα", "Ημέρα"),
        ("ΘΩΡΑΚΑΣ", "θώρακας"),
        ("и", "й"),
        ("щетка", "ЩЁТКА"),
        ("שלום", "שָׁלוֹם"),
        ("محمد", "مُحَمَّد"),
        ("احمد", "أحمد"),
        ("علی", "علي"),
        ("علي", "علی"),
        (PERSIAN, PERSIAN.replace("\u200c", "")),
        (PERSIAN.replace("\u200c", ""), PERSIAN),
        ("\u0915\u094d\u0937", "\u0915\u094d\u200d\u0937"),
        ("\u0915\u094d\u200d\u0937", "\u0915\u094d\u0937"),
        ("ga", "ga\ufb01"),
        ("か\u3099", "が"),
    ],
)
def test_what_is_typed_finds_what_is_written_otherwise(words: str, description: str) -> None:
    assert finds(words, description)


@pytest.mark.parametrize(
    ("words", "description"),
    [
        ("müller", "Muller"),
        ("й", "и"),
        ("ø", "o"),
        ("か", "が"),
        ("は", "ぱ"),
        ("가", "각"),
        ("\u0e14", "\u0e15"),
        ("\u0e01\u0e34", "\u0e01\u0e35"),
        ("\u0e01\u0e48", "\u0e01\u0e49"),
        ("\u0915\u093f", "\u0915\u0940"),
        ("\u0915\u0915", "\u0915\u093f\u0915"),
        ("\u0915\u0937", "\u0915\u094d\u0937"),
        ('"\u200c"', "CT head"),
        ("\u0301", "CT head"),
    ],
)
def test_what_is_another_letter_is_not_found(words: str, description: str) -> None:
    assert not finds(words, description)


def test_names_customers_and_metadata_are_found_alike() -> None:
    person = UserRef("usr_" + "5" * 32, "m@example.org", "Jörg", "Müller")
    one = study(
        assignee=person,
        customer=CustomerRef("cus_" + "5" * 32, "Hôpital Sacré-Cœur"),
        metadata={"note": "Größe"},
    )
    for text in (
        "assignee:muller",
        'assignee:"MU\u0308LLER jorg"',
        "customer:hopital",
        "customer:coeur",
        "meta.note:grosse",
        "meta.note:GRÖSSE",
    ):
        assert parse(text).matcher(context())(one), text
    for text in ("assignee:mùller", "-customer:hopital", "meta.note:gróße"):
        assert not parse(text).matcher(context())(one), text


def test_what_the_server_is_asked_never_depends_on_how_a_word_is_written() -> None:
    for word in ("muller", "Müller", PERSIAN, '"a b"', "meta.k:é", "assignee:é", "customer:é"):
        for request in parse(f"severity:stat {word}").server_filters(None):
            assert request == parse("severity:stat").server_filters(None)[0]


@settings(max_examples=1500, deadline=None)
@given(text=LETTERS, before=LETTERS)
def test_however_a_text_is_composed_it_is_found(text: str, before: str) -> None:
    assume(fold(text))
    for one in FORMS:
        word = fold_case(unicodedata.normalize(one, text))
        for other in FORMS:
            assert holds_all(f"{before} {unicodedata.normalize(other, text)}", [word])


@settings(max_examples=1500, deadline=None)
@given(text=LETTERS, before=LETTERS, after=LETTERS)
def test_the_plain_word_finds_it_and_what_was_found_is_where_it_is_said(
    text: str, before: str, after: str
) -> None:
    whole = f"{before} {text} {after}"
    for word in filter(fold, (fold_case(text), fold(text))):
        assert holds_all(whole, [word])
        places = occurrences(whole, [word])
        assert places
        for start, end in places:
            assert holds_all(whole[start:end], [word])
            assert not whole[end : end + 1] or unicodedata.combining(whole[end]) == 0


def test_an_accent_is_set_off_with_its_letter() -> None:
    assert occurrences("CT Mu\u0308ller", ["muller"]) == [(3, 10)]
    assert occurrences("CT Müller x", ["muller"]) == [(3, 9)]
    assert occurrences("Straße", ["ss"]) == [(4, 5)]
    assert occurrences(f"x {PERSIAN}", [PERSIAN.replace("\u200c", "")]) == [(2, 2 + len(PERSIAN))]


@pytest.mark.parametrize(
    "codes",
    [
        range(0x3000),
        pytest.param(
            range(0x3000, sys.maxunicode + 1), marks=[pytest.mark.slow, pytest.mark.timeout(300)]
        ),
    ],
)
def test_every_character_is_folded_once_and_for_all(codes: range) -> None:
    for char in map(chr, codes):
        if unicodedata.category(char) in {"Cn", "Co", "Cs"}:
            continue
        for form in (_folded.__wrapped__, _accented.__wrapped__):
            assert form(form(char)) == form(char), ascii(char)
        folded = _folded.__wrapped__(char)
        assert _folded.__wrapped__(fold_case(char)) == folded, ascii(char)
        assert _folded.__wrapped__(unicodedata.normalize("NFD", char)) == folded, ascii(char)


def test_no_letter_vanishes() -> None:
    vanished = [
        f"U+{code:04X}"
        for code in range(sys.maxunicode + 1)
        if chr(code).isalpha()
        and not fold(chr(code))
        and "\N{ARABIC TATWEEL}" not in unicodedata.normalize("NFKD", chr(code))
    ]
    assert vanished == []


def test_what_is_offered_is_found_without_its_accents() -> None:
    person = UserRef("usr_" + "5" * 32, "m@example.org", "Jörg", "Müller")
    vocabulary = Vocabulary(people={person.user_id: person})
    offers = [each.insert for each in complete("assignee:mul", 12, vocabulary)]
    assert any("Müller" in each for each in offers)


def test_nothing_is_remembered_of_studies_that_were_forgotten() -> None:
    forget_forms()
    known = StudySet()
    known.merge([study(description="Größe geheim")])
    query = parse("grosse")
    assert len(list(query.select(known, context()))) == 1
    assert _folded.cache_info().currsize > 0
    known.clear()
    assert _folded.cache_info().currsize == _accented.cache_info().currsize == 0


def test_the_form_is_chosen_by_the_word() -> None:
    assert sought("muller")[1] is sought("שלום")[1] is _folded
    assert sought("müller")[1] is sought("ø")[1] is _accented
