"""``avara-tui handoff``: what whoever takes over a shift has to know, as plain text."""

import argparse
import sys
from typing import TYPE_CHECKING, Final

from avara_tui.cli.arguments import add_common
from avara_tui.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from avara_tui.triage.handoff import HandOff
    from avara_tui.triage.reading import Reading
    from avara_tui.triage.visit import Visit

NO_ASIDE: Final = (
    "Put aside: known only to the screen where it was done, and in the hand-off there."
)
NOBODY: Final = 'Mine: who you are is not known; set me = "usr_..." for this profile.'
PLACEHOLDERS: Final = "Deadlines are placeholders: this site has set none."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``handoff`` takes."""
    add_common(parser)


def run(args: argparse.Namespace) -> int:
    """Carry out ``handoff`` and return the exit code."""
    from avara_tui.cli import headless

    async def work(visit: "Visit") -> int:
        return await _hand_off(visit, args)

    return headless.run(args, work)


async def _hand_off(visit: "Visit", args: argparse.Namespace) -> int:
    from avara_tui.cli.list_studies import say_incomplete
    from avara_tui.triage.handoff import HandOff
    from avara_tui.triage.reading import read_matching
    from avara_tui.worklist.handoff import ASIDE, MINE, hand_off
    from avara_tui.worklist.query import parse

    limit = visit.settings.config.load_limit
    reading = await read_matching(visit.client, parse("is:open"), visit.me, limit=limit)
    if not len(reading.studies) and reading.problems:
        # Not one page came: there is no hand-off that could be incomplete.
        raise reading.problems[0]
    context = visit.context()
    unknown = {ASIDE} if visit.me is not None else {ASIDE, MINE}
    sections = [each for each in hand_off(reading.studies, context) if each.title not in unknown]
    told = HandOff(
        visit.profile.name,
        sections,
        context,
        certainty=_certainty(reading),
        is_complete=reading.is_complete,
        notes=_notes(visit),
    )
    if args.json:
        _print_json(told)
    else:
        _print(told)
    sys.stdout.flush()
    return ExitCode.DONE if reading.is_complete else say_incomplete(reading, limit)


def _certainty(reading: "Reading") -> str:
    if reading.is_complete:
        return "Complete: every open study was read just now."
    if reading.missing:
        return f"INCOMPLETE: up to {reading.missing:,} open studies may be missing."
    return "INCOMPLETE: not every open study could be read."


def _notes(visit: "Visit") -> list[str]:
    from avara_tui.config import Thresholds

    rules = visit.settings.config.thresholds.with_values(clock_key=None)
    notes = [NO_ASIDE]
    notes += [] if visit.me is not None else [NOBODY]
    return [PLACEHOLDERS, *notes] if rules == Thresholds() else notes


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
