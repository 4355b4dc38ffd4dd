"""What the list of changes says, line by line, and who is told to have done it."""

import asyncio
from collections.abc import Iterator
from typing import Any, cast

import pytest

from avara_tui.api.errors import AvaraError, ErrorKind
from avara_tui.clock import ManualClock
from avara_tui.study import ApiKeyRef, CustomerRef, Study, User, UserRef
from avara_tui.triage.reading.health import Health, State
from avara_tui.triage.writing.history import History
from avara_tui.tui.commands.changes import BRIEF, WhatChanged
from avara_tui.tui.lines import text_of, width_of
from avara_tui.tui.presentation.change_lines import ChangeLines, Held, rows_of
from avara_tui.worklist.changes import Kind, Since
from avara_tui.worklist.studies import ChangeSet, StudySet
from tui.hostile import PAYLOADS, assert_harmless
from tui.without_screen import OKAFOR, Commands
from worklist.making import ME, NOW, study, study_id

WIDTH = 100


class Changing:
    """The commands without a screen, and the record of what changes."""

    def __init__(self) -> None:
        self.commands = Commands()
        self.session, self.server = self.commands.session, self.commands.server
        self.changes = WhatChanged(
            cast("Any", self.commands.screen),
            self.session,
            self.commands.board,
            self.commands.edits.history,
            self.commands.clock,
            show=lambda _: None,
        )

    def list_shown(self, name: str) -> None:
        board = self.commands.board
        board.choose(next(each for each in board.worklists if each.name == name))

    def lines(self, width: int = WIDTH, *, masked: bool = False) -> list[str]:
        """Return what the list says."""
        changes = self.changes.record.since_last_look()
        board = self.commands.board
        people = self.session.studies.people()
        held = Held(self.session.studies.get, people, board.why_hidden, board.selects)
        lines = ChangeLines(changes, held, masked=masked)
        drawn = [lines.line(each, width) for each in rows_of(changes)]
        assert all(width_of(each) <= width for each in drawn)
        return [text_of(each).rstrip() for each in drawn]

    def mine(self) -> list[tuple[str, bool]]:
        """Return of every change, the oldest first, which field it was and whether it was mine."""
        told = self.changes.record.since_last_look().sections
        found = [one for each in told for group in each.groups for one in group.changes]
        found.sort(key=lambda each: each.number)
        return [(each.field or each.kind.name, each.is_mine) for each in found]

    async def lock(self) -> None:
        self.changes.note_lock()
        await self.session.forget_all()

    def unlock(self) -> None:
        self.session.reopen()
        self.session.client = self.server.client()
        self.commands.read()


@pytest.fixture
def changing() -> Changing:
    return Changing()


def one_line(lines: list[str], *words: str) -> str:
    (found,) = [each for each in lines if all(word in each for word in words)]
    return found


def test_it_says_whether_a_study_left_the_list_that_is_shown(changing: Changing) -> None:
    there_is = changing.commands.there_is
    done = there_is(1, severity="stat")
    never_listed = there_is(2, severity="normal")
    raised = there_is(3, severity="normal")
    lowered = there_is(4, severity="stat")
    gone = there_is(5, severity="stat")
    changing.list_shown("STAT")
    somebody = changing.commands.somebody
    somebody(done.study_id, status="complete")
    somebody(never_listed.study_id, status="complete")
    somebody(raised.study_id, severity="stat")
    somebody(lowered.study_id, severity="high", description="Else")
    changing.commands.read()
    changing.session.forget(gone.study_id)
    lines = changing.lines()
    assert one_line(lines, done.study_id[-6:]).endswith("left the list: completed")
    assert one_line(lines, never_listed.study_id[-6:]).endswith("  not in “STAT”")
    assert one_line(lines, raised.study_id[-6:]).endswith(raised.study_id[-6:])
    assert one_line(lines, lowered.study_id[-6:]).endswith("left the list: not in “STAT”")
    assert one_line(lines, gone.study_id[-6:]).endswith("left the list: deleted")


def test_passed_on_to_somebody_else_it_left_my_list(changing: Changing) -> None:
    people = changing.server.people
    one = changing.commands.there_is(1, assignee=people[ME])
    changing.list_shown("Mine")
    changing.commands.somebody(one.study_id, assignee=OKAFOR)
    changing.commands.read()
    lines = changing.lines()
    assert one_line(lines, one.study_id[-6:]).endswith("left the list: reassigned")
    assert "Smith J → Okafor A" in one_line(lines, "assignee")


