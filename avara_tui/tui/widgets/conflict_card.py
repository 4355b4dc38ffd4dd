"""Both sides of an edit that somebody else's got ahead of, and the choice between them."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Final

from textual.geometry import Size

from avara_tui.study import UserRef
from avara_tui.tui.lines import Line, Role, fit, line, squeeze, wrap
from avara_tui.tui.masking import veiled
from avara_tui.tui.presentation.columns import person_name
from avara_tui.tui.presentation.detail import clock_time, name_line
from avara_tui.tui.presentation.values import Clash, field_name, value_text
from avara_tui.tui.widgets.work_card import WorkCard

_MOST_LINES: Final = 6
"""Lines that one value may take."""
_KEYS: Final = (
    (("t",), "theirs"),
    (("m",), "mine"),
    (("j", "k"), "move"),
    (("enter",), "save"),
    (("esc",), "save nothing"),
)

_TITLE: Final = " Changed by somebody else while you typed: "


class ConflictCard(WorkCard):
    """Asks whose value each field shall have. Theirs, unless the person says otherwise."""

    def __init__(self, clash: Clash, *, masked: bool) -> None:
        super().__init__()
        self._clash = clash
        self._masked = masked
        self._mine: set[str] = set()
        self._cursor = 0

    @property
    def fields(self) -> set[tuple[str, str]]:
        """The id of the study with each field that is to be decided."""
        return {(self._clash.study.study_id, each.field) for each in self._clash.conflicts}

    async def decide(self) -> frozenset[str] | None:
        """Return the fields that mine wins, None to leave the conflict as it is."""
        conflicts = self._clash.conflicts
        while True:
            field = conflicts[self._cursor].field
            match await self.next_key():
                case "m" | "right":
                    self._mine.add(field)
                case "t" | "left":
                    self._mine.discard(field)
                case " ":
                    self._mine ^= {field}
                case "j" | "down":
                    self._cursor = min(self._cursor + 1, len(conflicts) - 1)
                case "k" | "up":
                    self._cursor = max(self._cursor - 1, 0)
                case "enter":
                    return frozenset(self._mine)
                case "escape":
                    return None
            self.draw()

    def body(self, room: Size) -> Sequence[Line]:
        """Return both sides, and the keys to choose with."""
        lines = [*self._head(room.width), (), *self._sides(room.width), (), _keys()]
        if len(lines) > room.height:
            lines = [*lines[: max(room.height - 1, 0)], lines[-1]]
        return lines

    def _head(self, width: int) -> list[Line]:
        study, theirs = self._clash.study, self._clash.theirs
        name = name_line(study, masked=self._masked)
        holder = f"assigned to {_holder(theirs.assignee, masked=self._masked)}"
        return [
            squeeze(line((_TITLE, Role.WARNING)) + name, width),
            line(
                f" changed {clock_time(theirs.updated_at)}; ",
                ("the server does not say by whom", Role.DIM),
                f"; {holder}",
            ),
        ]

    def _sides(self, width: int) -> list[Line]:
        label = min(
            max(len(field_name(each.field, masked=self._masked)) for each in self._clash.conflicts)
            + 3,
            20,
        )
        column = max((width - label - 2) // 2, 8)
        titles = fit("", label) + fit("  on the server now", column) + fit("  yours", column)
        lines = [line((titles, Role.TITLE))]
        for index, conflict in enumerate(self._clash.conflicts):
            is_mine, is_here = conflict.field in self._mine, index == self._cursor
            theirs = self._value(conflict.field, conflict.theirs, column - 3)
            mine = self._value(conflict.field, conflict.mine, column - 3)
            name = ("▌" if is_here else " ") + field_name(conflict.field, masked=self._masked)
            for row, (left, right) in enumerate(zip_longest(theirs, mine, fillvalue="")):
                lines.append(
                    line(
                        (fit(name if row == 0 else "", label), _bold(is_here)),
                        (fit(_sign(row, not is_mine) + left, column), _bold(not is_mine)),
                        (fit(_sign(row, is_mine) + right, column), _bold(is_mine)),
                    )
                )
            before = value_text(
                conflict.field, conflict.base, self._clash.people, masked=self._masked
            )
            lines.append(
                line((fit("", label) + fit(f"  before: {before}", width - label), Role.DIM))
            )
        return lines

    def _value(self, field: str, value: str | None, width: int) -> list[str]:
        text = value_text(field, value, self._clash.people, masked=self._masked)
        lines = wrap(text, width) or [""]
        return lines if len(lines) <= _MOST_LINES else [*lines[: _MOST_LINES - 1], "…"]


def _sign(row: int, is_chosen: bool) -> str:  # noqa: FBT001 - what the column shows
    return "▸ " if is_chosen and row == 0 else "  "


def _bold(is_chosen: bool) -> Role:  # noqa: FBT001 - what the column shows
    return Role.STRONG if is_chosen else Role.DIM


def _holder(assignee: UserRef | None, *, masked: bool) -> str:
    return "nobody" if assignee is None else veiled(person_name(assignee), masked=masked)


def _keys() -> Line:
    parts: list[str | tuple[str, Role]] = []
    for keys, word in _KEYS:
        parts += [" ", (" ".join(keys), Role.KEY), f" {word} "]
    return line(*parts)
