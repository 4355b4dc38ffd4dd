"""The same calls by the official SDK and by our client, compared as they stand on the wire."""

import json
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from avara import Avara, DefaultHttpxClient

from avara_tui.api.client import AvaraClient
from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.emulator.recorder import RecordedRequest
from avara_tui.study import Study
from avara_tui.study_requests import NewStudy, StudyChanges, StudyFilter
from emulator.plain_http import NO_TLS

UID = "1.2.840.113619.2.55.3.604688119.868.1234567890.123"

REASONS = {
    "null filter": "the SDK drops a filter by null, and every study comes back; ours sends an"
    " empty value, as the TypeScript and C# SDKs do",
    "look-up first": "ours looks for a study with that UID before it creates one: nothing else"
    " tells a lost answer from a lost request",
    "read back": "the answer holds no study; ours reads it, and returns what the server has",
    "spelling": "the same meaning in another spelling: the order of fields or parameters, a blank"
    " as %20 and not +, JSON's other letters as \\u escapes",
}


class Wire(NamedTuple):
    """What one request says."""

    method: str
    path: str
    query: str
    body: bytes

    @property
    def meaning(self) -> tuple[str, str, list[tuple[str, str]], Any]:
        pairs = sorted(parse_qsl(self.query, keep_blank_values=True))
        return self.method, self.path, pairs, json.loads(self.body or b"null")


class Call(NamedTuple):
    name: str
    sdk: Callable[[Avara, str], object]
    ours: Callable[[AvaraClient, Study], Awaitable[object]]
    """Is given the study as it was read before, as the screen gives it."""


class Compared(NamedTuple):
    name: str
    sdk: list[Wire]
    ours: list[Wire]

    @property
    def differences(self) -> list[str]:
        """Return the names of the differences, of :data:`REASONS` where they are known."""
        if self.sdk == self.ours:
            return []
        found = []
        (theirs,) = self.sdk
        ours = list(self.ours)
        if len(ours) > 1 and ours[0].path.startswith("/v1/viewer/studies/by-uid/"):
            found.append("look-up first")
            ours.pop(0)
        if len(ours) > 1 and (ours[-1].method, ours[0].method) == ("GET", "POST"):
            found.append("read back")
            ours.pop()
        if len(ours) != 1:
            return [*found, "other requests"]
        mine = ours[0]
        _, _, pairs, _ = mine.meaning
        without_nulls = [pair for pair in pairs if pair[1]]
        if theirs.meaning != mine.meaning:
            if theirs.meaning != (*mine.meaning[:2], without_nulls, mine.meaning[3]):
                return [*found, "another meaning"]
            found.append("null filter")
        elif theirs != mine:
            found.append("spelling")
        return found


_FILTER = StudyFilter(
    severity="stat",
    status="incomplete",
    is_cancelled=False,
    assigned_to=DEMO_USER_ID,
    description="CT Éclair/Neck",
)

