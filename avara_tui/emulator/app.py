"""The application: the routes of the API, and what every request passes on its way to them."""

from http import HTTPStatus

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from avara_tui.emulator.answers import error_response
from avara_tui.emulator.faults.injector import FaultInjector, FaultPlan
from avara_tui.emulator.faults.struck import RefuseConnections
from avara_tui.emulator.front import Front
from avara_tui.emulator.gate import Gate
from avara_tui.emulator.operations import OPERATIONS
from avara_tui.emulator.refusal import Refusal
from avara_tui.emulator.routes.control import control_routes
from avara_tui.emulator.routes.customers import CustomerRoutes
from avara_tui.emulator.routes.invitations import InvitationRoutes
from avara_tui.emulator.routes.studies import StudyRoutes
from avara_tui.emulator.routes.users import UserRoutes
from avara_tui.emulator.routes.viewer import ViewerRoutes
from avara_tui.emulator.world import World


def build_app(world: World, plan: FaultPlan, refuse_connections: RefuseConnections) -> ASGIApp:
    """Return the application that serves ``world`` with the faults of ``plan``."""
    endpoints = {
        **StudyRoutes(world).endpoints(),
        **UserRoutes(world).endpoints(),
        **InvitationRoutes(world).endpoints(),
        **CustomerRoutes(world).endpoints(),
        **ViewerRoutes(world).endpoints(),
    }

    def refuse(request: Request, error: Exception) -> Response:
        if isinstance(error, HTTPException):
            message = f"There is no {request.method} {request.url.path}."
            error = Refusal(HTTPStatus(error.status_code), message, error.headers)
        if not isinstance(error, Refusal):
            error = Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "The emulator failed; see its log.")
        return error_response(error, world.behaviour)

    routes = [Route(each.path, endpoints[each.name], methods=[each.method]) for each in OPERATIONS]
    routes += control_routes(world, plan)
    handlers = {Refusal: refuse, HTTPException: refuse, Exception: refuse}
    starlette = Starlette(routes=routes, exception_handlers=handlers)
    starlette.router.redirect_slashes = False
    gate = Gate(starlette, world)
    return Front(FaultInjector(gate, world, plan, refuse_connections), world)
