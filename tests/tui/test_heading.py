"""The header says how much was read, how old it is and why, in words that are true."""

import pytest

from avara_tui.api.errors import AvaraError, ErrorKind
from avara_tui.triage.reading.health import Health, Progress, State
from avara_tui.tui.lines import Line, Role, width_of
from avara_tui.tui.presentation.empty_states import empty_state
from avara_tui.tui.presentation.heading import freshness, loaded
from avara_tui.tui.presentation.masthead import (
    Tags,
    fresh_forms,
    header,
    profile_forms,
    read_forms,
    shown_forms,
    tag_forms,
)
from avara_tui.tui.presentation.open_counts import OpenCounts, chip_forms
from avara_tui.tui.presentation.tabs import Tab, tabs


def said(line: Line) -> str:
    return "".join(text for text, _role in line)


def health(
    state: State = State.LIVE,
    *,
    age: float | None = 0.0,
    problem: ErrorKind | None = None,
    loading: tuple[str, ...] = (),
    cut_off: tuple[str, ...] = (),
    progress: tuple[Progress, ...] = (),
    is_checking: bool = False,
    missing: int = 0,
) -> Health:
    error = None if problem is None else AvaraError(problem, "list studies")
    return Health(
        state, age, age, 3100, error, 0, cut_off, loading, progress, None, is_checking, missing
    )


def test_all_that_was_read_is_called_complete() -> None:
    assert said(loaded(health())) == "3,100 read, complete"


def test_loading_tells_what_is_complete_and_counts_the_rest() -> None:
    progress = (
        Progress("STAT", 300, is_complete=True, share=None),
        Progress("high", 800, is_complete=False, share=None),
        Progress("routine", 2000, is_complete=False, share=None),
    )
    line = loaded(health(State.LOADING, loading=("high", "routine"), progress=progress))
    assert said(line) == "3,100 loading: STAT complete, high 800, routine 2,000"


def test_once_all_open_ones_are_read_only_closed_lanes_are_counted() -> None:
    progress = (
        Progress("STAT", 300, is_complete=True, share=None),
        Progress("routine", 2000, is_complete=True, share=None),
        Progress("completed", 1500, is_complete=False, share=None, is_open=False),
        Progress("cancelled", 20, is_complete=True, share=None, is_open=False),
    )
    line = loaded(health(State.LIVE, loading=("completed",), progress=progress))
    assert said(line) == "3,100 loading: all open complete, completed 1,500"


def test_not_all_open_ones_are_complete_while_the_rest_is_unread() -> None:
    progress = [
        Progress("STAT", 300, is_complete=True, share=None),
        Progress("routine", 2000, is_complete=True, share=None),
        Progress("completed", 1500, is_complete=False, share=None, is_open=False),
        Progress("other", 0, is_complete=False, share=None, is_waiting=True),
    ]
    line = loaded(health(State.LOADING, loading=("completed", "other"), progress=tuple(progress)))
    assert said(line) == "3,100 loading: STAT complete, routine complete, completed 1,500"
    progress[2:] = [Progress("other", 900, is_complete=False, share=0.25)]
    line = loaded(health(State.LOADING, loading=("other",), progress=tuple(progress)))
    assert said(line) == "3,100 loading: STAT complete, routine complete, other 25 %"


def test_a_share_is_told_only_where_the_whole_is_known() -> None:
    progress = (Progress("routine", 40, is_complete=True, share=0.4),)
    line = freshness(health(State.STALE, age=130.0, progress=progress))
    assert said(line) == " STALE 2m: reading again, routine 40 % "


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        (ErrorKind.UNREACHABLE, "server out of reach"),
        (ErrorKind.SERVER, "server fails"),
        (ErrorKind.RATE_LIMITED, "server wants fewer requests"),
        (ErrorKind.CONFLICT, "server refused the request"),
    ],
)
@pytest.mark.parametrize("state", [State.STALE, State.OFFLINE])
def test_old_data_is_told_with_its_age_and_the_reason(
    state: State, kind: ErrorKind, why: str
) -> None:
    assert said(freshness(health(state, age=130.0, problem=kind))) == f" STALE 2m: {why} "


def test_what_was_read_just_now_has_no_age() -> None:
    line = freshness(health(State.STALE, age=1.0, problem=ErrorKind.TIMEOUT))
    assert said(line) == " STALE: server does not answer in time "


def test_a_server_that_never_answered_is_no_stale_data() -> None:
    line = freshness(health(State.OFFLINE, age=None, problem=ErrorKind.UNREACHABLE))
    assert said(line) == " OFFLINE: server out of reach "


def test_the_load_limit_names_what_is_not_loaded() -> None:
    line = loaded(health(cut_off=("routine", "completed")))
    assert said(line) == "3,100 read, load limit reached: not all routine and completed"


