"""The whole cloud as one ASGI application. `create_app` is the only place where its parts are put together."""

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, WebSocketRoute
from starlette.types import Receive, Scope, Send

from cloud.accounts.routes import ROOM as ACCOUNTS
from cloud.analytics.routes import ROOM as ANALYTICS
from cloud.audit.routes import ROOM as AUDIT
from cloud.billing.routes import ROOM as BILLING
from cloud.clock import Clock, SystemClock
from cloud.config import CloudConfig
from cloud.content.belonging import ROOM as BELONGING
from cloud.content.faults import StorageBroken, StorageFull
from cloud.content.receive import problem as storage_problem
from cloud.content.routes import ROOM as CONTENT
from cloud.device.manifest import KnownFirst
from cloud.device.routes import ROOM as DEVICE
from cloud.dispatch import routes
from cloud.headers import HEADERS, SecurityHeaders
from cloud.health import ROOM as HEALTH
from cloud.jobs.job import Jobs
from cloud.jobs.worker import Worker
from cloud.layouts.routes import ROOM as LAYOUTS
from cloud.mail.sending import ROOM as MAIL
from cloud.metrics import ROOM as METRICS
from cloud.openapi.routes import ROOM as OPENAPI
from cloud.organization.routes import ROOM as ORGANIZATION
from cloud.playlists.routes import ROOM as PLAYLISTS
from cloud.problems import MEDIA_TYPE, Problem, not_found
from cloud.publishing.routes import ROOM as PUBLISHING
from cloud.realtime.routes import ROOM as REALTIME
from cloud.requests import Noted
from cloud.rooms import Room, furnish, kinds_of
from cloud.schedules.routes import ROOM as SCHEDULES
from cloud.screens.routes import ROOM as SCREENS
from cloud.services import Cloud
from cloud.sso.routes import ROOM as SINGLE_SIGN_ON
from cloud.tidying import ROOM as TIDYING
from cloud.updates.routes import ROOM as UPDATES
from cloud.uploads.overriding import Overridden
from cloud.uploads.protocol import ANSWER_HEADERS as TUS_ANSWER_HEADERS
from cloud.uploads.protocol import REQUEST_HEADERS as TUS_REQUEST_HEADERS
from cloud.uploads.routes import ROOM as UPLOADS
from cloud.uses.routes import ROOM as USES
from cloud.watching.routes import ROOM as WATCHING
from cloud.web.routes import ROOM as WEB
from vizora.structs import know_all

log = logging.getLogger("vizora.cloud")
REQUEST_HEADERS = (
    "Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "If-Range", "Range",
)  # fmt: skip
ANSWER_HEADERS = (
    "Accept-Ranges", "Content-Disposition", "Content-Range", "ETag", "Idempotency-Replayed", "Retry-After",
    "X-Request-Id",
)  # fmt: skip
"""What pages of CORS_ORIGIN may send and read beyond what browsers let them anyway."""

ROOMS: tuple[Room, ...] = (
    HEALTH,
    METRICS,
    ACCOUNTS,
    SINGLE_SIGN_ON,
    ORGANIZATION,
    AUDIT,
    SCREENS,
    CONTENT,
    UPLOADS,
    PLAYLISTS,
    LAYOUTS,
    USES,
    SCHEDULES,
    PUBLISHING,
    BELONGING,
    WATCHING,
    DEVICE,
    UPDATES,
    REALTIME,
    ANALYTICS,
    BILLING,
    MAIL,
    TIDYING,
    OPENAPI,
    WEB,
)
"""Every room contributes its endpoints, raw routes, parts and background work here."""


