"""Unicode's bidirectional algorithm (UAX #9), as a terminal does it with a row of its screen.

Written for the tests, rule by rule. Rows hold none of the characters that embed, override or
isolate, so that the rules about those (X1 to X10) are left out.
"""

import unicodedata
from collections.abc import Sequence
from typing import Final

_STRONG: Final = {"L", "R", "AL"}
_NEUTRAL: Final = {"B", "S", "WS", "ON"}
_BRACKETS: Final = dict(
    zip("([{\u3008\u300a\u300c\u300e\u3010", ")]}\u3009\u300b\u300d\u300f\u3011", strict=True)
)


def visual_order(row: Sequence[str], base: int | None = 0) -> list[int]:
    """Return which cell of ``row`` is shown at each place, from the left.

    A cell is a character with its marks. ``base`` is the direction of the row: 0 from the left, 1
    from the right, None for what its first strong character says.
    """
    levels = _levels(row, base)
    order = list(range(len(row)))
    odd = [level for level in levels if level % 2]
    for least in range(max(levels, default=0), min(odd, default=1) - 1, -1):  # L2
        start = None
        for place, level in enumerate([*levels, -1]):
            if level >= least:
                start = place if start is None else start
            elif start is not None:
                order[start:place] = order[start:place][::-1]
                start = None
    return order


def _levels(row: Sequence[str], base: int | None) -> list[int]:
    kinds = [unicodedata.bidirectional(cell[:1]) or "ON" for cell in row]
    assert not {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"} & set(kinds)
    if base is None:  # P2, P3
        base = int(next((kind for kind in kinds if kind in _STRONG), "L") != "L")
    edge = "R" if base else "L"
    types = _without_brackets(row, _weak(kinds, edge), edge)
    types = _without_neutrals(types, edge)
    levels = []
    for kind in types:
        if base:  # I2
            levels.append(base + (kind in {"L", "EN", "AN"}))
        else:  # I1
            levels.append({"L": 0, "R": 1}.get(kind, 2))
    for place in reversed(range(len(row))):  # L1
        if kinds[place] not in {"WS", "S", "B", "BN"}:
            break
        levels[place] = base
    return levels


def _weak(kinds: Sequence[str], edge: str) -> list[str]:
    types = list(kinds)
    before = edge
    for place, kind in enumerate(types):  # W1
        types[place] = before = before if kind in {"NSM", "BN"} else kind
    strong = edge
    for place, kind in enumerate(types):  # W2
        strong = kind if kind in _STRONG else strong
        if kind == "EN" and strong == "AL":
            types[place] = "AN"
    types = _around_numbers(["R" if kind == "AL" else kind for kind in types])  # W3
    strong = edge
    for place, kind in enumerate(types):  # W7
        strong = kind if kind in {"L", "R"} else strong
        if kind == "EN" and strong == "L":
            types[place] = "L"
    return types


def _around_numbers(types: list[str]) -> list[str]:
    for place in range(1, len(types) - 1):  # W4
        left, kind, right = types[place - 1 : place + 2]
        if left == right and (left, kind) in {("EN", "ES"), ("EN", "CS"), ("AN", "CS")}:
            types[place] = left
    place = 0
    while place < len(types):  # W5
        end = place
        while end < len(types) and types[end] == "ET":
            end += 1
        if end > place and "EN" in (types[max(place - 1, 0) : place] + types[end : end + 1]):
            types[place:end] = ["EN"] * (end - place)
        place = max(end, place + 1)
    return ["ON" if kind in {"ES", "ET", "CS"} else kind for kind in types]  # W6


def _without_brackets(row: Sequence[str], types: list[str], edge: str) -> list[str]:  # N0
    for opened, shut in sorted(_pairs(row, types)):
        inside = set(map(_strong, types[opened + 1 : shut])) - {""}
        if not inside:
            continue
        before = next(filter(None, map(_strong, reversed(types[:opened]))), edge)
        become = edge if edge in inside else before
        for place in (opened, shut):
            types[place] = become
            after = place + 1
            while after < len(row) and unicodedata.bidirectional(row[after][:1]) == "NSM":
                types[after] = become
                after += 1
    return types


def _strong(kind: str) -> str:
    return {"L": "L", "R": "R", "EN": "R", "AN": "R"}.get(kind, "")


def _pairs(row: Sequence[str], types: Sequence[str]) -> list[tuple[int, int]]:
    """Return where brackets that belong together are (BD16)."""
    stack: list[tuple[str, int]] = []
    pairs: list[tuple[int, int]] = []
    for place, cell in enumerate(row):
        if types[place] != "ON":
            continue
        if cell[:1] in _BRACKETS:
            stack.append((_BRACKETS[cell[:1]], place))
        elif cell[:1] in _BRACKETS.values():
            fitting = [depth for depth, (shut, _) in enumerate(stack) if shut == cell[:1]]
            if fitting:
                pairs.append((stack[fitting[-1]][1], place))
                del stack[fitting[-1] :]
    return pairs


def _without_neutrals(types: list[str], edge: str) -> list[str]:
    place = 0
    while place < len(types):
        end = place
        while end < len(types) and types[end] in _NEUTRAL:
            end += 1
        if end > place:
            before = types[place - 1] if place else edge
            after = types[end] if end < len(types) else edge
            before, after = ("L" if each == "L" else "R" for each in (before, after))
            types[place:end] = [before if before == after else edge] * (end - place)  # N1, N2
        place = max(end, place + 1)
    return types
