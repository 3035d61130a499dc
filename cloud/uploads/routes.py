"""`/api/uploads`: tus 1.0 with creation, termination and expiration (CONTRACT section 3, Content)."""

import asyncio
import functools
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta

import msgspec
from sqlalchemy import func, select
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from cloud.content import rows
from cloud.content.faults import ContentFault, DamagedFile, StorageBroken, StorageFull
from cloud.content.parts import ContentParts
from cloud.content.receive import arriving, problem
from cloud.content.staging import too_large
from cloud.content.upload import fields_of
from cloud.db import tables
from cloud.db.unit import Row, Unit, new_id
from cloud.dispatch import write_once
from cloud.endpoints import Call, Endpoint, Reply
from cloud.jobs.job import Job, Kind, Outcome, nothing
from cloud.principals import Access
from cloud.problems import Problem, invalid_field
from cloud.rooms import Room
from cloud.services import Cloud
from cloud.uploads import protocol
from cloud.uploads.finishing import finish, form_of
from cloud.uploads.partial import Partial, PartialFile

LIFETIME = timedelta(days=1)
"""How long an upload may take, breaks included; and how long what it became can be asked for."""
SWEEP_EVERY = timedelta(hours=1)
Handler = Callable[[Call], Awaitable[Response]]


def speaks_tus(handler: Handler) -> Handler:
    """Checks the protocol's version, and sends its header with every answer, the refusals too."""

    @functools.wraps(handler)
    async def speaking(call: Call) -> Response:
        try:
            protocol.check_version(call.request.headers)
            answer = await handler(call)
        except ContentFault as fault:
            raise _with_version(problem(fault)) from fault
        except (StorageFull, StorageBroken) as fault:
            raise _with_version(problem(fault)) from fault
        except Problem as refused:
            raise _with_version(refused) from refused
        answer.headers.update(protocol.ALWAYS)
        return answer

    return speaking


def _with_version(refused: Problem) -> Problem:
    refused.headers |= protocol.ALWAYS
    return refused


async def options(call: Call) -> Response:
    headers = {
        "Tus-Version": protocol.VERSION,
        "Tus-Extension": protocol.EXTENSIONS,
        "Tus-Max-Size": str(call.cloud.part(ContentParts).staging.limit),
    }
    return Response(status_code=204, headers=headers | protocol.ALWAYS)


@speaks_tus
async def create(call: Call) -> Response:
    """201 with `Location`. What can be known now is refused now: size, quota, room on the disk, wrong texts."""
    headers, limit = call.request.headers, call.cloud.part(ContentParts).staging.limit
    if "upload-defer-length" in headers:
        raise invalid_field("Upload-Defer-Length", "is not supported: say Upload-Length")
    length, metadata = protocol.number(headers, "Upload-Length"), protocol.metadata(headers.get("upload-metadata"))
    if length > limit:
        raise too_large(limit)
    if length == 0:
        raise DamagedFile("The file is empty.")
    fields_of(form_of(metadata))
    await call.cloud.in_thread(lambda: call.cloud.part(Partial).check_room(length))

    def work(sub: Call, unit: Unit) -> Reply:
        rows.check_quota(unit, length + _announced(unit))
        upload_id = new_id()
        expires_at = unit.now + LIFETIME
        unit.insert(
            tables.uploads,
            id=upload_id,
            user_id=sub.user.id,
            length=length,
            upload_metadata=metadata,
            created_at=unit.now,
            expires_at=expires_at,
        )
        return Reply({"id": upload_id, "expiresAt": protocol.http_date(expires_at)}, status=201)

    reply = await write_once(call, msgspec.json.encode([length, metadata]), work)
    made = msgspec.json.decode(reply.content)
    answer = reply.response()
    answer.headers["Location"] = f"/api/uploads/{made['id']}"
    answer.headers["Upload-Expires"] = made["expiresAt"]
    return answer


@speaks_tus
async def look(call: Call) -> Response:
    """How many bytes are there. One whose last bytes came just before the server was killed is finished now."""
    upload = await call.read(lambda unit: _find(unit, call.id))
    partial = call.cloud.part(Partial)
    if upload["content_id"] is None and await call.cloud.in_thread(lambda: partial.size(call.id)) >= upload["length"]:
        with await call.cloud.in_thread(lambda: partial.open(call.id)) as file:
            upload = await _finished(call, file)
    size = upload["length"] if upload["content_id"] else await call.cloud.in_thread(lambda: partial.size(call.id))
    headers = {"Upload-Length": str(upload["length"]), "Cache-Control": "no-store"}
    return Response(status_code=200, headers=headers | _state(upload, size))


