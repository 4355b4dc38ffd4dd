"""Whom a command line means."""

from avara_tui.cli.headless import Refusal
from avara_tui.config import Settings
from avara_tui.identifiers import is_user_id
from avara_tui.text import clean


def user_id_of(text: str, settings: Settings) -> str | None:
    """Return the user id that ``text`` means, or None for nobody. Raises :class:`Refusal`."""
    if text == "none":
        return None
    if text == "me":
        return me_of(settings)
    if is_user_id(text):
        return text
    raise Refusal(
        f"“{clean(text, 80)}” is no assignee.",
        "Give me, none, or a user id: usr_ and 32 hexadecimal digits.",
    )


def me_of(settings: Settings) -> str:
    """Return the user id of the person at the keys. Raises :class:`Refusal`."""
    if settings.profile.me is None:
        raise Refusal(
            f"Nobody has said who “me” is in the profile {settings.profile.name}.",
            "Give your user id as me in the profile; see `avara-tui config example`.",
        )
    return settings.profile.me
