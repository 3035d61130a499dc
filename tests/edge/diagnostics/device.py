"""A screen in a folder, as its services leave it: status files, sockets that answer, a manifest and its files."""

import hashlib
import io
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from PIL import Image

from edge.asking import ask
from edge.clock import Clock, SystemClock
from edge.config import DeviceConfig, load
from edge.paths import DevicePaths
from tests.fakes.device_cloud import DEVICE_ID, manifest


def png(width: int, height: int) -> bytes:
    picture = io.BytesIO()
    Image.new("RGB", (width, height), "#c92c17").save(picture, "PNG")
    return picture.getvalue()


TOKEN = "device-token-that-nobody-may-see"
CONTENT = "0f8fad5b-d9cb-469f-a165-70867728950e"
PICTURE = b"a picture of the menu"
GLASS = png(16, 9)
SHA = hashlib.sha256(PICTURE).hexdigest()


@dataclass(slots=True)
class Device:
    folder: Path
    cloud_url: str = "http://127.0.0.1:9"
    port: int = 8088
    pairing_code: str = ""
    clock: Clock = field(default_factory=SystemClock)
    asked: list[dict[str, Any]] = field(default_factory=list)
    """What its services were asked, apart from how they are."""

    @property
    def paths(self) -> DevicePaths:
        return DevicePaths(self.folder / "state", self.folder / "run")

    @property
    def sha256(self) -> str:
        """Of the picture it shows."""
        return SHA

    @property
    def environ(self) -> dict[str, str]:
        return {
            "VIZORA_STATE_DIR": str(self.paths.state),
            "VIZORA_RUN_DIR": str(self.paths.run),
            "VIZORA_CLOUD_URL": self.cloud_url,
            "VIZORA_DIAGNOSTICS_PORT": str(self.port),
            "VIZORA_PAIRING_CODE": self.pairing_code,
        }

    @property
    def config(self) -> DeviceConfig:
        return load(self.environ)

    def write(self, path: Path, document: object) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(msgspec.json.encode(document))

    def change(self, path: Path, **fields: object) -> None:
        self.write(path, {**json.loads(path.read_bytes()), **fields})

    def publish(self, **fields: Any) -> None:
        """A manifest of one picture, and the picture."""
        document = manifest(3, {CONTENT: PICTURE}, **fields)
        document["assets"][CONTENT]["title"] = "Menu"
        self.write(self.paths.current_manifest, document)
        self.paths.assets.mkdir(parents=True, exist_ok=True)
        self.paths.asset(SHA).write_bytes(PICTURE)

    def settle(self) -> None:
        """Everything as on a screen that is well."""
        now = self.clock.now()
        self.publish()
        self.write(
            self.paths.credentials,
            {
                "cloudUrl": self.cloud_url,
                "socketUrl": "ws://127.0.0.1:9/realtime/device",
                "deviceId": DEVICE_ID,
                "deviceToken": TOKEN,
                "manifestKeys": [],
                "pairedAt": now,
            },
        )
        self.write(
            self.paths.pairing_status,
            {"state": "paired", "at": now, "cloudUrl": self.cloud_url, "organizationName": "ACME"},
        )
        self.write(self.paths.cache_status, {"at": now, "state": "idle", "manifestVersion": 3, "lastContactAt": now})
        shown = {"zoneId": "main", "contentId": CONTENT, "title": "Menu", "type": "image"}
        self.write(
            self.paths.player_status,
            {"at": now, "bootId": "b", "pid": 1, "state": "playing", "shown": [shown], "clock": "trusted", "frames": 9},
        )

    def open_door(self) -> None:
        """As somebody at the device does; the service has to run."""
        assert ask(self.paths.diagnostics_socket, {"command": "open"})["ok"]

    @contextmanager
    def services(self, *names: str) -> Iterator[None]:
        """Sockets that answer; all three, or those named."""
        doors = {
            "player": self.paths.player_socket,
            "cache": self.paths.cache_socket,
            "provision": self.paths.provision_socket,
        }
        listeners = [listening(doors[name], self._answer) for name in names or doors]
        try:
            yield
        finally:
            for listener in listeners:
                with suppress(OSError):
                    listener.shutdown(socket.SHUT_RDWR)
                listener.close()

    def _answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        if asked["command"] != "status":
            self.asked.append(asked)
        if asked["command"] == "screenshot":
            Path(asked["file"]).write_bytes(GLASS)
        return {"ok": True}


def listening(path: Path, answer: Callable[[dict[str, Any]], dict[str, Any]]) -> socket.socket:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    listener.listen(8)

    def serve() -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            with line, suppress(OSError), line.makefile("rb") as lines:
                line.sendall(json.dumps(answer(json.loads(lines.readline()))).encode() + b"\n")

    threading.Thread(target=serve, daemon=True).start()
    return listener
