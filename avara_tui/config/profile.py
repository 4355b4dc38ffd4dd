"""A profile: a server, the way to a key for it, and the person who uses it."""

from typing import Final

from avara_tui.config.base_url import DEFAULT_BASE_URL, base_url_problem
from avara_tui.config.declaring import Settable, setting
from avara_tui.config.values import Choice, Flag, ListOf, Number, Text
from avara_tui.config.words import Colour
from avara_tui.identifiers import is_user_id

DEFAULT_PROFILE: Final = "default"


def profile_name_problem(text: str) -> str | None:
    """Return what makes ``text`` no name of a profile, or None if it is one."""
    if len(text) <= 40 and text.isascii() and text.replace("-", "").replace("_", "").isalnum():
        return None
    return "is no profile name: use up to 40 letters, digits, - and _"


def _user_problem(text: str) -> str | None:
    return None if is_user_id(text) else "must be usr_ and 32 hexadecimal digits"


def _host_problem(text: str) -> str | None:
    host = text.removeprefix("*.")
    if host and host.isascii() and all(part for part in host.split(".")):
        letters = host.replace(".", "").replace("-", "")
        if letters.isalnum():
            return None
    return "must be a host name such as viewer.example.org or *.example.org"


def _program_problem(argv: tuple[str, ...]) -> str | None:
    if argv and argv[0].startswith("-"):
        return f"must start with a program, not with {argv[0]!r}"
    return None


USER_ID: Final = Text(_user_problem, pattern="^usr_[0-9A-Fa-f]{32}$")
"""The id of a user of the Avara Viewer API."""
_ARGV: Final = ListOf(Text(), least=1, most=50)


class Profile(Settable):
    """A server, a key for it and the person who uses it."""

    name: str = setting(Text(profile_name_problem), "The profile's name.", default=DEFAULT_PROFILE)
    base_url: str = setting(
        Text(base_url_problem),
        "The address of the Avara Viewer API: https, or http on this machine.",
        default=DEFAULT_BASE_URL,
    )
    me: str | None = setting(
        USER_ID,
        "Your user id (usr_...), for the worklist Mine and for claiming studies.",
        default=None,
        example="usr_0123456789abcdef0123456789abcdef",
    )
    colour: Colour | None = setting(
        Choice(Colour),
        "The colour of the profile's name, to tell a test site from the real one at a glance.",
        default=None,
        example=Colour.CYAN,
    )
    ca_file: str | None = setting(
        Text(),
        "A file of certificates (PEM) to trust instead of the machine's own.",
        default=None,
        example="~/northside-ca.pem",
    )
    credential_command: tuple[str, ...] | None = setting(
        _ARGV,
        "A program and its arguments that prints the API key on its first line. No shell is used.",
        default=None,
        example=("pass", "show", "avara/northside"),
    )
    credential_timeout: float = setting(
        Number(0.5, 60.0),
        "Seconds to wait for the key; more when a person must touch something first.",
        default=3.0,
    )
    browser_command: tuple[str, ...] | None = setting(
        _ARGV,
        "A program and its arguments that opens a study. {page} stands for a private page that "
        "leads to the viewer, and is added when missing; {url} stands for the address itself, "
        "which every user of the machine can then read. A browser is started only where you sit at "
        "this machine, or lend it a display; any other program is taken to know the way to you.",
        default=None,
        example=("firefox", "--new-window", "{page}"),
    )
    viewer_hosts: tuple[str, ...] = setting(
        ListOf(Text(_host_problem)),
        "Hosts that a study may be opened on, besides those of the API's own domain.",
        default=(),
        example=("viewer.northside.example", "*.northside.example"),
    )
    read_only: bool = setting(Flag(), "Refuse to change anything on the server.", default=False)

    @property
    def problem(self) -> str | None:
        """What the values contradict each other in, if they do."""
        for argv in (self.credential_command, self.browser_command):
            if argv is not None and (sentence := _program_problem(argv)) is not None:
                return sentence
        return None
