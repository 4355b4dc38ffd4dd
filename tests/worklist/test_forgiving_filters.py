"""A filter that is written as keyboards, letters and people write means what is meant."""

import random
from typing import Final

import pytest

from avara_tui.study import Study
from avara_tui.worklist.clocks import DAY, HOUR
from avara_tui.worklist.query import (
    QueryError,
    keys_written,
    parse,
    settled,
    spelled_out,
    without_mistakes,
)
from worklist.making import CITY, LAKESIDE, OKAFOR, SMITH, context, study, study_id

KEYS: Final = ("modality", "exam end", "Referrer", "MRN")
SEEDS: Final = range(1000)
JAPANESE: Final = "頭部\uff1aCT"
UID: Final = "1.2.840.113619.2.55"
_UNSEEN: Final = ("\u200b", "\u200d", "\ufeff", "\u2060", "\u200e")
_UNITS: Final = {
    "m": ("min", "minutes"),
    "h": ("hours", "hr"),
    "d": ("days", "d"),
    "w": ("weeks", "wk"),
}


def studies(draw: random.Random) -> list[Study]:
    return [
        study(
            number,
            uid=draw.choice((UID, f"{UID}.1", "2.25.7", f"{UID}.")),
            description=draw.choice(("CT Head", "MR Knie links", 'say "ct: head"', JAPANESE)),
            severity=draw.choice(("stat", "high", "normal")),
            status=draw.choice(("incomplete", "complete")),
            is_cancelled=draw.random() < 0.2,
            age=draw.choice((60.0, 3 * HOUR, 3 * DAY, 20 * DAY)),
            assignee=draw.choice((None, SMITH, OKAFOR)),
            customer=draw.choice((None, LAKESIDE, CITY)),
            metadata={
                draw.choice((key, key, key.upper())): draw.choice(("CT", "mr", "Dr. Lee", "77"))
                for key in KEYS
                if draw.random() < 0.6
            },
        )
        for number in range(40)
    ]


class Writer:
    """Writes terms as the language has them, or as ``draw`` disturbs them in one way or another."""

    def __init__(self, draw: random.Random, *, disturbs: bool) -> None:
        self._draw = draw
        self._disturbs = disturbs

    def is_drawn(self, likely: float = 0.5) -> bool:
        # Drawn in any case: both writers stay in step.
        return self._draw.random() < likely and self._disturbs

    def pick(self, *forms: str) -> str:
        """Return the first form, or at times another one."""
        other = self._draw.choice(forms)
        return other if self.is_drawn() else forms[0]

    def word(self, text: str) -> str:
        text = self.pick(text, text.upper(), text.title(), wide(text))
        place, sign = self._draw.randrange(len(text) + 1), self._draw.choice(_UNSEEN)
        return text[:place] + sign + text[place:] if self.is_drawn(0.2) else text

    def quoted(self, text: str) -> str:
        pair = self._draw.choice(("“”", "„“", "«»", "””", wide('""'), '“"'))
        return f"{pair[0]}{text}{pair[1]}" if self.is_drawn() else f'"{text}"'

    def term(self, field: str, *values: str) -> str:
        colon = self.pick(":", wide(":"), ": ", wide(":") + " ")
        return f"{field}{colon}{self.pick(',', wide(',')).join(values)}"

    def filter(self) -> str:
        draw = self._draw
        terms = [self._terms[draw.randrange(len(self._terms))](self) for _ in range(3)]
        signs = [
            self.pick("-", wide("-"), "\u2212", "\u2013") if draw.random() < 0.3 else ""
            for _ in terms
        ]
        apart = self.pick(" ", "\u3000", " \u200b ", "\u00a0")
        return apart.join(sign + each for sign, each in zip(signs, terms, strict=True))

    def severity(self) -> str:
        two = self._draw.sample(("stat", "high", "routine"), 2)
        return self.term(self.word("severity"), *map(self.word, two))

    def status(self) -> str:
        word = self._draw.choice(("complete", "incomplete"))
        return self.term(self.word("status"), self.word(word))

    def state(self) -> str:
        return self.term(self.word("is"), self.word(self._draw.choice(("open", "cancelled"))))

    def age(self) -> str:
        unit = self._draw.choice("mhdw")
        operator = self._draw.choice((">", "<", ">=", "<="))
        forms = {">": (wide(">"),), "<": (wide("<"),), ">=": ("≥", "=>"), "<=": ("≤", "=<")}[
            operator
        ]
        length = self.pick("2", wide("2")) + self.pick(unit, unit.upper(), *_UNITS[unit])
        start = self.word("age") + self.pick(":", wide(":")) + self.pick(operator, *forms)
        return start + self.pick("", " ") + length

    def person(self) -> str:
        name = self._draw.choice(("me", "none", "okafor", OKAFOR.user_id))
        return self.term(self.word("assignee"), self.word(name))

    def customer(self) -> str:
        return self.term(self.word("customer"), self.quoted("clinic lakeside"))

    def uid(self) -> str:
        uid = self.pick(UID, wide(UID), f"{UID}.", f"UID:{UID}", f"\u200b{UID}\ufeff")
        return self.term(self.word("uid"), uid)

    def start(self) -> str:
        return self.term(self.word("uid"), self.pick(f"{UID}.*", wide(f"{UID}.*")))

    def identity(self) -> str:
        one = study_id(self._draw.randrange(40))
        return self.term(self.word("id"), self.pick(one, one.upper(), wide(one), f"id:{one}."))

    def metadata(self) -> str:
        key = self._draw.choice(("modality", "Referrer", "MRN"))
        field = self.pick(f"meta.{key}", key, f"META.{key.upper()}", wide(f"meta.{key.lower()}"))
        return self.term(field, self._draw.choice(("ct", "77", "*")))

    def quoted_key(self) -> str:
        key = self.pick("exam end", "Exam End", "EXAM END")
        return self.term(f"{self.pick('meta.', 'Meta.')}{self.quoted(key)}", self.quoted("dr. lee"))

    def words(self) -> str:
        return self._draw.choice((self.word("head"), self.quoted("ct head"), JAPANESE))

    _terms = (severity, status, state, age, person, customer, uid, start, identity, metadata,
              quoted_key, words)  # fmt: skip


