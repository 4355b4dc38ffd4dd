"""The viewer's page, opened with a token instead of the API key."""

import secrets
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from avara_tui.emulator.requests import StudyKey
from avara_tui.emulator.routes import Endpoints
from avara_tui.emulator.viewer.page import Page, render_refusal, render_viewer
from avara_tui.emulator.world import World


class ViewerRoutes:
    """The page that a reroute URL leads to."""

    def __init__(self, world: World) -> None:
        self._world = world

    def endpoints(self) -> Endpoints:
        """Return the endpoints by the names of their operations."""
        return {"viewer.open": self._open}

    async def _open(self, request: Request) -> Response:
        study_id = request.path_params["study_id"]
        now_ms = self._world.clock.now_ms()
        expires_ms = self._world.forge.expiry(request.query_params.get("token", ""), study_id)
        if expires_ms is None:
            return _respond(render_refusal("This link is not valid."), HTTPStatus.FORBIDDEN)
        if expires_ms <= now_ms:
            return _respond(render_refusal("This link has expired."), HTTPStatus.FORBIDDEN)
        row = self._world.store.find(StudyKey(study_id=study_id))
        page = render_viewer(
            self._world.references.study(row),
            seconds_left=(expires_ms - now_ms) / 1000,
            nonce=secrets.token_urlsafe(16),
        )
        return _respond(page)


def _respond(page: Page, status: HTTPStatus = HTTPStatus.OK) -> Response:
    script = f"script-src 'nonce-{page.nonce}'" if page.nonce else "script-src 'none'"
    headers = {
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Content-Security-Policy": (
            f"default-src 'none'; style-src 'unsafe-inline'; {script}; base-uri 'none'"
        ),
    }
    return HTMLResponse(page.html, status, headers)
