"""A cache's parts on a bench: real files, databases and HTTP; time, workers and free space in the test's hand."""

from collections.abc import Callable
from pathlib import Path

import msgspec

from edge.cache.databases import Opened, open_db
from edge.cache.device_calls import DeviceCalls
from edge.cache.download import part_path
from edge.cache.facts import Facts
from edge.cache.fetching import Fetching
from edge.cache.importing import Importing
from edge.cache.manifests import Manifests
from edge.cache.need import needed_at
from edge.cache.plan import files_of
from edge.cache.schema import cache_migrations, events_migrations
from edge.cache.stick import Stick
from edge.cache.store import AssetStore
from edge.cache.sync import Sync
from edge.identity import Credentials, credentials_of
from edge.paths import DevicePaths
from edge.status import StickStatus
from tests.fakes.clock import FakeClock
from tests.fakes.device_cloud import FakeCloud
from tests.fakes.held_worker import HeldWorker
from vizora.device_api import Paired


def credentials_for(cloud: FakeCloud, clock: FakeClock) -> Credentials:
    return credentials_of(msgspec.convert(cloud.paired(), Paired), cloud.url, clock.now())


class SyncBench:
    def __init__(self, folder: Path, cloud: FakeCloud) -> None:
        self.cloud = cloud
        self.clock = FakeClock()
        self.paths = DevicePaths(state=folder / "state", run=folder / "run")
        self.credentials = credentials_for(cloud, self.clock)
        self.free = 10**12
        self.disk_size: int | None = None
        """When set, `free` is what the assets leave of it."""
        self.cache_size = 10**9
        self.open_stick: Callable[[Path], Stick] = Stick
        self.open()

    def open(self) -> None:
        self.cache: Opened = open_db(self.paths.cache_database, cache_migrations, synchronous="NORMAL")
        self.events: Opened = open_db(self.paths.events_database, events_migrations, synchronous="FULL")
        self.asking, self.downloading, self.reading = HeldWorker(), HeldWorker(), HeldWorker()
        self.store = AssetStore(self.cache.db, self.paths.assets, self.clock)
        self.manifests = Manifests(Facts(self.events.db), self.paths.current_manifest, self.credentials)
        calls = DeviceCalls(self.cloud.url, lambda: self.credentials.device_token)
        self.fetching = Fetching(
            store=self.store,
            source=calls,
            worker=self.downloading,
            clock=self.clock,
            jitter=lambda: 0.5,
            free_space=self.free_space,
            cache_size=self.cache_size,
        )
        self.sync = Sync(
            manifests=self.manifests,
            store=self.store,
            fetching=self.fetching,
            calls=calls,
            asking=self.asking,
            clock=self.clock,
            jitter=lambda: 0.5,
            needed_at=needed_at,
            cloud_url=self.cloud.url,
            poll_s=60.0,
        )
        self.importing = Importing(
            sync=self.sync,
            fetching=self.fetching,
            device_id=self.credentials.device_id,
            reading=self.reading,
            clock=self.clock,
            free_space=self.free_space,
            open_stick=lambda folder: self.open_stick(folder),
        )

    def free_space(self) -> int:
        if self.disk_size is None:
            return self.free
        return self.disk_size - sum(file.stat().st_size for file in self.paths.assets.iterdir())

    def close(self) -> None:
        self.cache.db.close()
        self.events.db.close()

    def restart(self) -> None:
        """As after kill -9: what a worker was doing never comes back."""
        self.close()
        self.open()

    def ask(self) -> None:
        """A nudge, and everything that follows from it, as long as there is something to do at this instant."""
        self.sync.ask_now()
        self.settle()

    def settle(self) -> None:
        self.turn()
        while self.asking.run() + self.downloading.run() + self.reading.run():
            self.turn()

    def turn(self) -> None:
        self.sync.turn()
        self.importing.turn()

    def plug_in(self, stick: Path) -> StickStatus:
        """A stick, and what became of it."""
        assert self.importing.begin(stick) == {"ok": True}
        self.settle()
        assert self.importing.status is not None
        return self.importing.status

    def version(self) -> int | None:
        return self.manifests.current.version if self.manifests.current else None

    def is_whole(self) -> bool:
        """The promise: every file of the current manifest is there with the right bytes."""
        return all(
            self.read(sha256) is not None and len(self.read(sha256) or b"") == file.size
            for sha256, file in files_of(self.manifests.current).items()
        )

    def read(self, sha256: str) -> bytes | None:
        try:
            return self.paths.asset(sha256).read_bytes()
        except OSError:
            return None

    def part(self, sha256: str) -> Path:
        return part_path(self.paths.assets, sha256)
