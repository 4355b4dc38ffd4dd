"""How an emulator is set up."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from avara_tui.emulator.behaviour import Behaviour

Scope = Literal["all", "self"]
"""Which studies a key sees and edits: all, or those of its own source."""


def random_api_key() -> str:
    """Return a key of the form that the API gives out."""
    return f"sk_live_{secrets.token_hex(16)}"


@dataclass(slots=True, kw_only=True)
class Settings:
    """The options of ``avara-tui emulator``."""

    studies: int = 400
    seed: int = 1
    database: Path | None = None
    """None keeps everything in memory. A database that has studies is not seeded again."""
    api_key: str = field(default_factory=random_api_key)
    scope: Scope = "all"
    """The study scope of the key. With "self" it sees what was created with it, nothing else."""
    now_ms: int | None = None
    """The time at which the emulator's clock stands still; None is the machine's clock."""
    latency_ms: float = 0.0
    arrivals_per_minute: float = 0.0
    faults: Mapping[str, float] = field(default_factory=dict)
    """The share of requests, from 0 to 1, that each kind of fault strikes."""
    behaviour: Behaviour = field(default_factory=Behaviour)
