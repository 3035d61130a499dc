"""What every store of files promises: the same tests on the local folder and on a real S3 store."""

import errno
import hashlib
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from cloud.content.faults import StorageBroken, StorageFull
from cloud.content.s3 import S3Storage, client
from cloud.content.storage import LocalStorage, NotStored, Storage, file_key, storage_fault, thumbnail_key
from cloud.servers import S3Address


@pytest.fixture(params=["local folder", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if request.param == "local folder":
        return LocalStorage(tmp_path / "files")
    address: S3Address = request.getfixturevalue("s3_address")
    return S3Storage(client(address), address.bucket, "content/", tmp_path / "lent")


def key_for(data: bytes) -> str:
    return file_key(hashlib.sha256(data).hexdigest(), str(uuid4()))


def kept(storage: Storage, tmp_path: Path, data: bytes) -> str:
    key, source = key_for(data), tmp_path / "incoming"
    source.write_bytes(data)
    storage.put(key, source)
    return key


@pytest.mark.parametrize("size", [0, 1, 256 * 1024, 256 * 1024 + 1, 3_000_000])
def test_what_was_put_is_read_back_byte_for_byte(storage: Storage, tmp_path: Path, size: int) -> None:
    data = os.urandom(size)

    key = kept(storage, tmp_path, data)

    assert b"".join(storage.open(key)) == data


@pytest.mark.parametrize(
    ("start", "length"), [(0, 1), (5, 10), (999_990, None), (999_990, 100), (0, 0), (2_000_000, 5)]
)
def test_a_part_is_read_without_the_rest(storage: Storage, tmp_path: Path, start: int, length: int | None) -> None:
    data = os.urandom(1_000_000)

    key = kept(storage, tmp_path, data)

    end = None if length is None else start + length
    assert b"".join(storage.open(key, start, length)) == data[start:end]


def test_a_reading_goes_on_after_the_file_was_deleted(storage: Storage, tmp_path: Path) -> None:
    data = os.urandom(1_000_000)
    key = kept(storage, tmp_path, data)

    reading = storage.open(key)
    begun = next(reading)
    storage.delete(key)

    assert begun + b"".join(reading) == data


def test_small_things_are_put_from_memory_and_replace_what_was_there(storage: Storage) -> None:
    key = thumbnail_key("0" * 64, str(uuid4()))

    storage.put_bytes(key, b"first")
    storage.put_bytes(key, b"second")

    assert b"".join(storage.open(key)) == b"second"


def test_what_is_stored_is_told_by_size_and_time(storage: Storage, tmp_path: Path) -> None:
    key = kept(storage, tmp_path, b"12345")

    stored = storage.stat(key)

    assert stored is not None
    assert stored.size == 5
    assert abs(stored.modified - datetime.fromtimestamp(tmp_path.stat().st_mtime, UTC)) < timedelta(minutes=5)
    assert [found.key for found in storage.all()] == [key]


def test_what_is_not_there_is_said_before_the_first_byte(storage: Storage) -> None:
    key = key_for(b"")

    with pytest.raises(NotStored):
        storage.open(key)
    with pytest.raises(NotStored):
        storage.local(key)
    assert storage.stat(key) is None
    storage.delete(key)


def test_deleting_one_of_two_equal_files_leaves_the_other(storage: Storage, tmp_path: Path) -> None:
    first, second = kept(storage, tmp_path, b"the same"), kept(storage, tmp_path, b"the same")

    storage.delete(first)

    assert b"".join(storage.open(second)) == b"the same"


def test_a_local_copy_is_lent_for_reading(storage: Storage, tmp_path: Path) -> None:
    key = kept(storage, tmp_path, b"to be decoded")

    with storage.local(key) as path:
        assert path.read_bytes() == b"to be decoded"


@pytest.mark.parametrize("key", ["../../etc/passwd", "", "a" * 64, f"{'A' * 64}.{uuid4()}", f"{'a' * 64}.{uuid4()}/x"])
def test_a_key_that_is_not_ours_is_no_path(storage: Storage, key: str) -> None:
    with pytest.raises(ValueError, match="no storage key"):
        storage.put_bytes(key, b"x")


# --- the local folder's own
def test_a_file_lies_under_the_first_digits_of_its_hash_for_the_owner_only(tmp_path: Path) -> None:
    key = kept(LocalStorage(tmp_path / "files"), tmp_path, b"x")

    path = tmp_path / "files" / key[:2] / key[2:4] / key
    assert path.is_file()
    assert path.parent.stat().st_mode & 0o077 == 0


def put_and_watch(tmp_path: Path, make: Callable[[Path, Callable[[Path], None]], LocalStorage]) -> bool:
    """Whether the bytes were synced before they got their name, and the name after."""
    source = tmp_path / "source"
    source.write_bytes(b"x")
    key = key_for(b"x")
    final = tmp_path / "files" / key[:2] / key[2:4] / key
    seen: list[tuple[Path, bool]] = []
    make(tmp_path / "files", lambda path: seen.append((path, final.exists()))).put(key, source)
    return (source, False) in seen and (final.parent, True) in seen


def test_bytes_are_synced_before_they_are_named_and_the_name_after(tmp_path: Path) -> None:
    assert put_and_watch(tmp_path, lambda folder, sync: LocalStorage(folder, sync=sync))


def test_a_store_that_does_not_sync_would_be_noticed(tmp_path: Path) -> None:
    assert not put_and_watch(tmp_path, lambda folder, _: LocalStorage(folder, sync=lambda _: None))


@pytest.mark.parametrize("fails_at", range(6))
def test_what_could_not_be_synced_is_not_stored(tmp_path: Path, fails_at: int) -> None:
    """Promise P7: after an error of fsync the data is not believed."""
    calls = iter(range(100))

    def sync(_: Path) -> None:
        if next(calls) == fails_at:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    source, key = tmp_path / "source", key_for(b"x")
    source.write_bytes(b"x")
    storage = LocalStorage(tmp_path / "files", sync=sync)

    if fails_at < 5:  # three folders, the file, its name
        with pytest.raises(StorageBroken, match="Input/output error"):
            storage.put(key, source)
    else:
        storage.put(key, source)

    assert (storage.stat(key) is not None) is (fails_at == 5)


def test_a_folder_that_is_a_file_is_named_and_nothing_is_lost(tmp_path: Path) -> None:
    (tmp_path / "files").write_bytes(b"in the way")
    source = tmp_path / "source"
    source.write_bytes(b"x")

    with pytest.raises(StorageBroken, match="make it writable"):
        LocalStorage(tmp_path / "files").put(key_for(b"x"), source)

    assert source.read_bytes() == b"x"


@pytest.mark.parametrize(
    ("number", "kind"), [(errno.ENOSPC, StorageFull), (errno.EDQUOT, StorageFull), (errno.EIO, StorageBroken)]
)
def test_a_full_disk_is_told_from_a_broken_one(number: int, kind: type[Exception]) -> None:
    assert type(storage_fault(Path("/x/y"), OSError(number, os.strerror(number)))) is kind
