"""Which studies an action is for: the marked ones in the table, else the one that a key means."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from avara_tui.config import Config
from avara_tui.study import Study
from avara_tui.tui.actions import BY_ID
from avara_tui.tui.board import Board
from avara_tui.tui.bulk_commands import BulkCommands
from avara_tui.tui.create_commands import CreateCommands
from avara_tui.tui.find_commands import FindCommands
from avara_tui.tui.marks import Marks
from avara_tui.tui.people import People

if TYPE_CHECKING:
    from avara_tui.triage.session import TriageSession
    from avara_tui.tui.actions import Actions, StudyActions
    from avara_tui.tui.edit_desk import EditDesk
    from avara_tui.tui.screens.worklist import WorklistScreen

READ_ONLY: Final = "read-only: nothing is written"
_FOR_ONE: Final = frozenset({"description"})
"""Actions that make no sense on several studies."""
ManyActions = Mapping[str, Callable[[Sequence[Study]], Awaitable[None]]]


class Targets:
    """Carries out what can be done to several studies, and what begins with none."""

    def __init__(
        self,
        screen: "WorklistScreen",
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
        self._board = board
        self._marks = marks
        self._commands = edits.commands
        self._rows_changed = rows_changed
        self._read_only = screen.options.read_only
        self._bulk = BulkCommands(
            screen,
            session,
            edits.editor,
            people,
            is_shown=lambda study_id: board.position(study_id) is not None,
            unmark=marks.unmark,
        )
        self._find = FindCommands(
            screen,
            session,
            config.clipboard,
            show=self.show_study,
            send=screen.write_to_terminal,
        )
        self._create = CreateCommands(screen, session, edits.history, people, self.show_study)
        self._many: ManyActions = {**self._bulk.actions, "copy": self._find.copy}

    def take_settings(self, config: Config) -> None:
        """Let other settings count."""
        self._find.clipboard = config.clipboard

    @property
    def actions(self) -> "Actions":
        """What can be done with no study in particular, by action id."""
        return {"find": self._find.find, "create": self._create.create}

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
        if not self._marks.ids or action_id not in self._many or self._is_in_detail:
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
        if action_id in _FOR_ONE and count > 1 and not self._is_in_detail:
            back = self._screen.key("clear_filter")
            return f"is for one study, and {count:,} are marked; {back} takes the marks back"
        return None

    def act(self, action_id: str, studies: Sequence[Study]) -> Awaitable[object]:
        """Do an action to several studies."""
        return self._many[action_id](studies)

    def assign_to(self, target: Study, user_id: str) -> Awaitable[object]:
        """Assign the studies that are meant when a key means ``target``."""
        studies = self.of("assign", target)
        if len(studies) > 1:
            return self._bulk.assign_to(user_id, studies)
        return self._commands.assign_to(studies[0], user_id)

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