async def test_what_i_did_is_mine_and_what_was_done_by_others_meanwhile_is_not(
    changing: Changing,
) -> None:
    commands = changing.commands
    one = commands.there_is(1, severity="normal")
    commands.somebody(one.study_id, description="Else")
    commands.screen.will("Severity of", "h")
    await commands.do("severity", one)
    assert changing.mine() == [("description", False), ("severity", True)]
    commands.screen.will("", "y")
    await commands.do("cancel", commands.held(one.study_id))
    assert changing.mine()[2:] == [("cancelled", True)]
    await commands.do("undo")
    assert changing.mine()[3:] == [("cancelled", True)]
    commands.somebody(one.study_id, is_cancelled=True)
    commands.read()
    assert changing.mine()[4:] == [("cancelled", False)]


async def test_what_was_not_written_is_not_mine_when_somebody_else_does_it(
    changing: Changing,
) -> None:
    commands = changing.commands
    one = commands.there_is(1, severity="normal")
    commands.fails(ErrorKind.TIMEOUT)
    commands.screen.will("Severity of", "h")
    await commands.do("severity", one)
    commands.somebody(one.study_id, severity="high")
    commands.read()
    assert changing.mine() == [("severity", False)]


async def test_what_is_saved_while_it_is_locked_is_mine_after_it(changing: Changing) -> None:
    commands = changing.commands
    one = commands.there_is(1, severity="normal")
    commands.screen.will("Severity of", "h")
    held_back: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    is_sent = asyncio.Event()

    def gate(operation: str) -> asyncio.Future[None] | None:
        if operation != "update":
            return None
        is_sent.set()
        return held_back

    changing.server.gate = gate
    writing = asyncio.create_task(commands.do("severity", one))
    await is_sent.wait()
    await changing.lock()
    held_back.set_result(None)
    await writing
    assert changing.mine() == []
    changing.unlock()
    assert changing.mine() == [("severity", True)]
    assert "changed; is ● HIGH" in one_line(changing.lines(), "severity")


async def test_across_a_lock_no_text_is_kept(changing: Changing) -> None:
    one = changing.commands.there_is(1, metadata={"mrn": "4711"})
    two = changing.commands.there_is(2)
    changing.commands.somebody(one.study_id, metadata={"mrn": "4712"}, severity="high")
    changing.commands.read()
    changing.session.forget(two.study_id)
    assert "4711" in "\n".join(changing.lines())
    await changing.lock()
    said = "\n".join(changing.lines())
    for text in ("4711", "4712", "mrn", "Zebra", "HIGH", "RTN"):
        assert text not in said
    for text in ("severity    changed", "metadata    changed", "deleted", one.study_id[-6:]):
        assert text in said
    del changing.server.studies[two.study_id]
    changing.commands.somebody(one.study_id, metadata={"mrn": "4713"})
    changing.unlock()
    lines = changing.lines()
    assert one_line(lines, "since you locked at")
    assert "changed; is “4713”" in one_line(lines, "metadata mrn")
    assert "changed; is ● HIGH" in one_line(lines, "severity")


def test_a_new_study_tells_who_created_it_where_that_is_known(changing: Changing) -> None:
    made = [
        study(1, created_by_user=OKAFOR),
        study(2, created_by_key=ApiKeyRef("key_1", "Router")),
        study(3),
    ]
    changing.session.merge(made)
    changing.changes.news_came(ChangeSet(added={each.study_id for each in made}))
    rows = [each for each in changing.lines() if "new study" in each]
    assert [each.split("new study")[1].strip() for each in rows] == ["", "by Router", "by Okafor A"]


def test_what_is_listed_no_more_without_a_word_is_not_called_deleted(changing: Changing) -> None:
    one = changing.commands.there_is(1)
    changing.changes.news_came(changing.session.studies.drop(one.study_id))
    lines = changing.lines()
    assert one_line(lines, "listed no more; the server does not say why")
    assert one_line(lines, one.study_id[-6:]).endswith("no longer here")
    assert "deleted" not in "\n".join(lines)


def hostile(text: str) -> Iterator[Study]:
    person = UserRef("usr_" + "1" * 32, text, text, text)
    yield study(1, description=text)
    yield study(1, severity=text, status=text)
    yield study(1, assignee=person, customer=CustomerRef("cus_1", text))
    yield study(1, uid=text, metadata={text: text})
    yield study(1, assignee=UserRef(text, ""), customer=CustomerRef(text, ""))
    yield study(1, created_by_user=person)


@pytest.mark.parametrize("text", PAYLOADS)
@pytest.mark.parametrize("width", [60, 80, 200])
def test_no_text_of_a_server_can_do_harm(changing: Changing, text: str, width: int) -> None:
    for each in hostile(text):
        changing.session.merge([study(1), each, study(1)])
    odd = study(1)._replace(study_id="stu_" + text)
    changing.session.merge([odd])
    changing.changes.news_came(ChangeSet(added={odd.study_id}))
    changing.session.merge([odd._replace(severity="high")])
    changing.session.forget(odd.study_id)
    assert_harmless(changing.lines(width))
    shown = "".join(changing.lines(width, masked=True))
    assert_harmless([shown])


