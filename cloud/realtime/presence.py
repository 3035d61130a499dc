"""Which screens are online: computed from connections and their last beat, never stored as a status.

A connection counts by its own id, so the late end of an old socket never takes a new one away. Who was never heard of
is unknown, not offline, until everybody had the time to speak: after a start, or a restart of Redis.
"""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from enum import StrEnum
from itertools import takewhile
from typing import Protocol

from cloud.realtime.turns import APART_S, Turns
from vizora.identifiers import DeviceId

UNKNOWN_S = 60.0
"""How long after the memory began absence says nothing: four heartbeats."""


class State(StrEnum):
    ONLINE = "online"
    OFFLINE = "offline"
    UNKNOWN = "unknown"


class Presence(Protocol):
    """`state` may be asked from any thread, the rest belongs to the event loop."""

    def goes_on(self, device_id: DeviceId, line_id: str) -> bool:
        """A connection spoke. False when that is news, or would have to wait: then `beat` is to be told of it."""

    async def beat(self, device_id: DeviceId, line_id: str) -> bool:
        """A connection was made or spoke. True when the screen was not online until now."""

    async def gone(self, device_id: DeviceId, line_id: str) -> bool:
        """A connection ended. True when the screen is offline now and was online before."""

    def state(self, device_id: DeviceId) -> State: ...

    def silent(self) -> list[tuple[DeviceId, str]]:
        """This process's connections that said nothing for too long; whoever asks ends them with `gone`."""

    def doubled(self) -> list[DeviceId]:
        """Screens that were found to be two since it was asked last, by a line of this process."""

    def running(self) -> AbstractAsyncContextManager[None]:
        """What it does beside, from the start of the server to its end."""


class LocalPresence:
    """In the memory of the one process there is. `monotonic` gives seconds; after `silence_s` a connection counts no
    more."""

    def __init__(self, monotonic: Callable[[], float], *, silence_s: float) -> None:
        self._monotonic = monotonic
        self._silence_s = silence_s
        self._since = monotonic()
        self._beats: dict[DeviceId, dict[str, float]] = {}
        """A screen without connections was here and went."""
        self._order: dict[tuple[DeviceId, str], None] = {}
        """Connections, the one that said nothing for the longest time first."""
        self._turns = Turns()

    def goes_on(self, device_id: DeviceId, line_id: str) -> bool:
        lines = self._beats.get(device_id, {})
        last, now = lines.get(line_id), self._monotonic()
        if last is None or now - last >= self._silence_s:
            return False
        self._take(device_id, line_id, lines, now)
        return True

    async def beat(self, device_id: DeviceId, line_id: str) -> bool:
        was = self.is_online(device_id)
        self._take(device_id, line_id, self._beats.setdefault(device_id, {}), self._monotonic())
        return not was

    def _take(self, device_id: DeviceId, line_id: str, lines: dict[str, float], now: float) -> None:
        last = lines.get(line_id)
        if last is not None and now - last >= APART_S:
            interrupted = len(lines) > 1 and any(beat > last for beat in lines.values())
            self._turns.note(device_id, line_id, interrupted=interrupted)
        lines[line_id] = now
        self._order.pop((device_id, line_id), None)
        self._order[device_id, line_id] = None

    async def gone(self, device_id: DeviceId, line_id: str) -> bool:
        was = self.is_online(device_id)
        self._beats.setdefault(device_id, {}).pop(line_id, None)
        self._order.pop((device_id, line_id), None)
        self._turns.ended(device_id, line_id)
        return was and not self.is_online(device_id)

    def state(self, device_id: DeviceId) -> State:
        if self.is_online(device_id):
            return State.ONLINE
        unheard = device_id not in self._beats and self._monotonic() - self._since < UNKNOWN_S
        return State.UNKNOWN if unheard else State.OFFLINE

    def is_online(self, device_id: DeviceId) -> bool:
        now = self._monotonic()
        return any(now - beat < self._silence_s for beat in tuple(self._beats.get(device_id, {}).values()))

    def knows(self, device_id: DeviceId, line_id: str) -> bool:
        return line_id in self._beats.get(device_id, {})

    def lines(self) -> list[tuple[DeviceId, str]]:
        return list(self._order)

    def silent(self) -> list[tuple[DeviceId, str]]:
        now, most = self._monotonic(), self._silence_s
        return list(takewhile(lambda line: now - self._beats[line[0]][line[1]] >= most, self._order))

    def doubled(self) -> list[DeviceId]:
        return self._turns.take()

    def running(self) -> AbstractAsyncContextManager[None]:
        return nullcontext()
