import json
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from edge.cache.databases import open_db
from edge.cache.outbox import Batch, Outbox
from edge.cache.schema import events_migrations
from tests.edge.cache.plays import lines

ME = "device-1"


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    opened = open_db(tmp_path / "events.db", events_migrations, synchronous="FULL")
    yield opened.db
    opened.db.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "plays"
    made.mkdir()
    return made


def numbers(batch: Batch | None) -> list[int]:
    return [event["n"] for event in json.loads(batch.request())["events"]] if batch else []


def append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


def test_plays_are_taken_once_however_often_one_looks(db: Database, folder: Path) -> None:
    outbox = Outbox(db, folder)
    append(folder / "boot-a-0.ndjson", lines(0, 1))

    assert outbox.take(ME) == 2
    assert outbox.take(ME) == 0
    append(folder / "boot-a-0.ndjson", lines(2) + b'{"half')
    assert outbox.take(ME) == 1
    assert outbox.waiting == 3
    assert numbers(outbox.next_batch(ME)) == [0, 1, 2]


def test_a_line_that_is_read_again_is_the_same_play(db: Database, folder: Path) -> None:
    outbox = Outbox(db, folder)
    append(folder / "boot-a-0.ndjson", lines(0, 1))
    outbox.take(ME)
    db.execute("DELETE FROM segments")

    assert outbox.take(ME) == 0
    assert outbox.waiting == 2


def test_where_it_read_up_to_and_what_it_read_are_one_transaction(db: Database, folder: Path) -> None:
    append(folder / "boot-a-0.ndjson", lines(0, 1))
    db.execute("CREATE TRIGGER full BEFORE INSERT ON segments BEGIN SELECT RAISE(ABORT, 'disk full'); END")

    with pytest.raises(sqlite3.DatabaseError):
        Outbox(db, folder).take(ME)

    assert Outbox(db, folder).waiting == 0
    db.execute("DROP TRIGGER full")
    assert Outbox(db, folder).take(ME) == 2


def test_without_the_transaction_plays_would_be_there_and_the_place_not(db: Database, folder: Path) -> None:
    """The broken twin of the test above: each statement on its own."""
    db.execute("CREATE TRIGGER full BEFORE INSERT ON segments BEGIN SELECT RAISE(ABORT, 'disk full'); END")
    db.execute("INSERT INTO plays (device_id, boot_id, n, body) VALUES ('d', 'b', 0, '{}')")
    with pytest.raises(sqlite3.DatabaseError):
        db.execute("INSERT INTO segments (name, taken) VALUES ('s', 1)")

    assert Outbox(db, folder).waiting == 1


def test_a_request_holds_one_boot_in_order(db: Database, folder: Path) -> None:
    append(folder / "boot-b-0.ndjson", lines(0, 1, boot="boot-b"))
    append(folder / "boot-a-0.ndjson", lines(7, 5, 6))
    outbox = Outbox(db, folder)
    outbox.take(ME)

    first = outbox.next_batch(ME, most=2)
    assert first is not None
    assert (first.boot_id, numbers(first)) == ("boot-a", [5, 6])
    assert outbox.acknowledge(first, 6)
    second = outbox.next_batch(ME)
    assert second is not None
    assert (second.boot_id, numbers(second)) == ("boot-a", [7])
    outbox.acknowledge(second, 7)
    third = outbox.next_batch(ME)
    assert third is not None
    assert (third.boot_id, numbers(third)) == ("boot-b", [0, 1])


@pytest.mark.parametrize(
    ("through", "left"), [(None, [0, 1, 2, 3]), (-1, [0, 1, 2, 3]), (0, [1, 2, 3]), (1, [2, 3]), (10**12, [2, 3])]
)
def test_only_what_was_sent_and_acknowledged_goes(
    db: Database, folder: Path, through: int | None, left: list[int]
) -> None:
    append(folder / "boot-a-0.ndjson", lines(0, 1, 2, 3))
    outbox = Outbox(db, folder)
    outbox.take(ME)
    batch = outbox.next_batch(ME, most=2)
    assert batch is not None

    outbox.acknowledge(batch, through)

    assert numbers(outbox.next_batch(ME)) == left
    assert outbox.waiting == len(left)


