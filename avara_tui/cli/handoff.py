"""``avara-tui handoff``: what whoever takes over a shift has to know, as plain text."""

import argparse
import sys
from typing import TYPE_CHECKING, Final

from avara_tui.cli.arguments import add_common, add_timeout
from avara_tui.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from avara_tui.triage.client_session import ClientSession
    from avara_tui.triage.handoff import HandOff
    from avara_tui.triage.reading.once import Reading

NO_ASIDE: Final = (
    "Put aside: known only to the screen where it was done, and in the hand-off there."
)
NOBODY: Final = (
    'Mine: unknown, as you have not said who you are; set me = "usr_..." for this profile.'
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``handoff`` takes."""
    add_common(parser)
    add_timeout(parser)


def run(args: argparse.Namespace) -> int:
    """Carry out ``handoff`` and return the exit code."""
    from avara_tui.cli import headless

    async def work(session: "ClientSession") -> int:
        return await _hand_off(session, args)

    return headless.run(args, work)


async def _hand_off(session: "ClientSession", args: argparse.Namespace) -> int:
    from avara_tui.cli.headless import patience
    from avara_tui.cli.list_studies import report_incomplete, require_begun
    from avara_tui.triage.handoff import HandOff
    from avara_tui.triage.reading.once import read_matching
    from avara_tui.worklist.handoff import ASIDE, MINE, hand_off
    from avara_tui.worklist.query import parse

    limit = session.settings.config.load_limit
    reading = await read_matching(
        session.client,
        parse("is:open"),
        session.me,
        limit=limit,
        patience=patience(session, args.timeout),
    )
    require_begun(reading)
    context = session.context()
    unknown = {ASIDE} if session.me is not None else {ASIDE, MINE}
    sections = [each for each in hand_off(reading.studies, context) if each.title not in unknown]
    told = HandOff(
        session.profile.name,
        sections,
        context,
        certainty=_certainty(reading),
        is_complete=reading.is_complete,
        notes=_notes(session),
    )
    if args.json:
        _print_json(told)
    else:
        _print(told)
    sys.stdout.flush()
    return ExitCode.DONE if reading.is_complete else report_incomplete(reading, limit)


def _certainty(reading: "Reading") -> str:
    if reading.is_complete:
        return "Complete: every open study was read just now."
    if reading.missing:
        from avara_tui.cli.list_studies import missing_text

        return f"INCOMPLETE. {missing_text(reading)}."
    return "INCOMPLETE: not every open study could be read."


def _notes(session: "ClientSession") -> list[str]:
    from avara_tui.triage.handoff import assumed_text

    rules = session.settings.config.thresholds
    notes = [NO_ASIDE]
    notes += [] if session.me is not None else [NOBODY]
    assumed = assumed_text(has_rules=bool(rules.rules))
    return [assumed, *notes] if rules.are_placeholders else notes


def _print(told: "HandOff") -> None:
    from avara_tui.triage.handoff import rows

    for row in rows(told):
        print(row.text)


def _print_json(told: "HandOff") -> None:
    from avara_tui.cli.as_json import instant, json_line, study_fields

    head = {
        "profile": told.profile,
        "at": instant(told.context.now),
        "isComplete": told.is_complete,
        "notes": list(told.notes),
        "counts": {each.title: each.total for each in told.sections},
    }
    print(json_line(head))
    for section in told.sections:
        for study in section.studies:
            print(json_line({"section": section.title, **study_fields(study, told.context)}))
