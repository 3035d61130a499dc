"""Damage is found: in a backup before it becomes a cloud, and in a cloud by `check`."""

import random
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

from cloud.content.parts import store_of
from cloud.content.storage import LocalStorage, file_key
from cloud.data_folder import RESTORING
from cloud.db import tables
from cloud.db.database import open_sqlite
from cloud.operations import snapshot
from cloud.operations.archive import DATABASE, Entry, Writer
from cloud.operations.backup import Stores, backup
from cloud.operations.check import check
from cloud.operations.restore import restore
from tests.cloud.content import media
from tests.cloud.content.studio import Studio
from tests.cloud.house import House
from tests.fakes.clock import FakeClock
from vizora.errors import OperatorError


@pytest.fixture
def studio(house: House) -> Studio:
    studio = Studio(house, house.register())
    studio.ready(media.still("PNG", (20, 20)))
    studio.ready(media.still("JPEG", (20, 20)))
    return studio


def snap(studio: Studio, path: Path) -> None:
    config = studio.house.cloud.config
    if config.postgres_url is None:
        snapshot.take(config.data_dir / DATABASE, path)
    else:
        snapshot.take_rows(studio.house.cloud.database, path)


@pytest.fixture
def archive(studio: Studio, tmp_path: Path) -> Path:
    path = tmp_path / "vizora.tar"
    data = studio.house.cloud.config.data_dir
    backup(data, path, stores=stores_of(studio), snap=lambda to: snap(studio, to), clock=FakeClock())
    return path


def stores_of(studio: Studio) -> Stores:
    config = studio.house.cloud.config
    return Stores(studio.parts.storage, store_of(config, "screenshots/", config.data_dir / "screenshots"))


def store(data: Path) -> Stores:
    return Stores(LocalStorage(data / "content" / "files"), LocalStorage(data / "screenshots"))


def bytes_of(data: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(data)): path.read_bytes()
        for path in data.rglob("*")
        if path.is_file() and path.name != "lock"
    }


@pytest.fixture
def whole(archive: Path, tmp_path: Path) -> dict[str, bytes]:
    restore(archive, tmp_path / "whole", stores=store(tmp_path / "whole"))
    return bytes_of(tmp_path / "whole")


def outcome(archive: Path, data: Path) -> dict[str, bytes] | None:
    """What was restored; None when it was refused, and then nothing may be left."""
    try:
        restore(archive, data, stores=store(data))
    except OperatorError:
        assert bytes_of(data) == {}
        assert not (data / RESTORING).exists()
        return None
    return bytes_of(data)


def test_a_flipped_byte_is_refused_or_harmless(archive: Path, whole: dict[str, bytes], tmp_path: Path) -> None:
    chance, good, refused = random.Random(5), archive.read_bytes(), 0
    for number in range(60):
        bad = bytearray(good)
        bad[chance.randrange(len(bad))] ^= 1 << chance.randrange(8)
        archive.write_bytes(bad)
        found = outcome(archive, tmp_path / f"n{number}")
        refused += found is None

        assert found in (None, whole)
    assert refused > 30  # the rest hit the tar's padding and dates


def test_screens_take_what_a_restored_cloud_sends(studio: Studio, archive: Path, tmp_path: Path) -> None:
    """A screen refuses what is older than what it has; so what comes after a restore is newer than anything before."""
    screen = studio.house.pair(studio.person)
    screen.manifest()
    shot = media.still("PNG", (16, 9))
    screen.client.post("/api/device/screenshot", content=shot)
    data = studio.house.cloud.config.data_dir
    late = tmp_path / "late.tar"
    backup(data, late, stores=stores_of(studio), snap=lambda to: snap(studio, to), clock=FakeClock())
    restore(late, tmp_path / "again", stores=store(tmp_path / "again"))
    with sqlite3.connect(tmp_path / "again" / DATABASE) as restored:
        rows = restored.execute("SELECT version, generation FROM manifests").fetchall()
    restored.close()

    assert [
        (tmp_path / "again" / name).read_bytes() for name in bytes_of(tmp_path / "again") if "screenshots" in name
    ] == [shot]
    assert rows == [(screen.manifest().version + snapshot.LEAP, 0)]


def test_tar_alone_would_not_have_noticed(archive: Path, whole: dict[str, bytes], tmp_path: Path) -> None:
    """The broken twin: unpacking without the manifest takes a flipped byte for a good one."""
    bad = bytearray(archive.read_bytes())
    with tarfile.open(archive) as tar:
        place = tar.getmember(DATABASE).offset_data + 5000
    bad[place] ^= 1
    archive.write_bytes(bad)
    with tarfile.open(archive) as tar:
        file = tar.extractfile(DATABASE)
        assert file is not None
        assert file.read() != whole[DATABASE]
    assert outcome(archive, tmp_path / "n") is None


