"""What the command line can ask of the worklist."""

from typing import Final, NamedTuple

PROGRAM: Final = "avara-tui"
DEMO_STUDIES: Final = 400
DEMO_SEED: Final = 1
DEMO_ARRIVALS: Final = 2.0
"""New studies a minute in the demo, so that there is something to see."""


class WorklistOptions(NamedTuple):
    """What the command line asks of the worklist."""

    profile: str | None = None
    view: str | None = None
    filter_text: str | None = None
    read_only: bool = False
    mouse: bool = True
    demo: bool = False
    studies: int = DEMO_STUDIES
    seed: int = DEMO_SEED
    arrivals: float = DEMO_ARRIVALS
