"""What this room keeps at run time: where files lie, where uploads come in, who checks them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from cloud.config import CloudConfig
from cloud.content.checks import Checks
from cloud.content.probe.prober import Prober
from cloud.content.staging import Staging
from cloud.content.storage import LocalStorage, Storage, file_key, thumbnail_key
from cloud.db import tables
from cloud.services import Cloud

ORPHAN_AGE = timedelta(hours=1)
"""A stored file that no row names is removed when it is older: until then its upload may be about to commit."""
SWEEP_S = 3600.0


@dataclass(frozen=True, slots=True)
class ContentParts:
    storage: Storage
    staging: Staging
    checks: Checks

    def put_thumbnail(self, sha256: str, file_id: str, data: bytes) -> None:
        self.storage.put_bytes(thumbnail_key(sha256, file_id), data)

    def delete_file(self, sha256: str, file_id: str) -> None:
        self.delete([file_key(sha256, file_id), thumbnail_key(sha256, file_id)])

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
    return ContentParts(storage, Staging(folder / "incoming"), Checks(cloud, storage, Prober()))


@asynccontextmanager
async def work(cloud: Cloud) -> AsyncIterator[None]:
    parts = cloud.part(ContentParts)
    async with parts.checks.running():
        sweeping = asyncio.get_running_loop().create_task(_sweep_forever(cloud, parts))
        try:
            yield
        finally:
            sweeping.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await sweeping


async def _sweep_forever(cloud: Cloud, parts: ContentParts) -> None:
    while True:
        await sweep(cloud, parts)
        await asyncio.sleep(SWEEP_S)


async def sweep(cloud: Cloud, parts: ContentParts) -> int:
    """Removes what no upload and no row claims any more; returns how many files."""
    staged = await cloud.in_thread(parts.staging.sweep)
    before = cloud.clock.now() - ORPHAN_AGE
    old = await cloud.in_thread(lambda: [stored.key for stored in parts.storage.all() if stored.modified < before])
    files = tables.content_files
    ids = {key.split(".")[1] for key in old}
    known = await cloud.read(lambda unit: set(unit.connection.scalars(select(files.c.id)))) if ids else set()
    orphans = [key for key in old if key.split(".")[1] not in known]
    await cloud.in_thread(lambda: parts.delete(orphans))
    return staged + len(orphans)
