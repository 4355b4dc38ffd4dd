"""A line to type a secret in: it shows dots, and nothing of it stays once it is given or left."""

from avara_tui.tui.choices import Check
from avara_tui.tui.lines import Line
from avara_tui.tui.widgets.prompt import Prompt
from avara_tui.tui.widgets.quiet_input import QuietInput


class SecretInput(QuietInput):
    """Draws a dot for each character."""

    def __init__(self) -> None:
        super().__init__()
        self.password = True


class SecretPrompt(Prompt):
    """Asks for one secret, such as an API key. A lock throws it away."""

    def __init__(self, label: str, check: Check) -> None:
        super().__init__(label, "", 0, check)
        self.input = SecretInput()

    @property
    def is_begun(self) -> bool:
        """Whether it holds a text that would be missed: a secret can be had again."""
        return False

    def give_up(self) -> None:
        """Give nothing back, and keep nothing."""
        self._answer(None)

    def _answer(self, text: str | None) -> None:
        super()._answer(text)
        self.input.value = ""

    def _hidden(self) -> Line:
        """Say nothing of single characters."""
        return ()
