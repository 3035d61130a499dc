"""Plays on their way: from the player's journal into events.db, from there to the cloud, each counted exactly once.

Where a journal is read up to changes in the same transaction as the plays it brought, so a kill at any point neither
loses nor doubles one; the key (bootId, n) makes a line that is read twice the same play, here and in the cloud.
"""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
from sqlite_utils import Database

from edge.cache.facts import Facts
from edge.cache.journal import SegmentName, read_lines, segment_name
from edge.files import sync_folder
from vizora.device_api import MAX_PLAYS_A_REQUEST
from vizora.plays import Play

CAP = 600_000
"""Plays kept while the cloud is away: 60 days of 10,000. Past it the oldest go, and are counted."""
CHUNK = 1_048_576
BACKLOG = 100
"""A batch this big is deleted at once: there are more to come."""
MOST_DELIVERED = 8
SET_ASIDE_ROWS = 200
SET_ASIDE_BYTES = 500


@dataclass(frozen=True, slots=True)
class Batch:
    """Plays of one boot in the order of `n`, so that one number says how far they were accepted."""

    boot_id: str
    first_n: int
    last_n: int
    bodies: tuple[str, ...]

    def request(self) -> bytes:
        return b'{"events":[' + ",".join(self.bodies).encode() + b"]}"


