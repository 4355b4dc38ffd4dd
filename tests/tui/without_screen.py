"""The commands of the worklist with a fake screen before them and a server in memory behind."""

from collections.abc import Awaitable, Sequence
from typing import TYPE_CHECKING, Any, Final, cast

from avara_tui.api.errors import ErrorKind
from avara_tui.clock import ManualClock
from avara_tui.config import Config, Refresh, WorklistSetting
from avara_tui.study import Study
from avara_tui.triage.access.connection import Connection
from avara_tui.triage.opener.openings import Openings
from avara_tui.triage.reading.session import Listener, TriageSession
from avara_tui.triage.site import saved_worklists
from avara_tui.tui.board.board import Board
from avara_tui.tui.board.switching import Switching
from avara_tui.tui.commands.bulk import BulkCommands
from avara_tui.tui.commands.create import CreateCommands
from avara_tui.tui.commands.edit_controller import EditController, EditScreen
from avara_tui.tui.commands.find import FindCommands
from avara_tui.tui.commands.opened_before import OpenedBefore
from avara_tui.tui.commands.own_open import OwnOpen
from avara_tui.tui.commands.people import People
from avara_tui.tui.keys.handlers import Handlers
from avara_tui.tui.lines import Line, text_of
from avara_tui.tui.options import RunOptions
from avara_tui.worklist.drafts import Drafts
from avara_tui.worklist.studies import ChangeSet
from triage.scripted import ScriptedServer
from tui.fake_screen import FakeScreen
from worklist.making import ME, NOW, OKAFOR, SMITH, study

if TYPE_CHECKING:
    from avara_tui.tui.commands.viewer import ViewerController

__all__ = ["ME", "OKAFOR", "SMITH", "Commands"]

CONNECTION: Final = Connection("http://127.0.0.1:9", "key", "the test", ME, "test")


class FakeViewer:
    """A viewer that keeps what it was to open."""

    def __init__(self) -> None:
        self.opened: list[tuple[str, str]] = []
        """The id of each study, and what was said of it."""
        self.is_broken = False

    async def open(self, study: Study, said: Line = ()) -> bool:
        """Open nothing, and say so where it is to fail."""
        self.opened.append((study.study_id, text_of(said)))
        return not self.is_broken


class Commands:
    """What the keys do, put together as the app does it. What the server holds has been read."""

    def __init__(
        self,
        *,
        config: Config | None = None,
        me: str | None = ME,
        own: tuple[WorklistSetting, ...] = (),
        read_only: bool = False,
    ) -> None:
        config = config or Config()
        self.server = ScriptedServer(page=100)
        self.server.people = {each.user_id: each for each in (SMITH, OKAFOR)}
        self.screen = FakeScreen(
            RunOptions(lambda: CONNECTION, "test", config, read_only=read_only)
        )
        self.clock = ManualClock(NOW)
        self.session = TriageSession(
            lambda: CONNECTION,
            Listener(
                self._changed,
                lambda: None,
                me_changed=lambda: self.board.set_me(self.session.me),
            ),
            self.clock,
            refresh=Refresh(),
            load_limit=1000,
        )
        self.session.connection = CONNECTION
        self.session.client = self.server.client()
        self.board = Board(
            self.session.studies,
            self.clock,
            self.screen.row_context,
            config,
            saved_worklists(config, own),
        )
        self.session.say_who(me)
        screen = cast("Any", self.screen)
        self.viewer = FakeViewer()
        self.people = People(screen, self.session, config, "test")
        self.edits = EditController(
            cast("EditScreen", screen),
            self.session,
            self.board,
            self.clock,
            viewer=cast("ViewerController", self.viewer),
            people=self.people,
            config=config,
            openings=Openings(self.clock),
        )
        self.unmarked: set[str] = set()
        self.bulk = BulkCommands(
            screen,
            self.session,
            self.edits.editor,
            self.people,
            is_shown=lambda study_id: self.board.position(study_id) is not None,
            unmark=self.unmarked.update,
        )
        self.create = CreateCommands(
            screen, self.session, self.edits.history, self.people, self._show
        )
        self.find = FindCommands(
            screen, self.session, config.clipboard, show=self._show, send=screen.write_to_terminal
        )
        self.switching = Switching(screen, self.board, own, config=config, shown_anew=lambda: None)
        self.own_open = OwnOpen(screen, self.session, lambda: self.session.me, self._give_away)
        self.switching.begin(None)
        edits, handlers = self.edits, Handlers()
        handlers.add_for_study(edits.commands, edits.commands.actions)
        handlers.add_for_study(edits.claims, edits.claims.study_actions)
        handlers.add_for_study(edits.opening, edits.opening.study_actions)
        before = OpenedBefore(screen, self.session, edits.openings, self._show)
        for owner in (edits.drafts, edits.claims, edits.past, before, self.switching):
            handlers.add(owner, owner.actions)
        self._handlers = handlers

    def _changed(self, change: ChangeSet) -> None:
        self.board.apply(change)
        self.edits.studies_changed(change)

    def _give_away(self, studies: Sequence[Study], *, hand_over: bool) -> Awaitable[bool]:
        return self.bulk.hand_over(studies) if hand_over else self.bulk.give_back(studies)

    def _show(self, study_id: str) -> str | None:
        why = self.board.why_hidden(study_id)
        self.screen.table.go_to(study_id)
        return None if why is None else f"{why}: shown for now"

    @property
    def drafts(self) -> Drafts:
        """What was typed and is not saved."""
        return self.edits.open_drafts

    # The studies.

    def there_is(self, number: int = 1, **fields: Any) -> Study:
        """Let the server have a study, and the worklist have read it."""
        made = self.server.put(study(number, **{"description": "Zebra head", **fields}))
        self.read()
        return made

    def somebody(self, study_id: str, **fields: Any) -> None:
        """Let somebody else change a study, which is not read for now."""
        self.server.put(self.server.studies[study_id]._replace(**fields))

    def read(self) -> None:
        """Read what the server has by now."""
        self.session.merge(list(self.server.studies.values()))

    def on_server(self, study_id: str) -> Study:
        """Return a study as the server has it."""
        return self.server.studies[study_id]

    def held(self, study_id: str) -> Study:
        """Return a study as it was last read."""
        found = self.session.studies.get(study_id)
        assert found is not None
        return found

    def writes(self, study_id: str) -> list[str]:
        """Return the kinds of the writes that were applied to a study."""
        return [kind for written, kind in self.server.writes if written == study_id]

    def fails(self, kind: ErrorKind | None, operation: str = "update") -> None:
        """Let an operation fail from here on; None lets it work again."""
        self.server.fails = lambda asked: kind if asked == operation else None

    async def do(self, action_id: str, on: Study | None = None) -> None:
        """Do what a key stands for, to ``on`` if it is for a study; nobody is asked for more."""
        self.screen.pressed += 1
        self.screen.keys_pressed += 1
        # As the key is pressed, what is under way shows.
        shown = None if on is None else self.board.study(on.study_id)
        studies = [] if shown is None else [shown]
        left = self._handlers.handle(action_id, studies)
        if left is not None:
            await left
        self.screen.assert_done()
