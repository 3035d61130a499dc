"""A stick brings what the network would have brought."""

from pathlib import Path

from edge.status import CacheState, StickOutcome
from tests.edge.cache.bench import SyncBench
from tests.edge.cache.pictures import PICTURES, SHA, asked_for, pictures
from tests.edge.cache.sticks import write_stick
from tests.fakes.device_cloud import FakeCloud, SigningKey, manifest


class TestTaking:
    def test_what_it_brings_plays_without_any_network(self, bench: SyncBench, stick: Path) -> None:
        told = bench.plug_in(stick)

        assert (told.outcome, told.version, told.files, told.files_ready) == (StickOutcome.TAKEN, 3, 2, 2)
        assert told.sentence == "Version 3 plays; 2 files came from the stick."
        assert (bench.version(), bench.is_whole(), bench.manifests.wanted) == (3, True, None)
        assert told.bytes == told.bytes_ready == len(PICTURES["c1"]) + len(PICTURES["c2"])

    def test_a_second_time_there_is_nothing_new(self, bench: SyncBench, stick: Path) -> None:
        bench.plug_in(stick)
        bench.restart()

        told = bench.plug_in(stick)

        assert (told.outcome, told.sentence) == (StickOutcome.NOTHING_NEW, "Version 3 plays already.")

    def test_it_heals_what_was_damaged_here(self, bench: SyncBench, stick: Path) -> None:
        bench.plug_in(stick)
        bench.store.set_aside(SHA["c1"])
        bench.sync.replan()

        told = bench.plug_in(stick)

        assert (told.outcome, told.files, bench.is_whole()) == (StickOutcome.TAKEN, 1, True)

    def test_the_network_goes_on_where_the_stick_stopped(self, bench: SyncBench, cloud: FakeCloud, stick: Path) -> None:
        bench.plug_in(stick)
        cloud.recover()
        bench.ask()
        assert (bench.version(), bench.sync.problem, bench.sync.state) == (3, None, CacheState.IDLE)
        cloud.publish(manifest(4, pictures("c3")))

        bench.ask()

        assert (bench.version(), bench.is_whole(), asked_for(cloud)) == (4, True, ["c0", "c3"])

    def test_a_download_that_crawls_gives_way_to_the_stick(
        self, bench: SyncBench, cloud: FakeCloud, stick: Path
    ) -> None:
        cloud.recover()
        bench.sync.ask_now()
        bench.turn()
        bench.asking.run()
        bench.turn()  # c1 is with the downloader now, from the cloud
        assert bench.importing.begin(stick) == {"ok": True}
        bench.reading.run()
        bench.turn()
        assert bench.fetching.running is not None
        assert bench.fetching.running.cancelled

        bench.settle()

        assert (bench.version(), bench.is_whole()) == (3, True)
        assert bench.importing.status is not None
        assert bench.importing.status.outcome is StickOutcome.TAKEN
        assert asked_for(cloud) == ["c0", "c1"]

    def test_what_the_network_brings_meanwhile_wins(self, bench: SyncBench, cloud: FakeCloud, stick: Path) -> None:
        cloud.recover()
        cloud.publish(manifest(4, pictures("c3")))
        bench.importing.begin(stick)
        bench.reading.run()
        bench.ask()

        assert bench.importing.status is not None
        assert bench.importing.status.outcome is StickOutcome.NOTHING_NEW
        assert (bench.version(), bench.is_whole()) == (4, True)

    def test_one_stick_at_a_time(self, bench: SyncBench, stick: Path) -> None:
        bench.importing.begin(stick)
        while_looking = bench.importing.begin(stick)
        bench.reading.run()
        bench.turn()
        while_copying = bench.importing.begin(stick)
        bench.settle()

        assert (while_looking["ok"], while_copying["ok"]) == (False, False)
        assert bench.importing.begin(stick) == {"ok": True}

    def test_a_screen_that_was_removed_takes_nothing(self, bench: SyncBench, cloud: FakeCloud, stick: Path) -> None:
        cloud.recover()
        cloud.token = "another"
        bench.ask()

        assert bench.importing.begin(stick) == {"ok": False, "error": "this screen was removed from its organization"}

    def test_the_key_that_it_brings_is_trusted_from_then_on(
        self, bench: SyncBench, cloud: FakeCloud, tmp_path: Path
    ) -> None:
        new = SigningKey("k2", b"second key")
        cloud.publish(manifest(3, {}, keys=[new.public]))
        bench.plug_in(write_stick(tmp_path / "first", cloud))
        cloud.publish(manifest(4, {}, keys=[new.public]), key=new)

        told = bench.plug_in(write_stick(tmp_path / "second", cloud))

        assert (told.outcome, bench.version()) == (StickOutcome.TAKEN, 4)
