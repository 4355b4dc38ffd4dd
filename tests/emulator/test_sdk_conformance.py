"""The official SDK, sync and async, finds in the emulator everything that it expects.

Answers are validated strictly: a field that the SDK's types do not allow fails the call.
"""

import inspect
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import avara
import pytest
from avara import AsyncAvara, Avara, DefaultAsyncHttpxClient, DefaultHttpxClient

from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from emulator.plain_http import NO_TLS, fetch

NOW = "2026-03-15T10:30:00Z"
UID = "1.2.840.113619.2.55.3.604688119.868.1234567890.123"
NO_STUDY = "stu_" + "0" * 32


@pytest.fixture(params=["sync", "async"])
async def sdk(request: pytest.FixtureRequest, emulator: EmbeddedEmulator) -> AsyncIterator[Any]:
    options: dict[str, Any] = {
        "api_key": emulator.api_key,
        "base_url": emulator.base_url,
        "max_retries": 0,
        "_strict_response_validation": True,
    }
    if request.param == "sync":
        with Avara(
            http_client=DefaultHttpxClient(verify=NO_TLS, trust_env=False), **options
        ) as client:
            yield client
    else:
        http_client = DefaultAsyncHttpxClient(verify=NO_TLS, trust_env=False)
        async with AsyncAvara(http_client=http_client, **options) as asynchronous:
            yield asynchronous


async def settle(result: Any) -> Any:
    """Return the value of a call, be it of the sync or of the async SDK."""
    return await result if inspect.isawaitable(result) else result


async def rows(pager: Any) -> list[Any]:
    """Return every row that the SDK's own paging finds."""
    if hasattr(pager, "__aiter__"):
        return [each async for each in pager]
    return list(pager)


def active(emulator: EmbeddedEmulator) -> dict[str, Any]:
    return next(each for each in emulator.studies() if not each["isCancelled"])


class TestStudies:
    async def test_create(self, sdk: Any, emulator: EmbeddedEmulator) -> None:
        customer = emulator.customers()[0]
        created = await settle(
            sdk.viewer.studies.create(
                severity="high",
                study_description="CT Chest/Abdomen/Pelvis",
                study_instance_uid=UID,
                assigned_to=DEMO_USER_ID,
                express_customer_id=customer["expressCustomerId"],
                metadata={"department": "radiology", "priority": "urgent"},
            )
        )
        assert created.study_instance_uid == UID
        assert created.assigned_to.user_id == DEMO_USER_ID
        assert created.express_customer.express_customer_name == customer["expressCustomerName"]
        assert created.metadata == {"department": "radiology", "priority": "urgent"}
        assert created.created_by_api_key.description == "Production API Key"
        assert emulator.writes(created.study_id) == ["create"]

    async def test_list_pages_to_the_last_row(self, sdk: Any, emulator: EmbeddedEmulator) -> None:
        listed = await rows(sdk.viewer.studies.list(limit=50))
        assert [each.study_id for each in listed] == [
            each["studyId"] for each in emulator.studies()
        ]
        assert emulator.count("studies.list") == 3

    async def test_list_by_every_filter(self, sdk: Any, emulator: EmbeddedEmulator) -> None:
        some = next(
            each for each in emulator.studies() if each["assignedTo"] and each["expressCustomer"]
        )
        listed = await rows(
            sdk.viewer.studies.list(
                assigned_to=some["assignedTo"]["userId"],
                express_customer_id=some["expressCustomer"]["expressCustomerId"],
                is_cancelled=some["isCancelled"],
                severity=some["severity"],
                study_description=some["studyDescription"][3:],
                study_viewer_status=some["studyViewerStatus"],
            )
        )
        assert some["studyId"] in [each.study_id for each in listed]
        for each in listed:
            assert each.assigned_to.user_id == some["assignedTo"]["userId"]
            assert each.severity == some["severity"]

    async def test_the_null_filter_is_lost_before_it_reaches_the_wire(
        self, sdk: Any, emulator: EmbeddedEmulator
    ) -> None:
        listed = await rows(sdk.viewer.studies.list(assigned_to=None))
        assert len(listed) == 120
        assert all("assignedTo" not in each.query for each in emulator.requests)

    async def test_retrieve(self, sdk: Any, emulator: EmbeddedEmulator) -> None:
        for stored in emulator.studies()[:10]:
            study = await settle(sdk.viewer.studies.retrieve(stored["studyId"]))
            again = await settle(sdk.viewer.studies.retrieve_by_uid(stored["studyInstanceUid"]))
            assert study.to_dict(mode="json") == again.to_dict(mode="json")
            assert study.study_description == stored["studyDescription"]
            assert study.created_at == datetime.fromisoformat(stored["createdAt"])

    async def test_update(self, sdk: Any, emulator: EmbeddedEmulator) -> None:
        study_id = active(emulator)["studyId"]
        updated = await settle(
            sdk.viewer.studies.update(
                study_id,
                assigned_to=DEMO_USER_ID,
                metadata={"a": "b"},
                severity="stat",
                study_description="CT Head",
                study_viewer_status="complete",
            )
        )
        assert updated.assigned_to.user_id == DEMO_USER_ID
        assert (updated.severity, updated.study_viewer_status) == ("stat", "complete")
        assert (updated.study_description, updated.metadata) == ("CT Head", {"a": "b"})
        cleared = await settle(sdk.viewer.studies.update(study_id, metadata=None))
        assert cleared.metadata == {}
        # The types forbid it, the text allows it, and JSON null goes out.
        unassigned = await settle(sdk.viewer.studies.update(study_id, assigned_to=None))
        assert unassigned.assigned_to is None

    @pytest.mark.parametrize("by", ["study_id", "study_instance_uid"])
    async def test_cancel_and_uncancel(self, sdk: Any, emulator: EmbeddedEmulator, by: str) -> None:
        stored = active(emulator)
        key = {by: stored["studyId" if by == "study_id" else "studyInstanceUid"]}
        assert (await settle(sdk.viewer.studies.cancel(**key))).success
        assert emulator.study(stored["studyId"])["isCancelled"]
        assert (await settle(sdk.viewer.studies.uncancel(**key))).success
        assert not emulator.study(stored["studyId"])["isCancelled"]

    async def test_reroute_url(self, sdk: Any, emulator: EmbeddedEmulator) -> None:
        key = active(emulator)["studyId"]
        answer = await settle(sdk.viewer.studies.reroute_url(study_id=key))
        assert fetch(answer.url).status_code == 200


