"""Times that sites write into metadata."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avara_tui.worklist.timestamps import timestamp

AT_NOON = datetime(2024, 3, 15, 12, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-03-15T12:00:00Z", AT_NOON),
        ("2024-03-15T12:00:00.250Z", AT_NOON + 0.25),
        ("2024-03-15T12:00:00", AT_NOON),
        ("2024-03-15 12:00", AT_NOON),
        ("2024-03-15T13:00:00+01:00", AT_NOON),
        (" 2024-03-15T12:00:00Z\0", AT_NOON),
        ("2024-03-15", AT_NOON - 12 * 3600),
        ("2024-03-14T24:00:00Z", AT_NOON - 12 * 3600),
        ("2024-03-15T11:59:60Z", AT_NOON),
        ("20240315115960", AT_NOON),
        # DICOM PS3.5 section 6.2, value representation DT.
        ("20240315120000", AT_NOON),
        ("20240315120000.25", AT_NOON + 0.25),
        ("20240315120000.250000", AT_NOON + 0.25),
        ("20240315130000+0100", AT_NOON),
        ("20240315073000-0430", AT_NOON),
        ("202403151200", AT_NOON),
        ("2024031512", AT_NOON),
        ("20240315", AT_NOON - 12 * 3600),
        ("20240315+0100", AT_NOON - 13 * 3600),
    ],
)
def test_times_that_are_understood(text: str, expected: float) -> None:
    assert timestamp(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "15.03.2024",
        "20241315120000",
        "20240315250000",
        "20240315120000+9900",
        "2024",
        "1710504000",
        "0001-01-01T00:00:00+14:00",
        "1899-12-30",
        "２０２４０３１５",  # noqa: RUF001 - digits, but not those of a time
    ],
)
def test_texts_that_are_no_time(text: str) -> None:
    assert timestamp(text) is None


@given(st.text(max_size=40))
def test_no_text_is_too_strange(text: str) -> None:
    found = timestamp(text)
    assert found is None or isinstance(found, float)


moments = st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1))  # noqa: DTZ001 - zones are drawn
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(moments, offsets)
def test_both_forms_say_the_same(moment: datetime, zone: timezone) -> None:
    moment = moment.replace(tzinfo=zone)
    dicom = moment.strftime("%Y%m%d%H%M%S.%f%z")
    assert timestamp(moment.isoformat()) == pytest.approx(moment.timestamp(), abs=1e-5)
    assert timestamp(dicom) == pytest.approx(moment.timestamp(), abs=1e-5)
