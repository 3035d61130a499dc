"""Is it alive, can it work, and how much is going on: for load balancers and Prometheus."""

import asyncio
from collections import Counter
from collections.abc import Iterable

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from cloud.db import tables
from cloud.db.unit import Unit
from cloud.dependencies import OK, Dependencies
from cloud.figures import header, line
from cloud.jobs import rows
from cloud.jobs.job import Jobs
from cloud.jobs.rows import Standing
from cloud.realtime.presence import State
from cloud.rooms import Room
from cloud.services import Cloud
from cloud.updates.rows import halted_rollouts
from vizora.identifiers import DeviceId

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


async def metrics(request: Request) -> Response:
    """Text format 0.0.4. What is told of screens and connections is so now; the rest is counted since the start."""
    cloud: Cloud = request.app.state.cloud
    states, standing, halted = await cloud.read(
        lambda unit: (_states(cloud, unit), rows.standing(unit, cloud.part(Jobs).kinds), halted_rollouts(unit))
    )
    lines = [
        *header("vizora_screens", "Paired screens by what is known of them.", "gauge"),
        *(line("vizora_screens", {"state": state}, states[state]) for state in State),
        *header("vizora_screens_connected", "Screens with an open realtime connection to this process.", "gauge"),
        line("vizora_screens_connected", {}, len(cloud.hub.connected())),
        *header("vizora_rollouts_halted", "Releases that made trouble and wait for an operator.", "gauge"),
        line("vizora_rollouts_halted", {}, halted),
        *_jobs(standing, max(standing.workers, cloud.config.does_jobs)),
    ]
    text = "".join(f"{one}\n" for one in lines) + cloud.figures.text()
    return PlainTextResponse(text, media_type="text/plain; version=0.0.4; charset=utf-8")


def _jobs(standing: Standing, workers: int) -> Iterable[str]:
    yield from header("vizora_workers", "Workers that live, of the whole cloud.", "gauge")
    yield line("vizora_workers", {}, workers)
    for name, about, values in (
        ("vizora_jobs_waiting", "Jobs that are not done yet.", standing.waiting),
        ("vizora_jobs_oldest_seconds", "For how long the oldest of them has been there.", standing.oldest_s),
        ("vizora_jobs_failing", "Jobs whose last attempt failed and that will be tried again.", standing.failing),
        ("vizora_jobs_given_up", "Jobs that were given up in the last 30 days.", standing.given_up),
    ):
        yield from header(name, about, "gauge")
        yield from (line(name, {"kind": kind}, value) for kind, value in sorted(values.items()))


def _states(cloud: Cloud, unit: Unit) -> Counter[State]:
    """Of all organizations together: nobody's numbers are told."""
    return Counter(cloud.presence.state(DeviceId(id_)) for id_ in unit.connection.scalars(select(tables.devices.c.id)))


ROOM = Room(routes=(Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)))
