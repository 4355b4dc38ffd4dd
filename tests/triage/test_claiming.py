"""Claiming: two people at once end with one who believes it, and the other is told."""

import asyncio
from typing import Any

from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.study import Study
from avara_tui.triage.writing.claiming import SETTLING, Claimer, ClaimStanding
from avara_tui.triage.writing.ledger import Fate
from triage.making import Notes, Workplace, an_open_study, workplace

ROUNDS = 200


def another(emulator: EmbeddedEmulator) -> str:
    others = [each["userId"] for each in emulator.users() if each["userId"] != DEMO_USER_ID]
    return str(others[0])


def holder(emulator: EmbeddedEmulator, study_id: str) -> object:
    person = emulator.study(study_id).get("assignedTo")
    return person["userId"] if person else None


async def test_a_free_study_is_claimed_and_read_again(emulator: EmbeddedEmulator) -> None:
    study_id = an_open_study(emulator, assignedTo=None)
    async with workplace(emulator) as work:
        claim = await work.claimer.claim(study_id, DEMO_USER_ID)
        assert (claim.standing, claim.is_verified) == (ClaimStanding.YOURS, True)
        assert holder(emulator, study_id) == DEMO_USER_ID
        assert emulator.writes(study_id) == ["update"]


async def test_a_study_that_somebody_has_is_left_alone_and_the_holder_named(
    emulator: EmbeddedEmulator,
) -> None:
    study_id = an_open_study(emulator, assignedTo=another(emulator))
    async with workplace(emulator) as work:
        claim = await work.claimer.claim(study_id, DEMO_USER_ID)
        assert claim.standing is ClaimStanding.HELD
        assert claim.holder is not None
        assert claim.holder.user_id == another(emulator)
        assert emulator.writes(study_id) == []
        forced = await work.claimer.claim(study_id, DEMO_USER_ID, holder=another(emulator))
        assert forced.standing is ClaimStanding.YOURS


async def test_taking_over_is_from_the_holder_that_was_named_alone(
    emulator: EmbeddedEmulator,
) -> None:
    first, second = [each["userId"] for each in emulator.users() if each["userId"] != DEMO_USER_ID][
        :2
    ]
    study_id = an_open_study(emulator, assignedTo=second)
    async with workplace(emulator) as work:
        claim = await work.claimer.claim(study_id, DEMO_USER_ID, holder=first)
        assert claim.standing is ClaimStanding.HELD
        assert emulator.writes(study_id) == []


async def test_what_is_mine_already_is_not_written(emulator: EmbeddedEmulator) -> None:
    study_id = an_open_study(emulator, assignedTo=DEMO_USER_ID)
    async with workplace(emulator) as work:
        claim = await work.claimer.claim(study_id, DEMO_USER_ID)
        assert claim.standing is ClaimStanding.YOURS_ALREADY
        assert emulator.writes(study_id) == []


async def test_next_passes_over_what_was_taken_closed_or_removed_meanwhile(
    emulator: EmbeddedEmulator,
) -> None:
    ids = [an_open_study(emulator, index, assignedTo=None) for index in range(5)]
    async with workplace(emulator) as work:
        studies = [await work.read(each) for each in ids]
        emulator.change(ids[0], assignedTo=another(emulator))
        emulator.change(ids[1], studyViewerStatus="complete")
        emulator.cancel(ids[2])
        emulator.delete(ids[3])
        claim = await work.claimer.next(lambda: studies, DEMO_USER_ID)
        assert claim is not None
        assert (claim.study_id, claim.standing) == (ids[4], ClaimStanding.YOURS)
        assert [emulator.writes(each) for each in ids[:3]] == [[], [], []]


async def test_next_is_none_when_nothing_is_left(emulator: EmbeddedEmulator) -> None:
    study_id = an_open_study(emulator, assignedTo=None)
    async with workplace(emulator) as work:
        study = await work.read(study_id)
        emulator.change(study_id, assignedTo=another(emulator))
        assert await work.claimer.next(lambda: [study], DEMO_USER_ID) is None
        assert await work.claimer.next(list[Study], DEMO_USER_ID) is None


async def test_next_stops_when_the_server_fails_and_says_so(emulator: EmbeddedEmulator) -> None:
    ids = [an_open_study(emulator, index, assignedTo=None) for index in range(2)]
    async with workplace(emulator) as work:
        studies = [await work.read(each) for each in ids]
        emulator.arm("status-403", 5, "studies.update")
        claim = await work.claimer.next(lambda: studies, DEMO_USER_ID)
        assert claim is not None
        assert claim.standing is ClaimStanding.FAILED
        assert claim.result.error is not None
        assert [emulator.writes(each) for each in ids] == [[], []]


def believes(work: Workplace, study_id: str) -> bool:
    return study_id in set(work.ledger.claims())


async def test_two_who_claim_at_once_never_both_believe_it_after_one_refresh() -> None:
    """Every round is a new study; the order of the four requests is left to chance."""
    with EmbeddedEmulator(studies=1, seed=1) as emulator:
        people = (DEMO_USER_ID, another(emulator))
        both_wrote = 0
        async with workplace(emulator) as one, workplace(emulator) as two:
            for number in range(ROUNDS):
                study = emulator.create(
                    studyDescription="race", severity="stat", studyInstanceUid=f"1.2.3.{number}"
                )
                study_id = study["studyId"]
                works = (one, two) if number % 2 else (two, one)
                claims = await asyncio.gather(
                    *(
                        work.claimer.claim(study_id, me)
                        for work, me in zip(works, people, strict=True)
                    )
                )
                for work in works:
                    await work.read(study_id)
                final = holder(emulator, study_id)
                believers = [
                    me for work, me in zip(works, people, strict=True) if believes(work, study_id)
                ]
                assert believers == [final], number
                loser = next(work for work, me in zip(works, people, strict=True) if me != final)
                lost = next(each for each, me in zip(claims, people, strict=True) if me != final)
                was_told = lost.standing in {ClaimStanding.HELD, ClaimStanding.TAKEN}
                was_told |= any(
                    each.study_id == study_id and each.fate is Fate.OVERWRITTEN
                    for each in loser.told
                )
                assert was_told, number
                assert len(emulator.writes(study_id)) in {1, 2}
                both_wrote += len(emulator.writes(study_id)) == 2
        # Else the race was none.
        assert both_wrote


async def test_who_settles_first_learns_of_a_claim_that_was_on_its_way(
    emulator: EmbeddedEmulator,
) -> None:
    study_id = an_open_study(emulator, assignedTo=None)
    rival = another(emulator)
    async with workplace(emulator) as work:
        claimer = Claimer(work.shelf, work.editor, settling=SETTLING)

        class Late(Notes):
            """Somebody whose write arrives once ours has been answered, and before we look."""

            def ended(self, _: object, change: Any) -> None:
                asyncio.get_running_loop().call_later(
                    SETTLING / 10, lambda: emulator.change(change.study_id, assignedTo=rival)
                )

        work.history.subscribe(Late())
        claim = await claimer.claim(study_id, DEMO_USER_ID)
        assert claim.standing is ClaimStanding.TAKEN
        assert claim.holder is not None
        assert claim.holder.user_id == rival
