"""What the two databases hold. A change is a new migration, never an edit of an old one."""

from sqlite_utils import Database, Migrations

cache_migrations = Migrations("cache")
events_migrations = Migrations("events")


@cache_migrations()
def assets(db: Database) -> None:
    """Files that were verified: hashed, synced and renamed, before they got their row."""
    db.execute(
        """CREATE TABLE assets (
            sha256 TEXT PRIMARY KEY,
            size INTEGER NOT NULL,
            used_at REAL NOT NULL,      -- Unix seconds; least recently used goes first
            verified_at REAL NOT NULL   -- Unix seconds of the last time its bytes were hashed
        ) STRICT"""
    )


@events_migrations()
def facts_and_plays(db: Database) -> None:
    db.execute("CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT")
    db.execute(
        """CREATE TABLE plays (
            id INTEGER PRIMARY KEY,     -- the order in which they were taken
            device_id TEXT NOT NULL,
            boot_id TEXT NOT NULL,
            n INTEGER NOT NULL,
            body TEXT NOT NULL,
            UNIQUE (boot_id, n)
        ) STRICT"""
    )
    db.execute("CREATE TABLE segments (name TEXT PRIMARY KEY, taken INTEGER NOT NULL) STRICT")
    db.execute("CREATE TABLE set_aside (id INTEGER PRIMARY KEY, origin TEXT NOT NULL, data BLOB NOT NULL) STRICT")
