"""`GET /openapi.json`, made when it is first asked for."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cloud.rooms import Room


async def openapi(request: Request) -> Response:
    state = request.app.state
    if getattr(state, "openapi", None) is None:
        from cloud.openapi.described import DESCRIBED  # here: a start should not wait for it
        from cloud.openapi.document import document

        state.openapi = msgspec.json.encode(document(state.endpoints, DESCRIBED))
    return Response(state.openapi, media_type="application/json", headers={"Cache-Control": "no-cache"})


ROOM = Room(routes=(Route("/openapi.json", openapi),))
