"""The invitation operations."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from avara_tui.emulator import people_validation, rendering, validation
from avara_tui.emulator.routes import Endpoints
from avara_tui.emulator.world import World


class InvitationRoutes:
    """The endpoints under ``/v1/viewer/users/invitations``."""

    def __init__(self, world: World) -> None:
        self._world = world

    def endpoints(self) -> Endpoints:
        """Return the endpoints by the names of their operations."""
        return {
            "invitations.list": self._list,
            "invitations.retrieve": self._retrieve,
            "invitations.update": self._update,
            "invitations.revoke": self._revoke,
        }

    async def _list(self, request: Request) -> Response:
        query, wanted = people_validation.parse_invitation_query(request.query_params.multi_items())
        page = self._world.invitations.page(query, wanted.limit, wanted.cursor)
        invitations = [rendering.invitation(row) for row in page.rows]
        return JSONResponse(rendering.envelope("invitations", invitations, page))

    async def _retrieve(self, request: Request) -> Response:
        row = self._world.invitations.find(_invitation_id(request))
        return JSONResponse(rendering.invitation(row))

    async def _update(self, request: Request) -> Response:
        invitation_id = _invitation_id(request)
        columns = people_validation.parse_profile_change(await request.body())
        row = self._world.invitations.change(invitation_id, columns)
        self._world.references.refresh()
        return JSONResponse(rendering.invitation(row))

    async def _revoke(self, request: Request) -> Response:
        key = people_validation.parse_invitation_key(await request.body())
        self._world.invitations.revoke(key)
        return JSONResponse({"success": True, "message": "The invitation is revoked."})


def _invitation_id(request: Request) -> str:
    given = request.path_params["invitation_id"]
    return validation.parse_id("inv", "invitationId", given)
