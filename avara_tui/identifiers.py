"""Identifiers: what they look like, and what is wrong with one that does not."""

import re
from typing import Final

UID_MAX_LENGTH: Final = 64

_UID = re.compile(r"(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*))+")
_PREFIXED = {prefix: re.compile(prefix + r"_[0-9A-Fa-f]{32}") for prefix in ("stu", "usr", "cus")}


def strip_pasted(text: str) -> str:
    """Return ``text`` without the blanks and NUL padding that a DICOM value is pasted with."""
    return text.strip(" \t\r\n\0\u00a0\ufeff")


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
