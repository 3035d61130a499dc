"""Files in an S3 store (SeaweedFS, AWS, R2, an older MinIO…) behind the interface of `cloud.content.storage`.

An object is there as a whole or not at all, and once the store has answered it is kept: that is S3's own promise.
"""

import contextlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from minio import Minio
from minio.error import MinioException, S3Error
from urllib3 import BaseHTTPResponse, PoolManager, Retry, Timeout
from urllib3.exceptions import HTTPError

from cloud.content.faults import StorageBroken, StorageFull
from cloud.content.storage import CHUNK, OWNER, NotStored, Stored, check_key, is_key
from cloud.servers import S3Address
from vizora.errors import OperatorError

CONNECT_S, READ_S = 5.0, 20.0
"""A store that takes a call and does not answer is given up after `READ_S`: it would not answer the next one either."""
PART = 5 * 1024 * 1024
"""Bytes of a file in memory while it is sent: the least S3 takes for a part."""
CONNECTIONS = 32
NOT_THERE = ("NoSuchKey", "NoSuchObject")
NO_ROOM = ("XMinioStorageFull", "InsufficientStorage", "QuotaExceeded")


def client(address: S3Address, *, retries: int = 2) -> Minio:
    """Nothing is connected yet. Certificates are checked against the system's authorities."""
    pool = PoolManager(
        maxsize=CONNECTIONS,
        timeout=Timeout(connect=CONNECT_S, read=READ_S),
        retries=Retry(
            retries, read=0, backoff_factor=0.2, status_forcelist=(500, 502, 503, 504), raise_on_status=False
        ),
    )
    return Minio(
        address.endpoint, address.access_key, address.secret_key, secure=address.use_ssl, region=address.region,
        http_client=pool,
    )  # fmt: skip


def prepare_bucket(store: Minio, address: S3Address) -> None:
    """Makes the bucket where it is missing. Raises OperatorError that names the variable to look at."""
    try:
        if not store.bucket_exists(address.bucket):
            store.make_bucket(address.bucket)
    except S3Error as fault:
        if fault.code in ("BucketAlreadyOwnedByYou", "BucketAlreadyExists"):
            return  # another process was quicker
        raise OperatorError(
            f"MINIO_BUCKET {address.bucket!r} can't be used at {address.endpoint} ({fault.code}): are "
            "MINIO_ACCESS_KEY and MINIO_SECRET_KEY right, and may they read and write this bucket?"
        ) from fault
    except (MinioException, HTTPError, OSError, ValueError) as fault:
        raise OperatorError(
            f"MINIO_ENDPOINT {address.endpoint} does not answer as an S3 store ({_reason(fault)}): is it running, and "
            "is MINIO_USE_SSL right?"
        ) from fault


class S3Storage:
    """The objects of `bucket` whose names begin with `prefix` (which ends with a slash)."""

    def __init__(self, store: Minio, bucket: str, prefix: str, scratch: Path) -> None:
        self._store = store
        self._bucket = bucket
        self._prefix = prefix
        self._scratch = scratch
        """Where files lie that `local` lends."""

    def put(self, key: str, file: Path) -> None:
        name, size = self._name(key), file.stat().st_size
        with _told(), file.open("rb") as data:
            self._store.put_object(
                self._bucket, name, data, size, part_size=PART if size > PART else 0, num_parallel_uploads=1
            )
        found = self.stat(key)
        if found is None or found.size != size:
            raise StorageBroken("The S3 store did not keep the whole file; nothing was stored. Look at its log.")
        file.unlink()

    def put_bytes(self, key: str, data: bytes) -> None:
        with _told():
            self._store.put_object(self._bucket, self._name(key), BytesIO(data), len(data))

    def open(self, key: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        found = self.stat(key)
        if found is None:
            raise NotStored(f"no file {key} is stored")
        length = max(0, found.size - start if length is None else min(length, found.size - start))
        if length == 0:
            return iter(())
        with _told(), _missing(key):
            answer = self._store.get_object(self._bucket, self._name(key), offset=start, length=length)
            return _Chunks(answer)

    @contextmanager
    def _lent(self, key: str) -> Iterator[Path]:
        self._scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=self._scratch) as file:  # it has no name, so a kill leaves nothing behind
            for chunk in self.open(key):
                file.write(chunk)
            file.flush()
            yield Path(f"/proc/self/fd/{file.fileno()}")

    def local(self, key: str) -> contextlib.AbstractContextManager[Path]:
        if self.stat(key) is None:
            raise NotStored(f"no file {key} is stored")
        return self._lent(key)

    def stat(self, key: str) -> Stored | None:
        try:
            with _told(), _missing(key):
                found = self._store.stat_object(self._bucket, self._name(key))
        except NotStored:
            return None
        assert found.size is not None
        assert found.last_modified is not None
        return Stored(key, found.size, found.last_modified)

    def delete(self, key: str) -> None:
        with _told():
            self._store.remove_object(self._bucket, self._name(key))

    def all(self) -> Iterator[Stored]:
        with _told():
            for found in self._store.list_objects(self._bucket, self._prefix, recursive=True):
                key = str(found.object_name).rpartition("/")[2]
                if is_key(key) and found.size is not None and found.last_modified is not None and not found.is_dir:
                    yield Stored(key, found.size, found.last_modified)

    def owner(self) -> str | None:
        try:
            with _told(), _missing(OWNER):
                answer = self._store.get_object(self._bucket, self._owner)
                return b"".join(_Chunks(answer)).decode("ascii", "replace").strip() or None
        except NotStored:
            return None

    def belong_to(self, cloud_id: str) -> None:
        data = f"{cloud_id}\n".encode()
        with _told():
            self._store.put_object(self._bucket, self._owner, BytesIO(data), len(data))

    @property
    def _owner(self) -> str:
        """Beside the files, not among them: as in `content-owner`."""
        return f"{self._prefix.rstrip('/')}-{OWNER}"

    def _name(self, key: str) -> str:
        return f"{self._prefix}{check_key(key)}"


class _Chunks(Iterator[bytes]):
    """Reads on demand; gives the connection back at the end, or when nobody wants it any more."""

    def __init__(self, answer: BaseHTTPResponse) -> None:
        self._answer = answer

    def __next__(self) -> bytes:
        with _told():
            chunk = b"" if self._answer.closed else self._answer.read(CHUNK)
        if not chunk:
            self._close()
            raise StopIteration
        return chunk

    def _close(self) -> None:
        self._answer.close()
        self._answer.release_conn()

    def __del__(self) -> None:
        self._close()


@contextmanager
def _missing(key: str) -> Iterator[None]:
    try:
        yield
    except S3Error as fault:
        if fault.code in NOT_THERE:
            raise NotStored(f"no file {key} is stored") from fault
        raise


@contextmanager
def _told() -> Iterator[None]:
    """Turns what the store says, or does not say, into what the operator can do."""
    try:
        yield
    except S3Error as fault:
        if fault.code in NO_ROOM:
            raise StorageFull("The S3 store is full; nothing was stored. Delete content, or give it room.") from fault
        raise StorageBroken(f"The S3 store refuses ({fault.code}): look at its log and at MINIO_ACCESS_KEY.") from fault
    except (MinioException, HTTPError) as fault:
        raise StorageBroken(f"The S3 store does not answer ({_reason(fault)}); try again in a while.") from fault


def _reason(fault: BaseException) -> str:
    """Short, and without the address and its signature."""
    inner = getattr(fault, "reason", None)
    return type(inner).__name__ if isinstance(inner, BaseException) else type(fault).__name__
