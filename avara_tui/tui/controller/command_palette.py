"""What can be done, found by its name: actions, worklists, people, profiles, themes."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from avara_tui.study import Study
from avara_tui.text import clean
from avara_tui.tui.choices import Choice
from avara_tui.tui.controller.fuzzy import fuzzy
from avara_tui.tui.keys.actions import Action, Does
from avara_tui.tui.lines import Line, Role, fit, line
from avara_tui.tui.presentation.detail import full_name, short_name
from avara_tui.tui.presentation.open_counts import unsure_text
from avara_tui.tui.protocols import Covering, Hosted, Keyed, Picking, Telling
from avara_tui.worklist.query import complete

if TYPE_CHECKING:
    from textual.widget import Widget

    from avara_tui.tui.board.board import Board
    from avara_tui.tui.board.filtering import Filtering
    from avara_tui.tui.commands.edit_controller import EditController
    from avara_tui.tui.commands.targets import Targets
    from avara_tui.tui.controller.profile_switch import ProfileSwitch

_KEYS: Final = 11
"""Cells of the column of keys."""
_WITHOUT: Final = frozenset({"palette"})
_ASSIGNEE: Final = "assignee:"
_MOST: Final = 1000
"""People to list; more can be filtered by as well, by typing the filter."""

Run = Callable[[], Awaitable[object] | None]


class Entry(NamedTuple):
    """Something to choose, and what choosing it does."""

    label: Line
    search: str
    run: Run


class PaletteController(Protocol):
    """Whose commands, worklists, people and profiles are listed."""

    board: "Board"
    filter: "Filtering"
    edits: "EditController"
    targets: "Targets"
    profiles: "ProfileSwitch"

    def target(self) -> Study | None:
        """Return the study that a key means at this moment."""
        ...

    def choose(self, index: int) -> None:
        """Show the saved worklist on the number key ``index`` + 1."""
        ...

    def refusal(self, action_id: str) -> str | None:
        """Return why an action cannot be done at this moment, or None if it can."""
        ...


class PaletteScreen(Telling, Picking, Covering, Keyed, Hosted, Protocol):
    """What the palette, the help and the tour need of the screen."""

    def act(self, action_id: str) -> None:
        """Do an action, or say why it cannot be done."""
        ...

    def mount(self, widget: "Widget", /) -> object:
        """Show a widget."""
        ...


class CommandPalette:
    """Lists what can be done where the person is, and does what is chosen."""

    def __init__(
        self, controller: PaletteController, screen: PaletteScreen, reasons: Mapping[str, str]
    ) -> None:
        """``reasons`` says, by action id, why what cannot be done now cannot be done."""
        self._controller = controller
        self._screen = screen
        self._reasons = reasons

    async def open(self) -> None:
        """Ask what to do, and do it to the study that was meant when the palette was opened."""
        meant = self._controller.target()
        entries = list(self._entries(meant))
        choices = [Choice(f"{i}", each.label, each.search) for i, each in enumerate(entries)]
        title = "Commands"
        if meant is not None:
            title += f" · {short_name(meant, masked=self._screen.masked)}"
        answer = await self._screen.pick(title, choices, rank=fuzzy)
        if answer is not None:
            under_way = entries[int(answer)].run()
            if under_way is not None:
                await under_way

    def _entries(self, meant: Study | None) -> Iterator[Entry]:
        now: list[Entry] = []
        moves: list[Entry] = []
        """What nobody looks up by name."""
        later: list[Entry] = []
        for action in self._screen.keymap.actions.values():
            if action.id in _WITHOUT:
                continue
            reason = self._reasons.get(action.id)
            entry = self._action(action, reason, meant)
            if reason is not None:
                later.append(entry)
            else:
                (moves if action.does is Does.MOVES else now).append(entry)
        yield from now
        yield from self._worklists()
        yield from self._people(meant)
        yield from self._profiles()
        yield from self._themes()
        yield from moves
        yield from later

    def _action(self, action: Action, reason: str | None, meant: Study | None) -> Entry:
        keys = fit(self._screen.keymap.text(action.id), _KEYS)
        label = line((keys, Role.KEY), f" {clean(action.help)}", (f"  {action.id}", Role.DIM))
        if reason is not None:
            label = line((f"{keys} {clean(action.help)} Not now: {reason}", Role.DIM))
        search = f"{action.label} {action.id.replace('_', ' ')} {clean(action.help)}".lower()
        return Entry(label, search, partial(self._act, action, reason, meant))

    def _act(self, action: Action, reason: str | None, meant: Study | None) -> None:
        if reason is not None:
            self._screen.notice(line((f"{action.label}: {reason}", Role.WARNING)))
        elif self._is_still(meant):
            self._screen.act(action.id)

    def _is_still(self, meant: Study | None) -> bool:
        """Whether a command would be done to the study that was meant; say so if not."""
        target = self._controller.target()
        if meant is None or (target is not None and target.study_id == meant.study_id):
            return True
        said = "another study is under the cursor now: nothing was done, look again"
        self._screen.notice(line((said, Role.WARNING)))
        return False

    def _worklists(self) -> Iterator[Entry]:
        board = self._controller.board
        for index, each in enumerate(board.worklists):
            keys = fit(each.key, _KEYS)
            label = line((keys, Role.KEY), f" Worklist {clean(each.name)}")
            label += line((f"  {board.count(each):,}{unsure_text(board.unsure(each))}", Role.DIM))
            search = f"worklist {clean(each.name)} show".lower()
            yield Entry(label, search, partial(self._controller.choose, index))

    def _people(self, meant: Study | None) -> Iterator[Entry]:
        blank = " " * (_KEYS + 1)
        for each in complete(
            _ASSIGNEE, len(_ASSIGNEE), self._controller.filter.vocabulary(), most=_MOST
        ):
            label = line(f"{blank}Filter by assignee {clean(each.label)}")
            search = f"filter by assignee {clean(each.label)} person".lower()
            yield Entry(label, search, partial(self._filter, f"{_ASSIGNEE}{each.insert}"))
        if meant is None or self._controller.refusal("assign") is not None:
            return
        for user in sorted(self._controller.edits.commands.people().values(), key=full_name):
            label = line(
                f"{blank}Assign to {full_name(user)}", (f"  {clean(user.email)}", Role.DIM)
            )
            search = f"assign to {full_name(user)} {clean(user.email)} person".lower()
            yield Entry(label, search, partial(self._assign, meant, user.user_id))

    def _filter(self, text: str) -> None:
        self._controller.filter.narrow(text)

    def _assign(self, study: Study, user_id: str) -> Awaitable[object] | None:
        if not self._is_still(study):
            return None
        return self._controller.targets.assign_to(study, user_id)

    def _profiles(self) -> Iterator[Entry]:
        blank = " " * (_KEYS + 1)
        for name in self._controller.profiles.others:
            label = line(f"{blank}Profile {clean(name)}")
            search = f"profile {clean(name)} go to".lower()
            yield Entry(label, search, partial(self._controller.profiles.go_to, name))

    def _themes(self) -> Iterator[Entry]:
        app = self._screen.app
        blank = " " * (_KEYS + 1)
        for name in sorted(app.available_themes):
            label = line(f"{blank}Theme {name}")
            if name == app.theme:
                label += line(("  now", Role.DIM))
            yield Entry(label, f"theme {name} colours", partial(self._theme, name))

    def _theme(self, name: str) -> None:
        self._screen.app.theme = name
        said = f'for this session; theme = "{name}" in the settings keeps it'
        self._screen.notice(line(f"theme {name} ", (said, Role.DIM)))
