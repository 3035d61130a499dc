"""Diagnostics at work: one event loop that serves the page, answers `diagnostics.sock` and shuts the door in time."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from edge.cache.command_socket import CommandSocket
from edge.cache.worker import Call, Inbox
from edge.clock import Clock
from edge.config import DeviceConfig
from edge.diagnostics import access, links
from edge.diagnostics.app import Desk, create_app
from edge.diagnostics.door import Door
from edge.pages.guard import Guard, names_of
from edge.pages.listening import LOOPBACK, Listener
from edge.sdnotify import Notifier

LOOK_S = 1.0
MOST_MINUTES = access.OPEN_S / 60

log = logging.getLogger(__name__)


class LoopInbox(Inbox):
    """Calls from other threads become calls of the event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._loop = loop

    def put(self, call: Call) -> None:
        self._loop.call_soon_threadsafe(call)


class Diagnostics:
    """`addresses` are this machine's on the network, asked anew each time."""

    def __init__(
        self,
        config: DeviceConfig,
        clock: Clock,
        notifier: Notifier,
        addresses: Callable[[], tuple[str, ...]] = links.addresses,
    ) -> None:
        self._config = config
        self._notifier = notifier
        self._addresses = addresses
        port = config.diagnostics_port
        self.door = Door(config.paths, clock, self._urls)
        app = Guard(create_app(Desk(config, clock, self.door)), lambda: names_of(addresses(), port))
        self._here, self._network = Listener(app, port), Listener(app, port)
        self._wake = asyncio.Event()

    async def run(self, ending: asyncio.Event) -> None:
        """Until `ending`. Raises OSError when the loopback's port is taken."""
        await self._here.start(LOOPBACK)
        control = CommandSocket(
            self._config.paths.diagnostics_socket,
            LoopInbox(asyncio.get_running_loop()),
            {"open": self._open, "close": self._close, "status": self._status},
        )
        try:
            control.start()
        except OSError as error:
            log.error("no command socket: %s", error)
        self._notifier.ready()
        try:
            while not ending.is_set():
                await self._follow_door()
                self._notifier.watchdog()
                await _first_of(ending, self._wake, LOOK_S)
        finally:
            self._notifier.stopping()
            control.stop()
            self.door.close()
            await self._network.stop()
            await self._here.stop()

    async def _follow_door(self) -> None:
        """The network's sockets are there while the door is open, and only then."""
        self._wake.clear()
        addresses = self._addresses()
        if self.door.is_open and addresses and not self._network.is_running:
            try:
                await self._network.start(addresses)
            except OSError as error:
                log.error("%s", error)
        elif not self.door.is_open and self._network.is_running:
            await self._network.stop()

    # What diagnostics.sock takes. The number is never answered: it is on the glass.
    def _open(self, asked: dict[str, Any]) -> dict[str, Any]:
        minutes = asked.get("minutes", MOST_MINUTES)
        if not isinstance(minutes, int | float) or isinstance(minutes, bool) or not 1 <= minutes <= MOST_MINUTES:
            return {"ok": False, "error": f'"minutes" may be 1 to {MOST_MINUTES:g}'}
        try:
            status = self.door.open(minutes * 60)
        except OSError as error:
            return {"ok": False, "error": f"the run folder can't be written ({error.strerror or error})"}
        self._wake.set()
        return {"ok": True, "addresses": list(status.addresses), "until": status.until.isoformat()}

    def _close(self, _: dict[str, Any]) -> dict[str, Any]:
        self.door.close()
        self._wake.set()
        return {"ok": True}

    def _status(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"ok": True, "open": self.door.is_open}

    def _urls(self) -> tuple[str, ...]:
        port = self._config.diagnostics_port
        return tuple(f"http://{f'[{one}]' if ':' in one else one}:{port}" for one in self._addresses())


async def _first_of(ending: asyncio.Event, wake: asyncio.Event, seconds: float) -> None:
    waiting = [asyncio.create_task(event.wait()) for event in (ending, wake)]
    await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