class TestUsers:
    async def test_list_pages_to_the_last_row(self, sdk: Any, emulator: EmbeddedEmulator) -> None:
        listed = await rows(sdk.viewer.users.list(limit=10))
        everybody = {each["userId"] for each in emulator.users()}
        # One has left: known to the studies, not listed.
        assert len(everybody - {each.user_id for each in listed}) == 1
        assert emulator.count("users.list") == 3

    async def test_list_by_every_filter(self, sdk: Any) -> None:
        for query in (
            {"email": "john.smith@radiology.example"},
            {"first_name": "joh", "last_name": "mit"},
            {"first_name": "John", "level": "member"},
        ):
            (john,) = await rows(sdk.viewer.users.list(**query))
            assert john.middle_name == "Robert"
        for source in ("api", "dashboard"):
            listed = await rows(sdk.viewer.users.list(invited_source=source))
            assert {each.invited_source for each in listed} == {source}

    async def test_retrieve(self, sdk: Any) -> None:
        user = await settle(sdk.viewer.users.retrieve(DEMO_USER_ID))
        assert (user.clinic_role, user.level) == ("Radiologist", "member")

    async def test_invite_update_and_access(self, sdk: Any, emulator: EmbeddedEmulator) -> None:
        users = sdk.viewer.users
        invited = await settle(
            users.invite(
                can_manage_studies=True,
                clinic_role="Radiologist",
                email="new.reader@radiology.example",
                first_name="New",
                has_dashboard_access=False,
                last_name="Reader",
                level="member",
                phone_number="5550100123",
                suffix1="MD",
            )
        )
        assert invited.last_login_at is None
        assert invited.invited_source == "api"
        user_id = invited.user_id
        updated = await settle(
            users.update(user_id, last_name="Writer", suffix1=None, can_manage_studies=False)
        )
        assert (updated.last_name, updated.suffix1) == ("Writer", None)
        assert not updated.can_manage_studies
        emulator.change(active(emulator)["studyId"], assignedTo=user_id)
        assert active(emulator)["assignedTo"]["lastName"] == "Writer"

        assert (await settle(users.revoke_access(user_id=user_id))).success
        assert user_id not in {each.user_id for each in await rows(users.list(limit=100))}
        with pytest.raises(avara.UnprocessableEntityError):
            await settle(
                sdk.viewer.studies.update(active(emulator)["studyId"], assigned_to=user_id)
            )
        with pytest.raises(avara.ConflictError):
            await settle(users.revoke_access(user_id=user_id))
        assert (await settle(users.reactivate(user_id=user_id))).success
        with pytest.raises(avara.ConflictError):
            await settle(users.reactivate(user_id=user_id))
        assert user_id in {each.user_id for each in await rows(users.list(limit=100))}

    async def test_wrong_invitations(self, sdk: Any) -> None:
        good: dict[str, Any] = {
            "can_manage_studies": True,
            "clinic_role": "Radiologist",
            "email": "new.reader@radiology.example",
            "first_name": "New",
            "has_dashboard_access": True,
            "last_name": "Reader",
            "level": "admin",
        }
        for wrong in (
            {"email": "nobody"},
            {"level": "owner"},
            {"clinic_role": "Wizard"},
            {"phone_number": "12"},
            {"first_name": ""},
            {"has_dashboard_access": False},
            {"can_manage_studies": "yes"},
        ):
            with pytest.raises(avara.BadRequestError):
                await settle(sdk.viewer.users.invite(**{**good, **wrong}))
        with pytest.raises(avara.ConflictError):
            await settle(
                sdk.viewer.users.invite(**{**good, "email": "John.Smith@radiology.example"})
            )

    async def test_an_owner_is_out_of_reach(self, sdk: Any) -> None:
        (owner,) = await rows(sdk.viewer.users.list(level="owner"))
        with pytest.raises(avara.PermissionDeniedError):
            await settle(sdk.viewer.users.update(owner.user_id, level="member"))
        with pytest.raises(avara.PermissionDeniedError):
            await settle(sdk.viewer.users.revoke_access(user_id=owner.user_id))


