"""Who is listening on this process: screens, people's browsers, and requests that wait for something to happen.

The interface is small so that Redis can stand behind it later. Everything here runs on the event loop's thread.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import msgspec

from vizora.identifiers import DeviceId, OrganizationId

QUEUE = 64
"""Messages a slow listener may lag behind before it is cut off; it asks anew when it comes back."""


GOING = "the server restarts"


class Line:
    """One listener's mailbox. `None` means: close the connection, for `reason`."""

    def __init__(self) -> None:
        self.id = str(uuid4())
        self.queue: asyncio.Queue[bytes | None] = asyncio.Queue(QUEUE)
        self.reason = ""

    def send(self, message: bytes) -> None:
        try:
            self.queue.put_nowait(message)
        except asyncio.QueueFull:
            self.close("too slow")

    def close(self, reason: str) -> None:
        self.reason = self.reason or reason
        while self.queue.full():
            self.queue.get_nowait()
        self.queue.put_nowait(None)


def message(type: str, data: Mapping[str, Any]) -> bytes:  # noqa: A002
    """As CONTRACT section 4 has it: one JSON object."""
    return msgspec.json.encode({"type": type, "data": data, "id": str(uuid4())})


class Hub:
    def __init__(self) -> None:
        self._devices: dict[DeviceId, dict[str, Line]] = defaultdict(dict)
        self._people: dict[OrganizationId, dict[str, Line]] = defaultdict(dict)
        self._waiting: dict[str, list[asyncio.Future[None]]] = defaultdict(list)
        self.closing = False
        """Whether the server is about to end: who is held is to be let go."""

    def close(self) -> None:
        """Lets everybody go who waits or listens; they come back to the next server."""
        self.closing = True
        for shelf in (self._devices, self._people):
            for lines in list(shelf.values()):
                for line in list(lines.values()):
                    line.close(GOING)
        for topic in list(self._waiting):
            self.wake(topic)

    @contextmanager
    def device(self, device_id: DeviceId) -> Iterator[Line]:
        with _listed(self._devices, device_id) as line:
            yield line

    @contextmanager
    def organization(self, organization_id: OrganizationId) -> Iterator[Line]:
        with _listed(self._people, organization_id) as line:
            yield line

    def connected(self) -> set[DeviceId]:
        return set(self._devices)

    def to_device(self, device_id: DeviceId, type: str, data: Mapping[str, Any]) -> bool:  # noqa: A002
        """Whether anybody was there to hear it."""
        lines = list(self._devices.get(device_id, {}).values())
        for line in lines:
            line.send(message(type, data))
        return bool(lines)

    def close_device(self, device_id: DeviceId, reason: str) -> None:
        for line in list(self._devices.get(device_id, {}).values()):
            line.close(reason)

    def close_line(self, device_id: DeviceId, line_id: str, reason: str) -> None:
        line = self._devices.get(device_id, {}).get(line_id)
        if line is not None:
            line.close(reason)

    def to_organization(self, organization_id: OrganizationId, type: str, data: Mapping[str, Any]) -> None:  # noqa: A002
        lines = list(self._people.get(organization_id, {}).values())
        encoded = message(type, data) if lines else b""
        for line in lines:
            line.send(encoded)

    # --- waiting for a name to be called, as in `pairing:<id>`
    @contextmanager
    def listening(self, topic: str) -> Iterator["asyncio.Future[None]"]:
        """A future that is done once `wake(topic)` is called. Listen first, then look: nothing is missed."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[topic].append(future)
        try:
            yield future
        finally:
            self._waiting[topic].remove(future)
            if not self._waiting[topic]:
                del self._waiting[topic]

    def wake(self, topic: str) -> None:
        for future in self._waiting.get(topic, []):
            if not future.done():
                future.set_result(None)


@contextmanager
def _listed(shelf: dict[Any, dict[str, Line]], key: Any) -> Iterator[Line]:
    line = Line()
    shelf[key][line.id] = line
    try:
        yield line
    finally:
        del shelf[key][line.id]
        if not shelf[key]:
            del shelf[key]
