"""The cloud as a device sees it: a real HTTP and WebSocket server in this process, signing real manifests.

It can be told to fail. `cloud.fail("/api/device/assets", Cut(after=1000))` spoils the next request whose path starts
so; several are used up in order. Whoever takes it apart finds what was asked in `cloud.requests`.
"""

import base64
import hashlib
import json
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import convert
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve

from tests.fakes.device_cloud_http import Asked, DeviceHttpServer
from tests.fakes.line_faults import Fault
from tests.free_port import listening_socket
from vizora.manifest.handover import hand_over
from vizora.manifest.model import Key

DEVICE_ID = "6d0f0e52-5b0c-4a56-9d0b-0c1f6f6a2f01"
ORGANIZATION_ID = "f0b3a3a0-3d1d-4d0c-8f5e-1d2c3b4a5f60"


class SigningKey:
    def __init__(self, key_id: str, seed: bytes) -> None:
        self.key_id = key_id
        self._private = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(seed).digest())

    @property
    def public(self) -> dict[str, str]:
        raw = self._private.public_key().public_bytes_raw()
        return {"keyId": self.key_id, "publicKey": base64.b64encode(raw).decode()}

    def sign(self, body: bytes) -> str:
        return f"ed25519;{self.key_id};{base64.b64encode(self._private.sign(body)).decode()}"

    def hand_over(self, to: "SigningKey") -> str:
        return hand_over(self._private.private_bytes_raw(), self.key_id, convert(to.public, Key))


