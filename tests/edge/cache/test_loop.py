"""The loop in the test's own thread: what may go wrong inside it must not end it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from edge.cache.pairing_session import Machine, Workers, free_bytes
from edge.cache.process import CacheProcess
from edge.cache.worker import Inbox
from edge.config import load
from edge.files import write_at_once
from edge.provision.identity import store_credentials
from edge.status import CacheState, CacheStatus, read_status
from tests.edge.cache.bench import credentials_for
from tests.edge.cache.plays import lines
from tests.fakes.clock import FakeClock
from tests.fakes.device_cloud import FakeCloud, fake_cloud, manifest
from tests.fakes.held_worker import HeldWorker

PICTURE = b"picture" * 999


@pytest.fixture
def cloud() -> Iterator[FakeCloud]:
    with fake_cloud() as running:
        running.add_asset(PICTURE)
        running.publish(manifest(1, {"a": PICTURE}))
        yield running


class Bench:
    def __init__(self, folder: Path, cloud: FakeCloud, **settings: str) -> None:
        self.config = load(
            {
                **settings,
                "VIZORA_STATE_DIR": str(folder / "state"),
                "VIZORA_RUN_DIR": str(folder / "run"),
                "VIZORA_CLOUD_URL": cloud.url,
            }
        )
        self.clock = FakeClock()
        self.cloud = cloud
        self.worker = HeldWorker()
        self.inbox = Inbox()
        workers = Workers(*[self.worker] * 5)
        self.process = CacheProcess(Machine(self.config, self.clock, lambda: 0.5, free_bytes, self.inbox, workers))

    def pair(self) -> None:
        store_credentials(self.config.paths.credentials, credentials_for(self.cloud, self.clock))

    def turns(self, count: int) -> CacheStatus:
        for _ in range(count):
            self.inbox.put(lambda: None)
            self.process.turn()
            self.worker.run()
            self.clock.pass_time(1)
        status = read_status(self.config.paths.cache_status, CacheStatus)
        assert status is not None
        return status

    def player_says(self, **facts: Any) -> None:
        said = {"bootId": "b", "at": "t", "state": "slate", **facts}
        write_at_once(self.config.paths.player_status, json.dumps(said).encode())

    def played(self, *numbers: int) -> None:
        self.config.paths.plays.mkdir(parents=True, exist_ok=True)
        with (self.config.paths.plays / "boot-a-0.ndjson").open("ab") as file:
            file.write(lines(*numbers))


@pytest.fixture
def bench(tmp_path: Path, cloud: FakeCloud) -> Iterator[Bench]:
    made = Bench(tmp_path, cloud)
    yield made
    session = made.process._session
    made.process.stop()
    if session is not None:
        session.realtime.join(10)


def test_it_waits_for_a_pairing_and_then_works(bench: Bench) -> None:
    assert bench.turns(2).state is CacheState.UNPAIRED
    assert bench.process.sync_now() is False

    bench.pair()

    status = bench.turns(8)
    assert (status.state, status.manifest_version, status.problem) == (CacheState.IDLE, 1, None)


def test_a_fault_in_one_call_does_not_stop_the_next(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.pair()

    def fault() -> None:
        raise RuntimeError("a mistake of ours")

    bench.inbox.put(fault)
    status = bench.turns(8)

    assert status.manifest_version == 1
    assert "a mistake of ours" in caplog.text


def test_a_database_that_is_damaged_while_open_is_begun_anew(bench: Bench, cloud: FakeCloud) -> None:
    bench.pair()
    bench.turns(8)
    bench.process._events.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with bench.config.paths.events_database.open("r+b") as file:
        file.write(b"\xff" * 20_000)
    bench.process._events.db.execute("PRAGMA shrink_memory")

    bench.played(0, 1, 2)
    status = bench.turns(40)

    assert len(cloud.plays) == 3
    assert status.manifest_version == 1
    assert bench.config.paths.events_database.with_name("events.db.corrupt.1").exists()


def test_a_disk_that_comes_back_is_used_again(tmp_path: Path, cloud: FakeCloud) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "cache").write_text("a file where the folder should be")
    bench = Bench(tmp_path, cloud)
    bench.pair()
    bench.played(0)
    status = bench.turns(5)
    assert status.state is CacheState.BLOCKED
    assert len(cloud.plays) == 1  # from memory: the cloud hears of it, and the journal is kept
    assert (bench.config.paths.plays / "boot-a-0.ndjson").exists()

    (tmp_path / "state" / "cache").unlink()
    status = bench.turns(75)

    assert (status.state, status.manifest_version) == (CacheState.IDLE, 1)
    assert bench.config.paths.events_database.exists()
    session = bench.process._session
    bench.process.stop()
    assert session is not None
    session.realtime.join(10)


def test_the_heartbeat_tells_what_the_player_shows(bench: Bench) -> None:
    bench.pair()
    bench.turns(8)
    bench.config.paths.player_status.write_text(
        '{"bootId":"b","at":"t","state":"playing","answer":{"source":{"kind":"schedule"}},"shown":[{"title":"Soup"}]}'
    )

    report = bench.process.reporter.report()

    assert report["manifestVersion"] == 1
    assert report["currentContent"]["shown"] == [{"title": "Soup"}]
    assert report["currentContent"]["source"] == {"kind": "schedule"}
    assert report["metrics"]["clock"] in ("trusted", "floor")


def test_what_the_player_can_not_use_is_mended_at_once(bench: Bench) -> None:
    paths = bench.config.paths
    bench.pair()
    bench.turns(5)
    (stored,) = paths.assets.iterdir()
    accepted = paths.current_manifest.read_bytes()
    stored.write_bytes(b"P" + PICTURE[1:])
    paths.current_manifest.write_bytes(accepted.replace(b"1920", b"1921"))
    bench.turns(5)
    assert stored.read_bytes() != PICTURE  # the broken twin: nobody looked

    bench.player_says(unplayable={"a": "no picture"}, problem={"code": "VZ-120", "sentence": "refused"})
    bench.turns(5)

    assert stored.read_bytes() == PICTURE
    assert paths.current_manifest.read_bytes() == accepted


def test_a_whole_file_that_the_player_can_not_show_stays(bench: Bench) -> None:
    bench.pair()
    bench.turns(5)
    bench.player_says(unplayable={"a": "no picture", "unknown": "gone"})

    bench.turns(5)

    (stored,) = bench.config.paths.assets.iterdir()
    assert stored.read_bytes() == PICTURE
