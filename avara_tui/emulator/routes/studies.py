"""The study operations."""

from collections.abc import Callable
from http import HTTPStatus
from sqlite3 import Row

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from avara_tui.emulator import rendering, validation
from avara_tui.emulator.refusal import Refusal
from avara_tui.emulator.requests import StudyKey
from avara_tui.emulator.routes import Endpoints
from avara_tui.emulator.world import World


class StudyRoutes:
    """The endpoints under ``/v1/viewer/studies``."""

    def __init__(self, world: World) -> None:
        self._world = world

    def endpoints(self) -> Endpoints:
        """Return the endpoints by the names of their operations."""
        return {
            "studies.create": self._create,
            "studies.list": self._list,
            "studies.retrieve": self._retrieve,
            "studies.retrieve-by-uid": self._retrieve_by_uid,
            "studies.update": self._update,
            "studies.cancel": self._cancel,
            "studies.uncancel": self._uncancel,
            "studies.reroute-url": self._reroute_url,
        }

    async def _create(self, request: Request) -> Response:
        study = validation.parse_new_study(await request.body())
        self._world.directory.check_assignable(study.assigned_to)
        self._world.directory.check_usable_customer(study.customer_id)
        row = self._world.store.create(study, api_key_id=self._world.api_key_id)
        status = int(self._world.behaviour.created_status)
        return JSONResponse(self._world.references.study(row), status)

    async def _list(self, request: Request) -> Response:
        behaviour = self._world.behaviour
        query, page_wanted = validation.parse_study_query(
            request.query_params.multi_items(),
            null_filters=behaviour.null_filters,
        )
        page = self._world.study_list.page(query, page_wanted.limit, page_wanted.cursor)
        studies = [self._world.references.study(row) for row in page.rows]
        says_has_more = behaviour.has_more == "always"
        return JSONResponse(
            rendering.envelope("studies", studies, page, says_has_more=says_has_more)
        )

    async def _retrieve(self, request: Request) -> Response:
        study_id = validation.parse_id("stu", "studyId", request.path_params["study_id"])
        row = self._find(StudyKey(study_id=study_id))
        return JSONResponse(self._world.references.study(row))

    async def _retrieve_by_uid(self, request: Request) -> Response:
        uid = validation.parse_uid(request.path_params["uid"])
        row = self._find(StudyKey(uid=uid))
        return JSONResponse(self._world.references.study(row))

    async def _update(self, request: Request) -> Response:
        study_id = validation.parse_id("stu", "studyId", request.path_params["study_id"])
        change = validation.parse_change(await request.body())
        self._find(StudyKey(study_id=study_id))
        self._world.directory.check_assignable(change.fields.get("assigned_to"))
        row = self._world.store.change(study_id, change)
        return JSONResponse(self._world.references.study(row))

    async def _cancel(self, request: Request) -> Response:
        key = self._key_of(validation.parse_key(await request.body()))
        return self._switch(lambda: self._world.store.cancel(key), "The study is cancelled.")

    async def _uncancel(self, request: Request) -> Response:
        key = self._key_of(validation.parse_key(await request.body()))
        return self._switch(lambda: self._world.store.uncancel(key), "The study is active again.")

    def _find(self, key: StudyKey) -> Row:
        """Return the study that ``key`` names; raise a 404 :class:`Refusal` if none is seen."""
        return self._world.store.find(key, self._world.source)

    def _key_of(self, key: StudyKey) -> StudyKey:
        return StudyKey(study_id=self._find(key)["study_id"])

    def _switch(self, switch: Callable[[], None], message: str) -> Response:
        try:
            switch()
        except Refusal as refusal:
            if (
                refusal.status != HTTPStatus.CONFLICT
                or self._world.behaviour.cancel_refusals == "conflict"
            ):
                raise
            return JSONResponse({"success": False, "message": refusal.message})
        return JSONResponse({"success": True, "message": message})

    async def _reroute_url(self, request: Request) -> Response:
        row = self._find(validation.parse_key(await request.body()))
        study_id = row["study_id"]
        lifetime_ms = round(self._world.behaviour.viewer_link_seconds * 1000)
        token = self._world.forge.issue(study_id, self._world.clock.now_ms() + lifetime_ms)
        return JSONResponse({"url": f"{_reached_at(request)}/study/{study_id}?token={token}"})


def _reached_at(request: Request) -> str:
    """Return the origin of the socket that the request came in on: no header is trusted."""
    host, port = request.scope["server"]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
