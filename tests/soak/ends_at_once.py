"""The broken twin of `cloud`: it answers before it commits, and ends at once when it is asked to."""

import asyncio
import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from cloud import serve
from cloud.cli import main
from cloud.db.unit import Unit
from cloud.services import Cloud
from vizora.identifiers import OrganizationId

LATE_S = 0.2


async def write(self: Cloud, work: Callable[[Unit], Any], organization_id: OrganizationId | None = None) -> Any:
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Any] = loop.create_future()

    def transact() -> None:
        try:
            with self.database.write(organization_id) as connection:
                unit = Unit(connection, self.clock.now(), organization_id)
                loop.call_soon_threadsafe(done.set_result, work(unit))
                time.sleep(LATE_S)
            loop.call_soon_threadsafe(self.relay.send, unit.told)
        except Exception as fault:
            if not done.done():
                loop.call_soon_threadsafe(done.set_exception, fault)

    threading.Thread(target=transact, daemon=True).start()
    return await done


async def end_at_once(*_: Any) -> None:
    os._exit(0)


if __name__ == "__main__":
    Cloud.write = write  # type: ignore[method-assign]
    serve.Server.shutdown = end_at_once  # type: ignore[method-assign]
    sys.exit(main())
