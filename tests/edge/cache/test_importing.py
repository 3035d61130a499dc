"""A stick brings what the network would have brought, and nothing that the network could not."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from edge.cache.device_calls import Signed
from edge.cache.manifests import Manifests
from edge.status import CacheState, StickOutcome
from tests.edge.cache.bench import SyncBench
from tests.edge.cache.sticks import MANIFEST, PulledStick, write_stick
from tests.edge.cache.test_sync import PICTURES, SHA, asked_for, pictures
from tests.fakes.device_cloud import FakeCloud, SigningKey, fake_cloud, manifest
from tests.fakes.line_faults import Cut, Status
from vizora.manifest.model import Key
from vizora.manifest.stored import pack
from vizora.manifest.trust import accept

OTHER = "0b0b0b0b-5b0c-4a56-9d0b-0c1f6f6a2f01"


@pytest.fixture
def cloud() -> Iterator[FakeCloud]:
    with fake_cloud() as running:
        for data in PICTURES.values():
            running.add_asset(data)
        yield running


@pytest.fixture
def bench(tmp_path: Path, cloud: FakeCloud) -> Iterator[SyncBench]:
    """A screen that plays version 2 with c0, and has lost its network since."""
    made = SyncBench(tmp_path, cloud)
    cloud.publish(manifest(2, pictures("c0")))
    made.ask()
    cloud.fail("/api", *[Status(503)] * 1000)
    yield made
    made.close()


@pytest.fixture
def stick(tmp_path: Path, bench: SyncBench, cloud: FakeCloud) -> Path:
    """With version 3, which brings two more pictures."""
    cloud.publish(manifest(3, pictures("c0", "c1", "c2")))
    return write_stick(tmp_path / "stick", cloud)


def online(cloud: FakeCloud) -> None:
    cloud._faults.clear()


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
        online(cloud)
        bench.ask()
        assert (bench.version(), bench.sync.problem, bench.sync.state) == (3, None, CacheState.IDLE)
        cloud.publish(manifest(4, pictures("c3")))

        bench.ask()

        assert (bench.version(), bench.is_whole(), asked_for(cloud)) == (4, True, ["c0", "c3"])

    def test_a_download_that_crawls_gives_way_to_the_stick(
        self, bench: SyncBench, cloud: FakeCloud, stick: Path
    ) -> None:
        online(cloud)
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
        online(cloud)
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
        online(cloud)
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


def one_byte_changed(stick: Path, cloud: FakeCloud) -> None:
    path = stick / MANIFEST
    data = bytearray(path.read_bytes())
    data[data.index(b'"c1"') + 1] ^= 1
    path.write_bytes(data)


def signature_changed(stick: Path, cloud: FakeCloud) -> None:
    path = stick / MANIFEST
    data = bytearray(path.read_bytes())
    data[40] ^= 1
    path.write_bytes(data)


def cut_off(stick: Path, cloud: FakeCloud) -> None:
    path = stick / MANIFEST
    path.write_bytes(path.read_bytes()[:-100])


def empty(stick: Path, cloud: FakeCloud) -> None:
    (stick / MANIFEST).write_bytes(b"")


def unsigned(stick: Path, cloud: FakeCloud) -> None:
    assert cloud.manifest is not None
    (stick / MANIFEST).write_bytes(cloud.manifest[0])


def signed_by_a_stranger(stick: Path, cloud: FakeCloud) -> None:
    cloud.publish(manifest(3, pictures("c0", "c1", "c2")), key=SigningKey("k1", b"thief"))
    write_stick(stick, cloud)


def another_screens(stick: Path, cloud: FakeCloud) -> None:
    cloud.publish(manifest(3, pictures("c0", "c1", "c2"), deviceId=OTHER))
    write_stick(stick, cloud)


def older(stick: Path, cloud: FakeCloud) -> None:
    cloud.publish(manifest(1, pictures("c0", "c1", "c2")))
    write_stick(stick, cloud)


def same_version_other_bytes(stick: Path, cloud: FakeCloud) -> None:
    cloud.publish(manifest(2, pictures("c0", "c1", "c2")))
    write_stick(stick, cloud)


UNTRUSTED: list[tuple[Callable[[Path, FakeCloud], None], str]] = [
    (one_byte_changed, "were changed since"),
    (signature_changed, "signature"),
    (cut_off, "were changed since"),
    (empty, "carries no signature"),
    (unsigned, "carries no signature"),
    (signed_by_a_stranger, "were changed since"),
    (another_screens, f"it is for the screen '{OTHER}'"),
    (older, "version 1 is older than 2, which this screen already has"),
    (same_version_other_bytes, "version 2 came before with other bytes"),
]


class TestTrust:
    @pytest.mark.parametrize(("spoil", "why"), UNTRUSTED, ids=lambda value: getattr(value, "__name__", ""))
    def test_what_the_network_could_not_bring_the_stick_can_not_either(
        self, bench: SyncBench, cloud: FakeCloud, stick: Path, spoil: Callable[[Path, FakeCloud], None], why: str
    ) -> None:
        spoil(stick, cloud)

        told = bench.plug_in(stick)

        assert told.outcome is StickOutcome.REFUSED
        assert why in told.sentence
        assert (bench.version(), bench.manifests.highest_version, bench.manifests.wanted) == (2, 2, None)
        assert sorted(path.name for path in bench.paths.assets.iterdir()) == [SHA["c0"]]

    @pytest.mark.parametrize("rule", ["signature", "addressee", "version"])
    def test_each_rule_is_what_keeps_it_out(
        self, bench: SyncBench, cloud: FakeCloud, stick: Path, rule: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The broken twins: one rule forgotten, and the stick that breaks it gets in."""
        thief = SigningKey("k1", b"thief")
        {"signature": signed_by_a_stranger, "addressee": another_screens, "version": older}[rule](stick, cloud)

        def forgetful(self: Manifests, signed: Signed, now: object) -> object:
            document = json.loads(signed.body)
            trusted = self._trust
            keys = (*trusted.keys, msgspec.convert(thief.public, Key)) if rule == "signature" else trusted.keys
            return accept(
                signed.body,
                signed.signature,
                keys=keys,
                device_id=document["deviceId"] if rule == "addressee" else bench.credentials.device_id,
                highest_version=None if rule == "version" else trusted.highest_version,
                now=bench.clock.now(),
            )

        monkeypatch.setattr(Manifests, "judge", forgetful)

        assert bench.plug_in(stick).outcome is StickOutcome.TAKEN

    def test_a_stick_brings_the_handover_to_a_new_key_with_it(
        self, bench: SyncBench, cloud: FakeCloud, stick: Path
    ) -> None:
        new = SigningKey("k2", b"second key")
        body = json.dumps(manifest(3, {}, keys=[new.public])).encode()
        path = stick / MANIFEST

        path.write_bytes(pack(new.sign(body), body))
        without = bench.plug_in(stick)
        path.write_bytes(pack(new.sign(body), body, cloud.key.hand_over(new)))
        with_it = bench.plug_in(stick)

        assert (without.outcome, with_it.outcome) == (StickOutcome.REFUSED, StickOutcome.TAKEN)

    def test_a_stick_for_other_screens_names_them(self, bench: SyncBench, cloud: FakeCloud, stick: Path) -> None:
        (stick / MANIFEST).rename(stick / f"vizora/screens/{OTHER}.manifest")
        screens = [
            {"deviceId": OTHER, "name": "Bar\x1b[31m\n", "version": 1},
            {"deviceId": "x", "name": "", "version": 1},
        ]
        (stick / "vizora/contents.json").write_text(json.dumps({"screens": screens}))

        told = bench.plug_in(stick)

        assert (told.outcome, told.sentence) == (StickOutcome.OTHERS, "This stick is for other screens: Bar[31m, x.")

    @pytest.mark.parametrize("contents", [None, b"", b"[]", b'{"screens":7}', b"\xff" * 5_000_000])
    def test_what_is_written_there_for_people_is_not_needed(
        self, bench: SyncBench, stick: Path, contents: bytes | None
    ) -> None:
        (stick / MANIFEST).unlink()
        if contents is not None:
            (stick / "vizora/contents.json").write_bytes(contents)

        assert bench.plug_in(stick).sentence == "This stick is for other screens."


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
        online(cloud)

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
        online(cloud)
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
    online(cloud)
    cloud.fail(f"/api/device/assets/{SHA['c1']}", Cut(5000))

    bench.plug_in(stick)
    bench.clock.pass_time(2)
    bench.settle()

    assert (bench.version(), bench.is_whole()) == (3, True)
