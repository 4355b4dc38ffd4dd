"""Every place that shows a server's or a file's text, with everything that could be in it."""

from collections.abc import Callable
from typing import Any, Final

import pytest
from rich.segment import Segment
from textual.color import Color

from avara_tui.study import ApiKeyRef, CustomerRef, Study, UserRef
from avara_tui.triage.access.connection import ConnectionProblem, ProblemKind
from avara_tui.triage.opener.links import OpenerError, check_url
from avara_tui.triage.reading.health import Health, State
from avara_tui.tui.app import WorklistApp
from avara_tui.tui.lines import Line, line, text_of
from avara_tui.tui.options import RunOptions
from avara_tui.tui.presentation.alarm_lines import alarm_line, start_line
from avara_tui.tui.presentation.columns import column, person_name
from avara_tui.tui.presentation.detail import entries, full_name, name_line
from avara_tui.tui.presentation.detail_layout import lay_out
from avara_tui.tui.presentation.detail_packed import packed
from avara_tui.tui.presentation.empty_states import empty_state
from avara_tui.tui.presentation.masthead import Tags, profile_forms, tag_forms
from avara_tui.tui.presentation.placing import Placed
from avara_tui.tui.presentation.row_context import RowContext
from avara_tui.tui.presentation.row_drawing import cell
from avara_tui.tui.presentation.tabs import Tab, tabs
from avara_tui.tui.terminal.output_filter import CleanOutput
from avara_tui.tui.widgets.filter_suggester import FilterSuggester
from avara_tui.tui.widgets.pane import Pane
from avara_tui.worklist.merge import Draft
from avara_tui.worklist.query import Vocabulary
from avara_tui.worklist.rungs import Alarm, Cause
from tui.hostile import PAYLOADS, assert_harmless, raw_controls
from worklist.making import study

Use = Callable[[str], list[Line]]
WIDTH: Final = 90
LONGEST: Final = 24
"""Characters of a worklist's name that the settings allow."""
HEALTH: Final = Health(State.LIVE, 1.0, 1.0, 5, None, 0, (), ())


def person(**fields: Any) -> UserRef:
    known = {"user_id": "usr_" + "1" * 32, "email": "a@example.org"}
    return UserRef(**{**known, **fields})


def in_column(name: str, make: Callable[[str], Study]) -> Use:
    def use(text: str) -> list[Line]:
        return [line(cell(Placed(column(name), 60), make(text), RowContext()))]

    return use


def in_detail(make: Callable[[str], Study]) -> Use:
    def use(text: str) -> list[Line]:
        shown = make(text)
        return _entry_lines(shown, Draft.of(shown), None)

    return use


def _entry_lines(shown: Study, draft: Draft, assignee: UserRef | None) -> list[Line]:
    people = {} if assignee is None else {assignee.user_id: assignee}
    context = RowContext()
    found = entries(shown, draft, people, context)
    below = packed(found, {}, 79, 8, context)
    return [*lay_out(found, {}, 39, height=31).lines, *lay_out(found, {}, 70).lines, *below]


def drafted(text: str) -> list[Line]:
    base = study(1)
    draft = Draft.of(base)
    return _entry_lines(base, Draft(**{**_fields(draft), "assigned_to": text}), None)


def deleted(text: str) -> list[Line]:
    base = study(1, metadata={text: "x"})
    draft = Draft.of(base)
    return _entry_lines(base, Draft(**{**_fields(draft), "metadata": {}}), None)


def _fields(draft: Draft) -> dict[str, Any]:
    names = ("severity", "status", "description", "assigned_to", "metadata")
    return {name: getattr(draft, name) for name in names}


def alarm(make: Callable[[str], Study]) -> Use:
    def use(text: str) -> list[Line]:
        shown = make(text)
        raised = Alarm(shown.study_id, Cause.NEW, 0.0)
        return [alarm_line(raised, shown, "! go there", WIDTH, masked=False)]

    return use


def in_empty_state(where: str) -> Use:
    def use(text: str) -> list[Line]:
        worklist = text if where == "worklist" else "All open"
        filter_text = text if where == "filter" else ""
        return empty_state(
            HEALTH, width=WIDTH, worklist=worklist, filter_text=filter_text, server="x.example"
        )

    return use


def unconnected(text: str) -> list[Line]:
    problem = ConnectionProblem(text, remedy=f"Try {text}", kind=ProblemKind.COMMAND)
    health = HEALTH._replace(state=State.UNCONNECTED, problem=problem)
    return empty_state(health, worklist="", filter_text="", server="", width=WIDTH)


def refused_link(text: str) -> list[Line]:
    try:
        check_url(f"https://{text}/", ["viewer.example"])
    except OpenerError as error:
        return [line(str(error))]
    return []


def completions(text: str) -> list[Line]:
    people = {"usr_" + "1" * 32: person(last_name=text)}
    customers = {"cus_" + "1" * 32: CustomerRef("cus_" + "1" * 32, text)}
    vocabulary = Vocabulary(people, customers, {text})
    suggester = FilterSuggester(lambda: vocabulary)
    typed = ("assignee:", "customer:", "meta.", f"meta.{text[:1]}", f"customer:{text[:1]}")
    return [line(offered) for each in typed if (offered := suggester.offer(each)) is not None]


