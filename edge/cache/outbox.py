"""Plays on their way from the player's journal to the cloud, each counted exactly once.

The journal is what keeps them: while the cloud takes them as they come they are held in memory, and nothing is written
here. What piles up, and how far the journal was read, goes into events.db by one transaction (`settle`); a kill before
that reads and sends again, and the key (bootId, n) makes it the same play, here and in the cloud. No journal is removed
before its plays are settled.
"""

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec
from sqlite_utils import Database

from edge.cache.facts import Facts
from edge.cache.journal import SegmentName, read_lines, segment_name
from edge.files import sync_folder
from vizora.device_api import MAX_PLAYS_A_REQUEST

CAP = 600_000
"""Plays kept while the cloud is away: 60 days of 10,000. Past it the oldest go, and are counted."""
CHUNK = 1_048_576
MOST_UNSETTLED = 100
"""Plays held in memory at most before they are settled, but for those that one reading brings."""
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
        self._stored = self._count()
        self._fresh: dict[tuple[str, int], tuple[str, str]] = {}
        """By boot and `n`, device and body of what only the journal keeps."""
        self._nonsense: list[tuple[str, bytes]] = []
        self._read_to: dict[str, int] = {}
        """By segment, where it differs from what the database remembers."""
        self._first_seen: dict[str, str | None] = {}
        """By segment, what the player's status said when we first saw it."""
        self._over: set[str] = set()
        """Segments that nobody will end: what is left of them is read as it is."""

    # Taking in
    def take(self, device_id: str) -> int:
        """Takes every whole line there is; answers how many new plays that were. Raises OSError, sqlite3.Error."""
        before = self.waiting
        for path, _ in self._segments():
            while self._take_chunk(path, device_id):
                pass
        self._settle_many()
        return self.waiting - before

    def _take_chunk(self, path: Path, device_id: str) -> bool:
        """Whether there may be more in the file."""
        self._settle_many()
        taken = self._taken(path.name)
        chunk = _read(path, taken)
        lines = read_lines(chunk, is_over=path.name in self._over and len(chunk) < CHUNK)
        if not lines.taken:
            return False
        for play in lines.plays:
            self._fresh[play.boot_id, play.n] = (device_id, msgspec.json.encode(play).decode())
        self._nonsense += [(path.name, line) for line in lines.nonsense]
        self._read_to[path.name] = taken + lines.taken
        return len(chunk) == CHUNK

    def _settle_many(self) -> None:
        """Also before more is read: while the database refuses, memory does not grow."""
        if len(self._fresh) + len(self._nonsense) >= MOST_UNSETTLED:
            self.settle()

    def settle(self) -> None:
        """Makes durable here what was taken and is not delivered. Raises sqlite3.Error; then nothing has changed."""
        if not (self._fresh or self._nonsense or self._read_to):
            return
        with self._db.atomic():
            for (boot_id, n), (device_id, body) in self._fresh.items():
                self._db.execute(
                    "INSERT OR IGNORE INTO plays (device_id, boot_id, n, body) VALUES (?, ?, ?, ?)",
                    [device_id, boot_id, n, body],
                )
            for origin, line in self._nonsense:
                self._set_aside(origin, line)
            self._facts.add("nonsense", len(self._nonsense))
            for name, taken in self._read_to.items():
                self._remember(name, taken)
            self._keep_within_cap()
        self._fresh.clear()
        self._nonsense.clear()
        self._read_to.clear()
        self._stored = self._count()

    def _keep_within_cap(self) -> None:
        excess = self._count() - self._cap
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
        done = []
        for path, name in segments:
            first_seen = self._first_seen.setdefault(path.name, status_stamp)
            is_over = running_boot not in (None, name.boot_id) and status_stamp != first_seen
            if name.number < newest[name.boot_id] or is_over:
                if not _read(path, self._taken(path.name)).strip(b"\0"):
                    done.append(path)
                elif is_over:
                    self._over.add(path.name)
        if done:
            self._remove(done)

    def _remove(self, segments: Sequence[Path]) -> None:
        self.settle()
        for path in segments:
            path.unlink(missing_ok=True)
            self._first_seen.pop(path.name, None)
            self._over.discard(path.name)
        sync_folder(self._folder)
        self._forget_removed({path.name for path, _ in self._segments()})

    def _forget_removed(self, left: set[str]) -> None:
        with self._db.atomic():
            for (name,) in self._db.execute("SELECT name FROM segments").fetchall():
                if name not in left:
                    self._db.execute("DELETE FROM segments WHERE name = ?", [name])

    # Sending
    def next_batch(self, device_id: str, most: int = MAX_PLAYS_A_REQUEST) -> Batch | None:
        """The oldest boot's plays in order, what has waited longer first; None when nothing waits."""
        return self._stored_batch(device_id, most) or self._fresh_batch(device_id, most)

    def _stored_batch(self, device_id: str, most: int) -> Batch | None:
        oldest = (
            self._stored
            and self._db.execute(
                "SELECT boot_id FROM plays WHERE device_id = ? ORDER BY id LIMIT 1", [device_id]
            ).fetchone()
        )
        if not oldest:
            return None
        rows = self._db.execute(
            "SELECT n, body FROM plays WHERE device_id = ? AND boot_id = ? ORDER BY n LIMIT ?",
            [device_id, oldest[0], most],
        ).fetchall()
        return _batch(oldest[0], rows)

    def _fresh_batch(self, device_id: str, most: int) -> Batch | None:
        mine = [(boot, n, body) for (boot, n), (device, body) in self._fresh.items() if device == device_id]
        if not mine:
            return None
        oldest = mine[0][0]
        return _batch(oldest, sorted((n, body) for boot, n, body in mine if boot == oldest)[:most])

    def acknowledge(self, batch: Batch, accepted_through: int | None) -> bool:
        """Lets go of what the cloud has counted, never of more than was sent. Whether that was anything."""
        if accepted_through is None or accepted_through < batch.first_n:
            return False
        self._let_go(batch, min(accepted_through, batch.last_n))
        return True

    def refuse(self, batch: Batch) -> None:
        """The cloud says these can never be counted: set aside and counted, so that they don't stop the others."""
        with self._db.atomic():
            for body in batch.bodies:
                self._set_aside("refused by the cloud", body.encode())
            self._facts.add("refused", len(batch.bodies))
        self._let_go(batch, batch.last_n)

    def drop_others(self, device_id: str) -> None:
        """Plays made as another device can't be delivered by this one. Raises sqlite3.Error."""
        before = self._facts.get("plays-of", str)
        if before not in (None, device_id):
            with suppress(OSError):  # a card that can't be read is no reason to play nothing
                self.take(before)
        self.settle()
        with self._db.atomic():
            gone = self._db.execute("DELETE FROM plays WHERE device_id != ?", [device_id]).rowcount
            self._facts.add("dropped", gone)
            if before != device_id:
                self._facts.put("plays-of", device_id)
        self._stored = self._count()

    def _let_go(self, batch: Batch, last_n: int) -> None:
        """In both places: it may have been settled since it was sent."""
        if self._stored:
            with self._db.atomic():
                self._db.execute(
                    "DELETE FROM plays WHERE boot_id = ? AND n BETWEEN ? AND ?", [batch.boot_id, batch.first_n, last_n]
                )
            self._stored = self._count()
        numbers = range(batch.first_n, last_n + 1)
        for key in [key for key in self._fresh if key[0] == batch.boot_id and key[1] in numbers]:
            del self._fresh[key]

    # What is known
    @property
    def waiting(self) -> int:
        return self._stored + len(self._fresh)

    @property
    def dropped(self) -> int:
        return self._facts.get("dropped", int) or 0

    @property
    def refused(self) -> int:
        """By the cloud, and lines of the journal that are no plays."""
        settled = (self._facts.get("refused", int) or 0) + (self._facts.get("nonsense", int) or 0)
        return settled + len(self._nonsense)

    def _count(self) -> int:
        (count,) = self._db.execute("SELECT count(*) FROM plays").fetchone()
        return int(count)

    def _taken(self, name: str) -> int:
        if name in self._read_to:
            return self._read_to[name]
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


def _batch(boot_id: str, rows: Sequence[tuple[int, str]]) -> Batch:
    """Of numbers and bodies, in their order."""
    return Batch(boot_id, rows[0][0], rows[-1][0], tuple(body for _, body in rows))


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
