"""Provision against the fake cloud over real HTTP; only time is a fake."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from edge.identity import at_cloud, read_credentials
from edge.paths import DevicePaths
from edge.provision.calls import PairingCalls
from edge.provision.process import Provision
from edge.status import CacheState, CacheStatus, PairingState, PairingStatus, Problem, read_status
from tests.fakes.clock import FakeClock
from tests.fakes.device_cloud import DEVICE_ID, FakeCloud, fake_cloud
from tests.fakes.line_faults import Portal, Status
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

    def start(self, pairing_code: str = "", mistake: Problem | None = None) -> None:
        self.provision = Provision(
            paths=self.paths,
            clock=self.clock,
            calls=PairingCalls(self.cloud_url),
            cloud_url=self.cloud_url,
            about=lambda: PairingRequest("", "", model="Raspberry Pi 5", resolution="1920x1080"),
            random_bytes=os.urandom,
            jitter=lambda: 0.5,
            pairing_code=pairing_code,
            mistake=mistake,
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


def test_a_revoked_screen_pairs_with_a_new_identity_and_its_old_content(bench: Bench, cloud: FakeCloud) -> None:
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
    assert bench.paths.device_key.read_bytes() != identity  # of a card that was copied each copy is its own device now


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


def redemptions(cloud: FakeCloud) -> list[dict[str, str]]:
    return [json.loads(asked.body) for asked in cloud.asked("/api/pairing/redeem")]


def test_a_code_from_the_settings_is_redeemed_at_the_first_start(bench: Bench, cloud: FakeCloud) -> None:
    cloud.redeeming = [(200, cloud.paired())]
    bench.start("QRS789")

    status = bench.until(PairingState.PAIRED)

    assert status.organization_name == "ACME"
    (asked,) = redemptions(cloud)
    assert (asked["code"], asked["model"], asked["resolution"]) == ("QRS789", "Raspberry Pi 5", "1920x1080")
    assert len(asked["publicKey"]) == 44
    assert [asked.path for asked in cloud.asked("/api/pairing")] == ["/api/pairing/redeem"]
    assert "QRS789" not in bench.paths.redeemed.read_text()


def test_without_the_cloud_the_code_waits_and_is_tried_again(bench: Bench, cloud: FakeCloud) -> None:
    cloud.fail("/api/pairing/redeem", Status(503), Portal())
    cloud.redeeming = [(200, cloud.paired())]
    bench.start("QRS789")

    bench.turns(1)
    problem = bench.status().problem
    bench.until(PairingState.PAIRED)

    assert problem is not None
    assert problem.code == "VZ-107"
    assert len(redemptions(cloud)) == 3


@pytest.mark.parametrize(
    ("answer", "is_tried_again"),
    [
        ((404, {"code": "DEVICE_001", "detail": "This pairing code is wrong or has expired"}), False),
        ((403, {"code": "DEVICE_003", "detail": "All 5 screens are in use."}), True),
    ],
)
def test_a_code_that_will_not_do_is_said_and_the_screen_shows_one_of_its_own(
    bench: Bench, cloud: FakeCloud, answer: tuple[int, dict[str, str]], is_tried_again: bool
) -> None:
    cloud.redeeming = [answer, (200, cloud.paired())]
    bench.start("QRS789")

    bench.turns(1)
    problem = bench.status().problem
    waiting = bench.until(PairingState.WAITING)
    bench.start("QRS789")
    bench.turns(1)

    assert problem is not None
    assert problem.code == "VZ-108"
    assert answer[1]["detail"] in problem.sentence
    assert waiting.user_code == "ABC234"
    assert len(redemptions(cloud)) == (2 if is_tried_again else 1)


@pytest.mark.parametrize("is_remembered", [True, False], ids=["used up", "broken twin: forgotten"])
def test_a_screen_that_is_removed_does_not_add_itself_again_by_its_settings(
    bench: Bench, cloud: FakeCloud, is_remembered: bool
) -> None:
    cloud.redeeming = [(200, cloud.paired()), (200, cloud.paired())]
    bench.start("fleet-token-of-forty-characters-or-so-1234")
    bench.until(PairingState.PAIRED)
    bench.turns(1)
    bench.paths.credentials.unlink()
    if not is_remembered:
        bench.paths.redeemed.unlink()

    bench.start("fleet-token-of-forty-characters-or-so-1234")
    bench.turns(3)

    assert (bench.status().state is PairingState.WAITING) is is_remembered
    assert len(redemptions(cloud)) == (1 if is_remembered else 2)


def test_another_code_in_the_settings_is_another_first_start(bench: Bench, cloud: FakeCloud) -> None:
    bench.start("QRS789")
    bench.until(PairingState.WAITING)
    cloud.redeeming = [(200, cloud.paired())]

    bench.start("TUV234")

    bench.until(PairingState.PAIRED)


def test_for_a_minute_a_screen_says_to_whom_it_was_added(bench: Bench, cloud: FakeCloud) -> None:
    cloud.pairing = [(200, cloud.paired())]
    status = bench.until(PairingState.PAIRED)
    assert status.announced_until is not None
    assert 55 < (status.announced_until - bench.clock.now()).total_seconds() <= 60

    bench.turns(61)

    assert (bench.status().state, bench.status().organization_name) == (PairingState.PAIRED, "ACME")
    assert bench.status().announced_until is None


@pytest.mark.parametrize("is_cloud_there", [True, False])
def test_whoever_stands_before_it_can_take_the_screen_back_in_that_minute(
    bench: Bench, cloud: FakeCloud, is_cloud_there: bool
) -> None:
    cloud.pairing = [(200, cloud.paired())]
    bench.until(PairingState.PAIRED)
    identity = bench.paths.device_key.read_bytes()
    if not is_cloud_there:
        cloud.fail("/api/device", Status(503))

    answer = bench.provision.leave()

    assert answer == {"ok": True, "cloudKnows": is_cloud_there}
    assert [(asked.method, asked.headers["Authorization"]) for asked in cloud.asked("/api/device")] == [
        ("DELETE", f"Bearer {cloud.token}")
    ]
    assert read_credentials(bench.paths.credentials) is None
    assert bench.until(PairingState.WAITING).organization_name is None
    assert bench.paths.device_key.read_bytes() == identity


def test_after_that_minute_or_without_a_pairing_nobody_takes_it_back_here(bench: Bench, cloud: FakeCloud) -> None:
    assert bench.provision.leave()["ok"] is False
    cloud.pairing = [(200, cloud.paired())]
    bench.until(PairingState.PAIRED)
    bench.turns(61)

    assert bench.provision.leave()["ok"] is False
    assert bench.status().state is PairingState.PAIRED
    assert not cloud.asked("/api/device")


def test_a_mistake_in_a_setup_file_stands_beside_the_code_until_something_worse_is_wrong(
    bench: Bench, cloud: FakeCloud
) -> None:
    mistake = "vizora-setup.toml, line 3: hostname is no host name; allowed: 1 to 63 letters"
    bench.paths.setup.mkdir(parents=True)
    bench.paths.setup_kept.write_text(json.dumps({"faults": [mistake, "another"]}))
    bench.start()
    cloud.fail("/api/pairing", Status(500))

    bench.turns(1)
    worse = bench.status().problem
    beside = bench.until(PairingState.WAITING).problem

    assert worse is not None
    assert beside is not None
    assert (worse.code, beside.code) == ("VZ-107", "VZ-116")
    assert beside.sentence.startswith(f"{mistake}. And 1 more")


WRONG = Problem("VZ-117", "vizora.toml, line 2: cloud_url = 'signs' is not the URL of a cloud; allowed: http://HOST.")


def test_a_screen_that_cannot_know_its_cloud_says_the_mistake_and_asks_nobody(bench: Bench, cloud: FakeCloud) -> None:
    bench.cloud_url = ""
    bench.start(mistake=WRONG)
    bench.turns(5)

    assert (bench.status().state, bench.status().problem) == (PairingState.FAILED, WRONG)
    assert not cloud.requests


def test_a_screen_that_knows_its_cloud_says_the_mistake_beside_its_code_and_is_paired_all_the_same(
    bench: Bench, cloud: FakeCloud
) -> None:
    bench.start(mistake=WRONG)

    assert bench.until(PairingState.WAITING).problem == WRONG
    cloud.pairing = [(200, cloud.paired())]
    assert bench.until(PairingState.PAIRED).problem == WRONG


def test_a_paired_screen_stays_with_its_cloud_when_a_mistake_takes_its_address_away(
    bench: Bench, cloud: FakeCloud
) -> None:
    cloud.pairing = [(200, cloud.paired())]
    bench.until(PairingState.PAIRED)
    bench.cloud_url = ""
    bench.start(mistake=WRONG)
    bench.turns(3)

    credentials = read_credentials(bench.paths.credentials)
    assert credentials is not None
    assert (bench.status().state, at_cloud(credentials, "").cloud_url) == (PairingState.PAIRED, cloud.url)


def test_when_the_network_comes_up_nobody_waits_for_a_back_off_from_before(bench: Bench, cloud: FakeCloud) -> None:
    cloud.fail("/api/pairing", *[Status(500)] * 7)
    while len(cloud.asked("/api/pairing")) < 7:
        bench.turns(1)
    bench.paths.network_status.parent.mkdir(parents=True, exist_ok=True)

    def network(state: str) -> None:
        bench.paths.network_status.write_text(json.dumps({"at": "2026-11-26T09:00:00Z", "state": state}))

    network("joining")
    bench.turns(1)
    assert bench.status().state is PairingState.FAILED
    network("online")
    bench.turns(2)

    assert bench.status().state is PairingState.WAITING
