"""Whom a study can go to: everybody known, how much each has to read, and who sits here."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Final, Protocol

from rich.cells import cell_len

from avara_tui.config import Config
from avara_tui.config.paths import config_file
from avara_tui.study import STAT, Study, UserRef
from avara_tui.text import clean
from avara_tui.tui.choices import Choice, yes
from avara_tui.tui.lines import Line, Role, fit, line, truncate
from avara_tui.tui.masking import veiled
from avara_tui.tui.presentation.columns import person_name
from avara_tui.tui.presentation.detail import full_name
from avara_tui.tui.protocols import Asking, Lending
from avara_tui.worklist.clocks import is_open
from avara_tui.worklist.roles import Reads, reads

if TYPE_CHECKING:
    from avara_tui.triage.reading.session import TriageSession

_WIDEST_NAME: Final = 30
_LOAD_WIDTH: Final = 16
_WIDEST_ROLE: Final = 24
_SHORT: Final = 18
_ALL_THE_SAME: Final = yes("all the same")
_READERS_FIRST: Final = (Reads.YES, Reads.NO_ROLE, Reads.NOT_SAID, Reads.NO)
ROLE_UNKNOWN: Final = "role not known"
NOBODY: Final = "nobody is known that a study could go to"


_WHO: Final = "Who are you?  (until you quit; me = … in the settings keeps it)"


class PeopleScreen(Asking, Lending, Protocol):
    """What asking for a person needs of the screen."""


class Workload:
    """How many open studies wait for a person."""

    __slots__ = ("stat", "studies")

    def __init__(self) -> None:
        self.studies = 0
        self.stat = 0


class People:
    """The people known, from every source there is."""

    takes: ClassVar[tuple[str, ...]] = ("roster",)

    def __init__(
        self, screen: PeopleScreen, session: "TriageSession", config: Config, profile: str
    ) -> None:
        self._screen = screen
        self._session = session
        self._profile = profile
        self._settings_file = config.path
        self.take_settings(config)

    def take_settings(self, config: Config) -> None:
        """Let other settings count."""
        self._roster = {each.user: _ref(each.user, each.name) for each in config.roster}

    def known(self) -> dict[str, UserRef]:
        """Return whom a study can be assigned to, by user id.

        The roster, the people seen on studies, and the users who may manage studies; of a person
        in several of them, what the server says last counts.
        """
        people = {**self._roster, **self._session.studies.people()}
        managing = (each for each in self._session.users.values() if each.can_manage_studies)
        people.update({each.user_id: each.ref for each in managing})
        return people

    def workloads(self) -> Mapping[str, Workload]:
        """Return what waits for each person, by user id, as far as it has been read."""
        workloads: dict[str, Workload] = {}
        for study in self._session.studies:
            if study.assignee is None or not is_open(study):
                continue
            workload = workloads.setdefault(study.assignee.user_id, Workload())
            workload.studies += 1
            workload.stat += study.severity == STAT
        return workloads

    def role(self, user_id: str) -> str | None:
        """Return a person's clinical role, as the server told it; None where it told none."""
        user = self._session.users.get(user_id)
        return user.clinic_role.strip() or None if user is not None else None

    async def may_have(self, user_id: str, studies: Sequence[Study]) -> bool:
        """Ask before open STAT studies go to somebody who does not read; return the answer.

        Nobody is asked about a person of whom no role is known.
        """
        stat = [each for each in studies if each.severity == STAT and is_open(each)]
        role = self.role(user_id)
        if not stat or reads(role) in {Reads.YES, Reads.NO_ROLE}:
            return True
        masked = self._screen.masked
        name = veiled(person_name(self.known().get(user_id)), masked=masked)
        doubt = "doesn't read" if reads(role) is Reads.NO else "may not read"
        # In pieces: on a narrow screen the longest gives way, and that is to be the description.
        question = line(
            (f"{truncate(name, _SHORT)}, ", Role.WARNING),
            (truncate(clean(role or ""), _SHORT), Role.WARNING),
            (f" {doubt}: ", Role.WARNING),
        )
        question += _what(stat, studies, masked=masked)
        return await self._screen.ask(question, _ALL_THE_SAME, keep="do not") == "y"

    async def pick(
        self, title: str, *, with_nobody: bool = False, readers_first: bool = True
    ) -> str | None:
        """Ask for a person; return the user id, None for no answer.

        ``with_nobody`` offers nobody as well, whose id is the empty text.
        """
        choices = self._choices(readers_first=readers_first)
        if with_nobody:
            choices.insert(0, Choice("", line("nobody"), "nobody"))
        if not choices:
            self._screen.notice(line((NOBODY, Role.WARNING)))
            return None
        return await self._screen.pick(title, choices)

    async def me(self) -> str | None:
        """Return who sits at the keys; if nothing says so, ask, and remember it until the end."""
        if self._session.connection is None:
            self._screen.notice(line(("there is no connection to the server yet", Role.WARNING)))
            return None
        if self._session.me is not None:
            return self._session.me
        user_id = await self.pick(_WHO, readers_first=False)
        if user_id is None:
            return None
        self._session.say_who(user_id)
        await self._explain_how_to_keep(user_id)
        return user_id

    async def _explain_how_to_keep(self, user_id: str) -> None:
        from avara_tui.tui.widgets.work_card import WorkCard  # noqa: PLC0415 - on request only

        card = WorkCard(
            [
                (),
                line("  You are ", (full_name(self.known().get(user_id)), Role.STRONG))
                + line(" until you quit. To stay it, put this into"),
                line(f"  {clean(str(self._settings_file or config_file()))}"),
                (),
                line((f"    [profiles.{clean(self._profile)}]", Role.KEY)),
                line((f'    me = "{clean(user_id)}"', Role.KEY)),
                (),
                line("  ", ("enter", Role.KEY), " go on"),
            ]
        )
        async with self._screen.over(card):
            while await card.next_key() not in {"enter", "escape", "q"}:
                pass

    def _choices(self, *, readers_first: bool) -> list[Choice]:
        workloads, people = self.workloads(), self.known()
        me = self._session.me

        def order(user: UserRef) -> tuple[int, bool, str, str]:
            rank = _READERS_FIRST.index(reads(self.role(user.user_id))) if readers_first else 0
            return rank, user.user_id != me, person_name(user).casefold(), user.user_id

        is_whole = not self._session.health.loading
        names = {
            each.user_id: full_name(each) + (" (you)" if each.user_id == me else "")
            for each in people.values()
        }
        roles = {each: clean(self.role(each) or ROLE_UNKNOWN) for each in people}
        width = min(max(map(cell_len, names.values()), default=0), _WIDEST_NAME)
        role_width = min(max(map(cell_len, roles.values()), default=0), _WIDEST_ROLE)
        choices = []
        for each in sorted(people.values(), key=order):
            name, role = names[each.user_id], roles[each.user_id]
            load = workload_text(workloads.get(each.user_id), is_whole=is_whole)
            label = line(
                f"{fit(name, width)}  ",
                (f"{fit(role, role_width)}  ", _role_of(reads(self.role(each.user_id)))),
                (fit(load, _LOAD_WIDTH), Role.STAT if "STAT" in load else Role.PLAIN),
                (f"  {_address(each)}", Role.DIM),
            )
            search = f"{name} {role} {_address(each)} {each.user_id}".lower()
            choices.append(Choice(each.user_id, label, search))
        return choices


