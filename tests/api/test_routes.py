"""Every request, whole: the wire's contract as it stands in the API's documentation."""

import json
from collections.abc import Callable

import pytest

from avara_tui.api import routes
from avara_tui.api.wire import Request
from avara_tui.study_requests import NewStudy, StudyChanges, StudyFilter

STUDIES = "/v1/viewer/studies"
EVERYTHING = StudyFilter("stat", "complete", True, "usr_1", "cus_1", "a b&c=d\u00fc+/%")


def encoded(body: dict[str, object]) -> bytes:
    return json.dumps(body, separators=(",", ":")).encode()


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (
            lambda: routes.list_studies(EVERYTHING, "c=", 50),
            Request(
                "list studies",
                "GET",
                STUDIES,
                STUDIES,
                "severity=stat&studyViewerStatus=complete&isCancelled=true&assignedTo=usr_1"
                "&expressCustomerId=cus_1&studyDescription=a%20b%26c%3Dd%C3%BC%2B%2F%25"
                "&limit=50&cursor=c%3D",
            ),
        ),
        (
            lambda: routes.list_studies(StudyFilter(), None, 100),
            Request("list studies", "GET", STUDIES, STUDIES, "limit=100"),
        ),
        (
            lambda: routes.list_studies(
                StudyFilter(is_cancelled=False, assigned_to=None, customer_id=None), None, 1
            ),
            Request(
                "list studies",
                "GET",
                STUDIES,
                STUDIES,
                "isCancelled=false&assignedTo=&expressCustomerId=&limit=1",
            ),
        ),
        (
            lambda: routes.list_studies(StudyFilter(description="\ud800"), None, 1),
            Request("list studies", "GET", STUDIES, STUDIES, "studyDescription=%3F&limit=1"),
        ),
        (
            lambda: routes.retrieve_study("stu_1"),
            Request(
                "retrieve study",
                "GET",
                f"{STUDIES}/{{studyId}}",
                f"{STUDIES}/stu_1",
                study_id="stu_1",
            ),
        ),
        (
            lambda: routes.retrieve_study_by_uid("1.2"),
            Request(
                "retrieve study by UID",
                "GET",
                f"{STUDIES}/by-uid/{{studyInstanceUid}}",
                f"{STUDIES}/by-uid/1.2",
            ),
        ),
        (
            lambda: routes.create_study(
                NewStudy("1.2", "CT", "stat", "usr_1", "cus_1", {"a": "\u00fc"})
            ),
            Request(
                "create study",
                "POST",
                STUDIES,
                STUDIES,
                body=encoded(
                    {
                        "studyInstanceUid": "1.2",
                        "studyDescription": "CT",
                        "severity": "stat",
                        "assignedTo": "usr_1",
                        "expressCustomerId": "cus_1",
                        "metadata": {"a": "\u00fc"},
                    }
                ),
            ),
        ),
        (
            lambda: routes.create_study(NewStudy("1.2", "CT", "stat")),
            Request(
                "create study",
                "POST",
                STUDIES,
                STUDIES,
                body=encoded(
                    {"studyInstanceUid": "1.2", "studyDescription": "CT", "severity": "stat"}
                ),
            ),
        ),
        (
            lambda: routes.update_study("stu_1", StudyChanges("stat", "complete", "CT", None, {})),
            Request(
                "update study",
                "PATCH",
                f"{STUDIES}/{{studyId}}",
                f"{STUDIES}/stu_1",
                body=encoded(
                    {
                        "severity": "stat",
                        "studyViewerStatus": "complete",
                        "studyDescription": "CT",
                        "assignedTo": None,
                        "metadata": {},
                    }
                ),
                study_id="stu_1",
            ),
        ),
        (
            lambda: routes.update_study("stu_1", StudyChanges(metadata=None)),
            Request(
                "update study",
                "PATCH",
                f"{STUDIES}/{{studyId}}",
                f"{STUDIES}/stu_1",
                body=b'{"metadata":null}',
                study_id="stu_1",
            ),
        ),
        (
            lambda: routes.list_users("c", 7),
            Request(
                "list users", "GET", "/v1/viewer/users", "/v1/viewer/users", "limit=7&cursor=c"
            ),
        ),
        (
            lambda: routes.retrieve_user("usr/1"),
            Request(
                "retrieve user", "GET", "/v1/viewer/users/{userId}", "/v1/viewer/users/usr%2F1"
            ),
        ),
        (
            lambda: routes.list_customers("c", 7),
            Request("list customers", "GET", "/v1/express", "/v1/express", "limit=7&cursor=c"),
        ),
    ],
)
def test_requests(request_: Callable[[], Request], expected: Request) -> None:
    assert request_() == expected


@pytest.mark.parametrize(
    ("request_", "operation", "action"),
    [
        (lambda: routes.cancel_study("stu_1"), "cancel study", "cancel"),
        (lambda: routes.uncancel_study("stu_1"), "uncancel study", "uncancel"),
        (lambda: routes.reroute_url("stu_1"), "get the viewer link", "reroute-url"),
    ],
)
def test_requests_about_a_study(
    request_: Callable[[], Request], operation: str, action: str
) -> None:
    path = f"{STUDIES}/{action}"
    body = b'{"studyId":"stu_1"}'
    assert request_() == Request(operation, "POST", path, path, body=body, study_id="stu_1")
