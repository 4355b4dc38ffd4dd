"""Shows what was written and opened from here, and whether the journal is as it was written."""

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from avara_tui.cli.arguments import add_actions
from avara_tui.cli.exit_codes import ExitCode
from avara_tui.config.paths import journal_file
from avara_tui.identifiers import is_same_study, mend_identifier
from avara_tui.text import clean
from avara_tui.triage.journal.reading import Attempt, JournalFinding, Reading, read
from avara_tui.triage.opener.openings import WAY_TEXTS

_MOST_SHOWN: Final = 50
"""Findings of one kind that are printed; the rest are counted."""
_TEXTS: Final = {way.value: text for way, text in WAY_TEXTS.items()}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``journal`` takes."""
    actions = add_actions(
        parser,
        verify="say whether the journal is as it was written, and what it does not know",
        show="print what was written and opened from this machine, oldest first",
        path="print where the journal is kept",
    )
    verify, show = actions["verify"], actions["show"]
    for action in (verify, show):
        action.add_argument("file", nargs="?", type=Path, help="another file than your own journal")
        action.add_argument("--json", action="store_true", help="print JSON")
    verify.add_argument(
        "--head",
        metavar="HASH",
        help="a hash that an earlier verify printed: lines missing at the end show by it",
    )
    show.add_argument("--study", metavar="ID", help="only what was done to one study")
    show.add_argument("--unknown", action="store_true", help="only what has no end that is known")


def run(args: argparse.Namespace) -> int:
    """Carry out ``journal`` and return the exit code."""
    if args.action == "path":
        print(journal_file())
        return ExitCode.DONE
    path = args.file or journal_file()
    try:
        reading = read(path, head=args.head if args.action == "verify" else None)
    except FileNotFoundError:
        print(f"There is no journal at {path}.", file=sys.stderr)
        return ExitCode.NOT_FOUND
    except OSError as error:
        print(f"{path} cannot be read: {error.strerror}", file=sys.stderr)
        return ExitCode.FAILED
    if args.action == "verify":
        (_print_verdict_json if args.json else _print_verdict)(path, reading)
        return ExitCode.DONE if reading.is_intact else ExitCode.FAILED
    attempts = [each for each in reading.attempts if not (args.unknown and each.is_known)]
    if args.study is not None:
        study_id = mend_identifier(args.study)
        attempts = [each for each in attempts if is_same_study(each.as_json()["studyId"], study_id)]
    if args.json:
        print(json.dumps([each.as_json() for each in attempts], indent=2))
    else:
        for attempt in attempts:
            print(sentence(attempt))
    if not reading.is_intact:
        print("The journal is not as it was written: see avara-tui journal verify", file=sys.stderr)
    return ExitCode.DONE


def _print_verdict(path: Path, reading: Reading) -> None:
    lines = "1 line" if reading.lines == 1 else f"{reading.lines:,} lines"
    if reading.is_intact:
        print(f"{path}: {lines}, each as it was written.")
    else:
        print(f"{path}: {lines}, NOT as they were written:")
        _print_findings(reading.findings)
    if reading.torn:
        print("Broken off while they were written:")
        _print_findings(reading.torn)
    if reading.lost:
        print(f"{reading.lost:,} lines were never written: the file could not be.")
    if reading.unknown:
        print("Not known whether it was done, unless its program still runs; look at the study:")
        for attempt in reading.unknown[:_MOST_SHOWN]:
            print(f"  {sentence(attempt)}")
        _print_rest(reading.unknown)
    if reading.unknown_openings:
        print("Opened without an end that is noted; the study may have been shown:")
        for attempt in reading.unknown_openings[:_MOST_SHOWN]:
            print(f"  {sentence(attempt)}")
        _print_rest(reading.unknown_openings)
    print(f"head {reading.head}")


def _print_findings(findings: Sequence[JournalFinding]) -> None:
    for finding in findings[:_MOST_SHOWN]:
        print(f"  line {finding.line} {finding.sentence}")
    _print_rest(findings)


def _print_rest(things: Sequence[object]) -> None:
    if len(things) > _MOST_SHOWN:
        print(f"  and {len(things) - _MOST_SHOWN:,} more")


def _print_verdict_json(path: Path, reading: Reading) -> None:
    verdict = {
        "path": str(path),
        "intact": reading.is_intact,
        "lines": reading.lines,
        "head": reading.head,
        "findings": [each._asdict() for each in reading.findings],
        "torn": [each._asdict() for each in reading.torn],
        "lost": reading.lost,
        "unknown": [each.as_json() for each in reading.unknown],
        "unknownOpenings": [each.as_json() for each in reading.unknown_openings],
    }
    print(json.dumps(verdict, indent=2))


def sentence(attempt: Attempt) -> str:
    """Return an attempt in one line for a person."""
    told = attempt.as_json()
    who = f"{told['user']} as {told['me']}" if told["me"] else f"{told['user']}"
    parts = [
        _local_time(told["at"]),
        f"{who} ({told['profile']})",
        f"{told['action']}",
        f"{told['studyId']}",
        ", ".join(_field(each) for each in _dicts(told["fields"])),
        ", ".join(_TEXTS.get(way, way) for way in attempt.ways),
        _ending(attempt, told),
    ]
    return clean("  ".join(part for part in parts if part))


def _ending(attempt: Attempt, told: dict[str, Any]) -> str:
    if attempt.outcome is None:
        return "NOT KNOWN: no end is noted"
    outcome = attempt.outcome if attempt.is_known else f"NOT KNOWN: {attempt.outcome}"
    return f"{outcome} ({told['error']})" if told["error"] else outcome


def _field(field: dict[str, Any]) -> str:
    name = f"{field.get('field')}"
    if "pairs" in field:
        return f"{name} ({field['pairs']})"
    if "old" not in field and "new" not in field:
        return name
    return f"{name} {field.get('old') or 'none'} → {field.get('new') or 'none'}"


def _dicts(value: object) -> Iterable[dict[str, Any]]:
    return (each for each in value if isinstance(each, dict)) if isinstance(value, list) else ()


def _local_time(text: object) -> str:
    try:
        return datetime.fromisoformat(f"{text}").astimezone().strftime("%Y-%m-%d %H:%M:%S")
    except (ValueError, OverflowError):
        return f"{text}"
