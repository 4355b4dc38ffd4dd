"""The user operations."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from avara_tui.emulator import people_validation, rendering, validation
from avara_tui.emulator.refusal import forbidden
from avara_tui.emulator.routes import Endpoints
from avara_tui.emulator.world import World


class UserRoutes:
    """The endpoints under ``/v1/viewer/users``, invitations apart."""

    def __init__(self, world: World) -> None:
        self._world = world

    def endpoints(self) -> Endpoints:
        """Return the endpoints by the names of their operations."""
        return {
            "users.list": self._list,
            "users.retrieve": self._retrieve,
            "users.invite": self._invite,
            "users.update": self._update,
            "users.reactivate": self._reactivate,
            "users.revoke-access": self._revoke_access,
        }

    async def _list(self, request: Request) -> Response:
        self._check_listing()
        query, wanted = people_validation.parse_user_query(request.query_params.multi_items())
        page = self._world.directory.users(query, wanted.limit, wanted.cursor)
        users = [rendering.user(row) for row in page.rows]
        return JSONResponse(rendering.envelope("users", users, page))

    async def _retrieve(self, request: Request) -> Response:
        self._check_listing()
        user_id = validation.parse_id("usr", "userId", request.path_params["user_id"])
        return JSONResponse(rendering.user(self._world.directory.user(user_id)))

    def _check_listing(self) -> None:
        if self._world.behaviour.user_listing == "forbidden":
            raise forbidden("This API key may not read users.")

    async def _invite(self, request: Request) -> Response:
        profile = people_validation.parse_invite(await request.body())
        row = self._world.invitations.invite(profile, api_key_id=self._world.api_key_id)
        self._world.references.refresh()
        return JSONResponse(rendering.user(row), int(self._world.behaviour.created_status))

    async def _update(self, request: Request) -> Response:
        user_id = validation.parse_id("usr", "userId", request.path_params["user_id"])
        columns = people_validation.parse_profile_change(await request.body())
        row = self._world.directory.change_user(user_id, columns)
        self._world.references.refresh()
        return JSONResponse(rendering.user(row))

    async def _reactivate(self, request: Request) -> Response:
        user_id = people_validation.parse_user_id(await request.body())
        self._world.directory.reactivate(user_id)
        return JSONResponse({"success": True, "message": "The user has access again."})

    async def _revoke_access(self, request: Request) -> Response:
        user_id = people_validation.parse_user_id(await request.body())
        self._world.directory.revoke_access(user_id)
        return JSONResponse({"success": True, "message": "The user has no access any more."})
