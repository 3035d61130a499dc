"""Receiving one file: from the request's body to a file that is stored for good, but that no row names yet."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from starlette.requests import ClientDisconnect

from cloud.bodies import JSON_LIMIT
from cloud.content import rows
from cloud.content.checks import NOT_CHECKED
from cloud.content.faults import ContentFault, ProbeBroken, StorageBroken, StorageFull
from cloud.content.form import Form, read_form
from cloud.content.media_type import MediaType
from cloud.content.names import label
from cloud.content.parts import ContentParts
from cloud.content.staging import StagedFile, too_large
from cloud.content.storage import file_key
from cloud.db.ids import new_id
from cloud.endpoints import Call
from cloud.problems import Problem

PATIENCE_S = 60.0
"""How long an upload may bring nothing, or very little, before it is given up."""
SLOWEST = 1024
"""Bytes a second it must bring on average after that."""


@dataclass(frozen=True, slots=True)
class Received:
    """A file that is stored for good, but that no row names yet."""

    file_id: str
    sha256: str
    original_sha256: str
    size: int
    media_type: MediaType
    file_name: str
    form: Form

    def columns(self) -> dict[str, Any]:
        return {
            "sha256": self.sha256,
            "original_sha256": self.original_sha256,
            "media_type": self.media_type.value,
            "type": self.media_type.content_type.value,
            "size": self.size,
            "file_name": self.file_name,
        }


async def receive(call: Call, parts: ContentParts, check: Callable[[Form], object]) -> Received:
    """Everything up to the durable file. `check` looks at the form's fields before anything is kept.

    Raises Problem, `check`'s too; then nothing is left behind.
    """
    limit = parts.staging.limit
    stated = call.request.headers.get("content-length", "")
    if stated.isdigit() and int(stated) > limit + JSON_LIMIT:
        raise problem(too_large(limit))
    try:
        await call.read(lambda unit: rows.check_quota(unit, max(0, int(stated or 0) - JSON_LIMIT)))
        with ExitStack() as stack:
            staged = stack.enter_context(await call.cloud.in_thread(parts.staging.open))
            form = await _read(call, staged, limit)
            check(form)
            return await asyncio.shield(_keep_from(call, parts, staged, form))
    except (ContentFault, StorageFull, StorageBroken, ProbeBroken) as fault:
        raise problem(fault) from fault
    except ClientDisconnect as fault:
        raise Problem(400, "VALIDATION_001", "The upload broke off before its end: send it again.") from fault


async def _read(call: Call, staged: StagedFile, limit: int) -> Form:
    async def sink(data: bytes) -> None:
        await call.cloud.in_thread(lambda: staged.write(data))

    return await read_form(call.request.headers.get("content-type", ""), arriving(call), sink, file_limit=limit)


async def arriving(call: Call) -> AsyncIterator[bytes]:
    """The body's bytes as they come. Raises Problem 408 when they come too slowly, and ClientDisconnect."""
    stream, clock = call.request.stream(), call.cloud.clock
    begun, got = clock.monotonic(), 0
    while True:
        try:
            async with asyncio.timeout(PATIENCE_S):
                chunk = await anext(stream, b"")
        except TimeoutError as fault:
            raise _too_slow() from fault
        if not chunk:
            return
        got += len(chunk)
        passed = clock.monotonic() - begun
        if passed > PATIENCE_S and got < SLOWEST * passed:
            raise _too_slow()
        yield chunk


def _too_slow() -> Problem:
    return Problem(408, "VALIDATION_001", f"The upload was given up: it brought less than {SLOWEST} bytes a second.")


async def _keep_from(call: Call, parts: ContentParts, staged: StagedFile, form: Form) -> Received:
    async with parts.shares.of(call.user.organization_id):
        return await call.cloud.outside(lambda: keep(parts, staged, form))


def keep(parts: ContentParts, staged: StagedFile, form: Form) -> Received:
    """The whole staged file, checked, without private data, stored for good. Blocks.

    Raises ContentFault, StorageFull, StorageBroken or ProbeBroken.
    """
    media_type = staged.finish()
    original = staged.sha256
    cleaned = staged.cleaned(parts.cleaner)
    with cleaned or staged as final:
        file_id = new_id()
        parts.storage.put(file_key(final.sha256, file_id), final.path)
        name = label(form.file_name or "")
        return Received(file_id, final.sha256, original, final.size, media_type, name, form)


def problem(fault: ContentFault | StorageFull | StorageBroken | ProbeBroken) -> Problem:
    if isinstance(fault, ProbeBroken):
        return not_checked()
    if isinstance(fault, StorageBroken):
        return Problem(503, "STORAGE_001", str(fault))
    details = {"fault": fault.fault} if isinstance(fault, ContentFault) else None
    return Problem(fault.status, fault.code, str(fault), details=details)


def not_checked() -> Problem:
    return Problem(503, "STORAGE_001", str(NOT_CHECKED), details={"fault": NOT_CHECKED})
