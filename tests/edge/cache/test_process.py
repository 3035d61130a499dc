"""The real process against the fake cloud: killed in the middle, robbed of its disk, handed garbage."""

import hashlib
import json
import os
import random
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.cache.__main__ import main
from edge.files import write_at_once
from edge.status import CacheState
from tests.edge.cache.plays import lines
from tests.edge.cache.running_cache import RunningCache, running_cache
from tests.fakes.device_cloud import FakeCloud, fake_cloud, manifest
from tests.fakes.line_faults import Gate
from vizora.manifest.stored import unpack

PICTURE = os.urandom(400_000)
SHA = hashlib.sha256(PICTURE).hexdigest()


@pytest.fixture
def cloud() -> Iterator[FakeCloud]:
    with fake_cloud() as running:
        running.add_asset(PICTURE)
        yield running


@pytest.fixture
def cache(tmp_path: Path, cloud: FakeCloud) -> Iterator[RunningCache]:
    cloud.publish(manifest(1, {"a": PICTURE}), nudge=False)
    with running_cache(tmp_path, cloud) as running:
        yield running


def plays_version(cache: RunningCache, version: int) -> bool:
    try:
        return bool(json.loads(unpack(cache.paths.current_manifest.read_bytes())[1])["version"] == version)
    except OSError:
        return False


def journal(cache: RunningCache, *numbers: int, boot: str = "boot-a") -> None:
    cache.paths.plays.mkdir(parents=True, exist_ok=True)
    with (cache.paths.plays / f"{boot}-0.ndjson").open("ab") as file:
        file.write(lines(*numbers, boot=boot))


def ask(cache: RunningCache, command: str) -> dict[str, object]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(20)
        client.connect(str(cache.paths.cache_socket))
        client.sendall(json.dumps({"command": command}).encode() + b"\n")
        with client.makefile("rb") as answers:
            answer: dict[str, object] = json.loads(answers.readline())
            return answer


def test_it_works_answers_and_ends_in_order(cache: RunningCache, cloud: FakeCloud) -> None:
    cache.until(lambda: plays_version(cache, 1))
    cloud.wait_for(lambda: len(cloud.heartbeats) > 0)
    cloud.publish(manifest(2, {}))
    cache.until(lambda: plays_version(cache, 2))

    assert ask(cache, "sync-now") == {"ok": True}
    assert ask(cache, "clear-cache") == {"ok": True, "files": 1, "bytes": len(PICTURE)}
    status = ask(cache, "status")["status"]
    assert isinstance(status, dict)
    assert status["manifestVersion"] == 2
    assert cache.end() == 0
    assert not cache.paths.cache_socket.exists()


def test_what_changes_is_reported_without_waiting_for_the_beat(cache: RunningCache, cloud: FakeCloud) -> None:
    cache.until(lambda: plays_version(cache, 1))
    cloud.wait_for(lambda: any(beat["manifestVersion"] == 1 for beat in cloud.heartbeats))
    before = len(cloud.heartbeats)

    cloud.publish(manifest(2, {}))
    cloud.wait_for(lambda: cloud.heartbeats[-1]["manifestVersion"] == 2, timeout_s=12)
    shown = {"source": {"kind": "override", "id": "o"}}
    write_at_once(
        cache.paths.player_status,
        json.dumps({"bootId": "b", "at": "t", "state": "playing", "answer": shown}).encode(),
    )
    cloud.wait_for(lambda: (cloud.heartbeats[-1]["currentContent"] or {}).get("source") == shown["source"], 12)

    assert len(cloud.heartbeats) <= before + 4  # told, not chattered


def test_killed_in_the_middle_of_a_download_it_fetches_only_the_rest(tmp_path: Path, cloud: FakeCloud) -> None:
    gate = Gate(after=300_000)
    cloud.fail(f"/api/device/assets/{SHA}", gate)
    cloud.publish(manifest(1, {"a": PICTURE}), nudge=False)
    with running_cache(tmp_path, cloud) as cache:
        assert gate.reached.wait(30)
        part = cache.paths.assets / f"{SHA}.part"
        cache.until(lambda: part.exists() and part.stat().st_size == 300_000)

        cache.kill()
        gate.opened.set()
        cache.start()
        cache.until(lambda: plays_version(cache, 1))

        assert cache.paths.asset(SHA).read_bytes() == PICTURE
        assert cloud.asked(f"/api/device/assets/{SHA}")[-1].headers["Range"] == "bytes=300000-"


