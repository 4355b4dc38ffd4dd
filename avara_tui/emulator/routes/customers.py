"""The Express customer operations."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from avara_tui.emulator import rendering, validation
from avara_tui.emulator.routes import Endpoints
from avara_tui.emulator.world import World


class CustomerRoutes:
    """The endpoints under ``/v1/express``."""

    def __init__(self, world: World) -> None:
        self._directory = world.directory

    def endpoints(self) -> Endpoints:
        """Return the endpoints by the names of their operations."""
        return {"customers.list": self._list, "customers.retrieve": self._retrieve}

    async def _list(self, request: Request) -> Response:
        wanted = validation.ListRequest(request.query_params.multi_items(), ())
        page = self._directory.customers(wanted.limit, wanted.cursor)
        customers = [rendering.customer(row) for row in page.rows]
        return JSONResponse(rendering.envelope("expressCustomers", customers, page))

    async def _retrieve(self, request: Request) -> Response:
        given = request.path_params["customer_id"]
        customer_id = validation.parse_id("cus", "expressCustomerId", given)
        return JSONResponse(rendering.customer(self._directory.customer(customer_id)))
