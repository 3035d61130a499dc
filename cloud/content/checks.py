"""The check behind `uploadStatus`: every upload is decoded once, by a worker, before a screen may show it."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from msgspec import to_builtins
from sqlalchemy import select

from cloud.content import rows
from cloud.content.file_faults import FaultCode, FileFault
from cloud.content.media_type import MediaType
from cloud.content.probe.limits import FOR_SCREENS, Limits
from cloud.content.probe.prober import Probed, Prober
from cloud.content.storage import Storage, file_key
from cloud.db import tables
from cloud.db.unit import Row, Unit
from cloud.jobs import rows as jobs
from cloud.jobs.job import Job

CHECK = "content.check"
AT_ONCE = 2
NOT_CHECKED = FileFault(FaultCode.NOT_CHECKED)


class Checks:
    def __init__(self, storage: Storage, prober: Prober) -> None:
        self._storage = storage
        self._prober = prober
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="content-check")

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        try:
            yield
        finally:
            self._prober.close()
            self._threads.shutdown(wait=True, cancel_futures=True)

    async def probe(self, sha256: str, file_id: str, media_type: MediaType, limits: Limits = FOR_SCREENS) -> Probed:
        """Decodes a stored file. Raises DamagedFile, ProbeBroken, ProbeStopped, NotStored or OSError."""

        def work() -> Probed:
            with self._storage.local(file_key(sha256, file_id)) as path:
                return self._prober.probe(path, media_type, limits)

        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


def order(unit: Unit, content_id: str) -> None:
    """The content's newest file is to be checked; its row says `processing`."""
    jobs.add(unit, CHECK, content_id)


def order_what_nobody_ordered(unit: Unit) -> None:
    """Content of all organizations that is `processing` without a job: of a version that had none, say."""
    content, known = tables.content, tables.jobs
    ordered = select(known.c.id).where(known.c.kind == CHECK, known.c.subject == content.c.id)
    waiting = select(content.c.id, content.c.organization_id).where(
        content.c.status == rows.PROCESSING, ~ordered.exists()
    )
    for row in unit.rows(waiting):
        order(unit.within(row["organization_id"]), row["id"])


def not_checked(unit: Unit, job: Job) -> None:
    """Nobody could check it, whoever tried."""
    file = rows.current_file(unit, job.subject)
    if file is not None:
        fail(unit, job.subject, file, NOT_CHECKED)


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
        "upload_fault": None,
    }


def pass_(unit: Unit, content_id: str, file: Row, probed: Probed) -> None:
    if _is_still_current(unit, content_id, file):
        unit.change(tables.content, content_id, **facts_of(probed))
        _tell(unit, content_id, rows.READY, None)


def fail(unit: Unit, content_id: str, file: Row, fault: FileFault) -> None:
    if _is_still_current(unit, content_id, file):
        columns = {"upload_error": str(fault), "upload_fault": to_builtins(fault)}
        unit.change(tables.content, content_id, status=rows.FAILED, **columns)
        _tell(unit, content_id, rows.FAILED, str(fault))


def _is_still_current(unit: Unit, content_id: str, file: Row) -> bool:
    """Whether nobody deleted or replaced it meanwhile."""
    now = rows.current_file(unit, content_id)
    return now is not None and now["id"] == file["id"]


def _tell(unit: Unit, content_id: str, status: str, error: str | None) -> None:
    unit.tell("content:status", {"id": content_id, "uploadStatus": status, "uploadError": error})
    unit.screens_may_change()
