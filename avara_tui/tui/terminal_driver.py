"""Textual's terminal driver, which nothing that comes from a keyboard brings down."""

import codecs
import os
import selectors
import signal
import threading
from collections.abc import Iterable
from functools import partial

from textual import events
from textual._parser import ParseError
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from avara_tui.tui.terminal.bursts import Arrivals

_AT_ONCE = 4096
"""Bytes read in one go."""
LAST_RESORT = 0.8
"""Seconds that leaving a lost terminal may take."""
_LOOK_AGAIN = 0.1
"""Seconds between two looks at whether the program leaves."""
_MISREAD = (ParseError, ValueError, OverflowError, EOFError)
"""What Textual's parser raises for sequences that no terminal should send."""


class TerminalDriver(LinuxDriver):
    """Reads keys from a terminal that may send anything.

    Textual's own loop ends the program at the first byte that is no UTF-8, such as a letter from a
    Latin-1 terminal, and at some malformed sequences; and it spins once the terminal is gone.
    """

    def run_input_thread(self) -> None:
        """Read until the program leaves or the terminal does."""
        parser = XTermParser(self._debug)
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                is_ready = bool(selector.select(_LOOK_AGAIN))
                data = self._read() if is_ready else b""
                if is_ready and not data:
                    self._leave()
                    return
                # Half a character decodes to nothing, which the parser would take for the end.
                text = decoder.decode(data)
                try:
                    self._send(parser.feed(text) if text else ())
                    self._send(parser.tick())
                except _MISREAD:
                    parser = XTermParser(self._debug)

    def _sigcont_application(self, *_: object) -> None:
        """Take the terminal back, also after a stop that nobody could see coming.

        Textual would begin to read keys a second time after a SIGSTOP from elsewhere.
        """
        if not self._must_signal_resume:
            self.suspend_application_mode()
            self._must_signal_resume = True
        super()._sigcont_application()

    def _leave(self) -> None:
        """End the program as a hang-up would: nobody can see it or tell it anything any more."""
        hung_up = 128 + signal.SIGHUP
        # Leaving writes to the terminal, which may block for ever now that nobody reads it.
        last_resort = threading.Timer(LAST_RESORT, os._exit, [hung_up])
        last_resort.daemon = True
        last_resort.start()
        self._loop.call_soon_threadsafe(partial(self._app.exit, return_code=hung_up))

    def _read(self) -> bytes:
        try:
            return os.read(self.fileno, _AT_ONCE)
        except OSError:
            return b""

    def _send(self, messages: Iterable[Message]) -> None:
        """Hand on what one read brought. All its keys are known before the first is handled."""
        read: list[Message] = []
        try:
            read.extend(messages)
        finally:
            self._note(read)
            for message in read:
                self.process_message(message)

    def _note(self, messages: Iterable[Message]) -> None:
        arrivals = getattr(self._app, "arrivals", None)
        if isinstance(arrivals, Arrivals):
            for message in messages:
                if isinstance(message, events.Key):
                    arrivals.note(message, at=message.time)
