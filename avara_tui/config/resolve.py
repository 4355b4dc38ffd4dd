"""Which profile and which server count: a flag beats the environment, which beats the file."""

from collections.abc import Mapping
from typing import Final, NamedTuple, Self

from avara_tui.config.base_url import base_url_problem, normalize_base_url
from avara_tui.config.model import Config
from avara_tui.config.profile import Profile, profile_name_problem

BASE_URL_VARIABLE: Final = "AVARA_BASE_URL"


class SettingsError(Exception):
    """The flags, the environment and the file cannot be brought together."""

    def __init__(self, sentence: str, *, remedy: str) -> None:
        super().__init__(sentence)
        self.remedy = remedy
        """What to do about it."""


class Settings(NamedTuple):
    """What counts for this run of the program."""

    config: Config
    profile: Profile
    base_url: str
    """In the one spelling that keys are bound to."""
    base_url_source: str
    """Where the address was said, as a phrase."""

    @property
    def is_profiles_server(self) -> bool:
        """Whether the server is the one that the profile's own settings name."""
        return self.base_url == normalize_base_url(self.profile.base_url)

    @classmethod
    def resolve(
        cls,
        config: Config,
        environ: Mapping[str, str],
        *,
        profile: str | None = None,
        base_url: str | None = None,
    ) -> Self:
        """Return what counts, given the flags ``--profile`` and ``--base-url``.

        Raises :class:`SettingsError` for an address that no key may be sent to, and for a
        profile that the settings file does not have though it has others.
        """
        if profile is not None and (problem := profile_name_problem(profile)) is not None:
            raise SettingsError(f"{profile!r} {problem}.", remedy="Give --profile another name.")
        chosen = config.profile(profile)
        if profile is not None and config.profiles and profile not in config.profiles:
            raise SettingsError(
                f"There is no profile {profile!r} in {config.path}.",
                remedy=f"Use one of: {', '.join(config.profiles)}.",
            )
        url, source = chosen.base_url, f"the profile {chosen.name}"
        if not config.profiles:
            source = "the default"
        if environ.get(BASE_URL_VARIABLE, "").strip():
            url, source = environ[BASE_URL_VARIABLE].strip(), BASE_URL_VARIABLE
        if base_url is not None:
            url, source = base_url.strip(), "--base-url"
        if (problem := base_url_problem(url)) is not None:
            raise SettingsError(
                f"The address in {source} {problem}.",
                remedy=f"Give an address such as https://api.avarasoftware.com in {source}.",
            )
        return cls(config, chosen, normalize_base_url(url), source)