@pytest.mark.parametrize("part", [0.0, 0.01, 0.3, 0.7, 0.95, 0.99])
def test_a_backup_that_was_cut_is_refused(archive: Path, tmp_path: Path, part: float) -> None:
    data = archive.read_bytes()
    archive.write_bytes(data[: int((len(data) - 10_240) * part)])

    assert outcome(archive, tmp_path / "n") is None


@pytest.mark.parametrize(
    "name", ["../evil", "/etc/evil", "secrets/../../evil", "secrets/.hidden", "vizora.db/x", "content/x", "lock"]
)
def test_an_archive_with_a_strange_name_writes_nothing(tmp_path: Path, name: str) -> None:
    with (tmp_path / "evil.tar").open("wb") as file:
        writer = Writer(file)
        writer.add(name, 4, [b"evil"])
        writer.close("2026-01-01T00:00:00Z", "0001", ())

    assert outcome(tmp_path / "evil.tar", tmp_path / "in" / "n") is None
    assert not list(tmp_path.rglob("evil"))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE])
def test_an_archive_with_anything_but_files_is_refused(tmp_path: Path, kind: bytes) -> None:
    about = tarfile.TarInfo("secrets/key")
    about.type, about.linkname = kind, "/etc/passwd"
    with tarfile.open(tmp_path / "evil.tar", "w") as tar:
        tar.addfile(about)

    assert outcome(tmp_path / "evil.tar", tmp_path / "n") is None


def test_a_backup_of_a_newer_version_is_refused(archive: Path, tmp_path: Path) -> None:
    with (tmp_path / "new.tar").open("wb") as file:
        writer = Writer(file)
        writer.files["x"] = Entry(0, "")
        writer.close("2026-01-01T00:00:00Z", "9999", ())

    assert outcome(tmp_path / "new.tar", tmp_path / "n") is None


def test_a_healthy_cloud_is_told_healthy_and_orphans_are_no_fault(studio: Studio, tmp_path: Path) -> None:
    picture = tmp_path / "now.db"
    snap(studio, picture)
    studio.parts.storage.put_bytes(file_key("0" * 64, "0" * 36), b"stray")
    health = check(picture, studio.parts.storage)

    assert (health.good, health.files, len(health.orphans)) == (True, 2, 1)


def test_missing_and_damaged_files_are_named_and_a_backup_says_so(studio: Studio, tmp_path: Path) -> None:
    first, second = sorted(key.key for key in studio.parts.storage.all() if not key.key.endswith(".thumbnail"))
    studio.parts.storage.delete(first)
    studio.parts.storage.delete(second)
    studio.parts.storage.put_bytes(second, b"something else")
    picture = tmp_path / "now.db"
    snap(studio, picture)
    health = check(picture, studio.parts.storage)
    data = studio.house.cloud.config.data_dir
    made = backup(
        data,
        tmp_path / "b.tar",
        stores=stores_of(studio),
        snap=lambda to: snap(studio, to),
        clock=FakeClock(),
    )

    assert (health.good, health.missing, health.damaged) == (False, (first,), (second,))
    assert made.missing == (first, second)


def test_a_row_that_points_to_nothing_is_named(tmp_path: Path) -> None:
    path = tmp_path / "vizora.db"
    open_sqlite(path).close()
    with sqlite3.connect(path) as raw:
        raw.execute("INSERT INTO device_tags (organization_id, device_id, tag) VALUES ('a', 'b', 'c')")
    raw.close()

    assert any("device_tags" in fault for fault in snapshot.faults_in(path))


def test_rows_move_between_the_two_sizes(studio: Studio, tmp_path: Path) -> None:
    """What PostgreSQL's backup and restore do, here from whatever this suite runs on, into a fresh database."""
    picture = tmp_path / "rows.db"
    snapshot.take_rows(studio.house.cloud.database, picture)
    target = open_sqlite(tmp_path / "target.db")
    snapshot.put_rows(picture, target)
    with target.read() as connection, studio.house.cloud.database.read() as original:
        for table in tables.metadata.sorted_tables:
            assert set(map(repr, connection.execute(table.select()))) == set(
                map(repr, original.execute(table.select()))
            )
    with pytest.raises(OperatorError, match="has data in it"):
        snapshot.put_rows(picture, target)
    target.close()


def test_a_disk_without_room_for_a_picture_is_not_taken_for_damage_of_the_database(tmp_path: Path) -> None:
    def fill(limit: str) -> None:
        with closing(sqlite3.connect(tmp_path / limit)) as copy:
            copy.execute(f"PRAGMA max_page_count = {limit}")
            copy.execute("CREATE TABLE a (b BLOB)")
            copy.execute("INSERT INTO a VALUES (zeroblob(100000))")

    with pytest.raises(OSError, match="No space left on device"), snapshot.writing():
        fill("3")
    with pytest.raises(sqlite3.OperationalError, match="full"):
        fill("2")  # the broken twin: in SQLite's words
    with snapshot.writing():
        fill("1000")
