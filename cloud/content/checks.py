"""The check behind `uploadStatus`: every upload is decoded once, in the background, before a screen may show it.

What is to be checked stands in the database (`processing`), so a restart forgets nothing: `resume` takes it up again.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from sqlalchemy import select

from cloud.content import rows
from cloud.content.faults import ContentFault, ProbeBroken
from cloud.content.media_type import MediaType
from cloud.content.probe.limits import Limits
from cloud.content.probe.prober import Probed, Prober, ProbeStopped
from cloud.content.storage import NotStored, Storage, file_key, thumbnail_key
from cloud.db import tables
from cloud.db.unit import Row, Unit
from cloud.services import Cloud
from vizora.errors import HardwareError
from vizora.identifiers import OrganizationId

AT_ONCE = 2
NOT_CHECKED = "The server could not check the file; the fault is not the file's. Upload it again later."

log = logging.getLogger(__name__)


class Checks:
    def __init__(self, cloud: Cloud, storage: Storage, prober: Prober) -> None:
        self._cloud = cloud
        self._storage = storage
        self._prober = prober
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="content-check")
        self._tasks: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        await self.resume()
        try:
            yield
        finally:
            self._prober.close()
            await self.settled()
            self._threads.shutdown(wait=True, cancel_futures=True)

    async def resume(self) -> None:
        """Takes up what an earlier run left `processing`."""
        content = tables.content

        def left(unit: Unit) -> list[Row]:
            return unit.rows(
                select(content.c.id, content.c.organization_id)
                .where(content.c.status == rows.PROCESSING)
                .order_by(content.c.created_at)
            )

        for row in await self._cloud.read(left):
            self.start(OrganizationId(row["organization_id"]), row["id"])

    def start(self, organization_id: OrganizationId, content_id: str) -> None:
        """Puts the content's newest file in the queue; returns at once."""
        task = asyncio.get_running_loop().create_task(self._check(organization_id, content_id))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settled(self) -> None:
        """Returns when everything that was started has its result (or was stopped)."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def probe(self, sha256: str, file_id: str, media_type: MediaType, limits: Limits | None = None) -> Probed:
        """Decodes a stored file, within the prober's own limits when none are given.

        Raises ContentFault, ProbeBroken, ProbeStopped, NotStored or OSError.
        """

        def work() -> Probed:
            with self._storage.local(file_key(sha256, file_id)) as path:
                return self._prober.probe(path, media_type, limits)

        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    async def _check(self, organization_id: OrganizationId, content_id: str) -> None:
        file = await self._cloud.read(lambda unit: rows.current_file(unit, content_id), organization_id)
        if file is None:
            return
        try:
            probed = await self.probe(file["sha256"], file["id"], MediaType(file["media_type"]))
            key = thumbnail_key(file["sha256"], file["id"])
            await self._cloud.in_thread(lambda: self._storage.put_bytes(key, probed.thumbnail))
        except ProbeStopped:
            return  # the server is stopping; `resume` goes on after its next start
        except ContentFault as fault:
            sentence = str(fault)
            await self._cloud.write(lambda unit: _fail(unit, content_id, file, sentence), organization_id)
        except (ProbeBroken, HardwareError, NotStored, OSError):
            log.exception("content %s could not be checked", content_id)
            await self._cloud.write(lambda unit: _fail(unit, content_id, file, NOT_CHECKED), organization_id)
        else:
            await self._cloud.write(lambda unit: _pass(unit, content_id, file, probed), organization_id)


def facts_of(probed: Probed) -> dict[str, object]:
    """The columns of `content` that decoding fills."""
    facts = probed.facts
    return {
        "width": facts.width,
        "height": facts.height,
        "duration_ms": facts.duration_ms,
        "pages": facts.pages,
        "has_thumbnail": True,
        "status": rows.READY,
        "upload_error": None,
    }


def _pass(unit: Unit, content_id: str, file: Row, probed: Probed) -> None:
    if _is_still_current(unit, content_id, file):
        unit.change(tables.content, content_id, **facts_of(probed))
        _tell(unit, content_id, rows.READY, None)


def _fail(unit: Unit, content_id: str, file: Row, sentence: str) -> None:
    if _is_still_current(unit, content_id, file):
        unit.change(tables.content, content_id, status=rows.FAILED, upload_error=sentence)
        _tell(unit, content_id, rows.FAILED, sentence)


def _is_still_current(unit: Unit, content_id: str, file: Row) -> bool:
    """Whether nobody deleted or replaced it meanwhile."""
    now = rows.current_file(unit, content_id)
    return now is not None and now["id"] == file["id"]


def _tell(unit: Unit, content_id: str, status: str, error: str | None) -> None:
    unit.tell("content:status", {"id": content_id, "uploadStatus": status, "uploadError": error})
    unit.screens_may_change()
