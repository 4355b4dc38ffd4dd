"""What can be done, found by its name: actions, worklists, people, profiles, themes."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from rich.cells import cell_len

from avara_tui.study import Study
from avara_tui.text import clean
from avara_tui.tui.choices import Choice
from avara_tui.tui.controller.fuzzy import fuzzy
from avara_tui.tui.keys.actions import Action, Does, Scope
from avara_tui.tui.keys.words import ACTION_WORDS, DARK, ELSEWHERE, LIGHT, WORKLIST_WORDS
from avara_tui.tui.lines import Line, Role, crop, line, spread, truncate
from avara_tui.tui.presentation.detail import full_name
from avara_tui.tui.presentation.help_text import WORK, sentence, work_order
from avara_tui.tui.presentation.meant import meant_text
from avara_tui.tui.presentation.open_counts import unsure_text
from avara_tui.tui.protocols import Covering, Hosted, Keyed, Picking, Pointing, Telling
from avara_tui.worklist.query import complete

if TYPE_CHECKING:
    from textual.widget import Widget

    from avara_tui.triage.reading.session import TriageSession
    from avara_tui.tui.board.board import Board
    from avara_tui.tui.board.filtering import Filtering
    from avara_tui.tui.commands.edit_controller import EditController
    from avara_tui.tui.commands.targets import Targets
    from avara_tui.tui.controller.profile_switch import ProfileSwitch

_NAME: Final = 34
"""Cells of the column of names; a longer name pushes its hint to the right."""
_WIDEST: Final = 120
"""Cells beyond which the eye no longer follows a row to its key."""
_NARROW: Final = 110
"""Cells below which the title may be cut."""
_SIGN: Final = 2
"""Cells that the list puts before each row."""
_GAP: Final = 2
_ORDER: Final = "last used first, then as in the footer"
_WITHOUT: Final = frozenset({"palette"})
_ASKS_FIRST: Final = frozenset({"cancel", "uncancel", "unassign"})
_ASSIGNEE: Final = "assignee:"
_MOST: Final = 1000
"""People to list; more can be filtered by as well, by typing the filter."""

Run = Callable[[], Awaitable[object] | None]


class Entry(NamedTuple):
    """Something to choose, and what choosing it does."""

    name: str
    search: str
    run: Run
    hint: str = ""
    """What one should know of it, in a few words."""
    keys: str = ""
    is_refused: bool = False
    """Whether it cannot be done now; the hint says why."""
    names: tuple[str, ...] = ()
    """What people call it."""

    def label(self, width: int) -> Line:
        """Return the name, the hint and, at the end of ``width`` cells, the key."""
        role = Role.DIM if self.is_refused else Role.PLAIN
        room = width - (cell_len(self.keys) + _GAP if self.keys else 0)
        name = truncate(self.name, room)
        left = line((name, role))
        if self.hint:
            apart = " " * (max(_NAME - cell_len(name), 0) + _GAP)
            left = crop(left + line(apart, (self.hint, Role.DIM)), room)
        if not self.keys:
            return left
        return spread(left, line((self.keys, Role.DIM if self.is_refused else Role.KEY)), width)


class PaletteController(Protocol):
    """Whose commands, worklists, people and profiles are listed."""

    board: "Board"
    filter: "Filtering"
    edits: "EditController"
    targets: "Targets"
    profiles: "ProfileSwitch"
    session: "TriageSession"

    def target(self) -> Study | None:
        """Return the study that a key means at this moment."""
        ...

    def choose(self, index: int) -> None:
        """Show the saved worklist on the number key ``index`` + 1."""
        ...

    def refusal(self, action_id: str) -> str | None:
        """Return why an action cannot be done at this moment, or None if it can."""
        ...


class PaletteScreen(Telling, Picking, Covering, Keyed, Hosted, Pointing, Protocol):
    """What the palette, the help and the tour need of the screen."""

    @property
    def is_at_rest(self) -> bool:
        """Whether the keys go to the table or the detail, and nothing waits for an answer."""
        ...

    def act(self, action_id: str) -> None:
        """Do an action, or say why it cannot be done."""
        ...

    def mount(self, widget: "Widget", /) -> object:
        """Show a widget."""
        ...


class CommandPalette:
    """Lists what can be done where the person is, and does what is chosen."""

    def __init__(
        self,
        controller: PaletteController,
        screen: PaletteScreen,
        reasons: Mapping[str, str],
        used: list[str],
    ) -> None:
        """``reasons`` says, by action id, why what cannot be done now cannot be done.

        ``used`` holds what was chosen in this session, the last first; what is chosen joins it.
        """
        self._controller = controller
        self._screen = screen
        self._reasons = reasons
        self._used = used

    async def open(self) -> None:
        """Ask what to do, and do it to the study that was meant when the palette was opened."""
        meant = self._controller.target()
        entries = self._in_order(meant)
        width = min(self._screen.size.width, _WIDEST) - _SIGN - 1
        choices = [
            Choice(f"{number}", each.label(width), each.search, each.names)
            for number, each in enumerate(entries)
        ]
        answer = await self._screen.pick(
            self._title(meant), choices, rank=fuzzy, deed="do it", order=_ORDER
        )
        if answer is None:
            return
        chosen = entries[int(answer)]
        if chosen.search in self._used:
            self._used.remove(chosen.search)
        self._used.insert(0, chosen.search)
        under_way = chosen.run()
        if under_way is not None:
            await under_way

    def _title(self, meant: Study | None) -> str:
        for_whom = []
        if marked := self._marked:
            for_whom.append(f"{marked:,} marked")
        if meant is not None:
            is_narrow = self._screen.size.width < _NARROW
            for_whom.append(meant_text(meant, masked=self._screen.masked, is_narrow=is_narrow))
        return f"Do what?  to {', or to '.join(for_whom)}" if for_whom else "Do what?"

    @property
    def _marked(self) -> int:
        """How many marked studies are meant by what is for several."""
        return self._controller.targets.situation.meant

    def _in_order(self, meant: Study | None) -> list[Entry]:
        """Return all there is to choose, what was used last first and what is refused last."""
        entries = list(self._entries(meant))
        used = {search: number for number, search in enumerate(self._used)}
        return sorted(
            entries,
            key=lambda each: len(used) if each.is_refused else used.get(each.search, len(used)),
        )

    def _entries(self, meant: Study | None) -> Iterator[Entry]:
        keymap = self._screen.keymap
        now: list[Entry] = []
        work: list[Entry] = []
        moves: list[Entry] = []
        """What nobody looks up by name."""
        later: list[Entry] = []
        for action_id in work_order(keymap):
            action = keymap.actions[action_id]
            if action_id in _WITHOUT:
                continue
            entry = self._action(action, meant)
            if entry.is_refused:
                later.append(entry)
            elif action.does is Does.MOVES:
                moves.append(entry)
            else:
                (work if action_id in WORK else now).append(entry)
        yield from work
        yield from self._worklists()
        yield from now
        yield from self._people(meant)
        yield from self._profiles()
        yield from self._themes()
        yield from moves
        yield from self._elsewhere()
        yield from later

    def _action(self, action: Action, meant: Study | None) -> Entry:
        reason = self._reasons.get(action.id)
        name = sentence(action)
        if action.writes and action.does is Does.ASKS:
            name += " …"
        hints = (
            [f"{self._marked:,} marked"] if action.scope is Scope.MARKED and self._marked else []
        )
        hints += ["asks first"] if action.id in _ASKS_FIRST else []
        return Entry(
            name,
            f"{action.label} {action.id.replace('_', ' ')} {clean(action.help)}".lower(),
            partial(self._act, action, reason, meant),
            ", ".join(hints) if reason is None else f"not now: {clean(reason)}",
            self._screen.keymap.text(action.id),
            is_refused=reason is not None,
            names=(action.label.lower(), *self._words(action)),
        )

    def _words(self, action: Action) -> Iterator[str]:
        """Yield what people call an action, but for what another one is called by itself."""
        others = self._screen.keymap.actions.values()
        taken = {each.label.lower() for each in others if each.id not in self._reasons}
        yield from (each for each in ACTION_WORDS.get(action.id, ()) if each not in taken)

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
            count = board.count(each)
            studies = "study" if count == 1 else "studies"
            hint = "needs to know who you are"
            if count is not None:
                hint = f"{count:,}{unsure_text(board.unsure(each))} {studies}"
            name = clean(each.name)
            show = partial(self._controller.choose, index)
            search = f"worklist {name} show".lower()
            words = (name.lower(), *WORKLIST_WORDS.get(each.query_text, ()))
            yield Entry(f"Worklist: {name}", search, show, hint, each.key, names=words)

    def _people(self, meant: Study | None) -> Iterator[Entry]:
        for each in complete(
            _ASSIGNEE, len(_ASSIGNEE), self._controller.filter.vocabulary(), most=_MOST
        ):
            name = f"Filter by assignee: {clean(each.label)}"
            search = f"filter by assignee {clean(each.label)} person".lower()
            yield Entry(name, search, partial(self._filter, f"{_ASSIGNEE}{each.insert}"))
        if meant is None or self._controller.refusal("assign") is not None:
            return
        for user in sorted(self._controller.edits.commands.people().values(), key=full_name):
            name, email = full_name(user), clean(user.email)
            search = f"assign to {name} {email} person".lower()
            assign = partial(self._assign, meant, user.user_id)
            yield Entry(f"Assign to {name}", search, assign, email)

    def _filter(self, text: str) -> None:
        self._controller.filter.narrow(text)

    def _assign(self, study: Study, user_id: str) -> Awaitable[object] | None:
        if not self._is_still(study):
            return None
        return self._controller.targets.assign_to(study, user_id)

    def _profiles(self) -> Iterator[Entry]:
        for name in self._controller.profiles.others:
            search = f"profile {clean(name)} go to".lower()
            yield Entry(
                f"Profile: {clean(name)}", search, partial(self._controller.profiles.go_to, name)
            )

    def _themes(self) -> Iterator[Entry]:
        app = self._screen.app
        for name, theme in sorted(app.available_themes.items()):
            hint = "now" if name == app.theme else ""
            search, words = f"theme {name} colours", DARK if theme.dark else LIGHT
            yield Entry(f"Theme: {name}", search, partial(self._theme, name), hint, names=words)

    def _elsewhere(self) -> Iterator[Entry]:
        for each in ELSEWHERE:
            say = partial(self._screen.notice, line(f"{each.name}: {each.how}"))
            yield Entry(each.name, each.name.lower(), say, each.how, names=each.words)

    def _theme(self, name: str) -> None:
        self._screen.app.theme = name
        said = f'for this session; theme = "{name}" in the settings keeps it'
        self._screen.notice(line(f"theme {name} ", (said, Role.DIM)))
