import sqlite3
from pathlib import Path

import pytest
from sqlite_utils import Database

from edge.cache.databases import move_aside, open_db
from edge.cache.facts import Facts
from edge.cache.schema import cache_migrations, events_migrations


def pragma(db: Database, name: str) -> object:
    return db.execute(f"PRAGMA {name}").fetchone()[0]


@pytest.mark.parametrize(("synchronous", "number"), [("NORMAL", 1), ("FULL", 2)])
def test_every_pragma_is_set(tmp_path: Path, synchronous: str, number: int) -> None:
    opened = open_db(tmp_path / "cache" / "events.db", events_migrations, synchronous=synchronous)

    assert opened.is_durable
    assert opened.problem is None
    assert pragma(opened.db, "journal_mode") == "wal"
    assert pragma(opened.db, "synchronous") == number
    assert pragma(opened.db, "foreign_keys") == 1
    assert pragma(opened.db, "busy_timeout") == 5000
    opened.db.close()


def test_what_was_written_is_there_after_a_restart(tmp_path: Path) -> None:
    for value in (1, 2):
        opened = open_db(tmp_path / "events.db", events_migrations, synchronous="FULL")
        facts = Facts(opened.db)
        assert facts.get("n", int) == (None if value == 1 else 1)
        facts.put("n", value)
        facts.add("counted", 3)
        facts.add("counted", 0)
        assert facts.get("counted", int) == 3 * value
        assert facts.get("n", str) is None
        opened.db.close()


def garbage(path: Path) -> None:
    path.write_bytes(b"this is no database" * 500)


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def zero_page(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096:8192] = bytes(4096)
    path.write_bytes(data)


def folder_instead(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("damage", [garbage, cut_short, zero_page, folder_instead])
def test_a_damaged_file_is_moved_aside_and_a_new_one_begun(tmp_path: Path, damage: object) -> None:
    path = tmp_path / "events.db"
    for _ in range(2):
        opened = open_db(path, events_migrations, synchronous="FULL")
        Facts(opened.db).put("big", "x" * 20_000)
        opened.db.close()
        assert callable(damage)
        damage(path)

    opened = open_db(path, events_migrations, synchronous="FULL")

    assert opened.is_durable
    assert opened.problem is not None
    assert "events.db.corrupt.2" in opened.problem.sentence
    assert (tmp_path / "events.db.corrupt.1").exists()
    assert Facts(opened.db).get("big", str) is None
    opened.db.close()


def test_without_the_check_damage_would_go_unseen(tmp_path: Path) -> None:
    """The broken twin: plain sqlite3 opens the same file and says nothing until it stumbles."""
    opened = open_db(tmp_path / "events.db", events_migrations, synchronous="FULL")
    Facts(opened.db).put("big", "x" * 20_000)
    opened.db.close()
    data = bytearray((tmp_path / "events.db").read_bytes())
    data[-4096:] = b"\xff" * 4096
    (tmp_path / "events.db").write_bytes(data)

    plain = sqlite3.connect(tmp_path / "events.db")
    plain.execute("SELECT count(*) FROM plays").fetchone()
    plain.close()
    checked = open_db(tmp_path / "events.db", events_migrations, synchronous="FULL")

    assert checked.problem is not None
    checked.db.close()


def test_a_folder_that_cannot_be_written_means_memory_and_a_problem(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")

    opened = open_db(tmp_path / "file" / "cache.db", cache_migrations, synchronous="NORMAL")

    assert not opened.is_durable
    assert opened.problem is not None
    assert opened.problem.code == "VZ-112"
    assert opened.db.execute("SELECT count(*) FROM assets").fetchone() == (0,)
    opened.db.close()


def test_the_journal_files_go_aside_with_their_database(tmp_path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        (tmp_path / f"cache.db{suffix}").write_text(suffix)

    move_aside(tmp_path / "cache.db")

    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "cache.db.corrupt.1",
        "cache.db.corrupt.1-shm",
        "cache.db.corrupt.1-wal",
    ]