def test_an_empty_table_beyond_the_load_limit_is_no_all_clear() -> None:
    lines = empty_state(
        health(cut_off=("routine",)), worklist="Mine", filter_text="", server="", width=80
    )
    text = "\n".join(map(said, lines))
    assert "left out a part of: routine" in text
    assert "Do not rely on this" in text
    assert "loading" not in text


def test_an_empty_table_is_no_all_clear_while_the_rest_is_unread() -> None:
    so_far = health(State.LOADING, loading=("other",))
    text = "\n".join(
        map(said, empty_state(so_far, worklist="Mine", filter_text="", server="", width=80))
    )
    assert "Still loading: nothing found yet" in text
    assert "Not read to the end yet: other." in text


def test_what_may_be_missing_is_told_in_place_of_complete() -> None:
    assert said(loaded(health(missing=12))) == "3,100 read, up to 12 may be missing"
    assert said(loaded(health(is_checking=True))) == "3,100 read, checking"
    assert said(loaded(health(is_checking=True, missing=12))) == "3,100 read, checking"
    cut = loaded(health(is_checking=True, missing=12, cut_off=("routine",)))
    assert said(cut) == "3,100 read, load limit reached: not all routine"


@pytest.mark.parametrize(
    ("doubt", "why"),
    [
        ({"missing": 12}, "up to 12 may be missing"),
        ({"is_checking": True}, "Still checking"),
    ],
)
def test_an_empty_table_is_no_all_clear_where_studies_may_be_missing(
    doubt: dict[str, int], why: str
) -> None:
    lines = empty_state(health(**doubt), worklist="Mine", filter_text="", server="", width=80)  # type: ignore[arg-type]
    text = "\n".join(map(said, lines))
    assert why in text
    assert "No study in" not in text
    assert "is live" not in text


@pytest.mark.parametrize("state", [State.STALE, State.OFFLINE, State.REFUSED])
def test_what_is_not_to_be_relied_on_is_filled_and_never_called_complete(state: State) -> None:
    old = health(state, age=130.0, problem=ErrorKind.TIMEOUT)
    for form in fresh_forms(old):
        assert {role for _, role in form} == {Role.ALARM}
    assert "complete" not in said(loaded(old))


@pytest.mark.parametrize("width", [60, 80, 100, 120, 200])
@pytest.mark.parametrize(
    "doubt",
    [
        {"state": State.STALE, "age": 130.0, "problem": ErrorKind.TIMEOUT},
        {"state": State.OFFLINE, "age": None, "problem": ErrorKind.UNREACHABLE},
        {"state": State.REFUSED, "age": 130.0},
        {"state": State.PAUSED, "age": 130.0},
        {"state": State.LOADING, "loading": ("high",)},
        {"missing": 12},
        {"is_checking": True},
        {"cut_off": ("routine",)},
    ],
)
def test_a_doubt_is_told_at_any_width(width: int, doubt: dict[str, object]) -> None:
    doubtful = health(**doubt)  # type: ignore[arg-type]
    counts = OpenCounts(stat=11, unclaimed=4, overdue=15, oldest=1200.0)
    line = header(
        {
            "chip": chip_forms(counts, is_certain=False, is_seen=False),
            "others": [()],
            "news": [()],
            "shown": shown_forms(54, 180, (3, 20), is_filtered=True, unsure=2),
            "read": read_forms(doubtful),
            "fresh": fresh_forms(doubtful),
            "tags": tag_forms(Tags(is_demo=True, read_only=width >= 80)),
            "profile": profile_forms("lakeside", is_demo=False, has_colour=True),
        },
        width,
    )
    shown = said(line)
    assert width_of(line) == width
    words = ("STALE", "OFFLINE", "KEY REFUSED", "paused", "loading", "missing", "checking")
    assert any(each in shown for each in (*words, "cut off", "load limit"))
    assert "read, complete" not in shown
    assert "▲ STAT" in shown or width < 80
    assert "demo" in shown


def tab_row(width: int, active: str = "All open") -> str:
    names = ("STAT", "Mine", "Unassigned", "Overdue", "All open", "Complete", "Cancelled")
    items = [Tab(str(key), name, 11 * key, True) for key, name in enumerate(names, 1)]
    return said(tabs(items, active, width))


@pytest.mark.parametrize("width", range(24, 130))
@pytest.mark.parametrize("active", ["STAT", "All open", "Cancelled"])
def test_no_worklist_s_name_is_cut_and_those_left_out_are_counted(width: int, active: str) -> None:
    row = tab_row(width, active)
    assert len(row) <= width
    assert active in row
    assert "…" not in row
    shown = [name for name in ("STAT", "Mine", "Unassigned", "Overdue", "All open") if name in row]
    shown += [name for name in ("Complete", "Cancelled") if name in row]
    left_out = 7 - len(shown)
    assert (f"+{left_out} " in row) is bool(left_out)