class TestInvitations:
    async def test_list_and_retrieve(self, sdk: Any) -> None:
        invitations = sdk.viewer.users.invitations
        listed = await rows(invitations.list(limit=2))
        assert len(listed) == 5
        assert listed == sorted(listed, key=lambda each: each.created_at, reverse=True)
        for each in listed:
            again = await settle(invitations.retrieve(each.invitation_id))
            assert again.to_dict() == each.to_dict()
            (by_user,) = await rows(invitations.list(user_id=each.user_id))
            assert by_user.invitation_id == each.invitation_id

    async def test_filters(self, sdk: Any) -> None:
        invitations = sdk.viewer.users.invitations
        open_or_revoked = await rows(invitations.list(status=["sent", "revoked"]))
        assert [each.status for each in open_or_revoked] == ["sent", "sent", "revoked"]
        pending = await rows(invitations.list(status=["sent"], expired="not-expired"))
        late = await rows(invitations.list(status=["sent"], expired="expired"))
        assert (len(pending), len(late)) == (1, 1)
        assert late[0].expiry < datetime.now(UTC) < pending[0].expiry
        day = late[0].created_at.date().isoformat()
        same_day = await rows(invitations.list(start_date=day, end_date=day))
        assert [each.invitation_id for each in same_day] == [late[0].invitation_id]

    async def test_update_and_revoke(self, sdk: Any) -> None:
        invitations = sdk.viewer.users.invitations
        (pending,) = await rows(invitations.list(status=["sent"], expired="not-expired"))
        changed = await settle(invitations.update(pending.invitation_id, first_name="Benjamin"))
        assert changed.first_name == "Benjamin"
        assert changed.updated_at > pending.updated_at
        user = await settle(sdk.viewer.users.retrieve(pending.user_id))
        assert user.first_name == "Benjamin"
        assert (await settle(invitations.revoke(user_id=pending.user_id))).success
        revoked = await settle(invitations.retrieve(pending.invitation_id))
        assert revoked.status == "revoked"
        with pytest.raises(avara.ConflictError):
            await settle(invitations.revoke(invitation_id=pending.invitation_id))
        with pytest.raises(avara.ConflictError):
            await settle(invitations.update(pending.invitation_id, first_name="Ben"))
        with pytest.raises(avara.BadRequestError):
            await settle(invitations.revoke())


class TestCustomers:
    async def test_list_and_retrieve(self, sdk: Any) -> None:
        listed = await rows(sdk.express.list(limit=5))
        assert len(listed) == 12
        for each in listed:
            again = await settle(sdk.express.retrieve(each.express_customer_id))
            assert again.to_dict() == each.to_dict()


