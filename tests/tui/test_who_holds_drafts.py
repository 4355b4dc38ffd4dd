"""Drafts belong to the editing, whatever the pane shows: it draws them and owns none."""

from avara_tui.tui.presentation.row_context import RowContext
from avara_tui.tui.widgets.detail_pane import DetailPane
from tui.without_screen import Commands
from worklist.making import OKAFOR


def test_a_pane_shows_the_drafts_it_is_given_and_keeps_none() -> None:
    commands = Commands()
    made = commands.there_is()
    commands.drafts.change(made, commands.drafts.of(made)._replace(severity="stat"))
    pane = DetailPane(RowContext())
    pane.show_study(made)
    assert pane.changed_fields == 0
    pane.show_edits(commands.edits)
    (draft,) = commands.drafts
    assert pane.draft is draft
    assert pane.changed_fields == 1
    commands.drafts.drop(made.study_id)
    assert pane.changed_fields == 0


async def test_an_edit_that_ends_when_another_study_is_shown_goes_on_from_what_was_read() -> None:
    commands = Commands()
    made, other = commands.there_is(), commands.there_is(2)
    pane = commands.screen.detail
    pane.show_study(made)

    def meanwhile() -> None:
        commands.somebody(made.study_id, status="complete")
        commands.read()
        pane.show_study(other)

    for _ in range(20):
        if pane.entry is not None and pane.entry.field == "description":
            break
        pane.move_field(1)
    commands.screen.will("description", "Zebra mine", meanwhile)
    await commands.do("edit_field")
    draft = commands.drafts.get(made.study_id)
    assert draft is not None
    assert [(each.field, each.new) for each in draft.changes] == [("description", "Zebra mine")]
    assert draft.study.status == draft.mine.status == "complete"
    assert draft.study == commands.held(made.study_id)


async def test_drafts_are_brought_up_to_date_whatever_is_shown() -> None:
    commands = Commands()
    made = commands.there_is()
    commands.drafts.change(made, commands.drafts.of(made)._replace(severity="stat"))
    commands.screen.detail.show_study(None)
    commands.somebody(made.study_id, assignee=OKAFOR)
    commands.read()
    draft = commands.drafts.get(made.study_id)
    assert draft is not None
    assert draft.mine.assigned_to == OKAFOR.user_id
    assert draft.mine.severity == "stat"
