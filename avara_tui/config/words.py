"""The settings that are one of a few words."""

from enum import StrEnum


class Clipboard(StrEnum):
    """Whether identifiers and links may go to the terminal's clipboard."""

    OFF = "off"
    ASK = "ask"
    ON = "on"


class Colour(StrEnum):
    """The colours of the terminal's own palette that a profile can have."""

    RED = "red"
    GREEN = "green"
    YELLOW = "yellow"
    BLUE = "blue"
    MAGENTA = "magenta"
    CYAN = "cyan"
    WHITE = "white"


class KeyPreset(StrEnum):
    """The keys to start from, before single actions get others."""

    STANDARD = "standard"
    VI = "vi"
    PLAIN = "plain"


class Ascii(StrEnum):
    """Whether signs are drawn in ASCII."""

    AUTO = "auto"
    ON = "on"
    OFF = "off"


class Bandwidth(StrEnum):
    """How much may go over the line to the terminal."""

    AUTO = "auto"
    LOW = "low"
    FULL = "full"


class TriageOrder(StrEnum):
    """By what the triage order goes within each of its groups."""

    TRIAGE = "triage"
    DEADLINE = "deadline"


class NextRule(StrEnum):
    """Whose studies can be next."""

    MINE_FIRST = "mine-first"
    POOL = "pool"


class OpenClaims(StrEnum):
    """Whether a study that nobody has is claimed as it is opened."""

    ASK = "ask"
    YES = "yes"
    NO = "no"
