"""Many connected screens from another process: `python -m bench.crowd SPREAD_S PORT… < tokens`.

Each connects at a moment of its own within SPREAD_S, beats every 15 s, and is spread over the ports. Prints one JSON
object a line: {"connected": n}, then {"nudged": n, "number": k, "first": t, "last": t} once every screen was nudged k
times (t: seconds of the machine's monotonic clock; the first is its greeting), {"dropped": n, "last": text} when lines
were lost, with what the last of them heard last, and {"beats": n, "acks": n} for each line it reads on standard input
after the tokens, which end with an empty line.
"""

import asyncio
import base64
import itertools
import json
import os
import random
import sys
import time
from typing import Any, cast

import uvloop

BEAT_S = 15.0


class Crowd:
    def __init__(self, screens: int) -> None:
        self.screens = screens
        self.connected = self.dropped = self.beats = self.acks = 0
        self._nudges: dict[int, list[float]] = {}

    def joined(self) -> None:
        self.connected += 1
        if self.connected == self.screens:
            say(connected=self.connected)

    def nudged(self, number: int) -> None:
        times = self._nudges.setdefault(number, [])
        times.append(time.monotonic())
        if len(times) == self.screens:
            say(nudged=len(times), number=number, first=times[0], last=times[-1])

    def lost(self, last: bytes) -> None:
        """`last`: what the line heard last, which is why it was closed when it was."""
        self.dropped += 1
        say(dropped=self.dropped, last=last[-100:].decode(errors="replace"))


class Screen(asyncio.Protocol):
    """A WebSocket client (RFC 6455) that can do just what a bench needs; its masking key is zero."""

    def __init__(self, crowd: Crowd, token: str) -> None:
        self._crowd = crowd
        self._token = token
        self._buffer = self._last = b""
        self._open = False
        self._nudges = 0
        self._items = itertools.cycle(BEATS)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        key = base64.b64encode(os.urandom(16)).decode()
        self._transport.write(
            f"GET /realtime/device HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Authorization: Bearer {self._token}\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._open:
            head, found, rest = self._buffer.partition(b"\r\n\r\n")
            if not found:
                return
            assert head.startswith(b"HTTP/1.1 101"), head
            self._open, self._buffer = True, rest
            self._crowd.joined()
            asyncio.get_running_loop().call_later(BEAT_S, self._beat)
        while (message := self._next()) is not None:
            self._take(message)

    def connection_lost(self, _: Exception | None) -> None:
        self._open = False
        self._crowd.lost(self._last)

    def _next(self) -> bytes | None:
        """The payload of a whole frame."""
        if len(self._buffer) < 4:
            return None
        length, start = self._buffer[1], 2
        if length == 126:
            length, start = int.from_bytes(self._buffer[2:4]), 4
        if len(self._buffer) < start + length:
            return None
        message, self._buffer = self._buffer[start : start + length], self._buffer[start + length :]
        return message

    def _take(self, message: bytes) -> None:
        self._last = message
        if b"manifest:changed" in message:
            self._nudges += 1
            self._crowd.nudged(self._nudges)
        elif b"heartbeat:ack" in message:
            self._crowd.acks += 1

    def _beat(self) -> None:
        if not self._open:
            return
        self._crowd.beats += 1
        beat = next(self._items)
        self._transport.write(b"\x81\xfe" + len(beat).to_bytes(2) + b"\0\0\0\0" + beat)
        asyncio.get_running_loop().call_later(BEAT_S, self._beat)


def say(**what: Any) -> None:
    print(json.dumps(what), flush=True)


async def gather(spread_s: float, ports: list[int], tokens: list[str]) -> None:
    crowd, loop, dice = Crowd(len(tokens)), asyncio.get_running_loop(), random.Random(7)

    async def join(number: int, token: str) -> None:
        await asyncio.sleep(dice.uniform(0, spread_s))
        await loop.create_connection(lambda: Screen(crowd, token), "127.0.0.1", ports[number % len(ports)])

    await asyncio.gather(*(join(number, token) for number, token in enumerate(tokens)))
    while await loop.run_in_executor(None, sys.stdin.readline):
        say(beats=crowd.beats, acks=crowd.acks)


METRICS = {"cpu": 12.5, "memory": 40.1, "disk": 30.0, "temperatureC": 51.0, "throttled": False, "clock": "trusted"}


def report(item: int) -> dict[str, Any]:
    """Of a screen whose playlist has gone on to another item since the last one, as it has with items of 8 s."""
    zones = [{"zoneId": "main", "itemId": str(item), "contentId": str(item)}]
    shown = {"at": "2026-11-26T08:00:00Z", "source": {"kind": "schedule", "id": "a"}, "zones": zones}
    return {"metrics": METRICS, "currentContent": shown, "manifestVersion": 1}


BEATS = [json.dumps({"type": "heartbeat", "data": report(item), "id": "1"}).encode() for item in range(8)]

if __name__ == "__main__":
    known = []
    while line := sys.stdin.readline().strip():
        known.append(line)
    uvloop.run(gather(float(sys.argv[1]), [int(port) for port in sys.argv[2:]], known))
