"""Is it alive, and can it work: for load balancers."""

import asyncio

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from cloud.dependencies import OK, Dependencies
from cloud.jobs import rows
from cloud.jobs.job import Jobs
from cloud.jobs.rows import Standing
from cloud.rooms import Room
from cloud.services import Cloud

DATABASE_S = 5.0
"""How long the database may take: after that it is of no use to anybody who waits."""


async def healthz(_: Request) -> Response:
    return PlainTextResponse("ok\n")


async def readyz(request: Request) -> Response:
    """200 when this process can answer requests, else 503; each dependency is named.

    Only without the database it can't. Without a worker or any other server screens are served, and some work waits:
    to take the process out of service would make that worse.
    """
    cloud: Cloud = request.app.state.cloud
    standing, others = await asyncio.gather(_standing(cloud), cloud.part(Dependencies).states())
    if standing is None:
        return JSONResponse({"ready": False, "database": "does not answer", **others, "worker": "unknown"}, 503)
    return JSONResponse({"ready": True, "database": OK, **others, "worker": _worker(cloud, standing)})


async def _standing(cloud: Cloud) -> Standing | None:
    """How the jobs stand; None when the database does not say it."""
    try:
        asked = cloud.read(lambda unit: rows.standing(unit, cloud.part(Jobs).kinds))
        return await asyncio.wait_for(asked, DATABASE_S)
    except Exception:  # noqa: BLE001 - whatever it is, the answer is "not ready"
        return None


def _worker(cloud: Cloud, standing: Standing) -> str:
    if cloud.config.does_jobs or standing.workers:
        return OK
    return f"none is at work (jobs waiting: {sum(standing.waiting.values())}): start `vizora cloud worker`"


ROOM = Room(routes=(Route("/healthz", healthz), Route("/readyz", readyz)))
