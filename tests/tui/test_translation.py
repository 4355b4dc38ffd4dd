"""What Textual's own parser makes of keys, the mouse and the rest, ours makes too."""

import itertools
import time

import pytest
from textual import events, messages
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._keyboard_protocol import FUNCTIONAL_KEYS
from textual._xterm_parser import XTermParser
from textual.message import Message

from avara_tui.tui.terminal.decoder import Decoder
from avara_tui.tui.terminal.layouts import folded, is_foreign, pressed
from avara_tui.tui.terminal.translation import EscapedKey, TerminalPaste, Translator


def stock(*parts: str) -> list[Message]:
    """Return what Textual's parser makes of a sequence, and of silence after it."""
    parser = XTermParser()
    made = [each for part in parts for each in parser.feed(part)]
    if parser._timeout_time is not None:
        parser._timeout_time = 0.0
    return [*made, *parser.tick()]


def ours(*parts: str) -> list[Message]:
    decoder, translator = Decoder(0.1), Translator()
    made = [each for part in parts for each in translator.messages(decoder.feed(part.encode(), 0))]
    return [*made, *translator.messages(decoder.tick(100.0))]


def told(made: list[Message]) -> list[tuple[object, ...]]:
    """Return messages in a form that can be compared."""
    return [_told(each) for each in made if not isinstance(each, events.CursorPosition)]


def _told(message: Message) -> tuple[object, ...]:
    match message:
        case events.Key():
            return ("key", message.key, message.character)
        case events.Paste():
            return ("paste", message.text)
        case events.MouseEvent():
            about = (message.x, message.y, message.delta_x, message.delta_y, message.button)
            return (type(message), *about, message.shift, message.meta, message.ctrl)
        case events.Resize():
            return (type(message), message.size, message.pixel_size)
        case messages.InBandWindowResize():
            return (type(message), message.supported, message.enabled)
    return (type(message),)


MISREAD = {
    # Textual reads these as a character whose code is the first number.
    *(f"\x1b[5{final}" for final in "ABCD"),
    *(f"\x1b[1;{modifiers}u" for modifiers in (5, 6, 7, 8)),
    *(f"\x1b[{number}~" for number in (25, 26, 28, 29, 31, 32, 33, 34, 62, 63)),
    # Textual waits for more, and then reads esc twice.
    "\x1b\x1b",
    # The first byte of a control sequence, in 8 bits.
    "\x9b",
    "\x1b\x9b",
}
KNOWN = [each for each in ANSI_SEQUENCES_KEYS if each not in MISREAD]


@pytest.mark.parametrize("sequence", KNOWN, ids=repr)
def test_every_sequence_in_textuals_table(sequence: str) -> None:
    assert told(ours(sequence)) == told(stock(sequence))


@pytest.mark.parametrize(
    ("sequence", "key"),
    [("\x1b[5A", "ctrl+up"), ("\x1b[1;5u", "ctrl+5"), ("\x1b[25~", "f13"), ("\x1b[34~", "f20")],
)
def test_what_textuals_table_means_but_its_parser_misreads(sequence: str, key: str) -> None:
    assert [each.key for each in ours(sequence) if isinstance(each, events.Key)] == [key]


def test_every_character_and_every_character_with_alt() -> None:
    for number in itertools.chain(range(0x80), range(0xA0, 0x250), range(0x400, 0x450)):
        character = chr(number)
        if character == "\x1b":
            continue
        assert told(ours(character)) == told(stock(character)), character
        if character in "[]PX^_O\\" or number == 0x7F or number < 0x20:
            continue
        assert told(ours(f"\x1b{character}")) == told(stock(f"\x1b{character}")), character


def test_every_key_of_the_kitty_protocol_with_every_modifier() -> None:
    for name in FUNCTIONAL_KEYS:
        number, end = name[:-1], name[-1]
        for modifiers in ("", *(f";{held}" for held in range(1, 130))):
            sequence = f"\x1b[{number}{modifiers}{end}"
            if end == "R" and modifiers:
                # That is where the cursor is, for Textual too.
                continue
            assert told(ours(sequence)) == told(stock(sequence)), sequence
    for code in (*range(0x20, 0x7F), 0xE9, 0x434):
        for held in range(1, 17):
            for text in ("", f";{code}"):
                sequence = f"\x1b[{code};{held}{text}u"
                assert told(ours(sequence)) == told(stock(sequence)), sequence


@pytest.mark.parametrize(
    "sequence",
    [
        "\x1b[I",
        "\x1b[O",
        "\x1b[?2026;2$y",
        "\x1b[?2026;0$y",
        "\x1b[?2048;1$y",
        "\x1b[?2048;2$y",
        "\x1b[?2048;0$y",
        "\x1b[48;40;120;800;1200t",
        "\x1b[48;40:1;120;800;1200t",
        "\x1b[48;40;120;800;1200t\x1b[<0;300;200M",
        "\x1b[200~pasted text\x1b[201~",
        "\x1b[27;5;109~",
        *(f"\x1b[<{button};12;7{end}" for button in range(128) for end in "Mm"),
        "\x1b[<35;1;1M\x1b[<35;9;4M\x1b[<0;9;4M\x1b[<0;9;4m",
        "\x1b[<0;-1;4M",
        "\x1b[M !!",
    ],
    ids=repr,
)
def test_mouse_focus_resize_modes_and_pastes(sequence: str) -> None:
    assert told(ours(sequence)) == told(stock(sequence))


