"""Every kind of fault, by name."""

from collections.abc import Mapping
from typing import Final

from avara_tui.emulator.faults import bodies, paging, statuses, wire
from avara_tui.emulator.faults.struck import Kind

KINDS: Final[Mapping[str, Kind]] = {
    **wire.KINDS,
    **statuses.KINDS,
    **bodies.KINDS,
    **paging.KINDS,
}


class UnknownFaultError(ValueError):
    """There is no such kind of fault."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no fault {name!r}. The faults are: {', '.join(KINDS)}.")


def check_kind(name: str) -> str:
    """Return ``name``; raise :class:`UnknownFaultError` if it is no kind of fault."""
    if name not in KINDS:
        raise UnknownFaultError(name)
    return name
