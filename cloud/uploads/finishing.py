"""All bytes are there: the same checks, limits and order as for an upload in one piece (`cloud.content.upload`)."""

from sqlalchemy import update

from cloud.content.faults import ContentFault, QuotaExceeded, StorageBroken, StorageFull
from cloud.content.form import Form
from cloud.content.parts import ContentParts
from cloud.content.receive import Received, keep, problem
from cloud.content.storage import CHUNK
from cloud.content.upload import add, commit, fields_of
from cloud.db import tables
from cloud.db.unit import Row, Unit
from cloud.endpoints import Call
from cloud.problems import Problem
from cloud.uploads.partial import Partial


def form_of(metadata: dict[str, str]) -> Form:
    """What the upload was created with, as the fields of a form."""
    fields: dict[str, list[str]] = {
        name: [metadata[name]] for name in ("title", "description", "tags") if name in metadata
    }
    return Form(fields, metadata.get("filename") or metadata.get("name") or "")


async def finish(call: Call, upload: Row) -> str:
    """Makes content of it; returns the content's id. The caller holds the upload's file.

    Raises Problem. What no repetition can mend (wrong type, damaged, over the quota) ends the upload.
    """
    parts, partial, form = call.cloud.part(ContentParts), call.cloud.part(Partial), form_of(upload["upload_metadata"])
    try:
        received = await call.cloud.in_thread(lambda: _receive(parts, partial, upload["id"], form))
        content_id = await commit(call, parts, received, lambda: call.write(lambda unit: _add(call, unit, received)))
    except ContentFault as fault:
        await end(call, upload["id"])
        raise problem(fault) from fault
    except (StorageFull, StorageBroken) as fault:
        raise problem(fault) from fault
    except Problem as refused:
        if refused.status == QuotaExceeded.status:
            await end(call, upload["id"])
        raise
    await call.cloud.in_thread(lambda: partial.remove(upload["id"]))
    return content_id


async def end(call: Call, upload_id: str) -> None:
    """The upload is gone, and its bytes."""
    await call.write(lambda unit: unit.remove(tables.uploads, upload_id))
    await call.cloud.in_thread(lambda: call.cloud.part(Partial).remove(upload_id))


def _receive(parts: ContentParts, partial: Partial, upload_id: str, form: Form) -> Received:
    with parts.staging.open() as staged, partial.path(upload_id).open("rb") as file:
        while chunk := file.read(CHUNK):
            staged.write(chunk)
        return keep(parts, staged, form)


def _add(call: Call, unit: Unit, received: Received) -> str:
    upload = unit.find(tables.uploads, call.id)  # 404 when somebody ended it meanwhile
    content_id = add(unit, upload["user_id"], received, fields_of(form_of(upload["upload_metadata"])))
    uploads = tables.uploads
    unit.connection.execute(update(uploads).where(uploads.c.id == upload["id"]).values(content_id=content_id))
    call.audit(unit, content_id)
    return content_id
