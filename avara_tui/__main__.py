"""Lets ``python -m avara_tui`` do what the ``avara-tui`` command does."""

import sys

from avara_tui.cli import main

if __name__ == "__main__":
    sys.exit(main())