USES: Final[dict[str, Use]] = {
    "column priority": in_column("priority", lambda t: study(1, severity=t)),
    "column description": in_column("description", lambda t: study(1, description=t)),
    "column status": in_column("status", lambda t: study(1, status=t)),
    "column assignee": in_column("assignee", lambda t: study(1, assignee=person(last_name=t))),
    "column assignee by first name": in_column(
        "assignee", lambda t: study(1, assignee=person(first_name=t))
    ),
    "column assignee by initial": in_column(
        "assignee", lambda t: study(1, assignee=person(last_name="S", first_name=t))
    ),
    "column assignee by mail": in_column("assignee", lambda t: study(1, assignee=person(email=t))),
    "column customer": in_column("customer", lambda t: study(1, customer=CustomerRef("c", t))),
    "column uid": in_column("uid", lambda t: study(1, uid=t)),
    "column id": in_column("id", lambda t: study(1, study_id=t)),
    "column of metadata": in_column("meta.k", lambda t: study(1, metadata={"k": t})),
    "title of a column": lambda t: [line(column(f"meta.{t}").title)],
    "detail severity": in_detail(lambda t: study(1, severity=t)),
    "detail status": in_detail(lambda t: study(1, status=t)),
    "detail description": in_detail(lambda t: study(1, description=t)),
    "detail assignee": in_detail(lambda t: study(1, assignee=person(last_name=t))),
    "detail assignee's suffix": in_detail(
        lambda t: study(1, assignee=person(last_name="S", suffix1=t))
    ),
    "detail assignee's mail": in_detail(lambda t: study(1, assignee=person(email=t))),
    "detail customer": in_detail(lambda t: study(1, customer=CustomerRef("c", t))),
    "detail creator": in_detail(lambda t: study(1, created_by_user=person(first_name=t))),
    "detail creating key": in_detail(lambda t: study(1, created_by_key=ApiKeyRef("k", t))),
    "detail uid": in_detail(lambda t: study(1, uid=t)),
    "detail id": in_detail(lambda t: study(1, study_id=t)),
    "detail metadata key": in_detail(lambda t: study(1, metadata={t: "x"})),
    "detail metadata value": in_detail(lambda t: study(1, metadata={"k": t})),
    "detail deleted metadata": deleted,
    "detail drafted assignee": drafted,
    "name: description": lambda t: [name_line(study(1, description=t))],
    "name: severity": lambda t: [name_line(study(1, severity=t))],
    "name: id": lambda t: [name_line(study(1, study_id=t))],
    "person": lambda t: [line(person_name(person(last_name=t, first_name=t)))],
    "full name": lambda t: [line(full_name(person(first_name=t, middle_name=t, suffix2=t)))],
    "alarm description": alarm(lambda t: study(1, description=t)),
    "alarm severity": alarm(lambda t: study(1, severity=t)),
    "alarm customer": alarm(lambda t: study(1, customer=CustomerRef("c", t))),
    "alarm assignee": alarm(lambda t: study(1, assignee=person(last_name=t))),
    "alarm id": alarm(lambda t: study(1, study_id=t)),
    "alarm at the start": lambda t: [
        start_line([study(1, severity=t)], None, "!", WIDTH, count=1, late=0)
    ],
    "header profile": lambda t: list(profile_forms(t, is_demo=False, has_colour=True)),
    "header journal": lambda t: list(tag_forms(Tags(journal_problem=t))),
    "worklist": lambda t: [tabs([Tab("1", t[:LONGEST], 5, is_certain=True)], "other", WIDTH)],
    "worklist shown": lambda t: [
        tabs([Tab("1", t[:LONGEST], 5, is_certain=True)], t[:LONGEST], WIDTH)
    ],
    "empty worklist": in_empty_state("worklist"),
    "empty filter": in_empty_state("filter"),
    "no connection": unconnected,
    "refused link": refused_link,
    "completion": completions,
}


def test_there_are_as_many_uses_and_payloads_as_promised() -> None:
    assert len(USES) >= 42
    assert len(PAYLOADS) == len(set(PAYLOADS)) == 20
    assert sum(bool(raw_controls(each)) for each in PAYLOADS) == 15


@pytest.mark.parametrize("name", USES)
def test_what_is_shown_is_harmless_before_the_last_gate(name: str) -> None:
    for payload in PAYLOADS:
        assert_harmless(text_of(each) for each in USES[name](payload))


@pytest.mark.parametrize("name", ["column description", "detail metadata value", "name: id"])
def test_markup_is_shown_as_it_came(name: str) -> None:
    shown = "".join(text_of(each) for each in USES[name]("[@click=app.quit]x[/]"))
    tail = "[/]"
    assert tail in shown.replace("\n", "")


async def test_every_use_in_a_widget_writes_no_control_and_no_action() -> None:
    app = WorklistApp(RunOptions(connect=_no_connection, profile="test"))
    async with app.run_test(size=(120, 30)):
        pane = app.screen.query(Pane).first()
        for use in USES.values():
            for payload in PAYLOADS:
                pane.show(use(payload))
                for strip in pane.visible_strips():
                    segments = CleanOutput().apply(list(strip), Color(0, 0, 0))
                    _assert_inert(segments)
                    assert strip.cell_length == pane.size.width


def test_the_last_gate_lets_nothing_through_that_was_not_cleaned() -> None:
    for payload in PAYLOADS:
        for text in (payload, f"a {payload} b"):
            _assert_inert(CleanOutput().apply([Segment(text)], Color(0, 0, 0)))


def _assert_inert(segments: list[Segment]) -> None:
    assert_harmless(each.text for each in segments)
    for _, style, control in segments:
        assert not control
        assert style is None or (style.link is None and not style.meta)


def _no_connection() -> Any:
    raise ConnectionProblem("none", remedy="", kind=ProblemKind.NO_KEY)