def _address(user: UserRef) -> str:
    """Return what tells two of a name apart: their addresses, else their ids."""
    return clean(user.email or user.user_id)


def _role_of(who_reads: Reads) -> Role:
    """Return how a clinical role is drawn: those who read are in plain sight."""
    return {Reads.YES: Role.PLAIN, Reads.NO: Role.WARNING}.get(who_reads, Role.DIM)


def _what(stat: Sequence[Study], studies: Sequence[Study], *, masked: bool) -> Line:
    if len(studies) > 1:
        return line(f"assign {len(studies):,} ", (f"({len(stat):,} STAT)", Role.STAT), "?")
    (study,) = studies
    description = veiled(clean(study.description), masked=masked)
    end = f" …{clean(study.study_id[-6:])}?"
    return line(("STAT ", Role.STAT), (description, Role.STRONG), end)


def workload_text(workload: Workload | None, *, is_whole: bool) -> str:
    """Return how much a person has to read, as a phrase; a plus where not all has been read."""
    more = "" if is_whole else "+"
    if workload is None:
        return f"0{more} open"
    stat = f", {workload.stat}{more} STAT" if workload.stat else ""
    return f"{workload.studies:,}{more} open{stat}"


def _ref(user_id: str, name: str) -> UserRef:
    """Return a person of the roster: ``Okafor, Amara`` or ``Amara Okafor``."""
    last, comma, first = name.partition(",")
    if not comma:
        first, _, last = name.rpartition(" ")
    return UserRef(user_id, "", first.strip() or None, last.strip() or None)
