import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from edge.cache.checking import Checking
from edge.cache.databases import open_db
from edge.cache.plan import File
from edge.cache.schema import cache_migrations
from edge.cache.store import AssetStore
from tests.fakes.clock import FakeClock
from tests.fakes.held_worker import HeldWorker

DATA = b"picture" * 1000
FILE = File(hashlib.sha256(DATA).hexdigest(), len(DATA))
DAY = 24 * 3600.0


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    opened = open_db(tmp_path / "cache.db", cache_migrations, synchronous="NORMAL")
    yield opened.db
    opened.db.close()


class Bench:
    def __init__(self, db: Database, folder: Path) -> None:
        self.clock = FakeClock()
        self.worker = HeldWorker()
        folder.mkdir()
        self.path = folder / FILE.sha256
        self.path.write_bytes(DATA)
        self.store = AssetStore(db, folder, self.clock)
        self.store.add(FILE)
        self.found: list[str] = []
        self.checking = Checking(store=self.store, worker=self.worker, clock=self.clock, damaged=self.found.append)

    def after(self, seconds: float) -> int:
        self.clock.pass_time(seconds)
        self.checking.turn()
        return self.worker.run()


@pytest.fixture
def bench(db: Database, tmp_path: Path) -> Bench:
    return Bench(db, tmp_path / "assets")


def test_each_asset_is_looked_at_about_once_a_day(bench: Bench) -> None:
    assert bench.after(3600) == 0
    assert bench.after(DAY) == 1
    assert bench.after(3600) == 0
    assert bench.after(DAY) == 1
    assert (bench.found, bench.store.has(FILE)) == ([], True)


def test_a_flipped_bit_is_found_and_the_file_set_aside(bench: Bench) -> None:
    bench.path.write_bytes(b"P" + DATA[1:])
    assert bench.store.has(FILE)  # the broken twin: row and size alone don't see it

    bench.after(DAY + 60)

    assert bench.found == [FILE.sha256]
    assert not bench.store.has(FILE)
    assert not bench.path.exists()
    assert bench.path.with_name(f"{FILE.sha256}.damaged").exists()
    bench.store.sweep(frozenset({FILE.sha256}))
    assert list(bench.path.parent.iterdir()) == []


def test_what_somebody_could_not_use_is_looked_at_before_its_turn(bench: Bench) -> None:
    bench.path.write_bytes(b"P" + DATA[1:])

    bench.checking.suspect([FILE.sha256, FILE.sha256])

    assert bench.after(0) == 1
    assert bench.found == [FILE.sha256]
    assert bench.after(0) == 0


def test_a_file_that_vanished_meanwhile_is_looked_for_again(bench: Bench) -> None:
    bench.path.unlink()

    bench.after(DAY + 60)

    assert bench.found == [FILE.sha256]


def test_sweeping_leaves_what_is_needed_or_known(bench: Bench) -> None:
    folder = bench.path.parent
    for name in ("a" * 64 + ".part", "b" * 64 + ".part", "c" * 64, "notes.txt"):
        (folder / name).touch()

    bench.store.sweep(frozenset({"a" * 64}))

    assert sorted(path.name for path in folder.iterdir()) == sorted(["a" * 64 + ".part", FILE.sha256])
