import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.cache.sync import Sync
from edge.status import CacheState
from tests.edge.cache.bench import SyncBench
from tests.edge.cache.pictures import PICTURES, SHA, asked_for, pictures
from tests.fakes.device_cloud import FakeCloud, SigningKey, manifest
from tests.fakes.line_faults import Cut, Portal, Status, WrongBytes


@pytest.fixture
def bench(tmp_path: Path, cloud: FakeCloud) -> Iterator[SyncBench]:
    made = SyncBench(tmp_path, cloud)
    yield made
    made.close()


def problem(sync: Sync) -> tuple[CacheState, str]:
    assert sync.problem is not None
    return sync.state, sync.problem.code


def test_what_is_published_plays_when_all_of_it_is_here(bench: SyncBench, cloud: FakeCloud) -> None:
    cloud.publish(manifest(1, pictures("c0", "c1")))

    bench.ask()

    assert (bench.version(), bench.is_whole(), bench.sync.state) == (1, True, CacheState.IDLE)
    assert bench.sync.last_contact_at == bench.clock.now()
    assert not bench.part(SHA["c0"]).exists()


def test_the_old_one_plays_until_the_new_one_is_whole(bench: SyncBench, cloud: FakeCloud) -> None:
    cloud.publish(manifest(1, pictures("c0")))
    bench.ask()
    cloud.fail(f"/api/device/assets/{SHA['c2']}", Cut(5000))
    cloud.publish(manifest(2, pictures("c1", "c2")))

    bench.ask()

    assert (bench.version(), bench.is_whole(), bench.sync.state) == (1, True, CacheState.OFFLINE)
    assert bench.sync.wanted is not None
    assert (bench.sync.wanted.version, bench.sync.wanted.assets, bench.sync.wanted.assets_ready) == (2, 2, 1)
    bench.clock.pass_time(2)
    bench.settle()
    assert (bench.version(), bench.is_whole()) == (2, True)
    assert cloud.bytes_sent[SHA["c2"]] == len(PICTURES["c2"])


def test_an_unchanged_manifest_is_not_sent_again(bench: SyncBench, cloud: FakeCloud) -> None:
    cloud.publish(manifest(1, pictures("c0")))
    bench.ask()
    bench.restart()

    bench.ask()

    asked = cloud.asked("/api/device/manifest")
    assert [("If-None-Match" in one.headers) for one in asked] == [False, True]
    assert asked_for(cloud) == ["c0"]


def test_it_asks_at_every_poll_without_a_nudge(bench: SyncBench, cloud: FakeCloud) -> None:
    cloud.publish(manifest(1, {}))
    bench.ask()
    cloud.publish(manifest(2, {}))
    bench.settle()
    assert bench.version() == 1

    bench.clock.pass_time(60)
    bench.settle()

    assert bench.version() == 2


def test_a_nudge_while_asking_asks_once_more(bench: SyncBench, cloud: FakeCloud) -> None:
    cloud.publish(manifest(1, {}))
    bench.sync.turn()
    bench.sync.ask_now()
    bench.asking.run()
    cloud.publish(manifest(2, {}))

    bench.settle()

    assert bench.version() == 2


def test_files_come_in_the_order_the_screen_needs_them(bench: SyncBench, cloud: FakeCloud) -> None:
    document = manifest(1, pictures("c0", "c1", "c2", "c3"))
    document["playlists"]["now"] = {"items": [{"id": "i", "contentId": "c3", "durationMs": 5000}]}
    document["playlists"]["p"]["items"] = [{"id": "j", "contentId": "c2", "durationMs": 5000}]
    document["overrides"] = [
        {
            "id": "o",
            "level": "normal",
            "playlistId": "now",
            "startsAt": "2026-11-01T00:00:00Z",
            "endsAt": "2026-11-22T10:00:00Z",
        }
    ]
    cloud.publish(document)

    bench.ask()

    assert asked_for(cloud) == ["c3", "c2", "c0", "c1"]