class Outbox:
    def __init__(self, db: Database, plays_folder: Path, *, cap: int = CAP, may_remove: bool = True) -> None:
        """`may_remove`: `db` is durable, so a journal that is wholly taken may go."""
        self._db = db
        self._facts = Facts(db)
        self._folder = plays_folder
        self._cap = cap
        self._may_remove = may_remove
        self._delivered: list[tuple[str, int, int]] = []
        """Boot, first and last `n` of what the cloud has counted and the next transaction deletes. A kill before that
        sends it once more, which counts nothing twice; a write of its own each time would wear the card out."""
        self.waiting = self._count()
        self._first_seen: dict[str, str | None] = {}
        """By segment, what the player's status said when we first saw it."""

    # Taking in
    def take(self, device_id: str) -> int:
        """Takes every whole line there is; answers how many new plays that were. Raises OSError, sqlite3.Error."""
        before = self.waiting
        for path, _ in self._segments():
            while self._take_chunk(path, device_id):
                pass
        self.waiting = self._count()
        return self.waiting - before

    def _take_chunk(self, path: Path, device_id: str) -> bool:
        """One transaction; whether there may be more in the file."""
        taken = self._taken(path.name)
        chunk = _read(path, taken)
        lines = read_lines(chunk)
        if not lines.taken:
            return False
        with self._db.atomic():
            for play in lines.plays:
                self._insert(play, device_id)
            for line in lines.nonsense:
                self._set_aside(path.name, line)
            self._facts.add("nonsense", len(lines.nonsense))
            self._remember(path.name, taken + lines.taken)
            self._delete_delivered()
            self._keep_within_cap()
        self._delivered.clear()
        return len(chunk) == CHUNK

    def _insert(self, play: Play, device_id: str) -> None:
        self._db.execute(
            "INSERT OR IGNORE INTO plays (device_id, boot_id, n, body) VALUES (?, ?, ?, ?)",
            [device_id, play.boot_id, play.n, msgspec.json.encode(play).decode()],
        )

    def _keep_within_cap(self) -> None:
        (rows,) = self._db.execute("SELECT count(*) FROM plays").fetchone()
        excess = rows - self._cap
        if excess > 0:
            self._db.execute("DELETE FROM plays WHERE id IN (SELECT id FROM plays ORDER BY id LIMIT ?)", [excess])
            self._facts.add("dropped", excess)

    # Letting go of journals
    def tidy(self, running_boot: str | None, status_stamp: str | None) -> None:
        """Removes segments that are wholly taken and that no player will write to again.

        `running_boot` and `status_stamp` are the player's newest `bootId` and `at`, read after `take`. A boot is over
        only when a player with another one has spoken since we first saw the segment: a new player makes its journal
        before it first says its name.
        """
        segments = list(self._segments()) if self._may_remove else []
        newest = {name.boot_id: max(n.number for _, n in segments if n.boot_id == name.boot_id) for _, name in segments}
        removed = False
        for path, name in segments:
            first_seen = self._first_seen.setdefault(path.name, status_stamp)
            is_over = running_boot not in (None, name.boot_id) and status_stamp != first_seen
            if (name.number < newest[name.boot_id] or is_over) and self._is_wholly_taken(path, is_over=is_over):
                path.unlink(missing_ok=True)
                self._first_seen.pop(path.name, None)
                removed = True
        if removed:
            sync_folder(self._folder)
            self._forget_removed({path.name for path, _ in self._segments()})

    def _is_wholly_taken(self, path: Path, *, is_over: bool) -> bool:
        taken = self._taken(path.name)
        rest = _read(path, taken)
        if rest and is_over:  # a power cut left half a line that nobody will end
            with self._db.atomic():
                self._set_aside(path.name, rest)
                self._facts.add("nonsense", 1)
                self._remember(path.name, taken + len(rest))
            rest = _read(path, taken + len(rest))
        return not rest

    def _forget_removed(self, left: set[str]) -> None:
        with self._db.atomic():
            for (name,) in self._db.execute("SELECT name FROM segments").fetchall():
                if name not in left:
                    self._db.execute("DELETE FROM segments WHERE name = ?", [name])

    # Sending
    def next_batch(self, device_id: str, most: int = MAX_PLAYS_A_REQUEST) -> Batch | None:
        """The oldest boot's plays in order; None when nothing waits."""
        where, values = self._undelivered()
        oldest = self._db.execute(
            f"SELECT boot_id FROM plays WHERE {where} AND device_id = ? ORDER BY id LIMIT 1",  # noqa: S608
            [*values, device_id],
        ).fetchone()
        if oldest is None:
            return None
        rows = self._db.execute(
            f"SELECT n, body FROM plays WHERE {where} AND device_id = ? AND boot_id = ? ORDER BY n LIMIT ?",  # noqa: S608
            [*values, device_id, oldest[0], most],
        ).fetchall()
        return Batch(oldest[0], rows[0][0], rows[-1][0], tuple(body for _, body in rows))

    def acknowledge(self, batch: Batch, accepted_through: int | None) -> bool:
        """Lets go of what the cloud has counted, never of more than was sent. Whether that was anything."""
        if accepted_through is None or accepted_through < batch.first_n:
            return False
        self._delivered.append((batch.boot_id, batch.first_n, min(accepted_through, batch.last_n)))
        if len(batch.bodies) >= BACKLOG or len(self._delivered) >= MOST_DELIVERED:
            with self._db.atomic():
                self._delete_delivered()
            self._delivered.clear()
        self.waiting = self._count()
        return True

    def refuse(self, batch: Batch) -> None:
        """The cloud says these can never be counted: set aside and counted, so that they don't stop the others."""
        with self._db.atomic():
            for body in batch.bodies:
                self._set_aside("refused by the cloud", body.encode())
            self._facts.add("refused", len(batch.bodies))
            self._delete(batch.boot_id, batch.first_n, batch.last_n)
        self.waiting = self._count()

    def drop_others(self, device_id: str) -> None:
        """Plays made as another device can't be delivered by this one."""
        with self._db.atomic():
            gone = self._db.execute("DELETE FROM plays WHERE device_id != ?", [device_id]).rowcount
            self._facts.add("dropped", gone)
        self.waiting = self._count()

    def _delete_delivered(self) -> None:
        for boot_id, first_n, last_n in self._delivered:
            self._delete(boot_id, first_n, last_n)

    def _delete(self, boot_id: str, first_n: int, last_n: int) -> None:
        self._db.execute("DELETE FROM plays WHERE boot_id = ? AND n BETWEEN ? AND ?", [boot_id, first_n, last_n])

    def _undelivered(self) -> tuple[str, list[str | int]]:
        """A condition, and its values, that leaves out what is delivered and not yet deleted."""
        clauses = ["NOT (boot_id = ? AND n BETWEEN ? AND ?)" for _ in self._delivered]
        return " AND ".join(["1", *clauses]), [value for range_ in self._delivered for value in range_]

    # What is known
    @property
    def dropped(self) -> int:
        return self._facts.get("dropped", int) or 0

    @property
    def refused(self) -> int:
        """By the cloud, and lines of the journal that are no plays."""
        return (self._facts.get("refused", int) or 0) + (self._facts.get("nonsense", int) or 0)

    def _count(self) -> int:
        where, values = self._undelivered()
        (count,) = self._db.execute(f"SELECT count(*) FROM plays WHERE {where}", values).fetchone()  # noqa: S608
        return int(count)

    def _taken(self, name: str) -> int:
        row = self._db.execute("SELECT taken FROM segments WHERE name = ?", [name]).fetchone()
        return int(row[0]) if row else 0

    def _remember(self, name: str, taken: int) -> None:
        self._db.execute(
            "INSERT INTO segments (name, taken) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET taken = excluded.taken",
            [name, taken],
        )

    def _set_aside(self, origin: str, data: bytes) -> None:
        self._db.execute("INSERT INTO set_aside (origin, data) VALUES (?, ?)", [origin, data[:SET_ASIDE_BYTES]])
        self._db.execute("DELETE FROM set_aside WHERE id <= (SELECT max(id) FROM set_aside) - ?", [SET_ASIDE_ROWS])

    def _segments(self) -> Iterator[tuple[Path, SegmentName]]:
        """In the order they were written, by boot and number. Only plain files with a journal's name."""
        try:
            entries = list(os.scandir(self._folder))
        except FileNotFoundError:
            return
        named = [(entry, segment_name(entry.name)) for entry in entries if entry.is_file(follow_symlinks=False)]
        ours = [(Path(entry.path), name) for entry, name in named if name is not None]
        yield from sorted(ours, key=lambda pair: (pair[1].boot_id, pair[1].number))


def _read(path: Path, start: int) -> bytes:
    """At most CHUNK bytes from `start` on; nothing when the file has gone or is not a plain one."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except (FileNotFoundError, PermissionError):
        return b""
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return b""
        return os.pread(descriptor, CHUNK, start)
    finally:
        os.close(descriptor)
