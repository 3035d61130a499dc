"""Content under power cuts (promises P2, P3, P13): the cache's own parts fetch, verify, switch, evict.

`python -m tests.powercut.content DISK TWIN` is the program under test; `wrong` says what is wrong with a cut disk.
"""

import hashlib
import json
import os
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from edge.cache.device_calls import Signed
from edge.cache.plan import files_of
from tests.edge.cache.bench import SyncBench
from tests.fakes.device_cloud import FakeCloud, manifest
from tests.powercut.steps import say
from vizora.errors import TrustError

VERSIONS = 12
FILES = {f"c{n}": bytes([65 + n]) * (3_000 + 700 * n) for n in range(7)}
ROOM = 20_000
"""For assets: fewer than there are, so that old ones go."""


def published(version: int) -> dict[str, bytes]:
    names = sorted(FILES)
    return {names[(version + k) % len(names)]: FILES[names[(version + k) % len(names)]] for k in range(3)}


def main(disk: Path, twin: str) -> None:
    if twin == "no-fsync":
        os.fsync = lambda _: None  # type: ignore[assignment]
    with FakeCloud() as cloud:
        for data in FILES.values():
            cloud.add_asset(data)
        bench = open_bench(disk, cloud)
        for version in range(1, VERSIONS + 1):
            cloud.publish(manifest(version, published(version)), nudge=False)
            while bench.version() != version:  # as in the cache's loop: a fault is said, and the next turn tries again
                bench.clock.pass_time(100)
                with suppress(OSError, sqlite3.Error):
                    bench.ask()
            say(f"plays {version}")
        bench.close()


def open_bench(disk: Path, cloud: FakeCloud) -> SyncBench:
    bench = SyncBench(disk, cloud)
    bench.close()
    bench.cache_size = ROOM
    bench.open()
    return bench


def wrong(disk: Path, said: Sequence[str], cloud: FakeCloud) -> list[str]:
    """Of a cut disk: a version before the last one that played, a file that is not whole, an older manifest believed.

    `cloud` only signs here: nothing is fetched.
    """
    last = int(said[-1].split()[1]) if said else 0
    bench = open_bench(disk, cloud)
    faults = [opened.problem.sentence for opened in (bench.cache, bench.events) if opened.problem]
    if (bench.version() or 0) < last:
        faults.append(f"version {last} played, {bench.version()} is there")
    for sha256 in files_of(bench.manifests.current):
        if hashlib.sha256(bench.read(sha256) or b"").hexdigest() != sha256:
            faults.append(f"a file of version {bench.version()} is not whole")
    for version in range(1, last):
        body = json.dumps(manifest(version, published(version))).encode()
        try:
            bench.manifests.judge(Signed(body, cloud.key.sign(body), ""), bench.clock.now())
            faults.append(f"version {version} is believed after {last}")
        except TrustError:
            continue
    bench.close()
    return faults


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
