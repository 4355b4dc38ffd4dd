"""``avara-tui emulator``: an Avara Viewer API of one's own, from the command line."""

import argparse
import math
from pathlib import Path
from typing import Final, get_args

from avara_tui.emulator.clock import parse_instant
from avara_tui.emulator.settings import Scope

_MOST_STUDIES: Final = 5_000_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the emulator to ``parser``."""
    _add_what_there_is(parser)
    _add_how_it_behaves(parser)


def _add_what_there_is(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: %(default)s)"
    )
    parser.add_argument(
        "--port", type=_port, default=0, metavar="N", help="port; 0 picks a free one (default)"
    )
    parser.add_argument(
        "--studies", type=_studies, default=400, metavar="N", help="how many (default: 400)"
    )
    parser.add_argument(
        "--seed", type=int, default=1, metavar="N", help="the same seed makes the same data"
    )
    parser.add_argument(
        "--database", type=Path, metavar="FILE", help="keep the data in FILE, not in memory"
    )
    parser.add_argument(
        "--api-key", type=_api_key, metavar="KEY", help="the key to ask for (default: a random one)"
    )
    parser.add_argument(
        "--scope",
        choices=get_args(Scope),
        default="all",
        help="which studies the key sees: all, or those created with it (default: all)",
    )


def _add_how_it_behaves(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--latency", type=_rate, default=0.0, metavar="MS", help="wait MS before each answer"
    )
    parser.add_argument(
        "--arrivals", type=_rate, default=0.0, metavar="PER_MINUTE", help="studies that arrive"
    )
    parser.add_argument(
        "--fault",
        type=_fault,
        action="append",
        default=[],
        metavar="KIND=RATE",
        help="strike this share (0 to 1) of the requests; may be repeated",
    )
    parser.add_argument(
        "--switch",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="choose an undocumented behaviour; may be repeated",
    )
    parser.add_argument(
        "--now", type=_instant, metavar="ISO8601", help="let the clock stand still at this time"
    )
    parser.add_argument("--until-stdin-closes", action="store_true", help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    """Serve until told to stop; print one JSON line when connections are accepted."""
    from avara_tui.emulator import process  # noqa: PLC0415 - keeps the parser light

    return process.run(args)


def _port(text: str) -> int:
    return _whole_number(text, 0, 65_535)


def _studies(text: str) -> int:
    return _whole_number(text, 0, _MOST_STUDIES)


def _whole_number(text: str, least: int, most: int) -> int:
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from {least} to {most}")
    return int(text)


def _rate(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0.0 <= number < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 up")
    return number


def _api_key(text: str) -> str:
    if not text.isascii() or not text.isprintable() or not text.strip() or " " in text:
        raise argparse.ArgumentTypeError("a key is printable ASCII without blanks")
    return text


def _fault(text: str) -> tuple[str, float]:
    kind, _, share = text.partition("=")
    rate = _rate(share)
    if rate > 1.0:
        raise argparse.ArgumentTypeError(f"{share!r} is not a share from 0 to 1")
    return kind, rate


def _instant(text: str) -> int:
    try:
        return parse_instant(text)
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a time such as 2026-03-15T10:30:00Z"
        ) from None
