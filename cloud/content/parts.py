"""What this room keeps at run time: where files lie, where uploads come in, who checks them."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path

from cloud.background import in_background
from cloud.config import CloudConfig
from cloud.content.checks import Checks
from cloud.content.faults import StorageBroken
from cloud.content.privacy.cleaner import Cleaner
from cloud.content.probe.prober import Prober
from cloud.content.staging import Staging
from cloud.content.storage import LocalStorage, Storage, file_key, thumbnail_key
from cloud.dependencies import Dependency
from cloud.services import Cloud
from cloud.shares import Shares

log = logging.getLogger("vizora.cloud")
SWEEP_S = 3600.0
FILES_AT_ONCE = 2
NOBODYS = file_key("0" * 64, "00000000-0000-0000-0000-000000000000")
"""A key that no file has."""


@dataclass(frozen=True, slots=True)
class ContentParts:
    storage: Storage
    staging: Staging
    cleaner: Cleaner
    checks: Checks
    shares: Shares = field(default_factory=lambda: Shares(FILES_AT_ONCE))
    """Of cleaning and decoding: a file may be made to take half a minute, and whoever has many sends many."""

    def put_thumbnail(self, sha256: str, file_id: str, data: bytes) -> None:
        self.storage.put_bytes(thumbnail_key(sha256, file_id), data)

    def discard_file(self, sha256: str, file_id: str) -> None:
        self.discard([file_key(sha256, file_id), thumbnail_key(sha256, file_id)])

    def discard(self, keys: Iterable[str]) -> None:
        """Removes what no row names any more. What the store keeps for now goes with the next sweep: what was done is
        done, and nobody is told that it failed."""
        try:
            self.delete(keys)
        except StorageBroken as fault:
            log.warning("files that nobody needs are left for the sweep: %s", fault)

    def delete(self, keys: Iterable[str]) -> None:
        for key in keys:
            self.storage.delete(key)


def store_of(config: CloudConfig, prefix: str, folder: Path) -> Storage:
    """Objects of the S3 store under `prefix`, or files under `folder`. Raises OperatorError."""
    if config.s3 is None:
        return LocalStorage(folder)
    from cloud.content.s3 import S3Storage, client, prepare_bucket  # here: the embedded size starts without it

    store = client(config.s3)
    prepare_bucket(store, config.s3)
    return S3Storage(store, config.s3.bucket, prefix, config.data_dir / "lent")


def build(cloud: Cloud) -> ContentParts:
    folder = cloud.config.data_dir / "content"
    storage = store_of(cloud.config, "content/", folder / "files")
    return ContentParts(storage, Staging(folder / "incoming"), Cleaner(), Checks(storage, Prober()))


def depends(cloud: Cloud) -> Iterable[Dependency]:
    storage = cloud.part(ContentParts).storage
    if cloud.config.s3 is not None:
        yield Dependency("files", lambda: storage.stat(NOBODYS), "no uploads or downloads; screens show what they have")


@asynccontextmanager
async def work(cloud: Cloud) -> AsyncIterator[None]:
    """What comes in lies in a folder of this process alone, so each one tidies up its own."""
    parts = cloud.part(ContentParts)

    async def turn() -> None:
        await cloud.in_thread(parts.staging.sweep)
        await asyncio.sleep(SWEEP_S)

    with closing(parts.cleaner):
        async with parts.checks.running(), in_background(turn, "removing uploads that broke off"):
            yield
