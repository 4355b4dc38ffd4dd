"""Textual's terminal driver, which nothing that comes from a terminal brings down or misleads."""

import contextlib
import os
import selectors
import signal
import termios
import time
from collections.abc import Callable, Sequence
from typing import Any

from textual import constants, events
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from avara_tui.tui.terminal.bursts import Arrivals
from avara_tui.tui.terminal.decoder import Decoder
from avara_tui.tui.terminal.ending import ENDING_SIGNALS, LEAVING_LIMIT, MustEnd, exit_at_last
from avara_tui.tui.terminal.lost import LostAware
from avara_tui.tui.terminal.size import terminal_size
from avara_tui.tui.terminal.translation import Translator

_AT_ONCE = 4096
"""Bytes read in one go."""
LAST_RESORT = 0.8
"""Seconds that leaving a lost terminal may take."""
_LOOK_AGAIN = 0.1
"""Seconds between two looks at whether the program leaves."""
_TELL_LAYOUT = "\x1b[=4;2u"
"""Asks, besides what Textual asks, which key of the US layout was pressed (kitty protocol)."""


class TerminalDriver(LinuxDriver):
    """Reads keys from a terminal that may send anything.

    Textual's own loop ends the program at the first byte that is no UTF-8, such as a letter from a
    Latin-1 terminal; it takes what a terminal answers for keys; and it spins once the terminal is
    gone. It also believes COLUMNS and LINES more than the terminal.
    """

    def __init__(
        self,
        app: App[Any],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        # The first frame would be drawn for the size that the environment gives.
        super().__init__(app, debug=debug, mouse=mouse, size=size or terminal_size())
        if self._file is not None:
            self._file = LostAware(self._file)  # type: ignore[assignment]
        # Not the loop's own handlers: it may be waiting for a terminal that takes nothing.
        for number in ENDING_SIGNALS:
            signal.signal(number, self._must_end)

    def start_application_mode(self) -> None:
        """Take the terminal over, or leave it as it was found.

        Leaving takes back what is switched on here with what Textual has switched on.
        """
        try:
            super().start_application_mode()  # type: ignore[no-untyped-call]
        except BaseException:
            # There may be no thread left to read or to write with.
            self.stop_application_mode()
            raise
        if not constants.DISABLE_KITTY_KEY and self._writer_thread is not None:
            self.write(_TELL_LAYOUT)
            self.flush()

    def close(self) -> None:
        """Write what is left to be written, if there is somebody to do it."""
        if self._writer_thread is not None and self._writer_thread.is_alive():
            super().close()

    def _get_terminal_size(self) -> tuple[int, int]:
        """Return the size to draw for, at the start and after every change."""
        return terminal_size()

    def run_input_thread(self) -> None:
        """Read until the program leaves or the terminal does."""
        decoder, translator = Decoder(constants.ESCAPE_DELAY), Translator()
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                is_ready = bool(selector.select(_wait(decoder)))
                data = self._read() if is_ready else b""
                if is_ready and not data:
                    self._leave()
                    return
                now = time.monotonic()
                # What was waited for in vain, such as what follows an Esc, came when it was read.
                self._send(translator.messages(decoder.tick(now)), decoder.last_read)
                if data:
                    self._send(translator.messages(decoder.feed(data, now)), now)

    def _sigtstp_application(self, *_: object) -> None:
        """Give the terminal to the shell, between two steps of the program.

        In the midst of one, such as a write, what it holds would be waited for for ever.
        """
        self._between_steps(super()._sigtstp_application)

    def _sigcont_application(self, *_: object) -> None:
        """Take the terminal back, likewise."""
        self._between_steps(self._resume)

    def _between_steps(self, work: Callable[[], None]) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(work)

    def _resume(self) -> None:
        """Take the terminal back, also after a stop that nobody could see coming.

        Textual would begin to read keys a second time after a SIGSTOP from elsewhere.
        """
        if not self._must_signal_resume:
            self.suspend_application_mode()
            self._must_signal_resume = True
        super()._sigcont_application()

    def _leave(self) -> None:
        """End the program as a hang-up would: nobody can see it or tell it anything any more."""
        self._end(signal.SIGHUP, LAST_RESORT)

    def _must_end(self, number: int, _frame: object) -> None:
        self._end(signal.Signals(number), LEAVING_LIMIT)

    def _end(self, number: signal.Signals, limit: float) -> None:
        """Have the program end as by a signal, in ``limit`` seconds whatever is in the way.

        Leaving writes to the terminal, which may block for ever.
        """
        exit_at_last(128 + number, limit, self._restore_line)
        if not self._loop.is_closed():
            self.send_message(MustEnd(number))

    def _restore_line(self) -> None:
        if self.attrs_before is not None:
            with contextlib.suppress(termios.error):
                termios.tcsetattr(self.fileno, termios.TCSANOW, self.attrs_before)

    def _read(self) -> bytes:
        try:
            return os.read(self.fileno, _AT_ONCE)
        except OSError:
            return b""

    def _send(self, messages: Sequence[Message], at: float) -> None:
        """Hand on what was read ``at`` that time. All is known before the first key is handled."""
        arrivals = getattr(self._app, "arrivals", None)
        if isinstance(arrivals, Arrivals):
            for message in messages:
                if isinstance(message, events.Key):
                    arrivals.note(message, at=at)
        for message in messages:
            self.process_message(message)


def _wait(decoder: Decoder) -> float:
    """Return how many seconds to wait for what comes next."""
    if decoder.deadline is None:
        return _LOOK_AGAIN
    return min(max(decoder.deadline - time.monotonic(), 0.0), _LOOK_AGAIN)
