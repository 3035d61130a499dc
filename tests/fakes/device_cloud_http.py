"""The HTTP side of `tests.fakes.device_cloud`: what a device asks, and the faults of a line."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, cast

from tests.fakes.http_server import HttpServer
from tests.fakes.line_faults import Cut, Fault, Gate, NoRange, Portal, Status, Trickle, WrongBytes, WrongRange

if TYPE_CHECKING:
    from tests.fakes.device_cloud import FakeCloud


PORTAL = b"<html><body>Welcome to Hotel Wi-Fi, please sign in</body></html>"


@dataclass(frozen=True, slots=True)
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class DeviceHttpServer(HttpServer):
    def __init__(self, cloud: "FakeCloud") -> None:
        self.cloud = cloud
        super().__init__(_Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def cloud(self) -> "FakeCloud":
        return cast(DeviceHttpServer, self.server).cloud

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        asked = Asked(self.command, self.path, dict(self.headers), body)
        fault = self.cloud.take_fault(self.path)
        self.cloud.note(asked)
        match fault:
            case Status(status, headers, text):
                self._send(status, text, dict(headers))
            case Portal():
                self._send(200, PORTAL, {"Content-Type": "text/html"})
            case Trickle(every_s, stop):
                self._trickle(every_s, stop)
            case _:
                self._route(asked, fault)

    def _route(self, asked: Asked, fault: Fault | None) -> None:
        if asked.path.startswith("/api/pairing"):
            self._pair(asked)
        elif self.headers.get("Authorization") != f"Bearer {self.cloud.token}":
            self._send(401, b'{"code":"AUTH_002","title":"revoked"}')
        elif asked.path == "/api/device/manifest":
            self._manifest(fault, self.cloud.manifest)
        elif asked.path.startswith(("/api/device/assets/", "/api/device/updates/")):
            self._asset(asked.path.rpartition("/")[2], fault)
        elif asked.path.startswith(("/api/devices", "/api/content/")):
            self._carry(asked.path, fault)
        elif asked.path.startswith("/api/device/update"):
            offered = self.cloud.update
            self._send(
                204 if offered is None else 200, b"" if offered is None else json.dumps(offered).encode(), fault=fault
            )
        elif (asked.method, asked.path) == ("DELETE", "/api/device"):
            self._send(204, b"")
        elif asked.path == "/api/device/plays":
            self._plays(asked.body, fault)
        else:
            self._send(200, b"{}")

    def _pair(self, asked: Asked) -> None:
        if asked.path == "/api/pairing":
            started = {
                "deviceCode": "d" * 43,
                "userCode": "ABC234",
                "verificationUri": f"{self.cloud.url}/pair",
                "verificationUriComplete": f"{self.cloud.url}/pair#code=ABC234&claimKey=0123456789abcdef",
                "expiresIn": 300,
                "interval": 2,
            }
            self._send(201, json.dumps(started).encode())
        elif asked.path == "/api/pairing/redeem":
            status, answer = self.cloud.next_redemption()
            self._send(status, json.dumps(answer).encode())
        else:
            status, answer = self.cloud.next_poll()
            self._send(status, json.dumps(answer).encode())

    def _carry(self, path: str, fault: Fault | None) -> None:
        """What `vizora usb export` asks for. The list comes in pages of two, so that there is more than one."""
        own = {screen["id"]: self.cloud.carried.get(screen["id"], self.cloud.manifest) for screen in self.cloud.screens}
        name = path.split("/")[3] if path.count("/") > 3 else ""
        if path.endswith("/manifest"):
            self._manifest(fault, own.get(name))
        elif path.endswith("/file"):
            bodies = [json.loads(signed[0]) for signed in own.values() if signed is not None]
            self._asset(next((b["assets"][name]["sha256"] for b in bodies if name in b["assets"]), ""), fault)
        else:
            start = int(path.partition("cursor=")[2] or 0)
            more = start + 2 < len(self.cloud.screens)
            page = {"items": self.cloud.screens[start : start + 2], "nextCursor": str(start + 2) if more else None}
            self._send(200, json.dumps(page).encode(), fault=fault)

    def _manifest(self, fault: Fault | None, signed: tuple[bytes, str] | None) -> None:
        if signed is None:
            self._send(404, b'{"title":"nothing published"}')
            return
        body, signature = signed
        etag = f'"{hashlib.sha256(body).hexdigest()}"'
        if self.headers.get("If-None-Match") == etag:
            self._send(304, b"", {"ETag": etag})
        else:
            self._send(200, body, {"ETag": etag, "Vizora-Signature": signature}, fault)

    def _asset(self, sha256: str, fault: Fault | None) -> None:
        data = self.cloud.assets.get(sha256)
        if data is None:
            self._send(404, b"{}")
            return
        etag = f'"{sha256}"'
        first = self._range_start() if self.headers.get("If-Range", etag) == etag else 0
        if first == 0 or isinstance(fault, NoRange):
            self._send(200, data, {"ETag": etag}, fault, sha256)
        elif first >= len(data):
            self._send(416, b"", {"Content-Range": f"bytes */{len(data)}"})
        else:
            first += fault.shift if isinstance(fault, WrongRange) else 0
            headers = {"ETag": etag, "Content-Range": f"bytes {first}-{len(data) - 1}/{len(data)}"}
            self._send(206, data[first:], headers, fault, sha256)

    def _range_start(self) -> int:
        asked = self.headers.get("Range", "")
        return int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0

    def _plays(self, body: bytes, fault: Fault | None) -> None:
        if isinstance(fault, Gate):  # before anything is counted
            fault.reached.set()
            fault.opened.wait(30)
        through = self.cloud.count_plays(json.loads(body)["events"])
        if self.cloud.forget_acknowledgement:
            self._cut()
        else:
            self._send(200, json.dumps({"acceptedThrough": through}).encode())

    def _send(
        self,
        status: int,
        body: bytes,
        headers: dict[str, str] | None = None,
        fault: Fault | None = None,
        sha256: str = "",
    ) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        for piece in self._pieces(body, fault):
            self.wfile.write(piece)
            self.wfile.flush()
            self.cloud.bytes_sent[sha256] += len(piece)
        if isinstance(fault, Cut):
            self._cut()

    def _pieces(self, body: bytes, fault: Fault | None) -> Iterator[bytes]:
        match fault:
            case Cut(after):
                yield body[:after]
            case WrongBytes(at):
                yield body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]
            case Gate(after, reached, opened):
                yield body[:after]
                reached.set()
                opened.wait(30)
                yield body[after:]
            case _:
                yield body

    def _trickle(self, every_s: float, stop: threading.Event) -> None:
        with suppress(OSError):
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while not stop.wait(every_s):
                self.wfile.write(b"a")
                self.wfile.flush()
        self._cut()

    def _cut(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(2)
