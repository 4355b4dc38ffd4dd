"""Whom to trust, and through which proxy to go."""

import ssl
import urllib.request
from pathlib import Path

from avara_tui.api.endpoint import Endpoint, setup_error


def tls_context(endpoint: Endpoint, ca_file: str | None) -> ssl.SSLContext:
    """Return the TLS settings for ``endpoint``; they always verify the server's certificate.

    With ``ca_file``, a PEM file, only the authorities in it are trusted. Without, the machine's
    own are (also through SSL_CERT_FILE and SSL_CERT_DIR), and certifi's. Reading those takes
    tens of milliseconds, which plain http on this machine is spared. Made by hand, because
    :func:`ssl.create_default_context` obeys SSLKEYLOGFILE, which would let the key be read from
    the traffic. Raises :class:`AvaraError` of kind SETUP.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if not endpoint.is_tls:
        return context
    if ca_file is None:
        import certifi  # noqa: PLC0415 - plain http on this machine is spared it

        context.load_default_certs()
        context.load_verify_locations(certifi.where())
        return context
    path = Path(ca_file).expanduser()
    problem = None
    try:
        context.load_verify_locations(path)
    except FileNotFoundError:
        problem = "does not exist"
    except ssl.SSLError:
        problem = "holds no certificate in PEM form"
    except OSError:
        problem = "cannot be read"
    if problem is not None:
        raise setup_error(f"the CA file {path} {problem}")
    return context


def proxy_url(endpoint: Endpoint) -> str | None:
    """Return the proxy that this machine is set up to reach ``endpoint`` through, if any.

    HTTPS_PROXY, ALL_PROXY and NO_PROXY are obeyed, because hospital networks need them and the
    proxy only passes on what TLS hides from it. This machine itself is always spoken to directly.
    """
    if not endpoint.is_tls or urllib.request.proxy_bypass(endpoint.host):
        return None
    proxies = urllib.request.getproxies()
    url = proxies.get("https") or proxies.get("all")
    if not url:
        return None
    return url if "://" in url else f"http://{url}"
