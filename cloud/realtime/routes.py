"""The realtime room: two WebSockets, one event stream, and what keeps them honest."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from starlette.routing import WebSocketRoute

from cloud.dependencies import Dependency
from cloud.endpoints import Endpoint
from cloud.principals import Access
from cloud.realtime.commanding import Commanded, commanding
from cloud.realtime.device_socket import DeviceSocket
from cloud.realtime.people import events, people_line
from cloud.realtime.sweeping import sweeping
from cloud.realtime.together import Together
from cloud.rooms import Room
from cloud.services import Cloud


def parts(cloud: Cloud) -> Iterable[object]:
    yield Commanded(cloud)
    yield Together()


def depends(cloud: Cloud) -> Iterable[Dependency]:
    url = cloud.config.redis_url
    if url is not None:
        from cloud.realtime.redis_relay import check_writing  # here: the embedded size starts without it

        yield Dependency(
            "redis", lambda: check_writing(url), "screens are served; what others changed reaches them later"
        )


@asynccontextmanager
async def work(cloud: Cloud) -> AsyncIterator[None]:
    async with cloud.relay.running(), cloud.presence.running(), sweeping(cloud), commanding(cloud):
        yield


ROOM = Room(
    endpoints=(Endpoint("GET", "/api/events", events, Access.VIEWER),),
    routes=(
        WebSocketRoute("/realtime/device", DeviceSocket()),
        WebSocketRoute("/realtime/organization", people_line),
    ),
    parts=parts,
    work=work,
    depends=depends,
)
