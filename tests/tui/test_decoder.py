"""What comes from a terminal is taken apart by the standard: only keys are keys."""

import random
import tracemalloc

import pytest
from textual import events
from textual.message import Message

from avara_tui.tui.terminal.decoder import (
    LONGEST_PASTE,
    LONGEST_STRING,
    PASTE_PATIENCE,
    SEQUENCE_PATIENCE,
    STRING_PATIENCE,
    WORN_PATIENCE,
    Decoder,
)
from avara_tui.tui.terminal.tokens import Character, Control, Escape, Escaped, Pasted, Token
from avara_tui.tui.terminal.translation import Translator
from terminal.answers import ANSWERS, TOLD, in_8_bits, pieces, sequences

DELAY = 0.1
LATER = 100.0
SEEDS = range(5)
COUNT = 4_000
"""Sequences of one seed: 20,000 in all."""


def decoded(*parts: bytes, at: float = 0.0) -> list[Token]:
    """Return what parts are that come at one moment, and what is left when all patience ends."""
    decoder = Decoder(DELAY)
    tokens = [token for part in parts for token in decoder.feed(part, at)]
    return [*tokens, *decoder.tick(at + LATER)]


def acted_on(tokens: list[Token]) -> list[Message]:
    """Return the messages that are a hand's: keys, the mouse, pastes."""
    hand = (events.InputEvent, events.Paste)
    return [each for each in Translator().messages(tokens) if isinstance(each, hand)]


def keys_of(tokens: list[Token]) -> list[str]:
    return [each.key for each in acted_on(tokens) if isinstance(each, events.Key)]


@pytest.mark.parametrize("answer", [*ANSWERS.values(), *TOLD.values()], ids=[*ANSWERS, *TOLD])
def test_no_answer_is_a_key_whole_split_or_torn_in_7_and_8_bits(answer: str) -> None:
    for raw in (answer.encode(), in_8_bits(answer)):
        assert not acted_on(decoded(raw))
        assert keys_of(decoded(raw, b"j")) == ["j"]
        for cut in range(1, len(raw)):
            assert not acted_on(decoded(raw[:cut], raw[cut:])), cut
            if raw[:cut] == b"\x1b":
                # That much is the key esc, and nothing can tell it from an answer.
                continue
            decoder = Decoder(DELAY)
            torn = decoder.feed(raw[:cut], 0.0)
            after = decoder.feed(b"j", LATER)
            assert keys_of([*torn, *after]) == ["j"], cut


@pytest.mark.parametrize("seed", SEEDS)
def test_20_000_sequences_are_no_keys_and_the_key_behind_each_is_read(seed: int) -> None:
    decoder = Decoder(DELAY)
    for number, raw in enumerate(sequences(seed, COUNT)):
        tokens = []
        for piece in pieces(seed * COUNT + number, raw):
            tokens += decoder.feed(piece, float(number))
        assert not acted_on(tokens), raw
        assert keys_of(decoder.feed(b"j", float(number))) == ["j"], raw


@pytest.mark.parametrize("seed", SEEDS)
def test_torn_sequences_are_no_keys_and_what_comes_later_is_read(seed: int) -> None:
    chance = random.Random(seed)
    decoder, now = Decoder(DELAY), 0.0
    for raw in sequences(seed + 100, COUNT):
        # ESC alone is a key.
        least = 2 if raw.startswith(b"\x1b") else 1
        if len(raw) <= least:
            continue
        torn = raw[: chance.randrange(least, len(raw))]
        tokens = decoder.feed(torn, now)
        now += LATER
        tokens += decoder.tick(now)
        assert not acted_on(tokens), torn
        assert keys_of(decoder.feed(b"j", now)) == ["j"], torn


@pytest.mark.parametrize("seed", SEEDS)
def test_what_bytes_mean_does_not_depend_on_how_they_are_split(seed: int) -> None:
    """Random bytes, and random bytes of what sequences are made of."""
    chance = random.Random(seed)
    alphabet = b"\x1b\x1b\x1b[]P\\O_~;?0129$MmAuj\x07\x9b\x9c\xd0\x9b\xe2\x82\xac\r\x18"
    for round_ in range(400):
        if round_ % 2:
            data = chance.randbytes(60)
        else:
            data = bytes(chance.choice(alphabet) for _ in range(60))
            data = data.replace(b"]", b"[200~", 1).replace(b"P", b"\x1b[201~", 1)
        whole = decoded(data)
        assert decoded(*pieces(round_, data)) == whole, data
        assert decoded(*(bytes([each]) for each in data)) == whole, data


def test_any_bytes_at_any_time_break_nothing() -> None:
    chance = random.Random(12)
    decoder, translator, now = Decoder(DELAY), Translator(), 0.0
    for _ in range(3_000):
        now += chance.choice((0.0, 0.01, 0.2, 0.6, 3.0))
        translator.messages(decoder.feed(chance.randbytes(chance.randrange(1, 40)), now))
        if chance.random() < 0.3:
            translator.messages(decoder.tick(now + chance.random()))
    now += LATER
    decoder.tick(now)
    assert decoder.deadline is None
    assert decoder.feed(b"j", now) == [Character("j")]


def test_esc_alone_is_quick_and_esc_with_a_key_keeps_both() -> None:
    decoder = Decoder(DELAY)
    assert decoder.feed(b"\x1b", 7.0) == []
    assert decoder.deadline == pytest.approx(7.0 + DELAY)
    assert decoder.tick(7.05) == []
    assert decoder.tick(7.1) == [Escape()]
    assert decoder.feed(b"\x1bj", 8.0) == [Escaped("j")]
    assert decoder.feed(b"\x1b\x1b\x1b[A", 9.0)[:2] == [Escape(), Escape()]


