"""Is it alive, can it work, and how much is going on: for load balancers and Prometheus."""

from collections import Counter

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from cloud.db import tables
from cloud.db.unit import Unit
from cloud.figures import header, line
from cloud.realtime.presence import State
from cloud.rooms import Room
from cloud.services import Cloud
from vizora.identifiers import DeviceId


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
    """Text format 0.0.4. What is told of screens and connections is so now; the rest is counted since the start."""
    cloud: Cloud = request.app.state.cloud
    states = await cloud.read(lambda unit: _states(cloud, unit))
    lines = [
        *header("vizora_screens", "Paired screens by what is known of them.", "gauge"),
        *(line("vizora_screens", {"state": state}, states[state]) for state in State),
        *header("vizora_screens_connected", "Screens with an open realtime connection to this process.", "gauge"),
        line("vizora_screens_connected", {}, len(cloud.hub.connected())),
    ]
    text = "".join(f"{one}\n" for one in lines) + cloud.figures.text()
    return PlainTextResponse(text, media_type="text/plain; version=0.0.4; charset=utf-8")


def _states(cloud: Cloud, unit: Unit) -> Counter[State]:
    """Of all organizations together: nobody's numbers are told."""
    return Counter(cloud.presence.state(DeviceId(id_)) for id_ in unit.connection.scalars(select(tables.devices.c.id)))


ROOM = Room(routes=(Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)))
