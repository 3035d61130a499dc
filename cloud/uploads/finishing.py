"""All bytes are there: the same checks, limits and order as for an upload in one piece (`cloud.content.upload`)."""

from collections.abc import Sequence

from cloud.content.faults import ContentFault, ProbeBroken, QuotaExceeded, StorageBroken, StorageFull
from cloud.content.form import Form
from cloud.content.parts import ContentParts
from cloud.content.probe.prober import Probed
from cloud.content.receive import Received, keep, problem
from cloud.content.upload import add, commit, fields_of, prove, renew, replaceable
from cloud.db import tables
from cloud.db.unit import Row, Unit
from cloud.endpoints import Call
from cloud.problems import Problem
from cloud.uploads import pieces
from cloud.uploads.pieces import Elsewhere, Pieces
from vizora.errors import VizoraError

GONE = 404
"""Also of the content that was to be replaced."""


class Finished(VizoraError):
    """Another request was quicker: this content is there already."""

    def __init__(self, content_id: str) -> None:
        super().__init__(f"it is content {content_id} already")
        self.content_id = content_id


def form_of(metadata: dict[str, str]) -> Form:
    """What the upload was created with, as the fields of a form."""
    fields: dict[str, list[str]] = {
        name: [metadata[name]] for name in ("title", "description", "tags") if name in metadata
    }
    return Form(fields, metadata.get("filename") or metadata.get("name") or "")


async def finish(call: Call, upload: Row) -> str:
    """Makes content of it; returns the content's id. Two that do so at the same time make one.

    Raises Problem; Elsewhere when the store has lost bytes, which have to come again. What no repetition can mend
    (wrong type, damaged, over the quota) ends the upload.
    """
    parts, store, form = call.cloud.part(ContentParts), call.cloud.part(Pieces), form_of(upload["upload_metadata"])
    try:
        rows = await call.read(lambda unit: pieces.of(unit, _unfinished(call, unit)["id"]))
        async with parts.shares.of(call.user.organization_id):
            received = await call.cloud.outside(lambda: _receive(parts, store, rows, form))
        if replaces := upload["upload_metadata"].get("replaces"):
            content_id = await _renew(call, parts, received, replaces)
        else:
            content_id = await _create(call, parts, received)
    except Finished as earlier:
        return earlier.content_id
    except Elsewhere as lost:
        start = lost.offset
        try:
            await remove(call, await call.write(lambda unit: _rewind(call, unit, start)))
        except Finished as earlier:  # that is why the bytes are gone
            return earlier.content_id
        raise
    except ContentFault as fault:
        await end(call, upload["id"])
        raise problem(fault) from fault
    except (StorageFull, StorageBroken, ProbeBroken) as fault:
        raise problem(fault) from fault
    except Problem as refused:
        if refused.status in (QuotaExceeded.status, GONE):
            await end(call, upload["id"])
        raise
    await remove(call, [row["storage_key"] for row in rows])
    return content_id


async def end(call: Call, upload_id: str) -> None:
    """The upload is gone, and its bytes."""

    def work(unit: Unit) -> list[str]:
        keys = pieces.forget(unit, upload_id)
        unit.remove(tables.uploads, upload_id)
        return keys

    await remove(call, await call.write(work))


async def remove(call: Call, keys: Sequence[str]) -> None:
    await call.cloud.outside(lambda: call.cloud.part(Pieces).remove(keys))


def _receive(parts: ContentParts, store: Pieces, rows: Sequence[Row], form: Form) -> Received:
    with parts.staging.open() as staged:
        for chunk in store.read(rows):
            staged.write(chunk)
        return keep(parts, staged, form)


def _unfinished(call: Call, unit: Unit) -> Row:
    """Raises Finished; Problem 404 when somebody ended it meanwhile."""
    upload = unit.find(tables.uploads, call.id)
    if upload["content_id"] is not None:
        raise Finished(upload["content_id"])
    return upload


def _rewind(call: Call, unit: Unit, start: int) -> list[str]:
    return pieces.rewind(unit, _unfinished(call, unit)["id"], start)


async def _create(call: Call, parts: ContentParts, received: Received) -> str:
    def work(unit: Unit) -> str:
        upload = _unfinished(call, unit)
        content_id = add(unit, upload["user_id"], received, fields_of(form_of(upload["upload_metadata"])))
        _became(unit, upload, content_id)
        call.audit(unit, content_id)
        return content_id

    return await commit(call, parts, received, lambda: call.write(work))


async def _renew(call: Call, parts: ContentParts, received: Received, content_id: str) -> str:
    """A new version of this content, once it is proven."""

    def work(unit: Unit, probed: Probed) -> list[str]:
        upload = _unfinished(call, unit)
        replaceable(unit, content_id)
        outdated = renew(unit, content_id, received, probed)
        _became(unit, upload, content_id)
        call.audit(unit, content_id, action="content.replace")
        return outdated

    outdated = await prove(call, parts, received, work)
    await call.cloud.outside(lambda: parts.discard(outdated))
    return content_id


def _became(unit: Unit, upload: Row, content_id: str) -> None:
    unit.note(tables.uploads, upload["id"], content_id=content_id)
    pieces.forget(unit, upload["id"])