@pytest.mark.parametrize("number", range(1, 130))
def test_a_sequence_that_is_no_key_is_nothing(number: int) -> None:
    """Textual takes a number that it does not know for the code of a character."""
    for end in "ABCDEFHPQRS~":
        sequence = f"\x1b[{number}{end}"
        if f"{number}{end}" in FUNCTIONAL_KEYS or sequence in ANSI_SEQUENCES_KEYS:
            continue
        assert ours(sequence) == [], sequence
    for strange in (
        f"\x1b[{number + 0xD800}u",
        f"\x1b[{number + 0x110000}u",
        f"\x1b[{number};{number};7R",
    ):
        assert ours(strange) == [], strange


def test_a_released_key_is_no_key() -> None:
    assert ours("\x1b[109;1:3u") == []
    assert told(ours("\x1b[109;1:1u", "\x1b[109;1:2u")) == [("key", "m", "m")] * 2


def test_sizes_that_cannot_be_are_nothing() -> None:
    assert ours("\x1b[48;0;0;0;0t") == []
    assert [type(each) for each in ours("\x1b[48;40;120;0;0t\x1b[<0;3;3M")] == [
        events.Resize,
        events.MouseDown,
    ]


@pytest.mark.parametrize(
    ("sequence", "key", "character"),
    [
        ("\x1b[1074::100;;1074u", "d", "в"),
        ("\x1b[1074:1042:100;2;1042u", "D", "\N{CYRILLIC CAPITAL LETTER VE}"),
        ("\x1b[1074:1042:100;65;1042u", "D", "\N{CYRILLIC CAPITAL LETTER VE}"),
        ("\x1b[1074:1042:100;66;1074u", "d", "в"),
        ("\x1b[1102:1070:46;;1102u", "full_stop", "ю"),
        ("\x1b[1102:1070:46;2;1070u", "greater_than_sign", "Ю"),
        ("\x1b[1074::100;5u", "ctrl+d", None),
        ("\x1b[945::97;;945u", "a", "\N{GREEK SMALL LETTER ALPHA}"),
        ("\x1b[1513::97;;1513u", "a", "ש"),
        # Letters of Latin alphabets, and what needs no other key, stay what they are.
        ("\x1b[233::50;;233u", "é", "é"),
        ("\x1b[46::47;;46u", "full_stop", "."),
        ("\x1b[97:65;2;65u", "A", "A"),
        # Typed by an input method, and full-width.
        ("\x1b[0;;26085u", "日", "日"),
        ("\N{FULLWIDTH LATIN SMALL LETTER M}", "m", "\N{FULLWIDTH LATIN SMALL LETTER M}"),
        ("\N{FULLWIDTH QUESTION MARK}", "question_mark", "\N{FULLWIDTH QUESTION MARK}"),
        ("\N{FULLWIDTH DIGIT ONE}", "1", "\N{FULLWIDTH DIGIT ONE}"),
        ("\N{IDEOGRAPHIC SPACE}", "space", "\N{IDEOGRAPHIC SPACE}"),
        ("\N{ARABIC-INDIC DIGIT TWO}", "2", "\N{ARABIC-INDIC DIGIT TWO}"),
        # The terminal does not tell.
        ("д", "д", "д"),
    ],
)
def test_a_key_has_the_name_of_its_place_and_types_its_letter(
    sequence: str, key: str, character: str | None
) -> None:
    assert told(ours(sequence)) == [("key", key, character)]


def test_what_is_pressed_is_told_in_latin_letters_where_that_is_known() -> None:
    assert pressed("d", "в") == "d"
    assert pressed("y", "\N{FULLWIDTH LATIN SMALL LETTER Y}") == "y"
    assert pressed("question_mark", "\N{FULLWIDTH QUESTION MARK}") == "?"
    assert pressed("asterisk", "*") == "*"
    assert pressed("escape", "\x1b") == "escape"
    assert pressed("д", "д") == "д"
    assert folded("é") is None
    assert is_foreign("д")
    assert not any(
        map(
            is_foreign,
            ("d", "é", "ß", "1", "\N{FULLWIDTH LATIN SMALL LETTER M}", "", "дд", "\N{SNOWMAN}"),
        )
    )


def test_esc_and_a_key_in_one_are_told_apart_later() -> None:
    (key,) = ours("\x1bj")
    assert isinstance(key, EscapedKey)
    assert told([key.whole, *key.parts]) == [
        ("key", "alt+j", "j"),
        ("key", "escape", "\x1b"),
        ("key", "j", "j"),
    ]
    (key,) = ours("\x1bf")
    assert isinstance(key, EscapedKey)
    assert (key.whole.key, key.second.key) == ("ctrl+right", "f")


def test_messages_are_as_old_as_their_keys() -> None:
    before = time.monotonic()
    made = ours("j\x1b[200~m\x1b[201~")
    assert [type(each) for each in made] == [events.Key, TerminalPaste]
    assert all(before <= each.time <= time.monotonic() for each in made)
