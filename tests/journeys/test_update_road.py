"""An update's whole road: from the operator's file through a real cloud and a real cache to the file that root
installs, and back to the screen's page."""

import hashlib
import json
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
import requests

from edge.cache.pairing_session import Machine
from edge.cache.process import CacheProcess
from edge.cache.worker import Inbox
from edge.clock import SystemClock
from edge.config import load
from edge.identity import Credentials, credentials_of
from edge.paths import DevicePaths
from edge.provision.identity import store_credentials
from tests.cloud import serving
from tests.cloud.house import public_key, registration
from vizora.device_api import Paired

PATIENCE_S = 60.0
BUNDLE = os.urandom(3_000_000)
SHA256 = hashlib.sha256(BUNDLE).hexdigest()
CLOCK = SystemClock()


class Cloud:
    def __init__(self, folder: Path) -> None:
        self.folder, self.data = folder, folder / "var"
        self.person = requests.Session()

    def release(self, *words: str) -> Any:
        return serving.run([sys.executable, "-m", "cloud", "release", *words, "--data", str(self.data)])

    def start(self) -> None:
        self.serving = serving.start(self.data)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.person.request(method, f"{self.serving.url}{path}", json=body, timeout=PATIENCE_S)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def register(self) -> None:
        token = self.call("POST", "/api/auth/register", registration())["token"]
        self.person.headers["Authorization"] = f"Bearer {token}"

    def pair(self) -> Credentials:
        asked = {"deviceIdentifier": "d1", "publicKey": public_key()}
        started = self.call("POST", "/api/pairing", asked)
        _, _, fragment = started["verificationUriComplete"].partition("#")
        code, key = (part.partition("=")[2] for part in fragment.split("&"))
        self.call("POST", "/api/devices/pair", {"code": code, "claimKey": key})
        paired = msgspec.convert(self.call("POST", "/api/pairing/token", {"deviceCode": started["deviceCode"]}), Paired)
        return credentials_of(paired, self.serving.url, CLOCK.now())


class Device:
    """The cache's process object on real threads, beside an image's boot folder."""

    def __init__(self, folder: Path, credentials: Credentials) -> None:
        self.paths = DevicePaths(folder / "state", folder / "run", boot=folder / "boot")
        self.paths.boot.mkdir(parents=True)
        self._config = replace(load({"VIZORA_CLOUD_URL": credentials.cloud_url}), paths=self.paths)
        store_credentials(self.paths.credentials, credentials)

    def start(self, version: str) -> None:
        told = {
            "at": "2026-12-01T00:00:00Z", "slot": "A", "primary": "A", "version": version, "state": "confirmed",
            "fellBack": False, "data": "mounted", "board": "rpi",
        }  # fmt: skip
        self.paths.update_status.write_text(json.dumps(told))
        self.cache = CacheProcess(Machine.here(self._config, CLOCK, Inbox()))

    def until(self, condition: Callable[[], object]) -> None:
        end = CLOCK.monotonic() + PATIENCE_S
        while not condition():
            assert CLOCK.monotonic() < end, f"never happened; the cache says {self.cache.status()}"
            self.cache.turn()

    def falls_back(self) -> None:
        """As root does, and then a new system that does not work."""
        self.paths.update_ready.rename(self.paths.update_begun)
        self.paths.bundle(SHA256).unlink()
        self.cache.stop()
        self.paths.update_begun.unlink()
        self.start("1.0")


def test_from_the_operators_file_to_the_screen_and_back_to_its_page(tmp_path: Path) -> None:
    file = tmp_path / "vizora-rpi-1.2.raucb"
    file.write_bytes(BUNDLE)
    cloud = Cloud(tmp_path)
    added = cloud.release("add", str(file), "--version", "1.2", "--board", "rpi")
    assert added.returncode == 0, added.stderr
    assert file.exists()
    cloud.start()
    try:
        cloud.register()
        credentials = cloud.pair()
        page = f"/api/devices/{credentials.device_id}/update"
        device = Device(tmp_path / "device", credentials)
        device.start("1.0")

        device.until(lambda: cloud.call("GET", page)["version"] == "1.0")
        assert cloud.call("GET", page)["why"] in ("later", "window", "offered")
        cloud.call("POST", f"/api/devices/{credentials.device_id}/commands", {"type": "update"})
        device.until(lambda: device.paths.update_ready.exists())
        assert device.paths.bundle(SHA256).read_bytes() == BUNDLE
        device.until(lambda: (cloud.call("GET", page)["last"] or {}).get("outcome") == "taken")

        device.falls_back()
        device.until(lambda: cloud.call("GET", page)["last"]["outcome"] == "fell-back")
        assert cloud.call("GET", page)["why"] == "tried"
        device.cache.stop()

        listed = json.loads(cloud.release("list", "--json").stdout)
        assert (listed["state"], listed["took"], listed["trouble"]) == ("rolling-out", 1, 1)
        held = cloud.release("withdraw", "1.2", "--board", "rpi")
        assert (held.returncode, "stop it" in held.stderr) == (1, True)
    finally:
        cloud.serving.stop()
    assert cloud.release("withdraw", "1.2", "--board", "rpi").returncode == 0
    assert "1.2 rpi stable: withdrawn" in cloud.release("list").stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("withdraw", "9.9", "--board", "rpi"), "there is no release 9.9"),
        (("add", "/nowhere.raucb", "--version", "1.2", "--board", "rpi"), "can't be taken"),
    ],
)
def test_what_cannot_be_done_is_said(tmp_path: Path, words: tuple[str, ...], says: str) -> None:
    done = Cloud(tmp_path).release(*words)

    assert (done.returncode, says in done.stderr) == (1, True)
