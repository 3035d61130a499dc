"""Many connected screens from another process: `python -m bench.crowd SPREAD_S PORT… < tokens`.

Each connects at a moment of its own within SPREAD_S, beats every 15 s, and is spread over the ports. Prints one JSON
object a line: {"connected": n}, then {"nudged": n, "number": k, "first": t, "last": t} once every screen was nudged k
times (t: seconds of the machine's monotonic clock; the first is its greeting), {"dropped": n, "last": text} when lines
were lost, with what the last of them heard last, and {"beats": n, "acks": n} for each line it reads on standard input
after the tokens, which end with an empty line.
"""

import asyncio
import itertools
import json
import random
import sys
import time
from typing import Any

import uvloop

from bench.screen_line import ScreenLine

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


class Screen(ScreenLine):
    def __init__(self, crowd: Crowd, token: str) -> None:
        super().__init__(token)
        self._crowd = crowd
        self._is_open = False
        self._nudges = 0
        self._items = itertools.cycle(BEATS)

    def opened(self) -> None:
        self._is_open = True
        self._crowd.joined()
        asyncio.get_running_loop().call_later(BEAT_S, self._beat)

    def heard(self, message: bytes) -> None:
        if b"manifest:changed" in message:
            self._nudges += 1
            self._crowd.nudged(self._nudges)
        elif b"heartbeat:ack" in message:
            self._crowd.acks += 1

    def ended(self) -> None:
        self._is_open = False
        self._crowd.lost(self.last if self.status == 101 else str(self.status).encode())

    def _beat(self) -> None:
        if not self._is_open:
            return
        self._crowd.beats += 1
        self.send(next(self._items))
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
