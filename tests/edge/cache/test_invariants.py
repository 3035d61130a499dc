"""P3: whatever happens, the manifest that plays is one the cloud signed, and every file it names is here and right.

`is_right` is the invariant; the broken twin switches without looking, and must be caught.
"""

import hashlib
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from edge.cache.plan import File, files_of
from tests.edge.cache.bench import SyncBench
from tests.edge.cache.sticks import write_stick
from tests.fakes.device_cloud import FakeCloud, manifest
from tests.fakes.line_faults import Cut, NoRange, Portal, Status, WrongBytes, WrongRange

POOL = {f"c{n}": bytes([n]) * (3000 + n) for n in range(5)}
FAULTS = st.sampled_from(
    [Cut(0), Cut(1000), WrongBytes(10), Portal(), Status(500), Status(404), WrongRange(), NoRange()]
)


class CacheLife(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.cloud = FakeCloud().__enter__()
        for data in POOL.values():
            self.cloud.add_asset(data)
        self.bench = SyncBench(Path(self.folder.name), self.cloud)
        self.published = 0
        self.highest = 0
        self.damaged: set[str] = set()
        self.issued: list[tuple[bytes, str]] = []

    @initialize()
    def first(self) -> None:
        self.publish({"c0"})
        self.bench.ask()

    @rule(names=st.sets(st.sampled_from(sorted(POOL)), max_size=4))
    def publish(self, names: set[str]) -> None:
        self.published += 1
        self.cloud.publish(manifest(self.published, {name: POOL[name] for name in sorted(names)}))
        assert self.cloud.manifest is not None
        self.issued.append(self.cloud.manifest)

    @rule(fault=FAULTS)
    def the_next_asset_fails(self, fault: Cut) -> None:
        self.cloud.fail("/api/device/assets", fault)

    @rule(fault=st.sampled_from([Status(500), Portal(), Cut(5), WrongBytes(50)]))
    def the_next_manifest_fails(self, fault: Cut) -> None:
        self.cloud.fail("/api/device/manifest", fault)

    @rule()
    def nudge(self) -> None:
        self.bench.ask()
        self.damaged -= {sha for sha in self.damaged if self.bench.read(sha) in POOL.values()}

    @rule()
    def only_half_a_turn(self) -> None:
        """The process dies with an answer or a download under way."""
        self.bench.sync.ask_now()
        self.bench.sync.turn()
        self.bench.asking.run()
        self.bench.sync.turn()
        self.restart()

    @rule(
        which=st.integers(0, 20),
        spoilt=st.sampled_from(["nothing", "nothing", "a file", "a file's length", "the manifest"]),
    )
    def a_stick_is_plugged_in(self, which: int, spoilt: str) -> None:
        """With what the cloud signed now or long ago, whole or not."""
        body, signature = self.issued[which % len(self.issued)]
        if spoilt == "the manifest":
            body = body.replace(b'"version": ', b'"version": 9')
        stick = write_stick(Path(self.folder.name) / "stick", self.cloud, signed=(body, signature))
        for asset in sorted((stick / "vizora/assets").iterdir())[:2]:
            if spoilt == "a file":
                asset.write_bytes(b"?" + asset.read_bytes()[1:])
            elif spoilt == "a file's length":
                asset.write_bytes(b"")
        self.bench.importing.begin(stick)
        self.bench.settle()

    @rule()
    def restart(self) -> None:
        self.bench.restart()

    @rule(seconds=st.sampled_from([1, 20, 100]))
    def time_passes(self, seconds: int) -> None:
        self.bench.clock.pass_time(seconds)
        self.bench.settle()

    @rule(name=st.sampled_from(sorted(POOL)), data=st.sampled_from([b"", b"x", b"\0" * 3000]))
    def a_part_is_spoilt(self, name: str, data: bytes) -> None:
        self.bench.paths.assets.mkdir(parents=True, exist_ok=True)
        self.bench.part(hashlib.sha256(POOL[name]).hexdigest()).write_bytes(data)

    @rule(name=st.sampled_from(sorted(POOL)))
    def a_byte_flips_and_is_found(self, name: str) -> None:
        sha256 = hashlib.sha256(POOL[name]).hexdigest()
        if self.bench.read(sha256) is not None:
            self.bench.paths.asset(sha256).write_bytes(b"?" + POOL[name][1:])
            self.bench.store.set_aside(sha256)
            self.bench.sync.replan()
            self.damaged.add(sha256)

    @rule()
    def the_index_is_lost(self) -> None:
        self.bench.close()
        self.bench.paths.cache_database.unlink()
        self.bench.open()

    @rule(free=st.sampled_from([0, 2000, 10**9]))
    def the_disk_fills_or_empties(self, free: int) -> None:
        self.bench.free = free

    @invariant()
    def what_plays_is_whole(self) -> None:
        for sha256 in files_of(self.bench.manifests.current):
            data = self.bench.read(sha256)
            if data is None:
                assert sha256 in self.damaged, "a file of the current manifest is missing"
            else:
                assert hashlib.sha256(data).hexdigest() == sha256, "a file of the current manifest is wrong"

    @invariant()
    def versions_only_grow(self) -> None:
        version = self.bench.version() or 0
        assert self.highest <= version <= self.published
        self.highest = version

    def teardown(self) -> None:
        # When all is well again, all that was published plays.
        self.cloud.recover()
        self.bench.free = 10**9
        for _ in range(4):
            self.bench.clock.pass_time(100)
            self.bench.ask()
        arrived = self.bench.version() == (self.published or None) and self.bench.is_whole()
        self.bench.close()
        self.cloud.__exit__()
        self.folder.cleanup()
        assert arrived, "when all was well again, what was published last did not play"


LIFE = settings(
    max_examples=15, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
)


def test_what_plays_is_always_whole_and_never_goes_back() -> None:
    run_state_machine_as_test(CacheLife, settings=LIFE)


def test_a_cache_that_switches_without_looking_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin."""

    def believes(self: object, file: File) -> bool:
        return True

    monkeypatch.setattr("edge.cache.store.AssetStore.has", believes)
    with pytest.raises(AssertionError, match=r"a file of the current manifest is missing|did not play"):
        run_state_machine_as_test(CacheLife, settings=settings(LIFE, max_examples=10))
