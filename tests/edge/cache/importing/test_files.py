"""What is on a stick may be damaged, pulled out, or more than there is room for."""

import os
import shutil
from pathlib import Path

import pytest

from edge.status import StickOutcome
from tests.edge.cache.bench import SyncBench
from tests.edge.cache.pictures import PICTURES, SHA, asked_for, pictures
from tests.edge.cache.sticks import PulledStick, write_stick
from tests.fakes.device_cloud import FakeCloud, manifest
from tests.fakes.line_faults import Cut, Status


class TestFiles:
    def test_a_file_with_one_byte_changed_does_not_get_in(
        self, bench: SyncBench, cloud: FakeCloud, stick: Path
    ) -> None:
        spoiled = stick / "vizora/assets" / SHA["c1"]
        spoiled.write_bytes(PICTURES["c1"][:-1] + bytes([PICTURES["c1"][-1] ^ 1]))

        told = bench.plug_in(stick)

        assert (told.outcome, told.files, told.files_ready) == (StickOutcome.FAILED, 2, 1)
        assert told.sentence.startswith("1 file of version 3 could not be copied: asset ")
        assert (bench.version(), bench.is_whole()) == (2, True)
        assert bench.read(SHA["c1"]) is None
        spoiled.write_bytes(PICTURES["c1"])  # another try, with the same stick put right
        assert bench.plug_in(stick).outcome is StickOutcome.TAKEN
        assert (bench.version(), bench.is_whole()) == (3, True)

    def test_what_is_damaged_on_the_stick_comes_over_the_network(
        self, bench: SyncBench, cloud: FakeCloud, stick: Path
    ) -> None:
        (stick / "vizora/assets" / SHA["c1"]).write_bytes(b"?" + PICTURES["c1"][1:])
        bench.plug_in(stick)
        cloud.recover()

        bench.ask()

        assert (bench.version(), bench.is_whole(), asked_for(cloud)[-1]) == (3, True, "c1")
        assert "c2" not in asked_for(cloud)

    @pytest.mark.parametrize("size", [0, 100, 10 * 2**30], ids=["empty", "truncated", "10 GB sparse"])
    def test_a_file_of_another_size_is_seen_before_anything_is_taken(
        self, bench: SyncBench, stick: Path, size: int
    ) -> None:
        os.truncate(stick / "vizora/assets" / SHA["c2"], size)

        told = bench.plug_in(stick)

        assert (told.outcome, told.version) == (StickOutcome.REFUSED, 3)
        assert told.sentence == "Refused: 1 of 3 files are missing on the stick or cut off; export to it again."
        assert (bench.version(), bench.manifests.highest_version, bench.manifests.wanted) == (2, 2, None)

    def test_a_file_that_grows_after_it_was_looked_at_is_not_read_to_its_end(
        self, bench: SyncBench, stick: Path
    ) -> None:
        bench.importing.begin(stick)
        bench.reading.run()
        os.truncate(stick / "vizora/assets" / SHA["c2"], 10 * 2**30)

        bench.settle()

        assert bench.importing.status is not None
        assert bench.importing.status.outcome is StickOutcome.FAILED
        assert "10737418240 bytes come" in bench.importing.status.sentence
        assert (bench.version(), bench.is_whole()) == (2, True)

    def test_pulled_in_the_middle_of_a_file_the_old_one_plays_on_and_another_try_brings_the_rest(
        self, bench: SyncBench, stick: Path
    ) -> None:
        bench.open_stick = lambda folder: PulledStick(folder, after=5000)
        told = bench.plug_in(stick)

        assert (told.outcome, told.files_ready) == (StickOutcome.FAILED, 1)
        assert "the stick can't be read (Input/output error)" in told.sentence
        assert (bench.version(), bench.is_whole(), bench.sync.storage) == (2, True, None)
        bench.restart()
        bench.open_stick = lambda folder: PulledStick(folder, after=0)  # pulled at its second file: there is one left
        assert bench.plug_in(stick).outcome is StickOutcome.TAKEN
        assert (bench.version(), bench.is_whole()) == (3, True)

    def test_pulled_between_two_files(self, bench: SyncBench, stick: Path) -> None:
        bench.importing.begin(stick)
        bench.reading.run()
        shutil.rmtree(stick)

        bench.settle()

        assert bench.importing.status is not None
        assert (bench.importing.status.outcome, bench.version()) == (StickOutcome.FAILED, 2)
        assert "No such file or directory" in bench.importing.status.sentence


class TestRoom:
    def test_without_room_nothing_is_taken(self, bench: SyncBench, stick: Path) -> None:
        bench.free = 41_000

        told = bench.plug_in(stick)

        assert (told.outcome, told.sentence) == (
            StickOutcome.NO_SPACE,
            "No space: the new files need 0.0 MB, 0.0 MB are free.",
        )
        assert (bench.version(), bench.manifests.highest_version) == (2, 2)

    def test_what_nobody_needs_makes_room(self, bench: SyncBench, cloud: FakeCloud, stick: Path) -> None:
        """The twin of the test above: the same space, and something to evict."""
        cloud.recover()
        cloud.publish(manifest(4, pictures("c3")))
        bench.ask()  # c0 is only kept now
        cloud.fail("/api", *[Status(503)] * 1000)
        cloud.publish(manifest(5, pictures("c1", "c2")))
        write_stick(stick, cloud)
        bench.disk_size = 20_003 + 20_000 + 25_000

        told = bench.plug_in(stick)

        assert (told.outcome, bench.version(), bench.is_whole()) == (StickOutcome.TAKEN, 5, True)
        assert bench.read(SHA["c0"]) is None

    def test_a_disk_that_fills_meanwhile_is_no_fault_of_the_stick(self, bench: SyncBench, stick: Path) -> None:
        bench.importing.begin(stick)
        bench.reading.run()
        bench.turn()
        bench.free = 0
        bench.settle()

        told = bench.importing.status
        assert told is not None
        assert (told.outcome, told.files_ready) == (StickOutcome.NO_SPACE, 1)
        assert told.sentence.startswith("Storage is full")
        assert (bench.version(), bench.is_whole()) == (2, True)

    def test_a_disk_that_refuses_a_byte_is_no_fault_of_the_stick(self, bench: SyncBench, stick: Path) -> None:
        bench.importing.begin(stick)
        bench.reading.run()
        shutil.rmtree(bench.paths.assets)
        bench.paths.assets.write_bytes(b"a file where the folder should be")

        bench.settle()

        told = bench.importing.status
        assert told is not None
        assert (told.outcome, told.sentence[:7]) == (StickOutcome.FAILED, "Storage")


def test_a_cut_line_is_still_the_networks_fault_while_a_stick_helps(
    bench: SyncBench, cloud: FakeCloud, stick: Path
) -> None:
    """What the stick lacks is fetched meanwhile, with the patience of always."""
    (stick / "vizora/assets" / SHA["c1"]).write_bytes(b"?" + PICTURES["c1"][1:])
    cloud.recover()
    cloud.fail(f"/api/device/assets/{SHA['c1']}", Cut(5000))

    bench.plug_in(stick)
    bench.clock.pass_time(2)
    bench.settle()

    assert (bench.version(), bench.is_whole()) == (3, True)
