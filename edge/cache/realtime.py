"""The open line to the cloud (CONTRACT section 4): heartbeats out, nudges and commands in.

Two threads hold the socket and nothing else. One listens: what comes in goes to the loop's inbox. One writes, while
there is a line: what `send` queued, and heartbeats that `report` composes, on the beat or as soon as `report_now` asks.
"""

import json
import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import msgspec
from websockets.exceptions import InvalidStatus, WebSocketException
from websockets.sync.client import ClientConnection, connect

from edge.backoff import delay_s
from edge.cache.worker import Inbox
from edge.clock import Clock
from edge.http import is_loopback

LONGEST_PAUSE_S = 30.0
LISTEN_S = 0.5
"""How long the end of the process may wait for the listening thread to look up."""
SHORTEST_BEAT_S, LONGEST_BEAT_S = 1.0, 300.0

log = logging.getLogger(__name__)

WAKE = ""
"""In the queue of what goes out: nothing to send, look at what is due."""


class Message(msgspec.Struct, frozen=True):
    type: str
    data: dict[str, Any] = {}
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Listener:
    """Called in the loop's thread."""

    connected: Callable[[], None]
    nudged: Callable[[], None]
    """Something changed, or may have; asking tells what."""
    commanded: Callable[[dict[str, Any]], None]
    told_time: Callable[[datetime, datetime, float], None]
    """The cloud's time, and our wall and monotonic clocks when it came."""


class Realtime:
    def __init__(
        self,
        *,
        url: str,
        token: Callable[[], str],
        inbox: Inbox,
        listener: Listener,
        report: Callable[[], dict[str, Any]],
        clock: Clock,
        jitter: Callable[[], float],
        beat_s: float,
    ) -> None:
        self._url = url
        self._token = token
        self._inbox = inbox
        self._listener = listener
        self._report = report
        self._clock = clock
        self._jitter = jitter
        self.beat_s = beat_s
        """Seconds between heartbeats, as the cloud last asked."""
        self._beat_at = 0.0
        self._outgoing: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="realtime", daemon=True)
        self.is_connected = False

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Returns at once; the thread ends within a second or two."""
        self._stop.set()

    def report_now(self) -> None:
        """Sends a heartbeat now, and the next one a beat later. Without a line, the next line's first one says it."""
        self._beat_at = 0.0
        self._outgoing.put(WAKE)

    def join(self, timeout_s: float) -> None:
        self._thread.join(timeout_s)

    def send(self, kind: str, data: dict[str, Any]) -> None:
        """Goes out as soon as there is a line; what waits when the process ends is lost."""
        self._outgoing.put(json.dumps({"type": kind, "data": data}))

    def _run(self) -> None:
        failures = 0
        while not self._stop.is_set():
            began = self._clock.monotonic()
            try:
                self._converse()
            except (OSError, WebSocketException, ValueError) as error:
                log.info("realtime: %s", error)
                if isinstance(error, InvalidStatus):
                    self._tell(self._listener.nudged)  # refused: the manifest call will say whether that is meant
            self.is_connected = False
            failures = 1 if self._clock.monotonic() - began > LONGEST_PAUSE_S else failures + 1
            self._stop.wait(delay_s(failures, self._jitter(), longest=LONGEST_PAUSE_S))

    def _converse(self) -> None:
        with connect(
            self._url,
            additional_headers={"Authorization": f"Bearer {self._token()}"},
            proxy=None if is_loopback(self._url) else True,
            compression=None,
            open_timeout=15,
            close_timeout=2,
            max_size=1_048_576,
        ) as line:
            self.is_connected = True
            self._tell(self._listener.connected)
            writer = threading.Thread(target=self._write, args=(line,), name="realtime-writing", daemon=True)
            self._beat_at = 0.0
            writer.start()
            try:
                while not self._stop.is_set() and writer.is_alive():
                    self._listen(line, LISTEN_S)
            finally:
                self.is_connected = False
                self._outgoing.put(WAKE)
                writer.join(LONGEST_PAUSE_S)

    def _write(self, line: ClientConnection) -> None:
        """Until the line ends. An answer that could not be sent waits for the next line."""
        while self.is_connected:
            try:
                text = self._outgoing.get(timeout=max(self._beat_at - self._clock.monotonic(), 0))
            except queue.Empty:
                text = WAKE
            try:
                if text:
                    line.send(text)
                if self._clock.monotonic() >= self._beat_at:
                    self._beat_at = self._clock.monotonic() + self.beat_s
                    line.send(json.dumps({"type": "heartbeat", "data": self._report()}))
            except (OSError, WebSocketException, ValueError) as error:
                log.info("realtime: %s", error)
                if text:
                    self._outgoing.put(text)
                return

    def _listen(self, line: ClientConnection, timeout_s: float) -> None:
        try:
            text = line.recv(timeout=timeout_s)
        except TimeoutError:
            return
        try:
            message = msgspec.json.decode(text, type=Message)
        except ValueError:
            log.warning("realtime: a message that can't be understood")
            return
        self._take(message)

    def _take(self, message: Message) -> None:
        match message.type:
            case "manifest:changed" | "revoked":
                self._tell(self._listener.nudged)
            case "command":
                self._tell(lambda: self._listener.commanded(message.data))
            case "heartbeat:ack":
                self._take_ack(message.data)

    def _take_ack(self, data: dict[str, Any]) -> None:
        now, monotonic = self._clock.now(), self._clock.monotonic()
        next_ms = data.get("nextHeartbeatIn")
        if isinstance(next_ms, int | float):
            self.beat_s = min(max(next_ms / 1000, SHORTEST_BEAT_S), LONGEST_BEAT_S)
        server_time = _instant(data.get("serverTime"))
        if server_time is not None:
            self._tell(lambda: self._listener.told_time(server_time, now, monotonic))
        commands = data.get("commands")
        for command in commands if isinstance(commands, list) else []:
            if isinstance(command, dict):
                self._tell(partial(self._listener.commanded, command))

    def _tell(self, call: Callable[[], None]) -> None:
        self._inbox.put(call)


def _instant(value: object) -> datetime | None:
    try:
        instant = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return instant if instant is not None and instant.tzinfo is not None else None
