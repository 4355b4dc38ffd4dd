"""The card of keys: what can be done here, and by which key."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType

from avara_tui.tui.actions import ACTIONS, Action, Place
from avara_tui.tui.keymap import Keymap
from avara_tui.tui.lines import Line, Role, fit, line
from avara_tui.tui.widgets.card import Card

_TITLES = {
    Place.WORKLIST: "ON A STUDY",
    Place.TABLE: "IN THE TABLE",
    Place.DETAIL: "IN THE DETAIL",
}
_EXAMPLES = (
    ("head ct", "descriptions that hold both words"),
    ("severity:stat,high", "STAT or high"),
    ("assignee:me", "mine; assignee:none for nobody's"),
    ("-customer:lakeside", "not Lakeside's"),
    ("age:>2h is:overdue", "older than two hours and past the site's time"),
    ("meta.modality:mr", "by metadata"),
    ("is:cancelled", "cancelled studies, which all else leaves out"),
)


class HelpCard(Card):
    """Lies over the worklist until a key takes it away."""

    DEFAULT_CSS = """
    HelpCard { layer: over; dock: top; height: 100%; width: 100%; background: $surface; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "scroll_card(1)", show=False),
        Binding("up,k", "scroll_card(-1)", show=False),
        Binding("pagedown,space", "scroll_card(10)", show=False),
        Binding("pageup", "scroll_card(-10)", show=False),
    ]

    def __init__(self, reasons: dict[str, str], keymap: Keymap) -> None:
        super().__init__()
        self._keymap = keymap
        self._reasons = reasons
        self._top = 0

    def on_resize(self, event: events.Resize) -> None:
        """Lay the card out for the room there is."""
        super().on_resize(event)
        self._draw()

    def action_scroll_card(self, by: int) -> None:
        """Move the card's text."""
        self._top = max(self._top + by, 0)
        self._draw()

    def _draw(self) -> None:
        width, height = self.size
        body = self._body(width)
        self._top = min(self._top, max(len(body) - height + 2, 0))
        more = "" if len(body) <= height - 2 else "   j k scroll"
        title = line((" Keys and filters", Role.STRONG), (f"   esc closes{more}", Role.DIM))
        self.show([title, (), *body[self._top : self._top + height - 2]])

    def _body(self, width: int) -> list[Line]:
        groups = [self._group(place, width) for place in Place]
        examples: list[Line] = [
            line((" FILTERS  (type / first; tab takes what is offered)", Role.TITLE))
        ]
        examples += [
            line((f" {fit(text, 22)}", Role.KEY), (meaning, Role.PLAIN))
            for text, meaning in _EXAMPLES
        ]
        lines: list[Line] = []
        for group in [*groups, examples]:
            lines += [*group, ()]
        lines += _signs()
        return lines

    def _group(self, place: Place, width: int) -> list[Line]:
        lines: list[Line] = [line((f" {_TITLES[place]}", Role.TITLE))]
        actions = [each for each in ACTIONS if each.place is place]
        columns = 2 if width >= 100 else 1
        cells = [self._cell(each) for each in actions]
        half = -(-len(cells) // columns)
        for row in range(half):
            left = cells[row]
            right = cells[row + half] if columns > 1 and row + half < len(cells) else ()
            pad = max(width // columns - sum(len(text) for text, _ in left), 1)
            lines.append(left + line(" " * pad) + right if right else left)
        return lines

    def _cell(self, action: Action) -> Line:
        reason = self._reasons.get(action.id)
        role = Role.PLAIN if reason is None else Role.DIM
        text = action.help if reason is None else f"not now: {reason}"
        return line((f" {fit(self._keymap.text(action.id), 12)}", Role.KEY), (text, role))


def _signs() -> Sequence[Line]:
    return [
        line((" SIGNS", Role.TITLE)),
        line(("   ▲ STAT", Role.STAT), "  ", ("● HIGH", Role.HIGH), "  RTN   the priority"),
        line("   4h!  past the site's time      +  new since you looked      …  being saved"),
        line("   *  marked, until space, * or esc takes the mark back"),
        line("   live: every open study was read within its time, STAT within 15 seconds"),
    ]
