"""The hand-off: every open study that needs a word, once, under the most urgent reason."""

from avara_tui.triage.handoff import HandOff, rows
from avara_tui.worklist.clocks import DAY, MINUTE
from avara_tui.worklist.handoff import ASIDE, MINE, OVERDUE, STAT, hand_off
from avara_tui.worklist.studies import StudySet
from worklist.making import OKAFOR, SMITH, context, study, study_id


def test_each_study_stands_once_under_its_most_urgent_reason() -> None:
    studies = StudySet()
    studies.merge(
        [
            study(1, severity="stat", assignee=SMITH, age=5 * MINUTE),
            study(2, severity="stat", age=45 * MINUTE),
            study(3, severity="normal", age=2 * DAY, assignee=OKAFOR),
            study(4, severity="normal", age=5 * MINUTE, assignee=SMITH),
            study(5, severity="normal", age=5 * MINUTE),
            study(6, severity="stat", status="complete"),
            study(7, severity="stat", is_cancelled=True),
            study(8, severity="high", age=5 * MINUTE),
        ]
    )
    sections = hand_off(studies, context(aside={study_id(5), study_id(2), study_id(6)}))
    assert [(each.title, each.total, each.above) for each in sections] == [
        (STAT, 2, 0),
        (OVERDUE, 2, 1),
        (ASIDE, 2, 1),
        (MINE, 2, 1),
    ]
    assert [[each.study_id for each in section.studies] for section in sections] == [
        [study_id(2), study_id(1)],
        [study_id(3)],
        [study_id(5)],
        [study_id(4)],
    ]


def test_each_row_says_which_of_its_words_tell_how_urgent_it_is() -> None:
    """Whoever colours them need not count cells: words nobody documented are longer."""
    studies = StudySet()
    words = {"stat": "STAT", "critical-care": "critical-care?", "high": "HIGH"}
    for number, severity in enumerate(words):
        studies.merge([study(number, severity=severity, age=9 * DAY)])
    told = HandOff("test", hand_off(studies, context()), context(), "OLD: so.", is_complete=False)
    listed = list(rows(told))
    (sure,) = (each for each in listed if each.is_certainty)
    assert sure.text == "OLD: so."
    found = {each.study.severity: each for each in listed if each.study is not None}
    assert {severity: row.urgency.strip() for severity, row in found.items()} == words
    assert all(row.text.startswith(row.urgency + " ") for row in found.values())
    assert not any(each.urgency for each in listed if each.study is None)
