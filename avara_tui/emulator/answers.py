"""Refusals as HTTP responses."""

from html import escape
from http import HTTPStatus

from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from avara_tui.emulator.behaviour import Behaviour
from avara_tui.emulator.refusal import Refusal


def error_response(refusal: Refusal, behaviour: Behaviour) -> Response:
    """Return the answer to a refused request, in the shape that ``behaviour`` wants."""
    status, message = refusal.status, refusal.message
    headers = dict(refusal.headers)
    match behaviour.error_bodies:
        case "json":
            body = {"error": HTTPStatus(status).name.lower(), "message": message}
            return JSONResponse(body, status, headers)
        case "text":
            return PlainTextResponse(message, status, headers)
        case "html":
            title = f"{status.value} {status.phrase}"
            page = f"<html><head><title>{title}</title></head><body>{escape(message)}</body></html>"
            return HTMLResponse(page, status, headers)
        case "empty":
            return Response(None, status, headers)
