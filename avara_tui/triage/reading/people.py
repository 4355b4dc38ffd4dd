"""Reading who studies can be assigned to, and whose they are."""

import contextlib
from typing import TYPE_CHECKING

from avara_tui.api.errors import AvaraError
from avara_tui.study import Customer, User

if TYPE_CHECKING:
    from avara_tui.api.client import AvaraClient


async def learn_people(
    client: "AvaraClient", users: dict[str, User], customers: dict[str, Customer]
) -> None:
    """Read ``users`` and ``customers``, by id. A key that may not ask leaves them as they are."""
    with contextlib.suppress(AvaraError):
        async for people in client.walk_users():
            users.update({user.user_id: user for user in people.users})
    with contextlib.suppress(AvaraError):
        async for page in client.walk_customers():
            customers.update({each.customer_id: each for each in page.customers})
