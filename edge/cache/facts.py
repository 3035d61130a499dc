"""Small durable facts in events.db: the highest version, the keys to trust, the clock's floor, what was counted."""

from typing import TypeVar

import msgspec
from sqlite_utils import Database

_T = TypeVar("_T")


class Facts:
    """By name; a value that can't be understood counts as not there. Writes join the caller's transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def get(self, name: str, kind: type[_T]) -> _T | None:
        row = self._db.execute("SELECT value FROM facts WHERE name = ?", [name]).fetchone()
        try:
            return msgspec.json.decode(row[0], type=kind) if row else None
        except ValueError:
            return None

    def put(self, name: str, value: object) -> None:
        text = msgspec.json.encode(value).decode()
        with self._db.atomic():
            self._db.execute(
                "INSERT INTO facts (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                [name, text],
            )

    def add(self, name: str, count: int) -> None:
        if count:
            self.put(name, (self.get(name, int) or 0) + count)
