"""`/api/uploads`: tus 1.0 with creation, termination and expiration (CONTRACT section 3, Content)."""

import functools
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import func
from starlette.responses import Response

from cloud.content import rows
from cloud.content.faults import ContentFault, DamagedFile, StorageBroken, StorageFull
from cloud.content.file_faults import FaultCode, fault
from cloud.content.parts import ContentParts, store_of
from cloud.content.receive import problem
from cloud.content.staging import too_large
from cloud.content.upload import fields_of, replaceable
from cloud.db import tables
from cloud.db.ids import new_id
from cloud.db.unit import Row, Unit
from cloud.dispatch import write_once
from cloud.endpoints import Call, Endpoint, Reply
from cloud.jobs.job import Job, Kind, Outcome, nothing
from cloud.principals import Access
from cloud.problems import Problem
from cloud.rooms import Room
from cloud.services import Cloud
from cloud.uploads import pieces, protocol
from cloud.uploads.arriving import take
from cloud.uploads.finishing import finish, form_of, remove
from cloud.uploads.pieces import Elsewhere, Pieces
from cloud.wire import instant

LIFETIME = timedelta(days=1)
"""How long an upload may take, breaks included; and how long what it became can be asked for."""
SWEEP_EVERY = timedelta(hours=1)
UNCLAIMED = timedelta(hours=1)
"""A piece that no row names is removed when it is older: until then it may be about to be counted."""
Handler = Callable[[Call], Awaitable[Response]]


def speaks_tus(handler: Handler) -> Handler:
    """Checks the protocol's version, and sends its header with every answer, the refusals too."""

    @functools.wraps(handler)
    async def speaking(call: Call) -> Response:
        try:
            protocol.check_version(call.request.headers)
            answer = await handler(call)
        except (ContentFault, StorageFull, StorageBroken) as fault:
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
    protocol.refuse_unknown(headers)
    length, metadata = protocol.number(headers, "Upload-Length"), protocol.metadata(headers.get("upload-metadata"))
    if length > limit:
        raise too_large(limit)
    if length == 0:
        raise DamagedFile(fault(FaultCode.EMPTY))
    fields_of(form_of(metadata))
    await call.cloud.in_thread(lambda: call.cloud.part(Pieces).check_room(length))

    def work(sub: Call, unit: Unit) -> Reply:
        if "replaces" in metadata:
            replaceable(unit, metadata["replaces"])
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
        return Reply({"id": upload_id, "expiresAt": instant(expires_at)}, status=201)

    reply = await write_once(call, msgspec.json.encode([length, metadata]), work)
    made = msgspec.json.decode(reply.content)
    answer = reply.response()
    answer.headers["Location"] = f"/api/uploads/{made['id']}"
    answer.headers["Upload-Expires"] = protocol.http_date(msgspec.convert(made["expiresAt"], datetime))
    return answer


@speaks_tus
async def look(call: Call) -> Response:
    """How many bytes are there. One whose last bytes came just before the server was killed is finished now."""
    upload = await call.read(lambda unit: _find(unit, call.id))
    try:
        upload = await _finished(call, upload)
    except Elsewhere as lost:
        upload = {**upload, "received": lost.offset}
    headers = {"Upload-Length": str(upload["length"]), "Cache-Control": "no-store"}
    return Response(status_code=200, headers=headers | _state(upload))


@speaks_tus
async def append(call: Call) -> Response:
    """The next bytes. Whatever came before the line broke stays, and is told by HEAD."""
    upload = await call.read(lambda unit: _find(unit, call.id))
    if call.request.headers.get("content-type", "").strip().lower() != protocol.CHUNK_TYPE:
        raise Problem(415, "CONTENT_003", f"The body must be {protocol.CHUNK_TYPE}.")
    offset = protocol.number(call.request.headers, "Upload-Offset")
    if upload["content_id"] is not None or offset != upload["received"]:
        raise _elsewhere(upload["received"])
    try:
        upload = {**upload, "received": await take(call, upload)}
        return Response(status_code=204, headers=_state(await _finished(call, upload)))
    except Elsewhere as now:
        raise _elsewhere(now.offset) from now


@speaks_tus
async def terminate(call: Call) -> Response:
    """The upload ends; content it has become already stays."""

    def work(unit: Unit) -> list[str]:
        _find(unit, call.id)
        keys = pieces.forget(unit, call.id)
        call.audit(unit, call.id)  # while it has a name
        unit.remove(tables.uploads, call.id)
        return keys

    await remove(call, await call.write(work))
    return Response(status_code=204)


async def _finished(call: Call, upload: Row) -> Row:
    """The upload, which is content now if all of it is there. Raises Elsewhere when it turns out that it is not."""
    if upload["content_id"] is None and upload["received"] == upload["length"]:
        return {**upload, "content_id": await finish(call, upload)}
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


def _state(upload: Row) -> dict[str, str]:
    headers = {
        "Upload-Offset": str(upload["received"]),
        "Upload-Expires": protocol.http_date(upload["expires_at"]),
    }
    return headers | ({"Vizora-Content-Id": upload["content_id"]} if upload["content_id"] else {})


def _elsewhere(offset: int) -> Problem:
    return Problem(
        409, "CONFLICT_001", f"The next byte is number {offset}: go on there.", headers={"Upload-Offset": str(offset)}
    )


async def sweep(cloud: Cloud) -> int:
    """Ends what has expired, and removes pieces that no upload claims; returns how many uploads and pieces."""
    uploads = tables.uploads

    def work(unit: Unit) -> int:
        return unit.connection.execute(uploads.delete().where(uploads.c.expires_at <= unit.now)).rowcount

    expired = await cloud.write(work)
    store, before = cloud.part(Pieces), cloud.clock.now() - UNCLAIMED
    old = await cloud.outside(lambda: store.older_than(before))
    known = await cloud.read(pieces.known_keys) if old else set()
    stray = [key for key in old if key not in known]
    await cloud.outside(lambda: store.remove(stray))
    return expired + len(stray)


async def sweeping(cloud: Cloud, _: Job) -> Outcome:
    await sweep(cloud)
    return nothing


def parts(cloud: Cloud) -> Iterable[object]:
    folder = cloud.config.data_dir / "content" / "pieces"
    yield Pieces(store_of(cloud.config, "uploads/", folder), cloud.part(ContentParts).staging)


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
    jobs=lambda _: (Kind("uploads.sweep", sweeping, every=SWEEP_EVERY),),
)