def create_app(
    config: CloudConfig, *, clock: Clock | None = None, rooms: Sequence[Room] = ROOMS, cloud: Cloud | None = None
) -> Starlette:
    """Opens the database and the secrets at once, background work when the server starts.

    Raises OperatorError when something it needs can't be used.
    """
    cloud = cloud or Cloud(config, clock or SystemClock())
    furnish(cloud, rooms)
    know_all()
    jobs = Jobs(kinds_of(cloud, rooms))
    cloud.add(jobs)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        try:
            async with AsyncExitStack() as stack:
                for room in rooms:
                    if room.work is not None:
                        await stack.enter_async_context(room.work(cloud))
                if cloud.config.does_jobs:
                    worker = Worker(cloud, jobs.kinds, alone=cloud.config.embedded)
                    cloud.add(worker)
                    await stack.enter_async_context(worker.running())
                yield
        finally:
            await cloud.rates.close()
            cloud.close()

    endpoints = [endpoint for room in rooms for endpoint in room.endpoints]
    app = App(
        routes=[*routes(endpoints), *_raw(rooms)],
        lifespan=lifespan,
        middleware=_middleware(cloud),
        exception_handlers={
            Problem: _problem,
            HTTPException: _http_problem,
            DBAPIError: _database_problem,
            NoConnection: _database_problem,
            StorageFull: _storage_problem,
            StorageBroken: _storage_problem,
            Exception: _fault,
        },
    )
    app.router.redirect_slashes = False  # it would lead to where the Host header says
    app.state.cloud = cloud
    app.state.endpoints = endpoints
    return app


class App(Starlette):
    """No middleware has anything to do for sockets, so they are reached before all of it: of ten thousand lines each
    would hold a frame of every middleware for as long as it is open."""

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        self._sockets = {route.path: route.app for route in self.routes if isinstance(route, WebSocketRoute)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        socket = self._sockets.get(scope["path"]) if scope["type"] == "websocket" else None
        if socket is None:
            await super().__call__(scope, receive, send)
        else:
            scope["app"] = self
            await socket(scope, receive, send)


def _raw(rooms: Sequence[Room]) -> list[BaseRoute]:
    return [route for room in rooms for route in room.routes]


def _middleware(cloud: Cloud) -> list[Middleware]:
    config = cloud.config
    cors = Middleware(
        CORSMiddleware,
        allow_origins=list(config.cors_origins),
        allow_methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
        allow_headers=[*REQUEST_HEADERS, *TUS_REQUEST_HEADERS],
        expose_headers=[*ANSWER_HEADERS, *TUS_ANSWER_HEADERS],
    )
    noted = Middleware(Noted, figures=cloud.figures, clock=cloud.clock)
    headers, known = Middleware(SecurityHeaders, secure=config.secure), Middleware(KnownFirst, cloud=cloud)
    return [Middleware(Overridden), noted, headers, *([cors] if config.cors_origins else []), known]


async def _problem(_: Request, problem: Exception) -> Response:
    assert isinstance(problem, Problem)
    return Response(problem.body(), problem.status, problem.headers, MEDIA_TYPE)


async def _database_problem(_: Request, fault: Exception) -> Response:
    """A full disk, a server that is away or has too much to do: nothing was changed, trying again later is right."""
    log.error("database: %s", fault.orig if isinstance(fault, DBAPIError) else fault)
    detail = "The database can't be used at the moment; nothing was changed. Try again in a while."
    return await _problem(_, Problem(503, "SERVER_002", detail, headers={"Retry-After": "10"}))


async def _storage_problem(_: Request, fault: Exception) -> Response:
    """A full disk, a store that is away: its sentence says what the operator can do."""
    assert isinstance(fault, StorageFull | StorageBroken)
    log.error("storage: %s", fault)
    return await _problem(_, storage_problem(fault))


async def _fault(_: Request, __: Exception) -> Response:
    """A fault of our own; the server's log has it, the answer says no more than that."""
    problem = Problem(500, "SERVER_001", "Something went wrong on the server; its log says what.")
    problem.headers |= HEADERS | {"Cache-Control": "no-store"}  # it is made outside of all middleware
    return await _problem(_, problem)


async def _http_problem(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, HTTPException)
    detail = str(fault.detail)
    if fault.status_code == 405:
        detail = f"{request.method} is nothing for this path; allowed: {(fault.headers or {}).get('Allow', '')}."
    problem = not_found() if fault.status_code == 404 else Problem(fault.status_code, "HTTP_001", detail)
    return Response(problem.body(), problem.status, fault.headers, MEDIA_TYPE)
