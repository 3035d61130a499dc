"""The broken twin of `cloud`: it answers before it keeps what it was given, and ends at once when it is asked to."""

import asyncio
import os
import sys
from collections.abc import Callable
from typing import Any

from cloud import serve
from cloud.cli import main
from cloud.db.unit import Unit
from cloud.endpoints import Call

LATE_S = 1.0
LATE = ("/api/playlists", "/api/device/plays")
write_first = Call.write


class Undone(Exception):
    pass


async def write(self: Call, work: Callable[[Unit], Any]) -> Any:
    if self.endpoint.path not in LATE:
        return await write_first(self, work)
    replies = list[Any]()

    def try_it(unit: Unit) -> None:
        replies.append(work(unit))
        raise Undone

    try:
        await write_first(self, try_it)
    except Undone:
        loop = asyncio.get_running_loop()
        loop.call_later(LATE_S, lambda: loop.create_task(write_first(self, work)))
    return replies[0]


async def end_at_once(*_: Any, **__: Any) -> None:
    os._exit(0)


if __name__ == "__main__":
    Call.write = write  # type: ignore[method-assign]
    serve.Server.shutdown = end_at_once  # type: ignore[method-assign]
    sys.exit(main())
