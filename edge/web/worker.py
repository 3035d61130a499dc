"""The worker's side of the player's socket: who looks at which page, and the pictures that go there.

One message a packet, JSON. From the player: `{"open": id, "url", "width", "height"}` with the memory for two pictures
as a passed descriptor; `{"took": id}` when it has taken over a picture; `{"close": id}`; `{"ping": n}`. To the player:
`{"id", "slot"}` for a picture in that half of the memory; `{"id", "failed": reason}`; `{"pong": n}`.
"""

import asyncio
import contextlib
import json
import mmap
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from edge.web.page import PageKey

MESSAGE = 64 * 1024
LINGER = 30.0
"""Seconds a page stays when nobody looks: its next showing is there at once."""
MOST_PAGES = 4


class Shown(Protocol):
    """What the worker needs of a page."""

    @property
    def version(self) -> int: ...

    @property
    def failure(self) -> str: ...

    def picture(self) -> bytes: ...

    def close(self) -> None: ...


@dataclass(slots=True)
class Viewer:
    """One source of the player's. It has taken over what it was sent when `free`."""

    key: PageKey
    memory: mmap.mmap
    slot: int = 0
    version: int = 0
    free: bool = True


class Worker:
    def __init__(self, channel: socket.socket, open_page: Callable[[PageKey, Callable[[], None]], Shown]) -> None:
        self._channel = channel
        self._open_page = open_page
        self._viewers: dict[int, Viewer] = {}
        self._pages: dict[PageKey, Shown] = {}
        self._ended = asyncio.Event()

    @property
    def pages(self) -> int:
        return len(self._pages)

    async def run(self) -> None:
        """Until the player closes the socket."""
        loop = asyncio.get_running_loop()
        self._channel.setblocking(False)
        loop.add_reader(self._channel.fileno(), self._receive)
        await self._ended.wait()

    def _receive(self) -> None:
        try:
            message, descriptors, _, _ = socket.recv_fds(self._channel, MESSAGE, 1)
        except BlockingIOError:
            return
        except OSError:
            message, descriptors = b"", []
        if not message:
            self._ended.set()
            return
        try:
            self._take(json.loads(message), descriptors)
        finally:
            for descriptor in descriptors:
                os.close(descriptor)

    def _take(self, order: dict[str, Any], descriptors: list[int]) -> None:
        if "open" in order:
            self._look(order, descriptors[0])
        elif "took" in order:
            viewer = self._viewers.get(order["took"])
            if viewer is not None:
                viewer.free = True
                self._deliver(order["took"], viewer)
        elif "close" in order:
            self._leave(order["close"])
        elif "ping" in order:
            self._say({"pong": order["ping"]})

    def _look(self, order: dict[str, Any], descriptor: int) -> None:
        key = PageKey(order["url"], order["width"], order["height"])
        memory = mmap.mmap(descriptor, 2 * key.width * key.height * 4)
        number: int = order["open"]
        self._viewers[number] = viewer = Viewer(key, memory)
        if key not in self._pages:
            self._make_room()
            if len(self._pages) >= MOST_PAGES:
                self._fail(number, f"{MOST_PAGES} web pages are shown at once already; more are not allowed")
                return
            self._pages[key] = self._open_page(key, lambda: self._changed(key))
        self._deliver(number, viewer)

    def _make_room(self) -> None:
        """Pages that only linger go when another one is to come."""
        for key in [k for k in self._pages if not self._watched(k)]:
            if len(self._pages) >= MOST_PAGES:
                self._pages.pop(key).close()

    def _leave(self, number: int) -> None:
        viewer = self._viewers.pop(number, None)
        if viewer is not None:
            viewer.memory.close()
            asyncio.get_running_loop().call_later(LINGER, self._part, viewer.key)

    def _part(self, key: PageKey) -> None:
        if key in self._pages and not self._watched(key):
            self._pages.pop(key).close()

    def _watched(self, key: PageKey) -> bool:
        return any(viewer.key == key for viewer in self._viewers.values())

    def _changed(self, key: PageKey) -> None:
        for number, viewer in list(self._viewers.items()):
            if viewer.key == key:
                self._deliver(number, viewer)

    def _deliver(self, number: int, viewer: Viewer) -> None:
        page = self._pages[viewer.key]
        if not page.version and page.failure:
            self._fail(number, page.failure)
        elif viewer.free and viewer.version < page.version:
            try:
                picture = page.picture()
            except (OSError, ValueError) as error:
                self._fail(number, f"the browser's picture is none ({error})")
                return
            viewer.slot = 1 - viewer.slot
            place = viewer.slot * len(picture)
            viewer.memory[place : place + len(picture)] = picture
            viewer.version, viewer.free = page.version, False
            self._say({"id": number, "slot": viewer.slot})

    def _fail(self, number: int, reason: str) -> None:
        """The player closes it and asks again later."""
        self._say({"id": number, "failed": reason[:300]})

    def _say(self, message: dict[str, Any]) -> None:
        try:
            self._channel.send(json.dumps(message).encode())
        except OSError:
            self._ended.set()

    def close(self) -> None:
        for page in self._pages.values():
            page.close()
        with contextlib.suppress(OSError):
            self._channel.close()
