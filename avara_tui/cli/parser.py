"""What can be said on the command line, without importing what will do it."""

import argparse
from collections.abc import Sequence
from importlib import import_module
from typing import Final, NamedTuple, NoReturn, Protocol, cast

from avara_tui import __version__
from avara_tui.cli.options import (
    DEMO_ARRIVALS,
    DEMO_SEED,
    DEMO_STUDIES,
    PROGRAM,
    WorklistOptions,
)

_MOST_STUDIES: Final = 1_000_000
_MAY_BEGIN_WITH_A_SIGN: Final = ("--filter", "--sort")
"""Options whose value may look like an option: ``--filter -severity:stat``."""


class Command(Protocol):
    """A module that carries out one subcommand."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Say what the subcommand takes."""
        ...

    def run(self, args: argparse.Namespace) -> int:
        """Do it and return the process's exit code."""
        ...


class _Entry(NamedTuple):
    module: str
    summary: str


COMMANDS: Final = {
    "auth": _Entry("avara_tui.cli.auth", "store, check and remove the API key"),
    "list": _Entry("avara_tui.cli.list_studies", "print the studies of a worklist, in its order"),
    "show": _Entry("avara_tui.cli.show_study", "print everything there is to say of one study"),
    "find": _Entry("avara_tui.cli.find_studies", "find studies by any text that is said of them"),
    "open": _Entry("avara_tui.cli.open_study", "open a study in the Avara Viewer"),
    "next": _Entry(
        "avara_tui.cli.next_study", "take the most urgent study that is yours or nobody's"
    ),
    "set": _Entry("avara_tui.cli.set_study", "change fields of one study"),
    "cancel": _Entry("avara_tui.cli.cancel_study", "cancel studies, after asking"),
    "uncancel": _Entry("avara_tui.cli.uncancel_study", "restore cancelled studies, after asking"),
    "create": _Entry("avara_tui.cli.create_study", "create a study"),
    "handoff": _Entry("avara_tui.cli.handoff", "print what whoever takes over has to know"),
    "config": _Entry("avara_tui.cli.config", "show and check the settings"),
    "journal": _Entry("avara_tui.cli.journal", "show and verify what was written from here"),
    "doctor": _Entry("avara_tui.cli.doctor", "say what the program sees here, and what to mend"),
    "emulator": _Entry("avara_tui.emulator.command", "serve an API with synthetic studies"),
}


class _Parser(argparse.ArgumentParser):
    """A parser that knows the mistake of putting a command after an option."""

    def error(self, message: str) -> NoReturn:
        """Print how to use the program and what is wrong, and exit with status 2."""
        prefix = "unrecognized arguments: "
        first = message.removeprefix(prefix).split(" ", 1)[0]
        if message.startswith(prefix) and first in COMMANDS:
            message = f"the command comes first: {PROGRAM} {first} ..."
        super().error(message)


def parse_command(name: str, arguments: Sequence[str]) -> tuple[Command, argparse.Namespace]:
    """Import the subcommand ``name`` and parse what follows it."""
    entry = COMMANDS[name]
    command = cast("Command", import_module(entry.module))
    summary = entry.summary
    description = f"{summary[0].upper()}{summary[1:]}."
    parser = argparse.ArgumentParser(prog=f"{PROGRAM} {name}", description=description)
    command.add_arguments(parser)
    return command, parser.parse_args(_joined(arguments))


def _joined(arguments: Sequence[str]) -> list[str]:
    """Return ``arguments`` with values that begin with a sign tied to their options."""
    joined: list[str] = []
    for argument in arguments:
        if joined and joined[-1] in _MAY_BEGIN_WITH_A_SIGN and not argument.startswith("--"):
            joined[-1] += f"={argument}"
        else:
            joined.append(argument)
    return joined


def parse_worklist(arguments: Sequence[str]) -> WorklistOptions:
    """Parse a command line without a subcommand."""
    parser = _worklist_parser()
    args = parser.parse_args(_joined(arguments))
    demo_only = {"--studies": args.studies, "--seed": args.seed, "--arrivals": args.arrivals}
    for option, value in demo_only.items():
        if value is not None and not args.demo:
            parser.error(f"{option} belongs to --demo")
    if args.demo and args.profile is not None:
        parser.error("--demo has a profile of its own: leave --profile out")
    return WorklistOptions(
        profile=args.profile,
        view=args.view,
        filter_text=args.filter,
        read_only=args.read_only,
        mouse=not args.no_mouse,
        demo=args.demo,
        studies=DEMO_STUDIES if args.studies is None else args.studies,
        seed=DEMO_SEED if args.seed is None else args.seed,
        arrivals=DEMO_ARRIVALS if args.arrivals is None else args.arrivals,
    )


def _worklist_parser() -> argparse.ArgumentParser:
    lines = "\n".join(f"  {name:<10} {entry.summary}" for name, entry in COMMANDS.items())
    parser = _Parser(
        prog=PROGRAM,
        usage=(
            f"{PROGRAM} [--profile P] [--view NAME] [--filter QUERY] [--read-only] [--no-mouse]\n"
            f"       {PROGRAM} --demo [--studies N] [--seed N] [--arrivals PER_MINUTE]\n"
            f"       {PROGRAM} {{{','.join(COMMANDS)}}} ..."
        ),
        description="A worklist for people who triage imaging studies held in the Avara Viewer.",
        epilog=f"commands (each has its own --help):\n{lines}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}")
    parser.add_argument("--profile", metavar="P", help="the profile of the configuration to use")
    parser.add_argument("--view", metavar="NAME", help="the saved worklist to begin with")
    parser.add_argument("--filter", metavar="QUERY", help="the filter to begin with")
    parser.add_argument("--read-only", action="store_true", help="refuse to change any study")
    parser.add_argument("--no-mouse", action="store_true", help="leave the mouse to the terminal")
    demo = parser.add_argument_group("demo", "an embedded emulator: no key, no network")
    demo.add_argument("--demo", action="store_true", help="show synthetic studies")
    demo.add_argument(
        "--studies",
        type=_study_count,
        metavar="N",
        help=f"how many to begin with (default {DEMO_STUDIES})",
    )
    demo.add_argument(
        "--seed", type=int, metavar="N", help=f"which ones to make up (default {DEMO_SEED})"
    )
    demo.add_argument(
        "--arrivals",
        type=_rate,
        metavar="PER_MINUTE",
        help=f"how many more arrive each minute (default {DEMO_ARRIVALS:g})",
    )
    return parser


def _study_count(text: str) -> int:
    count = int(text)
    if not 0 <= count <= _MOST_STUDIES:
        raise argparse.ArgumentTypeError(f"must be from 0 to {_MOST_STUDIES}, not {count}")
    return count


def _rate(text: str) -> float:
    rate = float(text)
    if not 0 <= rate <= 6000:
        raise argparse.ArgumentTypeError(f"must be from 0 to 6000, not {text}")
    return rate


_study_count.__name__ = "number"
_rate.__name__ = "number"
