"""What an empty table says: why it is empty, and what to do about it."""

from avara_tui.api.errors import AvaraError, ErrorKind
from avara_tui.text import clean
from avara_tui.triage.access.connection import ConnectionProblem
from avara_tui.triage.reading.health import Health, State
from avara_tui.tui.keys.keymap import DEFAULT_KEYMAP, Keymap
from avara_tui.tui.lines import Line, Role, line, wrap
from avara_tui.worklist.clocks import age_text

EmptyState = list[Line]


def empty_state(
    health: Health,
    *,
    worklist: str,
    filter_text: str,
    server: str,
    width: int,
    unsure: int = 0,
    lacks_me: bool = False,
    can_log_in: bool = False,
    keymap: Keymap = DEFAULT_KEYMAP,
) -> EmptyState:
    """Return what stands in place of rows when the table has none.

    ``unsure`` is how many studies might be there and are not, because nobody knows how long they
    wait. ``lacks_me``: it takes who sits at the keys to know which studies belong there, and nobody
    has said. ``can_log_in``: another key can be given here.
    """
    problem = health.problem
    if isinstance(problem, ConnectionProblem):
        return _unconnected(problem, width, keymap, can_log_in=can_log_in)
    if isinstance(problem, AvaraError) and not health.is_complete:
        return _failed(problem, server, width, keymap, can_log_in=can_log_in)
    if health.state is State.CONNECTING:
        return [line(("Connecting …", Role.STRONG))]
    if lacks_me:
        return _asks_who(worklist, filter_text, keymap)
    if not health.is_complete:
        return _incomplete(health)
    return [*_empty(health, worklist, filter_text, keymap), *_unsure(unsure)]


def _incomplete(health: Health) -> EmptyState:
    if health.loading:
        return [
            line(("Still loading: nothing found yet", Role.STRONG)),
            line((f"Not read to the end yet: {', '.join(health.loading)}.", Role.DIM)),
        ]
    if health.cut_off:
        return [
            line(("Nothing in what was read, and not all was read", Role.STRONG)),
            line((f"The load limit left out a part of: {', '.join(health.cut_off)}.", Role.DIM)),
            line(("Do not rely on this: load_limit in the settings raises it.", Role.WARNING)),
        ]
    if health.is_checking:
        return [
            line(("Still checking: nothing found yet", Role.STRONG)),
            line(("The server left studies out, and is asked again.", Role.DIM)),
        ]
    if not health.missing:
        said = f"Rows without a study id, so that nothing is known of them: {health.unreadable:,}."
        return [
            line(("Nothing in what could be read", Role.STRONG)),
            line((said, Role.DIM)),
            line(("Do not rely on this.", Role.WARNING)),
        ]
    return [
        line(("Nothing in what was read, and not all was read", Role.STRONG)),
        line(("The server leaves studies out, others each time it is asked.", Role.DIM)),
        line((f"Do not rely on this: up to {health.missing:,} may be missing.", Role.WARNING)),
    ]


def _empty(health: Health, worklist: str, filter_text: str, keymap: Keymap) -> EmptyState:
    lines = [line((f"No study in “{clean(worklist)}”", Role.STRONG))]
    if filter_text:
        lines = [
            line((f"No study in “{clean(worklist)}” matches the filter", Role.STRONG)),
            _filter_line(filter_text, keymap),
        ]
    age = health.oldest_age
    if health.state is State.LIVE:
        read = f"All {health.loaded:,} studies read, up to date."
        said = read if health.loaded else "Nothing open. All read, just now."
        return [*lines, line((said, Role.DIM))]
    old = f"{age_text(age).strip()} old" if age is not None else "of unknown age"
    said = f"Do not rely on this: {health.loaded:,} studies read, {old}."
    return [*lines, line((said, Role.WARNING))]


def _filter_line(filter_text: str, keymap: Keymap) -> Line:
    clears = keymap.key("clear_filter")
    return line(f"{clean(filter_text)}   ", (clears, Role.KEY), " clears it")


def _asks_who(worklist: str, filter_text: str, keymap: Keymap) -> EmptyState:
    """Return the question that comes first: until it is answered, no rows are no all-clear."""
    asked = line(
        (f"Who are you? “{clean(worklist)}” needs to know.", Role.STRONG),
        ("  ", Role.PLAIN),
        (keymap.key("claim"), Role.KEY),
        " says it",
    )
    return [asked, _filter_line(filter_text, keymap)] if filter_text else [asked]


def _unsure(studies: int) -> EmptyState:
    """Return that what is empty is no all-clear, where nobody knows how long studies wait."""
    if not studies:
        return []
    those = "1 open study has" if studies == 1 else f"{studies:,} open studies have"
    said = f"Do not rely on this: {those} no waiting time (is:untimed)."
    return [line((said, Role.WARNING))]


def _unconnected(
    problem: ConnectionProblem, width: int, keymap: Keymap, *, can_log_in: bool
) -> EmptyState:
    sentence = clean(str(problem))
    lines = [line((part, Role.STRONG)) for part in wrap(sentence, max(width - 6, 20))]
    lines.append(())
    if can_log_in:
        lines += [line((keymap.key("login"), Role.KEY), " logs in here, with an API key"), ()]
    for remedy in problem.remedy.splitlines():
        lines += [line(part) for part in wrap(clean(remedy), max(width - 6, 20))]
    return [
        *lines,
        (),
        line("To look around without a key:  ", ("avara-tui --demo", Role.KEY)),
        _ways_on(keymap),
    ]


def _failed(
    problem: AvaraError, server: str, width: int, keymap: Keymap, *, can_log_in: bool
) -> EmptyState:
    title = {
        ErrorKind.UNAUTHORIZED: "The server does not accept the API key",
        ErrorKind.FORBIDDEN: "The API key may not list studies",
        ErrorKind.UNREACHABLE: "The server is out of reach",
        ErrorKind.TIMEOUT: "The server does not answer in time",
        ErrorKind.UNREADABLE: "The server's answer is not from an Avara Viewer API",
        ErrorKind.SETUP: "The server cannot be asked with these settings",
    }.get(problem.kind, "The studies could not be read")
    lines = [line((title, Role.OVERDUE))]
    lines += [line(part) for part in wrap(clean(str(problem)), max(width - 6, 20))]
    lines.append(line(("The server is ", Role.DIM), clean(server)))
    lines.append(line(("Do not rely on this: nothing is known about open studies.", Role.WARNING)))
    if can_log_in:
        lines.append(line((keymap.key("login"), Role.KEY), " logs in here, with another key"))
    elif problem.kind is ErrorKind.UNAUTHORIZED:
        lines.append(line("Store another key:  ", ("avara-tui auth login", Role.KEY)))
    return [*lines, (), _ways_on(keymap)]


def _ways_on(keymap: Keymap) -> Line:
    again, leave = keymap.key("refresh"), keymap.key("quit")
    return line((again, Role.KEY), " tries again, ", (leave, Role.KEY), " quits.")
