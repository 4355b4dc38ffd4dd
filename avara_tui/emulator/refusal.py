"""How the API says no."""

from collections.abc import Mapping
from http import HTTPStatus


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a fault of the program
    """A request that the API answers with an error status and a sentence for a person."""

    def __init__(
        self, status: HTTPStatus, message: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = headers or {}


def bad_request(message: str) -> Refusal:
    """The request breaks a rule that needs no look at the stored data."""
    return Refusal(HTTPStatus.BAD_REQUEST, message)


def not_found(message: str) -> Refusal:
    """A well-formed identifier that belongs to nothing."""
    return Refusal(HTTPStatus.NOT_FOUND, message)


def conflict(message: str) -> Refusal:
    """The stored data is not in the state that the request needs."""
    return Refusal(HTTPStatus.CONFLICT, message)


def unprocessable(message: str) -> Refusal:
    """A well-formed request that names a user or customer that cannot be used."""
    return Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, message)


def forbidden(message: str) -> Refusal:
    """The key is known and may not do this."""
    return Refusal(HTTPStatus.FORBIDDEN, message)
