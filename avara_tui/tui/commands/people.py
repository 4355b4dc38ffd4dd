"""Whom a study can go to: everybody known, how much each has to read, and who sits here."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Final, Protocol

from rich.cells import cell_len

from avara_tui.config import Config
from avara_tui.config.paths import config_file
from avara_tui.study import STAT, UserRef
from avara_tui.text import clean
from avara_tui.tui.choices import Choice
from avara_tui.tui.lines import Role, fit, line
from avara_tui.tui.presentation.columns import person_name
from avara_tui.tui.presentation.detail import full_name
from avara_tui.tui.protocols import Lending, Noticing, Picking
from avara_tui.worklist.clocks import is_open

if TYPE_CHECKING:
    from avara_tui.triage.reading.session import TriageSession

_WIDEST_NAME: Final = 30
_LOAD_WIDTH: Final = 16
NOBODY: Final = "nobody is known that a study could go to"


class PeopleScreen(Picking, Noticing, Lending, Protocol):
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

    async def pick(self, title: str, *, with_nobody: bool = False) -> str | None:
        """Ask for a person; return the user id, None for no answer.

        ``with_nobody`` offers nobody as well, whose id is the empty text.
        """
        choices = self._choices()
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
        user_id = await self.pick("Who are you? Nothing says so yet")
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

    def _choices(self) -> list[Choice]:
        workloads, people = self.workloads(), self.known()
        me = self._session.me

        def order(user: UserRef) -> tuple[bool, str, str]:
            return user.user_id != me, person_name(user).casefold(), user.user_id

        is_whole = not self._session.health.loading
        names = {
            each.user_id: full_name(each) + (" (you)" if each.user_id == me else "")
            for each in people.values()
        }
        width = min(max(map(cell_len, names.values()), default=0), _WIDEST_NAME)
        return [
            _choice(
                each, names[each.user_id], width, workloads.get(each.user_id), is_whole=is_whole
            )
            for each in sorted(people.values(), key=order)
        ]


def _choice(
    user: UserRef, name: str, width: int, workload: Workload | None, *, is_whole: bool
) -> Choice:
    # Two of a name are told apart by their addresses, two without one by their ids.
    address = clean(user.email or user.user_id)
    said = fit(workload_text(workload, is_whole=is_whole), _LOAD_WIDTH)
    role = Role.STAT if workload is not None and workload.stat else Role.PLAIN
    label = line(fit(name, width), "  ", (said, role), (f"  {address}", Role.DIM))
    return Choice(user.user_id, label, f"{name} {address} {user.user_id}".lower())


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
