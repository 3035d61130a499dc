"""Taking content in: `POST /api/content` and `PUT /api/content/{id}/file`.

The order that makes a 201 a promise: bytes to a staged file (counted, hashed, told by type) → private data out → stored
under a key of its own, synced to the disk → the row, committed and synced → 201. Killed anywhere before the commit,
there is no row, and what lies around is swept up; after it, everything is there.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec
from sqlalchemy.exc import DBAPIError
from starlette.responses import Response

from cloud.bodies import Body, convert
from cloud.content import rows, without_file
from cloud.content.checks import facts_of, order
from cloud.content.faults import ContentFault, ProbeBroken
from cloud.content.form import Form
from cloud.content.names import title_of
from cloud.content.parts import ContentParts
from cloud.content.probe.prober import Probed
from cloud.content.probe.process import ProbeStopped
from cloud.content.receive import Received, not_checked, problem, receive
from cloud.content.texts import Description, Tags, Title
from cloud.db import tables
from cloud.db.unit import Row, Unit
from cloud.dispatch import write_once
from cloud.endpoints import Call, Reply
from cloud.problems import Problem, invalid_field
from cloud.tags import replace_tags

T = TypeVar("T")


class FormFields(Body, frozen=True):
    title: Title | None = None
    description: Description = ""
    tags: Tags = ()


async def create(call: Call) -> Response:
    """`POST /api/content`: a file as multipart/form-data, or content without one as JSON."""
    if call.request.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json":
        return await without_file.create(call)
    parts = call.cloud.part(ContentParts)
    received = await receive(call, parts, fields_of)
    fields = fields_of(received.form)

    def work(sub: Call, unit: Unit) -> Reply:
        content_id = add(unit, sub.user.id, received, fields)
        return Reply(rows.show_one(unit, content_id), status=201, revision=1)

    request = msgspec.json.encode([received.original_sha256, fields])
    reply = await commit(call, parts, received, lambda: write_once(call, request, work))
    if "Idempotency-Replayed" in reply.headers:
        await call.cloud.outside(lambda: parts.discard_file(received.sha256, received.file_id))
    return reply.response()


def add(unit: Unit, user_id: str, received: Received, fields: FormFields) -> str:
    """The row of a received file, and the order to check it; returns the content's id. Raises QuotaExceeded."""
    rows.check_quota(unit, received.size)
    content_id = unit.create(
        tables.content,
        title=fields.title or title_of(received.file_name),
        description=fields.description,
        status=rows.PROCESSING,
        created_by=user_id,
        **received.columns(),
    )
    _add_file(unit, content_id, 1, received)
    replace_tags(unit, tables.content_tags, content_id, fields.tags)
    order(unit, content_id)
    return content_id


async def replace_file(call: Call) -> Response:
    """`PUT /api/content/{id}/file`: a new version under the same id once it is proven; until then the old stays."""
    parts = call.cloud.part(ContentParts)
    await call.read(lambda unit: _check_match(call, replaceable(unit, call.id)))
    received = await receive(call, parts, lambda form: form)

    def work(unit: Unit, probed: Probed) -> tuple[Reply, list[str]]:
        row = replaceable(unit, call.id)
        _check_match(call, row)
        outdated = renew(unit, call.id, received, probed)
        call.audit(unit, call.id)
        return Reply(rows.show_one(unit, call.id), revision=row["revision"] + 1), outdated

    try:
        reply, outdated = await prove(call, parts, received, work)
    except ContentFault as fault:
        raise problem(fault) from fault
    await call.cloud.outside(lambda: parts.discard(outdated))
    return reply.response()


async def prove(call: Call, parts: ContentParts, received: Received, work: Callable[[Unit, Probed], T]) -> T:
    """Looks whether the received file can be shown, and only then runs `work` in a unit of work.

    Raises ContentFault when it can't, Problem 503 when that could not be found out; then the file is gone.
    """
    try:
        async with parts.shares.of(call.user.organization_id):
            probed = await parts.checks.probe(received.sha256, received.file_id, received.media_type)
    except BaseException as fault:
        await call.cloud.outside(lambda: parts.discard_file(received.sha256, received.file_id))
        if isinstance(fault, ProbeBroken | ProbeStopped):
            raise not_checked() from fault
        raise

    async def write() -> T:
        await call.cloud.outside(lambda: parts.put_thumbnail(received.sha256, received.file_id, probed.thumbnail))
        return await call.write(lambda unit: work(unit, probed))

    return await commit(call, parts, received, write)


def renew(unit: Unit, content_id: str, received: Received, probed: Probed) -> list[str]:
    """The received file is the content's from now on; returns what is not needed any more. Raises QuotaExceeded."""
    outdated = rows.keys_of(unit, content_id)
    now = rows.current_file(unit, content_id)
    unit.connection.execute(unit.delete(tables.content_files).where(tables.content_files.c.content_id == content_id))
    rows.check_quota(unit, received.size)
    unit.change(tables.content, content_id, **{**received.columns(), **facts_of(probed)})
    _add_file(unit, content_id, 1 if now is None else now["version"] + 1, received)
    unit.screens_may_change()
    return outdated


def replaceable(unit: Unit, content_id: str) -> Row:
    """Raises Problem 404, or 409 for content that has no file."""
    row = rows.find(unit, content_id)
    if row["sha256"] is None:
        raise Problem(409, "CONFLICT_001", f"Content of type {row['type']} has no file to replace.")
    return row


def _check_match(call: Call, row: Row) -> None:
    call.check_match(row["revision"])


async def commit(call: Call, parts: ContentParts, received: Received, write: Callable[[], Awaitable[T]]) -> T:
    """Runs `write` to its end even when the client has gone; takes the file away again when there is no row for it.

    A database that went away in the middle may have kept the row: then the sweep finds out, and the file stays.
    """

    async def work() -> T:
        try:
            return await write()
        except BaseException as fault:
            if not (isinstance(fault, DBAPIError) and fault.connection_invalidated):
                await call.cloud.outside(lambda: parts.discard_file(received.sha256, received.file_id))
            raise

    try:
        return await asyncio.shield(asyncio.ensure_future(work()))
    except ContentFault as fault:
        raise problem(fault) from fault


def _add_file(unit: Unit, content_id: str, version: int, received: Received) -> None:
    unit.insert(
        tables.content_files,
        id=received.file_id,
        content_id=content_id,
        version=version,
        sha256=received.sha256,
        media_type=received.media_type.value,
        size=received.size,
        created_at=unit.now,
    )


def fields_of(form: Form) -> FormFields:
    """Raises Problem 400 that lists every wrong field. `tags` comes as several fields, as one with commas, or
    as a JSON list."""
    given: dict[str, Any] = {name: form.one(name) for name in ("title", "description") if form.one(name)}
    tags = [tag for value in form.fields.get("tags", []) for tag in _tags(value)]
    return convert(given | {"tags": tags}, FormFields)


def _tags(value: str) -> list[Any]:
    if value.startswith("["):
        try:
            return list(msgspec.json.decode(value, type=list[str]))
        except msgspec.DecodeError as fault:
            raise invalid_field("/tags", f"begins like a JSON list of texts and is none: {fault}") from fault
    return [tag.strip() for tag in value.split(",") if tag.strip()]
