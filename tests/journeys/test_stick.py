"""A stick's whole road: from a real cloud, which then is gone, to a real cache process that never had a network."""

import hashlib
import json
import random
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
import pytest
import requests
from PIL import Image

from edge.cli.usb.command import main
from edge.identity import Credentials
from edge.status import CacheState
from tests.cloud import serving
from tests.edge.cache.running_cache import running_cache
from tests.journeys.running_demo import eventually
from tests.journeys.test_update_road import Cloud
from vizora.manifest.stored import unpack


@dataclass(frozen=True, slots=True)
class Pairing:
    """What the cloud said when the screen was paired, in the office."""

    url: str
    credentials: Credentials

    def paired(self) -> dict[str, Any]:
        known = self.credentials
        told = {
            "deviceToken": known.device_token,
            "device": {"id": known.device_id},
            "socketUrl": known.socket_url,
            "config": known.config,
            "manifestKeys": known.manifest_keys,
        }
        return dict(msgspec.to_builtins(told))


def picture(seed: int) -> bytes:
    """A PNG of noise: nothing about it can be guessed."""
    made = BytesIO()
    Image.frombytes("RGB", (200, 150), random.Random(seed).randbytes(90_000)).save(made, "PNG")
    return made.getvalue()


def upload(cloud: Cloud, title: str, data: bytes) -> str:
    address = f"{cloud.serving.url}/api/content"
    answer = cloud.person.post(address, data={"title": title}, files={"file": (f"{title}.png", data)}, timeout=60)
    assert answer.status_code == 201, answer.text
    content_id = str(answer.json()["id"])
    eventually(lambda: cloud.call("GET", f"/api/content/{content_id}")["uploadStatus"] == "ready", f"{title} is ready")
    return content_id


def test_from_the_cloud_by_a_stick_to_a_screen_that_has_no_network(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud = Cloud(tmp_path)
    cloud.start()
    port = cloud.serving.port
    try:
        cloud.register()
        credentials = cloud.pair()
        cloud.call("PATCH", f"/api/devices/{credentials.device_id}", {"nickname": "Engine room"})
        items = [{"contentId": upload(cloud, f"Deck {n}", picture(n)), "durationMs": 5000} for n in (1, 2)]
        playlist = cloud.call("POST", "/api/playlists", {"name": "Voyage", "items": items})["id"]
        wanted = {"name": "Always", "playlistId": playlist, "target": {"all": True}, "timezone": "device"}
        cloud.call("POST", "/api/schedules", {**wanted, "recurrence": {"kind": "always"}})
        token = cloud.call("POST", "/api/api-tokens", {"name": "Purser", "role": "manager"})["token"]
        exporting = ["export", str(tmp_path), "--cloud", cloud.serving.url, "--screen", "engine room", "--json"]

        assert main(exporting, {"VIZORA_API_TOKEN": token}) == 0
        told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert (told[0]["name"], told[-1]["files"], told[-1]["fetched"]) == ("Engine room", 2, 2)
        device = requests.Session()
        device.headers["Authorization"] = f"Bearer {credentials.device_token}"
        body = device.get(f"{cloud.serving.url}/api/device/manifest", timeout=60).content
        assert unpack((tmp_path / f"vizora/screens/{credentials.device_id}.manifest").read_bytes())[1] == body
        for asset in json.loads(body)["assets"].values():
            fetched = device.get(f"{cloud.serving.url}/api/device/assets/{asset['sha256']}", timeout=60).content
            assert (tmp_path / "vizora/assets" / asset["sha256"]).read_bytes() == fetched
    finally:
        cloud.serving.stop()

    with running_cache(tmp_path / "device", Pairing(cloud.serving.url, credentials)) as cache:
        cache.until(cache.paths.cache_socket.exists, within_s=60)
        environ = {"VIZORA_STATE_DIR": str(cache.paths.state), "VIZORA_RUN_DIR": str(cache.paths.run)}
        assert main(["import", str(tmp_path)], environ) == 0
        assert capsys.readouterr().out.endswith("plays; 2 files came from the stick.\n")
        assert unpack(cache.paths.current_manifest.read_bytes())[1] == body
        files = list(cache.paths.assets.iterdir())
        assert sorted(file.name for file in files) == sorted(a["sha256"] for a in json.loads(body)["assets"].values())
        assert all(hashlib.sha256(file.read_bytes()).hexdigest() == file.name for file in files)

        cloud.serving = serving.start(cloud.data, port)  # back in port: the network goes on where the stick stopped
        try:
            content = upload(cloud, "Harbour", picture(3))
            cloud.call("POST", "/api/publish", {"contentId": content, "target": {"all": True}, "durationMs": 600_000})
            cache.until(lambda: len(list(cache.paths.assets.iterdir())) == 3, within_s=60)
            cache.until(lambda: (told := cache.status()) is not None and told.state is CacheState.IDLE, within_s=60)
            assert unpack(cache.paths.current_manifest.read_bytes())[1] != body
        finally:
            cloud.serving.stop()
