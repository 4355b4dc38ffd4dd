"""Every row is exactly as wide as the table, whatever is in it and however wide that is."""

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from avara_tui.study import CustomerRef, Study, UserRef
from avara_tui.tui.lines import Line, Role, text_of
from avara_tui.tui.presentation.columns import COLUMNS, column
from avara_tui.tui.presentation.placing import GUTTER, PINNED, Placed, place
from avara_tui.tui.presentation.row_context import RowContext
from avara_tui.tui.presentation.row_drawing import cell, row_line, title_line
from avara_tui.worklist.order import Order, SortKey
from avara_tui.worklist.query import occurrences
from avara_tui.worklist.query.folding import fold

NOW = 1_773_500_000.0
TEXT = st.text(
    alphabet=st.one_of(
        st.characters(min_codepoint=32, max_codepoint=126),
        st.sampled_from("胸部造影éΩ…\uff57\u0301\u0308\u200b\u202e\x1b\n\t🩻👍🇩🇪한글กำ"),
        st.characters(),
    ),
    max_size=50,
)
NAMES = st.lists(
    st.one_of(st.sampled_from(list(COLUMNS)), st.just("meta.k"), TEXT.map(lambda t: "meta." + t)),
    min_size=1,
    max_size=12,
    unique=True,
)
MANY = settings(
    max_examples=2000,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def study(text: str, other: str, severity: str) -> Study:
    return Study(
        "stu_" + "0" * 32, other, text, severity, other,
        is_cancelled=len(text) % 2 == 0,
        created_at=NOW - 60 * len(text),
        assignee=UserRef("usr_" + "0" * 32, text, other, text) if other else None,
        customer=CustomerRef("cus_" + "0" * 32, other),
        metadata={"k": text, other: text},
    )  # fmt: skip


def width(content: Line) -> int:
    return cell_len(text_of(content))


@MANY
@given(
    text=TEXT,
    other=TEXT,
    severity=st.one_of(st.sampled_from(["stat", "high", "normal"]), TEXT),
    names=NAMES,
    room=st.integers(0, 220),
    skipped=st.integers(0, 12),
    in_order=st.booleans(),
    words=st.lists(st.sampled_from(["ct", "head", "胸", "é", "a"]), max_size=2),
    cursor=st.sampled_from([None, Role.CURSOR, Role.RESTING]),
)
def test_rows_and_titles_take_the_width_of_the_table(
    *,
    text: str,
    other: str,
    severity: str,
    names: list[str],
    room: int,
    skipped: int,
    in_order: bool,
    words: list[str],
    cursor: Role | None,
) -> None:
    placement = place(names, room, skipped=skipped, in_order=in_order)
    context = RowContext(now=NOW, words=tuple(words))
    one = study(text, other, severity)
    drawn = row_line(one, placement.columns, room, context, cursor)
    assert width(drawn) == room
    plain = row_line(one, placement.columns, room, replace(context, words=()), cursor)
    assert text_of(plain) == text_of(drawn)
    order = Order(tuple(SortKey(each) for each in names[:3]))
    assert width(title_line(placement, room, order)) == room
    assert text_of(drawn).isprintable()


@given(names=NAMES, room=st.integers(0, 220), skipped=st.integers(0, 12), in_order=st.booleans())
def test_every_column_is_shown_or_counted(
    names: list[str], room: int, skipped: int, in_order: bool
) -> None:
    placement = place(names, room, skipped=skipped, in_order=in_order)
    shown = [each.column.id for each in placement.columns]
    assert [name for name in names if name in shown] == shown
    if room >= GUTTER + 30:
        assert len(shown) + placement.left + placement.right == len(names)
    if shown and names[0] == PINNED and placement.left:
        assert shown[0] == PINNED


@MANY
@given(
    names=NAMES,
    room=st.integers(0, 300),
    customer=st.integers(0, 60),
    assignee=st.integers(0, 60),
)
def test_columns_get_what_they_need_the_most_important_first(
    names: list[str], room: int, customer: int, assignee: int
) -> None:
    needs = {"customer": customer, "assignee": assignee}
    placed = place(names, room, needs=needs).columns
    shared = place(names, room).columns
    assert [each.column.id for each in placed] == [each.column.id for each in shared]
    assert sum(each.width + each.gap for each in placed) <= max(room - GUTTER, 0)
    if room < 280:
        assert sum(each.width for each in placed) == sum(each.width for each in shared)
    short = [each for each in placed if each.column.grows and each.width < wanted(each, needs)]
    for each in short:
        # Nothing that matters less has more than it must.
        later = [one for one in placed if one.column.importance < each.column.importance]
        assert all(one.width <= column(one.column.id).width for one in later)


def wanted(placed: Placed, needs: dict[str, int]) -> int:
    most = column(placed.column.id).most
    return min(most, needs.get(placed.column.id, most))


def test_customers_are_whole_where_there_is_room() -> None:
    names = ("priority", "age", "due", "description", "meta.indication", "assignee", "customer")
    widths = {
        each.column.id: each.width
        for each in place(names, 133, needs={"customer": 29, "assignee": 14}).columns
    }
    assert widths["customer"] == 29
    assert widths["assignee"] == 14
    assert widths["description"] >= 40
    assert widths["meta.indication"] >= 18


@given(text=TEXT, room=st.integers(1, 40))
def test_what_is_cut_says_so(text: str, room: int) -> None:
    one = study("x", text, "stat")
    drawn = cell(Placed(column("uid"), room), one, RowContext(now=NOW))
    assert cell_len(drawn) == room
    whole = cell(Placed(column("uid"), 500), one, RowContext(now=NOW)).rstrip()
    assert drawn.rstrip() == whole or "…" in drawn


def test_numbers_stand_flush_right_and_words_flush_left() -> None:
    one = study("12", "word", "stat")
    context = RowContext(now=NOW)
    placed = Placed(column("meta.k"), 6)
    assert cell(placed, one, context) == "    12"
    assert cell(placed, one._replace(metadata={"k": "A12"}), context) == "A12   "


@given(text=TEXT)
def test_what_was_found_is_in_the_text(text: str) -> None:
    for word in ("ct", "\uff43\uff54", "é", "a"):
        for start, end in occurrences(text, [fold(word)]):
            assert fold(word) in fold(text[start:end])