@pytest.mark.parametrize("kind", Kind)
def test_masked_no_text_of_a_study_is_shown(changing: Changing, kind: Kind) -> None:
    """Of whatever kind a change is, and whatever field."""
    before = study(1, description="Secret")
    person = UserRef("usr_secret", "secret@example.org", "Secret", "Secret")
    changing.session.merge([before])
    after = before._replace(
        description="Secret two",
        assignee=person,
        customer=CustomerRef("cus_secret", "Secret"),
        uid="1.2.secret",
        metadata={"secret": "secret"},
        created_by_user=person,
    )
    changing.session.merge([after])
    if kind is Kind.NEW:
        changing.changes.news_came(ChangeSet(added={after.study_id}))
    elif kind is Kind.DELETED:
        changing.session.forget(after.study_id)
    elif kind is Kind.UNLISTED:
        changing.changes.news_came(changing.session.studies.drop(after.study_id))
    assert "secret" in "\n".join(changing.lines()).lower()
    assert "secret" not in "\n".join(changing.lines(masked=True)).lower()


def test_one_value_of_two_gives_way_to_the_other_where_there_is_room() -> None:
    changing = Changing()
    changing.session.merge([study(1, description="A")])
    changing.session.merge([study(1, description="B" * 200)])
    row = one_line(changing.lines(80), "description")
    assert "“A” → “BBBB" in row
    assert row.endswith("…")
    assert len(row) >= 75
    assert study_id(1)[-6:] in changing.lines(80)[1]


FAILED = AvaraError(ErrorKind.TIMEOUT, "list")
FORBIDDEN = AvaraError(ErrorKind.FORBIDDEN, "list")
LIVE = Health(State.LIVE, 1.0, 1.0, 5, None, 0, (), ())


class Watching:
    """What is told to the record of a server that does as a test says."""

    def __init__(self) -> None:
        self.clock = ManualClock(NOW)
        self.studies = StudySet()
        self.health = LIVE
        self.users: dict[str, User] = {}
        nothing = cast("Any", None)
        session = cast("Any", self)
        self.changes = WhatChanged(
            nothing, session, nothing, History(self.clock), self.clock, show=lambda _: None
        )

    def goes_on(self, seconds: float, **health: Any) -> None:
        """Let time pass in steps, after each of which the session tells how it is."""
        for _ in range(int(seconds)):
            self.clock.advance(1)
            self.health = LIVE._replace(**health)
            self.changes.health_changed()

    def ages(self, seconds: float, **health: Any) -> None:
        """The same, while nothing is read."""
        for second in range(int(seconds)):
            age = 1.0 + second
            self.goes_on(1, **{"stat_age": age, "oldest_age": age, **health})

    @property
    def was_away(self) -> list[tuple[float, float | None]]:
        """From when to when, in seconds since the beginning, the server was away."""
        one = study(1, updated_at=None)
        self.changes.record.replaced(one, one._replace(severity="stat"))
        sections = self.changes.record.since_last_look().sections
        away = [each for each in sections if each.since is Since.AWAY]
        return [(each.start - NOW, each.end and each.end - NOW) for each in away]


@pytest.mark.parametrize("state", [State.OFFLINE, State.REFUSED, State.UNCONNECTED])
def test_a_server_that_gives_nothing_is_away_at_once(state: State) -> None:
    watching = Watching()
    watching.goes_on(5)
    watching.ages(3, state=state, problem=FAILED)
    assert watching.was_away == [(6.0, None)]
    watching.goes_on(1, stat_age=0.0, oldest_age=4.0)
    assert watching.was_away == [(6.0, 9.0)]


def test_a_server_that_is_silent_is_away_once_that_is_no_hiccup() -> None:
    watching = Watching()
    watching.ages(int(BRIEF) - 1, state=State.STALE, problem=FAILED)
    assert watching.was_away == []
    watching.goes_on(1)
    watching.ages(int(BRIEF) + 2, state=State.STALE, problem=FAILED)
    assert watching.was_away == [(21.0, None)]


@pytest.mark.parametrize("problem", [FORBIDDEN, None, FAILED])
def test_a_server_that_gives_stat_studies_is_not_away(problem: AvaraError | None) -> None:
    watching = Watching()
    watching.goes_on(200, state=State.STALE, problem=problem, oldest_age=190.0)
    assert watching.was_away == []


def test_what_is_seen_stands_under_the_outage_until_all_is_read_again() -> None:
    watching = Watching()
    watching.ages(60, state=State.OFFLINE, problem=FAILED)
    watching.goes_on(10, oldest_age=65.0)
    assert len(watching.was_away) == 1
    watching.goes_on(20, oldest_age=1.0)
    before = watching.changes.record.since_last_look()
    watching.changes.record.looked(before)
    assert watching.was_away == []
