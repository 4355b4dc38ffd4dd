"""``avara-tui list``: the studies of a worklist, in its order."""

import argparse
import sys
from typing import TYPE_CHECKING, Any, Final

from avara_tui.cli.arguments import add_common
from avara_tui.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from avara_tui.config import Config, Settings
    from avara_tui.study import Study
    from avara_tui.triage.reading import Reading
    from avara_tui.triage.selecting import Selection
    from avara_tui.triage.visit import Visit
    from avara_tui.worklist.order import Order
    from avara_tui.worklist.query import Query, QueryContext
    from avara_tui.worklist.saved import SavedWorklist

_ON_A_SCREEN_ONLY: Final = ("new", "marked", "aside")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``list`` takes."""
    add_common(parser)
    parser.add_argument("--filter", metavar="QUERY", default="", help="narrow the worklist by this")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--view", metavar="NAME", help="the saved worklist (default: All open)")
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
        from avara_tui.triage.site import saved_worklists

        worklists = saved_worklists(settings.config)
        self.worklist = _everything() if args.all else _worklist(args.view, worklists)
        self.selection = _selection(self.worklist, args.filter, args.sort)
        _check_query(self.selection.query, settings)
        self.columns = _columns(args.columns, self.worklist, settings.config)


def _everything() -> "SavedWorklist":
    from avara_tui.worklist.saved import SavedWorklist

    return SavedWorklist("all studies", "")


def _worklist(name: str | None, worklists: "Sequence[SavedWorklist]") -> "SavedWorklist":
    from avara_tui.cli.headless import Refusal
    from avara_tui.triage.selecting import first_worklist, worklist_called

    found = first_worklist(worklists) if name is None else worklist_called(name, worklists)
    if found is None:
        names = ", ".join(each.name for each in worklists)
        raise Refusal(f"There is no worklist “{name}”.", f"There are {names}.")
    return found


def _selection(worklist: "SavedWorklist", text: str, order: str | None) -> "Selection":
    from avara_tui.cli.headless import Refusal
    from avara_tui.triage.selecting import selection
    from avara_tui.worklist.query import QueryError

    try:
        selected = selection(worklist, text)
    except QueryError as error:
        where = f"from character {error.start + 1} on"
        raise Refusal(f"The filter cannot be understood {where}: {error}") from None
    return selected if order is None else selected._replace(order=_order(order))


def _check_query(query: "Query", settings: "Settings") -> None:
    """Refuse a filter that would find nothing for a reason that nobody would see."""
    from avara_tui.cli.headless import Refusal
    from avara_tui.cli.people import me_of

    for term in query.terms:
        if term.field == "assignee" and "me" in term.values:
            me_of(settings)
        for state in _ON_A_SCREEN_ONLY:
            if term.field == "is" and state in term.values:
                raise Refusal(f"is:{state} has a meaning only while the worklist is on a screen.")


def _order(text: str) -> "Order":
    from avara_tui.triage.site import sort_order

    return sort_order(_as_setting("order", text, "--sort:"))


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
        return _incomplete(reading, limit)
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


def _incomplete(reading: "Reading", limit: int) -> int:
    """Say what is missing from the list, and return the exit code that says so too."""
    from avara_tui.cli.headless import complain, complain_of

    print("INCOMPLETE: the list does not hold every study that it should.", file=sys.stderr)
    code = int(ExitCode.FAILED)
    if reading.is_cut_off:
        sentence = f"More than {limit:,} studies came: the rest was left out, but for open STAT."
        complain(sentence, "Narrow the filter, or raise load_limit.", ExitCode.FAILED)
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