@pytest.mark.parametrize("moment", ["before the cloud counted", "after it counted, before it said so"])
def test_killed_in_the_middle_of_delivering_no_play_is_lost_or_doubled(
    cache: RunningCache, cloud: FakeCloud, moment: str
) -> None:
    gate = Gate(after=0)
    if moment == "before the cloud counted":
        cloud.fail("/api/device/plays", gate)
    else:
        cloud.forget_acknowledgement = True
    journal(cache, *range(700))
    cloud.wait_for(lambda: bool(cloud.asked("/api/device/plays")))
    if moment != "before the cloud counted":
        cloud.wait_for(lambda: len(cloud.plays) > 0)

    cache.kill()
    cloud.forget_acknowledgement = False
    gate.opened.set()
    journal(cache, *range(700, 750))
    cache.start()
    cloud.wait_for(lambda: len(cloud.plays) == 750)

    assert sorted(cloud.plays) == [("boot-a", n) for n in range(750)]
    cache.until(lambda: (status := cache.status()) is not None and status.plays_waiting == 0)


@pytest.mark.slow
def test_killed_again_and_again_while_plays_come_none_is_lost(cache: RunningCache, cloud: FakeCloud) -> None:
    seed = random.randrange(2**32)
    chance = random.Random(seed)
    for round_ in range(4):
        journal(cache, *range(round_ * 100, round_ * 100 + 100))
        asked = len(cloud.requests)
        wanted = asked + chance.randrange(1, 4)
        cloud.wait_for(lambda wanted=wanted: len(cloud.requests) >= wanted)  # type: ignore[misc]
        cache.kill()
        cache.start()

    cloud.wait_for(lambda: len(cloud.plays) == 400)
    assert {n for _, n in cloud.plays} == set(range(400)), f"seed {seed}"


def test_garbage_for_databases_is_set_aside_and_play_goes_on(cache: RunningCache, cloud: FakeCloud) -> None:
    cache.until(lambda: plays_version(cache, 1))
    cache.kill()
    for path in (cache.paths.cache_database, cache.paths.events_database):
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        path.write_bytes(os.urandom(20_000))

    cache.start()
    journal(cache, 0, 1)
    cloud.wait_for(lambda: len(cloud.plays) == 2)
    cache.until(lambda: (status := cache.status()) is not None and status.state is CacheState.IDLE)

    status = cache.status()
    assert status is not None
    assert status.manifest_version == 1
    assert status.problem is not None
    assert "events.db was damaged" in status.problem.sentence
    assert cache.paths.events_database.with_name("events.db.corrupt.1").exists()
    assert len(cloud.asked(f"/api/device/assets/{SHA}")) == 1  # the file was hashed, not fetched again


def test_without_a_folder_to_write_in_it_says_so_and_goes_on(tmp_path: Path, cloud: FakeCloud) -> None:
    cloud.publish(manifest(1, {"a": PICTURE}), nudge=False)
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "cache").write_text("a file where the folder should be")
    with running_cache(tmp_path, cloud) as cache:
        cache.until(lambda: (status := cache.status()) is not None and status.state is CacheState.BLOCKED)
        status = cache.status()

        assert status is not None
        assert status.problem is not None
        assert status.problem.code == "VZ-112"
        assert ask(cache, "sync-now") == {"ok": True}


def test_a_revoked_screen_says_so_and_a_new_pairing_goes_on(cache: RunningCache, cloud: FakeCloud) -> None:
    cache.until(lambda: plays_version(cache, 1))
    cloud.token = "second"
    cloud.publish(manifest(2, {"a": PICTURE}), nudge=False)
    cache.until(lambda: (status := cache.status()) is not None and status.state is CacheState.REVOKED)
    assert plays_version(cache, 1)

    cache.pair()

    cache.until(lambda: plays_version(cache, 2))
    assert len(cloud.asked(f"/api/device/assets/{SHA}")) == 1


def test_a_wrong_setting_is_named_and_ends_it_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main({"VIZORA_POLL_MS": "soon"}) == 2
    assert "VIZORA_POLL_MS='soon'" in capsys.readouterr().err