CALLS = (
    Call(
        "list studies",
        lambda sdk, _id: sdk.viewer.studies.list(limit=100),
        lambda ours, _study: ours.list_studies(),
    ),
    Call(
        "list studies by everything",
        lambda sdk, _id: sdk.viewer.studies.list(
            limit=50,
            severity="stat",
            study_viewer_status="incomplete",
            is_cancelled=False,
            assigned_to=DEMO_USER_ID,
            study_description="CT Éclair/Neck",
        ),
        lambda ours, _study: ours.list_studies(_FILTER, limit=50),
    ),
    Call(
        "list unassigned studies",
        lambda sdk, _id: sdk.viewer.studies.list(limit=100, assigned_to=None),
        lambda ours, _study: ours.list_studies(StudyFilter(assigned_to=None)),
    ),
    Call(
        "list studies without a customer",
        lambda sdk, _id: sdk.viewer.studies.list(limit=100, express_customer_id=None),
        lambda ours, _study: ours.list_studies(StudyFilter(customer_id=None)),
    ),
    Call(
        "retrieve a study",
        lambda sdk, study_id: sdk.viewer.studies.retrieve(study_id),
        lambda ours, study: ours.retrieve(study.study_id),
    ),
    Call(
        "retrieve a study by its UID",
        lambda sdk, _id: sdk.viewer.studies.retrieve_by_uid(UID),
        lambda ours, _study: ours.retrieve_by_uid(UID),
    ),
    Call(
        "change everything of a study",
        lambda sdk, study_id: sdk.viewer.studies.update(
            study_id,
            assigned_to=DEMO_USER_ID,
            metadata={"läsion": "ja"},
            severity="stat",
            study_description="CT Éclair",
            study_viewer_status="complete",
        ),
        lambda ours, study: ours.update(
            study.study_id,
            StudyChanges(
                severity="stat",
                status="complete",
                description="CT Éclair",
                assigned_to=DEMO_USER_ID,
                metadata={"läsion": "ja"},
            ),
            base=study,
        ),
    ),
    Call(
        "unassign a study",
        lambda sdk, study_id: sdk.viewer.studies.update(study_id, assigned_to=None),  # type: ignore[arg-type]
        lambda ours, study: ours.update(study.study_id, StudyChanges(assigned_to=None), base=study),
    ),
    Call(
        "clear a study's metadata",
        lambda sdk, study_id: sdk.viewer.studies.update(study_id, metadata=None),
        lambda ours, study: ours.update(study.study_id, StudyChanges(metadata=None), base=study),
    ),
    Call(
        "cancel a study",
        lambda sdk, study_id: sdk.viewer.studies.cancel(study_id=study_id),
        lambda ours, study: ours.cancel(study.study_id),
    ),
    Call(
        "restore a study",
        lambda sdk, study_id: sdk.viewer.studies.uncancel(study_id=study_id),
        lambda ours, study: ours.uncancel(study.study_id),
    ),
    Call(
        "get a viewer link",
        lambda sdk, study_id: sdk.viewer.studies.reroute_url(study_id=study_id),
        lambda ours, study: ours.reroute_url(study.study_id),
    ),
    Call(
        "create a study",
        lambda sdk, _id: sdk.viewer.studies.create(
            severity="high",
            study_description="CT Chest",
            study_instance_uid="1.2.3",
            assigned_to=DEMO_USER_ID,
            metadata={"a": "b"},
        ),
        lambda ours, _study: ours.create(
            NewStudy("1.2.3", "CT Chest", "high", assigned_to=DEMO_USER_ID, metadata={"a": "b"})
        ),
    ),
    Call(
        "list users",
        lambda sdk, _id: sdk.viewer.users.list(limit=100),
        lambda ours, _study: ours.list_users(),
    ),
    Call(
        "retrieve a user",
        lambda sdk, _id: sdk.viewer.users.retrieve(DEMO_USER_ID),
        lambda ours, _study: ours.retrieve_user(DEMO_USER_ID),
    ),
    Call(
        "list customers",
        lambda sdk, _id: sdk.express.list(limit=100),
        lambda ours, _study: ours.list_customers(),
    ),
)


async def compare(call: Call) -> Compared:
    """Make ``call`` in both ways, each on a fresh server with the same studies."""
    with EmbeddedEmulator(studies=10) as emulator:
        study_id = _prepare(emulator, call)
        http_client = DefaultHttpxClient(verify=NO_TLS, trust_env=False)
        with Avara(
            api_key=emulator.api_key,
            base_url=emulator.base_url,
            max_retries=0,
            http_client=http_client,
        ) as sdk:
            call.sdk(sdk, study_id)
        theirs = [_wire(each) for each in emulator.requests]
    with EmbeddedEmulator(studies=10) as emulator:
        assert _prepare(emulator, call) == study_id
        async with AvaraClient(emulator.base_url, emulator.api_key) as client:
            study = await client.retrieve(study_id)
            emulator.forget_requests()
            await call.ours(client, study)
        ours = [_wire(each) for each in emulator.requests]
    return Compared(call.name, theirs, ours)


def _prepare(emulator: EmbeddedEmulator, call: Call) -> str:
    """Bring about what ``call`` needs; return the id of the study that it is about."""
    emulator.create(studyInstanceUid=UID, studyDescription="CT", severity="normal")
    study_id = str(
        next(
            each
            for each in emulator.studies()
            if not each["isCancelled"] and each["studyInstanceUid"] != UID
        )["studyId"]
    )
    if call.name == "restore a study":
        emulator.cancel(study_id)
    return study_id


def _wire(request: RecordedRequest) -> Wire:
    return Wire(request.method, request.path, request.query, request.body)


def render_table(compared: Sequence[Compared]) -> str:
    """Return the differences as a table for the documentation."""
    lines = ["| Call | The SDK sends | Ours sends | Difference |", "|---|---|---|---|"]
    for each in compared:
        theirs = _show(each.sdk)
        ours = "the same" if each.sdk == each.ours else _show(each.ours)
        differences = ", ".join(each.differences) or "none"
        lines.append(f"| {each.name} | {theirs} | {ours} | {differences} |")
    return "\n".join(lines)


def _show(requests: Sequence[Wire]) -> str:
    shown = []
    for each in requests:
        query = f"?{each.query}" if each.query else ""
        body = f" {each.body.decode()}" if each.body else ""
        line = f"`{each.method} {each.path}{query}{body}`"
        shown.append(re.sub(r"(stu_|usr_|1\.2\.840)[0-9a-f.]{25,}", r"\1…", line))
    return "<br>".join(shown)
