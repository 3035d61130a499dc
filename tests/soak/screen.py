"""A simulated screen that does towards the cloud what a device's cache does (`edge.cache.realtime`, `edge.cache.sync`).

It keeps a line open, beats at once and then steadily, and comes back by the device's own back-off, with its jitter, to
whatever process it finds. It asks for its manifest when its line comes up, when it is nudged, and at every poll.
"""

import asyncio
import json
import random
import time
from collections import Counter
from dataclasses import dataclass
from typing import Protocol

from bench.crowd import report
from bench.screen_line import ScreenLine
from cloud.realtime.closing import TOO_MUCH
from edge.backoff import delay_s
from edge.cache.realtime import LONGEST_PAUSE_S
from tests.soak.asking import Unanswered, ask

OPEN_S, POLL_S, BEAT_S = 15.0, 60.0, 15.0


@dataclass(frozen=True, slots=True)
class Habits:
    beat_s: float = BEAT_S
    poll_s: float = POLL_S


ORDINARY = Habits()


class Crowd(Protocol):
    """What screens share."""

    habits: Habits
    seed: int
    may_connect: asyncio.Event
    codes: Counter[int]
    """With which lines ended that had been open; 0 are those that were cut off."""
    statuses: Counter[int]
    """Of all answers, handshakes of lines that ended and manifests."""
    went_back: int
    """How often one got an older manifest than it had."""
    pauses_s: list[float]
    """Of each line that the cloud ended for silence: the longest that its screen had said nothing."""

    def port(self, number: int, /) -> int:
        """Where the one with this number finds the cloud now."""

    def heard_of(self, screen: "Screen") -> None:
        """It asked, and has what is new to it."""


class Line(ScreenLine):
    """One of a screen's connections. `heard_at`: when the beat was sent that the cloud answered last."""

    def __init__(self, screen: "Screen") -> None:
        super().__init__(screen.token)
        self._screen = screen
        self.is_open = False
        self.answered, self.over = asyncio.Event(), asyncio.Event()
        self.heard_at: float | None = None
        self._sent_at = list[float]()
        self._last_sent_at = self._pause_s = 0.0

    def opened(self) -> None:
        self.is_open = True
        self.answered.set()
        self._last_sent_at = time.monotonic()
        self._screen.came_back()
        self._beat()

    def heard(self, message: bytes) -> None:
        if b'"heartbeat:ack"' in message:
            self.heard_at = self._sent_at.pop(0)
        elif b'"manifest:changed"' in message:
            self._screen.ask_now()

    def ended(self) -> None:
        self.is_open = False
        if self.code == TOO_MUCH:
            self._note_pause()
            self._screen.crowd.pauses_s.append(self._pause_s)
        self.answered.set()
        self.over.set()

    def _beat(self) -> None:
        if not self.is_open:
            return
        self._note_pause()
        self._sent_at.append(self._last_sent_at)
        self.send(self._screen.beat())
        asyncio.get_running_loop().call_later(self._screen.crowd.habits.beat_s, self._beat)

    def _note_pause(self) -> None:
        before, self._last_sent_at = self._last_sent_at, time.monotonic()
        self._pause_s = max(self._pause_s, self._last_sent_at - before)


class Screen:
    """What one of them knows. Other threads may read it."""

    def __init__(self, crowd: Crowd, number: int, id_: str, token: str) -> None:
        self.crowd, self.number, self.id, self.token = crowd, number, id_, token
        self.line: Line | None = None
        self.back_at = time.monotonic()
        self.version = 0
        self.overrides: frozenset[str] = frozenset()
        """Of the manifest it has."""
        self._etag = ""
        self._due = asyncio.Event()
        self._dice = random.Random(f"{crowd.seed} {number}")

    @property
    def is_back(self) -> bool:
        return self.line is not None and self.line.is_open

    def spoke_at(self) -> float | None:
        """When it sent what the cloud took last, on the line it has."""
        line = self.line
        return line.heard_at if line is not None and line.is_open else None

    def ask_now(self) -> None:
        self._due.set()

    def came_back(self) -> None:
        self.back_at = time.monotonic()
        self._due.set()

    def beat(self) -> bytes:
        data = report(self._dice.randrange(8)) | {"manifestVersion": self.version}
        return json.dumps({"type": "heartbeat", "data": data}).encode()

    async def keep_a_line(self) -> None:
        failures = 0
        while True:
            await self.crowd.may_connect.wait()
            begun = time.monotonic()
            await self._converse()
            failures = 1 if time.monotonic() - begun > LONGEST_PAUSE_S else failures + 1
            await asyncio.sleep(delay_s(failures, self._dice.random(), longest=LONGEST_PAUSE_S))

    async def _converse(self) -> None:
        loop = asyncio.get_running_loop()
        self.line = line = Line(self)
        try:
            async with asyncio.timeout(OPEN_S):
                await loop.create_connection(lambda: line, "127.0.0.1", self.crowd.port(self.number))
        except OSError:  # TimeoutError is one
            return
        try:
            async with asyncio.timeout(OPEN_S):
                await line.answered.wait()
        except TimeoutError:
            line.hang_up()
        await line.over.wait()
        self.crowd.statuses[line.status] += 1
        if line.status == 101:
            self.crowd.codes[line.code] += 1

    async def keep_asking(self) -> None:
        failures = 0
        poll_s = self.crowd.habits.poll_s
        while True:
            self._due.clear()
            try:
                await self._ask()
                failures, pause = 0, poll_s
            except (OSError, Unanswered):
                failures += 1
                pause = min(delay_s(failures, self._dice.random(), longest=LONGEST_PAUSE_S), poll_s)
            try:
                async with asyncio.timeout(pause):
                    await self._due.wait()
            except TimeoutError:
                continue

    async def _ask(self) -> None:
        answer = await ask(self.crowd.port(self.number), "/api/device/manifest", self.token, self._etag)
        self.crowd.statuses[answer.status] += 1
        if answer.status not in (200, 304):
            raise Unanswered(answer.status)
        if answer.status == 200:
            manifest = json.loads(answer.body)
            if manifest["version"] < self.version:
                self.crowd.went_back += 1
            self.version, self._etag = manifest["version"], answer.etag
            self.overrides = frozenset(one["id"] for one in manifest["overrides"])
        self.crowd.heard_of(self)
