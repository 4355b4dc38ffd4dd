"""The study scope of a key: with Self, the studies of other sources are not there for it."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from avara import Avara, NotFoundError

from avara_tui.emulator.embedded import EmbeddedEmulator
from emulator.plain_http import client_at, client_of
from emulator.test_emulator_process import started
from emulator.test_study_endpoints import STUDIES, new_study, walk
from studies import is_out_of_sight

Json = dict[str, Any]


@pytest.fixture
def own() -> Iterator[EmbeddedEmulator]:
    """An emulator whose key has the scope Self."""
    with EmbeddedEmulator(studies=120, seed=1, scope="self") as running:
        yield running


@pytest.fixture
def http(own: EmbeddedEmulator) -> Iterator[httpx.Client]:
    with client_of(own) as client:
        yield client


def halves(emulator: EmbeddedEmulator) -> tuple[list[Json], list[Json]]:
    """Return the studies of the key's own source, and the others."""
    studies = emulator.studies()
    own = [each for each in studies if not is_out_of_sight(each)]
    others = [each for each in studies if is_out_of_sight(each)]
    assert 20 < len(own) < 60
    assert any(each.get("createdByUser") for each in others)
    assert any(each.get("createdByApiKey") for each in others)
    return own, others


def ids(studies: list[Json]) -> set[str]:
    return {each["studyId"] for each in studies}


@pytest.mark.parametrize("order", ["newest", "oldest", "updated", "shuffled", "ties"])
@pytest.mark.parametrize("cursors", ["offset", "keyset"])
def test_a_list_holds_the_own_studies_alone_in_every_order(
    own: EmbeddedEmulator, http: httpx.Client, order: str, cursors: str
) -> None:
    own.switch("order", order)
    own.switch("cursors", cursors)
    mine, _ = halves(own)
    found = walk(http, limit="100")
    # An order with ties serves some rows twice and others never; of others' studies none at all.
    assert ids(found) <= ids(mine)
    if order != "ties":
        assert (len(found), ids(found)) == (len(mine), ids(mine))


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"severity": "normal"},
        {"studyViewerStatus": "incomplete", "isCancelled": "false"},
        {"studyDescription": "CT"},
        {"studyDescription": "CT", "severity": "high", "isCancelled": "false"},
        {"assignedTo": ""},
        {"expressCustomerId": "null", "studyViewerStatus": "complete"},
    ],
    ids=str,
)
def test_every_filter_selects_among_the_own_studies(query: dict[str, str]) -> None:
    with EmbeddedEmulator(studies=400, seed=2) as emulator, client_of(emulator) as every:
        wanted = {each["studyId"] for each in walk(every, **query) if not is_out_of_sight(each)}
    assert wanted
    with (
        EmbeddedEmulator(studies=400, seed=2, scope="self") as emulator,
        client_of(emulator) as mine,
    ):
        assert {each["studyId"] for each in walk(mine, **query)} == wanted


def test_another_study_is_answered_like_one_that_is_not_there(
    own: EmbeddedEmulator, http: httpx.Client
) -> None:
    _, others = halves(own)
    for study in others[:8]:
        study_id, uid = study["studyId"], study["studyInstanceUid"]
        answers = [
            http.get(f"{STUDIES}/{study_id}"),
            http.get(f"{STUDIES}/by-uid/{uid}"),
            http.patch(f"{STUDIES}/{study_id}", json={"severity": "stat"}),
        ]
        for name in ("cancel", "uncancel", "reroute-url"):
            answers += [
                http.post(f"{STUDIES}/{name}", json=key)
                for key in ({"studyId": study_id}, {"studyInstanceUid": uid})
            ]
        assert {answer.status_code for answer in answers} == {404}
        assert own.study(study_id) == study
        assert own.writes(study_id) == []


