"""Is it alive, can it work, and how much is going on: for load balancers and Prometheus."""

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from cloud.rooms import Room
from cloud.services import Cloud


async def healthz(_: Request) -> Response:
    return PlainTextResponse("ok\n")


async def readyz(request: Request) -> Response:
    """200 when every dependency answers, else 503; each is named."""
    cloud: Cloud = request.app.state.cloud
    database = await cloud.in_thread(lambda: _state(cloud))
    return JSONResponse({"ready": database == "ok", "database": database}, 200 if database == "ok" else 503)


def _state(cloud: Cloud) -> str:
    try:
        cloud.database.check()
    except Exception:  # noqa: BLE001 - whatever it is, the answer is "not ready"
        return "does not answer"
    return "ok"


async def metrics(request: Request) -> Response:
    cloud: Cloud = request.app.state.cloud
    lines = [
        "# HELP vizora_screens_connected Screens with an open realtime connection to this process.",
        "# TYPE vizora_screens_connected gauge",
        f"vizora_screens_connected {len(cloud.hub.connected())}",
    ]
    return PlainTextResponse("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4; charset=utf-8")


ROOM = Room(routes=(Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)))
