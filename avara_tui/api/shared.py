"""One copy of what many studies have in common: people, customers, keys, and set phrases."""

from collections.abc import Iterable
from typing import Final

from avara_tui.api import schema
from avara_tui.api.schema import UserReference, UserRow
from avara_tui.study import ApiKeyRef, CustomerRef, Study, UserRef

SHARED_MAX: Final = 4096
"""Values of one kind that are kept for sharing; beyond that, sharing starts afresh."""
UNKNOWN: Final = (None, None)
"""What stands for a value that is not kept."""


class SharedValues:
    """What was read before, so that the next study can refer to it instead of to a copy.

    A value is kept by its identifier, beside what the wire said about it: it may be used as long
    as the wire says the same.
    """

    __slots__ = ("_texts", "customers", "keys", "users")

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self.users: dict[str, tuple[object, UserRef]] = {}
        self.keys: dict[str, tuple[object, ApiKeyRef]] = {}
        self.customers: dict[str, tuple[object, CustomerRef]] = {}

    def user(self, wire: object) -> UserRef:
        """Return the user that ``wire`` describes, and keep it. TypeError if it is no user."""
        row = schema.USER_REFERENCE.fit(wire)
        if row is None:
            raise TypeError
        user = user_ref(row)
        if len(self.users) >= SHARED_MAX:
            self.users.clear()
        self.users[user.user_id] = (wire, user)
        return user

    def key(self, wire: object) -> ApiKeyRef:
        """Return the API key that ``wire`` describes, and keep it. TypeError if it is none."""
        row = schema.API_KEY_REFERENCE.fit(wire)
        if row is None:
            raise TypeError
        key = ApiKeyRef(row["apiKeyId"], row.get("description") or "")
        if len(self.keys) >= SHARED_MAX:
            self.keys.clear()
        self.keys[key.api_key_id] = (wire, key)
        return key

    def customer(self, wire: object) -> CustomerRef:
        """Return the customer that ``wire`` describes, and keep it. TypeError if it is none."""
        row = schema.CUSTOMER_REFERENCE.fit(wire)
        if row is None:
            raise TypeError
        customer = CustomerRef(row["expressCustomerId"], row.get("expressCustomerName") or "")
        if len(self.customers) >= SHARED_MAX:
            self.customers.clear()
        self.customers[customer.customer_id] = (wire, customer)
        return customer

    def texts(self) -> dict[str, str]:
        """Return the texts to share, each as key and value, with room for more."""
        if len(self._texts) >= SHARED_MAX:
            self._texts = {}
        return self._texts

    def share_metadata(self, studies: Iterable[Study]) -> None:
        """Let the metadata of ``studies`` refer to values that were seen before.

        Most are set phrases, such as a modality or a department, and make up a fourth of a study.
        """
        share = self.texts().setdefault
        for study in studies:
            metadata = study.metadata
            if isinstance(metadata, dict):
                for key, value in metadata.items():
                    metadata[key] = share(value, value)


def user_ref(row: UserReference | UserRow) -> UserRef:
    """Return the user that a checked ``row`` describes."""
    return UserRef(
        user_id=row["userId"],
        email=row.get("email") or "",
        first_name=row.get("firstName"),
        last_name=row.get("lastName"),
        middle_name=row.get("middleName"),
        suffix1=row.get("suffix1"),
        suffix2=row.get("suffix2"),
    )
