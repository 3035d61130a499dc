"""A code made in the cloud beforehand adds the screen by itself; whoever stands before it can still say no."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.cli.demo.api import CloudApi
from edge.identity import read_credentials
from edge.paths import DevicePaths
from edge.provision.calls import PairingCalls
from edge.provision.process import Provision
from tests.cloud import serving
from tests.fakes.clock import FakeClock
from vizora.device_api import PairingRequest


@pytest.fixture
def api(tmp_path: Path) -> Iterator[CloudApi]:
    running = serving.start(tmp_path / "cloud")
    try:
        api = CloudApi(running.url)
        api.register("ann@example.com", "correct horse battery", "ACME")
        yield api
        api.session.close()
    finally:
        running.kill()


def test_a_screen_with_a_code_in_its_settings_adds_itself_and_can_be_taken_back(tmp_path: Path, api: CloudApi) -> None:
    code = api.create("/api/devices/pairing-codes", {"nickname": "Lobby"})["code"]
    paths = DevicePaths(tmp_path / "state", tmp_path / "run")
    screen = Provision(
        paths=paths,
        clock=FakeClock(),
        calls=PairingCalls(api.url),
        cloud_url=api.url,
        about=lambda: PairingRequest("", "", model="Raspberry Pi 5", resolution="1920x1080"),
        random_bytes=os.urandom,
        jitter=lambda: 0.5,
        pairing_code=code.lower(),
    )

    while read_credentials(paths.credentials) is None:
        screen.turn()
    (added,) = api.list("/api/devices")
    credentials = read_credentials(paths.credentials)
    left = screen.leave()
    remaining = list(api.list("/api/devices"))

    assert (added["nickname"], added["model"]) == ("Lobby", "Raspberry Pi 5")
    assert credentials is not None
    assert (credentials.device_id, credentials.organization_name) == (added["id"], "ACME")
    assert left == {"ok": True, "cloudKnows": True}
    assert remaining == []
