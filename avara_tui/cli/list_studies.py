"""``avara-tui list``: the studies of a worklist, in its order."""

import argparse
import sys
from typing import TYPE_CHECKING, Any

from avara_tui.cli.arguments import add_common, add_filter, add_view
from avara_tui.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from avara_tui.config import Config, Settings
    from avara_tui.study import Study
    from avara_tui.triage.reading import Reading
    from avara_tui.triage.visit import Visit
    from avara_tui.worklist.query import QueryContext
    from avara_tui.worklist.saved import SavedWorklist


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``list`` takes."""
    add_common(parser)
    add_filter(parser)
    which = parser.add_mutually_exclusive_group()
    add_view(which)
    which.add_argument(
        "--all", action="store_true", help="every study that the filter allows, open or not"
    )
    parser.add_argument(
        "--sort",
        metavar="ORDER",
        help="triage, or columns such as -updated,age (default: the worklist's own)",
    )
    parser.add_argument("--limit", type=_count, metavar="N", help="only the first N")
    parser.add_argument(
        "--columns", metavar="A,B,...", help="columns to print (default: the worklist's, and id)"
    )
    parser.add_argument("--no-header", action="store_true", help="leave the line of titles out")


def run(args: argparse.Namespace) -> int:
    """Carry out ``list`` and return the exit code."""
    from avara_tui.cli import headless

    chosen: list[_Chosen] = []

    def check(settings: "Settings") -> None:
        chosen.append(_Chosen(args, settings))

    async def work(visit: "Visit") -> int:
        return await _list(visit, args, chosen[0])

    return headless.run(args, work, check=check)


class _Chosen:
    """What the command line and the settings ask for, checked."""

    def __init__(self, args: argparse.Namespace, settings: "Settings") -> None:
        from avara_tui.cli.choosing import choose, everything
        from avara_tui.triage.site import sort_order

        self.worklist, selection = (
            everything(args.filter, settings)
            if args.all
            else choose(args.view, args.filter, settings)
        )
        if args.sort is not None:
            order = sort_order(_as_setting("order", args.sort, "--sort:"))
            selection = selection._replace(order=order)
        self.selection = selection
        self.columns = _columns(args.columns, self.worklist, settings.config)


def _columns(text: str | None, worklist: "SavedWorklist", config: "Config") -> tuple[str, ...]:
    from avara_tui.cli.plain import CELLS

    if text is None:
        return tuple(dict.fromkeys((*(worklist.columns or config.columns), "id")))
    named = [part.strip() for part in text.split(",")]
    # The settings know fewer columns: a time is better told by its age on a screen.
    for name in named:
        if name not in CELLS:
            _as_setting("columns", [name], f"--columns: {name!r}")
    return tuple(named)


def _as_setting(name: str, value: Any, option: str) -> Any:  # noqa: ANN401 - what the setting takes
    """Return ``value`` as the settings file would read it for a worklist's ``name``."""
    from avara_tui.cli.headless import Refusal
    from avara_tui.config import WorklistSetting
    from avara_tui.config.values import InvalidValueError, kind_of

    try:
        return kind_of(WorklistSetting.settings[name]).read(value, ())
    except InvalidValueError as error:
        raise Refusal(f"{option} {error}.") from None


async def _list(visit: "Visit", args: argparse.Namespace, chosen: _Chosen) -> int:
    from avara_tui.triage.reading import read_matching

    query = chosen.selection.query
    limit = visit.settings.config.load_limit
    reading = await read_matching(visit.client, query, visit.me, limit=limit)
    context = visit.context()
    found = chosen.selection.of(reading.studies, context)
    shown = found if args.limit is None else found[: args.limit]
    if not len(reading.studies) and reading.problems:
        # Not one page came: there is no list that could be incomplete.
        raise reading.problems[0]
    if shown:
        _print(shown, args, chosen.columns, context)
    sys.stdout.flush()
    if not reading.is_complete:
        return say_incomplete(reading, limit)
    if not found:
        hint = "" if args.all else "; --all looks at every study"
        print(f"No study in the worklist “{chosen.worklist.name}” matches{hint}.", file=sys.stderr)
    elif len(shown) < len(found) and sys.stdout.isatty():
        print(f"The first {len(shown):,} of {len(found):,} studies.", file=sys.stderr)
    return ExitCode.DONE


def _print(
    studies: "Sequence[Study]",
    args: argparse.Namespace,
    columns: "Sequence[str]",
    context: "QueryContext",
) -> None:
    if args.json:
        from avara_tui.cli.as_json import json_line, study_fields

        for study in studies:
            print(json_line(study_fields(study, context)))
        return
    from avara_tui.cli.plain import table

    for line in table(studies, columns, context, header=not args.no_header):
        print(line)


def say_incomplete(reading: "Reading", limit: int) -> int:
    """Say what is missing from the list, and return the exit code that says so too."""
    from avara_tui.cli.complaining import complain
    from avara_tui.cli.headless import complain_of

    print("INCOMPLETE: the list does not hold every study that it should.", file=sys.stderr)
    code = int(ExitCode.FAILED)
    if reading.is_cut_off:
        sentence = f"More than {limit:,} studies came: the rest was left out, but for open STAT."
        complain(sentence, "Narrow the filter, or raise load_limit.", ExitCode.FAILED)
    if reading.missing:
        sentence = (
            f"Up to {reading.missing:,} studies may be missing: the server's list loses some."
        )
        complain(sentence, "Its order leaves ties open; narrow the filter.", ExitCode.FAILED)
    if reading.unreadable:
        sentence = f"{reading.unreadable:,} studies could not be understood and were left out."
        complain(sentence, "", ExitCode.FAILED)
    for error in reading.problems:
        code = complain_of(error)
    return code


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 up")
    return int(text)
