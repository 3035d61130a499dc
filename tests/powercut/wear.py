"""How much a day of playing writes to the card (promise P8): the real player's journal, the real cache.

`python -m tests.powercut.wear DISK SYNC_MS [plays] [TWIN]` is the program that is watched, for a third of an hour of
its clock. The broken twins: `eager`, a commit every five seconds; `appending`, a journal that grows with each line.
"""

import os
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import msgspec

from edge.player import journal as journal_module
from edge.player.journal import Journal
from tests.edge.cache.plays import play
from tests.edge.cache.test_loop import PICTURE, Bench
from tests.fakes.device_cloud import FakeCloud, manifest
from tests.powercut.steps import Made, Said, Step, Synced, Wrote, say
from vizora.identifiers import BootId, ContentId, ItemId, PlaylistId, ScheduleId
from vizora.plays import Play

PAGE = 4096
COMMIT = 3
"""Pages of its journal that ext4 writes when a file that grew is synced: descriptor, inode, commit. And now and then
for files that did not, because the time at which they were changed has."""
COMMITS_A_DAY = 24 * 3600 // 300
"""At most, where something is written all the time: `commit=300` of the image's data."""
MINUTES, A_DAY = 20, 24 * 60
APPENDING = 200
"""Zeros written ahead by a journal that grows with each line."""
BOOT = str(UUID(int=7))
EVERY_S = 10
"""From one play to the next: 8,640 a day."""


def main(disk: Path, sync_ms: str, *, plays: bool, eager: bool, appending: bool) -> None:
    if appending:
        journal_module.AHEAD = APPENDING
    with FakeCloud() as cloud:
        cloud.add_asset(PICTURE)
        cloud.publish(manifest(1, {"a": PICTURE}))
        bench = Bench(disk, cloud, VIZORA_PLAYS_SYNC_MS=sync_ms)
        bench.pair()
        bench.turns(30)
        say("steady")
        journal = Journal(bench.config.paths.plays, BootId(BOOT))
        for second in range(MINUTES * 60):
            if plays and second % EVERY_S == 0:
                journal.add(real_play(second // EVERY_S))
                journal.write()
            if (second + 1) % (int(sync_ms) // 1000) == 0:
                journal.sync()
            if eager and second % 5 == 0:
                bench.process._events.db.execute("INSERT OR REPLACE INTO facts VALUES ('eager', ?)", [str(second)])
            bench.turns(1)
        assert bench.process._session is not None
        bench.process._session.delivery.close()  # stands for what is settled each hour and with each full segment
        assert not plays or len(cloud.plays) > MINUTES * 60 // EVERY_S // 2
    os._exit(0)  # nobody has to end in order here


def real_play(n: int) -> Play:
    """As long as they are on a screen."""
    item, content, playlist, schedule = (str(UUID(int=n << 64 | part)) for part in range(4))
    return msgspec.structs.replace(
        play(n, BOOT),
        item_id=ItemId(item),
        content_id=ContentId(content),
        playlist_id=PlaylistId(playlist),
        schedule_id=ScheduleId(schedule),
    )


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
                written += PAGE * (len(pages.get(step.file, ())) + COMMIT * grew)
            pages.pop(step.file, None)
    written += sum(PAGE * len(changed) for changed in pages.values())
    return written * A_DAY // MINUTES + (PAGE * COMMIT * COMMITS_A_DAY if written else 0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], **{word: word in sys.argv for word in ("plays", "eager", "appending")})
