"""An S3 store: SeaweedFS, whose one program comes with the development requirements. Telemetry stays off."""

import json
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from minio import Minio
from minio.error import MinioException
from urllib3 import PoolManager, Retry
from urllib3.exceptions import HTTPError

from tests.free_port import free_port
from tests.servers.program import end, program, start_again

ACCESS_KEY = "vizora-tests"
SECRET_KEY = "a secret of the tests alone"
VOLUMES = 1000
"""A bucket takes seven at its first file; an empty volume is a file of a few bytes, so there may be many."""


class S3:
    """Made in `folder`; may be killed and started again: what it had taken is there."""

    access_key = ACCESS_KEY
    secret_key = SECRET_KEY

    def __init__(self, folder: Path) -> None:
        self._folder, self.port = folder, free_port()
        identity = {
            "name": "vizora",
            "credentials": [{"accessKey": self.access_key, "secretKey": self.secret_key}],
            "actions": ["Admin", "Read", "Write", "List", "Tagging"],
        }
        (folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
        self._command = _command(folder, self.port)
        self.start()

    @property
    def endpoint(self) -> str:
        return f"127.0.0.1:{self.port}"

    def client(self) -> Minio:
        once = PoolManager(retries=Retry(0), timeout=10)
        return Minio(self.endpoint, self.access_key, self.secret_key, secure=False, http_client=once)

    def start(self) -> None:
        self._process = start_again(self._command, self._folder, lambda: _answers(self))

    def kill(self) -> None:
        end(self._process, signal.SIGKILL)


@contextmanager
def s3_server() -> Iterator[S3]:
    """Its end is a sudden one: asked kindly it takes half a minute, and nothing in it is worth that."""
    folder = Path(tempfile.mkdtemp(prefix="vizora-s3-"))
    try:
        s3 = S3(folder)
        try:
            yield s3
        finally:
            s3.kill()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _command(folder: Path, port: int) -> list[str]:
    ports = [
        f"-{part}={free_port()}"
        for name in ("master", "volume", "filer")
        for part in (f"{name}.port", f"{name}.port.grpc")
    ]
    return [
        program("weed"), "server", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-dir={folder}", "-s3",
        f"-s3.port={port}", f"-s3.port.grpc={free_port()}", "-s3.port.iceberg=0", "-s3.port.lance=0",
        f"-s3.config={folder / 's3.json'}",
        f"-s3.localSocket={folder / 's3.sock'}", f"-filer.localSocket={folder / 'filer.sock'}",
        *ports, "-master.volumeSizeLimitMB=64", f"-volume.max={VOLUMES}", "-master.telemetry=false",
    ]  # fmt: skip


def _answers(s3: S3) -> bool:
    """Ready is when a file can be written: the gateway answers long before its volumes do."""
    client = s3.client()
    try:
        if not client.bucket_exists("ready"):
            client.make_bucket("ready")
        client.put_object("ready", "x", BytesIO(b"x"), 1)
    except (MinioException, HTTPError, OSError):
        return False
    return True
