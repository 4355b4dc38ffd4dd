"""Going from one saved worklist to another, saving the one that is shown, and forgetting it."""

from collections.abc import Callable
from typing import ClassVar, Final, Protocol

from avara_tui.config import Config, WorklistSetting
from avara_tui.config.declaring import InvalidValueError
from avara_tui.config.own_worklists import MOST, write_own_worklists
from avara_tui.config.values import kind_of
from avara_tui.text import clean
from avara_tui.triage.selecting import first_worklist, worklist_called
from avara_tui.triage.site import order_text, saved_worklists
from avara_tui.tui.board.board import Board
from avara_tui.tui.choices import yes
from avara_tui.tui.keys.actions import Actions
from avara_tui.tui.lines import Role, line
from avara_tui.tui.protocols import Asking, Pointing
from avara_tui.worklist.query import parse
from avara_tui.worklist.saved import SavedWorklist

NAME_LIMIT: Final = 24


class SwitchScreen(Asking, Pointing, Protocol):
    """What going from worklist to worklist needs of the screen."""


class Switching:
    """Keeps the cursor of every worklist, and the list of those that are the person's own."""

    takes: ClassVar[tuple[str, ...]] = (
        "worklists",
        "columns",
        "thresholds",
        "order",
        "patient_key",
    )

    def __init__(
        self,
        screen: SwitchScreen,
        board: Board,
        own: tuple[WorklistSetting, ...],
        *,
        config: Config,
        shown_anew: Callable[[], None],
    ) -> None:
        self._screen = screen
        self._board = board
        self.own = own
        self._config = config
        self._shown_anew = shown_anew
        self._cursors: dict[str, str] = {}

    def take_settings(self, config: Config) -> None:
        """Let other settings count: show the worklists that there are by now, as they say."""
        self._config = config
        self._board.take_settings(config, saved_worklists(config, self.own))
        self._shown_anew()
        # It says when a study is due, and what else its patient has.
        self._screen.detail.refresh_entries()

    @property
    def actions(self) -> Actions:
        """What can be done with worklists, by action id."""
        return {
            "next_worklist": lambda: self._step(1),
            "previous_worklist": lambda: self._step(-1),
            "save_worklist": self.save,
            "forget_worklist": self.forget,
        }

    def begin(self, name: str | None) -> None:
        """Show the worklist called ``name``, or the one to begin with."""
        worklists = self._board.worklists
        worklist = worklist_called(name, worklists) if name else first_worklist(worklists)
        if worklist is not None:
            self._board.choose(worklist)
            return
        names = ", ".join(clean(each.name) for each in worklists)
        self._refuse(f"there is no worklist “{clean(name or '')}”; there are {names}")

    def choose(self, worklist: SavedWorklist) -> None:
        """Show another worklist, its cursor where it was when it was last shown."""
        table = self._screen.table
        if table.cursor_id is not None:
            self._cursors[self._board.active.name] = table.cursor_id
        self._board.choose(worklist)
        self._shown_anew()
        study_id = self._cursors.get(worklist.name)
        if study_id is not None:
            table.go_to(study_id)

    def _step(self, by: int) -> None:
        worklists = self._board.worklists
        names = [each.name for each in worklists]
        index = names.index(self._board.listed.name) + by
        self.choose(worklists[index % len(worklists)])

    async def save(self) -> None:
        """Ask for a name, and save the worklist shown with its filter, order and columns."""
        active = self._board.active
        if self._is_of_one_patient():
            return
        query = str(parse(active.query_text).and_also(parse(self._board.filter_text)))
        mine = self._mine(active.own_name)
        named = mine.name if mine is not None else ""
        name = await self._screen.prompt("save the worklist as", named, NAME_LIMIT)
        if name is None or not name.strip():
            return
        name = name.strip()
        # One of the person's own that has a name of the site's is shown with a word behind it.
        shown = worklist_called(name, self._board.worklists)
        if shown is not None and shown.own_name and self._mine(name) is None:
            name = shown.own_name
        if self._mine(name) is None and name.casefold() in self._taken():
            self._refuse(f"“{clean(name)}” is not yours to change: choose another name")
            return
        try:
            setting = _setting(name, query, active, self._board)
        except InvalidValueError as error:
            self._refuse(f"not saved: {error.path[-1]} {error}")
            return
        before = self._mine(name)
        if before is not None:
            question = line(f"Replace your worklist “{clean(before.name)}”?")
            if await self._screen.ask(question, yes("replace it"), keep="keep it") != "y":
                return
        elif len(self.own) >= MOST:
            self._refuse(f"you have {MOST} worklists of your own, the most there can be")
            return
        kept = [setting if each == before else each for each in self.own]
        self._write(tuple(kept if before is not None else [*kept, setting]), setting.name)

    async def forget(self) -> None:
        """Ask, and take the worklist shown out of the person's own."""
        if self._is_of_one_patient():
            return
        mine = self._mine(self._board.active.own_name)
        if mine is None:
            self._refuse(f"“{clean(self._board.active.name)}” is the site's: it cannot be removed")
            return
        question = line(f"Forget your worklist “{clean(mine.name)}”? Its studies stay.")
        if await self._screen.ask(question, yes("forget it"), keep="keep it") == "y":
            self._write(tuple(each for each in self.own if each != mine), None)

    def _is_of_one_patient(self) -> bool:
        """Refuse what is for worklists alone while one patient's studies are shown."""
        if self._board.patients.is_shown:
            back = self._screen.key("clear_filter")
            self._refuse(f"one patient's studies are no worklist; {back} goes back to yours")
        return self._board.patients.is_shown

    def _write(self, own: tuple[WorklistSetting, ...], name: str | None) -> None:
        try:
            write_own_worklists(own)
        except OSError as error:
            self._refuse(f"not saved: {error.strerror or error}")
            return
        self.own = own
        self.take_settings(self._config)
        found = next((each for each in self._board.worklists if each.own_name == name), None)
        if found is None:
            self._screen.notice(line("worklist forgotten"))
            return
        self._board.narrow("")
        self.choose(found)
        key = line(" on key ", (found.key, Role.KEY)) if found.key else ()
        self._screen.notice(line(f"saved as “{clean(found.name)}”") + key)

    def _mine(self, name: str) -> WorklistSetting | None:
        wanted = name.casefold()
        return next((each for each in self.own if each.name.casefold() == wanted), None)

    def _taken(self) -> set[str]:
        return {each.name.casefold() for each in self._board.worklists}

    def _refuse(self, said: str) -> None:
        self._screen.notice(line((said, Role.WARNING)))


def _setting(name: str, query: str, active: SavedWorklist, board: Board) -> WorklistSetting:
    """Return what is to be saved. Raises :class:`avara_tui.config.values.InvalidValueError`."""
    columns = list(board.columns) if active.columns or board.chose_columns else None
    given = {
        "name": name,
        "filter": query,
        "order": order_text(board.order),
        "columns": columns,
    }
    read = {
        key: kind_of(WorklistSetting.settings[key]).read(value, (key,))
        for key, value in given.items()
        if value is not None
    }
    return WorklistSetting(**read)
