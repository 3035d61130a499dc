"""What is the S3 store's own: a store that is away, lies or is told wrongly."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from cloud.content.faults import StorageBroken
from cloud.content.s3 import PART, S3Storage, client, prepare_bucket
from cloud.content.storage import file_key
from cloud.servers import S3Address
from tests.free_port import free_port
from vizora.errors import OperatorError

KEY = file_key("0" * 64, str(uuid4()))


def storage_of(address: S3Address, scratch: Path) -> S3Storage:
    return S3Storage(client(address, retries=0), address.bucket, "content/", scratch)


def away(address: S3Address) -> S3Address:
    return replace(address, endpoint=f"127.0.0.1:{free_port()}")


def test_a_bucket_is_made_where_it_is_missing_and_found_the_next_time(s3_address: S3Address) -> None:
    fresh = replace(s3_address, bucket=f"vizora-{uuid4()}")
    store = client(fresh)
    prepare_bucket(store, fresh)
    prepare_bucket(store, fresh)

    assert store.bucket_exists(fresh.bucket)
    store.remove_bucket(fresh.bucket)


def test_wrong_keys_are_told_by_the_variables_names_and_never_shown(s3_address: S3Address) -> None:
    wrong = replace(s3_address, secret_key="not the secret")

    with pytest.raises(OperatorError, match="MINIO_SECRET_KEY right") as fault:
        prepare_bucket(client(wrong), wrong)

    assert "not the secret" not in str(fault.value) + repr(wrong)


def test_a_store_that_is_not_there_is_told_at_the_start(s3_address: S3Address) -> None:
    nowhere = away(s3_address)

    with pytest.raises(OperatorError, match=r"MINIO_ENDPOINT .* does not answer"):
        prepare_bucket(client(nowhere, retries=0), nowhere)


def test_a_store_that_goes_away_loses_nothing_that_was_to_be_put(s3_address: S3Address, tmp_path: Path) -> None:
    storage, source = storage_of(away(s3_address), tmp_path), tmp_path / "source"
    source.write_bytes(b"x")

    for act in (
        lambda: storage.put(KEY, source),
        lambda: storage.put_bytes(KEY, b"x"),
        lambda: storage.open(KEY),
        lambda: storage.stat(KEY),
        lambda: storage.delete(KEY),
        lambda: list(storage.all()),
    ):
        with pytest.raises(StorageBroken, match="does not answer"):
            act()

    assert source.read_bytes() == b"x"


def test_a_file_of_many_parts_comes_back_whole(s3_address: S3Address, tmp_path: Path) -> None:
    data, source = os.urandom(2 * PART + 1), tmp_path / "source"
    source.write_bytes(data)
    storage = storage_of(s3_address, tmp_path)

    storage.put(KEY, source)

    assert b"".join(storage.open(KEY)) == data
    assert b"".join(storage.open(KEY, PART - 1, 3)) == data[PART - 1 : PART + 2]


class Forgetful:
    """A store that answers well and keeps half."""

    def __init__(self, store: Any) -> None:
        self._store = store

    def put_object(self, bucket: str, name: str, data: Any, size: int, **how: Any) -> Any:
        return self._store.put_object(bucket, name, data, size // 2)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


def test_a_store_that_kept_only_half_is_not_believed(s3_address: S3Address, tmp_path: Path) -> None:
    storage = S3Storage(Forgetful(client(s3_address)), s3_address.bucket, "content/", tmp_path)  # type: ignore[arg-type]
    source = tmp_path / "source"
    source.write_bytes(b"1234")

    with pytest.raises(StorageBroken, match="did not keep the whole file"):
        storage.put(KEY, source)

    assert source.exists()


def test_two_prefixes_of_one_bucket_know_nothing_of_each_other(s3_address: S3Address, tmp_path: Path) -> None:
    content = storage_of(s3_address, tmp_path)
    screenshots = S3Storage(client(s3_address), s3_address.bucket, "screenshots/", tmp_path)
    content.put_bytes(KEY, b"content")

    assert list(screenshots.all()) == []
    assert screenshots.stat(KEY) is None
