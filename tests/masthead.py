"""What the first line of the screen says, for tests that wait for it, at any width."""

import re
from typing import Final

READ_WHOLE: Final = re.compile(r"\A(?!.*loading)(?!.*checking)(?!.*missing).*\blive\b")
"""Everything that there is has been read, and is fresh."""