def test_something_more_urgent_goes_first_and_the_rest_resumes(bench: SyncBench, cloud: FakeCloud) -> None:
    big = os.urandom(1_000_000)
    path = f"/api/device/assets/{cloud.add_asset(big)}"
    cloud.publish(manifest(1, {"big": big}))
    bench.sync.turn()
    bench.asking.run()
    bench.sync.turn()  # the big one is with the downloader now
    cloud.publish(manifest(2, {"c1": PICTURES["c1"], "big": big}))
    bench.sync.ask_now()
    bench.sync.turn()
    bench.asking.run()
    bench.sync.turn()

    bench.settle()

    assets = cloud.asked("/api/device/assets/")
    assert [asked.path == path for asked in assets] == [True, False, True]
    assert "Range" in assets[2].headers
    assert (bench.version(), bench.is_whole()) == (2, True)


def test_a_refused_manifest_changes_nothing_and_is_said(bench: SyncBench, cloud: FakeCloud) -> None:
    cloud.publish(manifest(1, pictures("c0")))
    bench.ask()
    cloud.publish(manifest(2, pictures("c1")), key=SigningKey("k1", b"thief"))

    bench.ask()

    assert (bench.version(), bench.is_whole()) == (1, True)
    assert problem(bench.sync) == (CacheState.REFUSED, "VZ-113")
    cloud.publish(manifest(2, pictures("c1")))
    bench.ask()
    assert (bench.version(), bench.sync.problem) == (2, None)


@pytest.mark.parametrize("fault", [Status(500), Portal(), Status(401, body=b"<html>"), Status(200), Cut(3)])
def test_without_a_cloud_the_old_one_plays_and_it_tries_again(
    bench: SyncBench, cloud: FakeCloud, fault: Status | Portal | Cut
) -> None:
    cloud.publish(manifest(1, pictures("c0")))
    bench.ask()
    cloud.publish(manifest(2, {}))
    cloud.fail("/api/device/manifest", fault, fault)

    bench.ask()
    assert (bench.version(), bench.sync.state) == (1, CacheState.OFFLINE)
    bench.settle()
    assert len(cloud.asked("/api/device/manifest")) == 2  # not before its time

    for _ in range(2):
        bench.clock.pass_time(2)
        bench.settle()
    assert (bench.version(), bench.sync.problem) == (2, None)


def test_a_screen_the_cloud_let_go_says_so_and_plays_on(bench: SyncBench, cloud: FakeCloud) -> None:
    cloud.publish(manifest(1, pictures("c0")))
    bench.ask()
    cloud.token = "another"

    bench.ask()
    bench.clock.pass_time(600)
    bench.settle()

    assert problem(bench.sync) == (CacheState.REVOKED, "VZ-109")
    assert (bench.version(), bench.is_whole()) == (1, True)
    assert len(cloud.asked("/api/device/manifest")) == 2


def test_an_asset_that_never_comes_right_does_not_stop_the_others(bench: SyncBench, cloud: FakeCloud) -> None:
    cloud.fail(f"/api/device/assets/{SHA['c0']}", WrongBytes(), Status(404))
    cloud.publish(manifest(1, pictures("c0", "c1", "c2")))

    bench.ask()

    assert asked_for(cloud) == ["c0", "c1", "c2"]
    assert bench.version() is None
    assert problem(bench.sync) == (CacheState.BLOCKED, "VZ-113")
    for _ in range(2):
        bench.clock.pass_time(5)
        bench.settle()
    assert (bench.version(), bench.is_whole(), bench.sync.problem) == (1, True, None)