@speaks_tus
async def append(call: Call) -> Response:
    """The next bytes. Whatever came before the line broke stays, and is told by HEAD."""
    upload = await call.read(lambda unit: _find(unit, call.id))
    if call.request.headers.get("content-type", "").strip().lower() != protocol.CHUNK_TYPE:
        raise Problem(415, "CONTENT_003", f"The body must be {protocol.CHUNK_TYPE}.")
    offset = protocol.number(call.request.headers, "Upload-Offset")
    if upload["content_id"] is not None:
        raise _wrong_offset(upload["length"])
    with await call.cloud.in_thread(lambda: call.cloud.part(Partial).open(call.id)) as file:
        if offset != file.size:
            raise _wrong_offset(file.size)
        await _receive(call, file, upload["length"])
        if file.size == upload["length"]:
            upload = await _finished(call, file)
        return Response(status_code=204, headers=_state(upload, file.size))


@speaks_tus
async def terminate(call: Call) -> Response:
    """The upload ends; content it has become already stays."""
    await call.read(lambda unit: _find(unit, call.id))

    def work(unit: Unit) -> None:
        _find(unit, call.id)
        unit.remove(tables.uploads, call.id)
        call.audit(unit, call.id)

    await call.write(work)
    await call.cloud.in_thread(lambda: call.cloud.part(Partial).remove(call.id))
    return Response(status_code=204)


async def _receive(call: Call, file: PartialFile, length: int) -> None:
    """What came is on the disk when this returns, or fails."""
    try:
        async for chunk in arriving(call):
            if file.size + len(chunk) > length:
                raise Problem(413, "CONTENT_002", f"The body goes beyond Upload-Length, which is {length} bytes.")
            await call.cloud.in_thread(functools.partial(file.append, chunk))
    except ClientDisconnect as fault:
        raise Problem(400, "VALIDATION_001", "The line broke: ask by HEAD where to go on.") from fault
    finally:
        await asyncio.shield(asyncio.ensure_future(call.cloud.in_thread(file.sync)))


async def _finished(call: Call, file: PartialFile) -> Row:
    """The upload, which is content now. `file` is held, so nobody else finishes it at the same time."""
    upload = await call.read(lambda unit: _find(unit, call.id))
    if upload["content_id"] is None and file.size == upload["length"]:
        upload = {**upload, "content_id": await finish(call, upload)}
    return upload


def _find(unit: Unit, upload_id: str) -> Row:
    """Raises Problem 404, also when it has expired."""
    row = unit.find(tables.uploads, upload_id)
    return row if row["expires_at"] > unit.now else unit.find(tables.uploads, "")


def _announced(unit: Unit) -> int:
    """Bytes that uploads under way may still bring: they have their place in the quota already."""
    uploads = tables.uploads
    open_ones = (uploads.c.content_id.is_(None), uploads.c.expires_at > unit.now)
    return int(
        unit.connection.scalar(unit.select(uploads, func.coalesce(func.sum(uploads.c.length), 0)).where(*open_ones))
        or 0
    )


def _state(upload: Row, size: int) -> dict[str, str]:
    headers = {"Upload-Offset": str(size), "Upload-Expires": protocol.http_date(upload["expires_at"])}
    return headers | ({"Vizora-Content-Id": upload["content_id"]} if upload["content_id"] else {})


def _wrong_offset(size: int) -> Problem:
    return Problem(
        409, "CONFLICT_001", f"The next byte is number {size}: go on there.", headers={"Upload-Offset": str(size)}
    )


async def sweep(cloud: Cloud) -> int:
    """Removes what has expired, and files that no upload claims; returns how many uploads and files."""
    uploads, partial = tables.uploads, cloud.part(Partial)

    def work(unit: Unit) -> list[str]:
        ids = list(unit.connection.scalars(select(uploads.c.id).where(uploads.c.expires_at <= unit.now)))
        unit.connection.execute(uploads.delete().where(uploads.c.expires_at <= unit.now))
        return ids

    expired = await cloud.write(work)
    old = await cloud.in_thread(lambda: partial.older_than(cloud.clock.now() - timedelta(hours=1)))
    known = await cloud.read(lambda unit: set(unit.connection.scalars(select(uploads.c.id)))) if old else set()
    gone = {*expired, *(id_ for id_ in old if id_ not in known)}
    for id_ in gone:
        await cloud.in_thread(functools.partial(partial.remove, id_))
    return len(gone)


def parts(cloud: Cloud) -> Iterable[object]:
    yield Partial(cloud.config.data_dir / "content" / "uploads", cloud.part(ContentParts).staging)


async def sweeping(cloud: Cloud, _: Job) -> Outcome:
    await sweep(cloud)
    return nothing


_ALL, _ONE = "/api/uploads", "/api/uploads/{id}"
ROOM = Room(
    endpoints=(
        Endpoint("OPTIONS", _ALL, options, Access.PUBLIC),
        Endpoint("POST", _ALL, create, Access.MANAGER, action="upload.create"),
        Endpoint("HEAD", _ONE, look, Access.MANAGER, action="content.create"),
        Endpoint("PATCH", _ONE, append, Access.MANAGER, action="content.create"),
        Endpoint("DELETE", _ONE, terminate, Access.MANAGER, action="upload.delete"),
    ),
    parts=parts,
    jobs=(Kind("uploads.sweep", sweeping, every=SWEEP_EVERY),),
)