class TestErrors:
    @pytest.mark.parametrize(
        ("status", "error"),
        [
            (400, avara.BadRequestError),
            (401, avara.AuthenticationError),
            (403, avara.PermissionDeniedError),
            (404, avara.NotFoundError),
            (409, avara.ConflictError),
            (422, avara.UnprocessableEntityError),
            (500, avara.InternalServerError),
            (503, avara.InternalServerError),
        ],
    )
    async def test_a_status_becomes_its_error(
        self, sdk: Any, emulator: EmbeddedEmulator, status: int, error: type[avara.APIStatusError]
    ) -> None:
        emulator.arm(f"status-{status}")
        with pytest.raises(error) as caught:
            await settle(sdk.viewer.studies.retrieve(NO_STUDY))
        assert caught.value.status_code == status
        assert isinstance(caught.value.body, dict)
        assert caught.value.body["message"]

    async def test_errors_that_the_rules_give(self, sdk: Any) -> None:
        with pytest.raises(avara.NotFoundError):
            await settle(sdk.viewer.studies.retrieve(NO_STUDY))
        with pytest.raises(avara.BadRequestError):
            await settle(sdk.viewer.studies.retrieve("stu_1"))
        with pytest.raises(avara.BadRequestError):
            await settle(sdk.viewer.studies.cancel())
        with pytest.raises(avara.AuthenticationError):
            await settle(sdk.copy(api_key="sk_live_wrong").viewer.studies.list())

    async def test_a_rate_limit(self, sdk: Any, emulator: EmbeddedEmulator) -> None:
        emulator.switch("rate-limit", "0.1")
        await settle(sdk.viewer.studies.list())
        with pytest.raises(avara.RateLimitError) as caught:
            await settle(sdk.viewer.studies.list())
        assert 0 < int(caught.value.response.headers["retry-after"]) <= 10

    async def test_connections_that_fail(self, sdk: Any, emulator: EmbeddedEmulator) -> None:
        emulator.arm("stall-before-answer")
        with pytest.raises(avara.APITimeoutError):
            await settle(sdk.viewer.studies.retrieve(NO_STUDY, timeout=0.2))
        emulator.arm("reset-before-answer")
        with pytest.raises(avara.APIConnectionError):
            await settle(sdk.viewer.studies.retrieve(NO_STUDY))
        with emulator.refusing_connections(), pytest.raises(avara.APIConnectionError):
            await settle(sdk.viewer.studies.retrieve(NO_STUDY))

    async def test_strict_validation_notices_what_is_wrong(
        self, sdk: Any, emulator: EmbeddedEmulator
    ) -> None:
        """Proves that the passing calls above mean something."""
        study_id = active(emulator)["studyId"]
        for kind in ("wrong-types", "missing-fields", "unknown-enums"):
            emulator.arm(kind)
            with pytest.raises(avara.APIResponseValidationError):
                await settle(sdk.viewer.studies.retrieve(study_id))


class TestRetries:
    async def test_a_retry_finds_the_server_well_again(
        self, sdk: Any, emulator: EmbeddedEmulator
    ) -> None:
        emulator.arm("status-503")
        stored = active(emulator)
        study = await settle(
            sdk.with_options(max_retries=1).viewer.studies.retrieve(stored["studyId"])
        )
        assert study.study_id == stored["studyId"]
        assert [each.status for each in emulator.requests] == [503, 200]

    async def test_a_retried_create_is_applied_twice_where_uids_may_repeat(
        self, sdk: Any, emulator: EmbeddedEmulator
    ) -> None:
        emulator.switch("duplicate-uids", "accepted")
        emulator.arm("status-500-after-write")
        await settle(
            sdk.with_options(max_retries=1).viewer.studies.create(
                severity="high", study_description="CT", study_instance_uid=UID
            )
        )
        assert sum(each["studyInstanceUid"] == UID for each in emulator.studies()) == 2


def test_every_method_of_the_resources_is_called_here() -> None:
    """A method that a later SDK adds fails this until it is covered."""
    source = inspect.getsource(inspect.getmodule(TestStudies) or TestStudies)
    client = Avara(api_key="k", http_client=DefaultHttpxClient(verify=NO_TLS, trust_env=False))
    resources = {
        "studies": client.viewer.studies,
        "users": client.viewer.users,
        "invitations": client.viewer.users.invitations,
    }
    for name, resource in resources.items():
        methods = [
            method
            for method, _ in inspect.getmembers(type(resource), inspect.isfunction)
            if not method.startswith("_")
        ]
        assert len(methods) >= 4
        for method in methods:
            assert f"{name}.{method}(" in source, f"{name}.{method}"
    client.close()
