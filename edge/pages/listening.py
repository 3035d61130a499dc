"""Which sockets the page is served on: this machine's own always, the network's while the door is open."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Generator, Iterator

import uvicorn
from starlette.types import ASGIApp

log = logging.getLogger(__name__)

LOOPBACK = ("127.0.0.1",)
MOST_CONNECTIONS = 32
BACKLOG = 16


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Signals are the process's, which may run two of these."""
        yield


class Listener:
    """Serves `app` on a set of addresses until `stop`. No port is bound before `start`, none after `stop`."""

    def __init__(self, app: ASGIApp, port: int) -> None:
        self._app = app
        self._port = port
        self._running: tuple[_Server, asyncio.Task[None]] | None = None

    @property
    def is_running(self) -> bool:
        return self._running is not None and not self._running[1].done()

    async def start(self, addresses: tuple[str, ...]) -> None:
        """On every address that can be bound. Raises OSError when none can."""
        sockets = list(_bound(addresses, self._port))
        if not sockets:
            raise OSError(f"none of {', '.join(addresses) or 'no address'} can be listened on at port {self._port}")
        config = uvicorn.Config(
            self._app,
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=True,
            lifespan="off",
            ws="none",
            limit_concurrency=MOST_CONNECTIONS,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=5,
            h11_max_incomplete_event_size=16_384,
        )
        server = _Server(config)
        self._running = server, asyncio.create_task(server.serve(sockets=sockets))
        while not server.started and not self._running[1].done():
            await asyncio.sleep(0.01)

    async def stop(self) -> None:
        if self._running is not None:
            server, task = self._running
            self._running = None
            server.should_exit = True
            await task


def _bound(addresses: tuple[str, ...], port: int) -> Iterator[socket.socket]:
    for address in addresses:
        listener = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((address, port))
            listener.listen(BACKLOG)
        except OSError as error:
            log.warning("%s can't be listened on: %s", address, error.strerror)
            listener.close()
        else:
            yield listener
