"""``avara-tui next``: claims the most urgent study that nobody has, as the key ``n`` does."""

import argparse
import sys
from typing import TYPE_CHECKING

from avara_tui.cli.arguments import add_common, add_filter, add_link, add_timeout, add_view
from avara_tui.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from avara_tui.config import Settings
    from avara_tui.study import Study
    from avara_tui.triage.client_session import ClientSession
    from avara_tui.triage.reading.once import Reading
    from avara_tui.triage.reading.patient import Patience
    from avara_tui.triage.writing.claiming import Claim
    from avara_tui.worklist.query import Query


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``next`` takes."""
    add_common(parser)
    add_filter(parser)
    add_view(parser)
    parser.add_argument("--open", action="store_true", help="open it in the Avara Viewer too")
    add_link(parser)
    add_timeout(parser)


def run(args: argparse.Namespace) -> int:
    """Carry out ``next`` and return the exit code."""
    from avara_tui.cli import headless
    from avara_tui.cli.choosing import choose
    from avara_tui.cli.opening import require_way
    from avara_tui.cli.people import me_of
    from avara_tui.triage.taking import narrowed
    from avara_tui.worklist.query import Query, parse

    queries: list[Query] = []

    def check(settings: "Settings") -> None:
        me_of(settings)
        if args.open or args.link:
            require_way(settings, link=args.link)
        worklist, _ = choose(args.view, args.filter, settings)
        queries.append(narrowed(parse(worklist.query_text), parse(args.filter)))

    async def work(session: "ClientSession") -> int:
        return await _next(session, args, queries[0])

    return headless.run(args, work, check=check, writes=True)


async def _next(session: "ClientSession", args: argparse.Namespace, query: "Query") -> int:
    from avara_tui.cli.headless import Refusal, patience
    from avara_tui.cli.list_studies import report_unsure
    from avara_tui.cli.people import me_of
    from avara_tui.triage.reading.once import read_matching
    from avara_tui.triage.taking import to_take
    from avara_tui.triage.writing.claiming import SETTLING, Claimer
    from avara_tui.worklist.query import parse

    free = query.and_also(parse("is:open assignee:none"))
    patient = patience(session, args.timeout)
    # Whatever the load limit: the most urgent one may be among those that come last.
    reading = await read_matching(
        session.client, free, session.me, limit=None, patience=patient, studies=session.studies
    )
    _require_whole(reading)

    def candidates() -> "list[Study]":
        return to_take(session.studies, query, session.context(), frozenset())

    claimer = Claimer(session, session.editor, settling=SETTLING)
    claim = await claimer.next(candidates, me_of(session.settings))
    if claim is None:
        report_unsure(session.studies, free, session.context())
        raise Refusal("There is no open study without an assignee.", "", ExitCode.NOT_FOUND)
    code = await _report(session, args, claim)
    await _warn_of_stat(session, claim, patient)
    return code


async def _warn_of_stat(session: "ClientSession", claim: "Claim", patience: "Patience") -> None:
    """Say so if STAT studies wait outside of where the next one was looked for."""
    from avara_tui.study import STAT
    from avara_tui.triage.reading.once import read_matching
    from avara_tui.worklist.query import parse

    study = claim.result.study
    if not claim.is_mine or study is None or study.severity == STAT:
        return
    query = parse("severity:stat is:open assignee:none")
    reading = await read_matching(session.client, query, session.me, limit=None, patience=patience)
    waiting = sum(1 for _ in query.select(reading.studies, session.context()))
    if waiting:
        said = f"Note: {waiting:,} STAT that nobody has: outside of this worklist and filter."
        print(said, file=sys.stderr)
    if not reading.is_complete:
        said = "Note: whether STAT that nobody has waits elsewhere could not be read to the end."
        print(said, file=sys.stderr)


def _require_whole(reading: "Reading") -> None:
    """Refuse to choose from a list that may lack the most urgent study."""
    from avara_tui.cli.complaining import complain
    from avara_tui.cli.list_studies import missing_text
    from avara_tui.triage.handoff import left_out_text

    if reading.problems:
        complain("Not every study could be read: nothing was claimed.", "", ExitCode.FAILED)
        raise reading.problems[0]
    if reading.unreadable:
        complain(f"Note: {left_out_text(reading.unreadable)}.", "", ExitCode.FAILED)
    if reading.missing:
        complain(f"Note: {missing_text(reading)}.", "", ExitCode.FAILED)


async def _report(session: "ClientSession", args: argparse.Namespace, claim: "Claim") -> int:
    from avara_tui.cli.opening import open_and_report
    from avara_tui.cli.plain import name, person
    from avara_tui.cli.reporting import report

    study = claim.result.study or session.studies.get(claim.study_id)
    if study is None or not claim.is_mine:
        entry = session.history.entries[-1]
        gone = study or await session.read(claim.study_id)
        return report(session, gone, claim.result, entry, as_json=args.json)
    unsure = "" if claim.is_verified else "; it could not be read back yet"
    if not args.json:
        print(f"{name(study)}: yours, {person(study.assignee)}{unsure}", flush=True)
    opened = (
        await open_and_report(session, study, link=args.link) if args.open or args.link else None
    )
    if args.json:
        from avara_tui.cli.as_json import json_line, study_fields

        told = {
            "studyId": study.study_id,
            "isVerified": claim.is_verified,
            "opened": None if opened is None else opened.fields,
            "study": study_fields(study, session.context()),
        }
        print(json_line(told))
    elif opened is not None:
        print(opened.sentence)
    if opened is not None and opened.why:
        print(opened.why, file=sys.stderr)
    return ExitCode.DONE
