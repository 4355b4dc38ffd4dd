"""Textual's terminal driver, which nothing that comes from a terminal brings down or misleads."""

import os
import selectors
import signal
import threading
import time
from collections.abc import Sequence
from functools import partial

from textual import constants
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from avara_tui.tui.terminal.decoder import Decoder
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
    gone.
    """

    def start_application_mode(self) -> None:
        """Switch on what is needed; leaving takes it back with what Textual has switched on."""
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if not constants.DISABLE_KITTY_KEY and self._writer_thread is not None:
            self.write(_TELL_LAYOUT)
            self.flush()

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
                tokens = decoder.feed(data, now) if data else decoder.tick(now)
                if tokens:
                    # Made at once: when a message was made is when its key was pressed.
                    self._send(translator.messages(tokens))

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

    def _send(self, messages: Sequence[Message]) -> None:
        """Hand on everything that came in one read."""
        for message in messages:
            self.process_message(message)


def _wait(decoder: Decoder) -> float:
    """Return how many seconds to wait for what comes next."""
    if decoder.deadline is None:
        return _LOOK_AGAIN
    return min(max(decoder.deadline - time.monotonic(), 0.0), _LOOK_AGAIN)
