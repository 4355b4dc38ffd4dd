"""The HTTP library, by the name of httpx, so that another one can take its place here alone.

Left alone, httpx imports its own command line, and with that click, pygments and more of rich: a
quarter of the time until a client stands. It does without a command line that cannot be imported.
"""

import sys

_COMMAND_LINE = "httpx._main"

if "httpx" in sys.modules:
    import httpx
else:
    sys.modules[_COMMAND_LINE] = None  # type: ignore[assignment]
    try:
        import httpx
    finally:
        del sys.modules[_COMMAND_LINE]

__all__ = ["httpx"]
