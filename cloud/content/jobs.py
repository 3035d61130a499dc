"""The jobs of this room: proving an upload by decoding it, and removing files that nobody claims."""

from datetime import timedelta
from functools import partial

from sqlalchemy import select

from cloud.content import checks, rows
from cloud.content.faults import DamagedFile
from cloud.content.media_type import MediaType
from cloud.content.parts import ContentParts
from cloud.db import tables
from cloud.jobs.job import Job, Kind, Outcome, nothing
from cloud.services import Cloud

ORPHAN_AGE = timedelta(hours=1)
"""A stored file that no row names is removed when it is older: until then its upload may be about to commit."""
SWEEP_EVERY = timedelta(hours=1)


async def check(cloud: Cloud, job: Job) -> Outcome:
    """What the file's decoder says of it. Anything else that goes wrong is not the file's fault, and is tried again."""
    parts = cloud.part(ContentParts)
    file = await cloud.read(lambda unit: rows.current_file(unit, job.subject), job.organization_id)
    if file is None:
        return nothing
    try:
        probed = await parts.checks.probe(file["sha256"], file["id"], MediaType(file["media_type"]))
    except DamagedFile as damaged:
        return partial(checks.fail, content_id=job.subject, file=file, fault=damaged.fault)
    await cloud.outside(lambda: parts.put_thumbnail(file["sha256"], file["id"], probed.thumbnail))
    return partial(checks.pass_, content_id=job.subject, file=file, probed=probed)


async def sweeping(cloud: Cloud, _: Job) -> Outcome:
    await sweep(cloud, cloud.part(ContentParts))
    return checks.order_what_nobody_ordered


async def sweep(cloud: Cloud, parts: ContentParts) -> int:
    """Removes stored files that no upload and no row claims any more; returns how many."""
    before = cloud.clock.now() - ORPHAN_AGE
    old = await cloud.outside(lambda: [stored.key for stored in parts.storage.all() if stored.modified < before])
    files = tables.content_files
    ids = {key.split(".")[1] for key in old}
    known = await cloud.read(lambda unit: set(unit.connection.scalars(select(files.c.id)))) if ids else set()
    orphans = [key for key in old if key.split(".")[1] not in known]
    await cloud.outside(lambda: parts.delete(orphans))
    return len(orphans)


JOBS = (
    Kind(checks.CHECK, check, checks.not_checked, at_once=checks.AT_ONCE),
    Kind("content.sweep", sweeping, every=SWEEP_EVERY),
)
