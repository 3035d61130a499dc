"""Who is listening on this process: screens, people's browsers, and requests that wait for something to happen.

What other processes committed reaches it by `cloud.realtime.relay`. Everything runs on the event loop's thread.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import msgspec

from cloud.db.ids import passing_id
from cloud.realtime.mailbox import Mailbox
from vizora.identifiers import DeviceId, OrganizationId

QUEUE = 64
"""Messages a slow listener may lag behind before it is cut off; it asks anew when it comes back."""
GOING = "the server restarts"


class Line(Mailbox[bytes | None]):
    """One listener's mailbox. `None` means: close the connection, for `reason`."""

    __slots__ = ("has_unread", "id", "reason", "token_id")

    def __init__(self, token_id: str = "") -> None:
        super().__init__()
        self.id = passing_id()
        self.token_id = token_id
        """What the listener showed, to be asked again whether it is still good."""
        self.reason = ""
        self.has_unread: Callable[[], bool] = _nothing
        """Whether the listener said something that nobody has taken so far."""

    def send(self, message: bytes) -> None:
        if len(self._messages) >= QUEUE:
            self.close("too slow")
        else:
            self.put_nowait(message)

    def close(self, reason: str) -> None:
        self.reason = self.reason or reason
        del self._messages[QUEUE - 1 :]
        self.put_nowait(None)

    def waiting(self) -> tuple[bytes | None, ...]:
        """What nobody has read so far."""
        return tuple(self._messages)


def message(type: str, data: Mapping[str, Any]) -> bytes:  # noqa: A002
    """As CONTRACT section 4 has it: one JSON object."""
    return msgspec.json.encode({"type": type, "data": data, "id": passing_id()})


def _nothing() -> bool:
    return False


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

    def device(self, device_id: DeviceId, token_id: str = "") -> AbstractContextManager[Line]:
        return _Listed(self._devices, device_id, Line(token_id))

    def organization(self, organization_id: OrganizationId) -> AbstractContextManager[Line]:
        return _Listed(self._people, organization_id, Line())

    def connected(self) -> set[DeviceId]:
        return set(self._devices)

    def is_connected(self, device_id: DeviceId) -> bool:
        return device_id in self._devices

    def tokens(self) -> dict[str, Line]:
        """The screens' lines by the token that each showed."""
        return {line.token_id: line for lines in self._devices.values() for line in lines.values()}

    def to_device(self, device_id: DeviceId, type: str, data: Mapping[str, Any]) -> bool:  # noqa: A002
        """Whether anybody was there to hear it."""
        return self.is_connected(device_id) and self.to_devices([device_id], type, data) > 0

    def to_devices(self, device_ids: Iterable[DeviceId], type: str, data: Mapping[str, Any]) -> int:  # noqa: A002
        """The same message to all of them; how many lines there were to hear it."""
        encoded, heard = message(type, data), 0
        for device_id in device_ids:
            for line in list(self._devices.get(device_id, {}).values()):
                line.send(encoded)
                heard += 1
        return heard

    def close_device(self, device_id: DeviceId, reason: str) -> None:
        for line in list(self._devices.get(device_id, {}).values()):
            line.close(reason)

    def close_silent(self, device_id: DeviceId, line_id: str) -> None:
        """Not when it spoke and it is this process that has not come to it."""
        line = self._devices.get(device_id, {}).get(line_id)
        if line is not None and not line.has_unread():
            line.close("silent")

    def listens(self, organization_id: OrganizationId) -> bool:
        """Whether any of its people does."""
        return organization_id in self._people

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


class _Listed:
    """A line on its shelf for as long as the block lasts; a generator would take three times the memory."""

    __slots__ = ("_key", "_line", "_shelf")

    def __init__(self, shelf: dict[Any, dict[str, Line]], key: Any, line: Line) -> None:
        self._shelf, self._key, self._line = shelf, key, line

    def __enter__(self) -> Line:
        self._shelf[self._key][self._line.id] = self._line
        return self._line

    def __exit__(self, *_: object) -> None:
        self._line.has_unread = _nothing  # who carried it holds the line: neither is left to the collector
        del self._shelf[self._key][self._line.id]
        if not self._shelf[self._key]:
            del self._shelf[self._key]
