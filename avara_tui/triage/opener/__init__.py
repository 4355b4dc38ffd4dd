"""Brings a viewer link to a browser: on this machine, or on the one the person sits at."""

from avara_tui.triage.opener.clipboard import osc52
from avara_tui.triage.opener.links import OpenerError, allowed_hosts, check_url
from avara_tui.triage.opener.local import Handed, choose_opener, is_browser, open_local
from avara_tui.triage.opener.place import has_display, is_remote
from avara_tui.triage.opener.qr_code import qr

__all__ = [
    "Handed",
    "OpenerError",
    "allowed_hosts",
    "check_url",
    "choose_opener",
    "has_display",
    "is_browser",
    "is_remote",
    "open_local",
    "osc52",
    "qr",
]
