"""Which studies an action is for: the marked ones in the table, else the one that a key means."""

from collections.abc import Awaitable, Callable, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, ClassVar, Protocol

from avara_tui.config import Config
from avara_tui.study import Study
from avara_tui.tui.board.board import Board
from avara_tui.tui.board.marks import Marks
from avara_tui.tui.choices import yes
from avara_tui.tui.commands.people import People
from avara_tui.tui.commands.study import WritingScreen
from avara_tui.tui.keys.actions import ACTIONS, BY_ID, Action, Scope
from avara_tui.tui.keys.places import Place
from avara_tui.tui.keys.refusals import Situation, why_not
from avara_tui.tui.lines import Role, line
from avara_tui.tui.protocols import Drawing, Keyed, Lending, Pointing, Started, Terminal

if TYPE_CHECKING:
    from avara_tui.triage.reading.session import TriageSession
    from avara_tui.tui.commands.bulk import BulkCommands
    from avara_tui.tui.commands.create import CreateCommands
    from avara_tui.tui.commands.edit_controller import EditController
    from avara_tui.tui.commands.find import FindCommands
    from avara_tui.tui.keys.actions import Actions, BulkActions, StudyActions

_COPY = "copy"


class TargetScreen(WritingScreen, Keyed, Drawing, Lending, Pointing, Started, Terminal, Protocol):
    """What acting on several studies, or on none yet, needs of the screen."""


class Targets:
    """Carries out what can be done to several studies, and what begins with none."""

    takes: ClassVar[tuple[str, ...]] = ("clipboard",)

    def __init__(
        self,
        screen: TargetScreen,
        session: "TriageSession",
        edits: "EditController",
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
        self._can_log_in = screen.options.login is not None

    # What these need takes longer to import than the first studies to come.

    @cached_property
    def _bulk(self) -> "BulkCommands":
        from avara_tui.tui.commands.bulk import BulkCommands  # noqa: PLC0415 - on request only

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
        from avara_tui.tui.commands.find import FindCommands  # noqa: PLC0415 - on request only

        send = self._screen.write_to_terminal
        return FindCommands(
            self._screen, self._session, self._clipboard, show=self.show_study, send=send
        )

    @cached_property
    def _create(self) -> "CreateCommands":
        from avara_tui.tui.commands.create import CreateCommands  # noqa: PLC0415 - on request only

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
        return await self._screen.ask(question, yes("leave"), keep="stay") == "y"

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
            _COPY: lambda study: self._copy([study]),
        }

    @property
    def bulk_actions(self) -> "BulkActions":
        """What is done to several studies at once, by action id."""
        bulk: dict[str, Callable[[Sequence[Study]], Awaitable[object]]] = {
            each.id: partial(self._do_in_bulk, each.id)
            for each in ACTIONS
            if each.scope is Scope.MARKED
        }
        return {**bulk, _COPY: self._copy}

    def _copy(self, studies: Sequence[Study]) -> Awaitable[object]:
        return self._find.copy(studies)

    def _do_in_bulk(self, action_id: str, studies: Sequence[Study]) -> Awaitable[object]:
        return self._bulk.actions[action_id](studies)

    def of(self, action: Action, target: Study | None) -> list[Study]:
        """Return the studies that an action is for, when a key means ``target``.

        In the detail that is the study that stands there, whatever is marked in the table.
        """
        alone = [] if target is None else [target]
        if not self._marks.ids or action.scope is not Scope.MARKED or self._is_in_detail:
            return alone
        ids = self._marks.targets(target) if target is not None else sorted(self._marks.ids)
        return [study for study in map(self._board.study, ids) if study is not None]

    def refusal(self, action: Action, target: Study | None) -> str | None:
        """Return why an action cannot be done when a key means ``target``; None if it can."""
        return self.why_not(action, self.of(action, target))

    def why_not(self, action: Action, studies: Sequence[Study]) -> str | None:
        """Return why an action cannot be done to ``studies``; None if it can."""
        situation = self.situation
        if situation.meant and action.scope is Scope.MARKED:
            situation = situation._replace(unread=situation.meant - len(studies))
        return why_not(action, studies[0] if studies else None, situation)

    @property
    def situation(self) -> Situation:
        """What an action depends on at this moment; which marks are not read is not counted."""
        return Situation(
            self._screen.place,
            read_only=self._read_only,
            masked=self._screen.masked,
            marked=len(self._marks.ids),
            wants_key=self._session.health.wants_key and self._can_log_in,
            asks_who=self._board.lacks_me and not self._board.ids,
            has_opened=bool(self._edits.openings.all),
            keymap=self._screen.keymap,
        )

    def assign_to(self, target: Study, user_id: str) -> Awaitable[object]:
        """Assign the studies that are meant when a key means ``target``."""
        studies = self.of(BY_ID["assign"], target)
        if len(studies) > 1:
            return self._bulk.assign_to(user_id, studies)
        return self._edits.commands.assign_to(studies[0], user_id)

    def give_away(self, studies: Sequence[Study], *, hand_over: bool) -> Awaitable[bool]:
        """Give studies back to nobody, or hand them over to somebody; return whether all went."""
        return self._bulk.hand_over(studies) if hand_over else self._bulk.give_back(studies)

    def show_study(self, study_id: str) -> str | None:
        """Put the cursor on a study; return why the worklist shows it only for now, if so."""
        why = self._board.why_hidden(study_id)
        self._board.pin(study_id)
        self._rows_changed()
        self._screen.table.go_to(study_id)
        return None if why is None else f"{why}: shown for now"

    @property
    def _is_in_detail(self) -> bool:
        return self._screen.place is Place.DETAIL
