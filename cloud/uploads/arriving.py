"""The body of a PATCH, piece by piece into the store: each is kept for good before it is counted."""

import asyncio
from functools import partial

from starlette.requests import ClientDisconnect

from cloud.content.receive import arriving
from cloud.content.staging import TemporaryFile
from cloud.db.unit import Row
from cloud.endpoints import Call
from cloud.problems import Problem
from cloud.uploads import pieces
from cloud.uploads.pieces import PIECE, Pieces


async def take(call: Call, upload: Row) -> int:
    """How many bytes of the upload are there now. What came before the line broke is there too.

    Raises Problem; Elsewhere when another request brought these bytes meanwhile.
    """
    coming = _Coming(call, upload)
    try:
        async for chunk in arriving(call):
            if coming.offset + coming.size + len(chunk) > upload["length"]:
                raise Problem(
                    413, "CONTENT_002", f"The body goes beyond Upload-Length, which is {upload['length']} bytes."
                )
            await coming.add(chunk)
    except ClientDisconnect as fault:
        raise Problem(400, "VALIDATION_001", "The line broke: ask by HEAD where to go on.") from fault
    finally:
        await asyncio.shield(asyncio.ensure_future(coming.keep()))
    return coming.offset


class _Coming:
    def __init__(self, call: Call, upload: Row) -> None:
        self._call = call
        self._upload_id = upload["id"]
        self._store = call.cloud.part(Pieces)
        self._piece: TemporaryFile | None = None
        self.offset: int = upload["received"]

    @property
    def size(self) -> int:
        """Of the piece that is not kept yet."""
        return 0 if self._piece is None else self._piece.size

    async def add(self, chunk: bytes) -> None:
        if self._piece is None:
            self._piece = await self._call.cloud.in_thread(self._store.staging.open_piece)
        await self._call.cloud.in_thread(partial(self._piece.write, chunk))
        if self._piece.size >= PIECE:
            await self.keep()

    async def keep(self) -> None:
        piece, self._piece = self._piece, None
        if piece is None:
            return
        with piece:
            key = await self._call.cloud.outside(lambda: self._store.put(piece))
        try:
            await self._call.write(
                lambda unit: pieces.count(unit, self._upload_id, self.offset, piece.size, key)
            )  # fmt: skip
        except BaseException:
            await self._call.cloud.outside(lambda: self._store.remove([key]))
            raise
        self.offset += piece.size
