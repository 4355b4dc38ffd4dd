"""An Avara Viewer API of its own, on loopback, for demos and for tests of any client.

Nothing heavy is imported here: :mod:`avara_tui.emulator.command` starts it from the command line,
:mod:`avara_tui.emulator.embedded` runs it in a thread of the caller's process.
"""

from typing import Final

DEMO_USER_ID: Final = "usr_0d3e0c0ffee0a11ce5ca1ab1e0ddba11"
"""A radiologist who is in all seeded data and has a realistic share of the studies."""
