"""The client and the emulator, which know nothing of each other, agree on the contract."""

from collections.abc import AsyncIterator

import pytest

from avara_tui.api.client import AvaraClient
from avara_tui.api.errors import AvaraError, ErrorKind, Outcome
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.study import Study
from avara_tui.study_requests import NewStudy, StudyChanges, StudyFilter

UID = "1.2.826.0.1.3680043.8.498.1"
NOBODY = "stu_00000000000000000000000000000000"


@pytest.fixture
async def client(emulator: EmbeddedEmulator) -> AsyncIterator[AvaraClient]:
    async with AvaraClient(emulator.base_url, emulator.api_key) as client:
        yield client


async def everything(client: AvaraClient, query: StudyFilter | None = None) -> list[Study]:
    studies: list[Study] = []
    async for page in client.walk_studies(query or StudyFilter(), limit=25):
        assert not page.unreadable
        assert not page.ignored_filters
        studies += page.studies
    return studies


async def test_a_walk_brings_all_studies_once(client: AvaraClient) -> None:
    studies = await everything(client)
    assert len(studies) == 120
    assert len({study.study_id for study in studies}) == 120


async def test_a_study_that_is_known_already_is_that_one_unless_it_has_changed(
    client: AvaraClient, emulator: EmbeddedEmulator
) -> None:
    known = {study.study_id: study for study in await everything(client)}
    changed, *_ = known
    emulator.change(changed, studyDescription="changed")
    walk = client.walk_studies(limit=25, known=known.get)
    again = [study async for page in walk for study in page.studies]
    assert {study.study_id for study in again if study is not known[study.study_id]} == {changed}
    assert len(again) == len(known)


async def test_the_filters_cut_the_studies_into_parts(client: AvaraClient) -> None:
    whole = {study.study_id for study in await everything(client)}
    parts = [
        {study.study_id for study in await everything(client, query)}
        for query in (
            StudyFilter(is_cancelled=True),
            StudyFilter(is_cancelled=False, status="complete"),
            StudyFilter(is_cancelled=False, status="incomplete", assigned_to=None),
        )
    ]
    users = [user.user_id async for page in client.walk_users() for user in page.users]
    for user_id in users:
        mine = StudyFilter(is_cancelled=False, status="incomplete", assigned_to=user_id)
        parts.append({study.study_id for study in await everything(client, mine)})
    assert sum(map(len, parts)) == len(set().union(*parts)) == len(whole)


async def test_studies_without_a_customer_are_found(client: AvaraClient) -> None:
    without = await everything(client, StudyFilter(customer_id=None))
    expected = [study for study in await everything(client) if study.customer is None]
    assert {study.study_id for study in without} == {study.study_id for study in expected}


async def test_a_study_goes_through_its_life(client: AvaraClient) -> None:
    users = (await client.list_users()).users
    customers = (await client.list_customers()).customers
    new = NewStudy(
        UID, "CT Head", "stat", users[0].user_id, customers[0].customer_id, {"accession": "A1"}
    )
    study = await client.create(new)
    assert (study.uid, study.severity, study.metadata) == (UID, "stat", {"accession": "A1"})
    assert study.assignee is not None
    assert study.assignee.user_id == users[0].user_id
    assert study.customer == customers[0].ref
    assert await client.retrieve(study.study_id) == study
    assert await client.retrieve_by_uid(UID) == study

    changes = StudyChanges("high", "complete", "CT Neck", None, {"accession": "A2"})
    changed = await client.update(study.study_id, changes)
    assert changed.assignee is None
    assert (changed.severity, changed.status, changed.description) == (
        "high",
        "complete",
        "CT Neck",
    )
    assert changed.metadata == {"accession": "A2"}

    assert (await client.cancel(study.study_id)).is_cancelled
    assert not (await client.uncancel(study.study_id)).is_cancelled
    assert (await client.reroute_url(study.study_id)).startswith("http://127.0.0.1:")


async def test_unknown_studies_are_not_found(client: AvaraClient) -> None:
    for call in (client.retrieve(NOBODY), client.retrieve_by_uid(UID), client.reroute_url(NOBODY)):
        with pytest.raises(AvaraError) as caught:
            await call
        assert (caught.value.kind, caught.value.outcome) == (ErrorKind.NOT_FOUND, Outcome.NOTHING)
    for write in (client.cancel(NOBODY), client.update(NOBODY, StudyChanges(severity="stat"))):
        with pytest.raises(AvaraError) as caught:
            await write
        assert caught.value.kind is ErrorKind.NOT_FOUND
        assert caught.value.outcome is Outcome.NOT_APPLIED


async def test_a_wrong_key_is_said_to_be_wrong(emulator: EmbeddedEmulator) -> None:
    async with AvaraClient(emulator.base_url, "sk_live_" + "0" * 32) as client:
        with pytest.raises(AvaraError) as caught:
            await client.list_studies()
    assert caught.value.kind is ErrorKind.UNAUTHORIZED
    assert "avara-tui auth login" in str(caught.value)


async def test_the_servers_clock_is_compared_with_ours(client: AvaraClient) -> None:
    await client.list_studies(limit=1)
    assert client.clock_skew is not None
    assert abs(client.clock_skew) < 5
