"""How much a day of playing writes to the card (facts/reliability.md, P8): the real player's journal, the real cache.

`python -m tests.powercut.wear DISK PLAYS TWIN` is the program that is watched, for a third of an hour of its clock.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from edge.player.journal import Journal
from tests.edge.cache.plays import play
from tests.edge.cache.test_loop import PICTURE, Bench
from tests.fakes.device_cloud import FakeCloud, manifest
from tests.powercut.steps import Made, Resized, Step, Synced, Wrote, say
from vizora.identifiers import BootId

PAGE = 4096
MINUTES, A_DAY = 20, 24 * 60
EVERY_S = 10
"""From one play to the next: 8,640 a day."""


def main(disk: Path, *, plays: bool, eager: bool) -> None:
    with FakeCloud() as cloud:
        cloud.add_asset(PICTURE)
        cloud.publish(manifest(1, {"a": PICTURE}))
        bench = Bench(disk, cloud)
        bench.pair()
        bench.turns(30)
        say("steady")
        journal = Journal(bench.config.paths.plays, BootId("boot-a"))
        sync_s = 1 if eager else bench.config.plays_sync_ms // 1000
        for second in range(MINUTES * 60):
            if plays and second % EVERY_S == 0:
                journal.add(play(second // EVERY_S))
                journal.write()
            if second % sync_s == sync_s - 1:
                journal.sync()
            if eager:
                bench.process._events.db.execute("INSERT OR REPLACE INTO facts VALUES ('eager', ?)", [str(second)])
            bench.turns(1)
        assert not plays or len(cloud.plays) > MINUTES * 60 // EVERY_S // 2
    os._exit(0)  # nobody has to end in order here


def bytes_a_day(steps: Sequence[Step]) -> int:
    """What reaches the card: each page that changed, once for each time it is synced."""
    volatile = {step.file for step in steps if isinstance(step, Made) and step.path.startswith("run")}
    pages: dict[int, set[int]] = {}
    written = 0
    for step in steps[next(n for n, step in enumerate(steps) if step.__class__.__name__ == "Said") :]:
        if isinstance(step, Wrote) and step.file not in volatile:
            last = (step.offset + max(len(step.data), 1) - 1) // PAGE
            pages.setdefault(step.file, set()).update(range(step.offset // PAGE, last + 1))
        elif isinstance(step, Resized) and step.file not in volatile:
            pages.setdefault(step.file, set())
        elif isinstance(step, Synced):
            written += PAGE * (len(pages.pop(step.file, ())) + 1)  # and what the file system writes down of it
    left = sum(PAGE * (len(changed) + 1) for changed in pages.values())
    return (written + left) * A_DAY // MINUTES


if __name__ == "__main__":
    main(Path(sys.argv[1]), plays=sys.argv[2] == "plays", eager=sys.argv[3] == "eager")