def test_nonsense_and_refused_plays_are_counted_and_set_aside(db: Database, folder: Path) -> None:
    append(folder / "boot-a-0.ndjson", b"nonsense\n" * 300 + lines(0, 1))
    outbox = Outbox(db, folder)

    assert outbox.take(ME) == 2
    batch = outbox.next_batch(ME, most=1)
    assert batch is not None
    outbox.refuse(batch)

    assert (outbox.waiting, outbox.refused) == (1, 301)
    assert db.execute("SELECT count(*) FROM set_aside").fetchone()[0] <= 200


def test_past_the_cap_the_oldest_go_and_are_counted(db: Database, folder: Path) -> None:
    append(folder / "boot-a-0.ndjson", lines(*range(10)))
    outbox = Outbox(db, folder, cap=4)

    outbox.take(ME)

    assert (outbox.waiting, outbox.dropped) == (4, 6)
    assert numbers(outbox.next_batch(ME)) == [6, 7, 8, 9]


def test_plays_of_another_pairing_are_dropped_and_counted(db: Database, folder: Path) -> None:
    append(folder / "boot-a-0.ndjson", lines(0, 1))
    outbox = Outbox(db, folder)
    outbox.take(ME)

    outbox.drop_others("device-2")

    assert (outbox.waiting, outbox.dropped) == (0, 2)


def test_hostile_things_in_the_folder_are_left_alone(db: Database, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(lines(0))
    (folder / "boot-a-0.ndjson").symlink_to(tmp_path / "secret")
    (folder / "boot-b-0.ndjson").mkdir()
    os.mkfifo(folder / "boot-c-0.ndjson")
    (folder / "readme.txt").write_text("hello")

    assert Outbox(db, folder).take(ME) == 0
    assert Outbox(db, tmp_path / "nowhere").take(ME) == 0


class TestTidying:
    def test_a_segment_goes_when_a_newer_one_of_its_boot_is_there(self, db: Database, folder: Path) -> None:
        append(folder / "boot-a-0.ndjson", lines(0))
        append(folder / "boot-a-1.ndjson", lines(1))
        outbox = Outbox(db, folder)
        outbox.take(ME)

        outbox.tidy("boot-a", "t1")

        assert [path.name for path in folder.iterdir()] == ["boot-a-1.ndjson"]
        assert numbers(outbox.next_batch(ME)) == [0, 1]

    def test_what_is_not_wholly_taken_stays(self, db: Database, folder: Path) -> None:
        append(folder / "boot-a-0.ndjson", lines(0))
        append(folder / "boot-a-1.ndjson", lines(1))
        outbox = Outbox(db, folder)

        outbox.tidy("boot-a", "t1")

        assert len(list(folder.iterdir())) == 2

    def test_an_old_boots_last_segment_goes_when_the_new_boot_has_spoken(self, db: Database, folder: Path) -> None:
        append(folder / "boot-a-0.ndjson", lines(0) + b'{"half a li')
        outbox = Outbox(db, folder)
        outbox.take(ME)
        outbox.tidy("boot-a", "t1")
        outbox.tidy("boot-b", "t2")

        assert list(folder.iterdir()) == []
        assert (outbox.waiting, outbox.refused) == (1, 1)

    @pytest.mark.parametrize("rule", ["ours", "broken twin: another boot's name is enough"])
    def test_a_new_players_journal_outlives_the_old_players_last_words(
        self, db: Database, folder: Path, rule: str
    ) -> None:
        """The new player writes its journal before its status file says its name."""
        outbox = Outbox(db, folder)
        append(folder / "boot-b-0.ndjson", lines(0, boot="boot-b"))
        outbox.take(ME)

        if rule != "ours":
            outbox._first_seen["boot-b-0.ndjson"] = None
        outbox.tidy("boot-a", "t1")
        outbox.tidy("boot-a", "t1")

        assert (folder / "boot-b-0.ndjson").exists() == (rule == "ours")

    def test_nothing_goes_while_the_database_is_not_durable(self, db: Database, folder: Path) -> None:
        append(folder / "boot-a-0.ndjson", lines(0))
        append(folder / "boot-a-1.ndjson", lines(1))
        outbox = Outbox(db, folder, may_remove=False)
        outbox.take(ME)

        outbox.tidy("boot-b", "t1")

        assert len(list(folder.iterdir())) == 2
