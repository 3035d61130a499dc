"""Provision against the fake cloud over real HTTP; only time is a fake."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from edge.identity import read_credentials
from edge.paths import DevicePaths
from edge.provision.calls import PairingCalls
from edge.provision.process import Provision
from edge.status import CacheState, CacheStatus, PairingState, PairingStatus, read_status
from tests.fakes.clock import FakeClock
from tests.fakes.device_cloud import DEVICE_ID, FakeCloud, Portal, Status, fake_cloud
from vizora.device_api import PairingRequest


@pytest.fixture
def cloud() -> Iterator[FakeCloud]:
    with fake_cloud() as running:
        yield running


class Bench:
    def __init__(self, folder: Path, cloud_url: str) -> None:
        self.paths = DevicePaths(state=folder / "state", run=folder / "run")
        self.clock = FakeClock()
        self.cloud_url = cloud_url
        self.start()

    def start(self) -> None:
        self.provision = Provision(
            paths=self.paths,
            clock=self.clock,
            calls=PairingCalls(self.cloud_url),
            cloud_url=self.cloud_url,
            about=lambda: PairingRequest("", "", model="Raspberry Pi 5", resolution="1920x1080"),
            random_bytes=os.urandom,
            jitter=lambda: 0.5,
        )

    def turns(self, count: int) -> None:
        for _ in range(count):
            self.clock.sleep(self.provision.turn())

    def status(self) -> PairingStatus:
        status = read_status(self.paths.pairing_status, PairingStatus)
        assert status is not None
        return status

    def until(self, state: PairingState) -> PairingStatus:
        for _ in range(50):
            self.turns(1)
            if self.status().state is state:
                return self.status()
        raise AssertionError(f"never {state}, but {self.status()}")


@pytest.fixture
def bench(tmp_path: Path, cloud: FakeCloud) -> Bench:
    return Bench(tmp_path, cloud.url)


def test_the_screen_shows_code_and_address_and_never_the_secret(bench: Bench, cloud: FakeCloud) -> None:
    status = bench.until(PairingState.WAITING)

    assert (status.user_code, status.verification_uri) == ("ABC234", f"{cloud.url}/pair")
    assert status.verification_uri_complete == f"{cloud.url}/pair#code=ABC234&claimKey=0123456789abcdef"
    assert status.expires_at is not None
    assert 290 < (status.expires_at - bench.clock.now()).total_seconds() <= 300
    assert "d" * 43 not in bench.paths.pairing_status.read_text()
    asked = json.loads(cloud.asked("/api/pairing")[0].body)
    assert (asked["model"], asked["resolution"], len(asked["publicKey"])) == ("Raspberry Pi 5", "1920x1080", 44)


def test_a_claimed_screen_stores_its_credentials_and_names_its_organization(bench: Bench, cloud: FakeCloud) -> None:
    cloud.pairing = [(400, {"error": "authorization_pending"}), (400, {"error": "slow_down"}), (200, cloud.paired())]

    status = bench.until(PairingState.PAIRED)

    assert (status.organization_name, status.user_code) == ("ACME", None)
    credentials = read_credentials(bench.paths.credentials)
    assert credentials is not None
    assert (credentials.device_id, credentials.device_token) == (DEVICE_ID, cloud.token)
    assert (credentials.cloud_url, credentials.socket_url) == (cloud.url, cloud.socket_url)
    assert credentials.manifest_keys[0].key_id == "k1"
    assert bench.paths.credentials.stat().st_mode & 0o777 == 0o600


def test_codes_renew_by_themselves_for_as_long_as_it_takes(bench: Bench, cloud: FakeCloud) -> None:
    cloud.pairing = [(400, {"error": "expired_token"}), (400, {"error": "access_denied"})]

    bench.turns(60)

    assert len([asked for asked in cloud.asked("/api/pairing") if asked.path == "/api/pairing"]) == 3
    assert bench.status().state is PairingState.WAITING


@pytest.mark.parametrize(
    ("fault", "code"),
    [(Status(500), "VZ-107"), (Portal(), "VZ-104"), (Status(409, body=b'{"code":"DEVICE_002"}'), "VZ-109")],
)
def test_a_cloud_that_fails_is_said_in_a_sentence_and_tried_again(
    bench: Bench, cloud: FakeCloud, fault: Status | Portal, code: str
) -> None:
    cloud.fail("/api/pairing", fault)

    bench.turns(1)
    problem = bench.status().problem

    assert bench.status().state is PairingState.FAILED
    assert problem is not None
    assert problem.code == code
    assert bench.until(PairingState.WAITING).problem is None


def test_a_revoked_screen_pairs_anew_and_keeps_its_content(bench: Bench, cloud: FakeCloud) -> None:
    cloud.pairing = [(200, cloud.paired())]
    bench.until(PairingState.PAIRED)
    first = read_credentials(bench.paths.credentials)
    assert first is not None
    bench.paths.assets.mkdir(parents=True)
    bench.paths.asset("a" * 64).write_bytes(b"content")
    identity = bench.paths.device_key.read_bytes()
    revoked = CacheStatus(at=bench.clock.now(), state=CacheState.REVOKED, paired_at=first.paired_at)
    bench.paths.cache_status.write_bytes(msgspec.json.encode(revoked))

    assert bench.until(PairingState.WAITING).user_code == "ABC234"
    cloud.pairing = [(200, {**cloud.paired(), "deviceToken": "second"})]
    bench.until(PairingState.PAIRED)
    bench.turns(5)

    second = read_credentials(bench.paths.credentials)
    assert second is not None
    assert second.device_token == "second"  # what the cache said of the first pairing is not held against the second
    assert bench.paths.asset("a" * 64).read_bytes() == b"content"
    assert bench.paths.device_key.read_bytes() == identity


def test_vanished_credentials_are_paired_again(bench: Bench, cloud: FakeCloud) -> None:
    cloud.pairing = [(200, cloud.paired())]
    bench.until(PairingState.PAIRED)

    bench.paths.credentials.unlink()

    bench.until(PairingState.WAITING)


def test_a_restart_goes_on_where_it_was(bench: Bench, cloud: FakeCloud) -> None:
    cloud.pairing = [(200, cloud.paired())]
    bench.until(PairingState.PAIRED)
    asked = len(cloud.requests)

    bench.start()
    bench.turns(3)

    assert bench.status().state is PairingState.PAIRED
    assert len(cloud.requests) == asked


def test_a_folder_that_cannot_be_written_is_said_and_never_crashes(bench: Bench, cloud: FakeCloud) -> None:
    bench.paths.state.write_text("a file where the folder should be")

    bench.turns(3)
    problem = bench.status().problem
    assert problem is not None
    assert problem.code == "VZ-112"

    bench.paths.state.unlink()
    bench.until(PairingState.WAITING)