def test_the_rest_of_an_answer_that_a_slow_line_tore_is_no_key() -> None:
    for first, rest, patience in (
        (b"\x1bP>|min", b"tty 3.7.1\x1b\\", STRING_PATIENCE),
        (b"\x1b]11;rgb:00", b"/mm/nn\x07", STRING_PATIENCE),
        (b"\x1b", b"[?64;1;2c", DELAY),
        (b"\x1b", b"P>|mintty 3.7.1\x1b\\", DELAY),
    ):
        decoder = Decoder(DELAY)
        decoder.feed(first, 0.0)
        decoder.tick(patience)
        assert decoder.feed(rest + b"j", patience + 1.0) == [Character("j")], rest


@pytest.mark.parametrize("introducer", [b"]", b"P", b"X", b"^", b"_"])
def test_a_string_without_an_end_is_given_up_by_time_and_the_longer_it_is_the_sooner(
    introducer: bytes,
) -> None:
    decoder = Decoder(DELAY)
    assert decoder.feed(b"\x1b" + introducer + b"mnx" * 100, 0.0) == []
    assert decoder.feed(b"m", STRING_PATIENCE * 0.9) == []
    assert decoder.feed(b"j", STRING_PATIENCE * 2) == [Character("j")]
    decoder.feed(b"\x1b" + introducer, 10.0)
    for _ in range(LONGEST_STRING // 4096 + 1):
        assert decoder.feed(b"mnxo" * 1024, 10.0) == []
    assert decoder.feed(b"j", 10.0 + WORN_PATIENCE) == [Character("j")]


def test_somebody_who_types_into_a_string_without_an_end_is_heard_soon() -> None:
    decoder, now = Decoder(DELAY), 0.0
    heard: list[Token] = []
    decoder.feed(b"\x1b]", now)
    while not heard:
        now += 0.3
        heard = decoder.feed(b"q", now)
        assert now < 6.0


def test_a_key_begun_and_not_ended_is_given_up() -> None:
    for torn in (b"\x1b[1;5", b"\x1bO", b"\x1b[M !", b"\x1b[[", b"\x9b", b"\xe2\x82"):
        decoder = Decoder(DELAY)
        assert decoder.feed(torn, 0.0) == []
        assert not acted_on([each for each in decoder.tick(1.0) if each != Character("�")])
        assert decoder.feed(b"j", SEQUENCE_PATIENCE + 1.0) == [Character("j")]


NASTY = [
    "see \x1b[1mmm \x1b[0m note",
    "\x1b]52;c;AAAA\x07 \x1bP>|mintty\x1b\\ \x1b[?1;2c",
    "two\rlines\nand\r\na third",
    "\x1b",
    "\x1b[200~\x1b[20",
    "\x00\x03\x11\x1a\x18",
    "Л201~ Ы日本 \u009b201~",
    "",
]


@pytest.mark.parametrize("text", NASTY)
def test_a_paste_is_text_whatever_is_in_it_and_however_it_is_split(text: str) -> None:
    raw = b"\x1b[200~" + text.encode() + b"\x1b[201~"
    expected = [Pasted(text, 0), Character("j")]
    assert decoded(raw + b"j") == expected
    for cut in range(1, len(raw)):
        assert decoded(raw[:cut], raw[cut:] + b"j") == expected, cut
    assert decoded(*(bytes([each]) for each in raw), b"j") == expected


def test_a_paste_in_8_bits() -> None:
    assert decoded(b"\x9b200~m\xd0\x9b201~x\x9b201~j") == [
        Pasted("m\N{CYRILLIC CAPITAL LETTER EL}201~x", 0),
        Character("j"),
    ]


def test_a_paste_that_never_ends_lets_go_and_its_late_rest_is_text() -> None:
    decoder = Decoder(DELAY)
    assert decoder.feed(b"\x1b[200~mm\x1b[2", 0.0) == []
    assert decoder.tick(PASTE_PATIENCE * 0.9) == []
    assert decoder.tick(PASTE_PATIENCE) == [Pasted("mm\x1b[2", 0)]
    assert decoder.feed(b"j", 3.0) == [Character("j")]
    assert decoder.feed(b"nn\x1b[201~k", 4.0) == [Pasted("nn", 0), Character("k")]


def test_a_large_paste_is_held_up_to_a_length_and_ends_where_it_ends() -> None:
    decoder = Decoder(DELAY)
    tracemalloc.start()
    for _ in range(3):
        tokens = decoder.feed(b"\x1b[200~", 0.0)
        for _ in range(256):
            tokens += decoder.feed(b"m" * 4096, 0.0)
        tokens += decoder.feed(b"\x1b[201~j", 0.0)
        assert tokens == [
            Pasted("m" * LONGEST_PASTE, 256 * 4096 - LONGEST_PASTE),
            Character("j"),
        ]
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 8 * LONGEST_PASTE


def test_bytes_that_are_no_utf8_are_told_from_8_bit_controls() -> None:
    assert decoded("Л201~é".encode())[0] == Character("Л")
    assert decoded(b"\xe9\xff") == [Character("\N{REPLACEMENT CHARACTER}")] * 2
    for introducer in (b"\x1b[", b"\x9b", "\u009b".encode()):
        assert decoded(introducer + b"?1;2cj") == [Control("\x1b[?1;2c"), Character("j")]
