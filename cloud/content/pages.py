"""`GET /api/content/{id}/pages/{number}`: a page of a PDF as a picture, drawn by the confined decoder and kept."""

from starlette.responses import Response

from cloud.content import rows
from cloud.content.checks import Checks
from cloud.content.faults import ContentFault, ProbeBroken
from cloud.content.media_type import MediaType
from cloud.content.parts import ContentParts
from cloud.content.probe.limits import for_page
from cloud.content.probe.process import ProbeStopped
from cloud.content.serving import send_stored
from cloud.content.storage import NotStored, page_key
from cloud.db.unit import Row, Unit
from cloud.endpoints import Call
from cloud.problems import Problem, content_not_found

MEDIA_TYPE = "image/webp"


async def get_page(call: Call) -> Response:
    """At most 1600 x 1600, WebP. 404 when the content is no PDF that is ready, or has no such page."""
    number = _number(call.param("number"))

    def look_up(unit: Unit) -> Row:
        row, file = rows.find(unit, call.id), rows.current_file(unit, call.id)
        if file is None or row["status"] != rows.READY or not 1 <= number <= (row["pages"] or 0):
            raise content_not_found()
        return file

    file = await call.read(look_up)
    parts = call.cloud.part(ContentParts)
    key = page_key(file["sha256"], file["id"], number)
    stored = await call.cloud.outside(lambda: parts.storage.stat(key))
    if stored is None:
        async with parts.shares.of(call.user.organization_id):
            picture = await _draw(parts.checks, file, number)
        await call.cloud.outside(lambda: parts.storage.put_bytes(key, picture))
        size = len(picture)
    else:
        size = stored.size
    etag = f"{file['id']}-{number}"
    return await send_stored(
        call, parts.storage, key, etag=etag, media_type=MEDIA_TYPE, size=size, name=f"page-{number}.webp"
    )


async def _draw(checks: Checks, file: Row, number: int) -> bytes:
    """Raises Problem 404 when the file is gone, 503 when it can't be drawn now."""
    try:
        probed = await checks.probe(file["sha256"], file["id"], MediaType(file["media_type"]), for_page(number))
    except NotStored as fault:
        raise content_not_found() from fault
    except (ContentFault, ProbeBroken, ProbeStopped) as fault:
        raise Problem(503, "STORAGE_001", "The page can't be drawn at the moment. Try again in a while.") from fault
    return probed.thumbnail


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else 0
