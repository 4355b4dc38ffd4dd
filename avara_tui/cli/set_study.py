"""``avara-tui set``: changes fields of one study, guarded as every edit is."""

import argparse
from typing import TYPE_CHECKING

from avara_tui.cli.arguments import (
    ASSIGNEES,
    ROUTINE,
    add_common,
    add_identifier,
    add_metadata,
    severity,
)
from avara_tui.cli.exit_codes import ExitCode
from avara_tui.study import SEVERITIES, STATUSES

if TYPE_CHECKING:
    from avara_tui.config import Settings
    from avara_tui.study import Study
    from avara_tui.triage.client_session import ClientSession
    from avara_tui.worklist.merge import Draft


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``set`` takes."""
    add_common(parser)
    add_identifier(parser)
    parser.add_argument("--severity", choices=(*SEVERITIES, ROUTINE))
    parser.add_argument("--status", choices=STATUSES)
    parser.add_argument("--assignee", metavar="WHO", help=ASSIGNEES)
    parser.add_argument("--description", metavar="TEXT")
    add_metadata(parser)
    parser.add_argument(
        "--unset-meta",
        action="append",
        default=[],
        metavar="KEY",
        help="take a metadata pair away; may be repeated",
    )
    parser.add_argument(
        "--if-updated-at",
        metavar="TIME",
        help="only if the study is as it was at this updatedAt of --json; else exit code 5",
    )


def run(args: argparse.Namespace) -> int:
    """Carry out ``set`` and return the exit code."""
    from avara_tui.cli import headless
    from avara_tui.cli.holder import report_holder
    from avara_tui.cli.reporting import report
    from avara_tui.worklist.merge import Draft

    def check(settings: "Settings") -> None:
        args.study = headless.require_identifier(args.study)
        _check_changes(args, settings)

    async def work(session: "ClientSession") -> int:
        study = await headless.find(session, args.study)
        _require_version(study, args.if_updated_at)
        base = Draft.of(study)
        _require_readable(study, base, _changed(base, args))
        report_holder(session, study)
        entry = session.history.begin("set")
        result = await session.editor.save(
            study.study_id,
            base,
            _changed(base, args),
            entry=entry,
            only_if=lambda now: _is_version(now, args.if_updated_at),
        )
        return report(session, study, result, entry, as_json=args.json)

    return headless.run(args, work, check=check, writes=True)


def _check_changes(args: argparse.Namespace, settings: "Settings") -> None:
    from avara_tui.cli.headless import Refusal
    from avara_tui.cli.people import user_id_of

    fields = (args.severity, args.status, args.assignee, args.description)
    if all(each is None for each in fields) and not args.meta and not args.unset_meta:
        raise Refusal("There is nothing to set.", "Give --severity, --status, --meta or the like.")
    if args.description is not None and not args.description.strip():
        raise Refusal("A study needs a description.")
    keys = [key for key, _ in args.meta] + args.unset_meta
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice is not None:
        raise Refusal(f"The metadata key {twice!r} is named twice.")
    if args.if_updated_at is not None:
        args.if_updated_at = _instant(args.if_updated_at)
    if args.assignee is not None:
        args.assignee = (user_id_of(args.assignee, settings),)


def _changed(base: "Draft", args: argparse.Namespace) -> "Draft":
    metadata = {**base.metadata, **dict(args.meta)}
    for key in args.unset_meta:
        metadata.pop(key, None)
    return base._replace(
        severity=severity(args.severity or base.severity),
        status=args.status or base.status,
        description=base.description if args.description is None else args.description,
        assigned_to=base.assigned_to if args.assignee is None else args.assignee[0],
        metadata=metadata,
    )


def _is_version(study: "Study", updated_at: str | None) -> bool:
    """Whether ``study`` is as it was at ``updated_at``, where that was asked for."""
    from avara_tui.cli.as_json import instant

    return updated_at is None or instant(study.updated_at) == updated_at


def _require_version(study: "Study", updated_at: str | None) -> None:
    from avara_tui.cli.as_json import instant
    from avara_tui.cli.headless import Refusal
    from avara_tui.cli.plain import name

    if not _is_version(study, updated_at):
        raise Refusal(
            f"{name(study)} was changed meanwhile: nothing was written.",
            f"It was last changed at {instant(study.updated_at) or 'a time nobody knows'}.",
            ExitCode.CONFLICT,
        )


def _require_readable(study: "Study", base: "Draft", mine: "Draft") -> None:
    """Raise :class:`Refusal` if what is to be changed could not be read: nobody has seen it."""
    from avara_tui.cli.headless import Refusal
    from avara_tui.cli.plain import name
    from avara_tui.study import UNREADABLE
    from avara_tui.worklist.merge import differences, told_value

    fields = [each.field for each in differences(base, mine)]
    unseen = [field for field in fields if told_value(study, field) == UNREADABLE]
    if unseen:
        raise Refusal(
            f"{name(study)}: {' and '.join(unseen)} could not be read: nothing was written.",
            "It would be overwritten unseen. The screen asks before it does that.",
            ExitCode.FAILED,
        )


def _instant(text: str) -> str:
    """Return a point in time as ``--json`` spells it. Raises :class:`Refusal`."""
    from avara_tui.cli.as_json import instant
    from avara_tui.cli.headless import Refusal
    from avara_tui.worklist.timestamps import timestamp

    seconds = timestamp(text)
    spelled = None if seconds is None else instant(seconds)
    if spelled is None:
        raise Refusal(f"“{text}” is no time.", "Give it as updatedAt of --json does.")
    return spelled
