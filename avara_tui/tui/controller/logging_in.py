"""Logging in from the worklist: a key is asked for, checked and kept, and then it is used."""

from typing import TYPE_CHECKING, Final, Protocol

from avara_tui.api.errors import AvaraError
from avara_tui.text import clean
from avara_tui.triage.access.connection import ConnectionProblem
from avara_tui.triage.process.background import in_daemon_thread
from avara_tui.tui.choices import Check
from avara_tui.tui.keys.actions import Actions
from avara_tui.tui.lines import Line, Role, line, truncate, wrap
from avara_tui.tui.notices import Kind
from avara_tui.tui.protocols import Lending, Pointing, Started, Telling

if TYPE_CHECKING:
    from avara_tui.triage.access.login import Login
    from avara_tui.triage.reading.session import TriageSession

_WIDEST: Final = 96
_NOT_STORED: Final = "Nothing was stored."


class LogInScreen(Telling, Lending, Pointing, Started, Protocol):
    """What logging in needs of the screen."""

    async def secret(self, label: str, check: Check) -> str | None:
        """Ask for a secret, and show dots; return None if the person gave up."""
        ...


class LoggingIn:
    """Asks for an API key, and has the session go on with it once it is in the keyring.

    The key is in memory until then, and in nothing that is said, written or kept besides.
    """

    def __init__(self, screen: LogInScreen, session: "TriageSession") -> None:
        self._screen = screen
        self._session = session

    @property
    def actions(self) -> Actions:
        """What can be done, by action id."""
        return {"login": self.log_in}

    async def log_in(self) -> None:
        """Ask for a key; keep and use it if the server accepts it, and else say why not."""
        make = self._screen.options.login
        if make is None:
            return
        login = await in_daemon_thread(make)
        try:
            # A key that cannot be stored should not be typed first.
            await in_daemon_thread(login.keyring)
            refusal = await self._ask_for_key(login)
        except ConnectionProblem as problem:
            refusal = (str(problem), f"{_NOT_STORED}\n{problem.remedy}")
        if refusal is not None:
            await self._explain(*refusal)

    async def _ask_for_key(self, login: "Login") -> tuple[str, str] | None:
        """Ask for a key and use it; return what speaks against it, and what to know besides.

        Raises :class:`avara_tui.triage.access.connection.ConnectionProblem`.
        """
        whose = truncate(clean(login.account), self._screen.size.width // 2)
        key = await self._screen.secret(f"API key for {whose}", _problem)
        if key is None:
            return None
        key = key.strip()
        said = line(("asking the server about the key …", Role.DIM))
        self._screen.notice(said, kind=Kind.PASSING)
        try:
            await login.check(key)
        except AvaraError as error:
            return self._refusal(error, key)
        await in_daemon_thread(lambda: login.store(key))
        self._session.renew()
        self._screen.notice(line("logged in: the server accepts the key, and the keyring has it"))
        return None

    def _refusal(self, error: AvaraError, key: str) -> tuple[str, str]:
        from avara_tui.triage.access.credentials import is_usual_key  # noqa: PLC0415 - imported by now
        from avara_tui.triage.access.login import Verdict, verdict  # noqa: PLC0415

        refused = verdict(error)
        more = [] if refused is Verdict.REFUSED else [str(error)]
        if not is_usual_key(key):
            more.append("It does not look like sk_live_ and 32 hexadecimal digits.")
        again = f"{_NOT_STORED} {self._screen.key('login')} asks for a key again."
        return refused.value, "\n".join([*more, again])

    async def _explain(self, sentence: str, more: str) -> None:
        """Say why there is no key still, and what to do, until the person has read it."""
        from avara_tui.tui.widgets.work_card import WorkCard  # noqa: PLC0415 - on request only

        width = min(self._screen.size.width, _WIDEST) - 4
        said: list[Line] = [
            line("  ", (each, Role.OVERDUE)) for each in wrap(clean(sentence), width)
        ]
        for row in more.splitlines():
            said += [line(f"  {each}") for each in wrap(clean(row), width)]
        card = WorkCard([(), *said, (), line("  ", ("enter", Role.KEY), " go on")])
        async with self._screen.over(card):
            while await card.next_key() not in {"enter", "escape", "q"}:
                pass


def _problem(text: str) -> str | None:
    """Return what is wrong with a key that was typed, whatever the server says; None if nothing."""
    from avara_tui.triage.access.credentials import key_problem  # noqa: PLC0415 - imported by now

    problem = key_problem(text.strip())
    return None if problem is None else f"the key {problem}"
