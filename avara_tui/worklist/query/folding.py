"""Texts made alike for comparing: capitals, widths and ways of composing letters do not count."""

import unicodedata


def fold(text: str) -> str:
    """Return ``text`` in the form in which texts are compared.

    That is Unicode's compatibility case folding: ``CT``, ``ct`` and the same in full width are
    alike, and so are a letter with its accent in one character or in two. Folding a folded text
    changes nothing.
    """
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
