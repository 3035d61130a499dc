import json
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from edge.cache.databases import open_db
from edge.cache.outbox import MOST_UNSETTLED, Batch, Outbox
from edge.cache.schema import events_migrations
from edge.player.journal import AHEAD
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


@pytest.mark.parametrize("settled", [True, False])
def test_a_line_that_is_read_again_is_the_same_play(db: Database, folder: Path, settled: bool) -> None:
    outbox = Outbox(db, folder)
    append(folder / "boot-a-0.ndjson", lines(0, 1))
    outbox.take(ME)
    if settled:
        outbox.settle()
        db.execute("DELETE FROM segments")

    again = Outbox(db, folder)
    again.take(ME)
    again.settle()

    assert again.waiting == 2


def test_where_it_read_up_to_and_what_it_read_are_one_transaction(db: Database, folder: Path) -> None:
    append(folder / "boot-a-0.ndjson", lines(0, 1))
    db.execute("CREATE TRIGGER full BEFORE INSERT ON segments BEGIN SELECT RAISE(ABORT, 'disk full'); END")
    outbox = Outbox(db, folder)
    outbox.take(ME)

    with pytest.raises(sqlite3.DatabaseError):
        outbox.settle()

    assert (Outbox(db, folder).waiting, outbox.waiting) == (0, 2)
    db.execute("DROP TRIGGER full")
    outbox.settle()
    assert Outbox(db, folder).waiting == 2


def test_without_the_transaction_plays_would_be_there_and_the_place_not(db: Database, folder: Path) -> None:
    """The broken twin of the test above: each statement on its own."""
    db.execute("CREATE TRIGGER full BEFORE INSERT ON segments BEGIN SELECT RAISE(ABORT, 'disk full'); END")
    db.execute("INSERT INTO plays (device_id, boot_id, n, body) VALUES ('d', 'b', 0, '{}')")
    with pytest.raises(sqlite3.DatabaseError):
        db.execute("INSERT INTO segments (name, taken) VALUES ('s', 1)")

    assert Outbox(db, folder).waiting == 1


def test_while_the_database_refuses_memory_does_not_grow(db: Database, folder: Path) -> None:
    db.execute("CREATE TRIGGER full BEFORE INSERT ON segments BEGIN SELECT RAISE(ABORT, 'disk full'); END")
    outbox = Outbox(db, folder)
    for n in range(0, 3 * MOST_UNSETTLED, MOST_UNSETTLED):
        append(folder / "boot-a-0.ndjson", lines(*range(n, n + MOST_UNSETTLED)))
        with pytest.raises(sqlite3.DatabaseError):
            outbox.take(ME)

    assert outbox.waiting == MOST_UNSETTLED
    db.execute("DROP TRIGGER full")
    outbox.take(ME)
    assert outbox.waiting == 3 * MOST_UNSETTLED


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


def test_what_is_delivered_as_it_comes_never_reaches_the_database_to_spare_the_card(db: Database, folder: Path) -> None:
    outbox = Outbox(db, folder)
    for n in range(MOST_UNSETTLED + 1):
        append(folder / "boot-a-0.ndjson", lines(n))
        outbox.take(ME)
        batch = outbox.next_batch(ME)
        assert numbers(batch) == [n]
        assert batch is not None
        outbox.acknowledge(batch, n)

    assert db.execute("SELECT count(*) FROM segments").fetchone() == (0,)
    killed = Outbox(db, folder)
    killed.take(ME)
    assert killed.waiting == MOST_UNSETTLED + 1  # they are sent once more, and counted once
    outbox.settle()
    assert Outbox(db, folder).take(ME) == 0


def test_what_is_settled_while_it_is_sent_goes_with_the_answer(db: Database, folder: Path) -> None:
    append(folder / "boot-a-0.ndjson", lines(0, 1, 2))
    outbox = Outbox(db, folder)
    outbox.take(ME)
    batch = outbox.next_batch(ME, most=2)
    assert batch is not None

    outbox.settle()
    outbox.acknowledge(batch, 1)

    assert (outbox.waiting, Outbox(db, folder).waiting) == (1, 1)


