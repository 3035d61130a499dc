"""Handing stored files out: Range, ETag, and headers that keep a file from ever acting as one of our own pages."""

from collections.abc import AsyncIterator, Iterator, Mapping
from functools import partial

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from cloud.content.byte_range import ByteRange, Unsatisfiable, byte_range
from cloud.content.names import disposition
from cloud.content.storage import NotStored, Storage
from cloud.endpoints import Call
from cloud.problems import MEDIA_TYPE, Problem, content_not_found

HARMLESS = {
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
}


async def send_stored(
    call: Call, storage: Storage, key: str, *, etag: str, media_type: str, size: int, name: str
) -> Response:
    """200, 206, 304 or 416. Raises Problem 404 CONTENT_001 when the file is not there."""
    headers = {
        **HARMLESS,
        "ETag": f'"{etag}"',
        "Accept-Ranges": "bytes",
        "Content-Disposition": disposition("attachment", name),
    }
    request = call.request
    if _matches(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    try:
        part = _wanted(request, etag, size)
    except Unsatisfiable:
        problem = Problem(416, "RANGE_001", f"The file has {size} bytes; the range begins behind its end.")
        return Response(problem.body(), 416, {**headers, "Content-Range": f"bytes */{size}"}, MEDIA_TYPE)
    return await _send(call, storage, key, media_type, part, size, headers)


async def _send(
    call: Call,
    storage: Storage,
    key: str,
    media_type: str,
    part: ByteRange | None,
    size: int,
    headers: Mapping[str, str],
) -> Response:
    status, start, length = (200, 0, size) if part is None else (206, part.start, part.length)
    headers = {**headers, "Content-Length": str(length)}
    if part is not None:
        headers["Content-Range"] = f"bytes {start}-{start + length - 1}/{size}"
    if call.request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=media_type)
    try:
        chunks: Iterator[bytes] = await call.fetch(partial(storage.open, key, start, length))
    except NotStored as fault:
        raise content_not_found() from fault
    return StreamingResponse(_sent(call, chunks), status, headers, media_type)


async def _sent(call: Call, chunks: Iterator[bytes]) -> AsyncIterator[bytes]:
    while chunk := await call.fetch(partial(next, chunks, b"")):
        yield chunk


def _wanted(request: Request, etag: str, size: int) -> ByteRange | None:
    """A range asked for on condition of another version (If-Range) is not sent: the whole new one is."""
    condition = request.headers.get("if-range")
    if condition is not None and condition.strip() != f'"{etag}"':
        return None
    return byte_range(request.headers.get("range"), size)


def _matches(header: str | None, etag: str) -> bool:
    tags = [part.strip().removeprefix("W/") for part in (header or "").split(",")]
    return f'"{etag}"' in tags or tags == ["*"]
