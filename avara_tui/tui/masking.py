"""What is shown in place of texts, names and numbers while somebody looks over the shoulder."""

from typing import Final

HIDDEN: Final = "•••"


def veiled(text: str, *, masked: bool) -> str:
    """Return ``text``, or what stands for it while it is hidden. An empty text stays empty."""
    return HIDDEN if masked and text else text
