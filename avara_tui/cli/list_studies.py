"""``avara-tui list``: the studies of a worklist, in its order."""

import argparse
import sys
from typing import TYPE_CHECKING, Any

from avara_tui.cli.arguments import add_common, add_filter, add_timeout, add_view
from avara_tui.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from avara_tui.config import Config, Settings
    from avara_tui.study import Study
    from avara_tui.triage.client_session import ClientSession
    from avara_tui.triage.reading.once import Completeness
    from avara_tui.worklist.query import Query, QueryContext
    from avara_tui.worklist.saved import SavedWorklist


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``list`` takes."""
    add_common(parser)
    add_filter(parser)
    which = parser.add_mutually_exclusive_group()
    add_view(which)
    which.add_argument(
        "--all",
        action="store_true",
        help="every study that the filter allows, open, complete or cancelled, however many there "
        "are: printed as they come, in the server's order, unless there is --sort",
    )
    parser.add_argument(
        "--sort",
        metavar="ORDER",
        help="triage, deadline, or columns such as -updated,age (default: the worklist's own; "
        "with --all, none)",
    )
    parser.add_argument("--limit", type=_count, metavar="N", help="only the first N")
    parser.add_argument(
        "--columns", metavar="A,B,...", help="columns to print (default: the worklist's, and id)"
    )
    parser.add_argument("--no-header", action="store_true", help="leave the line of titles out")
    add_timeout(parser)


def run(args: argparse.Namespace) -> int:
    """Carry out ``list`` and return the exit code."""
    from avara_tui.cli import headless

    chosen: list[_Chosen] = []

    def check(settings: "Settings") -> None:
        chosen.append(_Chosen(args, settings))

    async def work(session: "ClientSession") -> int:
        # Studies that are named are few: they are looked up, and need not be streamed.
        is_named = chosen[0].selection.query.named is not None
        work_on = _stream if args.all and args.sort is None and not is_named else _list
        return await work_on(session, args, chosen[0])

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
    from avara_tui.config.declaring import InvalidValueError
    from avara_tui.config.values import kind_of

    try:
        return kind_of(WorklistSetting.settings[name]).read(value, ())
    except InvalidValueError as error:
        raise Refusal(f"{option} {error}.") from None


async def _list(session: "ClientSession", args: argparse.Namespace, chosen: _Chosen) -> int:
    from avara_tui.cli.headless import patience
    from avara_tui.triage.reading.once import read_matching

    # Who wants them all gets them all: even sorted, they are in memory only until then.
    limit = None if args.all else session.settings.config.load_limit
    reading = await read_matching(
        session.client,
        chosen.selection.query,
        session.me,
        limit=limit,
        patience=patience(session, args.timeout),
    )
    require_begun(reading)
    context = session.context()
    found = chosen.selection.of(reading.studies, context)
    shown = found if args.limit is None else found[: args.limit]
    _Printer(args, chosen.columns).print(shown, context)
    report_unsure(reading.studies, chosen.selection.query, context)
    if not reading.is_complete:
        return report_incomplete(reading, limit)
    if not found:
        _report_none(args, chosen)
    elif len(shown) < len(found) and sys.stdout.isatty():
        print(f"The first {len(shown):,} of {len(found):,} studies.", file=sys.stderr)
    return ExitCode.DONE


async def _stream(session: "ClientSession", args: argparse.Namespace, chosen: _Chosen) -> int:
    """Print the studies as they come, and hold none of them."""
    from contextlib import aclosing

    from avara_tui.cli.headless import patience
    from avara_tui.triage.reading.streaming import Stream

    printer = _Printer(args, chosen.columns)
    query = chosen.selection.query
    stream = Stream(session.client, query, session.context, patience(session, args.timeout))
    async with aclosing(stream.batches()) as batches:
        async for batch in batches:
            left = None if args.limit is None else args.limit - printer.count
            printer.print(batch[:left], session.context())
            if printer.count == args.limit:
                return ExitCode.DONE
    require_begun(stream.completeness)
    _report_unsure(len(stream.unsure))
    if not stream.completeness.is_complete:
        return report_incomplete(stream.completeness, None)
    if not printer.count:
        _report_none(args, chosen)
    return ExitCode.DONE


class _Printer:
    """Prints studies as the command line wants them, a part at a time."""

    def __init__(self, args: argparse.Namespace, columns: "Sequence[str]") -> None:
        from avara_tui.cli.plain import Table

        self.count = 0
        """Studies printed so far."""
        self._table = None if args.json else Table(columns, header=not args.no_header)

    def print(self, studies: "Sequence[Study]", context: "QueryContext") -> None:
        """Print ``studies``, so that whoever reads along has them at once."""
        self.count += len(studies)
        if self._table is None:
            from avara_tui.cli.as_json import json_line, study_fields

            for study in studies:
                print(json_line(study_fields(study, context)))
        elif studies:
            for line in self._table.lines(studies, context):
                print(line)
        sys.stdout.flush()


def _report_none(args: argparse.Namespace, chosen: _Chosen) -> None:
    if args.all:
        print("No study matches.", file=sys.stderr)
        return
    said = f"No study in the worklist “{chosen.worklist.name}” matches; --all looks at every study."
    print(said, file=sys.stderr)


def report_unsure(studies: "Iterable[Study]", query: "Query", context: "QueryContext") -> None:
    """Say how many more studies ``query`` may mean: nobody knows how long they wait."""
    unsure = query.unsure()
    _report_unsure(0 if unsure is None else sum(1 for _ in unsure.select(studies, context)))


def _report_unsure(number: int) -> None:
    if number:
        those = "1 open study has" if number == 1 else f"{number:,} open studies have"
        said = f"Note: {those} no waiting time and may belong here too; is:untimed shows them."
        print(said, file=sys.stderr)


def require_begun(reading: "Completeness") -> None:
    """Raise what went wrong if not one answer came: there is no list that could be incomplete."""
    if reading.problems and not reading.has_begun:
        raise reading.problems[0]


def missing_text(reading: "Completeness") -> str:
    """Return how many studies may be missing at most, and whether any of them may be STAT."""
    number = "1 study" if reading.missing == 1 else f"{reading.missing:,} studies"
    but = ", none of them STAT" if reading.has_every_stat else ""
    return f"Up to {number} may be missing{but}"


def report_incomplete(reading: "Completeness", limit: int | None) -> int:
    """Say what is missing from the list, and return the exit code that says so too."""
    from avara_tui.cli.complaining import complain
    from avara_tui.cli.headless import complain_of

    print("INCOMPLETE: the list does not hold every study that it should.", file=sys.stderr)
    code = int(ExitCode.FAILED)
    if reading.is_cut_off and limit is not None:
        sentence = f"More than {limit:,} studies came: the rest was left out, but for open STAT."
        complain(sentence, "Narrow the filter, or raise load_limit.", ExitCode.FAILED)
    if reading.missing:
        complain(f"{missing_text(reading)}: the server's list loses some.", "", ExitCode.FAILED)
    if reading.unreadable:
        from avara_tui.triage.handoff import left_out_text

        complain(f"{left_out_text(reading.unreadable)}.", "", ExitCode.FAILED)
    # Requests side by side mostly fail for one reason.
    for error in {str(each): each for each in reading.problems}.values():
        code = complain_of(error)
    return code


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 up")
    return int(text)