def wide(text: str) -> str:
    """Return ``text`` in full width."""
    return "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in text)


@pytest.mark.parametrize("hundred", range(0, len(SEEDS), 100))
def test_a_thousand_disturbed_filters_select_what_the_undisturbed_ones_do(hundred: int) -> None:
    were_other = 0
    for seed in SEEDS[hundred : hundred + 100]:
        clean = Writer(random.Random(seed), disturbs=False).filter()
        disturbed = Writer(random.Random(seed), disturbs=True).filter()
        were_other += clean != disturbed
        known, where = studies(random.Random(seed)), context()
        meant = parse(clean, KEYS).matcher(where)
        read = parse(disturbed, KEYS).matcher(where)
        kept = parse(spelled_out(disturbed, KEYS)).matcher(where)
        for each in known:
            is_odd = each.uid == f"{UID}." and f"{UID}." in disturbed.replace(wide("."), ".")
            if is_odd:
                continue
            assert read(each) == meant(each) == kept(each), (seed, clean, disturbed, each)
    assert were_other > 90


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("severity:\u201cstat\u201d", "severity:stat"),
        ('"ct head\u201d', '"ct head"'),
        ("5\u201d head", '"5\u201d" head'),
        ('"say \u201cah\u201d twice"', '"say \u201cah\u201d twice"'),
        ("customer:東京、大阪", 'customer:"東京、大阪"'),
        ("meta.k:a\uff0cb", 'meta.k:"a\uff0cb"'),
        ("頭部\uff1aCT", '"頭部\uff1aCT"'),
        ("10\uff1a30", '"10\uff1a30"'),
        ("- ct", '"-" ct'),
        ("is:open \u200b", "is:open"),
        ("severity: stat ct", "severity:stat ct"),
        ("-severity: stat,high", "-severity:stat,high"),
        ("meta.k:> 5", 'meta.k:">" 5'),
        ("age:> 2h", "age:>2h"),
        ("age:>14days", "age:>14d"),
        ("uid:UID: 1.2.3.", "uid:1.2.3"),
        ("-uid: UID:1.2.3", "-uid:1.2.3"),
        ('uid:"Study Instance UID: 1.2.3"', "uid:1.2.3"),
    ],
)
def test_signs_are_taken_where_no_word_could_mean_something_else(text: str, meant: str) -> None:
    assert parse(text) == parse(meant)
    assert parse(str(parse(text))) == parse(text)