class FakeCloud:
    """Use as a context manager. Thread-safe enough for tests: state changes under one lock."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.key = SigningKey("k1", b"first key")
        self.token = "device-token-1"
        self.assets: dict[str, bytes] = {}
        self.manifest: tuple[bytes, str] | None = None
        self.update: dict[str, Any] | None = None
        """What a screen is offered now (`offer`)."""
        self.screens: list[dict[str, str]] = [{"id": DEVICE_ID, "nickname": "Bar"}]
        """What a person's program lists; those that have a manifest of their own have it in `carried`."""
        self.carried: dict[str, tuple[bytes, str]] = {}
        self.plays: dict[tuple[str, int], dict[str, Any]] = {}
        self.plays_received = 0
        self.forget_acknowledgement = False
        """Count the plays, then lose the answer."""
        self.requests: list[Asked] = []
        self.bytes_sent: dict[str, int] = defaultdict(int)
        self.heartbeats: list[dict[str, Any]] = []
        self.messages: list[dict[str, Any]] = []
        self.server_time: Callable[[], datetime] | None = None
        self.pairing: list[tuple[int, dict[str, Any]]] = []
        """Answers to polls, in order; after the last one: authorization_pending."""
        self.redeeming: list[tuple[int, dict[str, Any]]] = []
        """Answers to codes that are redeemed, in order; after the last one: DEVICE_001."""
        self.changed = threading.Condition(self.lock)
        self._faults: dict[str, list[Fault]] = defaultdict(list)
        self._sockets: list[ServerConnection] = []
        self._commands: list[dict[str, Any]] = []

    # What a test says
    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def socket_url(self) -> str:
        return f"ws://127.0.0.1:{self._realtime.socket.getsockname()[1]}/realtime/device"

    def fail(self, path: str, *faults: Fault) -> None:
        with self.lock:
            self._faults[path].extend(faults)

    def recover(self) -> None:
        """What was to fail does not."""
        with self.lock:
            self._faults.clear()

    def cut_lines(self) -> None:
        for connection in tuple(self._sockets):
            connection.close()

    def publish(self, manifest: dict[str, Any], *, key: SigningKey | None = None, nudge: bool = True) -> None:
        """Signs and serves it, and tells the connected screens."""
        body = json.dumps(manifest).encode()
        with self.lock:
            self.manifest = (body, (key or self.key).sign(body))
        if nudge:
            self.send({"type": "manifest:changed", "data": {"version": manifest["version"]}})

    def add_asset(self, data: bytes) -> str:
        sha256 = hashlib.sha256(data).hexdigest()
        with self.lock:
            self.assets[sha256] = data
        return sha256

    def offer(self, version: str, data: bytes) -> str:
        """From now on this system is offered; its SHA-256."""
        sha256 = self.add_asset(data)
        with self.lock:
            self.update = {"version": version, "sha256": sha256, "size": len(data)}
        return sha256

    def send(self, message: dict[str, Any]) -> None:
        for connection in tuple(self._sockets):
            with suppress(ConnectionClosed):
                connection.send(json.dumps(message))

    def queue_command(self, command: dict[str, Any]) -> None:
        """Goes out with the next heartbeat's answer."""
        with self.lock:
            self._commands.append(command)

    def wait_for(self, condition: Callable[[], bool], timeout_s: float = 20.0) -> None:
        """Until a request, a heartbeat or a message made `condition` true. Fails the test after `timeout_s`."""
        with self.changed:
            assert self.changed.wait_for(condition, timeout_s), "the device never did what the test waits for"

    def paired(self) -> dict[str, Any]:
        """The body that ends a pairing."""
        return {
            "deviceToken": self.token,
            "device": {
                "id": DEVICE_ID,
                "organizationId": ORGANIZATION_ID,
                "organizationName": "ACME",
                "nickname": "Bar",
            },
            "socketUrl": self.socket_url,
            "config": {"heartbeatInterval": 15000, "cacheSize": 524288000, "autoUpdate": True},
            "manifestKeys": [self.key.public],
        }

    # The server
    def __enter__(self) -> "FakeCloud":
        self._http = DeviceHttpServer(self)
        self._realtime = serve(self._converse, sock=listening_socket(), process_request=self._admit, close_timeout=1)
        self._threads = [
            threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True),
            threading.Thread(target=self._realtime.serve_forever, daemon=True),
        ]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._realtime.shutdown()
        self.cut_lines()
        for thread in self._threads:
            thread.join()
        self._http.server_close()

    def take_fault(self, path: str) -> Fault | None:
        with self.lock:
            for start, faults in self._faults.items():
                if path.startswith(start) and faults:
                    return faults.pop(0)
        return None

    def note(self, asked: Asked) -> None:
        with self.changed:
            self.requests.append(asked)
            self.changed.notify_all()

    def asked(self, path: str) -> list[Asked]:
        return [asked for asked in tuple(self.requests) if asked.path.startswith(path)]

    def count_plays(self, events: Sequence[dict[str, Any]]) -> int | None:
        with self.changed:
            for event in events:
                self.plays[event["bootId"], event["n"]] = event
                self.plays_received += 1
            self.changed.notify_all()
        return max((event["n"] for event in events), default=None)

    def next_poll(self) -> tuple[int, dict[str, Any]]:
        with self.lock:
            return self.pairing.pop(0) if self.pairing else (400, {"error": "authorization_pending"})

    def next_redemption(self) -> tuple[int, dict[str, Any]]:
        with self.lock:
            return self.redeeming.pop(0) if self.redeeming else (404, {"code": "DEVICE_001", "detail": "wrong code"})

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            return connection.respond(401, "no\n")
        return None

    def _converse(self, connection: ServerConnection) -> None:
        self._sockets.append(connection)
        try:
            with suppress(ConnectionClosed):  # a killed device says no goodbye
                for text in connection:
                    self._answer(connection, json.loads(text))
        finally:
            self._sockets.remove(connection)

    def _answer(self, connection: ServerConnection, message: dict[str, Any]) -> None:
        with self.changed:
            self.messages.append(message)
            commands = ()
            if message["type"] == "heartbeat":
                self.heartbeats.append(message["data"])
                commands, self._commands = tuple(self._commands), []  # type: ignore[assignment]
            self.changed.notify_all()
        if message["type"] == "heartbeat":
            ack: dict[str, Any] = {"nextHeartbeatIn": 15000, "commands": list(commands)}
            if self.server_time is not None:
                ack["serverTime"] = self.server_time().isoformat()
            connection.send(json.dumps({"type": "heartbeat:ack", "data": ack, "id": message.get("id")}))


@contextmanager
def fake_cloud() -> Iterator[FakeCloud]:
    with FakeCloud() as cloud:
        yield cloud


def manifest(version: int, assets: dict[str, bytes], **fields: Any) -> dict[str, Any]:
    """A whole manifest: `assets` by content id, all in one playlist that always plays, one after the other."""
    return {
        "format": 1,
        "deviceId": DEVICE_ID,
        "organizationId": ORGANIZATION_ID,
        "version": version,
        "issuedAt": "2026-12-01T00:00:00Z",
        "timeZone": "Europe/Berlin",
        "assets": {
            content_id: {
                "type": "image",
                "mediaType": "image/png",
                "sha256": hashlib.sha256(data).hexdigest(),
                "size": len(data),
            }
            for content_id, data in assets.items()
        },
        "playlists": {
            "p": {
                "name": "all",
                "items": [{"id": f"i-{c}", "contentId": c, "durationMs": 10000} for c in assets],
            }
        },
        "schedules": [{"id": "s", "timeZone": "Europe/Berlin", "playlistId": "p", "recurrence": {"kind": "always"}}],
        **fields,
    }
