"""The words of a radiology department: procedures, people, sites. All of them are invented."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from avara_tui.emulator import DEMO_USER_ID


class Procedure(NamedTuple):
    """An imaging procedure as a description names it, and how often it is ordered."""

    description: str
    modality: str
    body_part: str
    weight: int
    """Relative frequency."""
    is_urgent: bool = False
    """Whether the procedure is one that is ordered STAT."""


def _procedures(modality: str, *rows: tuple[str, str, int, bool]) -> tuple[Procedure, ...]:
    return tuple(Procedure(name, modality, part, weight, stat) for name, part, weight, stat in rows)


PROCEDURES: Final = (
    *_procedures(
        "CT",
        ("CT Head without contrast", "HEAD", 90, True),
        ("CT Head with and without contrast", "HEAD", 12, False),
        ("CT Angiography Head and Neck", "HEADNECK", 22, True),
        ("CT Brain Perfusion", "HEAD", 8, True),
        ("CT Cervical spine without contrast", "CSPINE", 30, True),
        ("CT Thoracic spine without contrast", "TSPINE", 8, False),
        ("CT Lumbar spine without contrast", "LSPINE", 14, False),
        ("CT Chest without contrast", "CHEST", 34, False),
        ("CT Chest with contrast", "CHEST", 30, False),
        ("CT Chest PE protocol", "CHEST", 34, True),
        ("CT Chest low dose lung cancer screening", "CHEST", 16, False),
        ("CT High resolution chest", "CHEST", 8, False),
        ("CT Chest/Abdomen/Pelvis", "CHESTABDPELVIS", 26, False),
        ("CT Chest/Abdomen/Pelvis trauma protocol", "CHESTABDPELVIS", 9, True),
        ("CT Abdomen/Pelvis with contrast", "ABDPELVIS", 74, True),
        ("CT Abdomen/Pelvis without contrast, stone protocol", "ABDPELVIS", 28, True),
        ("CT Angiography Abdominal aorta with runoff", "AORTA", 8, True),
        ("CT Angiography Chest, aortic dissection protocol", "AORTA", 8, True),
        ("CT Enterography", "ABDPELVIS", 4, False),
        ("CT Urogram", "ABDPELVIS", 7, False),
        ("CT Liver multiphase", "LIVER", 7, False),
        ("CT Pancreas protocol", "PANCREAS", 5, False),
        ("CT Sinus without contrast", "SINUS", 12, False),
        ("CT Temporal bones without contrast", "HEAD", 4, False),
        ("CT Maxillofacial without contrast", "FACE", 10, False),
        ("CT Soft tissue neck with contrast", "NECK", 10, False),
        ("CT Right knee without contrast", "KNEE", 4, False),
        ("CT Left ankle without contrast", "ANKLE", 3, False),
        ("CT Coronary angiography", "HEART", 9, False),
        ("CT Cardiac calcium score", "HEART", 6, False),
    ),
    *_procedures(
        "MR",
        ("MRI Brain without contrast", "HEAD", 22, False),
        ("MRI Brain with and without contrast", "HEAD", 30, False),
        ("MRI Brain stroke protocol", "HEAD", 12, True),
        ("MRI Pituitary with and without contrast", "HEAD", 4, False),
        ("MRI Cervical spine without contrast", "CSPINE", 16, False),
        ("MRI Thoracic spine with and without contrast", "TSPINE", 6, False),
        ("MRI Lumbar spine without contrast", "LSPINE", 26, False),
        ("MRI Whole spine, cord compression protocol", "SPINE", 4, True),
        ("MRI Abdomen with and without contrast", "ABDOMEN", 10, False),
        ("MRCP without contrast", "ABDOMEN", 8, False),
        ("MRI Pelvis with and without contrast", "PELVIS", 7, False),
        ("MRI Prostate multiparametric", "PROSTATE", 8, False),
        ("MRI Breast bilateral with contrast", "BREAST", 6, False),
        ("MRI Right knee without contrast", "KNEE", 12, False),
        ("MRI Left knee without contrast", "KNEE", 12, False),
        ("MRI Right shoulder without contrast", "SHOULDER", 9, False),
        ("MRI Left shoulder arthrogram", "SHOULDER", 3, False),
        ("MRI Left hip without contrast", "HIP", 5, False),
        ("MRI Cardiac with contrast", "HEART", 4, False),
        ("MR Angiography Head without contrast", "HEAD", 6, False),
    ),
    *_procedures(
        "DX",
        ("XR Chest 2 views", "CHEST", 80, False),
        ("XR Chest portable", "CHEST", 70, True),
        ("XR Abdomen 1 view", "ABDOMEN", 16, False),
        ("XR Right hand 3 views", "HAND", 12, False),
        ("XR Left wrist 3 views", "WRIST", 14, False),
        ("XR Right ankle 3 views", "ANKLE", 16, False),
        ("XR Left foot 3 views", "FOOT", 14, False),
        ("XR Right knee 4 views", "KNEE", 16, False),
        ("XR Left hip with pelvis", "HIP", 12, False),
        ("XR Pelvis portable", "PELVIS", 7, True),
        ("XR Right shoulder 3 views", "SHOULDER", 11, False),
        ("XR Cervical spine 5 views", "CSPINE", 6, False),
        ("XR Lumbar spine 2 views", "LSPINE", 10, False),
        ("XR Bone age", "HAND", 2, False),
    ),
    *_procedures(
        "US",
        ("US Abdomen complete", "ABDOMEN", 16, False),
        ("US Right upper quadrant", "ABDOMEN", 18, False),
        ("US Renal and bladder", "KIDNEY", 12, False),
        ("US Pelvis transvaginal", "PELVIS", 12, False),
        ("US Obstetric first trimester", "PELVIS", 8, True),
        ("US Scrotum with Doppler", "SCROTUM", 4, True),
        ("US Thyroid", "NECK", 9, False),
        ("US Carotid duplex bilateral", "NECK", 7, False),
        ("US Venous duplex right leg", "LEG", 12, True),
        ("US Venous duplex left leg", "LEG", 12, True),
        ("US Breast right, limited", "BREAST", 5, False),
    ),
    *_procedures(
        "MG",
        ("Mammogram screening bilateral with tomosynthesis", "BREAST", 26, False),
        ("Mammogram diagnostic left", "BREAST", 7, False),
        ("Mammogram diagnostic right", "BREAST", 7, False),
    ),
    *_procedures(
        "NM",
        ("NM Bone scan whole body", "WHOLEBODY", 4, False),
        ("NM Ventilation/perfusion lung scan", "CHEST", 3, True),
        ("NM Hepatobiliary scan", "ABDOMEN", 3, False),
        ("NM Thyroid uptake and scan", "NECK", 2, False),
    ),
    *_procedures(
        "PT",
        ("PET/CT Skull base to mid-thigh", "WHOLEBODY", 10, False),
        ("PET/CT Brain FDG", "HEAD", 2, False),
    ),
    *_procedures(
        "RF",
        ("FL Barium swallow", "ESOPHAGUS", 4, False),
        ("FL Upper GI series", "ABDOMEN", 2, False),
    ),
    *_procedures("BMD", ("DXA Bone density hip and spine", "HIP", 8, False)),
)

_HEAD: Final = (
    "headache, sudden onset",
    "fall on anticoagulation",
    "altered mental status",
    "left-sided weakness",
    "seizure",
    "follow-up of known meningioma",
)
_SPINE: Final = (
    "back pain with radiculopathy",
    "trauma",
    "weakness of both legs",
    "post-operative",
    "known metastases",
)
_CHEST: Final = (
    "shortness of breath",
    "persistent cough",
    "chest pain, rule out PE",
    "follow-up of known nodule",
    "line placement",
    "fever",
)
_ABDOMEN: Final = (
    "right lower quadrant pain",
    "flank pain",
    "fever, post-operative day 4",
    "elevated liver enzymes",
    "weight loss",
    "restaging after chemotherapy",
)
_LIMB: Final = ("fall", "pain without trauma", "swelling", "follow-up of fracture", "sports injury")

INDICATIONS: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("HEAD", "HEADNECK"), _HEAD),
    **dict.fromkeys(("CSPINE", "TSPINE", "LSPINE", "SPINE"), _SPINE),
    **dict.fromkeys(("CHEST", "AORTA", "HEART"), _CHEST),
    **dict.fromkeys(("ABDOMEN", "ABDPELVIS", "LIVER", "PANCREAS", "KIDNEY"), _ABDOMEN),
    **dict.fromkeys(("HAND", "WRIST", "ANKLE", "FOOT", "KNEE", "HIP", "SHOULDER", "LEG"), _LIMB),
    "BREAST": ("screening", "palpable lump", "callback from screening", "family history"),
}
"""Why an examination was asked for, by body part."""

GENERAL_INDICATIONS: Final = ("staging", "restaging", "pain", "follow-up", "trauma")


class Department(NamedTuple):
    """Who ordered the examination."""

    name: str
    patient_class: str
    """HL7 table 0004: E emergency, I inpatient, O outpatient."""
    routine: int
    """Relative frequency among studies that are not STAT."""
    stat: int
    """Relative frequency among STAT studies."""


DEPARTMENTS: Final = (
    Department("Emergency", "E", 18, 62),
    Department("Inpatient Medicine", "I", 14, 8),
    Department("Intensive Care", "I", 6, 18),
    Department("Surgery", "I", 8, 6),
    Department("Oncology", "O", 12, 0),
    Department("Orthopaedics", "O", 14, 1),
    Department("Neurology", "O", 8, 3),
    Department("Primary Care", "O", 20, 0),
    Department("Women's Health", "O", 8, 2),
)


class Person(NamedTuple):
    """A seeded user."""

    user_id: str | None
    """None is an id drawn from the seed."""
    first_name: str
    last_name: str
    middle_name: str | None
    suffixes: tuple[str, ...]
    clinic_role: str
    level: str = "member"
    reads: frozenset[str] = frozenset()
    """The modalities that a radiologist reads; nobody else reads any."""
    has_left: bool = False
    """Whether the access was revoked."""
    weight: int = 0
    """The reader's relative share of the work."""


