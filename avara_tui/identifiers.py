"""Identifiers: what they look like, and what is wrong with one that does not."""

import re
import unicodedata
from typing import Final

UID_MAX_LENGTH: Final = 64

_UID = re.compile(r"(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*))+")
_DIGITS_AND_DOTS: Final = frozenset("0123456789.")
_BLANKS: Final = " \t\r\n\0\u00a0\ufeff"
_WIDE: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    ord("\N{IDEOGRAPHIC FULL STOP}"): ord("."),
    ord("\N{HALFWIDTH IDEOGRAPHIC FULL STOP}"): ord("."),
}
"""The full-width forms of ASCII, and what a Japanese keyboard writes for a dot."""
_ROUND: Final = (
    "\"'`,;()[]<>{}\u201c\u201d\u201e\u201f\u2018\u2019\u201a\u201b\u00ab\u00bb\u2039\u203a"
)
"""Signs that stand round an identifier in a letter, a table or a program's text."""
_CALLED: Final = re.compile(
    r"(?:(?:study\W*)?(?:instance\W*)?uid|(?:study\W*)?id|urn:oid|oid)\b[\s:=\"'\u201c\u201d\]>)]+",
    re.IGNORECASE | re.ASCII,
)
_PREFIXED = {prefix: re.compile(prefix + r"_[0-9A-Fa-f]{32}") for prefix in ("stu", "usr", "cus")}


def strip_pasted(text: str) -> str:
    """Return ``text`` without the blanks and NUL padding that a DICOM value is pasted with."""
    return text.strip(_BLANKS)


def mend_identifier(text: str, *, is_whole: bool = True) -> str:
    """Return the id or UID that a pasted ``text`` is meant to be; to find by, never to write.

    Quotes and brackets round it, ``UID:`` before it, signs without width and full-width digits are
    how other programs show an identifier, and no part of it; nor is the dot that ends a sentence.
    The dot stays where the identifier is not the ``is_whole``, but only how it begins. What is no
    identifier even so is returned without its blanks, as :func:`strip_pasted` does.
    """
    visible = "".join(each for each in text if unicodedata.category(each) != "Cf")
    mended, before = visible.translate(_WIDE), ""
    while mended != before:
        before = mended
        mended = mended.strip(_BLANKS + _ROUND)
        mended = _CALLED.sub("", mended, count=1) if _CALLED.match(mended) else mended
        mended = mended.rstrip(".") if is_whole else mended
    return mended if _may_be_an_identifier(mended) else strip_pasted(text)


def is_spelled_as_uid(text: str) -> bool:
    """Whether ``text`` holds digits and dots only: a server may hold UIDs that are none."""
    return bool(text.strip(".")) and _DIGITS_AND_DOTS.issuperset(text)


def _may_be_an_identifier(text: str) -> bool:
    return is_spelled_as_uid(text) or text[:4].lower() == "stu_"


def uid_problem(uid: str) -> str | None:
    """Return what makes ``uid`` no DICOM UID (PS3.5 section 9.1), or None if it is one."""
    if not uid:
        return "a UID is needed, for example 1.2.840.113619.2.55.3"
    if len(uid) > UID_MAX_LENGTH:
        return f"a UID has at most {UID_MAX_LENGTH} characters, this one has {len(uid)}"
    if not uid.isascii() or not set(uid) <= set("0123456789."):
        return "a UID holds only digits and dots"
    components = uid.split(".")
    if "" in components:
        return "a UID has no empty component: look for two dots together, or one at an end"
    if any(len(component) > 1 and component.startswith("0") for component in components):
        return "no component of a UID starts with 0, unless it is a lone 0"
    if _UID.fullmatch(uid) is None:
        return "a UID has at least two components joined by a dot"
    return None


def is_study_id(text: str) -> bool:
    """Whether ``text`` is ``stu_`` and 32 hexadecimal digits."""
    return _PREFIXED["stu"].fullmatch(text) is not None


def is_same_study(one: str, other: str) -> bool:
    """Whether two ids name the same study: the digits of an id may be of either case."""
    if one == other:
        return True
    return is_study_id(one) and is_study_id(other) and one.lower() == other.lower()


def is_user_id(text: str) -> bool:
    """Whether ``text`` is ``usr_`` and 32 hexadecimal digits."""
    return _PREFIXED["usr"].fullmatch(text) is not None


def is_customer_id(text: str) -> bool:
    """Whether ``text`` is ``cus_`` and 32 hexadecimal digits."""
    return _PREFIXED["cus"].fullmatch(text) is not None
