import pytest

from api.raw_server import Received, Reply, reply, study_json, talking
from avara_tui.api.pages import StudyPage
from avara_tui.study_requests import StudyFilter

USER = "usr_1234567890abcdef1234567890abcdef"
CUSTOMER = "cus_1234567890abcdef1234567890abcdef"

EVERYTHING = [
    study_json(studyId="stu_mine"),
    study_json(studyId="stu_free", assignedTo=None),
    study_json(studyId="stu_homeless", expressCustomer=None),
    study_json(studyId="stu_stat", severity="stat"),
    study_json(studyId="stu_done", studyViewerStatus="complete"),
    study_json(studyId="stu_gone", isCancelled=True),
    study_json(studyId="stu_knee", studyDescription="MR Knee"),
]
ALL = [row["studyId"].removeprefix("stu_") for row in EVERYTHING]


def ignore_filters(_received: Received) -> Reply:
    return reply({"studies": EVERYTHING, "hasMore": False})


async def listed(query: StudyFilter) -> StudyPage:
    async with talking(ignore_filters) as (_server, client):
        return await client.list_studies(query)


@pytest.mark.parametrize(
    ("query", "fitting", "ignored"),
    [
        (StudyFilter(), ALL, ()),
        (StudyFilter(assigned_to=None), ["free"], ("assigned_to",)),
        (StudyFilter(assigned_to=USER), [n for n in ALL if n != "free"], ("assigned_to",)),
        (StudyFilter(assigned_to="usr_other"), [], ("assigned_to",)),
        (StudyFilter(customer_id=None), ["homeless"], ("customer_id",)),
        (StudyFilter(customer_id=CUSTOMER), [n for n in ALL if n != "homeless"], ("customer_id",)),
        (StudyFilter(severity="stat"), ["stat"], ("severity",)),
        (StudyFilter(status="complete"), ["done"], ("status",)),
        (StudyFilter(is_cancelled=True), ["gone"], ("is_cancelled",)),
        (StudyFilter(is_cancelled=False), [n for n in ALL if n != "gone"], ("is_cancelled",)),
        (StudyFilter(description="KNEE"), ["knee"], ("description",)),
        (
            StudyFilter(severity="high", assigned_to=None),
            ["free"],
            ("severity", "assigned_to"),
        ),
    ],
)
async def test_a_filter_that_the_server_ignores_is_applied_here_and_named(
    query: StudyFilter, fitting: list[str], ignored: tuple[str, ...]
) -> None:
    page = await listed(query)
    assert [study.study_id.removeprefix("stu_") for study in page.studies] == fitting
    assert page.ignored_filters == ignored


@pytest.mark.parametrize("severity", [None, "", "STAT", "critical", " stat"])
async def test_a_study_that_may_be_stat_is_never_left_out(severity: str | None) -> None:
    def handle(_received: Received) -> Reply:
        return reply({"studies": [study_json(severity=severity)], "hasMore": False})

    async with talking(handle) as (_server, client):
        page = await client.list_studies(StudyFilter(severity="stat"))
        assert len(page.studies) == 1
        assert page.ignored_filters == ()


async def test_a_status_of_tomorrow_is_never_left_out() -> None:
    rows = [study_json(studyViewerStatus=status) for status in ("in-review", "COMPLETE")]
    answer = reply({"studies": rows, "hasMore": False})
    async with talking(lambda _received: answer) as (_server, client):
        page = await client.list_studies(StudyFilter(status="incomplete"))
    assert [study.status for study in page.studies] == ["in-review"]
    assert page.ignored_filters == ("status",)
