"""A card with the link to a study, for a person whose browser is on another machine."""

from collections.abc import Callable, Sequence
from typing import ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.strip import Strip

from avara_tui.text import clean
from avara_tui.triage.opener.viewing import LinkToGive
from avara_tui.tui.lines import Line, Role, line
from avara_tui.tui.widgets.card import Card

_LINK_ROW: Final = 3
_STEP: Final = 5


class LinkCard(Card):
    """Shows a link that the person's own terminal can open, copy or show as a QR code.

    The link itself is never written out: it is a credential.
    """

    DEFAULT_CSS = """
    LinkCard {
        layer: over; dock: bottom; width: 100%; background: $panel;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "copy", show=False),
        Binding("Q", "code", show=False),
    ]

    def __init__(
        self,
        study: str,
        link: LinkToGive,
        *,
        copy: Callable[[str], str],
        code: Callable[[str], list[str]],
        code_shown: Callable[[], None],
        lifetime: int,
    ) -> None:
        """``code_shown`` is told each time that the person has the link shown as a QR code."""
        super().__init__()
        self._study = study
        self._url = link.url
        self._reason = link.reason
        self._copy = copy
        self._code = code
        self._code_shown = code_shown
        self._said = ""
        self._shows_code = False
        self._left = lifetime

    def on_mount(self) -> None:
        """Draw, and begin to count down."""
        self._draw()
        self.set_interval(_STEP, self._count_down)

    def on_resize(self, event: events.Resize) -> None:
        """Draw for the room there is."""
        super().on_resize(event)
        self._draw()

    def close(self) -> None:
        """Take the card and the link away."""
        self._url = ""
        super().close()

    def action_copy(self) -> None:
        """Send the link to the terminal's clipboard."""
        self._said = self._copy(self._url)
        self._draw()

    def action_code(self) -> None:
        """Show the link as a QR code, if it fits."""
        rows = self._code(self._url)
        room = self.screen.size
        if len(rows) + 7 > room.height or len(rows[0]) + 4 > room.width:
            self._said = f"a QR code needs a terminal of {len(rows[0]) + 4}x{len(rows) + 7}"
        else:
            self._shows_code = not self._shows_code
            if self._shows_code:
                self._code_shown()
        self._draw()

    def _count_down(self) -> None:
        self._left -= _STEP
        if self._left <= 0:
            self.close()
        else:
            self._draw()

    def _draw(self) -> None:
        lines = self._body()
        self.styles.height = len(lines)
        self.show(lines)

    def _body(self) -> list[Line]:
        code: Sequence[str] = self._code(self._url) if self._shows_code and self._url else ()
        return [
            (),
            line((f"  {self._study}", Role.STRONG)),
            line(f"  {clean(self._reason)} Open this link where you have one:"),
            line((f"  {self._link_text}", Role.KEY)),
            line((f"  {self._said}", Role.GOOD)),
            *(line("  ", (row, Role.CODE)) for row in code),
            line(
                ("  c", Role.KEY),
                " send to the terminal's clipboard  ",
                ("Q", Role.KEY),
                " QR code  ",
                ("esc", Role.KEY),
                (f" close   (goes away in {self._left} s)", Role.DIM),
            ),
        ]

    @property
    def _link_text(self) -> str:
        return "▸ open in the Avara Viewer  (ctrl+click in most terminals)"

    def visible_strips(self) -> list[Strip]:
        """Return the card's lines; the row of the link carries it as an OSC 8 hyperlink."""
        strips = super().visible_strips()
        if len(strips) > _LINK_ROW and self._url:
            linked = Style(link=self._url)
            strips[_LINK_ROW] = Strip(
                Segment(text, (style or Style()) + linked if text.strip() else style)
                for text, style, _ in strips[_LINK_ROW]
            )
        return strips
