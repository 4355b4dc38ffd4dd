"""Which studies an action is for: the marked ones in the table, else the one that a key means."""

from collections.abc import Awaitable, Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final, Protocol

from avara_tui.config import Config
from avara_tui.study import Study
from avara_tui.tui.actions import BY_ID
from avara_tui.tui.board import Board
from avara_tui.tui.commands import Desk
from avara_tui.tui.lines import Role, line
from avara_tui.tui.marks import Marks
from avara_tui.tui.people import People
from avara_tui.tui.protocols import Lending, Pointing, Started, Terminal

if TYPE_CHECKING:
    from avara_tui.triage.session import TriageSession
    from avara_tui.tui.actions import Actions, StudyActions
    from avara_tui.tui.bulk_commands import BulkCommands
    from avara_tui.tui.create_commands import CreateCommands
    from avara_tui.tui.edit_desk import EditDesk
    from avara_tui.tui.find_commands import FindCommands

READ_ONLY: Final = "read-only: nothing is written"
_FOR_ONE: Final = frozenset({"description"})
"""Actions that make no sense on several studies."""
MANY: Final = frozenset(
    {"severity", "status", "assign", "unassign", "claim", "metadata", "cancel", "uncancel", "copy"}
)
"""Actions that are for all the studies that are marked."""


class TargetScreen(Desk, Lending, Pointing, Started, Terminal, Protocol):
    """What acting on several studies, or on none yet, needs of the screen."""


class Targets:
    """Carries out what can be done to several studies, and what begins with none."""

    def __init__(
        self,
        screen: TargetScreen,
        session: "TriageSession",
        edits: "EditDesk",
        board: Board,
        *,
        marks: Marks,
        people: People,
        config: Config,
        rows_changed: Callable[[], None],
    ) -> None:
        self._screen = screen
        self._session = session
        self._edits = edits
        self._board = board
        self._marks = marks
        self._people = people
        self._clipboard = config.clipboard
        self._rows_changed = rows_changed
        self._read_only = screen.options.read_only

    # What these need takes longer to import than the first studies to come.

    @cached_property
    def _bulk(self) -> "BulkCommands":
        from avara_tui.tui.bulk_commands import BulkCommands  # noqa: PLC0415 - on request only

        return BulkCommands(
            self._screen,
            self._session,
            self._edits.editor,
            self._people,
            is_shown=lambda study_id: self._board.position(study_id) is not None,
            unmark=self._marks.unmark,
        )

    @cached_property
    def _find(self) -> "FindCommands":
        from avara_tui.tui.find_commands import FindCommands  # noqa: PLC0415 - on request only

        send = self._screen.write_to_terminal
        return FindCommands(
            self._screen, self._session, self._clipboard, show=self.show_study, send=send
        )

    @cached_property
    def _create(self) -> "CreateCommands":
        from avara_tui.tui.create_commands import CreateCommands  # noqa: PLC0415 - on request only

        history = self._edits.history
        return CreateCommands(self._screen, self._session, history, self._people, self.show_study)

    def not_done(self) -> set[tuple[str, str]]:
        """Return what was begun on many studies and is not done: their ids, each with a field."""
        return set(self._bulk.not_done) if "_bulk" in self.__dict__ else set()

    @property
    def has_new_study(self) -> bool:
        """Whether a new study was typed and has not been sent."""
        return "_create" in self.__dict__ and self._create.is_unsent

    async def may_leave(self) -> bool:
        """Ask before a new study that was typed is lost with the program."""
        if not self.has_new_study:
            return True
        question = line(("The new study is not created. ", Role.WARNING), "Leave without it?")
        return await self._screen.ask(question) == "y"

    def take_settings(self, config: Config) -> None:
        """Let other settings count."""
        self._clipboard = config.clipboard
        self.__dict__.pop("_find", None)

    @property
    def actions(self) -> "Actions":
        """What can be done with no study in particular, by action id."""
        return {"find": self._find_one, "create": self._create_one}

    def _find_one(self) -> Awaitable[object]:
        return self._find.find()

    def _create_one(self) -> Awaitable[object]:
        return self._create.create()

    @property
    def study_actions(self) -> "StudyActions":
        """What is done to one study as it is done to several, by action id."""
        return {
            "metadata": lambda study: self._bulk.set_metadata([study]),
            "copy": lambda study: self._find.copy([study]),
        }

    def of(self, action_id: str, target: Study | None) -> list[Study]:
        """Return the studies that an action is for, when a key means ``target``.

        In the detail that is the study that stands there, whatever is marked in the table.
        """
        alone = [] if target is None else [target]
        if not self._marks.ids or action_id not in MANY or self._is_in_detail:
            return alone
        ids = self._marks.targets(target) if target is not None else sorted(self._marks.ids)
        return [study for study in map(self._board.study, ids) if study is not None]

    def refusal(self, action_id: str) -> str | None:
        """Return why an action cannot be done, whatever the study; None if nothing speaks against.

        Read-only goes before everything else: no other reason would be worth removing.
        """
        action = BY_ID.get(action_id)
        if self._read_only and action is not None and action.writes:
            return READ_ONLY
        count = len(self._marks.ids)
        if count and action_id in MANY and not self._is_in_detail:
            unread = sum(self._board.study(each) is None for each in self._marks.ids)
            if unread:
                back = self._screen.key("clear_filter")
                are = "study is" if unread == 1 else "studies are"
                return f"{unread:,} marked {are} not read by now; {back} takes the marks back"
        if action_id in _FOR_ONE and count > 1 and not self._is_in_detail:
            back = self._screen.key("clear_filter")
            return f"is for one study, and {count:,} are marked; {back} takes the marks back"
        return None

    def act(self, action_id: str, studies: Sequence[Study]) -> Awaitable[object]:
        """Do an action to several studies."""
        if action_id == "copy":
            return self._find.copy(studies)
        return self._bulk.actions[action_id](studies)

    def assign_to(self, target: Study, user_id: str) -> Awaitable[object]:
        """Assign the studies that are meant when a key means ``target``."""
        studies = self.of("assign", target)
        if len(studies) > 1:
            return self._bulk.assign_to(user_id, studies)
        return self._edits.commands.assign_to(studies[0], user_id)

    def show_study(self, study_id: str) -> str | None:
        """Put the cursor on a study; return why the worklist shows it only for now, if so."""
        why = self._board.why_hidden(study_id)
        self._board.pin(study_id)
        self._rows_changed()
        self._screen.table.go_to(study_id)
        return None if why is None else f"{why}: shown for now"

    @property
    def _is_in_detail(self) -> bool:
        return self._screen.focused is self._screen.detail