class TestRoom:
    def test_a_full_disk_is_said_and_the_old_one_plays_on(self, bench: SyncBench, cloud: FakeCloud) -> None:
        cloud.publish(manifest(1, pictures("c0")))
        bench.ask()
        bench.free = 21_000
        cloud.publish(manifest(2, pictures("c1")))

        bench.ask()

        assert problem(bench.sync) == (CacheState.BLOCKED, "VZ-112")
        assert (bench.version(), bench.is_whole()) == (1, True)
        assert asked_for(cloud) == ["c0"]
        bench.free = 23_000
        bench.clock.pass_time(15)
        bench.settle()
        assert (bench.version(), bench.sync.problem) == (2, None)

    def test_what_nobody_needs_makes_room(self, bench: SyncBench, cloud: FakeCloud) -> None:
        for version, name in enumerate(("c0", "c1", "c2"), start=1):
            cloud.publish(manifest(version, pictures(name)))
            bench.ask()
            bench.clock.pass_time(1)
        bench.disk_size = 65_000

        cloud.publish(manifest(4, pictures("c2", "c3")))
        bench.ask()

        assert (bench.version(), bench.is_whole()) == (4, True)
        assert bench.read(SHA["c0"]) is None
        assert bench.read(SHA["c1"]) is not None

    def test_the_cache_keeps_to_its_size_but_never_evicts_what_plays(self, bench: SyncBench, cloud: FakeCloud) -> None:
        bench.cache_size = 45_000
        bench.restart()
        for version, name in enumerate(("c0", "c1", "c2"), start=1):
            cloud.publish(manifest(version, pictures(name)))
            bench.ask()
            bench.clock.pass_time(1)
        assert [bench.read(SHA[name]) is not None for name in ("c0", "c1", "c2")] == [False, True, True]

        cloud.publish(manifest(4, pictures("c0", "c1", "c2", "c3")))
        bench.ask()

        assert (bench.version(), bench.is_whole()) == (4, True)

    def test_a_failing_disk_is_said_and_never_raises(self, bench: SyncBench, cloud: FakeCloud) -> None:
        bench.paths.assets.parent.mkdir(parents=True, exist_ok=True)
        bench.paths.assets.write_text("a file where the folder should be")
        cloud.publish(manifest(1, pictures("c0")))

        bench.ask()

        assert problem(bench.sync) == (CacheState.BLOCKED, "VZ-112")
        bench.paths.assets.unlink()
        bench.clock.pass_time(15)
        bench.settle()
        assert (bench.version(), bench.sync.problem) == (1, None)

    def test_a_manifest_that_cannot_be_stored_is_said_and_tried_again(self, bench: SyncBench, cloud: FakeCloud) -> None:
        bench.paths.current_manifest.mkdir(parents=True)
        cloud.publish(manifest(1, pictures("c0")))

        bench.ask()
        bench.settle()

        assert problem(bench.sync) == (CacheState.BLOCKED, "VZ-112")
        bench.paths.current_manifest.rmdir()
        bench.clock.pass_time(15)
        bench.settle()
        assert (bench.version(), bench.sync.problem) == (1, None)


def test_a_file_that_vanished_is_fetched_again(bench: SyncBench, cloud: FakeCloud) -> None:
    cloud.publish(manifest(1, pictures("c0")))
    bench.ask()
    bench.paths.asset(SHA["c0"]).unlink()

    bench.settle()

    assert bench.is_whole()


def test_a_lost_index_is_rebuilt_without_fetching(bench: SyncBench, cloud: FakeCloud) -> None:
    cloud.publish(manifest(1, pictures("c0", "c1")))
    bench.ask()
    bench.close()
    bench.paths.cache_database.unlink()
    bench.open()

    bench.ask()

    assert sorted(asked_for(cloud)) == ["c0", "c1"]
    assert (bench.version(), bench.is_whole(), bench.sync.state) == (1, True, CacheState.IDLE)


@pytest.mark.parametrize("is_guarded", [True, False], ids=["clearing", "broken twin: everything goes"])
def test_clearing_leaves_what_plays_and_what_comes_next(bench: SyncBench, cloud: FakeCloud, is_guarded: bool) -> None:
    cloud.publish(manifest(1, pictures("c0", "c3")))
    bench.ask()
    cloud.publish(manifest(2, pictures("c1")))
    bench.ask()
    cloud.fail(f"/api/device/assets/{SHA['c2']}", Cut(5000))
    cloud.publish(manifest(3, pictures("c1", "c0", "c2")))
    bench.ask()

    if is_guarded:
        cleared = bench.sync.clear()
    else:
        for file in bench.store.stored():
            bench.store.evict(file.sha256)
        cleared = (1, len(PICTURES["c3"]))

    assert cleared == (1, len(PICTURES["c3"]))
    assert bench.read(SHA["c3"]) is None
    kept = bench.is_whole() and bench.read(SHA["c0"]) is not None and bench.part(SHA["c2"]).stat().st_size == 5000
    assert kept is is_guarded


def test_while_nothing_is_known_to_play_nothing_is_cleared(bench: SyncBench, cloud: FakeCloud) -> None:
    cloud.publish(manifest(1, pictures("c0")))
    bench.ask()
    bench.manifests.current = None

    assert bench.sync.clear() == (0, 0)
    assert bench.read(SHA["c0"]) == PICTURES["c0"]
