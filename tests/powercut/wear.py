"""How much a day of playing writes to the card (facts/reliability.md, P8): the real player's journal, the real cache.

`python -m tests.powercut.wear DISK SYNC_MS [plays] [eager]` is the program that is watched, for a third of an hour of
its clock. `eager` is the broken twin: a commit every five seconds.
"""

import os
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from edge.player.journal import Journal
from tests.edge.cache.plays import play
from tests.edge.cache.test_loop import PICTURE, Bench
from tests.fakes.device_cloud import FakeCloud, manifest
from tests.powercut.steps import Made, Said, Step, Synced, Wrote, say
from vizora.identifiers import BootId

PAGE = 4096
GROWING = 3
"""Pages of its journal that ext4 writes when a file that grew is synced: descriptor, inode, commit."""
MINUTES, A_DAY = 20, 24 * 60
EVERY_S = 10
"""From one play to the next: 8,640 a day."""


def main(disk: Path, sync_ms: str, *, plays: bool, eager: bool) -> None:
    with FakeCloud() as cloud:
        cloud.add_asset(PICTURE)
        cloud.publish(manifest(1, {"a": PICTURE}))
        bench = Bench(disk, cloud, VIZORA_PLAYS_SYNC_MS=sync_ms)
        bench.pair()
        bench.turns(30)
        say("steady")
        journal = Journal(bench.config.paths.plays, BootId("boot-a"))
        for second in range(MINUTES * 60):
            if plays and second % EVERY_S == 0:
                journal.add(play(second // EVERY_S))
                journal.write()
            if (second + 1) % (int(sync_ms) // 1000) == 0:
                journal.sync()
            if eager and second % 5 == 0:
                bench.process._events.db.execute("INSERT OR REPLACE INTO facts VALUES ('eager', ?)", [str(second)])
            bench.turns(1)
        assert not plays or len(cloud.plays) > MINUTES * 60 // EVERY_S // 2
    os._exit(0)  # nobody has to end in order here


def bytes_a_day(steps: Sequence[Step]) -> int:
    """What reaches a card with ext4 on it: each page that changed, once for each time it is synced, and what the file
    system writes down of a file that grew."""
    volatile = {step.file for step in steps if isinstance(step, Made) and step.path.startswith("run")}
    steady = next(n for n, step in enumerate(steps) if isinstance(step, Said))
    sizes, synced_sizes = Counter[int](), Counter[int]()
    pages: dict[int, set[int]] = {}
    written = 0
    for number, step in enumerate(steps):
        if number == steady:
            pages.clear()
        if isinstance(step, Wrote) and step.file not in volatile:
            end = step.offset + len(step.data)
            sizes[step.file] = max(sizes[step.file], end)
            pages.setdefault(step.file, set()).update(range(step.offset // PAGE, (end - 1) // PAGE + 1))
        elif isinstance(step, Synced):
            grew = sizes[step.file] > synced_sizes[step.file]
            synced_sizes[step.file] = sizes[step.file]
            if number > steady:
                written += PAGE * (len(pages.get(step.file, ())) + GROWING * grew)
            pages.pop(step.file, None)
    written += sum(PAGE * len(changed) for changed in pages.values())
    return written * A_DAY // MINUTES


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], plays="plays" in sys.argv, eager="eager" in sys.argv)
