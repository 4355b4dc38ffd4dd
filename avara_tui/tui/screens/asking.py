"""A screen that asks, tells and shows cards, and gives the keys to whoever needs them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from textual import events, on
from textual.widget import Widget

from avara_tui.tui.choices import BACK, TAKE, YES_NO, Answer, Check, Choice
from avara_tui.tui.keys.key_turn import Hold, KeyScreen, forward_paste
from avara_tui.tui.lines import Line, Role, join, line
from avara_tui.tui.notices import PRESS, Kind, Notice, Press
from avara_tui.tui.screens.command_runner import CommandRunner
from avara_tui.tui.terminal.layouts import is_foreign
from avara_tui.tui.widgets.card import Card
from avara_tui.tui.widgets.status_line import StatusLine

if TYPE_CHECKING:
    from avara_tui.study import Study
    from avara_tui.tui.presentation.values import Clash
    from avara_tui.tui.widgets.hint import Hint
    from avara_tui.tui.widgets.picker import Rank
    from avara_tui.tui.widgets.prompt import Prompt


class AskingScreen(KeyScreen):
    """What commands need of a screen: somebody to ask and to tell."""

    def __init__(self) -> None:
        super().__init__()
        self.status = StatusLine(
            hides_names=lambda: self.masked, is_covered=lambda: self.hides_status, id="status"
        )
        self._covers = 0
        self._layout_told = False
        self._hint: Hint | None = None
        self._asking = asyncio.Lock()
        self._commands = CommandRunner(self)

    @property
    def masked(self) -> bool:
        """Whether descriptions and names are hidden."""
        return False

    @property
    def hides_status(self) -> bool:
        """Whether something lies over the status line."""
        return False

    @property
    def pressed(self) -> int:
        """How many keys there have been: more than before means that the person has gone on."""
        return self.key_turn.pressed

    @property
    def home(self) -> Widget:
        """The widget that gets the keys when nothing else wants them."""
        raise NotImplementedError

    async def ask(
        self,
        question: Line,
        answers: Sequence[Answer] = YES_NO,
        *,
        keep: str = BACK,
        about: "Study | None" = None,
    ) -> str | None:
        """Ask in the status line; return the key of the answer, None for no answer.

        ``keep`` says what escape leaves as it is. A question that is ``about`` a study is a card
        instead, which shows that study: what is under the cursor may be another by now.
        """
        if about is None:
            async with self._asking, self._keys_to(self.status):
                answer = await self.status.ask(question, answers, keep)
        else:
            from avara_tui.tui.widgets.question_card import (  # noqa: PLC0415 - not for the first frame
                QuestionCard,
            )

            card = QuestionCard(question, self.study_row(about), answers, keep)
            async with self._asking, self.over(card):
                answer = await card.answer()
        self._is_answered()
        return answer

    @property
    def is_whole(self) -> bool:
        """Whether all that it shows is there: as the program ends, it goes piece by piece."""
        return self.status.is_attached

    @property
    def is_asking(self) -> bool:
        """Whether something was asked and is not answered yet."""
        return self._asking.locked()

    def study_row(self, study: "Study") -> Line:
        """Return the row that shows which study a question is about."""
        raise NotImplementedError

    async def prompt(
        self,
        label: str,
        value: str,
        limit: int = 0,
        check: Check | None = None,
        note: str = "",
    ) -> str | None:
        """Ask for a text at the foot; return it, or None if the person gave up.

        ``check`` says what is wrong with a text; the person goes on typing until nothing is.
        ``note`` stands beside it.
        """
        from avara_tui.tui.widgets.prompt import Prompt  # noqa: PLC0415 - not for the first frame

        return await self._typed(Prompt(label, value, limit, check, note))

    async def secret(self, label: str, check: Check) -> str | None:
        """Ask for a secret as :meth:`prompt` does, and show dots; a lock throws it away."""
        from avara_tui.tui.widgets.secret_prompt import SecretPrompt  # noqa: PLC0415 - on request only

        return await self._typed(SecretPrompt(label, check))

    async def _typed(self, prompt: "Prompt") -> str | None:
        async with self._asking, self._mounted(prompt, prompt.input):
            text = await prompt.answered
        self._is_answered()
        return text

    async def pick(
        self,
        title: str,
        choices: Sequence[Choice],
        *,
        rank: "Rank | None" = None,
        deed: str = TAKE,
        order: str = "",
    ) -> str | None:
        """Ask for one of several things; return its key, or None.

        ``rank`` says which choices fit a text, the likeliest first; ``deed`` what taking one does,
        and ``order`` in which order they come.
        """
        from avara_tui.tui.widgets.picker import Picker  # noqa: PLC0415 - not for the first frame

        picker = Picker(title, choices, rank=rank, deed=deed, order=order)
        async with self._asking, self._mounted(picker, picker.input):
            picked = await picker.answered
        self._is_answered()
        return picked

    def _is_answered(self) -> None:
        """Take what follows as an answer to the key that has just ended a question."""
        PRESS.set(Press(self.pressed))

    @property
    def is_covered(self) -> bool:
        """Whether something lies over the screen that has keys of its own."""
        return self._covers > 0

    @asynccontextmanager
    async def over(self, widget: Widget) -> AsyncIterator[None]:
        """Lay a widget over the worklist for a while and give it the keys."""
        self._covers += 1
        try:
            async with self._mounted(widget, widget):
                yield
        finally:
            self._covers -= 1
            if self.is_whole:
                self.show_keys()

    def show_keys(self) -> None:
        """Show the keys that fit the moment."""
        raise NotImplementedError

    async def resolve_conflict(self, clash: "Clash") -> frozenset[str] | None:
        """Show both sides of a conflict; return the fields that mine wins, None to leave it."""
        from avara_tui.tui.widgets.conflict_card import (  # noqa: PLC0415 - not for the first frame
            ConflictCard,
        )

        card = ConflictCard(clash, masked=self.masked)
        async with self._asking, self.over(card):
            winners = await card.decide()
        self._is_answered()
        return winners

    @asynccontextmanager
    async def _mounted(self, widget: Widget, taker: Widget) -> AsyncIterator[None]:
        """Show ``widget`` for a while; the keys go to ``taker`` and then back."""
        turn = self.key_turn.hold()
        await self.mount(widget)
        async with self._keys_to(taker, turn, then=widget.remove):
            yield

    @asynccontextmanager
    async def _keys_to(
        self,
        taker: Widget,
        turn: Hold | None = None,
        then: Callable[[], Awaitable[object]] | None = None,
    ) -> AsyncIterator[None]:
        """Give the keys to ``taker`` for a while, and those typed ahead with them.

        What is to be done ``then`` is done before anybody gets the keys again.
        """
        previous = self.focused
        turn = self.key_turn.hold() if turn is None else turn
        self.set_focus(taker, scroll_visible=False)
        self.key_turn.release(turn)
        try:
            yield
        finally:
            turn = self.key_turn.take_hold()
            if self.focused in {taker, None}:
                self.set_focus(previous, scroll_visible=False)
            if then is not None:
                await then()
            self.key_turn.release_soon(turn)

    @property
    def _press(self) -> int:
        """The number of the key that is being answered; what no key asked for is as of now."""
        press = PRESS.get()
        return self.pressed if press is None else press.number

    def notice(self, *parts: Line, kind: Kind = Kind.ANSWER) -> None:
        """Say something until the next key, unless a newer key has been answered already.

        What matters is then kept until the person has seen it.
        """
        self.status.notice(Notice(join(parts), self._press, kind))

    def clear_notice(self) -> None:
        """Take back what was said, unless it answers a newer key."""
        self.status.clear_notice(self._press)

    def warn_of_layout(self, event: events.Key) -> None:
        """Say once if the keyboard types letters that no key of ours is in."""
        letter = event.character or ""
        if self._layout_told or event.key != letter or not is_foreign(letter):
            return
        self._layout_told = True
        self.show_refusal(
            line((f"this keyboard types {letter}: switch to Latin letters for keys", Role.WARNING))
        )

    def on_paste(self, event: events.Paste) -> None:
        """Take a pasted text while no widget can have it."""
        forward_paste(self, event)

    def refuse_paste(self) -> None:
        """Say that a pasted text does nothing where there is no field for it."""
        self.show_refusal(line(("pasted text is not keys: nothing was done", Role.WARNING)))

    def alert(self, said: Line, about: str = "") -> None:
        """Say something that stays until the person has seen it.

        ``about`` names what it is about, so that it can be withdrawn.
        """
        self.status.alert(said, self._press, about)

    def withdraw(self, about: str) -> None:
        """Take back what was said and is no longer so."""
        self.status.withdraw(about)

    def acknowledge_alerts(self) -> None:
        """Take everything that was said as seen."""
        self.status.acknowledge_all()

    def show_refusal(self, said: Line) -> None:
        """Say that a key did nothing: at the foot, or above what has taken the foot."""
        if self.is_at_rest:
            self.status.notice(Notice(said, self.pressed, Kind.ANSWER))
            return
        if self._hint is None or self._hint.is_gone:
            from avara_tui.tui.widgets.hint import Hint  # noqa: PLC0415 - seldom there

            self._hint = Hint()
            self.mount(self._hint)
        self._hint.show_line(said)

    def lay(self, card: Card) -> None:
        """Lay a card over the worklist, and give it the keys."""
        self.run_command(self._lay(card))

    def close_cards(self) -> None:
        """Take away what lies over the worklist, and a secret that is being typed."""
        from avara_tui.tui.widgets.secret_prompt import SecretPrompt  # noqa: PLC0415 - seldom there

        for secret in self.query(SecretPrompt):
            secret.give_up()
            self.set_focus(self.home, scroll_visible=False)
        for card in self.query(Card):
            card.close()
        if self.is_covered:
            from avara_tui.tui.widgets.work_card import WorkCard  # noqa: PLC0415 - seldom there

            for work in self.query(WorkCard):
                work.leave()
        if self.is_asking:
            from avara_tui.tui.widgets.picker import Picker  # noqa: PLC0415 - seldom there

            for picker in self.query(Picker):
                picker.give_up()

    async def _lay(self, card: Card) -> None:
        turn = self.key_turn.hold()
        card.return_to(self.focused)
        await self.mount(card)
        self.set_focus(card, scroll_visible=False)
        self.key_turn.release(turn)

    @on(Card.Closed)
    async def _card_closed(self, event: Card.Closed) -> None:
        turn = self.key_turn.take_hold()
        card = event.card
        if card.is_attached:
            if self.focused in {card, None}:
                before = card.returns_to
                there = before if before is not None and before.is_attached else self.home
                self.set_focus(there, scroll_visible=False)
            await card.remove()
        self.key_turn.release(turn)

    def run_command(self, command: Awaitable[object]) -> None:
        """Run a command beside the screen; keys wait until it has begun."""
        self._commands.run(command)

    def end_commands(self) -> None:
        """Break off what is still under way: the program ends, and waits for no server."""
        self._commands.end()
