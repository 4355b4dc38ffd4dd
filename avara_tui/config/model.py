"""Every setting there is: its name, its default, what it may be and what it means."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from avara_tui.config.alarm import Alarm
from avara_tui.config.declaring import Settable, setting
from avara_tui.config.own_commands import OwnCommand
from avara_tui.config.own_themes import OwnTheme
from avara_tui.config.profile import (
    DEFAULT_PROFILE,
    USER_ID,
    Profile,
    profile_name_problem,
)
from avara_tui.config.thresholds import Thresholds
from avara_tui.config.values import (
    Choice,
    Flag,
    ListOf,
    Number,
    Table,
    TablesByName,
    Text,
    TextsByName,
)
from avara_tui.config.words import (
    Ascii,
    Bandwidth,
    Clipboard,
    KeyPreset,
    NextRule,
    OpenClaims,
    TriageOrder,
)

COLUMNS: Final = (
    "priority",
    "age",
    "description",
    "assignee",
    "status",
    "customer",
    "due",
    "uid",
    "id",
)
"""The columns that every study can fill; ``meta.KEY`` names one more for a metadata key."""
DEFAULT_COLUMNS: Final = COLUMNS[:6]
METADATA_COLUMN: Final = "meta."
MOST_WATCHED: Final = 8
"""Profiles that are watched beside the one on the screen: each is asked as often as that one."""
TRIAGE_ORDER: Final = "triage"
DEADLINE_ORDER: Final = "deadline"
"""The triage order by deadline within its groups, whatever the setting ``order`` says."""
SORT_COLUMNS: Final = (*COLUMNS, "updated")
"""What a worklist can be sorted by, besides the triage order."""


def _column_problem(text: str, columns: tuple[str, ...] = COLUMNS) -> str | None:
    if text in columns or (text.startswith(METADATA_COLUMN) and text != METADATA_COLUMN):
        return None
    import difflib  # noqa: PLC0415 - only needed after a mistake

    near = difflib.get_close_matches(text, columns, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(columns)}, meta.KEY"
    return f"is no column; {hint}"


def _order_problem(text: str) -> str | None:
    if text in {TRIAGE_ORDER, DEADLINE_ORDER}:
        return None
    for part in text.split(","):
        column = part.strip().removeprefix("-")
        if (problem := _column_problem(column, SORT_COLUMNS)) is not None:
            return f"{column!r} {problem}" if column else "names no column after a comma"
    return None


def _watch_problem(watch: Sequence[str], profiles: Sequence[str]) -> str | None:
    """Return why profiles cannot be watched, or None if they can."""
    twice = next((name for name in watch if watch.count(name) > 1), None)
    if twice is not None:
        return f"watch names {twice!r} twice; name each profile once"
    for name in watch:
        if name not in profiles:
            if not profiles:
                return f"watch names {name!r}, but there are no profiles; add [profiles.{name}]"
            named = ", ".join(profiles)
            return (
                f"watch names {name!r}, but the profiles are {named}; name one of them, or add "
                f"[profiles.{name}]"
            )
        if len(profiles) == 1:
            return (
                f"watch names {name!r}, the only profile there is, and a profile does not watch "
                f"itself; add another to [profiles], or leave watch out"
            )
    return None


def same_name_problem(things: str, names: Iterable[str]) -> str | None:
    """Say that two ``things`` cannot be told apart by name, in whatever case, or return None."""
    folded = [name.casefold() for name in names]
    return f"two {things} have the same name" if len(set(folded)) < len(folded) else None


class Refresh(Settable):
    """How often the server is asked, in seconds from the end of one reading to the next."""

    stat: float = setting(
        Number(5, 600), "Seconds between two looks at open STAT studies.", default=10
    )
    high: float = setting(
        Number(5, 3600), "Seconds between two looks at open high studies.", default=30
    )
    normal: float = setting(
        Number(10, 3600), "Seconds between two looks at open routine ones.", default=60
    )
    closed: float = setting(
        Number(30, 86400),
        "Seconds between two looks at complete and cancelled studies, and for unknown kinds.",
        default=300,
    )


class WorklistSetting(Settable):
    """A saved worklist: a filter under a name and on a number key."""

    name: str = setting(Text(most=24), "The name in the row of worklists.", example="My CT")
    filter: str = setting(
        Text(most=500),
        "What it shows, in the filter language.",
        example="assignee:me status:incomplete meta.modality:CT",
    )
    order: str = setting(
        Text(_order_problem, most=200),
        "How it is sorted: triage; deadline, which is triage with what is due first before what "
        "has waited longest; or columns separated by commas, the most important first; - turns "
        "one round. age puts the oldest first, -updated what changed last.",
        default=TRIAGE_ORDER,
        example="-updated",
    )
    columns: tuple[str, ...] | None = setting(
        ListOf(Text(_column_problem), least=1, most=20),
        "Its columns, when they differ from the others'.",
        default=None,
        example=("priority", "age", "description", "meta.accession"),
    )


class Colleague(Settable):
    """A person whom studies can be assigned to, for keys that may not list the users."""

    user: str = setting(
        USER_ID,
        "The person's user id.",
        example="usr_0123456789abcdef0123456789abcdef",
    )
    name: str = setting(
        Text(most=100),
        "The name, family name first or last: Okafor, Amara.",
        example="Okafor, Amara",
    )


class Config(Settable):
    """All settings, checked. The defaults are what a missing file means."""

    default_profile: str = setting(
        Text(profile_name_problem), "The profile used without --profile.", default=DEFAULT_PROFILE
    )
    profiles: Mapping[str, Profile] = setting(
        TablesByName(Table(Profile, keyed_by="name")),
        "The servers and keys to choose from.",
        default=MappingProxyType({}),
    )
    watch: tuple[str, ...] = setting(
        ListOf(Text(profile_name_problem), most=MOST_WATCHED),
        "The other profiles whose open STAT studies are counted in the header, each with its own "
        "server and key; nothing is written there. The one that you are at is not watched.",
        default=(),
        example=("lakeside",),
    )
    thresholds: Thresholds = setting(
        Table(Thresholds),
        "When studies should have been read, in minutes since they began to wait. The defaults are "
        "placeholders that no standard stands behind: set what your site has agreed on.",
        default=Thresholds(),
    )
    order: TriageOrder = setting(
        Choice(TriageOrder),
        "What goes first within a group of the triage order, such as all high studies: triage, "
        "what has waited longest; deadline, what is due first. STAT stays above all.",
        default=TriageOrder.TRIAGE,
    )
    refresh: Refresh = setting(Table(Refresh), "How often the server is asked.", default=Refresh())
    alarm: Alarm = setting(
        Table(Alarm), "What raises the STAT alarm, and how it is noticed.", default=Alarm()
    )
    worklists: tuple[WorklistSetting, ...] = setting(
        ListOf(Table(WorklistSetting), most=30),
        "Saved worklists, the first nine on the number keys; none means the built-in ones.",
        default=(),
    )
    roster: tuple[Colleague, ...] = setting(
        ListOf(Table(Colleague), most=500),
        "People whom studies can be assigned to, besides the users that the server lists and "
        "those seen on studies.",
        default=(),
    )
    next: NextRule = setting(
        Choice(NextRule),
        "Whose studies can be next: mine-first, yours and nobody's by triage, yours first among "
        "those that are as urgent; pool, nobody's only.",
        default=NextRule.MINE_FIRST,
    )
    open_claims: OpenClaims = setting(
        Choice(OpenClaims),
        "Whether a study that nobody has is claimed for you as you open it: ask, yes or no.",
        default=OpenClaims.ASK,
    )
    columns: tuple[str, ...] = setting(
        ListOf(Text(_column_problem), least=1, most=20),
        "The table's columns, from left to right.",
        default=DEFAULT_COLUMNS,
    )
    detail: tuple[str, ...] = setting(
        ListOf(Text(most=100), most=50),
        "The metadata keys that the detail shows first, in this order; the others follow, what is "
        "known to matter before the rest.",
        default=(),
        example=("indication", "priors", "callback"),
    )
    patient_key: str | None = setting(
        Text(most=100),
        "The metadata key whose value is the same for all studies of a patient, within one "
        "customer: the table then shows how many there are, and a key shows them all.",
        default=None,
        example="mrn",
    )
    zebra: bool = setting(
        Flag(),
        "Whether every other row has a ground of its own. It takes more of a slow line when rows "
        "come and go, and shows only in themes with colours of their own.",
        default=False,
    )
    link_seconds: float = setting(
        Number(1, 60),
        "Seconds that a link to the viewer stays on the screen: whoever sees it can use it.",
        default=60,
    )
    lock_minutes: float = setting(
        Number(1, 60),
        "Minutes without a key or a movement of the mouse after which the worklist locks itself. "
        "It cannot be switched off: a screen left alone shows patients' data to anybody.",
        default=5,
    )
    theme: str | None = setting(
        Text(most=60),
        "The name of a theme: avara-safe, which tells its colours apart for every kind of colour "
        "blindness, ansi-dark or ansi-light for the terminal's own colours, or another that the "
        "palette lists; without it textual-dark.",
        default=None,
        example="avara-safe",
    )
    themes: Mapping[str, OwnTheme] = setting(
        TablesByName(Table(OwnTheme, keyed_by="name")),
        "Themes of your own, to be named by theme. Every colour is made as light or dark as it "
        "takes to be read.",
        default=MappingProxyType({}),
    )
    ascii: Ascii = setting(
        Choice(Ascii),
        "Whether signs are drawn in ASCII: auto, where the locale is not UTF-8; then letters that "
        "ASCII has not are drawn without their accents.",
        default=Ascii.AUTO,
    )
    bandwidth: Bandwidth = setting(
        Choice(Bandwidth),
        "How much may go over the line to the terminal: low takes fewer colours, marks the row of "
        "the cursor at its start only, and counts data's age in minutes; auto is low over SSH.",
        default=Bandwidth.AUTO,
    )
    clipboard: Clipboard = setting(
        Choice(Clipboard),
        "Whether a link or an identifier may go to the terminal's clipboard: not, after asking, or "
        "at once.",
        default=Clipboard.ASK,
    )
    key_preset: KeyPreset = setting(
        Choice(KeyPreset),
        "The keys to start from: standard; vi adds h, l, i and more of vi's; plain moves with the "
        "cursor keys only.",
        default=KeyPreset.STANDARD,
    )
    keys: Mapping[str, tuple[str, ...]] = setting(
        TextsByName(),
        "Other keys for single actions: the action's id, and a key or a list of keys; [] for "
        "none. The help names keys and ids.",
        default=MappingProxyType({}),
        example=MappingProxyType({"claim": ("c",), "refresh": ("F5", "r")}),
    )
    journal: bool = setting(
        Flag(),
        "Whether to keep a journal on this machine of who changed and opened what, without "
        "descriptions, metadata, names and links; avara-tui journal shows and verifies it.",
        default=True,
    )
    commands: tuple[OwnCommand, ...] = setting(
        ListOf(Table(OwnCommand), most=50),
        "Commands of your own: a key starts a program with fields of the study under the cursor, "
        "and shows what it prints.",
        default=(),
    )
    load_limit: int = setting(
        Number(100, 1_000_000, whole=True),
        "How many studies are held at most; open STAT studies are read whatever the limit.",
        default=20_000,
    )
    path: str | None = setting(
        None, "The file that was read; None when there is none.", default=None
    )

    @property
    def problem(self) -> str | None:
        """What the values contradict each other in, if they do."""
        if self.profiles and self.default_profile not in self.profiles:
            named = ", ".join(self.profiles)
            return f"default_profile names {self.default_profile!r}, but the profiles are {named}"
        if (problem := _watch_problem(self.watch, list(self.profiles))) is not None:
            return problem
        worklists = (each.name for each in self.worklists)
        commands = (each.name for each in self.commands)
        return same_name_problem("worklists", worklists) or same_name_problem("commands", commands)

    def profile(self, name: str | None = None) -> Profile:
        """Return the profile called ``name``, by default the default one.

        A name that the file does not have gets the defaults: whether it may be used is for
        :meth:`avara_tui.config.Settings.resolve` to say.
        """
        wanted = name or self.default_profile
        return self.profiles.get(wanted) or Profile(name=wanted)