def test_weeks_are_weeks() -> None:
    old, young = study(1, age=7 * DAY + 1), study(2, age=7 * DAY - 1)
    matches = parse("age:>1w").matcher(context())
    assert (matches(old), matches(young)) == (True, False)
    assert str(parse("age:>1week")) == "age:>1w"


def test_a_uid_that_is_none_is_found_as_it_stands_and_the_server_asked_for_what_is_meant() -> None:
    query = parse("uid:1.2.3.")
    matches = query.matcher(context())
    assert [matches(study(uid=uid)) for uid in ("1.2.3.", "1.2.3", "1.2.34")] == [True, True, False]
    assert query.named == ("uid", ("1.2.3",))
    assert parse("uid:1.02").named == ("uid", ("1.02",))


def test_the_start_of_a_uid_keeps_its_dot() -> None:
    matches = parse("uid:1.2.*").matcher(context())
    assert (matches(study(uid="1.2.3")), matches(study(uid="1.23"))) == (True, False)


@pytest.mark.parametrize("name", ["severity", "IS", "age", "priority"])
def test_a_field_is_never_a_metadata_key_of_the_same_name(name: str) -> None:
    with pytest.raises(QueryError):
        parse(f"{name}:purple", [name, name.lower()])


@pytest.mark.parametrize(
    ("text", "keys", "suggestion"),
    [
        ("modality:ct", (), None),
        ("modalty:ct", KEYS, "meta.modality"),
        ("exam-end:x", KEYS, 'meta."exam end"'),
        ("severty:stat", KEYS, "severity"),
        ("hospital:x", KEYS, "customer"),
    ],
)
def test_what_is_no_field_and_no_key_is_a_mistake_that_says_what_is_meant(
    text: str, keys: tuple[str, ...], suggestion: str | None
) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text, keys)
    assert caught.value.suggestion == suggestion
    assert suggestion is not None or "meta.modality" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "spelled", "takes"),
    [
        ("ct modality:mr", "ct meta.modality:mr", [True]),
        ("meta.Modality:mr -referrer:lee", "meta.modality:mr -meta.Referrer:lee", [True, True]),
        ("meta.\uff2d\uff32\uff2e:7", "meta.MRN:7", [True]),
        ("meta.modalty:mr", "meta.modalty:mr", [False]),
        ("meta.wing:b", "meta.wing:b", [False]),
        ('meta."EXAM end":x', 'meta."exam end":x', [True]),
        ("meta.modality:mr severity:stat ct", "meta.modality:mr severity:stat ct", []),
    ],
)
def test_a_key_is_spelled_as_the_studies_have_it(
    text: str, spelled: str, takes: list[bool]
) -> None:
    assert spelled_out(text, KEYS) == spelled
    assert [each.is_taken for each in keys_written(text, KEYS)] == takes
    for each in studies(random.Random(1)):
        matches, read = (parse(one, KEYS).matcher(context()) for one in (spelled, text))
        assert matches(each) == read(each)


def test_nothing_is_said_of_keys_as_long_as_none_is_known() -> None:
    assert spelled_out("meta.modality:mr", ()) == "meta.modality:mr"
    assert list(keys_written("meta.modality:mr", ())) == []


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("modalty:ct head", "head"),
        ('ct customer:"city', "ct"),
        ("ct “head", "ct"),
        ("is:purple age:>1y severity: x", ""),
        ("age:> 1y stat", "stat"),
        ("ct", "ct"),
    ],
)
def test_a_mistake_does_not_count_and_all_else_does(text: str, rest: str) -> None:
    assert without_mistakes(text, KEYS).split() == rest.split()


@pytest.mark.parametrize("text", ["“sev", "\uff02age\uff02", "\u2013", "-"])
def test_what_is_quoted_in_any_way_counts_while_it_is_typed(text: str) -> None:
    assert settled(text, len(text)) == ("" if len(text) == 1 else text)
