"""How a room joins the cloud: one value with everything it brings."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

from starlette.routing import BaseRoute

from cloud.dependencies import Dependencies, Dependency
from cloud.endpoints import Endpoint
from cloud.jobs.job import Kind
from cloud.services import Cloud


def _nothing(_: Cloud) -> Iterable[Any]:
    return ()


@dataclass(frozen=True, slots=True)
class Room:
    endpoints: Sequence[Endpoint] = ()
    """JSON endpoints; they get authentication, transactions, audit and problems for free."""
    routes: Sequence[BaseRoute] = ()
    """Everything else: WebSockets, pages, static files."""
    parts: Callable[[Cloud], Iterable[object]] = _nothing
    """Adapters the room needs, built when the application is; `cloud.part(Type)` gives them to handlers."""
    work: Callable[[Cloud], AbstractAsyncContextManager[None]] | None = None
    """Background work from the start of the server to its end: what every process that answers requests does."""
    depends: Callable[[Cloud], Iterable[Dependency]] = _nothing
    """The servers behind this room; `/readyz` names them."""
    jobs: Callable[[Cloud], Iterable[Kind]] = _nothing
    """Background work that any process may do, of all that are one cloud one at a time (`cloud.jobs`)."""


def furnish(cloud: Cloud, rooms: Iterable[Room]) -> None:
    """Builds the parts of these rooms."""
    rooms = tuple(rooms)
    for room in rooms:
        for part in room.parts(cloud):
            cloud.add(part)
    cloud.add(Dependencies([dependency for room in rooms for dependency in room.depends(cloud)]))


def kinds_of(cloud: Cloud, rooms: Iterable[Room]) -> tuple[Kind, ...]:
    return tuple(kind for room in rooms for kind in room.jobs(cloud))
