"""Nothing that names a patient, opens a door or opens a study comes out by the side."""

import logging
import traceback

import pytest

from api.raw_server import KEY, STUDY_ID, UID, Received, Reply, Reset, Response, reply, talking
from avara_tui.api.client import AvaraClient
from avara_tui.api.errors import AvaraError, ErrorKind, Outcome
from avara_tui.study_requests import NewStudy, StudyChanges, StudyFilter

PATIENT = "DOE^JANE"
TOKEN = "tok3n"
SECRETS = (KEY, KEY.removeprefix("sk_live_"), PATIENT, TOKEN, "viewer.example")

FAULTS: list[Reply] = [
    reply({"message": f"{PATIENT} {TOKEN}", "studyDescription": PATIENT}, 422),
    reply({"url": f"ftp://viewer.example/?token={TOKEN}", "studyDescription": PATIENT}),
    reply({"studies": [{"studyDescription": PATIENT}, PATIENT]}),
    Response(302, headers={"location": f"https://viewer.example/?token={TOKEN}"}),
    Response(500, f"{PATIENT} {TOKEN} {KEY}".encode()),
    Reset(),
]


async def every_call(client: AvaraClient) -> list[AvaraError]:
    new = NewStudy(UID, PATIENT, "stat", metadata={PATIENT: PATIENT})
    changes = StudyChanges(description=PATIENT, metadata={PATIENT: PATIENT})
    calls = [
        client.list_studies(StudyFilter(description=PATIENT), cursor=PATIENT),
        client.retrieve(PATIENT),
        client.retrieve_by_uid(UID),
        client.create(new),
        client.update(STUDY_ID, changes),
        client.cancel(STUDY_ID),
        client.uncancel(STUDY_ID),
        client.reroute_url(STUDY_ID),
        client.list_users(),
        client.retrieve_user(PATIENT),
        client.list_customers(),
    ]
    errors = []
    for call in calls:
        client.resume()
        try:
            await call
        except AvaraError as error:
            errors.append(error)
    return errors


@pytest.mark.parametrize("fault", FAULTS)
async def test_errors_and_logs_keep_what_they_know(
    fault: Reply, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with talking(lambda _received: fault) as (_server, client):
        errors = await every_call(client)
        said = [repr(client), str(client)]
    assert len(errors) >= 9
    for error in errors:
        assert error.__cause__ is None
        assert error.__context__ is None
        said += [str(error), repr(error), "".join(traceback.format_exception(error))]
    said += [record.getMessage() for record in caplog.records]
    for text in said:
        for secret in SECRETS:
            assert secret not in text


async def test_the_log_tells_method_route_status_and_duration(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, logger="avara_tui.api")

    def handle(received: Received) -> Reply:
        return Reset() if received.method == "GET" else Response(404)

    async with talking(handle) as (_server, client):
        await every_call(client)
    lines = {
        record.getMessage().rpartition(" ms")[0].rpartition(" ")[0]
        for record in caplog.records
        if record.name == "avara_tui.api"
    }
    assert {
        "GET /v1/viewer/studies unreachable",
        "GET /v1/viewer/studies/{studyId} unreachable",
        "GET /v1/viewer/studies/by-uid/{studyInstanceUid} unreachable",
        "GET /v1/viewer/users unreachable",
    } <= lines
    caplog.clear()
    async with talking(lambda _received: Response(404)) as (_server, client):
        await every_call(client)
    messages = [record.getMessage() for record in caplog.records]
    assert any(message.startswith("POST /v1/viewer/studies/cancel 404 ") for message in messages)
    assert all(message.endswith(" ms") for message in messages)


@pytest.mark.parametrize("is_write", [False, True])
async def test_a_mistake_of_our_own_is_an_error_like_others(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, *, is_write: bool
) -> None:
    def stumble(_body: bytes, _study_id: str) -> None:
        raise LookupError(PATIENT)

    async with talking(lambda _received: reply({"success": True})) as (_server, client):
        monkeypatch.setattr(client._parser, "study_with_id", stumble)
        with pytest.raises(AvaraError) as caught:
            await (client.cancel(STUDY_ID) if is_write else client.retrieve(STUDY_ID))
    error = caught.value
    assert error.kind is ErrorKind.UNREADABLE
    assert error.outcome is (Outcome.UNKNOWN if is_write else Outcome.NOTHING)
    assert error.__context__ is None
    assert PATIENT not in str(error) + caplog.text
    assert "LookupError at test_secrets.py:" in caplog.text


async def test_the_servers_words_are_kept_for_the_screen_alone() -> None:
    async with talking(lambda _received: reply({"message": PATIENT}, 403)) as (_server, client):
        with pytest.raises(AvaraError) as caught:
            await client.retrieve(STUDY_ID)
    assert caught.value.server_message == PATIENT
    assert PATIENT not in str(caught.value) + repr(caught.value)


async def test_a_netrc_does_not_replace_the_key(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pathlib import Path

    home = Path(str(tmp_path))
    (home / ".netrc").write_text("machine 127.0.0.1 login somebody password else\n")
    (home / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("NETRC", str(home / ".netrc"))
    async with talking(lambda _received: Response(404)) as (server, client):
        with pytest.raises(AvaraError):
            await client.retrieve(STUDY_ID)
    assert server.received[0].headers["authorization"] == f"Bearer {KEY}"


async def test_cookies_are_not_kept() -> None:
    def handle(_received: Received) -> Reply:
        return Response(404, headers={"set-cookie": "session=1; Path=/"})

    async with talking(handle) as (server, client):
        for _ in range(2):
            with pytest.raises(AvaraError):
                await client.retrieve(STUDY_ID)
    assert all("cookie" not in received.headers for received in server.received)
