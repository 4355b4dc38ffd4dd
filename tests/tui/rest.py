"""When an app has nothing left to do: what a test may wait for instead of for seconds."""

import asyncio
import time
from typing import Any, Final

from textual.app import App
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.widget import Widget

QUIET: Final = 3
"""How many looks in a row must find nothing left to do."""
LOOK: Final = 0.002
"""Seconds between two looks."""
STEPS: Final = 20
"""Turns of the event loop that whatever is under way gets before each look."""
_WORKS: Final = LOOK / 4
"""Seconds of work between two looks that say that somebody in this process is busy."""
_LONGEST: Final = 1.0
"""Seconds to wait at most for an app that never rests, as one that reads page after page."""


def is_idle(screen: Screen[Any]) -> bool:
    """Return whether neither the app nor anything on ``screen`` has a message to handle."""
    return all(map(_has_no_message, (screen.app, *screen.walk_children(with_self=True))))


def is_drawn(screen: Screen[Any]) -> bool:
    """Return whether nothing of ``screen`` is yet to be drawn."""
    return not (
        screen._layout_required
        or screen._scroll_required
        or screen._dirty_widgets
        or screen._compositor._dirty_regions
        or screen._callbacks
    )


async def rest(app: App[Any]) -> None:
    """Wait until all that was sent to ``app`` is handled and drawn, and nobody works any more.

    The server of a test is in this process, so that it has answered by then, unless it is slow.
    """
    end = time.monotonic() + _LONGEST
    quiet, worked = 0, time.process_time()
    while quiet < QUIET and time.monotonic() < end:
        await asyncio.sleep(LOOK)
        # On a busy machine as much as that may pass between two steps of one command.
        for _ in range(STEPS):
            await asyncio.sleep(0)
        before, worked = worked, time.process_time()
        is_quiet = worked - before < _WORKS and is_idle(app.screen) and is_drawn(app.screen)
        quiet = quiet + 1 if is_quiet else 0


def _has_no_message(node: MessagePump) -> bool:
    is_asked_for = isinstance(node, Widget) and (node._repaint_required or node._layout_required)
    has_message = node._pending_message is not None or not node._message_queue.empty()
    return not is_asked_for and not has_message
