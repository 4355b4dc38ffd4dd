"""Who may read, by the clinical role that the server tells."""

import pytest

from avara_tui.emulator.clinic_roles import CLINIC_ROLES
from avara_tui.worklist.roles import NOT_READING, READING, Reads, reads


def test_every_documented_role_says_whether_its_people_read_but_for_other() -> None:
    said = {role: reads(role) for role in CLINIC_ROLES}
    assert {role for role, each in said.items() if each is Reads.NOT_SAID} == {"Other"}
    assert Reads.NO_ROLE not in said.values()
    assert not READING & NOT_READING
    assert {role.casefold() for role in CLINIC_ROLES} - {"other"} == READING | NOT_READING


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("Radiologist", Reads.YES),
        ("  radiologist ", Reads.YES),
        ("Nuclear  Medicine Physician", Reads.YES),
        ("Physician Assistant", Reads.NO),
        ("Imaging Technologist", Reads.NO),
        ("IT Administrator", Reads.NO),
        ("Other", Reads.NOT_SAID),
        ("Radiologist of tomorrow", Reads.NOT_SAID),
        ("", Reads.NO_ROLE),
        (None, Reads.NO_ROLE),
    ],
)
def test_a_role_is_open_text(role: str | None, expected: Reads) -> None:
    assert reads(role) is expected
