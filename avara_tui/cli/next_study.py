"""``avara-tui next``: what comes next, mine or nobody's, as the key ``n`` takes it."""

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
    from avara_tui.triage.taking import Search
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
    from avara_tui.config import NextRule
    from avara_tui.study import UserRef
    from avara_tui.triage.taking import Search
    from avara_tui.worklist.query import parse

    searches: list[Search] = []

    def check(settings: "Settings") -> None:
        me = me_of(settings)
        if args.open or args.link:
            require_way(settings, link=args.link)
        worklist, _ = choose(args.view, args.filter, settings)
        searches.append(
            Search(
                parse(worklist.query_text),
                parse(args.filter),
                me=UserRef(me, ""),
                takes_mine=settings.config.next is NextRule.MINE_FIRST,
            )
        )

    async def work(session: "ClientSession") -> int:
        return await _next(session, args, searches[0])

    return headless.run(args, work, check=check, writes=True)


async def _next(session: "ClientSession", args: argparse.Namespace, search: "Search") -> int:
    from avara_tui.cli.headless import Refusal, patience
    from avara_tui.cli.list_studies import report_unsure
    from avara_tui.cli.people import me_of
    from avara_tui.triage.writing.claiming import SETTLING, Claimer

    patient = patience(session, args.timeout)
    context = session.context()
    query = search.place(context).and_also(search.filter)
    for waiting in _waiting(query, takes_mine=search.takes_mine):
        # Whatever the load limit: the most urgent one may be among those that come last.
        await _read_whole(session, waiting, patient)
    tried: dict[str, Study] = {}

    def candidates() -> "list[Study]":
        return search.candidates(session.studies, session.context())

    def trying(study: "Study") -> None:
        tried[study.study_id] = study

    claimer = Claimer(session, session.editor, settling=SETTLING)
    claim = await claimer.next(candidates, me_of(session.settings), trying)
    if claim is None:
        for waiting in _waiting(query, takes_mine=search.takes_mine):
            report_unsure(session.studies, waiting, session.context())
        whose = "yours or nobody's" if search.takes_mine else "nobody's"
        raise Refusal(f"There is no open study that is {whose}.", "", ExitCode.NOT_FOUND)
    code = await _report(session, args, claim)
    if claim.is_mine:
        chosen = tried[claim.study_id]
        await _report_passed(session, search._replace(tried=tried), chosen, patient)
    return code


def _waiting(query: "Query", *, takes_mine: bool) -> "list[Query]":
    """Return the parts of ``query`` that the next study can be in: nobody's and mine, if so."""
    from avara_tui.worklist.query import parse

    whose = ("none", "me") if takes_mine else ("none",)
    return [query.and_also(parse(f"is:open assignee:{each}")) for each in whose]


async def _read_whole(session: "ClientSession", query: "Query", patient: "Patience") -> None:
    from avara_tui.triage.reading.once import read_matching

    reading = await read_matching(
        session.client, query, session.me, limit=None, patience=patient, studies=session.studies
    )
    _require_whole(reading)


async def _report_passed(
    session: "ClientSession", search: "Search", chosen: "Study", patient: "Patience"
) -> None:
    """Say what is STAT or overdue, mine or nobody's, and more urgent than what was taken."""
    from avara_tui.study import STAT
    from avara_tui.triage.reading.once import read_matching
    from avara_tui.triage.taking import Reason, passed_texts
    from avara_tui.worklist.query import Query, parse

    # More urgent than STAT is only what is STAT as well.
    where = parse("severity:stat") if chosen.severity == STAT else Query()
    is_whole = True
    for waiting in _waiting(where, takes_mine=True):
        reading = await read_matching(
            session.client,
            waiting,
            session.me,
            limit=None,
            patience=patient,
            studies=session.studies,
        )
        is_whole = is_whole and reading.is_complete
    context = session.context()

    def name(reason: Reason) -> str:
        is_outside = reason in {Reason.WORKLIST, Reason.FILTER}
        return "outside of this worklist and filter" if is_outside else str(reason.value)

    said = passed_texts(search.passed(session.studies, chosen, context), context, name)
    if said:
        print(f"Note: passed over {', '.join(said)}.", file=sys.stderr)
    if not is_whole:
        unsure = "Note: whether something more urgent waits elsewhere could not be read to the end."
        print(unsure, file=sys.stderr)


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
    from avara_tui.cli.plain import name
    from avara_tui.cli.reporting import report
    from avara_tui.triage.writing.claiming import ClaimStanding
    from avara_tui.worklist.naming import family_name_first

    study = claim.result.study or session.studies.get(claim.study_id)
    if claim.result.error is not None and not session.history.entries:
        # Nothing was to be written yet: it was looked at, and that failed.
        raise claim.result.error
    if study is None or not claim.is_mine:
        entry = session.history.entries[-1]
        gone = study or await session.read(claim.study_id)
        return report(session, gone, claim.result, entry, as_json=args.json)
    unsure = "" if claim.is_verified else "; it could not be read back yet"
    is_claimed = claim.standing is ClaimStanding.YOURS
    if not args.json:
        yours = "yours" if is_claimed else "yours already"
        print(f"{name(study)}: {yours}, {family_name_first(study.assignee)}{unsure}", flush=True)
    opened = (
        await open_and_report(session, study, link=args.link) if args.open or args.link else None
    )
    if args.json:
        from avara_tui.cli.as_json import json_line, study_fields

        told = {
            "studyId": study.study_id,
            "claimed": is_claimed,
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
