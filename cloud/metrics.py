"""How much is going on, for Prometheus (text format 0.0.4): this process, what waits, and what stands behind it.

What the database tells is left out while it does not answer; the rest is told all the same, for that is when it is
looked at.
"""

import asyncio
import os
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from cloud.db import tables
from cloud.db.database import Connections
from cloud.db.unit import Unit
from cloud.dependencies import OK, Dependencies
from cloud.figures import header, line
from cloud.health import DATABASE_S
from cloud.jobs import rows
from cloud.jobs.job import Jobs
from cloud.jobs.rows import Standing
from cloud.realtime.presence import State
from cloud.rooms import Room
from cloud.services import Cloud
from cloud.updates.rows import halted_rollouts
from vizora import __version__
from vizora.identifiers import DeviceId


@dataclass(frozen=True, slots=True)
class Told:
    """By the database, of the whole cloud and of all organizations together: nobody's numbers are told."""

    states: Counter[State]
    standing: Standing
    halted: int
    plays_waiting: int


async def metrics(request: Request) -> Response:
    cloud: Cloud = request.app.state.cloud
    told, others = await asyncio.gather(_told(cloud), cloud.part(Dependencies).states())
    lines = [
        *_gauge("vizora_build_info", "What runs here.", [({"version": __version__}, 1)]),
        *_process(),
        *_gauge(
            "vizora_server_up",
            "Whether each server behind this process answers.",
            [({"server": "database"}, told is not None)]
            + [({"server": name}, state == OK) for name, state in sorted(others.items())],
        ),
        *_gauge(
            "vizora_data_free_bytes",
            "Room on the disk that the data folder is on.",
            [({}, shutil.disk_usage(cloud.config.data_dir).free)],
        ),
        *_connections(cloud.database.connections()),
        *_gauge(
            "vizora_screens_connected",
            "Screens with an open realtime connection to this process.",
            [({}, len(cloud.hub.connected()))],
        ),
        *(() if told is None else _cloud(told, does_jobs=cloud.config.does_jobs)),
    ]
    text = "".join(f"{one}\n" for one in lines) + cloud.figures.text()
    return PlainTextResponse(text, media_type="text/plain; version=0.0.4; charset=utf-8")


async def _told(cloud: Cloud) -> Told | None:
    kinds = cloud.part(Jobs).kinds

    def ask(unit: Unit) -> Told:
        ids = unit.connection.scalars(select(tables.devices.c.id))
        waiting = select(func.count()).select_from(tables.plays_outbox)
        return Told(
            Counter(cloud.presence.state(DeviceId(id_)) for id_ in ids),
            rows.standing(unit, kinds),
            halted_rollouts(unit),
            0 if cloud.config.clickhouse_url is None else unit.connection.scalar(waiting) or 0,
        )

    try:
        return await asyncio.wait_for(cloud.read(ask), DATABASE_S)
    except Exception:  # noqa: BLE001 - whatever it is, the database tells nothing
        return None


def _cloud(told: Told, *, does_jobs: bool) -> Iterator[str]:
    yield from _gauge(
        "vizora_screens",
        "Paired screens by what is known of them.",
        [({"state": state}, told.states[state]) for state in State],
    )
    yield from _gauge(
        "vizora_rollouts_halted", "Releases that made trouble and wait for an operator.", [({}, told.halted)]
    )
    yield from _gauge("vizora_plays_waiting", "Plays that ClickHouse does not have yet.", [({}, told.plays_waiting)])
    jobs = told.standing
    yield from _gauge("vizora_workers", "Workers that live, of the whole cloud.", [({}, max(jobs.workers, does_jobs))])
    for name, about, values in (
        ("vizora_jobs_waiting", "Jobs that are not done yet.", jobs.waiting),
        ("vizora_jobs_oldest_seconds", "For how long the oldest of them has been there.", jobs.oldest_s),
        ("vizora_jobs_failing", "Jobs whose last attempt failed and that will be tried again.", jobs.failing),
        ("vizora_jobs_given_up", "Jobs that were given up in the last 30 days.", jobs.given_up),
    ):
        yield from _gauge(name, about, [({"kind": kind}, value) for kind, value in sorted(values.items())])


def _connections(pool: Connections) -> Iterator[str]:
    yield from _gauge(
        "vizora_database_connections",
        "Of this process to its database: in use now, and the most there can be.",
        [({"state": "in_use"}, pool.in_use), ({"state": "most"}, pool.most)],
    )


def _process() -> Iterator[str]:
    """By the names that Prometheus' own libraries use."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    yield from _gauge(
        "process_resident_memory_bytes", "Memory of this process.", [({}, pages * os.sysconf("SC_PAGE_SIZE"))]
    )
    began = Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19]
    booted = next(one for one in Path("/proc/stat").read_text().splitlines() if one.startswith("btime")).split()[1]
    yield from _gauge(
        "process_start_time_seconds",
        "When it was started, of the Unix epoch.",
        [({}, int(booted) + int(began) / os.sysconf("SC_CLK_TCK"))],
    )
    yield from _gauge("process_open_fds", "Its open files and sockets.", [({}, len(os.listdir("/proc/self/fd")))])  # noqa: PTH208


def _gauge(name: str, about: str, values: Iterable[tuple[dict[str, str], float]]) -> Iterator[str]:
    yield from header(name, about, "gauge")
    yield from (line(name, labels, value) for labels, value in values)


ROOM = Room(routes=(Route("/metrics", metrics),))