def test_an_own_study_can_be_read_and_changed_in_every_way(
    own: EmbeddedEmulator, http: httpx.Client
) -> None:
    mine, _ = halves(own)
    study = next(each for each in mine if not each["isCancelled"])
    study_id, uid = study["studyId"], study["studyInstanceUid"]
    assert http.get(f"{STUDIES}/{study_id}").json() == study
    assert http.get(f"{STUDIES}/by-uid/{uid}").json() == study
    assert http.patch(f"{STUDIES}/{study_id}", json={"severity": "stat"}).is_success
    assert http.post(f"{STUDIES}/cancel", json={"studyInstanceUid": uid}).is_success
    assert http.post(f"{STUDIES}/uncancel", json={"studyId": study_id}).is_success
    url = http.post(f"{STUDIES}/reroute-url", json={"studyId": study_id}).json()["url"]
    assert httpx.get(url).status_code == 200
    assert own.writes(study_id) == ["update", "cancel", "uncancel"]


def test_what_the_key_creates_is_its_own(http: httpx.Client) -> None:
    made = http.post(STUDIES, json=new_study()).json()
    assert not is_out_of_sight(made)
    assert http.get(f"{STUDIES}/{made['studyId']}").json() == made
    assert made["studyId"] in ids(walk(http))


def test_a_uid_of_a_study_that_is_not_seen_is_taken_all_the_same(
    own: EmbeddedEmulator, http: httpx.Client
) -> None:
    _, others = halves(own)
    uid = others[0]["studyInstanceUid"]
    refused = http.post(STUDIES, json=new_study(studyInstanceUid=uid))
    assert (refused.status_code, refused.json()["error"]) == (409, "conflict")
    assert others[0]["studyId"] not in refused.text
    own.switch("duplicate-uids", "accepted")
    made = http.post(STUDIES, json=new_study(studyInstanceUid=uid)).json()
    # Of the two with this UID the key sees its own, though the other is the older one.
    assert http.get(f"{STUDIES}/by-uid/{uid}").json() == made
    assert http.post(f"{STUDIES}/cancel", json={"studyInstanceUid": uid}).is_success
    assert own.study(made["studyId"])["isCancelled"]
    assert own.study(others[0]["studyId"]) == others[0]


def test_others_go_on_with_studies_that_the_key_does_not_see(own: EmbeddedEmulator) -> None:
    _, others = halves(own)
    changed = own.change(others[0]["studyId"], severity="stat")
    assert changed["severity"] == "stat"
    own.live(50)
    assert len(own.studies()) > 120


def test_the_official_sdk_sees_its_own_studies(own: EmbeddedEmulator) -> None:
    mine, others = halves(own)
    sdk = Avara(api_key=own.api_key, base_url=own.base_url, max_retries=0)
    assert {each.study_id for each in sdk.viewer.studies.list(limit=50)} == ids(mine)
    with pytest.raises(NotFoundError):
        sdk.viewer.studies.retrieve(others[0]["studyId"])
    sdk.close()


@pytest.mark.parametrize(("options", "some"), [((), False), (("--scope=self",), True)])
def test_the_command_has_the_scope_as_an_option(options: tuple[str, ...], *, some: bool) -> None:
    with started("--studies", "60", *options) as (_, where):
        key = {"Authorization": f"Bearer {where['api_key']}"}
        with client_at(where["base_url"], key) as client:
            found = walk(client)
    assert any(map(is_out_of_sight, found)) is not some
    assert (len(found) < 60) is some


def test_all_is_the_scope_unless_another_is_asked_for(emulator: EmbeddedEmulator) -> None:
    with client_of(emulator) as client:
        assert len(walk(client)) == 120


@pytest.mark.parametrize("make", [str.upper, str.title])
def test_an_id_is_known_by_letters_of_either_case(make: Any) -> None:
    with EmbeddedEmulator(studies=5, seed=1) as emulator, client_of(emulator) as client:
        study = emulator.studies()[0]
        study_id = study["studyId"]
        odd = "stu_" + make(study_id.removeprefix("stu_"))
        assert odd != study_id
        assert client.get(f"{STUDIES}/{odd}").json() == study
        person = emulator.users()[0]["userId"]
        change = {"assignedTo": "usr_" + make(person.removeprefix("usr_"))}
        changed = client.patch(f"{STUDIES}/{odd}", json=change).json()
        assert (changed["studyId"], changed["assignedTo"]["userId"]) == (study_id, person)
        assert client.post(f"{STUDIES}/reroute-url", json={"studyId": odd}).is_success