_ALL: Final = frozenset({"CT", "MR", "DX", "US", "NM", "PT", "RF", "BMD", "MG"})
_BODY: Final = frozenset({"CT", "MR", "US", "RF", "DX"})
_NEURO: Final = frozenset({"CT", "MR"})
_BONE: Final = frozenset({"DX", "MR", "CT", "BMD"})
_BREAST: Final = frozenset({"MG", "US", "BMD"})
_NUCLEAR: Final = frozenset({"NM", "PT", "CT"})


def _radiologist(
    first: str,
    last: str,
    middle: str | None,
    reads: frozenset[str],
    weight: int,
    *suffixes: str,
    user_id: str | None = None,
    level: str = "member",
) -> Person:
    return Person(
        user_id,
        first,
        last,
        middle,
        suffixes or ("MD",),
        "Radiologist",
        level,
        reads,
        weight=weight,
    )


PEOPLE: Final = (
    _radiologist("Robin", "Achterberg", None, _ALL, 16, user_id=DEMO_USER_ID),
    _radiologist("John", "Smith", "Robert", _BODY, 14, "MD", "FACR"),
    _radiologist("Adaeze", "Okafor", None, _NEURO, 13),
    _radiologist("Mei-Ling", "Chen", None, _NUCLEAR, 8, "MD", "PhD"),
    _radiologist("Sofia", "Marquez", "Elena", _BREAST, 8),
    _radiologist("Henrik", "Lindqvist", None, _BONE, 9),
    _radiologist("Priya", "Raghunathan", None, _ALL, 11),
    _radiologist("Tomasz", "Wiśniewski", None, _BODY, 9),
    _radiologist("Grace", "O'Connell", None, _NEURO, 8, "DO"),
    _radiologist("Yusuf", "Demir", None, _BONE, 7),
    _radiologist("Jean-Baptiste", "Lefèvre", None, _BODY, 6, "MD"),
    _radiologist("Noor", "van den Berg", None, _ALL, 6),
    _radiologist("William", "Harrington", "James", _ALL, 5, "MD", "III"),
    _radiologist("Keiko", "Tanaka", None, _NUCLEAR, 4),
    Person(None, "Dana", "Whitfield", None, (), "Administrative Director", "owner"),
    Person(None, "Marcus", "Bell", None, (), "IT Administrator", "admin"),
    Person(None, "Lucía", "Fernández", None, (), "Patient Care Coordinator", "admin"),
    Person(None, "Tyrone", "Jackson", None, (), "Patient Care Coordinator"),
    Person(None, "Emily", "Novak", None, ("RT(R)",), "Imaging Technologist"),
    Person(None, "Ahmed", "Hassan", None, ("RT(CT)",), "Imaging Technologist"),
    Person(None, "Olga", "Petrova", None, (), "Physician Assistant"),
    Person(None, "Samuel", "Adeyemi", None, ("MD",), "Emergency Medicine Physician"),
    Person(None, "Hannah", "Goldberg", None, ("MD",), "Oncologist"),
    Person(None, "Rajiv", "Menon", None, ("MD",), "Neurologist"),
    Person(None, "Chloe", "Dubois", None, (), "Front Desk Operator"),
    Person(None, "Ben", "Carter", None, (), "IT Support"),
    Person(None, "Victor", "Almeida", None, ("MD",), "Radiologist", has_left=True),
)


class Site(NamedTuple):
    """A seeded Express customer."""

    name: str
    weight: int
    """Relative share of the studies; one without any is inactive."""
    sends: frozenset[str] = _ALL
    """The modalities it has."""


CUSTOMERS: Final = (
    Site("City Medical Center", 26),
    Site("Lakeside Imaging", 18),
    Site("Northside Hospital", 16),
    Site("St. Brigid Community Hospital", 11),
    Site("Prairie View Urgent Care", 9, frozenset({"DX", "US", "CT"})),
    Site("Harbor Orthopaedic Group", 7, _BONE),
    Site("Women's Imaging of Elm Street", 9, _BREAST),
    Site("Cedar Hill Oncology", 4, _NUCLEAR),
    Site("Mountain Rural Health Network", 3, _BODY),
    Site("Summit Sports Medicine", 1, frozenset({"DX", "MR"})),
    Site("Old Mill Radiology (closed)", 0),
    Site("Westgate Mobile Imaging", 0),
)

API_KEYS: Final = ("Production API Key", "RIS order interface", "Night PACS bridge")
