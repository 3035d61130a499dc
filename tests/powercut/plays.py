"""Plays under power cuts (promise P1): recorded by the player, taken in by the cache, sent, let go.

`python -m tests.powercut.plays DISK TWIN` is the program under test; `lost` says what a cut disk no longer has.
"""

import os
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from edge.cache.databases import open_db
from edge.cache.outbox import Outbox
from edge.cache.schema import events_migrations
from edge.player import journal as journal_module
from edge.player.journal import Journal
from tests.edge.cache.plays import play
from tests.powercut.steps import say
from vizora.identifiers import BootId

DEVICE = "d"
BOOTS, ROUNDS, EACH = ("boot-a", "boot-b", "boot-c"), 14, 5
SMALL_SEGMENT = 4_000
FEW_ZEROS = 1_500
"""So that segments fill up, are taken in and removed within a short run."""
EVENTS, PLAYS = "cache/events.db", "player/plays"


def main(disk: Path, twin: str) -> None:
    if twin == "no-fsync":
        os.fsync = os.fdatasync = lambda _: None  # type: ignore[assignment]
    elif twin == "believing":
        Journal.sync = _believing  # type: ignore[assignment,method-assign]
    journal_module.SEGMENT_SIZE, journal_module.AHEAD = SMALL_SEGMENT, FEW_ZEROS
    opened = open_db(disk / EVENTS, events_migrations, synchronous="OFF" if twin == "lazy-database" else "FULL")
    outbox = Outbox(opened.db, disk / PLAYS, may_remove=opened.is_durable)
    for boot in BOOTS:
        journal = Journal(disk / PLAYS, BootId(boot))
        for number in range(ROUNDS):
            for n in range(number * EACH, (number + 1) * EACH):
                journal.add(play(n, boot))
            journal.write()
            if number % 2 and journal.sync():
                say(f"recorded {boot} {(number + 1) * EACH - 1}")
            with suppress(OSError, sqlite3.Error):  # as in the cache's loop: the next turn tries again
                _turn(outbox, boot, number)
        journal.close()
    opened.db.close()


def _believing(journal: Journal) -> bool:
    """Believes the disk when it says yes to the second try."""
    if journal._file is not None:
        try:
            os.fdatasync(journal._file)
        except OSError:
            os.fdatasync(journal._file)
    journal._unsynced.clear()
    return True


def _turn(outbox: Outbox, boot: str, number: int) -> None:
    if number % 3 == 0:
        outbox.take(DEVICE)
        outbox.tidy(boot, f"{boot} {number}")
    if number % 4 == 3:
        outbox.settle()
    if number % 5 == 4 and (batch := outbox.next_batch(DEVICE, 40)):
        say(f"counted {batch.boot_id} {batch.first_n} {batch.last_n}")
        outbox.acknowledge(batch, batch.last_n)


def lost(disk: Path, said: Sequence[str]) -> list[str]:
    """Recorded plays that the cloud has not counted and the disk does not have, and what else is wrong."""
    opened = open_db(disk / EVENTS, events_migrations, synchronous="FULL")
    faults = [opened.problem.sentence] if opened.problem else []
    outbox = Outbox(opened.db, disk / PLAYS)
    outbox.take(DEVICE)
    outbox.settle()
    kept = {(boot, n) for boot, n in opened.db.execute("SELECT boot_id, n FROM plays")}
    opened.db.close()
    recorded = dict.fromkeys(BOOTS, -1)
    for words in said:
        what, boot, *numbers = words.split()
        if what == "recorded":
            recorded[boot] = int(numbers[0])
        else:
            kept |= {(boot, n) for n in range(int(numbers[0]), int(numbers[1]) + 1)}
    missing = [(boot, n) for boot in BOOTS for n in range(recorded[boot] + 1) if (boot, n) not in kept]
    return faults + ([f"{len(missing)} recorded plays are gone: {missing[:3]}"] if missing else [])


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
