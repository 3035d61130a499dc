"""The real cache process, started against the fake cloud, to be killed."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import msgspec

import edge
from edge.clock import SystemClock
from edge.identity import credentials_of
from edge.paths import DevicePaths
from edge.provision.identity import store_credentials
from edge.status import CacheStatus, read_status
from tests.child_process import dies_with_its_parent
from vizora.device_api import Paired

ROOT = Path(edge.__file__).parents[1]
CLOCK = SystemClock()


class PairedWith(Protocol):
    """A cloud, as far as a cache in a process of its own needs to know it."""

    @property
    def url(self) -> str: ...
    def paired(self) -> dict[str, Any]: ...


class RunningCache:
    def __init__(self, folder: Path, cloud: PairedWith) -> None:
        self.paths = DevicePaths(state=folder / "state", run=folder / "run")
        self.cloud = cloud
        self.pair()
        self.start()

    def pair(self) -> None:
        paired = msgspec.convert(self.cloud.paired(), Paired)
        store_credentials(self.paths.credentials, credentials_of(paired, self.cloud.url, CLOCK.now()))

    def start(self) -> None:
        environ = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "VIZORA_STATE_DIR": str(self.paths.state),
            "VIZORA_RUN_DIR": str(self.paths.run),
            "VIZORA_CLOUD_URL": self.cloud.url,
            "VIZORA_PLAYS_SYNC_MS": "100",
            "VIZORA_POLL_MS": "1000",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "edge.cache"],
            env=environ,
            stderr=subprocess.DEVNULL,
            preexec_fn=dies_with_its_parent,
        )

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def end(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)

    def status(self) -> CacheStatus | None:
        return read_status(self.paths.cache_status, CacheStatus)

    def until(self, condition: Callable[[], object], within_s: float = 30.0) -> None:
        """Looks now and then until `condition` holds; fails the test when it never does."""
        end = CLOCK.monotonic() + within_s
        while not condition():
            assert CLOCK.monotonic() < end, f"never happened; the cache says {self.status()}"
            assert self.process.poll() is None, "the cache ended"
            CLOCK.sleep(0.02)


@contextmanager
def running_cache(folder: Path, cloud: PairedWith) -> Iterator[RunningCache]:
    running = RunningCache(folder, cloud)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.kill()
