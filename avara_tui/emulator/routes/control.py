"""Controlling a running emulator over HTTP: for tests of clients in any language."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from avara_tui.emulator.faults.catalogue import KINDS
from avara_tui.emulator.faults.injector import FaultPlan
from avara_tui.emulator.operations import CONTROL_PREFIX, OPERATIONS
from avara_tui.emulator.recorder import RecordedRequest
from avara_tui.emulator.refusal import bad_request
from avara_tui.emulator.validation import parse_id, parse_object
from avara_tui.emulator.world import World


def control_routes(world: World, plan: FaultPlan) -> Sequence[Route]:
    """Return the routes under ``/_emulator/``."""
    control = _Control(world, plan)
    return [
        Route(f"{CONTROL_PREFIX}{path}", endpoint, methods=[method])
        for method, path, endpoint in (
            ("GET", "faults", control.faults),
            ("POST", "faults", control.arm),
            ("DELETE", "faults", control.disarm),
            ("GET", "requests", control.requests),
            ("DELETE", "requests", control.forget_requests),
            ("GET", "writes/{study_id}", control.writes),
            ("GET", "switches", control.switches),
            ("PATCH", "switches", control.switch),
            ("POST", "clock", control.advance_clock),
        )
    ]


class _Control:
    def __init__(self, world: World, plan: FaultPlan) -> None:
        self._world = world
        self._plan = plan

    async def faults(self, _request: Request) -> Response:
        kinds = {
            name: {"summary": kind.summary, "isApplied": kind.is_applied}
            for name, kind in KINDS.items()
        }
        armed = [asdict(each) for each in self._plan.armed]
        return JSONResponse({"kinds": kinds, "armed": armed, "rates": self._plan.rates})

    async def arm(self, request: Request) -> Response:
        fields = await _fields(request, "kind", "count", "operation")
        count, operation = fields.get("count", 1), fields.get("operation")
        if type(count) is not int or count < 1:
            raise bad_request("count must be a whole number from 1 up.")
        names = [each.name for each in OPERATIONS]
        if operation is not None and operation not in names:
            raise bad_request(f"operation must be one of: {', '.join(names)}.")
        try:
            self._plan.arm(str(fields.get("kind")), count, operation)
        except ValueError as error:
            raise bad_request(str(error)) from None
        return Response(status_code=204)

    async def disarm(self, _request: Request) -> Response:
        self._plan.disarm()
        return Response(status_code=204)

    async def requests(self, _request: Request) -> Response:
        recorder = self._world.recorder
        shown = [_show(each) for each in recorder.requests]
        return JSONResponse({"counts": recorder.counts, "requests": shown})

    async def forget_requests(self, _request: Request) -> Response:
        self._world.recorder.clear()
        return Response(status_code=204)

    async def writes(self, request: Request) -> Response:
        study_id = parse_id("stu", "studyId", request.path_params["study_id"])
        writes = self._world.store.writes(study_id)
        return JSONResponse(
            {"writes": [{"operation": name, "author": author} for name, author in writes]}
        )

    async def switches(self, _request: Request) -> Response:
        return JSONResponse(_dashed(asdict(self._world.behaviour)))

    async def switch(self, request: Request) -> Response:
        wanted = parse_object(await request.body())
        # Tried on a copy first: all of the switches are set, or none.
        for behaviour in (replace(self._world.behaviour), self._world.behaviour):
            for name, value in wanted.items():
                try:
                    behaviour.set(name, str(value))
                except ValueError as error:
                    raise bad_request(str(error)) from None
        self._world.store.reorder()
        return await self.switches(request)

    async def advance_clock(self, request: Request) -> Response:
        seconds = (await _fields(request, "advance")).get("advance")
        if not isinstance(seconds, int | float) or abs(seconds) > 10**9:
            raise bad_request("advance must be a number of seconds.")
        self._world.clock.advance(seconds)
        return Response(status_code=204)


async def _fields(request: Request, *known: str) -> dict[str, Any]:
    fields = parse_object(await request.body())
    unknown = sorted(set(fields) - set(known))
    if unknown:
        raise bad_request(f"Unknown: {', '.join(unknown)}. Known are: {', '.join(known)}.")
    return fields


def _dashed(fields: dict[str, Any]) -> dict[str, Any]:
    return {name.replace("_", "-"): value for name, value in fields.items()}


def _show(request: RecordedRequest) -> dict[str, Any]:
    shown = asdict(request)
    shown["body"] = request.body.decode("utf-8", "replace")
    return shown
