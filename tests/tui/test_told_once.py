"""What time it is and who sits at the keys: told by one owner, and by asking nothing changes."""

from avara_tui.clock import ManualClock
from avara_tui.config import Config, Refresh
from avara_tui.triage.reading.session import Listener, TriageSession
from avara_tui.triage.selecting import first_worklist
from avara_tui.triage.site import saved_worklists
from avara_tui.tui.board.board import Board
from avara_tui.tui.presentation.row_context import RowContext
from avara_tui.worklist.studies import ChangeSet, StudySet
from tui.without_screen import CONNECTION, Commands
from worklist.making import ME, NOW, OKAFOR, study


class Ward:
    """A board over a few studies, and its clock."""

    def __init__(self) -> None:
        self.clock, self.studies, self.shown = ManualClock(NOW), StudySet(), RowContext()
        self.studies.merge(study(number) for number in range(3))
        config = Config()
        worklists = saved_worklists(config, ())
        self.board = Board(self.studies, self.clock, self.shown, config, worklists)
        self.board.choose(first_worklist(worklists))


def test_to_ask_for_the_context_changes_nothing() -> None:
    ward = Ward()
    before = dict(vars(ward.shown))
    ward.clock.advance(7.0)
    assert ward.board.context().now == NOW + 7.0
    assert ward.board.why_hidden(ward.board.ids[0]) is None
    assert dict(vars(ward.shown)) == before
    assert ward.board.context() == ward.board.context()


def test_rows_are_drawn_by_the_time_by_which_they_were_last_selected() -> None:
    ward = Ward()
    board = ward.board
    for what in (
        board.tick,
        lambda: board.apply(ChangeSet(changed=set(board.ids))),
        lambda: board.pin(board.ids[0]),
        lambda: board.choose(board.active),
        lambda: board.narrow("head"),
        lambda: board.sort(board.order),
        lambda: board.set_me(ME),
    ):
        ward.clock.advance(7.0)
        what()
        assert ward.shown.now == ward.clock.now()


def test_the_session_alone_knows_who_sits_here_and_tells_it_once() -> None:
    told: list[str | None] = []
    session = TriageSession(
        lambda: CONNECTION,
        Listener(lambda _: None, lambda: None, me_changed=lambda: told.append(session.me)),
        ManualClock(NOW),
        refresh=Refresh(),
        load_limit=1000,
    )
    assert session.me is None
    session.say_who(ME)
    session.say_who(ME)
    session.say_who(None)
    assert told == [ME, None]


async def test_who_said_so_is_known_behind_a_lock_and_until_the_next_connection() -> None:
    commands = Commands(me=None)
    commands.screen.will("Who are you?", OKAFOR.user_id)
    commands.screen.will("You are Ada", "enter")
    made = commands.there_is(assignee=OKAFOR)
    await commands.do("claim", made)
    assert commands.screen.status.endswith("is yours already")
    assert commands.session.me == commands.board.context().me == OKAFOR.user_id
    await commands.session.forget_all()
    assert commands.session.me == OKAFOR.user_id
    # Nobody is asked twice.
    commands.session.connection = CONNECTION
    assert await commands.people.me() == OKAFOR.user_id