def test_a_backlog_is_deleted_as_it_is_delivered(db: Database, folder: Path) -> None:
    append(folder / "boot-a-0.ndjson", lines(*range(250)))
    outbox = Outbox(db, folder)
    outbox.take(ME)
    for _ in range(2):
        batch = outbox.next_batch(ME, most=100)
        assert batch is not None
        outbox.acknowledge(batch, batch.last_n)

    assert (outbox.waiting, Outbox(db, folder).waiting) == (50, 50)


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
    outbox.settle()

    assert (outbox.waiting, outbox.dropped) == (4, 6)
    assert numbers(outbox.next_batch(ME)) == [6, 7, 8, 9]


def test_plays_of_another_pairing_are_dropped_and_counted(db: Database, folder: Path) -> None:
    append(folder / "boot-a-0.ndjson", lines(0, 1))
    outbox = Outbox(db, folder)
    outbox.take(ME)

    outbox.drop_others("device-2")

    assert (outbox.waiting, outbox.dropped) == (0, 2)


@pytest.mark.parametrize("settled", [True, False])
def test_what_was_played_as_another_screen_is_never_sent_as_this_one(db: Database, folder: Path, settled: bool) -> None:
    before = Outbox(db, folder)
    before.drop_others(ME)
    append(folder / "boot-a-0.ndjson", lines(0, 1))
    before.take(ME)
    if settled:
        before.settle()

    outbox = Outbox(db, folder)
    outbox.drop_others("device-2")
    append(folder / "boot-a-0.ndjson", lines(2))
    outbox.take("device-2")

    assert numbers(outbox.next_batch("device-2")) == [2]


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
        assert Outbox(db, folder).waiting == 2
        assert numbers(outbox.next_batch(ME)) == [0, 1]

    def test_what_is_not_wholly_taken_stays(self, db: Database, folder: Path) -> None:
        append(folder / "boot-a-0.ndjson", lines(0))
        append(folder / "boot-a-1.ndjson", lines(1))
        outbox = Outbox(db, folder)

        outbox.tidy("boot-a", "t1")

        assert len(list(folder.iterdir())) == 2

    @pytest.mark.parametrize(
        ("rest", "refused"), [(b"", 0), (b"\0" * 5000, 0), (b'{"half a li', 1), (b'{"half a li' + b"\0" * 5000, 1)]
    )
    def test_an_old_boots_last_segment_goes_when_the_new_boot_has_spoken(
        self, db: Database, folder: Path, rest: bytes, refused: int
    ) -> None:
        append(folder / "boot-a-0.ndjson", lines(0) + rest)
        outbox = Outbox(db, folder)
        for boot, stamp in (("boot-a", "t1"), ("boot-b", "t2"), ("boot-b", "t3")):
            outbox.take(ME)
            outbox.tidy(boot, stamp)

        assert list(folder.iterdir()) == []
        assert (outbox.waiting, outbox.refused) == (1, refused)

    def test_what_a_power_cut_left_behind_a_hole_is_taken_when_its_boot_is_over(
        self, db: Database, folder: Path
    ) -> None:
        append(folder / "boot-a-0.ndjson", lines(0) + bytes(512) + lines(2, 3) + bytes(4096))
        outbox = Outbox(db, folder)
        outbox.take(ME)
        outbox.tidy("boot-a", "t1")
        before = numbers(outbox.next_batch(ME))
        outbox.tidy("boot-b", "t2")
        outbox.take(ME)

        assert (before, numbers(outbox.next_batch(ME)), outbox.refused) == ([0], [0, 2, 3], 0)

    def test_zeros_behind_a_living_boots_newest_segment_say_nothing(self, db: Database, folder: Path) -> None:
        outbox = Outbox(db, folder)
        (folder / "boot-a-0.ndjson").write_bytes(bytes(AHEAD))
        for n in range(3):
            with (folder / "boot-a-0.ndjson").open("r+b") as file:
                file.write(lines(*range(n + 1)))
            assert outbox.take(ME) == 1
            outbox.tidy("boot-a", f"t{n}")

        assert (folder / "boot-a-0.ndjson").exists()
        assert (outbox.waiting, outbox.refused) == (3, 0)

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
