"""The card that says which columns the table has, and changes that."""

from collections.abc import Callable, Mapping, Sequence

from avara_tui.text import clean
from avara_tui.tui.lines import Line, Role, line
from avara_tui.tui.presentation.columns import column_name
from avara_tui.tui.widgets.chooser import Chooser, keys_line


class ColumnCard(Chooser):
    """Offers columns to show, to hide and to move; the topmost stands at the left."""

    def __init__(
        self,
        worklist: str,
        known: Sequence[str],
        shown: Callable[[], Sequence[str]],
        choose: Callable[[Sequence[str] | None], None],
    ) -> None:
        super().__init__()
        self._worklist = worklist
        self._known = known
        self._shown = shown
        self._choose = choose
        self._said = ""

    @property
    def names(self) -> Sequence[str]:
        """The columns shown, from left to right, and then those that are not."""
        shown = list(self._shown())
        return [*shown, *(each for each in self._known if each not in shown)]

    def title(self) -> Line:
        """Return whose columns these are."""
        name = clean(self._worklist)
        said = line((f"  {self._said}", Role.WARNING)) if self._said else ()
        return line((f"Columns of {name}", Role.STRONG), ", from left to right") + said

    def hints(self) -> Line:
        """Return what the keys do."""
        return keys_line(
            ("space", "show or hide"),
            ("← →", "move it left or right"),
            ("d", "defaults"),
            ("esc", "done"),
        )

    def entry(self, name: str) -> Line:
        """Return a column, and whether it is shown."""
        if name in self._shown():
            return line(("✓ ", Role.GOOD), (column_name(name), Role.STRONG))
        return line(f"  {column_name(name)}")

    def acts(self) -> Mapping[str, Callable[[str], None]]:
        """Return what the keys do to the columns."""
        left: Callable[[str], None] = lambda name: self._shift(name, -1)  # noqa: E731
        right: Callable[[str], None] = lambda name: self._shift(name, 1)  # noqa: E731
        return {
            "space": self._toggle,
            "enter": self._toggle,
            **dict.fromkeys(("left", "h", "less_than_sign", "K"), left),
            **dict.fromkeys(("right", "l", "greater_than_sign", "J"), right),
            "d": self._default,
        }

    def clicked(self, name: str) -> None:
        """Show or hide what was clicked."""
        self._toggle(name)

    def _toggle(self, name: str) -> None:
        shown = list(self._shown())
        self._said = ""
        if name not in shown:
            shown.append(name)
        elif len(shown) > 1:
            shown.remove(name)
        else:
            self._said = "one column has to stay"
        self._show(shown, name)

    def _shift(self, name: str, by: int) -> None:
        shown = list(self._shown())
        self._said = ""
        if name not in shown:
            self._said = "it is not shown: space shows it"
            return
        place = shown.index(name)
        shown.insert(min(max(place + by, 0), len(shown) - 1), shown.pop(place))
        self._show(shown, name)

    def _default(self, name: str) -> None:
        self._said = ""
        self._choose(None)
        self.go_to(name)

    def _show(self, columns: Sequence[str], name: str) -> None:
        if list(columns) != list(self._shown()):
            self._choose(columns)
        self.go_to(name)
